"""The small pictures that all golden data is made from, drawn from a seeded generator."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from PIL.ExifTags import Base

GOLDEN = Path(__file__).resolve().parents[1] / "resources" / "golden"
PICTURES = GOLDEN / "images"


def scene(width: int, height: int, seed: int) -> np.ndarray:
    """Smooth ramps, hard-edged blocks and a little noise, uint8 [height, width, 3]."""
    random = np.random.default_rng(seed)
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    pixels = np.stack([255 * x, 255 * y, 255 * (1 - x) * y], axis=-1)
    for _ in range(6):
        left, top = random.integers(0, width), random.integers(0, height)
        right, bottom = left + 1 + width // 4, top + 1 + height // 4
        pixels[top:bottom, left:right] = random.integers(0, 256, 3)
    noisy = random.random((height, width)) < 0.1
    pixels[noisy] = random.integers(0, 256, (int(noisy.sum()), 3))
    return pixels.round().astype(np.uint8)


def draw_all() -> dict[str, Image.Image]:
    """Every picture by name, in the mode it is saved in."""
    square = Image.fromarray(scene(40, 40, 1))
    alpha = Image.fromarray(scene(31, 31, 6)[:, :, 0])
    with_alpha = Image.fromarray(scene(31, 31, 7))
    with_alpha.putalpha(alpha)
    return {
        "square": square,
        "wide": Image.fromarray(scene(61, 34, 2)),
        "tall": Image.fromarray(scene(29, 53, 3)),
        "tiny": Image.fromarray(scene(5, 3, 4)),
        "grey": Image.fromarray(scene(37, 33, 5)).convert("L"),
        "rgba": with_alpha,
        "palette": Image.fromarray(scene(36, 45, 8)).quantize(16),
        "wide-grey": Image.fromarray(scene(61, 34, 9)).convert("L"),
        "turned": Image.fromarray(scene(53, 29, 10)),
    }


def exif(name: str) -> Image.Exif:
    """The turned picture is tall once its orientation, a quarter clockwise, is heeded."""
    tags = Image.Exif()
    if name == "turned":
        tags[Base.Orientation] = 6
    return tags


def save_all() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, picture in draw_all().items():
        picture.save(PICTURES / f"{name}.png", optimize=True, exif=exif(name))


def load(name: str) -> Image.Image:
    """A picture as transformers loads it: the right way up, in its own mode."""
    with Image.open(PICTURES / f"{name}.png") as picture:
        return ImageOps.exif_transpose(picture)
