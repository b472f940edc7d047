"""Stages 2 and 3: a grown decoder learns to look things up.

First on ideal visual tokens (sums of directions, see network.Space), where nothing has to be recognized and looking
things up is learned in minutes; then on what the encoder really says.
"""
import argparse
import random
import time
from collections import defaultdict

import torch
import torch.nn.functional as F

import scenes
from encoder import brightness
from muon import Optimizers
from network import Space, load, read, see


def thin(visual, labels, share, generator):
    """Early on only a share of the patches is shown: always items' middles. Returns tokens and their positions."""
    batch, cells = labels["name"].shape
    keep = max(24, int(share * cells))
    wish = torch.rand(batch, cells, generator=generator) + 2 * labels["centre"] + 0.6 * (labels["name"] > 0).float()
    chosen = wish.topk(keep, 1)[1].sort(1)[0]
    return visual.gather(1, chosen[..., None].expand(-1, -1, visual.shape[2])), chosen + 2


def answer_loss(model, visual, places, prompt):
    hidden = read(model, visual, places, prompt)
    asked = prompt["targets"] >= 0
    logits = model.lm_head(hidden[asked])
    wanted = prompt["targets"][asked]
    return F.cross_entropy(logits, wanted), logits.argmax(-1) == wanted, wanted


def by_type(right, wanted, types, total):
    """Adds the first answer tokens' rightness to the totals of their question types."""
    firsts = right[wanted != scenes.EOS].tolist()
    for kind, value in zip([kind for row in types for kind in row], firsts):
        for key in (kind, "all"):
            total[key][0] += value
            total[key][1] += 1


@torch.no_grad()
def evaluate(model, data, visual_of, count=300):
    total = defaultdict(lambda: [0, 0])
    for start in range(0, count, 10):
        indices = range(start, start + 10)
        pictures, labels = data.batch(indices)
        prompt, types = data.prompts(indices, 6, random.Random(0))
        visual = visual_of(pictures, labels)
        places = torch.arange(256).expand(len(visual), -1) + 2
        _, right, wanted = answer_loss(model, visual, places, prompt)
        by_type(right, wanted, types, total)
    return {key: a / n for key, (a, n) in sorted(total.items())}


def show(values):
    return " ".join(f"{key} {value:.2f}" for key, value in values.items())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--layers", type=int, required=True)
    parser.add_argument("--scenes", nargs="+", required=True)
    parser.add_argument("--validation", required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--questions", type=int, default=16)
    parser.add_argument("--encoder", help="state of stage 1; without it, ideal tokens only")
    parser.add_argument("--decoder", help="state to start the decoder from")
    parser.add_argument("--warm", type=float, default=0.5, help="share of the steps until all patches are shown")
    parser.add_argument("--state", required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    model, tokenizer = load(args.model, args.layers)
    data = scenes.Scenes(args.scenes, tokenizer)
    validation = scenes.Scenes([args.validation], tokenizer, data.vocabulary)
    space = Space(model, data.vocabulary)
    if args.decoder:
        model.load_state_dict(torch.load(args.decoder)["model"])
    if args.encoder:
        eyes = {k: v for k, v in torch.load(args.encoder)["model"].items() if "language_model" not in k and "lm_head" not in k}
        model.load_state_dict(eyes, strict=False)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("language_model.layers" in name or "language_model.norm" in name)
    optimizers = Optimizers(model.named_parameters(), args.learning_rate)
    rng = random.Random(args.seed)
    generator = torch.Generator().manual_seed(args.seed)

    @torch.no_grad()
    def visual_of(pictures, labels):
        return see(model, pictures)[1] if args.encoder else space.ideal(labels, generator)

    begin, mean, recent = time.time(), 0.0, defaultdict(lambda: [0, 0])
    for step in range(args.steps):
        done = step / args.steps
        indices = [rng.randrange(len(data)) for _ in range(args.batch)]
        pictures, labels = data.batch(indices)
        prompt, types = data.prompts(indices, args.questions, rng)
        share = min(1, 0.25 + 0.75 * done / args.warm) if args.warm else 1
        visual = visual_of(brightness(pictures, generator), labels)
        visual, places = thin(visual, labels, share, generator)
        loss, right, wanted = answer_loss(model, visual, places, prompt)
        loss.backward()
        optimizers.step(min(1, (step + 1) / 100) * (1 if done < 0.6 else max(0.05, 1 - (done - 0.6) / 0.4)))
        mean = 0.98 * mean + 0.02 * loss.item()
        by_type(right, wanted, types, recent)
        if (step + 1) % 100 == 0:
            spent = time.time() - begin
            print(step + 1, f"{spent / 60:.1f} min {spent / (step + 1):.2f} s/step tokens {visual.shape[1]} loss {mean:.3f}", show({k: a / n for k, (a, n) in sorted(recent.items())}), flush=True)
            recent.clear()
        if (step + 1) % 250 == 0:
            torch.save(dict(model=model.state_dict(), step=step + 1), args.state)
            print("VALIDATION", step + 1, show(evaluate(model, validation, visual_of, 60)), flush=True)
    torch.save(dict(model=model.state_dict(), step=args.steps), args.state)
    print("VALIDATION", args.steps, show(evaluate(model, validation, visual_of)), flush=True)


if __name__ == "__main__":
    main()
