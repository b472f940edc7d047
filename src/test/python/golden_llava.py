"""Writes golden/llava: tiny random LLaVA checkpoints and what transformers computes with them.

See README.md in this folder for how to run it, and the one in golden/ for the file formats.
"""

import json

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    CLIPVisionConfig,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    MistralConfig,
    Qwen2Config,
    SiglipVisionConfig,
)
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

import checkpoints

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
MISTRAL = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '[INST] ' }}"
    "{% for c in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>\n' }}{% endfor %}"
    "{% for c in message['content'] | selectattr('type', 'equalto', 'text') %}{{ c['text'] }}{% endfor %}"
    "{{ ' [/INST]' }}{% else %}{{ message['content'][0]['text'] + eos_token }}{% endif %}{% endfor %}"
)
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + ' ' }}"
    "{% for c in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>\n' }}{% endfor %}"
    "{% for c in message['content'] | selectattr('type', 'equalto', 'text') %}{{ '\n' + c['text'] }}{% endfor %}"
    "{{ '<|im_end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

TEXT_CONFIGS = {"llama": LlamaConfig, "mistral": MistralConfig, "qwen2": Qwen2Config}

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
            rope_parameters={"rope_type": "default", "rope_theta": 1e6},
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
            rope_parameters={"rope_type": "default", "rope_theta": 500.0},
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
    "siglip-qwen2-tied": dict(
        tower="siglip",
        vision=dict(image_size=30, patch_size=8),  # the last six pixels of a row are never seen
        text=dict(
            model_type="qwen2",
            num_key_value_heads=2,
            hidden_size=24,
            num_attention_heads=4,
            tie_word_embeddings=True,
            rope_parameters={"rope_type": "default", "rope_theta": 1e6},
        ),
        llava=dict(vision_feature_layer=-1, vision_feature_select_strategy="full"),
        template=("jinja", CHATML),
    ),
    "siglip-head-mistral": dict(
        tower="siglip",
        vision=dict(image_size=24, patch_size=6, vision_use_head=True),
        text=dict(
            model_type="mistral",
            num_key_value_heads=2,
            hidden_size=24,
            num_attention_heads=4,
            head_dim=8,
            sliding_window=None,
        ),
        llava=dict(vision_feature_layer=-2, vision_feature_select_strategy="full"),
        template=("json", MISTRAL),
        dtype=torch.bfloat16,
    ),
    "mistral-window-linear-rope": dict(
        vision=dict(hidden_act="quick_gelu", image_size=32, patch_size=8),
        text=dict(
            model_type="mistral",
            num_key_value_heads=1,
            hidden_size=24,
            num_attention_heads=4,
            sliding_window=128,
            rope_parameters={"rope_type": "linear", "rope_theta": 10000.0, "factor": 4.0},
        ),
        llava=dict(vision_feature_layer=-2, vision_feature_select_strategy="default"),
        template=("jinja", MISTRAL),
    ),
    "llama3-rope": dict(
        vision=dict(hidden_act="quick_gelu", image_size=32, patch_size=8),
        text=dict(
            num_key_value_heads=2,
            hidden_size=24,
            num_attention_heads=2,
            head_dim=16,
            rope_parameters={
                "rope_type": "llama3",
                "rope_theta": 500.0,
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 64,
            },
        ),
        llava=dict(vision_feature_layer=-2, vision_feature_select_strategy="default"),
        template=("jinja", VICUNA),
        dtype=torch.float16,
        layout="rope-scaling",
    ),
    "dynamic-rope": dict(
        vision=dict(hidden_act="quick_gelu", image_size=32, patch_size=8),
        text=dict(
            num_key_value_heads=2,
            hidden_size=24,
            num_attention_heads=4,
            rope_parameters={"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0},
        ),
        llava=dict(vision_feature_layer=-2, vision_feature_select_strategy="default"),
        template=("jinja", VICUNA),
        layout="rope-scaling",
    ),
}


