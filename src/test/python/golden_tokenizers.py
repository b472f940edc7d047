"""Writes golden/tokenizers: tiny tokenizers of the kinds that models have, texts and their ids."""

import json
import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"

from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

from pictures import GOLDEN

FOLDER = GOLDEN / "tokenizers"
CORPUS = [
    "What is on the left of the red car? What is to the right of the green cow?",
    "how many cows are there. how many red cars are there, and where are they?",
    "USER: What number is on the sign? ASSISTANT: there are 10 23 45 67 89 cows, I see.",
    "Is the weather clear? It is raining, and the streets are wet.\n",
]
TEXTS = [
    "",
    " ",
    "What number is on the sign?",
    "  two  blanks,\n\ta tab and a line ",
    "牛はどこですか",
    "a 🐄 and a 👩‍🚀, naïve café",
    "<s>USER: <image> what is red? ASSISTANT:",
    "USER: <image>\nWhere are the cows?</s> ASSISTANT:",
    "<image><image>red<image>",
    "< image> </ s> <imag",
]
SPECIAL = ["<unk>", "<s>", "</s>", "<image>"]


def special(token: str) -> AddedToken:
    return AddedToken(token, special=True, normalized=False)


def add_bos(tokenizer: Tokenizer) -> None:
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A",
        pair="<s> $A <s> $B",
        special_tokens=[("<s>", tokenizer.token_to_id("<s>"))],
    )


def llama_style() -> Tokenizer:
    """BPE with byte fallback and blanks as U+2581, as Llama and LLaVA-1.5 have."""
    normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    learner = Tokenizer(models.BPE())
    learner.normalizer = normalizer
    learner.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=140, show_progress=False))
    learned = json.loads(learner.to_str())["model"]
    tokens = SPECIAL + [f"<0x{byte:02X}>" for byte in range(256)]
    tokens += sorted(learned["vocab"], key=learned["vocab"].get)
    tokenizer = Tokenizer(
        models.BPE(
            vocab={token: index for index, token in enumerate(tokens)},
            merges=[tuple(pair) for pair in learned["merges"]],
            unk_token="<unk>",
            fuse_unk=True,
            byte_fallback=True,
        )
    )
    tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    tokenizer.add_special_tokens([special(token) for token in SPECIAL])
    add_bos(tokenizer)
    return tokenizer


def byte_level() -> Tokenizer:
    """Byte-level BPE, as GPT-2, SmolVLM and Qwen2-VL have; it adds no token of its own."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=360,
            special_tokens=[special(token) for token in SPECIAL],
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        ),
    )
    return tokenizer


def unigram() -> Tokenizer:
    """Unigram, whose vocabulary is a list and holds the special tokens as pieces."""
    pieces = [(token, 0.0) for token in SPECIAL]
    pieces += [("▁" + word, -3.0 - 0.01 * i) for i, word in enumerate(sorted(set(CORPUS[1].split())))]
    letters = sorted(set("".join(CORPUS)) - {" ", "\n"}) + ["▁"]
    pieces += [(letter, -6.0 - 0.01 * i) for i, letter in enumerate(letters)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens([special(token) for token in SPECIAL])
    add_bos(tokenizer)
    return tokenizer


def ids(tokenizer: Tokenizer, text: str) -> list[int]:
    """As transformers' processors do: no special token is added where the text brings its <s>."""
    return tokenizer.encode(text, add_special_tokens=not text.startswith("<s>")).ids


def main() -> None:
    golden = {}
    made = {"llama": llama_style(), "byte-level": byte_level(), "unigram": unigram()}
    for name, tokenizer in made.items():
        folder = FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer.save(str(folder / "tokenizer.json"))
        config = {"bos_token": {"content": "<s>", "special": True}, "eos_token": "</s>"}
        (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")
    made["word-level"] = Tokenizer.from_file(str(FOLDER / "word-level" / "tokenizer.json"))
    for name, tokenizer in made.items():
        golden[name] = [
            {
                "text": text,
                "ids": ids(tokenizer, text),
                "decoded": tokenizer.decode(ids(tokenizer, text), skip_special_tokens=True),
            }
            for text in TEXTS
        ]
    text_form = json.dumps(golden, indent=1, ensure_ascii=False)
    (FOLDER / "golden.json").write_text(text_form + "\n")


if __name__ == "__main__":
    main()
