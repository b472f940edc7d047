"""Writes golden/attention: what the last token of a prompt attends to in transformers, on the golden checkpoints.

One file a family, with a tensor `<checkpoint>.<case>` of [T], averaged over heads, for two pictures' cases of each
checkpoint that transformers 5 reads as it is: the attention of the layer 14/32 of the way through the decoder.

`<checkpoint>.received.<picture>` is how strongly the tower attends to each visual token in the layer that the features
come from, [N]: its class token, or where it has none all patches, as a mean over heads, patches that attend and a
token's patches. LLaVA-NeXT has none here. Of Qwen's towers there are the keys too, `<checkpoint>.keys.<picture>`, as a
mean over heads and a token's patches, [N, d].
"""

import json
from contextlib import contextmanager

import torch
from safetensors.torch import save_file
from transformers.models.qwen2_5_vl import modeling_qwen2_5_vl
from transformers.models.qwen2_vl import modeling_qwen2_vl

import checkpoints
import golden_llava
import golden_llava_next
import golden_qwen2_5_vl
import golden_qwen2_vl
import golden_smolvlm
import pictures

FAMILIES = [module.FAMILY for module in (golden_llava, golden_llava_next, golden_smolvlm, golden_qwen2_vl, golden_qwen2_5_vl)]
CASES = 4


@contextmanager
def watched(module, name: str, watch):
    """A function of a module, with its calls' arguments and results shown to another."""
    original = getattr(module, name)

    def watching(*arguments, **settings):
        result = original(*arguments, **settings)
        watch(arguments, result)
        return result

    setattr(module, name, watching)
    yield
    setattr(module, name, original)


def tower_maps(modeling, tower, pixels: torch.Tensor, grid: torch.Tensor) -> dict[str, torch.Tensor]:
    """What the tower's last layer attends to, and its keys, token by token."""
    received, keys, order = [], [], []

    def attended(arguments, result):
        module, _, key, _ = arguments
        if module is tower.blocks[-1].attn:  # once a window
            received.append(result[1][0].mean((0, 1)))
            keys.append(key[0].mean(0))

    with watched(modeling, "eager_attention_forward", attended):
        if hasattr(modeling, "get_vision_window_index"):
            with watched(modeling, "get_vision_window_index", lambda _, result: order.append(result[0])):
                tower(pixels, grid_thw=grid)
        else:
            tower(pixels, grid_thw=grid)
    unit = tower.spatial_merge_size**2
    received = torch.cat(received).reshape(-1, unit).mean(1)
    keys = torch.cat(keys).reshape(len(received), unit, -1).mean(1)
    places = torch.argsort(order[0]) if order else torch.arange(len(received))
    return {"received": received[places], "keys": keys[places]}


def llava_maps(model, inputs) -> dict[str, torch.Tensor]:
    """Of CLIP's class token, or of all patches of SigLIP."""
    layer = model.config.vision_feature_layer
    maps = model.model.vision_tower(inputs["pixel_values"], output_attentions=True).attentions
    heads = maps[layer if layer < 0 else layer - 1][0].mean(0)
    if model.config.vision_config.model_type != "clip_vision_model":
        return {"received": heads.mean(0)}
    return {"received": heads[0, 1 if model.config.vision_feature_select_strategy == "default" else 0 :]}


def smolvlm_maps(model, inputs) -> dict[str, torch.Tensor]:
    """Of all patches of each tile."""
    pixels = inputs["pixel_values"].flatten(0, 1)
    side = pixels.shape[-1] // model.config.vision_config.patch_size
    mask = torch.ones(len(pixels), side, side, dtype=torch.bool)
    maps = model.model.vision_model(pixels, patch_attention_mask=mask, output_attentions=True).attentions
    block = model.config.scale_factor
    tiles = maps[-1].mean((1, 2)).reshape(-1, side // block, block, side // block, block)
    return {"received": tiles.mean((2, 4)).flatten()}


def qwen_maps(modeling):
    def maps(model, inputs) -> dict[str, torch.Tensor]:
        return tower_maps(modeling, model.model.visual, inputs["pixel_values"], inputs["image_grid_thw"])

    return maps


TOWERS = {
    "llava": llava_maps,
    "smolvlm": smolvlm_maps,
    "qwen2_vl": qwen_maps(modeling_qwen2_vl),
    "qwen2_5_vl": qwen_maps(modeling_qwen2_5_vl),
}


def inputs_of(processor, case: dict):
    inputs = processor.apply_chat_template(
        checkpoints.conversation([case["picture"]], case["question"]),
        add_generation_prompt=True,
        tokenize=True,
        return_dict=True,
        return_tensors="pt",
    )
    assert inputs["input_ids"][0].tolist() == case["input_ids"]
    return inputs


def attention(model, inputs) -> torch.Tensor:
    """Of the prompt's last token, in the middle layer."""
    maps = model(**inputs, output_attentions=True).attentions
    layers = model.config.get_text_config().num_hidden_layers
    assert len(maps) == layers and maps[0].shape[-1] == inputs["input_ids"].shape[1]
    return maps[int(14 / 32 * layers + 0.5)][0, :, -1].mean(0)


@torch.no_grad()
def main() -> None:
    torch.set_num_threads(1)
    out = pictures.GOLDEN / "attention"
    out.mkdir(exist_ok=True)
    for family in FAMILIES:
        maps = {}
        for name, spec in family.checkpoints.items():
            if not spec.get("reloads", True):
                continue
            folder = pictures.GOLDEN / family.name / name
            model, processor = family.build(spec, checkpoints.train_tokenizer(family))
            processor.chat_template = spec["template"][1]
            model = type(model).from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
            for index, case in enumerate(json.loads((folder / "golden.json").read_text())["cases"][:CASES]):
                inputs = inputs_of(processor, case)
                maps[f"{name}.{index}"] = attention(model, inputs)
                if family.name in TOWERS:
                    tower = TOWERS[family.name](model, inputs)
                    maps |= {f"{name}.{kind}.{case['picture']}": values for kind, values in tower.items()}
        save_file({k: v.contiguous() for k, v in maps.items()}, out / f"{family.name}.safetensors")
        print(f"{family.name}: {len(maps)} maps", flush=True)


if __name__ == "__main__":
    main()
