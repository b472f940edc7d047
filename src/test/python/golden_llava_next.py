"""Writes golden/llava_next: tiny random LLaVA-NeXT checkpoints and what transformers computes with them."""

import torch
from safetensors.torch import load_file, save_file
from transformers import LlavaNextConfig, LlavaNextForConditionalGeneration, LlavaNextProcessor
from transformers.models.llava_next.image_processing_pil_llava_next import LlavaNextImageProcessorPil

import checkpoints
from golden_llava import CHATML, MISTRAL, VICUNA, build_text, build_vision, rename, write_rope_scaling

# As llava-v1.6's: [height, width], in pictures of the tower's size
PINPOINTS = [[1, 2], [2, 1], [2, 2], [3, 1], [1, 3]]

# One entry a checkpoint. `text` and `vision` are keys of the checkpoint's own config.json.
CHECKPOINTS = {
    "vicuna": dict(
        vision=dict(hidden_act="quick_gelu", image_size=24, patch_size=8),
        text=dict(num_key_value_heads=4, hidden_size=24, num_attention_heads=4),
        template=("jinja", VICUNA),
        all_logits=True,
    ),
    "mistral-sharded-bf16": dict(
        vision=dict(hidden_act="quick_gelu", image_size=32, patch_size=8),
        text=dict(
            model_type="mistral", num_key_value_heads=2, hidden_size=32, num_attention_heads=4,
            num_hidden_layers=4, sliding_window=None, rope_parameters={"rope_type": "default", "rope_theta": 1e6},
        ),
        next=dict(vision_feature_layer=-1),
        template=("jinja", MISTRAL),
        dtype=torch.bfloat16,
        shard_size="32KB",
    ),
    "siglip-qwen2-tied": dict(
        tower="siglip",
        vision=dict(image_size=30, patch_size=8),  # the last six pixels of each tile are never seen
        text=dict(
            model_type="qwen2", num_key_value_heads=2, hidden_size=24, num_attention_heads=4,
            tie_word_embeddings=True,
        ),
        next=dict(vision_feature_select_strategy="full"),
        template=("jinja", CHATML),
    ),
    "many-tiles": dict(
        vision=dict(hidden_act="gelu", image_size=16, patch_size=8),
        text=dict(num_key_value_heads=1, hidden_size=24, num_attention_heads=3, head_dim=12, attention_bias=True),
        next=dict(multimodal_projector_bias=False),
        pinpoints=[[1, 1], [4, 3], [3, 5], [2, 6], [6, 2]],
        template=("tokenizer_config", VICUNA),
    ),
    "old-layout-fp16": dict(
        vision=dict(hidden_act="quick_gelu", image_size=24, patch_size=8),
        text=dict(num_key_value_heads=2, hidden_size=24, num_attention_heads=4),
        template=("json", VICUNA),
        dtype=torch.float16,
        layout="old",
    ),
    "model-prefix-layout": dict(
        vision=dict(hidden_act="quick_gelu", image_size=28, patch_size=7, hidden_size=18, num_attention_heads=3),
        text=dict(num_key_value_heads=2, hidden_size=20, num_attention_heads=2, vocab_extra=6),
        processor=dict(resample=2, image_mean=[0.5, 0.4, 0.3], image_std=[0.2, 0.3, 0.4]),
        template=("jinja", VICUNA),
        layout="model-prefix",
    ),
}  # fmt: skip


def build(spec: dict, tokenizer):
    spec["text"] = dict(max_position_embeddings=512) | spec["text"]
    vision = build_vision(spec)
    text = build_text(spec, tokenizer)
    side = vision.image_size
    pinpoints = [[side * rows, side * columns] for rows, columns in spec.get("pinpoints", PINPOINTS)]
    config = LlavaNextConfig(
        vision_config=vision,
        text_config=text,
        image_grid_pinpoints=pinpoints,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        image_seq_length=(side // vision.patch_size) ** 2,
        tie_word_embeddings=text.tie_word_embeddings,
        **spec.get("next", {}),
    )
    image = LlavaNextImageProcessorPil(
        size={"shortest_edge": side},
        crop_size={"height": side, "width": side},
        image_grid_pinpoints=pinpoints,
        **spec.get("processor", {}),
    )
    processor = LlavaNextProcessor(
        image_processor=image,
        tokenizer=tokenizer,
        patch_size=vision.patch_size,
        vision_feature_select_strategy=config.vision_feature_select_strategy,
        num_additional_image_tokens=0 if spec.get("tower") == "siglip" else 1,
    )
    return LlavaNextForConditionalGeneration(config), processor


def features(model, inputs) -> torch.Tensor:
    return model.get_image_features(
        inputs["pixel_values"],
        inputs["image_sizes"],
        vision_feature_layer=model.config.vision_feature_layer,
        vision_feature_select_strategy=model.config.vision_feature_select_strategy,
    ).pooler_output[0]


def change_layout(name: str, spec: dict, folder) -> None:
    """Makes files of what transformers 5 saved that other versions of it did."""
    if "layout" in spec:
        file = folder / "model.safetensors"
        tensors = {rename(k, spec["layout"]): v for k, v in load_file(file).items()}
        save_file(tensors, file, metadata={"format": "pt"})
    if spec.get("layout") == "old":
        write_rope_scaling(folder / "config.json")


FAMILY = checkpoints.Family(
    name="llava_next",
    checkpoints=CHECKPOINTS,
    build=build,
    features=features,
    specials=["<image>", "<|im_start|>", "<|im_end|>"],
    after_save=change_layout,
)

if __name__ == "__main__":
    checkpoints.main(FAMILY)
