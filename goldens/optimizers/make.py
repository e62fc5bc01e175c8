"""Golden values of Keras optimizers: two variables after each of ten steps with given gradients.

Run as:  python goldens/optimizers/make.py            writes the JSON files beside this script
         python goldens/optimizers/make.py --check    compares the values with the files; with
                                                      KERAS_BACKEND=jax it compares the backends

"gradients", "values" and "averages" hold one tensor for each variable, with the step as its first
axis. The second column of the first variable gets a gradient of zero in the first three steps, and the
last element of the second variable always does.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from common import Draw, agree, distance, floats, number, tensor, to_numpy, run_script  # noqa: E402
from describe import make_optimizer  # noqa: E402

import keras  # noqa: E402
import numpy as np  # noqa: E402

STEPS = 10


def start(name):
    """Variables and gradients of a case, drawn from its name."""
    draw = Draw(sum(map(ord, name)) + 7 * len(name))
    variables = [draw.normal(2, 3), draw.normal(3)]
    gradients = [[draw.normal(2, 3), draw.normal(3)] for _ in range(STEPS)]
    for step, (first, second) in enumerate(gradients):
        if step < 3:
            first[:, 1] = 0
        second[-1] = 0
    return variables, gradients


def compute(spec, dtype):
    """Values after each step, learning rates, and moving averages where the optimizer keeps them."""
    with floats(dtype):
        optimizer = make_optimizer(spec["optimizer"], spec["config"])
        variables, gradients = start(spec["name"])
        variables = [
            keras.Variable(v.astype(dtype), dtype=dtype, name=f"v{i}") for i, v in enumerate(variables)
        ]
        optimizer.build(variables)
        values, rates, averages = [], [], []
        for step in gradients:
            rates.append(float(to_numpy(optimizer.learning_rate)))
            optimizer.apply([keras.ops.convert_to_tensor(g.astype(dtype)) for g in step], variables)
            values.append([to_numpy(v).copy() for v in variables])
            if optimizer.use_ema:
                averages.append([to_numpy(v).copy() for v in optimizer._model_variables_moving_average])
        return {"values": values, "learningRates": rates, "averages": averages}


def golden(spec):
    """The case as JSON."""
    exact, single = compute(spec, "float64"), compute(spec, "float32")
    for key in ("values", "averages"):
        for a, b in zip(single[key], exact[key]):
            for x, y in zip(a, b):
                agree(f"{spec['name']} {key}", x, y)
    variables, gradients = start(spec["name"])
    stacked = lambda steps: [tensor(np.stack(variable)) for variable in zip(*steps)]  # noqa: E731
    case = {**spec, "variables": [tensor(v) for v in variables], "gradients": stacked(gradients)}
    case["learningRates"] = [number(np.float32(rate)) for rate in exact["learningRates"]]
    case["values"] = stacked(exact["values"])
    if exact["averages"]:
        case["averages"] = stacked(exact["averages"])
    return case


def check(spec, stored, tolerance=1e-5):
    """Compares this backend's values with a stored case."""
    found = compute(spec, "float32")
    for index, (steps, expected) in enumerate(zip(zip(*found["values"]), stored["values"])):
        apart = distance(np.stack(steps).ravel(), np.array(expected["data"], float))
        if apart > tolerance:
            print(f"  {spec['name']}: variable {index} is {apart:.3g} away")


# --- families --------------------------------------------------------------------

LIMITS = {
    "clipnorm": {"clipnorm": 0.9},
    "clipvalue": {"clipvalue": 0.4},
    "globalClipnorm": {"globalClipnorm": 1.2},
    "weightDecay": {"weightDecay": 0.05},
}


def family(optimizer, variants):
    """Each variant plain, and the first one with each limit."""

    def cases():
        for name, config in variants.items():
            yield {"name": f"{optimizer} {name}", "optimizer": optimizer, "config": config}
        first = next(iter(variants.values()))
        for name, limit in LIMITS.items():
            yield {"name": f"{optimizer} {name}", "optimizer": optimizer, "config": {**first, **limit}}

    return cases


