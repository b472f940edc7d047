"""Writes a golden Qwen-VL checkpoint again as transformers 4 saves it: `resave_qwen_with_transformers4.py FAMILY FROM TO`.

As resave_with_transformers4.py, without a processor of videos, which would want torchvision.
"""

import json
import shutil
import sys
import tempfile

import torch
from safetensors.torch import load_file
from transformers import AutoModelForImageTextToText, PreTrainedTokenizerFast
from transformers.models.qwen2_vl.image_processing_qwen2_vl import Qwen2VLImageProcessor

import pictures
from resave_with_transformers4 import TOLERANCE, make_readable


def make_rope_readable(file) -> None:
    config = json.loads(file.read_text())
    rope = config["text_config"].pop("rope_parameters")
    config["text_config"]["rope_theta"] = rope.pop("rope_theta")
    config["text_config"]["rope_scaling"] = rope
    file.write_text(json.dumps(config))


@torch.no_grad()
def main(family: str, source: str, target: str) -> None:
    torch.set_num_threads(1)
    folder, copy = pictures.GOLDEN / family / source, pictures.GOLDEN / family / target
    shutil.rmtree(copy, ignore_errors=True)
    with tempfile.TemporaryDirectory() as readable:
        readable = pictures.Path(readable) / source
        shutil.copytree(folder, readable)
        make_readable(readable)
        make_rope_readable(readable / "config.json")
        settings = json.loads((readable / "processor_config.json").read_text())["image_processor"]
        size = settings.pop("size")  # transformers 4 heeds the older names alone
        settings |= dict(min_pixels=size["shortest_edge"], max_pixels=size["longest_edge"])
        image_processor = Qwen2VLImageProcessor(**settings)
        tokenizer = PreTrainedTokenizerFast.from_pretrained(readable)
        model = AutoModelForImageTextToText.from_pretrained(readable, dtype=torch.float32).eval()
    expected = load_file(folder / "golden.safetensors")
    golden = json.loads((folder / "golden.json").read_text())
    for index, case in enumerate(golden["cases"]):
        picture = pictures.load(case["picture"]).convert("RGB")
        inputs = image_processor(picture, input_data_format="channels_last", return_tensors="pt")
        assert torch.equal(inputs["pixel_values"], expected[f"pixel_values.{case['picture']}"]), index
        inputs["input_ids"] = torch.tensor([case["input_ids"]])
        difference = (model(**inputs).logits[0, -1] - expected[f"logits.{index}"]).abs().max()
        assert difference < TOLERANCE, f"{source} {index}: logits differ by {difference}"
    model.save_pretrained(copy, max_shard_size="100KB")
    image_processor.save_pretrained(copy)
    tokenizer.save_pretrained(copy)
    for file in ("golden.json", "golden.safetensors", "chat_template.jinja"):
        shutil.copy(folder / file, copy / file)
    print(f"{target}: {sorted(load_file(next(copy.glob('*.safetensors'))))[:2]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
