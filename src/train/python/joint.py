"""Stage 4: encoder, projector and decoder together, at a low rate, on questions and patch labels at once.

Runs one process a core: `torchrun --nproc-per-node 2 joint.py ...`. Gradients are averaged; each process computes the
expensive updates of its share of the matrices and sends them to the others.
"""
import argparse
import math
import random
import time
from collections import defaultdict

import torch
import torch.distributed as dist

import scenes
from decoder import answer_loss, by_type, evaluate, show
from encoder import brightness
from muon import Optimizers
from network import PatchTeacher, Space, load, see


def average_gradients(parameters):
    flat = torch.cat([p.grad.flatten() if p.grad is not None else torch.zeros(p.numel()) for p in parameters])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for parameter, gradient in zip(parameters, flat.split([p.numel() for p in parameters])):
        parameter.grad = gradient.view_as(parameter)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--layers", type=int, required=True)
    parser.add_argument("--scenes", nargs="+", required=True)
    parser.add_argument("--validation", required=True)
    parser.add_argument("--encoder", required=True, help="state of stage 1")
    parser.add_argument("--decoder", required=True, help="state of stage 3")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--batch", type=int, default=3)
    parser.add_argument("--questions", type=int, default=14)
    parser.add_argument("--patch-weight", type=float, default=0.3)
    parser.add_argument("--state", required=True)
    parser.add_argument("--seed", type=int, default=2)
    args = parser.parse_args()
    dist.init_process_group("gloo")
    rank = dist.get_rank()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    model, tokenizer = load(args.model, args.layers)
    data = scenes.Scenes(args.scenes, tokenizer)
    validation = scenes.Scenes([args.validation], tokenizer, data.vocabulary)
    model.load_state_dict(torch.load(args.decoder)["model"])
    state = torch.load(args.encoder)
    eyes = {k: v for k, v in state["model"].items() if "language_model" not in k and "lm_head" not in k}
    model.load_state_dict(eyes, strict=False)
    teacher = PatchTeacher(Space(model, data.vocabulary), model.config.vision_config.hidden_size)
    teacher.load_state_dict(state["teacher"])
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("embed_tokens" not in name and "lm_head" not in name)
    optimizers = Optimizers(list(model.named_parameters()) + list(teacher.named_parameters()), args.learning_rate, rank, dist.get_world_size())
    step, spent = 0, 0.0
    try:
        state = torch.load(f"{args.state}.{rank}")
        model.load_state_dict(state["model"])
        teacher.load_state_dict(state["teacher"])
        optimizers.load_state_dict(state["optimizers"])
        step, spent = state["step"], state["spent"]
    except FileNotFoundError:
        pass
    rng = random.Random(args.seed * 1000003 + step * 7 + rank)
    generator = torch.Generator().manual_seed(args.seed * 1000003 + step * 7 + rank)
    places = torch.arange(256).expand(args.batch, -1) + 2

    def finish(last):
        torch.save(dict(model=model.state_dict(), teacher=teacher.state_dict(), optimizers=optimizers.state_dict(), step=step, spent=spent), f"{args.state}.{rank}")
        if rank == 0:
            count = 300 if last else 100
            print("VALIDATION", step, show(evaluate(model, validation, lambda pictures, labels: see(model, pictures)[1], count)), flush=True)
        dist.barrier()

    last, mean, recent = time.time(), [0.0, 0.0], defaultdict(lambda: [0, 0])
    while True:
        now = time.time()
        clock = torch.tensor([spent + now - last])
        dist.broadcast(clock, 0)  # one clock, so that all stop at the same step
        spent, last = clock.item(), now
        done = spent / (args.minutes * 60)
        if done >= 1:
            break
        indices = [rng.randrange(len(data)) for _ in range(args.batch)]
        pictures, labels = data.batch(indices)
        prompt, types = data.prompts(indices, args.questions, rng)
        states, visual = see(model, brightness(pictures, generator))
        patches, _ = teacher(states, visual, labels)
        answers, right, wanted = answer_loss(model, visual, places, prompt)
        (answers + args.patch_weight * patches).backward()
        average_gradients(optimizers.parameters)
        rate = 1 if done < 0.4 else 0.5 * (1 + math.cos(math.pi * (done - 0.4) / 0.6)) * 0.97 + 0.03
        optimizers.step(rate * min(1, (step + 1) / 100))
        step += 1
        mean = [0.98 * a + 0.02 * b.item() for a, b in zip(mean, (answers, patches))]
        by_type(right, wanted, types, recent)
        if step % 100 == 0:
            if rank == 0:
                print(step, f"{spent / 60:.1f} min {spent / step:.2f} s/step loss {mean[0]:.3f} patches {mean[1]:.3f}", show({k: a / n for k, (a, n) in sorted(recent.items())}), flush=True)
            recent.clear()
        if step % 500 == 0:
            finish(False)
            last = time.time()
    finish(True)


if __name__ == "__main__":
    main()
