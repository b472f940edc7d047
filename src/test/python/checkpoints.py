"""Tiny random checkpoints and what transformers computes with them: what all families share."""

import argparse
import copy
import json
import os
import shutil
from dataclasses import dataclass
from typing import Callable

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

import pictures

SEED = 20251122
NEW_TOKENS = 32
# A golden token whose logit leads by less could come out differently on another machine.
SMALLEST_LEAD = 0.005
# Wide and grey, tall by its EXIF orientation, square with alpha, and smaller than any patch.
PICTURES = ["wide-grey", "turned", "rgba", "tiny"]
QUESTIONS = ["What is on the left of the red car?", "how many cows are there"]

CORPUS = [
    "What is on the left of the red car? What is to the right of the green cow?",
    "how many cows are there. how many red cars are there, and where are they?",
    "USER: What number is on the sign? ASSISTANT: there are 10 23 45 67 89 cows, I see.",
]


@dataclass
class Family:
    """What differs from family to family.

    `build` makes the model and its processor, without a chat template, of a spec and a tokenizer.
    `features` gives the image's tokens, [N, D], of a model and its inputs.
    `specials` are tokens of the tokenizer beside the first four.
    """

    name: str
    checkpoints: dict[str, dict]
    build: Callable
    features: Callable
    specials: list[str]
    image_token: str = "<image>"
    after_save: Callable = lambda name, spec, folder: None


def train_tokenizer(family: Family) -> PreTrainedTokenizerFast:
    special = ["<unk>", "<s>", "</s>", "<pad>", *family.specials]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="first")
    tokenizer.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=120 + len(family.specials),
            special_tokens=[AddedToken(token, special=True, normalized=False) for token in special],
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="<unk>",
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        extra_special_tokens={"image_token": family.image_token},
    )


