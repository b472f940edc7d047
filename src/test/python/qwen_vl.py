"""What the golden checkpoints of Qwen2-VL and Qwen2.5-VL share."""

import json

import torch
from safetensors.torch import load_file, save_file
from transformers import Qwen2VLProcessor
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

import checkpoints
import pictures

SPECIALS = [
    "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>",
]  # fmt: skip
TEMPLATE = (pictures.GOLDEN / "templates" / "qwen2-vl.jinja").read_text()


class ImageProcessorOnly(Qwen2VLProcessor):
    """Without the processor of videos, which wants torchvision."""

    def __init__(self, image_processor=None, tokenizer=None, chat_template=None, **kwargs):
        self.image_token, self.video_token = "<|image_pad|>", "<|video_pad|>"
        self.image_token_id = tokenizer.convert_tokens_to_ids(self.image_token)
        self.video_token_id = tokenizer.convert_tokens_to_ids(self.video_token)
        super(Qwen2VLProcessor, self).__init__(image_processor, tokenizer, chat_template=chat_template)


def processor(spec: dict, vision, tokenizer) -> Qwen2VLProcessor:
    image = Qwen2VLImageProcessorPil(
        patch_size=vision.patch_size,
        merge_size=vision.spatial_merge_size,
        temporal_patch_size=vision.temporal_patch_size,
        **spec["processor"],
    )
    return ImageProcessorOnly(image, tokenizer)


def text_keys(spec: dict, tokenizer) -> dict:
    keys = dict(num_hidden_layers=2, intermediate_size=40, max_position_embeddings=256) | spec["text"]
    keys["vocab_size"] = len(tokenizer) + keys.pop("vocab_extra", 0)
    return keys | dict(bos_token_id=1, eos_token_id=2, pad_token_id=3)


def token_ids(tokenizer) -> dict:
    names = dict(
        image_token_id="<|image_pad|>",
        video_token_id="<|video_pad|>",
        vision_start_token_id="<|vision_start|>",
        vision_end_token_id="<|vision_end|>",
    )
    return {key: tokenizer.convert_tokens_to_ids(token) for key, token in names.items()}


def features(model, inputs) -> torch.Tensor:
    return model.get_image_features(inputs["pixel_values"], inputs["image_grid_thw"]).pooler_output[0]


def old_key(key: str) -> str:
    """A key of a weight as transformers 4 saved it."""
    return key.replace("model.visual.", "visual.", 1).replace("model.language_model.", "model.", 1)


def change_layout(name: str, spec: dict, folder) -> None:
    """Makes files of what transformers 5 saved that the first checkpoints on the hub have."""
    for file in folder.glob("*_config.json"):
        file.write_text(file.read_text().replace(ImageProcessorOnly.__name__, "Qwen2VLProcessor"))
    if spec.get("layout") != "old":
        return
    for file in folder.glob("model*.safetensors"):
        save_file({old_key(k): v for k, v in load_file(file).items()}, file, metadata={"format": "pt"})
    write_flat_config(folder / "config.json")
    write_old_image_settings(folder / "preprocessor_config.json")


def write_flat_config(file) -> None:
    """The decoder's keys in the open, M-RoPE as rope_scaling, and the names of vision keys of then."""
    config = json.loads(file.read_text())
    text, vision = config.pop("text_config"), config["vision_config"]
    rope = text.pop("rope_parameters")
    text["rope_theta"] = rope["rope_theta"]
    text["rope_scaling"] = {"type": "mrope", "mrope_section": rope["mrope_section"]}
    for key in ("model_type", "layer_types", "dtype"):
        text.pop(key, None)
    for key in ("dtype", "initializer_range", "rope_parameters"):
        vision.pop(key, None)
    vision["in_chans"] = vision.pop("in_channels")
    vision["spatial_patch_size"] = vision["patch_size"]
    vision["model_type"] = config["model_type"]
    config["torch_dtype"] = config.pop("dtype")
    config["transformers_version"] = "4.41.2"
    checkpoints.write_json(file, text | config)


def write_old_image_settings(file) -> None:
    image = json.loads(file.read_text())
    size = image.pop("size")
    image["min_pixels"], image["max_pixels"] = size["shortest_edge"], size["longest_edge"]
    for key in ("resample", "do_resize", "do_rescale", "do_normalize", "do_convert_rgb", "rescale_factor"):
        image.pop(key, None)
    image["image_processor_type"] = "Qwen2VLImageProcessor"
    image["processor_class"] = "Qwen2VLProcessor"
    checkpoints.write_json(file, image)


def family(name: str, specs: dict, build) -> checkpoints.Family:
    return checkpoints.Family(
        name=name,
        checkpoints=specs,
        build=build,
        features=features,
        specials=SPECIALS,
        image_token="<|image_pad|>",
        after_save=change_layout,
    )
