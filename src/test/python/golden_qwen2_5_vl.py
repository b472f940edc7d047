"""Writes golden/qwen2_5_vl: tiny random Qwen2.5-VL checkpoints and what transformers computes with them."""

import torch
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

import checkpoints
import qwen_vl

SMALL = dict(size={"shortest_edge": 1536, "longest_edge": 3072})

# One entry a checkpoint. `text` and `vision` are keys of the checkpoint's own config.json.
CHECKPOINTS = {
    "plain": dict(
        vision=dict(patch_size=4, window_size=24, fullatt_block_indexes=[1]),
        text=dict(hidden_size=32, num_attention_heads=2, num_key_value_heads=2),
        rope=dict(mrope_section=[2, 3, 3]),
        processor=SMALL,
        template=("jinja", qwen_vl.TEMPLATE),
        all_logits=True,
    ),
    "gqa-tied-sharded-bf16": dict(
        vision=dict(patch_size=4, depth=4, window_size=16, fullatt_block_indexes=[0, 2]),
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
        vision=dict(
            patch_size=14, num_heads=4, hidden_size=32, depth=3, window_size=112,
            fullatt_block_indexes=[2],
        ),
        text=dict(hidden_size=32, num_attention_heads=2, num_key_value_heads=1),
        rope=dict(mrope_section=[4, 2, 2]),
        processor=dict(size={"shortest_edge": 28 * 28 * 12, "longest_edge": 28 * 28 * 24}),
        template=("tokenizer_config", qwen_vl.TEMPLATE),
    ),
    "odd-sizes": dict(
        vision=dict(
            patch_size=3, spatial_merge_size=3, temporal_patch_size=3, hidden_size=24, num_heads=3,
            hidden_act="gelu", intermediate_size=19, window_size=20, fullatt_block_indexes=[],
        ),
        text=dict(
            hidden_size=30, num_attention_heads=3, num_key_value_heads=3, intermediate_size=27,
            num_hidden_layers=3, vocab_extra=6,
        ),
        rope=dict(mrope_section=[1, 2, 2], rope_theta=500.0),
        processor=dict(
            size={"shortest_edge": 1200, "longest_edge": 2400}, image_mean=[0.5, 0.4, 0.3],
            image_std=[0.2, 0.3, 0.4], resample=2,
        ),
        template=("jinja", qwen_vl.TEMPLATE),
    ),
    "windows-of-one": dict(
        vision=dict(
            patch_size=8, spatial_merge_size=1, temporal_patch_size=1, window_size=8, depth=3,
            fullatt_block_indexes=[1],
        ),
        text=dict(hidden_size=48, num_attention_heads=2, num_key_value_heads=1),
        rope=dict(mrope_section=[2, 4, 6]),
        processor=dict(size={"shortest_edge": 8 * 8 * 12, "longest_edge": 8 * 8 * 40}),
        template=("json", qwen_vl.TEMPLATE),
    ),
    "old-layout-fp16": dict(
        vision=dict(patch_size=4, window_size=16, depth=3, fullatt_block_indexes=[2]),
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
    vision = dict(depth=2, hidden_size=16, intermediate_size=32, num_heads=2, out_hidden_size=text["hidden_size"])
    config = Qwen2_5_VLConfig(
        text_config=text | dict(rope_parameters=rope),
        vision_config=vision | spec["vision"],
        tie_word_embeddings=spec.get("tied", False),
        **qwen_vl.token_ids(tokenizer),
    )
    model = Qwen2_5_VLForConditionalGeneration(config)
    return model, qwen_vl.processor(spec, config.vision_config, tokenizer)


FAMILY = qwen_vl.family("qwen2_5_vl", CHECKPOINTS, build)

if __name__ == "__main__":
    checkpoints.main(FAMILY)
