"""Writes golden/images: what Pillow resizes and what transformers' PIL image processors make of it."""

import json

import numpy as np
from PIL import Image
from safetensors.numpy import save_file
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

import pictures

PROCESSORS = {
    "CLIPImageProcessor": CLIPImageProcessorPil,
    "LlavaImageProcessor": LlavaImageProcessorPil,
    "SiglipImageProcessor": SiglipImageProcessorPil,
}
HALF = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}

# preprocessor_config.json by name, and the pictures it is tried on
CONFIGS = {
    "crop": (
        {"size": {"shortest_edge": 24}, "crop_size": {"height": 24, "width": 24}, "resample": 3},
        ["square", "wide", "tall", "tiny", "grey", "rgba", "palette"],
    ),
    "crop-odd": (
        {"size": {"shortest_edge": 25}, "crop_size": {"height": 20, "width": 23}, "resample": 1} | HALF,
        ["wide", "tall", "tiny"],
    ),
    "integer-sizes": ({"size": 21, "crop_size": 18}, ["wide", "tall"]),
    "height-width": (
        {"size": {"height": 21, "width": 26}, "do_center_crop": False, "resample": 2},
        ["wide", "tall", "tiny"],
    ),
    "shortest-edge-only": ({"size": {"shortest_edge": 13}, "do_center_crop": False}, ["wide", "tall"]),
    "crop-beyond": (
        {"do_resize": False, "crop_size": {"height": 41, "width": 36}},
        ["wide", "tall", "tiny"],
    ),
    "pad-to-square": (
        {
            "image_processor_type": "LlavaImageProcessor",
            "do_pad": True,
            "size": {"shortest_edge": 22},
            "crop_size": {"height": 20, "width": 20},
        },
        ["square", "wide", "tall", "tiny"],
    ),
    "siglip": (
        {"image_processor_type": "SiglipImageProcessor", "size": {"height": 23, "width": 19}},
        ["wide", "tall", "turned", "tiny"],
    ),
    "rescale-only": (
        {
            "size": {"height": 15, "width": 16},
            "do_center_crop": False,
            "do_normalize": False,
            "rescale_factor": 0.00784313725490196,
        },
        ["wide"],
    ),
    "normalize-only": (
        {"size": {"height": 15, "width": 16}, "do_center_crop": False, "do_rescale": False},
        ["wide"],
    ),
}

# picture, width, height, Pillow's number of the filter
RESIZES = [
    (picture, width, height, resample)
    for resample in (Image.Resampling.LANCZOS, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)
    for picture, width, height in [
        ("square", 16, 16),
        ("square", 40, 17),
        ("wide", 17, 40),
        ("tall", 47, 64),
        ("tiny", 1, 1),
        ("tiny", 33, 20),
    ]
]


def process(config: dict, picture: Image.Image) -> np.ndarray:
    settings = dict(config)
    processor = PROCESSORS[settings.pop("image_processor_type", "CLIPImageProcessor")]
    return np.stack(processor(**settings)(picture)["pixel_values"])[0]


def main() -> None:
    pictures.save_all()
    tensors = {
        f"rgb.{file.stem}": np.asarray(pictures.load(file.stem).convert("RGB"))
        for file in sorted(pictures.PICTURES.glob("*.png"))
    }
    for picture, width, height, resample in RESIZES:
        resized = pictures.load(picture).convert("RGB").resize((width, height), resample)
        tensors[f"resized.{picture}.{width}.{height}.{int(resample)}"] = np.asarray(resized)
    for name, (config, tried_on) in CONFIGS.items():
        for picture in tried_on:
            pixels = process(config, pictures.load(picture)).astype(np.float32)
            tensors[f"pixel_values.{name}.{picture}"] = pixels
    save_file(
        {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()},
        pictures.PICTURES / "golden.safetensors",
    )
    configs = {name: config for name, (config, _) in CONFIGS.items()}
    (pictures.PICTURES / "configs.json").write_text(json.dumps(configs, indent=1) + "\n")


if __name__ == "__main__":
    main()
