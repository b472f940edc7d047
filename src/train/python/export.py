"""Writes a training state as a checkpoint in Hugging Face layout, with the processor files of the one it started from."""
import argparse
import shutil
from pathlib import Path

import torch
from network import load

COPIED = ("tokenizer.json", "tokenizer_config.json", "preprocessor_config.json", "processor_config.json", "chat_template.jinja", "generation_config.json")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True, help="checkpoint that training started from")
    parser.add_argument("--layers", type=int, required=True)
    parser.add_argument("--state", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    model, _ = load(args.model, args.layers)
    model.load_state_dict(torch.load(args.state)["model"])
    model.config.dtype = "float32"
    out = Path(args.out)
    model.save_pretrained(out)
    for file in COPIED:
        shutil.copyfile(Path(args.model) / file, out / file)
    print(sum(p.numel() for p in model.parameters()), "parameters in", out)


if __name__ == "__main__":
    main()
