"""Golden values of Keras learning-rate schedules: the rate at a list of steps.

Run as:  python goldens/schedules/make.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from common import agree, floats, numbers, snake, to_numpy, write  # noqa: E402

import keras  # noqa: E402
import torch  # noqa: E402

STEPS = [0, 1, 2, 3, 5, 7, 9, 10, 11, 15, 20, 21, 30, 45, 100, 1000]


def compute(schedule, config, dtype):
    """The rates at STEPS, the step given as a number of dtype."""
    with floats(dtype):
        name = schedule[0].upper() + schedule[1:]
        rate = getattr(keras.optimizers.schedules, name)(**{snake(k): v for k, v in config.items()})
        return [float(to_numpy(rate(keras.ops.convert_to_tensor(step, dtype)))) for step in STEPS]


def case(name, schedule, **config):
    """The case as JSON."""
    values = compute(schedule, config, "float64")
    agree(name, compute(schedule, config, "float32"), values)
    return {
        "name": name,
        "schedule": schedule,
        "config": config,
        "steps": STEPS,
        "values": numbers(values),
    }


def one_cycle(name, **config):
    """The rates of PyTorch's OneCycleLR, whose last step is the last that it takes."""
    top, total = config["maxLearningRate"], config["totalSteps"]
    start, end = config.get("start", 1 / 25), config.get("end", 1e-4)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=top,
        total_steps=total,
        pct_start=config.get("rise", 0.3),
        div_factor=1 / start,
        final_div_factor=1 / end,
        anneal_strategy={"cosine": "cos", "linear": "linear"}[config.get("shape", "cosine")],
        cycle_momentum=False,
    )
    rates = []
    for step in range(total):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        if step < total - 1:
            schedule.step()
    steps = [step for step in STEPS if step < total] + [total - 1]
    return {
        "name": name,
        "schedule": "oneCycle",
        "config": config,
        "steps": steps,
        "values": numbers([rates[step] for step in steps]),
    }


def schedules():
    yield one_cycle("oneCycle", maxLearningRate=0.1, totalSteps=50)
    linear = {"rise": 0.45, "start": 0.1, "end": 0.01, "shape": "linear"}
    yield one_cycle("oneCycle linear", maxLearningRate=0.01, totalSteps=31, **linear)
    yield one_cycle("oneCycle short", maxLearningRate=1.0, totalSteps=4, rise=0.5)
    base = {"initialLearningRate": 0.1, "decaySteps": 10}
    for schedule in ("exponentialDecay", "inverseTimeDecay"):
        yield case(schedule, schedule, **base, decayRate=0.5)
        yield case(f"{schedule} staircase", schedule, **base, decayRate=0.5, staircase=True)
    pieces = "piecewiseConstantDecay"
    yield case(pieces, pieces, boundaries=[10, 20], values=[0.1, 0.01, 0.001])
    yield case(f"{pieces} one boundary", pieces, boundaries=[2], values=[1.0, 0.5])
    polynomial = "polynomialDecay"
    yield case(polynomial, polynomial, **base)
    yield case(f"{polynomial} power", polynomial, **base, endLearningRate=0.01, power=2.0)
    yield case(f"{polynomial} cycle", polynomial, **base, endLearningRate=0.01, cycle=True)
    yield case(f"{polynomial} root cycle", polynomial, **base, power=0.5, cycle=True)
    cosine = "cosineDecay"
    yield case(cosine, cosine, **base)
    yield case(f"{cosine} alpha", cosine, **base, alpha=0.2)
    warm = {"initialLearningRate": 0.0, "decaySteps": 20, "warmupTarget": 0.1, "warmupSteps": 5}
    yield case(f"{cosine} warmup", cosine, **warm)
    yield case(f"{cosine} warmup alpha", cosine, **{**warm, "initialLearningRate": 0.02}, alpha=0.1)
    restarts = "cosineDecayRestarts"
    first = {"initialLearningRate": 0.1, "firstDecaySteps": 5}
    yield case(restarts, restarts, **first)
    yield case(f"{restarts} options", restarts, **first, tMul=1.5, mMul=0.9, alpha=0.05)


if __name__ == "__main__":
    write(__file__, "schedules", list(schedules()))