def build_text(spec: dict, tokenizer):
    keys = dict(num_hidden_layers=2, intermediate_size=40, max_position_embeddings=256)
    keys |= spec["text"]
    config = TEXT_CONFIGS[keys.pop("model_type", "llama")]
    return config(
        vocab_size=len(tokenizer) + keys.pop("vocab_extra", 0),
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=3,
        **keys,
    )


def build_vision(spec: dict):
    keys = dict(hidden_size=16, num_attention_heads=2, intermediate_size=32, num_hidden_layers=3)
    keys |= spec["vision"]
    if spec.get("tower") == "siglip":
        return SiglipVisionConfig(**(dict(vision_use_head=False) | keys))
    return CLIPVisionConfig(projection_dim=16, **keys)


def build_processor(spec: dict, config: LlavaConfig, tokenizer) -> LlavaProcessor:
    side = config.vision_config.image_size
    if spec.get("tower") == "siglip":
        image = SiglipImageProcessorPil(size={"height": side, "width": side})
    else:
        keys = dict(size={"shortest_edge": side}, crop_size={"height": side, "width": side})
        image = CLIPImageProcessorPil(**(keys | spec.get("processor", {})))
    return LlavaProcessor(
        image_processor=image,
        tokenizer=tokenizer,
        patch_size=config.vision_config.patch_size,
        vision_feature_select_strategy=config.vision_feature_select_strategy,
        num_additional_image_tokens=0 if spec.get("tower") == "siglip" else 1,
    )


def build(spec: dict, tokenizer):
    vision = build_vision(spec)
    text = build_text(spec, tokenizer)
    config = LlavaConfig(
        vision_config=vision,
        text_config=text,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        image_seq_length=(vision.image_size // vision.patch_size) ** 2,
        tie_word_embeddings=text.tie_word_embeddings,
        **spec["llava"],
    )
    return LlavaForConditionalGeneration(config), build_processor(spec, config, tokenizer)


def features(model, inputs) -> torch.Tensor:
    return model.get_image_features(
        inputs["pixel_values"],
        vision_feature_layer=model.config.vision_feature_layer,
        vision_feature_select_strategy=model.config.vision_feature_select_strategy,
    ).pooler_output[0]


def rename(key: str, layout: str) -> str:
    """A key as transformers 5 saves it, in another layout that checkpoints on the hub have."""
    if layout == "old":
        return key.replace("vision_tower.", "vision_tower.vision_model.", 1)
    if key == "language_model.lm_head.weight":
        return "lm_head.weight"
    key = key.replace("language_model.model.", "language_model.", 1)
    return "model." + key


def change_layout(name: str, spec: dict, folder) -> None:
    """Makes files of what transformers 5 saved that other versions of it did."""
    if spec.get("layout") in ("old", "model-prefix"):
        file = folder / "model.safetensors"
        tensors = {rename(k, spec["layout"]): v for k, v in load_file(file).items()}
        save_file(tensors, file, metadata={"format": "pt"})
    if spec.get("layout") == "old":
        write_old_config(folder / "config.json")
    if spec.get("layout") == "rope-scaling":
        write_rope_scaling(folder / "config.json")


def write_rope_scaling(file) -> None:
    """As transformers 4 wrote it: rope_theta in the open, the rest in rope_scaling."""
    config = json.loads(file.read_text())
    rope = config["text_config"].pop("rope_parameters")
    config["text_config"]["rope_theta"] = rope.pop("rope_theta")
    config["text_config"]["rope_scaling"] = rope
    checkpoints.write_json(file, config)


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
    checkpoints.write_json(file, old)


FAMILY = checkpoints.Family(
    name="llava",
    checkpoints=CHECKPOINTS,
    build=build,
    features=features,
    specials=["<image>", "<|im_start|>", "<|im_end|>"],
    after_save=change_layout,
)

if __name__ == "__main__":
    checkpoints.main(FAMILY)
