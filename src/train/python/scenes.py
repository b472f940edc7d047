"""Generated scenes as tensors: pictures, what each patch shows, and questions.

Reads what `java -jar quarkus-run.jar scenes --items` writes: PNG files, dataset.jsonl and items.jsonl.
"""
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

SIZE, PATCH = 256, 16
GRID = SIZE // PATCH
CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
HARD = ("rel", "count", "total")
LEAST_COVER = 0.2  # of a patch, for it to belong to an item
BOS, USER, ASSISTANT, EOS = 1, 5, 6, 2


@dataclass
class Labels:
    """What each of the 256 patches shows; class 0 is nothing."""

    name: np.ndarray  # [256] object
    card: np.ndarray  # [256] colour of the card
    sign: np.ndarray  # [256] text of the sign
    characters: np.ndarray  # [2, 256] characters whose middle lies in the patch
    box: np.ndarray  # [256, 4] the whole item's left, top, right, bottom as shares of the picture
    centre: np.ndarray  # [256] whether the item's middle lies in the patch


class Vocabulary:
    """Which of the tokenizer's words are objects, colours and sign texts."""

    def __init__(self, tokenizer, items):
        kinds = {"name": set(), "card": set(), "sign": set()}
        for scene in items.values():
            for item in scene:
                kinds["name"].add(item["name"])
                kinds["card"].add(item.get("card"))
                kinds["sign"].add(item.get("number", item.get("word")))
        self.words = {kind: sorted(w for w in words if w) for kind, words in kinds.items()}
        self.index = {kind: {w: i + 1 for i, w in enumerate(words)} for kind, words in self.words.items()}
        self.ids = {kind: torch.tensor([tokenizer.encode(w, add_special_tokens=False).ids[0] for w in words]) for kind, words in self.words.items()}


def labels(items, vocabulary):
    """The labels of one scene."""
    cells = GRID * GRID
    out = Labels(*(np.zeros(cells, np.int64) for _ in range(3)), np.zeros((2, cells), np.int64),
                 np.zeros((cells, 4), np.float32), np.zeros(cells, np.float32))
    for item in items:
        left, top, right, bottom = item["box"]
        for y in range(top // PATCH, min(GRID, -(-bottom // PATCH))):
            for x in range(left // PATCH, min(GRID, -(-right // PATCH))):
                width = min(right, (x + 1) * PATCH) - max(left, x * PATCH)
                height = min(bottom, (y + 1) * PATCH) - max(top, y * PATCH)
                if width * height < LEAST_COVER * PATCH * PATCH:
                    continue
                cell = y * GRID + x
                out.name[cell] = vocabulary.index["name"][item["name"]]
                out.card[cell] = vocabulary.index["card"].get(item.get("card"), 0)
                out.sign[cell] = vocabulary.index["sign"].get(item.get("number", item.get("word")), 0)
                out.box[cell] = np.array(item["box"], np.float32) / SIZE
        out.centre[(top + bottom) // 2 // PATCH * GRID + (left + right) // 2 // PATCH] = 1
        if "signBox" in item:
            text = item.get("number", item.get("word"))
            left, top, right, bottom = item["signBox"]
            for i, character in enumerate(text):
                x = left + 3 + (right - left - 6) * (i + 0.5) / len(text)
                cell = int((top + bottom) / 2 // PATCH) * GRID + int(x // PATCH)
                out.characters[1 if out.characters[0, cell] else 0, cell] = CHARACTERS.index(character) + 1
    return out


class Scenes:
    """Some folders of scenes. Pictures are kept as bytes in one array beside the first folder."""

    def __init__(self, folders, tokenizer, vocabulary=None):
        self.items, self.questions, files = {}, {}, []
        for folder in map(Path, folders):
            for line in open(folder / "items.jsonl"):
                scene = json.loads(line)
                key = str(folder / scene["image"])
                self.items[key] = scene["items"]
                self.questions[key] = []
                files.append(key)
            for line in open(folder / "dataset.jsonl"):
                question = json.loads(line)
                self.questions[str(folder / question["image"])].append(question)
        self.files = files
        self.tokenizer = tokenizer
        self.vocabulary = vocabulary or Vocabulary(tokenizer, self.items)
        self.pictures = self._pictures([Path(f) for f in folders])

    @staticmethod
    def _pictures(folders):
        parts = []
        for folder in folders:
            cache = folder / "pictures.npy"
            if not cache.exists():
                files = [json.loads(line)["image"] for line in open(folder / "items.jsonl")]
                array = np.stack([np.asarray(Image.open(folder / file).convert("RGB")) for file in files])
                part = folder / "pictures.part.npy"
                np.save(part, array)
                part.rename(cache)
            parts.append(np.load(cache, mmap_mode="r"))
        return parts

    def picture(self, index):
        for part in self.pictures:
            if index < len(part):
                return part[index]
            index -= len(part)
        raise IndexError(index)

    def __len__(self):
        return len(self.files)

    def batch(self, indices):
        """Pictures [B, 256, 256, 3] as bytes and the stacked labels."""
        pictures = torch.from_numpy(np.stack([self.picture(i) for i in indices]))
        all_labels = [labels(self.items[self.files[i]], self.vocabulary) for i in indices]
        stacked = {field: torch.from_numpy(np.stack([getattr(one, field) for one in all_labels])) for field in Labels.__dataclass_fields__}
        return pictures, stacked

    @staticmethod
    def _drawn(questions, count, rng):
        """The types that take longest to learn first, if any: look-ups are many and soon known."""
        shuffled = rng.sample(questions, len(questions))
        return sorted(shuffled, key=lambda question: question["type"] not in HARD)[:count]

    def prompts(self, indices, count, rng):
        """Up to `count` questions of each scene in one sequence: ids, their question, position and target, and the types."""
        ids, blocks, positions, targets, types = [], [], [], [], []
        for index in indices:
            row, block, position, target = [], [], [], []
            asked = self.questions[self.files[index]]
            asked = self._drawn(asked, min(count, len(asked)), rng)
            for number, question in enumerate(asked):
                prompt = self.tokenizer.encode(question["question"], add_special_tokens=False).ids + [ASSISTANT]
                answer = self.tokenizer.encode(question["answers"][0], add_special_tokens=False).ids + [EOS]
                tokens = prompt + answer[:-1]
                row += tokens
                block += [number] * len(tokens)
                position += range(len(tokens))
                target += [-100] * (len(prompt) - 1) + answer
            ids.append(row)
            blocks.append(block)
            positions.append(position)
            targets.append(target)
            types.append([question["type"] for question in asked])
        length = max(map(len, ids))

        def pad(rows, value):
            return torch.tensor([row + [value] * (length - len(row)) for row in rows])

        return dict(ids=pad(ids, 0), blocks=pad(blocks, -1), positions=pad(positions, 0), targets=pad(targets, -100)), types
