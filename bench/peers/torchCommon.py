"""What the runners in PyTorch share: a training step, and how a run of steps is timed and reported."""

import os

import torch
import torch.nn.functional as F
from common import report, time_each


def layout():
    """The memory layout asked for by IMAGO_BENCH_LAYOUT."""
    last = os.environ.get("IMAGO_BENCH_LAYOUT") == "channels_last"
    return torch.channels_last if last else torch.contiguous_format


def steps_of(model, optimizer, data, target):
    """A function that does one training step on what `data` gives, and returns its loss."""

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(data()), target)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def learning(model, losses):
    """Weights, so many of them trained, and the first and last loss."""
    weights = list(model.parameters())
    return {
        "parameters": sum(each.numel() for each in weights),
        "trained": sum(each.numel() for each in weights if each.requires_grad),
        "firstLoss": float(f"{losses[0]:.4g}"),
        "lastLoss": float(f"{losses[-1]:.4g}"),
        "threads": torch.get_num_threads(),
    }


def report_steps(model, step, count, warm_up):
    losses = []
    samples = time_each(lambda: losses.append(step()), count, warm_up)
    report(samples, torch.__version__, **learning(model, losses))
