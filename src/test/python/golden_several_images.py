"""Writes golden/several_images: what transformers answers about several pictures at once, on the golden checkpoints.

One file a family, `<family>.json`, with a question about two pictures of different shapes and one about three for some
of its checkpoints, and `<family>.safetensors` with the logits at the prompt's last position, `<checkpoint>.<case>`, [V].
"""

import json

import torch
from safetensors.torch import save_file

import checkpoints
import golden_llava
import golden_llava_next
import golden_qwen2_5_vl
import golden_qwen2_vl
import golden_smolvlm
import pictures

CHECKPOINTS = {
    golden_llava: ["mha-untied", "gqa-tied-sharded-bf16", "siglip-qwen2-tied"],
    golden_llava_next: ["vicuna", "mistral-sharded-bf16"],
    golden_smolvlm: ["plain", "gqa-tied-sharded-bf16", "idefics3"],
    golden_qwen2_vl: ["plain", "gqa-tied-sharded-bf16"],
    golden_qwen2_5_vl: ["plain", "gqa-tied-sharded-bf16"],
}
ALBUMS = [["wide-grey", "turned"], ["rgba", "wide-grey", "turned"]]
QUESTIONS = [
    *checkpoints.QUESTIONS,
    "where is the green cow?",
    "What is to the right of the red cars?",
    "What number is on the sign?",
    "how many cars do I see",
]


def steady(model, processor, album: list[str]) -> tuple[dict, dict]:
    """The answer to the first question that has no near tie."""
    for question in QUESTIONS:
        case, tensors = checkpoints.answer(model, processor, album, question)
        if tensors["lead"] > checkpoints.SMALLEST_LEAD:
            return case, tensors
    raise SystemExit("every answer has a near tie: add a question")


def opened(family: checkpoints.Family, name: str):
    """A checkpoint as it was saved, and its processor."""
    spec = family.checkpoints[name]
    model, processor = family.build(spec, checkpoints.train_tokenizer(family))
    processor.chat_template = spec["template"][1]
    folder = pictures.GOLDEN / family.name / name
    return type(model).from_pretrained(folder, dtype=torch.float32).eval(), processor


@torch.no_grad()
def main() -> None:
    torch.set_num_threads(1)
    out = pictures.GOLDEN / "several_images"
    out.mkdir(exist_ok=True)
    for module, names in CHECKPOINTS.items():
        family, cases, logits = module.FAMILY, [], {}
        for name in names:
            model, processor = opened(family, name)
            for index, album in enumerate(ALBUMS):
                case, tensors = steady(model, processor, album)
                cases.append({"checkpoint": name, "index": index, "pictures": album} | case)
                logits[f"{name}.{index}"] = tensors["all_logits"][-1].clone()
        (out / f"{family.name}.json").write_text(json.dumps({"cases": cases}, indent=1, ensure_ascii=False) + "\n")
        save_file(logits, out / f"{family.name}.safetensors")
        print(f"{family.name}: {len(cases)} cases", flush=True)


if __name__ == "__main__":
    main()
