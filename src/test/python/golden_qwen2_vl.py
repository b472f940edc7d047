"""Writes golden/qwen2_vl: tiny random Qwen2-VL checkpoints and what transformers computes with them."""

import torch
from transformers import Qwen2VLConfig, Qwen2VLForConditionalGeneration

import checkpoints
import qwen_vl

SMALL = dict(size={"shortest_edge": 1024, "longest_edge": 2048})

# One entry a checkpoint. `text` and `vision` are keys of the checkpoint's own config.json.
CHECKPOINTS = {
    "plain": dict(
        vision=dict(patch_size=4),
        text=dict(hidden_size=32, num_attention_heads=2, num_key_value_heads=2),
        rope=dict(mrope_section=[2, 3, 3]),
        processor=SMALL,
        template=("jinja", qwen_vl.TEMPLATE),
        all_logits=True,
    ),
    "gqa-tied-sharded-bf16": dict(
        vision=dict(patch_size=4, depth=3, mlp_ratio=3),
        text=dict(
            hidden_size=32, num_attention_heads=4, num_key_value_heads=2, num_hidden_layers=4,
            rms_norm_eps=1e-6,
        ),
        rope=dict(mrope_section=[1, 2, 1], rope_theta=10000.0),
        tied=True,
        processor=SMALL,
        template=("jinja", qwen_vl.TEMPLATE),
        dtype=torch.bfloat16,
        shard_size="40KB",
    ),
    "patches-of-14": dict(
        vision=dict(patch_size=14, num_heads=4, embed_dim=32),
        text=dict(hidden_size=32, num_attention_heads=2, num_key_value_heads=1),
        rope=dict(mrope_section=[4, 2, 2]),
        processor=dict(size={"shortest_edge": 56 * 56 * 3, "longest_edge": 28 * 28 * 16}),
        template=("tokenizer_config", qwen_vl.TEMPLATE),
    ),
    "odd-sizes": dict(
        vision=dict(
            patch_size=3, spatial_merge_size=3, temporal_patch_size=3, embed_dim=24, num_heads=3,
            hidden_act="gelu", depth=1,
        ),
        text=dict(
            hidden_size=30, num_attention_heads=3, num_key_value_heads=3, intermediate_size=27,
            num_hidden_layers=3, vocab_extra=6,
        ),
        rope=dict(mrope_section=[1, 2, 2], rope_theta=500.0),
        processor=dict(
            size={"shortest_edge": 900, "longest_edge": 1500}, image_mean=[0.5, 0.4, 0.3],
            image_std=[0.2, 0.3, 0.4], resample=2,
        ),
        template=("jinja", qwen_vl.TEMPLATE),
    ),
    "unmerged": dict(
        vision=dict(patch_size=8, spatial_merge_size=1, temporal_patch_size=1),
        text=dict(hidden_size=48, num_attention_heads=2, num_key_value_heads=1),
        rope=dict(mrope_section=[2, 4, 6]),
        processor=dict(size={"shortest_edge": 8 * 8 * 12, "longest_edge": 8 * 8 * 40}),
        template=("json", qwen_vl.TEMPLATE),
    ),
    "old-layout-fp16": dict(
        vision=dict(patch_size=4),
        text=dict(hidden_size=32, num_attention_heads=4, num_key_value_heads=2, num_hidden_layers=3),
        rope=dict(mrope_section=[1, 1, 2]),
        processor=dict(size={"shortest_edge": 800, "longest_edge": 1600}),
        template=("json", qwen_vl.TEMPLATE),
        dtype=torch.float16,
        layout="old",
    ),
}


def build(spec: dict, tokenizer):
    text = qwen_vl.text_keys(spec, tokenizer)
    rope = dict(rope_type="default", rope_theta=1e6) | spec["rope"]
    vision = dict(depth=2, embed_dim=16, num_heads=2, hidden_size=text["hidden_size"]) | spec["vision"]
    config = Qwen2VLConfig(
        text_config=text | dict(rope_parameters=rope),
        vision_config=vision,
        tie_word_embeddings=spec.get("tied", False),
        **qwen_vl.token_ids(tokenizer),
    )
    return Qwen2VLForConditionalGeneration(config), qwen_vl.processor(spec, config.vision_config, tokenizer)


FAMILY = qwen_vl.family("qwen2_vl", CHECKPOINTS, build)

if __name__ == "__main__":
    checkpoints.main(FAMILY)
