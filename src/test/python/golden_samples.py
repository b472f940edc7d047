"""What transformers answers to every sample job with the bundled model: src/test/resources/golden/samples/answers.json."""
import json
from pathlib import Path

import torch
from PIL import Image
from transformers import AutoTokenizer, LlavaForConditionalGeneration
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "src/main/resources/models/crop-scenes-2m"
SAMPLES = ROOT / "kafka/samples"
OUT = ROOT / "src/test/resources/golden/samples/answers.json"


def main():
    model = LlavaForConditionalGeneration.from_pretrained(MODEL, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    processor = CLIPImageProcessorPil.from_pretrained(MODEL)
    answers = {}
    for line in open(SAMPLES / "jobs.jsonl"):
        job = json.loads(line)
        pixels = processor(Image.open(SAMPLES / job["image"]["uri"]), return_tensors="pt")["pixel_values"]
        content = [dict(type="image"), dict(type="text", text=job["question"])]
        prompt = tokenizer.apply_chat_template([dict(role="user", content=content)], add_generation_prompt=True, tokenize=False)
        ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
        place = ids.index(model.config.image_token_index)
        ids = ids[:place] + [model.config.image_token_index] * model.config.image_seq_length + ids[place + 1:]
        inputs = torch.tensor([ids])
        with torch.no_grad():
            out = model.generate(input_ids=inputs, attention_mask=torch.ones_like(inputs), pixel_values=pixels, max_new_tokens=8, do_sample=False)
        answers[job["id"]] = tokenizer.decode(out[0, len(ids):], skip_special_tokens=True).strip()
    OUT.write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main()
