"""Muon in float32, since bfloat16 products are slow on CPUs without AVX-512; its updates have the size of AdamW's.

Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024.
"""
from collections import defaultdict

import torch


class Muon(torch.optim.Optimizer):
    def __init__(self, parameters, lr=1e-3, momentum=0.95, weight_decay=0.02):
        super().__init__(list(parameters), dict(lr=lr, momentum=momentum, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            by_shape = defaultdict(list)
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(parameter)
                state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                by_shape[parameter.shape].append((parameter, parameter.grad.lerp(state["momentum"], group["momentum"])))
            for shape, some in by_shape.items():
                x = torch.stack([update for _, update in some])
                tall = shape[0] > shape[1]
                x = x.mT if tall else x
                x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
                for _ in range(5):  # Newton-Schulz: towards the nearest orthogonal matrix
                    a = x @ x.mT
                    x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
                x = x.mT if tall else x
                size = 0.2 * max(shape) ** 0.5
                for (parameter, _), update in zip(some, x):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=-group["lr"] * size)


class Optimizers:
    """Muon for the matrices of layers, AdamW for everything else."""

    def __init__(self, named_parameters, lr):
        matrices, tables, vectors = [], [], []
        for name, parameter in named_parameters:
            if not parameter.requires_grad:
                continue
            hidden = parameter.ndim == 2 and ("layers." in name or "projector" in name)
            (matrices if hidden else tables if parameter.ndim > 1 else vectors).append(parameter)
        self.parameters = matrices + tables + vectors
        self.lr = lr
        self.all = [Muon(matrices, lr=lr)] if matrices else []
        self.all.append(torch.optim.AdamW([dict(params=tables, weight_decay=0.02), dict(params=vectors, weight_decay=0)], lr=lr, betas=(0.9, 0.98)))

    def step(self, share):
        """One step at a share of the highest learning rate."""
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for optimizer in self.all:
            for group in optimizer.param_groups:
                group["lr"] = self.lr * share * (1.5 if isinstance(optimizer, Muon) else 1)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    def state_dict(self):
        return [optimizer.state_dict() for optimizer in self.all]

    def load_state_dict(self, states):
        for optimizer, state in zip(self.all, states):
            optimizer.load_state_dict(state)
