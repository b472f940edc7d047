"""Writes golden/llava: tiny random LLaVA checkpoints and what transformers computes with them.

See README.md in this folder for how to run it, and the one in golden/ for the file formats.
"""

import json
import os
import shutil

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import torch
from safetensors.torch import load_file, save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    CLIPVisionConfig,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
)
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

import pictures

SEED = 20251122
NEW_TOKENS = 32
# A golden token whose logit leads by less could come out differently on another machine.
SMALLEST_LEAD = 0.02
PICTURES = ["wide", "tall"]
QUESTIONS = ["What is on the left of the red car?", "how many cows are there"]

VICUNA = (
    "{% for message in messages %}{% if message['role'] != 'system' %}"
    "{{ message['role'].upper() + ': '}}{% endif %}"
    "{# Render all images first #}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}"
    "{{ '<image>\n' }}{% endfor %}"
    "{# Render all text next #}{% if message['role'] != 'assistant' %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}"
    "{{ content['text'] + ' '}}{% endfor %}{% else %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}"
    "{% generation %}{{ content['text'] + ' '}}{% endgeneration %}{% endfor %}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)
WITH_BOS = (
    "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}USER: "
    "{% for c in m['content'] %}{% if c['type'] == 'image' %}<image> "
    "{% else %}{{ c['text'] }} {% endif %}{% endfor %}"
    "{% else %}ASSISTANT: {% for c in m['content'] %}{{ c['text'] }} {% endfor %}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}ASSISTANT:{% endif %}"
)

CORPUS = [
    "What is on the left of the red car? What is to the right of the green cow?",
    "how many cows are there. how many red cars are there, and where are they?",
    "USER: What number is on the sign? ASSISTANT: there are 10 23 45 67 89 cows, I see.",
]

# One entry a checkpoint. `text` and `vision` are keys of the checkpoint's own config.json.
CHECKPOINTS = {
    "mha-untied": dict(
        vision=dict(hidden_act="quick_gelu", image_size=32, patch_size=8),
        text=dict(num_key_value_heads=4, hidden_size=24, num_attention_heads=4),
        llava=dict(vision_feature_layer=-2, vision_feature_select_strategy="default"),
        template=("jinja", VICUNA),
        all_logits=True,
    ),
    "gqa-tied-sharded-bf16": dict(
        vision=dict(hidden_act="quick_gelu", image_size=32, patch_size=8),
        text=dict(
            num_key_value_heads=2,
            hidden_size=32,
            num_attention_heads=4,
            num_hidden_layers=4,
            tie_word_embeddings=True,
            rms_norm_eps=1e-5,
            rope_theta=1e6,
        ),
        llava=dict(vision_feature_layer=-1, vision_feature_select_strategy="default"),
        template=("jinja", WITH_BOS),
        dtype=torch.bfloat16,
        shard_size="32KB",
        all_logits=True,
    ),
    "biased-wide-heads": dict(
        vision=dict(hidden_act="gelu", image_size=32, patch_size=8, layer_norm_eps=1e-6),
        text=dict(
            num_key_value_heads=1,
            hidden_size=24,
            num_attention_heads=3,
            head_dim=12,
            attention_bias=True,
            mlp_bias=True,
        ),
        llava=dict(
            vision_feature_layer=-1,
            vision_feature_select_strategy="full",
            multimodal_projector_bias=False,
        ),
        template=("tokenizer_config", VICUNA),
    ),
    "odd-sizes": dict(
        vision=dict(
            hidden_act="quick_gelu",
            hidden_size=18,
            num_attention_heads=3,
            intermediate_size=31,
            image_size=28,
            patch_size=7,
        ),
        text=dict(
            num_key_value_heads=2,
            hidden_size=20,
            num_attention_heads=2,
            intermediate_size=27,
            rope_theta=500.0,
            vocab_extra=6,
        ),
        llava=dict(vision_feature_layer=-2, vision_feature_select_strategy="full"),
        processor=dict(crop_size=28, size={"height": 28, "width": 28}, do_center_crop=False),
        template=("jinja", WITH_BOS),
    ),
    "old-layout-fp16": dict(
        vision=dict(hidden_act="quick_gelu", image_size=32, patch_size=8),
        text=dict(num_key_value_heads=2, hidden_size=24, num_attention_heads=4),
        llava=dict(vision_feature_layer=-2, vision_feature_select_strategy="default"),
        template=("json", VICUNA),
        dtype=torch.float16,
        layout="old",
    ),
    "model-prefix-layout": dict(
        vision=dict(hidden_act="quick_gelu", image_size=24, patch_size=8),
        text=dict(num_key_value_heads=2, hidden_size=24, num_attention_heads=4),
        llava=dict(vision_feature_layer=-1, vision_feature_select_strategy="default"),
        template=("jinja", WITH_BOS),
        layout="model-prefix",
    ),
}


def train_tokenizer() -> PreTrainedTokenizerFast:
    special = ["<unk>", "<s>", "</s>", "<pad>", "<image>"]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="first")
    tokenizer.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=125,
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
        extra_special_tokens={"image_token": "<image>"},
    )


