"""Times a checkpoint in the application and in transformers, turn by turn, on one thread of the same core.

    python time_checkpoint.py CHECKPOINT --jar ../../../target/quarkus-app/quarkus-run.jar --image PICTURE --core 1

Each runs in a process of its own that loads the checkpoint in float32 and answers one question with so many tokens.
Printed are seconds from the start of the process until the weights are there, and seconds of the question; in brackets,
those that the processor worked for the process until the weights were there, and from there to its end, which say more
on a machine that does other things too. Then the most memory that was resident: all of it, and what is of no file.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

QUESTION = "What is on the left of the red car?"


def reference(arguments) -> None:
    """What the child process does that stands for transformers."""
    import torch
    from transformers import AutoModelForImageTextToText, AutoTokenizer
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
    from PIL import Image

    torch.set_num_threads(1)
    model = AutoModelForImageTextToText.from_pretrained(arguments.checkpoint, dtype=torch.float32).eval()
    print("loaded", flush=True)
    tokenizer = AutoTokenizer.from_pretrained(arguments.checkpoint)
    images = Qwen2VLImageProcessorPil.from_pretrained(arguments.checkpoint)
    begun = time.monotonic()
    inputs = images(Image.open(arguments.image).convert("RGB"), return_tensors="pt")
    count = int(inputs["image_grid_thw"].prod()) // images.merge_size**2
    conversation = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": QUESTION}]}]
    prompt = tokenizer.apply_chat_template(conversation, tokenize=False, add_generation_prompt=True)
    prompt = prompt.replace("<|image_pad|>", "<|image_pad|>" * count)
    ids = tokenizer(prompt, return_tensors="pt")
    types = (ids["input_ids"] == model.config.image_token_id).int()
    with torch.no_grad():
        out = model.generate(
            **ids, **inputs, mm_token_type_ids=types, do_sample=False, max_new_tokens=arguments.tokens, eos_token_id=None
        )
    seconds = time.monotonic() - begun
    print(json.dumps({"tokens": out[0, ids["input_ids"].shape[1] :].tolist(), "seconds": seconds}), flush=True)


def application(arguments) -> list[str]:
    return [
        "java", *arguments.java, "-Dcrop.intra-op-threads=1",
        '-Dquarkus.log.category."io.cropvqa.model.weights".level=INFO', "-jar", str(arguments.jar),
        "ask", "--model", str(arguments.checkpoint), "--image", str(arguments.image), "--question", QUESTION,
        "--pruning", "none", "--max-new-tokens", str(arguments.tokens), "--json",
    ]  # fmt: skip


def resident(pid: int) -> dict[str, int]:
    """kB of a process: the most that was resident, and what is resident and of no file."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    fields = dict(line.split(":", 1) for line in lines)
    return {k: int(fields[k].split()[0]) for k in ("VmHWM", "RssAnon") if k in fields}


def worked(pid: int) -> float:
    """Seconds that the processor worked for a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(command: list[str], core: int | None, verbose: bool) -> dict:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    pin = (lambda: os.sched_setaffinity(0, {core})) if core is not None else None
    begun = time.monotonic()
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=pin,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    most: dict[str, int] = {}

    def watch() -> None:
        while child.poll() is None:
            for key, value in resident(child.pid).items():
                most[key] = max(most.get(key, 0), value)
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    result, loaded = {}, None
    for line in child.stdout:
        if line.startswith("loaded") or "100 % of" in line:
            loaded = time.monotonic() - begun, worked(child.pid)
        elif line.startswith("{"):
            result = json.loads(line)
        if verbose:
            print(line, end="", file=sys.stderr)
    child.wait()
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    in_all = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if "timings" in result:
        timings = result["timings"]
        result = {"tokens": result["tokenIds"], "seconds": (timings["totalMs"] - timings["queueMs"]) / 1000}
    return result | {
        "load": loaded[0], "worked": loaded[1], "worked_then": in_all - loaded[1],
        "resident": most["VmHWM"] / 1e6, "anonymous": most["RssAnon"] / 1e6,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--image", type=Path, required=True)
    parser.add_argument("--jar", type=Path)
    parser.add_argument("--java", action="append", default=[], help="an option of java, such as --java=-Xmx2g")
    parser.add_argument("--tokens", type=int, default=8)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--core", type=int)
    parser.add_argument("--verbose", action="store_true", help="what the processes say")
    parser.add_argument("--reference", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.reference:
        reference(arguments)
        return
    commands = {
        "crop-vqa": application(arguments),
        "transformers": [sys.executable, __file__, *sys.argv[1:], "--reference"],
    }
    results: dict[str, list[dict]] = {name: [] for name in commands}
    for turn in range(arguments.turns):
        for name, command in commands.items():
            result = run(command, arguments.core, arguments.verbose)
            results[name].append(result)
            print(turn, name, json.dumps(result), flush=True)
    print(f"| | loaded s | {arguments.tokens} tokens s | resident GB | of no file GB |\n|---|---|---|---|---|")
    for name, runs in results.items():
        keys = ("load", "worked", "seconds", "worked_then", "resident", "anonymous")
        middle = [statistics.median(one[key] for one in runs) for key in keys]
        print("| {} | {:.1f} ({:.1f}) | {:.1f} ({:.1f}) | {:.1f} | {:.1f} |".format(name, *middle))
    print("same tokens:", len({tuple(one["tokens"]) for runs in results.values() for one in runs}) == 1)


if __name__ == "__main__":
    main()
