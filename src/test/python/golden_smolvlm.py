"""Writes golden/smolvlm: tiny random SmolVLM and Idefics3 checkpoints and what transformers computes with them."""

import torch
from transformers import (
    Idefics3Config,
    Idefics3ForConditionalGeneration,
    Idefics3Processor,
    SmolVLMConfig,
    SmolVLMForConditionalGeneration,
)
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil

import checkpoints
from golden_llava import build_text, write_rope_scaling

SMOLVLM = (
    "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}"
    "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
    "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
    "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n"
    "{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)

# One entry a checkpoint. `text`, `vision` and `smol` are keys of the checkpoint's own config.json.
CHECKPOINTS = {
    "plain": dict(
        vision=dict(image_size=16, patch_size=4),
        text=dict(num_key_value_heads=4, hidden_size=24, num_attention_heads=4),
        template=("jinja", SMOLVLM),
        all_logits=True,
    ),
    "gqa-tied-sharded-bf16": dict(
        vision=dict(image_size=24, patch_size=4, hidden_size=18, num_attention_heads=3, intermediate_size=31),
        text=dict(
            num_key_value_heads=1, hidden_size=32, num_attention_heads=4, num_hidden_layers=4,
            tie_word_embeddings=True, rope_parameters={"rope_type": "default", "rope_theta": 1e5},
        ),
        smol=dict(scale_factor=3),
        template=("jinja", SMOLVLM),
        dtype=torch.bfloat16,
        shard_size="32KB",
    ),
    "one-tile": dict(
        vision=dict(image_size=32, patch_size=8),
        text=dict(num_key_value_heads=2, hidden_size=24, num_attention_heads=4),
        processor=dict(do_image_splitting=False),
        template=("tokenizer_config", SMOLVLM),
    ),
    "unshuffled-part-of-the-positions": dict(
        vision=dict(image_size=27, patch_size=3, hidden_act="gelu"),
        text=dict(num_key_value_heads=2, hidden_size=24, num_attention_heads=2, head_dim=8, vocab_extra=5),
        smol=dict(scale_factor=1),
        tile=12,  # a fraction of what the tower has positions for
        edge=30,
        template=("jinja", SMOLVLM),
    ),
    "idefics3": dict(
        kind="idefics3",
        vision=dict(image_size=24, patch_size=4, num_hidden_layers=2),
        text=dict(num_key_value_heads=2, hidden_size=24, num_attention_heads=4, rms_norm_eps=1e-5),
        smol=dict(scale_factor=3),
        edge=60,
        template=("json", SMOLVLM),
        dtype=torch.float16,
    ),
    "llama3-rope": dict(
        vision=dict(image_size=16, patch_size=4),
        text=dict(
            num_key_value_heads=2, hidden_size=24, num_attention_heads=2, head_dim=16,
            rope_parameters={
                "rope_type": "llama3", "rope_theta": 500.0, "factor": 8.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 64,
            },
        ),
        processor=dict(resample=3, image_mean=[0.5, 0.4, 0.3], image_std=[0.2, 0.3, 0.4]),
        template=("jinja", SMOLVLM),
        layout="rope-scaling",
    ),
}  # fmt: skip

KINDS = {
    "smolvlm": (SmolVLMConfig, SmolVLMForConditionalGeneration, SmolVLMImageProcessorPil),
    "idefics3": (Idefics3Config, Idefics3ForConditionalGeneration, Idefics3ImageProcessorPil),
}


def build(spec: dict, tokenizer):
    config_class, model_class, image_class = KINDS[spec.get("kind", "smolvlm")]
    spec["text"] = dict(max_position_embeddings=1024) | spec["text"]
    text = build_text(spec, tokenizer)
    vision = dict(hidden_size=16, num_attention_heads=2, intermediate_size=32, num_hidden_layers=3) | spec["vision"]
    smol = dict(scale_factor=2) | spec.get("smol", {})
    config = config_class(
        vision_config=vision,
        text_config=text.to_dict(),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        tie_word_embeddings=text.tie_word_embeddings,
        pad_token_id=3,
        **smol,
    )
    tile = spec.get("tile", vision["image_size"])
    image = image_class(
        size={"longest_edge": spec.get("edge", 3 * tile)},
        max_image_size={"longest_edge": tile},
        **spec.get("processor", {}),
    )
    tokens = (tile // vision["patch_size"] // smol["scale_factor"]) ** 2
    return model_class(config), Idefics3Processor(image, tokenizer, image_seq_len=tokens)


def features(model, inputs) -> torch.Tensor:
    found = model.get_image_features(inputs["pixel_values"], inputs["pixel_attention_mask"]).pooler_output
    return found.flatten(0, 1)


def change_layout(name: str, spec: dict, folder) -> None:
    if spec.get("layout") == "rope-scaling":
        write_rope_scaling(folder / "config.json")


FAMILY = checkpoints.Family(
    name="smolvlm",
    checkpoints=CHECKPOINTS,
    build=build,
    features=features,
    specials=[
        "<image>", "<fake_token_around_image>", "<global-img>", "<end_of_utterance>", "<|im_start|>",
        *(f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)),
    ],
    after_save=change_layout,
)  # fmt: skip

if __name__ == "__main__":
    checkpoints.main(FAMILY)