def randomise(model: torch.nn.Module, seed: int, dtype: torch.dtype) -> None:
    """Gives every parameter, norms and biases too, values that matter and that dtype holds exactly."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            values = torch.randn(parameter.shape, generator=generator)
            if name.endswith("norm.weight") or name.endswith(("norm1.weight", "norm2.weight")):
                values = 1 + 0.2 * values
            elif "embed_tokens" in name or "lm_head" in name:
                values = 0.5 * values
            else:
                values = 0.3 * values
            parameter.copy_(values.to(dtype).float())


def conversation(names: list[str], question: str) -> list[dict]:
    images = [{"type": "image", "image": pictures.load(name).convert("RGB")} for name in names]
    return [{"role": "user", "content": [*images, {"type": "text", "text": question}]}]


def run(family: Family, model, processor, picture: str, question: str) -> tuple[dict, dict]:
    case, tensors = answer(model, processor, [picture], question)
    features = family.features(model, tensors["inputs"])
    return {"picture": picture} | case, tensors | {"image_features": features}


def answer(model, processor, names: list[str], question: str) -> tuple[dict, dict]:
    """What a model answers to a question about pictures, and the tensors on the way."""
    messages = conversation(names, question)
    inputs = processor.apply_chat_template(
        messages, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
    )
    generated = model.generate(
        **inputs,
        do_sample=False,
        max_new_tokens=NEW_TOKENS,
        eos_token_id=None,
        pad_token_id=3,
        output_logits=True,
        return_dict_in_generate=True,
    )
    ids = generated.sequences[0, inputs["input_ids"].shape[1] :].tolist()
    best = torch.stack(generated.logits)[:, 0].topk(2, dim=-1).values
    case = {
        "question": question,
        "prompt": processor.apply_chat_template(messages, add_generation_prompt=True),
        "input_ids": inputs["input_ids"][0].tolist(),
        "token_ids": ids,
        "text": processor.tokenizer.decode(ids, skip_special_tokens=True),
    }
    tensors = {
        "inputs": inputs,
        "all_logits": model(**inputs).logits[0],
        "lead": (best[:, 0] - best[:, 1]).min(),
    }
    return case, tensors


def is_good(results: list[tuple[dict, dict]]) -> bool:
    """Whether no golden token is a near tie or an end of sequence, and picture and question matter."""
    answers = [tuple(case["token_ids"]) for case, _ in results]
    return (
        all(tensors["lead"] > SMALLEST_LEAD for _, tensors in results)
        and all(2 not in answer and len(set(answer)) >= 8 for answer in answers)
        and len(set(answers)) == len(answers)
    )


def results_of(family: Family, model, processor) -> list | None:
    results = []
    for picture in PICTURES:
        for question in QUESTIONS:
            results.append(run(family, model, processor, picture, question))
            if not is_good(results):
                return None
    return results


def find_weights(family: Family, model, processor, spec: dict, first_seed: int):
    for seed in range(first_seed, first_seed + 5000):
        randomise(model, seed, spec.get("dtype", torch.float32))
        results = results_of(family, model, processor)
        if results:
            return seed, results
    raise SystemExit("no seed gives usable weights: loosen is_good")


def save_model(spec: dict, model, folder) -> None:
    model.to(spec.get("dtype", torch.float32))
    model.save_pretrained(folder, max_shard_size=spec.get("shard_size", "5GB"))
    model.float()


def write_json(file, value) -> None:
    file.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")


def save_processor(spec: dict, processor, folder) -> None:
    place, template = spec["template"]
    processor.chat_template = None
    processor.tokenizer.chat_template = None
    processor.save_pretrained(folder)
    if place == "jinja":
        (folder / "chat_template.jinja").write_text(template)
    elif place == "json":
        write_json(folder / "chat_template.json", {"chat_template": template})
    else:
        file = folder / "tokenizer_config.json"
        write_json(file, json.loads(file.read_text()) | {"chat_template": template})
    if place != "jinja":  # older checkpoints: image settings in a file of their own
        file = folder / "processor_config.json"
        config = json.loads(file.read_text())
        write_json(folder / "preprocessor_config.json", config.pop("image_processor"))
        write_json(file, config)


def save_golden(name: str, spec: dict, seed: int, results, folder) -> None:
    tensors = {}
    for index, (case, computed) in enumerate(results):
        picture = case["picture"]
        tensors[f"pixel_values.{picture}"] = computed["inputs"]["pixel_values"]
        tensors[f"image_features.{picture}"] = computed["image_features"]
        tensors[f"logits.{index}"] = computed["all_logits"][-1]
        if spec.get("all_logits") and index == 0:
            tensors["all_logits.0"] = computed["all_logits"]
    save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()}, folder / "golden.safetensors")
    golden = {"checkpoint": name, "seed": seed, "cases": [case for case, _ in results]}
    (folder / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")


def check_reload(model_class, folder, results) -> None:
    """What was saved must give the same logits when transformers loads it."""
    model = model_class.from_pretrained(folder, dtype=torch.float32).eval()
    case, computed = results[0]
    logits = model(**computed["inputs"]).logits[0]
    assert torch.equal(logits, computed["all_logits"]), f"{folder} loads differently"


def overridden(spec: dict, settings: list[str]) -> dict:
    """The spec with some of its keys set: `text.num_key_value_heads=1`, values in JSON."""
    spec = copy.deepcopy(spec)
    for setting in settings:
        path, value = setting.split("=", 1)
        *owners, key = path.split(".")
        owner = spec
        for name in owners:
            owner = owner.setdefault(name, {})
        owner[key] = json.loads(value)
    return spec


def make(family: Family, name: str, spec: dict, seed: int, folder) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model, processor = family.build(spec, train_tokenizer(family))
    model.eval()
    processor.chat_template = spec["template"][1]
    seed, results = find_weights(family, model, processor, spec, seed)
    save_golden(name, spec, seed, results, folder)
    save_model(spec, model, folder)
    save_processor(spec, processor, folder)
    family.after_save(name, spec, folder)
    if spec.get("reloads", True):
        check_reload(type(model), folder, results)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{name}: seed {seed}, {results[0][0]['text']!r}, {size // 1024} KB", flush=True)


@torch.no_grad()
def main(family: Family) -> None:
    parser = argparse.ArgumentParser(description=f"Writes golden/{family.name}.")
    parser.add_argument("--seed", type=int, default=SEED, help="first seed tried (default %(default)s)")
    parser.add_argument("--only", action="append", help="a checkpoint to make; all if none is named")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=JSON",
        help="override a key of each checkpoint's spec, such as text.num_hidden_layers=3",
    )  # fmt: skip
    parser.add_argument("--out", default=pictures.GOLDEN / family.name, type=pictures.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    pictures.save_all()
    for name, spec in family.checkpoints.items():
        if not arguments.only or name in arguments.only:
            make(family, name, overridden(spec, arguments.set), arguments.seed, arguments.out / name)