def build_config(spec: dict, tokenizer: PreTrainedTokenizerFast) -> LlavaConfig:
    text = dict(num_hidden_layers=2, intermediate_size=40, max_position_embeddings=256)
    text |= spec["text"]
    theta = text.pop("rope_theta", 10000.0)
    vision = dict(hidden_size=16, num_attention_heads=2, intermediate_size=32, num_hidden_layers=3)
    vision |= spec["vision"]
    return LlavaConfig(
        vision_config=CLIPVisionConfig(projection_dim=16, **vision),
        text_config=LlamaConfig(
            vocab_size=len(tokenizer) + text.pop("vocab_extra", 0),
            rope_parameters={"rope_type": "default", "rope_theta": theta},
            bos_token_id=1,
            eos_token_id=2,
            pad_token_id=3,
            **text,
        ),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        image_seq_length=(vision["image_size"] // vision["patch_size"]) ** 2,
        tie_word_embeddings=text.get("tie_word_embeddings", False),
        **spec["llava"],
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


def build_processor(spec: dict, config: LlavaConfig, tokenizer, template: str) -> LlavaProcessor:
    side = config.vision_config.image_size
    image = dict(size={"shortest_edge": side}, crop_size={"height": side, "width": side})
    image |= spec.get("processor", {})
    return LlavaProcessor(
        image_processor=CLIPImageProcessorPil(**image),
        tokenizer=tokenizer,
        patch_size=config.vision_config.patch_size,
        vision_feature_select_strategy=config.vision_feature_select_strategy,
        num_additional_image_tokens=1,
        chat_template=template,
    )


def conversation(picture: str, question: str) -> list[dict]:
    image = {"type": "image", "image": pictures.load(picture).convert("RGB")}
    return [{"role": "user", "content": [image, {"type": "text", "text": question}]}]


def run(model, processor: LlavaProcessor, picture: str, question: str) -> tuple[dict, dict]:
    messages = conversation(picture, question)
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
        "picture": picture,
        "question": question,
        "prompt": processor.apply_chat_template(messages, add_generation_prompt=True),
        "input_ids": inputs["input_ids"][0].tolist(),
        "token_ids": ids,
        "text": processor.tokenizer.decode(ids, skip_special_tokens=True),
    }
    tensors = {
        "pixel_values": inputs["pixel_values"],
        "image_features": model.get_image_features(
            inputs["pixel_values"],
            vision_feature_layer=model.config.vision_feature_layer,
            vision_feature_select_strategy=model.config.vision_feature_select_strategy,
        ).pooler_output[0],
        "all_logits": model(**inputs).logits[0],
        "lead": (best[:, 0] - best[:, 1]).min(),
    }
    return case, tensors


def is_good(results: list[tuple[dict, dict]]) -> bool:
    """Whether no golden token is a near tie or an end of sequence, and the picture matters."""
    answers = [tuple(case["token_ids"]) for case, _ in results]
    return (
        all(tensors["lead"] > SMALLEST_LEAD for _, tensors in results)
        and all(2 not in answer and len(set(answer)) >= 8 for answer in answers)
        and len(set(answers)) == len(answers)
    )


def find_weights(spec: dict, config: LlavaConfig, processor: LlavaProcessor):
    model = LlavaForConditionalGeneration(config).eval()
    for seed in range(SEED, SEED + 2000):
        randomise(model, seed, spec.get("dtype", torch.float32))
        results = []
        for picture in PICTURES:
            for question in QUESTIONS:
                results.append(run(model, processor, picture, question))
                if not is_good(results):
                    break
            else:
                continue
            break
        else:
            return model, seed, results
    raise SystemExit("no seed gives usable weights: loosen is_good")


def rename(key: str, layout: str) -> str:
    """A key as transformers 5 saves it, in another layout that checkpoints on the hub have."""
    if layout == "old":
        return key.replace("vision_tower.", "vision_tower.vision_model.", 1)
    if key == "language_model.lm_head.weight":
        return "lm_head.weight"
    key = key.replace("language_model.model.", "language_model.", 1)
    return "model." + key


def save_model(spec: dict, model, folder) -> None:
    dtype = spec.get("dtype", torch.float32)
    model.to(dtype)
    model.save_pretrained(folder, max_shard_size=spec.get("shard_size", "5GB"))
    model.float()
    if "layout" in spec:
        file = folder / "model.safetensors"
        tensors = {rename(k, spec["layout"]): v for k, v in load_file(file).items()}
        save_file(tensors, file, metadata={"format": "pt"})
    if spec.get("layout") == "old":
        write_old_config(folder / "config.json")


def write_old_config(file) -> None:
    """As transformers 4.3x wrote it: values equal to the defaults left out, rope_theta in the open."""
    config = json.loads(file.read_text())
    text, vision = config["text_config"], config["vision_config"]
    kept = [
        "hidden_size", "intermediate_size", "max_position_embeddings", "model_type",
        "num_attention_heads", "num_hidden_layers", "num_key_value_heads", "vocab_size",
    ]  # fmt: skip
    old = {
        "architectures": config["architectures"],
        "ignore_index": -100,
        "image_token_index": config["image_token_index"],
        "model_type": "llava",
        "pad_token_id": 3,
        "projector_hidden_act": "gelu",
        "text_config": {key: text[key] for key in kept} | {"torch_dtype": "float16"},
        "torch_dtype": "float16",
        "transformers_version": "4.36.0.dev0",
        "vision_config": {
            key: vision[key]
            for key in vision
            if key not in ("dtype", "hidden_act", "num_channels", "layer_norm_eps")
        }
        | {"vocab_size": 32000},
        "vision_feature_layer": config["vision_feature_layer"],
        "vision_feature_select_strategy": config["vision_feature_select_strategy"],
        "vocab_size": text["vocab_size"],
    }
    file.write_text(json.dumps(old, indent=2, sort_keys=True) + "\n")


def save_processor(spec: dict, processor: LlavaProcessor, folder) -> None:
    place, template = spec["template"]
    processor.chat_template = None
    processor.tokenizer.chat_template = None
    processor.save_pretrained(folder)
    if place == "jinja":
        (folder / "chat_template.jinja").write_text(template)
    elif place == "json":
        file = folder / "chat_template.json"
        file.write_text(json.dumps({"chat_template": template}, indent=2) + "\n")
    else:
        file = folder / "tokenizer_config.json"
        config = json.loads(file.read_text()) | {"chat_template": template}
        file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    if place != "jinja":  # older checkpoints: image settings in a file of their own
        file = folder / "processor_config.json"
        config = json.loads(file.read_text())
        image = config.pop("image_processor")
        file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
        file = folder / "preprocessor_config.json"
        file.write_text(json.dumps(image, indent=2, sort_keys=True) + "\n")


def save_golden(name: str, spec: dict, seed: int, results, folder) -> None:
    tensors = {}
    for index, (case, computed) in enumerate(results):
        tensors[f"pixel_values.{case['picture']}"] = computed["pixel_values"]
        tensors[f"image_features.{case['picture']}"] = computed["image_features"]
        tensors[f"logits.{index}"] = computed["all_logits"][-1]
        if spec.get("all_logits") and index == 0:
            tensors["all_logits.0"] = computed["all_logits"]
    save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()}, folder / "golden.safetensors")
    golden = {
        "checkpoint": name,
        "seed": seed,
        "image_tokens": len(results[0][1]["image_features"]),
        "cases": [case for case, _ in results],
    }
    (folder / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")


def check_reload(folder, results) -> None:
    """What was saved must give the same logits when transformers loads it."""
    model = LlavaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    case, computed = results[0]
    logits = model(
        input_ids=torch.tensor([case["input_ids"]]), pixel_values=computed["pixel_values"]
    ).logits[0]
    assert torch.equal(logits, computed["all_logits"]), f"{folder} loads differently"


@torch.no_grad()
def main() -> None:
    torch.set_num_threads(1)
    pictures.save_all()
    shutil.rmtree(pictures.GOLDEN / "llava", ignore_errors=True)
    for name, spec in CHECKPOINTS.items():
        folder = pictures.GOLDEN / "llava" / name
        folder.mkdir(parents=True)
        tokenizer = train_tokenizer()
        config = build_config(spec, tokenizer)
        processor = build_processor(spec, config, tokenizer, spec["template"][1])
        model, seed, results = find_weights(spec, config, processor)
        save_golden(name, spec, seed, results, folder)
        save_model(spec, model, folder)
        save_processor(spec, processor, folder)
        check_reload(folder, results)
        size = sum(file.stat().st_size for file in folder.iterdir())
        print(f"{name}: seed {seed}, {results[0][0]['text']!r}, {size // 1024} KB")


if __name__ == "__main__":
    main()
