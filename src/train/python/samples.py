"""Makes kafka/samples out of generated scenes, that is, of what `scenes --split new-scenes --out DIR` wrote."""
import argparse
import json
import shutil
from collections import Counter
from pathlib import Path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scenes", type=Path)
    parser.add_argument("samples", type=Path)
    args = parser.parse_args()
    pictures = {}
    numbers = Counter()
    with open(args.samples / "jobs.jsonl", "w") as jobs:
        for line in open(args.scenes / "dataset.jsonl"):
            question = json.loads(line)
            picture = pictures.setdefault(question["image"], f"scene-{len(pictures):02d}")
            stem = f"{picture}-{question['type'].replace('_', '-')}"
            numbers[stem] += 1
            job = {
                "id": f"{stem}-{numbers[stem]}",
                "image": {"uri": f"{picture}.png"},
                "question": question["question"],
                "expected": question["answers"],
                "type": question["type"],
                "expectedRegion": question["region"],
            }
            jobs.write(json.dumps(job) + "\n")
    for source, picture in pictures.items():
        shutil.copyfile(args.scenes / source, args.samples / f"{picture}.png")


if __name__ == "__main__":
    main()
