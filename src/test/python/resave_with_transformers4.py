"""Writes a golden checkpoint again as transformers 4 saves it: `resave_with_transformers4.py FAMILY FROM TO`.

Runs with transformers 4.57.6 (`pip install transformers==4.57.6`, in an environment of its own). The golden
values are those of transformers 5; this script checks that transformers 4 computes the same before it saves.
"""

import json
import shutil
import sys
import tempfile

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForImageTextToText, AutoProcessor

import pictures

TOLERANCE = 2e-5


def make_readable(folder) -> None:
    """Gives classes and weights that transformers 5 names the names that transformers 4 knows."""
    for file in folder.glob("model*.safetensors"):
        weights = load_file(file)
        renamed = {k.replace("vision_tower.", "vision_tower.vision_model."): v for k, v in weights.items()}
        save_file(renamed, file, metadata={"format": "pt"})
    for file in folder.glob("*_config.json"):
        text = file.read_text().replace("TokenizersBackend", "PreTrainedTokenizerFast")
        config = json.loads(text.replace("ImageProcessorPil", "ImageProcessor"))
        if isinstance(config.get("extra_special_tokens"), list):
            config["additional_special_tokens"] = config.pop("extra_special_tokens")
        file.write_text(json.dumps(config))


def mend_positions() -> None:
    """4.57 gives each patch of SmolVLM but the first the position before its own; earlier versions and 5 don't."""
    bucketize = torch.bucketize
    torch.bucketize = lambda x, *rest, **how: bucketize(x / (1 - 1e-6) + 1e-7, *rest, **how)


@torch.no_grad()
def main(family: str, source: str, target: str) -> None:
    torch.set_num_threads(1)
    if family == "smolvlm":
        mend_positions()
    folder, copy = pictures.GOLDEN / family / source, pictures.GOLDEN / family / target
    shutil.rmtree(copy, ignore_errors=True)
    with tempfile.TemporaryDirectory() as readable:
        readable = pictures.Path(readable) / source
        shutil.copytree(folder, readable)
        make_readable(readable)
        processor = AutoProcessor.from_pretrained(readable, use_fast=False)
        model = AutoModelForImageTextToText.from_pretrained(readable, dtype=torch.float32).eval()
    expected = load_file(folder / "golden.safetensors")
    golden = json.loads((folder / "golden.json").read_text())
    for index, case in enumerate(golden["cases"]):
        image = {"type": "image", "image": pictures.load(case["picture"]).convert("RGB")}
        messages = [{"role": "user", "content": [image, {"type": "text", "text": case["question"]}]}]
        inputs = processor.apply_chat_template(
            messages,
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            input_data_format="channels_last",  # else a picture three pixels high has its channels first
        )
        assert inputs["input_ids"][0].tolist() == case["input_ids"], f"{source} {index}: other prompt"
        assert torch.equal(inputs["pixel_values"], expected[f"pixel_values.{case['picture']}"]), f"{source} {index}"
        difference = (model(**inputs).logits[0, -1] - expected[f"logits.{index}"]).abs().max()
        assert difference < TOLERANCE, f"{source} {index}: logits differ by {difference}"
    dtype = json.loads((folder / "config.json").read_text()).get("dtype", "float32")
    model.to(getattr(torch, dtype)).save_pretrained(copy, max_shard_size="100KB")
    processor.save_pretrained(copy)
    for file in ("golden.json", "golden.safetensors"):
        shutil.copy(folder / file, copy / file)
    print(f"{target}: {sorted(load_file(next(copy.glob('*.safetensors'))))[:2]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
