"""The LLaVA that is trained, and the directions in its embedding space that visual tokens are taught to use."""
import math

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import nn
from transformers import LlavaConfig, LlavaForConditionalGeneration

from scenes import ASSISTANT, BOS, CHARACTERS, USER

LENGTH = 11.3  # of a visual token and of a word, so that neither drowns the other in the residual stream
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(1, 3, 1, 1)
STD = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(1, 3, 1, 1)


def load(directory, layers=None):
    """A checkpoint and its tokenizer, its decoder grown to so many layers.

    The layers that it has are spread among fresh ones, which add little at first.
    """
    tokenizer = Tokenizer.from_file(f"{directory}/tokenizer.json")
    model = LlavaForConditionalGeneration.from_pretrained(directory, dtype=torch.float32, attn_implementation="sdpa")
    old = model.model.language_model.layers
    if layers and layers != len(old):
        config = LlavaConfig.from_pretrained(directory)
        config.text_config.num_hidden_layers = layers
        config._attn_implementation = "sdpa"
        grown = LlavaForConditionalGeneration(config).float()
        rest = {k: v for k, v in model.state_dict().items() if "language_model.layers" not in k}
        grown.load_state_dict(rest, strict=False)
        places = [i * layers // len(old) for i in range(len(old))]
        for i, layer in enumerate(grown.model.language_model.layers):
            if i in places:
                layer.load_state_dict(old[places.index(i)].state_dict())
            else:
                for projection in (layer.self_attn.o_proj, layer.mlp.down_proj):
                    projection.weight.data.mul_(0.1)
        model = grown
    return model, tokenizer


def see(model, pictures):
    """Bytes [B, 256, 256, 3] to encoder states and projected visual tokens, [B, 256, 128] each."""
    pixels = (pictures.permute(0, 3, 1, 2).float() / 255 - MEAN) / STD
    states = model.model.vision_tower(pixels).last_hidden_state[:, 1:]
    return states, model.model.multi_modal_projector(states)


def read(model, visual, places, prompt):
    """Hidden states after the questions of B pictures that share their visual tokens: [B, T, D].

    `places` [B, N] are the visual tokens' position ids. Every question sees the picture and itself only.
    """
    ids = prompt["ids"]
    batch, visuals = visual.shape[:2]
    embed = model.get_input_embeddings()
    head = torch.tensor([[BOS, USER]]).expand(batch, 2)
    embeddings = torch.cat([embed(head), visual, embed(ids)], 1)
    positions = torch.cat([torch.arange(2).expand(batch, -1), places, prompt["positions"] + 258], 1)
    prefix, length = visuals + 2, ids.shape[1]
    blocks = prompt["blocks"]
    allowed = torch.zeros(batch, prefix + length, prefix + length, dtype=torch.bool)
    allowed[:, :prefix, :prefix] = torch.ones(prefix, prefix, dtype=torch.bool).tril()
    allowed[:, prefix:, :prefix] = True
    same = (blocks[:, :, None] == blocks[:, None, :]) & torch.ones(length, length, dtype=torch.bool).tril()
    allowed[:, prefix:, prefix:] = same | torch.eye(length, dtype=torch.bool)
    mask = torch.zeros(allowed.shape).masked_fill(~allowed, -1e9)[:, None]
    hidden = model.model.language_model(inputs_embeds=embeddings, attention_mask=mask, position_ids=positions, use_cache=False).last_hidden_state
    return hidden[:, prefix:]


class Space:
    """Directions in the space of the word embeddings: words, and outside of them where and how large an item is."""

    GEOMETRY = 0.2

    def __init__(self, model, vocabulary):
        embeddings = F.normalize(model.get_input_embeddings().weight.detach(), dim=-1)
        self.words = {kind: embeddings[ids] for kind, ids in vocabulary.ids.items()}
        words = torch.cat(list(self.words.values()))
        spare = torch.linalg.svd(words, full_matrices=True)[2][len(words):]  # orthogonal to every such word
        self.geometry = spare[:10]
        self.centre = spare[10]

    @staticmethod
    def code(box):
        """[..., 4] boxes to [..., 10]: middle as two frequencies a side, width and height."""
        x, y = (box[..., 0] + box[..., 2]) / 2, (box[..., 1] + box[..., 3]) / 2
        waves = [f(math.pi * k * side) for side in (x, y) for k in (1, 2) for f in (torch.sin, torch.cos)]
        return torch.stack(waves + [4 * (box[..., 2] - box[..., 0]) - 1, 4 * (box[..., 3] - box[..., 1]) - 1], -1)

    def ideal(self, labels, generator, noise=0.05):
        """Visual tokens as they should be: sums of directions of what each patch shows, plus noise."""
        batch, cells = labels["name"].shape

        def amount(low, high):
            return low + (high - low) * torch.rand(batch, cells, 1, generator=generator)

        total = torch.zeros(batch, cells, self.geometry.shape[1])
        for kind, (low, high) in dict(name=(0.4, 0.8), card=(0.3, 0.7), sign=(0.3, 0.8)).items():
            table = torch.cat([torch.zeros(1, total.shape[2]), self.words[kind]])
            total += amount(low, high) * table[labels[kind]]
        item = (labels["name"] > 0).float()[..., None]
        total += item * amount(0.7, 1.3) * (self.GEOMETRY * self.code(labels["box"]) @ self.geometry)
        total += labels["centre"][..., None] * amount(0.3, 0.6) * self.centre
        total += torch.randn(total.shape, generator=generator) * noise * (1 + 1.5 * (1 - item))
        return F.normalize(total, dim=-1) * LENGTH


class PatchTeacher(nn.Module):
    """What every patch should say, as losses on encoder states and projected tokens."""

    def __init__(self, space, width):
        super().__init__()
        self.space = space
        self.scale = nn.Parameter(torch.tensor(15.0))
        self.nothing = nn.Parameter(torch.full((3,), 4.5))
        self.norm = nn.LayerNorm(width)
        self.characters = nn.ModuleList(nn.Linear(width, len(CHARACTERS) + 1) for _ in range(2))

    def forward(self, states, visual, labels):
        unit = F.normalize(visual, dim=-1)
        item = labels["name"] > 0
        loss, right = 0, {}
        for i, (kind, table) in enumerate(self.space.words.items()):
            wanted = labels[kind]
            logits = unit @ table.T * self.scale
            some = wanted > 0
            right[kind] = (logits.argmax(-1)[some] == wanted[some] - 1).float().mean().item()
            logits = torch.cat([self.nothing[i].expand(*wanted.shape, 1), logits], -1)
            weights = torch.ones(logits.shape[-1])
            weights[0] = 0.3
            loss = loss + F.cross_entropy(logits.flatten(0, 1), wanted.flatten(), weight=weights)
        states = self.norm(states)
        for i, head in enumerate(self.characters):
            wanted = labels["characters"][:, i]
            weights = torch.ones(len(CHARACTERS) + 1)
            weights[0] = 0.2
            logits = head(states)
            some = wanted > 0
            right[f"char{i}"] = (logits[some][:, 1:].argmax(-1) == wanted[some] - 1).float().mean().item()
            loss = loss + F.cross_entropy(logits.flatten(0, 1), wanted.flatten(), weight=weights)
        wanted = Space.GEOMETRY * Space.code(labels["box"])
        error = (unit @ self.space.geometry.T - wanted)[item]
        right["place"] = error[:, :8].abs().mean().item() / Space.GEOMETRY
        loss = loss + 20 * error.pow(2).mean()
        centre = 20 * (unit @ self.space.centre - 0.2)
        found = F.binary_cross_entropy_with_logits(centre, labels["centre"], pos_weight=torch.tensor(4.0))
        middle = labels["centre"] > 0
        right["centre"] = (centre[middle] > 0).float().mean().item()
        loss = loss + found + 0.1 * (visual.norm(dim=-1) / LENGTH - 1).pow(2).mean()
        return loss, right
