"""Writes golden/templates/golden.json: what transformers renders from the templates beside it."""

import json

from transformers.utils.chat_template_utils import render_jinja_template

from pictures import GOLDEN

TEMPLATES = GOLDEN / "templates"
SPECIAL_TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}
QUESTIONS = [
    "What number is on the sign?",
    "  {{ 7 * 7 }} {% raw %} {# note #} {{ messages }} ",
    "Two\nlines, \"quotes\", 'more', <b>&amp;</b> \\n \\ 牛はどこ 🐄",
    "</s><image> [INST] ASSISTANT:",
    "\u3000\u00a0 牛はどこですか\u2028 \u3000",
]


def text(value: str) -> dict:
    return {"type": "text", "text": value}


def user(*parts: dict) -> dict:
    return {"role": "user", "content": list(parts)}


def conversations() -> list[list[dict]]:
    image = {"type": "image"}
    system = {"role": "system", "content": [text("Answer in one word.")]}
    answer = {"role": "assistant", "content": [text("A cow.")]}
    single = [[user(image, text(question))] for question in QUESTIONS]
    return single + [
        [system, user(image, text(QUESTIONS[0]))],
        [user(text(QUESTIONS[0]), image)],
        [user(image, text(QUESTIONS[0])), answer, user(text("Why?"))],
    ]


def render(source: str, messages: list[dict], add_generation_prompt: bool) -> str:
    rendered, _ = render_jinja_template(
        [messages],
        chat_template=source,
        add_generation_prompt=add_generation_prompt,
        **SPECIAL_TOKENS,
    )
    return rendered[0]


def main() -> None:
    cases = []
    for file in sorted(TEMPLATES.glob("*.jinja")):
        for index, messages in enumerate(conversations()):
            for add_generation_prompt in [True] + [False] * (index == 0):
                cases.append(
                    {
                        "template": file.name,
                        "messages": messages,
                        "add_generation_prompt": add_generation_prompt,
                        "expected": render(file.read_text(), messages, add_generation_prompt),
                    }
                )
    golden = SPECIAL_TOKENS | {"cases": cases}
    text_form = json.dumps(golden, indent=1, ensure_ascii=False)
    (TEMPLATES / "golden.json").write_text(text_form + "\n")


if __name__ == "__main__":
    main()
