"""Stage 1: vision encoder and projector learn to say in every patch of an item what the item is."""
import argparse
import random
import time

import torch

import scenes
from muon import Optimizers
from network import PatchTeacher, Space, load, see


def brightness(pictures, generator):
    """Other light: contrast and brightness of each picture, and each colour a little."""
    batch = len(pictures)
    x = pictures.float()
    gain = 0.8 + 0.4 * torch.rand(batch, 1, 1, 1, generator=generator) + 0.1 * (torch.rand(batch, 1, 1, 3, generator=generator) - 0.5)
    shift = 40 * (torch.rand(batch, 1, 1, 1, generator=generator) - 0.5)
    return (x * gain + shift + 3 * torch.randn(x.shape, generator=generator)).clamp(0, 255)


def schedule(done):
    """Share of the learning rate at a share of the time: flat, then down to a twentieth."""
    return 1 if done < 0.55 else max(0.05, 1 - (done - 0.55) / 0.45)


@torch.no_grad()
def evaluate(model, teacher, data, count=240):
    total = {}
    for start in range(0, count, 24):
        pictures, labels = data.batch(range(start, start + 24))
        _, right = teacher(*see(model, pictures), labels)
        for key, value in right.items():
            total[key] = total.get(key, 0) + value * 24 / count
    return total


def show(right):
    return " ".join(f"{key} {value:.3f}" for key, value in right.items())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True, help="checkpoint to start from")
    parser.add_argument("--scenes", nargs="+", required=True)
    parser.add_argument("--validation", required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--batch", type=int, default=6)
    parser.add_argument("--state", required=True, help="file of the training state; gone on with if it exists")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    model, tokenizer = load(args.model)
    data = scenes.Scenes(args.scenes, tokenizer)
    validation = scenes.Scenes([args.validation], tokenizer, data.vocabulary)
    space = Space(model, data.vocabulary)
    teacher = PatchTeacher(space, model.config.vision_config.hidden_size)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("vision_tower" in name or "projector" in name)
    optimizers = Optimizers(list(model.named_parameters()) + list(teacher.named_parameters()), args.learning_rate)
    step, spent = 0, 0.0
    try:
        state = torch.load(args.state)
        model.load_state_dict(state["model"])
        teacher.load_state_dict(state["teacher"])
        optimizers.load_state_dict(state["optimizers"])
        step, spent = state["step"], state["spent"]
        print("going on from step", step, flush=True)
    except FileNotFoundError:
        pass
    rng = random.Random(args.seed * 1000003 + step)
    generator = torch.Generator().manual_seed(args.seed * 1000003 + step)
    print(len(data), "scenes, before", show(evaluate(model, teacher, validation)), flush=True)

    def save():
        torch.save(dict(model=model.state_dict(), teacher=teacher.state_dict(), optimizers=optimizers.state_dict(), step=step, spent=spent), args.state)

    last, mean = time.time(), {}
    while spent < args.minutes * 60:
        pictures, labels = data.batch([rng.randrange(len(data)) for _ in range(args.batch)])
        loss, right = teacher(*see(model, brightness(pictures, generator)), labels)
        loss.backward()
        optimizers.step(schedule(spent / (args.minutes * 60)) * min(1, (step + 1) / 100))
        step += 1
        for key, value in dict(right, loss=loss.item()).items():
            mean[key] = 0.98 * mean.get(key, value) + 0.02 * value
        now = time.time()
        spent += now - last
        last = now
        if step % 100 == 0:
            print(step, f"{spent / 60:.1f} min", f"{step * args.batch / spent:.1f}/s", show(mean), flush=True)
        if step % 1000 == 0:
            save()
            print("VALIDATION", step, show(evaluate(model, teacher, validation)), flush=True)
            last = time.time()
    save()
    print("VALIDATION", step, show(evaluate(model, teacher, validation)), flush=True)


if __name__ == "__main__":
    main()