def wrapped():
    """Averages, gradient accumulation and schedules, which every optimizer shares."""

    def case(name, optimizer, **config):
        return {"name": name, "optimizer": optimizer, "config": config}

    yield case("sgd useEma", "sgd", learningRate=0.1, useEma=True, emaMomentum=0.9)
    yield case("adam useEma overwrite", "adam", learningRate=0.05, useEma=True, emaMomentum=0.8, emaOverwriteFrequency=3)
    yield case("sgd gradientAccumulationSteps", "sgd", learningRate=0.1, gradientAccumulationSteps=2)
    yield case("adam gradientAccumulationSteps", "adam", learningRate=0.05, gradientAccumulationSteps=3)
    decay = {"initialLearningRate": 0.1, "decaySteps": 4, "decayRate": 0.5}
    for optimizer in ("sgd", "rmsprop", "adam"):
        schedule = {"schedule": "exponentialDecay", "config": decay}
        yield case(f"{optimizer} exponentialDecay", optimizer, learningRate=schedule)
    pieces = {"schedule": "piecewiseConstantDecay", "config": {"boundaries": [3, 6], "values": [0.1, 0.05, 0.01]}}
    yield case("sgd piecewiseConstantDecay", "sgd", learningRate=pieces)
    cosine = {"initialLearningRate": 0.0, "decaySteps": 6, "warmupTarget": 0.1, "warmupSteps": 3}
    yield case("adamW cosineDecay warmup", "adamW", learningRate={"schedule": "cosineDecay", "config": cosine})
    both = {"learningRate": 0.05, "clipnorm": 1.0, "weightDecay": 0.02}
    yield case("rmsprop clipnorm and weightDecay", "rmsprop", **both)
    yield case("adam clipnorm and weightDecay", "adam", **both)


FAMILIES = {
    "sgd": family(
        "sgd",
        {
            "defaults": {},
            "learningRate": {"learningRate": 0.1},
            "momentum": {"learningRate": 0.1, "momentum": 0.9},
            "nesterov": {"learningRate": 0.1, "momentum": 0.9, "nesterov": True},
        },
    ),
    "rmsprop": family(
        "rmsprop",
        {
            "defaults": {},
            "learningRate": {"learningRate": 0.05},
            "rho epsilon": {"learningRate": 0.05, "rho": 0.8, "epsilon": 1e-3},
            "momentum": {"learningRate": 0.05, "momentum": 0.9},
            "centered": {"learningRate": 0.05, "centered": True},
            "centered momentum": {"learningRate": 0.05, "centered": True, "momentum": 0.5},
        },
    ),
    "adam": family(
        "adam",
        {
            "defaults": {},
            "learningRate": {"learningRate": 0.05},
            "betas epsilon": {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3},
            "amsgrad": {"learningRate": 0.05, "beta2": 0.9, "amsgrad": True},
        },
    ),
    "adamW": family(
        "adamW",
        {
            "defaults": {},
            "learningRate": {"learningRate": 0.05},
            "amsgrad": {"learningRate": 0.05, "amsgrad": True},
        },
    ),
    "adagrad": family(
        "adagrad",
        {
            "defaults": {},
            "learningRate": {"learningRate": 0.1},
            "initialAccumulatorValue epsilon": {"learningRate": 0.1, "initialAccumulatorValue": 0.5, "epsilon": 1e-3},
        },
    ),
    "adadelta": family(
        "adadelta",
        {"defaults": {}, "learningRate": {"learningRate": 1.0}, "rho epsilon": {"learningRate": 1.0, "rho": 0.8, "epsilon": 1e-4}},
    ),
    "adamax": family(
        "adamax",
        {"defaults": {}, "learningRate": {"learningRate": 0.05}, "betas": {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.9}},
    ),
    "nadam": family(
        "nadam",
        {"defaults": {}, "learningRate": {"learningRate": 0.05}, "betas": {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.9}},
    ),
    "lion": family("lion", {"defaults": {}, "betas": {"learningRate": 0.01, "beta1": 0.8, "beta2": 0.9}}),
    "ftrl": family("ftrl", {"defaults": {}, "strengths": {"learningRate": 0.1, "l1RegularizationStrength": 0.02, "l2RegularizationStrength": 0.03}}),
    "lamb": family("lamb", {"defaults": {}, "learningRate": {"learningRate": 0.05}}),
    "wrapped": wrapped,
}  # fmt: skip


if __name__ == "__main__":
    run_script(__file__, FAMILIES, golden, check, f"on {keras.backend.backend()}")
