"""crop-vqa beside transformers: the same weights, prompts and threads on the same core, one process after the other, round by round.

Prints the ratios of medians over all rounds: prefill time of ours to theirs (below 1: ours is faster), decode tokens a second of ours to
theirs (above 1: ours is faster), theirs by plain calls of the model and by `generate`. Needs the packaged application.

    python compare.py --core 1 --rounds 5 --out compare.json
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
BUNDLED = ROOT / "src/main/resources/models/crop-scenes-2m"


def run(command, what, prompts, options):
    pinned = ["taskset", "-c", str(options.core)] if options.core is not None else []
    common = ["--prompt-tokens", prompts, "--new-tokens", options.new_tokens, "--rounds", 1, "--threads", options.threads]
    whole = [str(part) for part in pinned + command + what + common]
    return json.loads(subprocess.run(whole, stdout=subprocess.PIPE, check=True, text=True).stdout)


def ours(*how):
    options = how[-1]
    return run(["java", "-jar", options.jar, "bench", "--json"], *how)["decoder"]["rows"]


def theirs(*how):
    return run([sys.executable, HERE / "bench_transformers.py"], *how)["rows"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--jar", type=Path, default=ROOT / "target/quarkus-app/quarkus-run.jar")
    arguments.add_argument("--core", type=int, help="the core that both run on")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--new-tokens", type=int, default=32)
    arguments.add_argument("--model-prompts", default="600,2400", help="prompts to the bundled model")
    arguments.add_argument("--shape", default="llama-1b")
    arguments.add_argument("--shape-prompts", default="64", help="prompts to the shape")
    arguments.add_argument("--out", type=Path, help="writes every figure here")
    options = arguments.parse_args()
    subjects = {
        "bundled model": (["--model", BUNDLED], options.model_prompts),
        options.shape: (["--shape", options.shape], options.shape_prompts),
    }
    figures = []
    for round_ in range(options.rounds):
        for subject, (what, prompts) in subjects.items():
            for side, bench in (("ours", ours), ("theirs", theirs)):
                for row in bench(what, prompts, options):
                    for measure in ("prefillMs", "decodeTokensPerSecond", "generateTokensPerSecond"):
                        if measure in row:
                            figures.append((subject, row["method"], side, measure, row[measure]["median"]))
        print(f"round {round_ + 1} of {options.rounds}", file=sys.stderr)
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1))
    table(figures)


def table(figures):
    def median(subject, method, side, measure):
        return statistics.median(value for *key, value in figures if key == [subject, method, side, measure])

    print("| | prompt | ours | transformers | ratio |")
    print("|---|---|---|---|---|")
    for subject, method in dict.fromkeys((figure[0], figure[1]) for figure in figures):
        for label, mine, other in (
            ("prefill ms", "prefillMs", "prefillMs"),
            ("decode tokens/s", "decodeTokensPerSecond", "decodeTokensPerSecond"),
            ("decode tokens/s, `generate`", "decodeTokensPerSecond", "generateTokensPerSecond"),
        ):
            a, b = median(subject, method, "ours", mine), median(subject, method, "theirs", other)
            print(f"| {subject}: {label} | {method} | {a:.2f} | {b:.2f} | {a / b:.2f} |")


if __name__ == "__main__":
    main()
