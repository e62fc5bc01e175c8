"""Golden values of Keras losses: the value, and its gradient to the predictions.

Run as:  python goldens/losses/make.py            writes the JSON files beside this script
         python goldens/losses/make.py --check    compares the values with the files; with
                                                  KERAS_BACKEND=jax it compares the backends

Where float32 cannot give what float64 gives (probabilities of exactly 0 and 1 meet an epsilon
of 1e-7), a case also holds what Keras computes in float32, under "float32". A gradient that
Keras gives as NaN is null.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from common import Draw, distance, floats, snake, tensor, to_numpy, run_script  # noqa: E402

import keras  # noqa: E402
import numpy as np  # noqa: E402

TORCH = keras.backend.backend() == "torch"
COMMON = (
    "meanSquaredError binaryCrossentropy categoricalCrossentropy sparseCategoricalCrossentropy cosineSimilarity"
).split()
CLASSES = {"klDivergence": "KLDivergence"}


def options(config):
    """Keras's keyword arguments for a camelCase config."""
    return {snake(k): snake(v) if isinstance(v, str) else v for k, v in config.items()}


def compute(loss, config, y_true, y_pred, sample_weight, mask, upstream, dtype):
    """The loss's value and its gradient to y_pred, computed in dtype."""
    with floats(dtype):
        name = CLASSES.get(loss) or loss[0].upper() + loss[1:]
        function = getattr(keras.losses, name)(**options(config))
        predictions = keras.ops.convert_to_tensor(y_pred.astype(dtype))
        if TORCH:
            predictions = predictions.clone().requires_grad_(True)
        if mask is not None:
            keras.src.backend.set_keras_mask(predictions, keras.ops.convert_to_tensor(mask))
        targets = y_true.astype(dtype) if y_true.dtype.kind == "f" else y_true
        weights = None if sample_weight is None else sample_weight.astype(dtype)
        value = function(keras.ops.convert_to_tensor(targets), predictions, weights)
        if not TORCH:
            return to_numpy(value), None
        import torch

        seed = np.ones(()) if upstream is None else upstream
        (gradient,) = torch.autograd.grad((value * torch.from_numpy(seed.astype(dtype))).sum(), predictions)
        return to_numpy(value), to_numpy(gradient)


def case(name, loss, y_true, y_pred, weights=None, mask=None, **config):
    arguments = [loss, config, y_true, y_pred, weights, mask]
    upstream = None
    if config.get("reduction", "sum") in ("none", None):
        shape = compute(*arguments, None, "float32")[0].shape
        upstream = Draw(len(name)).normal(*shape)
    return {"name": name, "arguments": arguments, "upstream": upstream}


def golden(spec):
    """The case as JSON."""
    loss, config, y_true, y_pred, weights, mask = spec["arguments"]
    value, gradient = compute(*spec["arguments"], spec["upstream"], "float64")
    value32, gradient32 = compute(*spec["arguments"], spec["upstream"], "float32")
    result = {"name": spec["name"], "loss": loss, "config": config}
    result |= {"yTrue": tensor(y_true), "yPred": tensor(y_pred)}
    if weights is not None:
        result["sampleWeight"] = tensor(weights)
    if mask is not None:
        result["mask"] = tensor(mask)
    result["value"] = tensor(value)
    if spec["upstream"] is not None:
        result["upstream"] = tensor(spec["upstream"])
    defined = np.isfinite(gradient).all()
    result["gradient"] = tensor(gradient) if defined else None
    if distance(value32, value) > 1e-5 or (defined and distance(gradient32, gradient) > 1e-5):
        assert spec["name"].startswith("extreme"), f"{spec['name']}: float32 and float64 differ"
        result["float32"] = {"value": tensor(value32), "gradient": tensor(gradient32)}
    return result


def check(spec, stored, tolerance=1e-5):
    """Compares this backend's value with a stored case."""
    value, _ = compute(*spec["arguments"], spec["upstream"], "float32")
    expected = stored.get("float32", stored)["value"]
    expected = np.array([float(x) for x in expected["data"]]).reshape(expected["shape"])
    if distance(value, expected) > tolerance:
        print(f"  {spec['name']}: {np.ravel(value)} here, {np.ravel(expected)} stored")


# --- families --------------------------------------------------------------------


def variants(loss, y_true, y_pred, wide_true, wide_pred, draw, **config):
    """Reductions and sample weights over a rank-2 and a rank-3 prediction; all of them for the common losses."""
    batch, steps = len(y_pred), wide_pred.shape[1]
    per_sample = np.array([0.5, 2, 0, 1.5][:batch], np.float32)
    step_weights = draw.uniform(len(wide_pred), steps)
    yield case(loss, loss, y_true, y_pred, **config)
    if loss not in COMMON:
        yield case(f"{loss} none", loss, y_true, y_pred, reduction="none", **config)
        yield case(f"{loss} weights", loss, y_true, y_pred, per_sample, **config)
        yield case(f"{loss} rank 3 sum", loss, wide_true, wide_pred, step_weights, reduction="sum", **config)
        return
    for reduction in ("sum", "none", "meanWithSampleWeight"):
        yield case(f"{loss} {reduction}", loss, y_true, y_pred, reduction=reduction, **config)
    yield case(f"{loss} weights", loss, y_true, y_pred, per_sample, **config)
    yield case(f"{loss} weights column", loss, y_true, y_pred, per_sample[:, None], **config)
    for reduction in ("sum", "none", "meanWithSampleWeight"):
        yield case(f"{loss} weights {reduction}", loss, y_true, y_pred, per_sample, reduction=reduction, **config)
    yield case(f"{loss} rank 3", loss, wide_true, wide_pred, **config)
    yield case(f"{loss} rank 3 none", loss, wide_true, wide_pred, reduction="none", **config)
    yield case(f"{loss} rank 3 step weights", loss, wide_true, wide_pred, step_weights, **config)
    column = draw.uniform(len(wide_pred), 1)
    yield case(f"{loss} rank 3 sample weights column", loss, wide_true, wide_pred, column, **config)


def regression():
    draw = Draw(21)
    losses = "meanSquaredError meanAbsoluteError meanAbsolutePercentageError huber logCosh cosineSimilarity"
    for loss in losses.split():
        shapes = (draw.normal(4, 3), draw.normal(4, 3, scale=2), draw.normal(2, 3, 2), draw.normal(2, 3, 2))
        yield from variants(loss, *shapes, draw)
    positive = [draw.uniform(*shape, low=0.1, high=3) for shape in [(4, 3), (4, 3), (2, 3, 2), (2, 3, 2)]]
    yield from variants("meanSquaredLogarithmicError", *positive, draw)
    counts = [draw.integers(4, 3, high=4).astype(np.float32), positive[1]]
    counts += [draw.integers(2, 3, 2, high=4).astype(np.float32), positive[3]]
    yield from variants("poisson", *counts, draw)
    y_true, y_pred = draw.normal(4, 3, scale=2), draw.normal(4, 3, scale=2)
    yield case("huber delta", "huber", y_true, y_pred, delta=0.4)
    yield case("logCosh large", "logCosh", y_true * 20, y_pred * 20)
    yield case("cosineSimilarity axis", "cosineSimilarity", draw.normal(2, 3, 2), draw.normal(2, 3, 2), axis=1)
    yield case("meanSquaredError yTrue rank 1", "meanSquaredError", draw.normal(3), draw.normal(3, 1))
    yield case("meanSquaredError yPred rank 1", "meanSquaredError", draw.normal(3, 1), draw.normal(3))
    yield case("meanSquaredError rank 1", "meanSquaredError", draw.normal(3), draw.normal(3))
    mask = np.array([[True, True, False], [True, False, False]])
    wide = draw.normal(2, 3, 2), draw.normal(2, 3, 2)
    for reduction in ("sumOverBatchSize", "sum", "none", "meanWithSampleWeight"):
        yield case(f"meanSquaredError mask {reduction}", "meanSquaredError", *wide, mask=mask, reduction=reduction)
    weights = draw.uniform(2, 3)
    yield case("meanSquaredError mask weights", "meanSquaredError", *wide, weights, mask)
    yield case("meanSquaredError weights sum zero", "meanSquaredError", y_true, y_pred, np.zeros(4, np.float32))
    zero = dict(reduction="meanWithSampleWeight")
    yield case(
        "meanSquaredError weights sum zero mean", "meanSquaredError", y_true, y_pred, np.zeros(4, np.float32), **zero
    )


def binary():
    draw = Draw(22)
    labels, wide = draw.integers(4, 3, high=2).astype(np.float32), draw.integers(2, 3, 2, high=2).astype(np.float32)
    sure = lambda *shape: draw.uniform(*shape, low=0.05, high=0.95)  # noqa: E731
    for loss in ("binaryCrossentropy", "binaryFocalCrossentropy"):
        yield from variants(loss, labels, sure(4, 3), wide, sure(2, 3, 2), draw)
        logits = draw.normal(4, 3, scale=2)
        yield case(f"{loss} fromLogits", loss, labels, logits, fromLogits=True)
        yield case(f"{loss} labelSmoothing", loss, labels, sure(4, 3), labelSmoothing=0.1)
        yield case(f"{loss} fromLogits labelSmoothing", loss, labels, logits, fromLogits=True, labelSmoothing=0.2)
        yield case(f"{loss} soft labels", loss, draw.uniform(4, 3), sure(4, 3))
        yield case(f"{loss} axis", loss, wide, sure(2, 3, 2), axis=1, reduction="none")
        yield case(f"{loss} integer labels", loss, labels.astype(np.int32), sure(4, 3))
    focal = "binaryFocalCrossentropy"
    yield case(f"{focal} gamma", focal, labels, sure(4, 3), gamma=3)
    yield case(f"{focal} balancing", focal, labels, sure(4, 3), applyClassBalancing=True, alpha=0.4)


def categorical():
    draw = Draw(23)
    labels, wide = draw.one_hot(4, classes=3), draw.one_hot(2, 3, classes=4)
    for loss in ("categoricalCrossentropy", "categoricalFocalCrossentropy"):
        yield from variants(loss, labels, draw.probabilities(4, 3), wide, draw.probabilities(2, 3, 4), draw)
        logits = draw.normal(4, 3, scale=2)
        yield case(f"{loss} fromLogits", loss, labels, logits, fromLogits=True)
        yield case(f"{loss} fromLogits rank 3", loss, wide, draw.normal(2, 3, 4), fromLogits=True)
        yield case(f"{loss} labelSmoothing", loss, labels, draw.probabilities(4, 3), labelSmoothing=0.1)
        yield case(f"{loss} fromLogits labelSmoothing", loss, labels, logits, fromLogits=True, labelSmoothing=0.2)
        yield case(f"{loss} not normalized", loss, labels, draw.uniform(4, 3, low=0.1, high=2))
        yield case(f"{loss} soft labels", loss, draw.probabilities(4, 3), draw.probabilities(4, 3))
        yield case(f"{loss} axis", loss, draw.one_hot(2, 3, classes=2), draw.uniform(2, 3, 2, low=0.2), axis=1)
    focal = "categoricalFocalCrossentropy"
    yield case(f"{focal} gamma alpha", focal, labels, draw.probabilities(4, 3), gamma=1.5, alpha=0.4)
    generalized = "categoricalGeneralizedCrossEntropy"
    integers = draw.integers(4, high=3)
    yield case(generalized, generalized, integers, draw.probabilities(4, 3))
    yield case(f"{generalized} q", generalized, integers, draw.probabilities(4, 3), q=0.8)


def sparse_categorical():
    draw = Draw(24)
    loss = "sparseCategoricalCrossentropy"
    labels, wide = draw.integers(4, high=3), draw.integers(2, 3, high=4)
    yield from variants(loss, labels, draw.probabilities(4, 3), wide, draw.probabilities(2, 3, 4), draw)
    yield case(f"{loss} labels column", loss, labels[:, None], draw.probabilities(4, 3))
    yield case(f"{loss} float labels", loss, labels.astype(np.float32), draw.probabilities(4, 3))
    yield case(f"{loss} not normalized", loss, labels, draw.uniform(4, 3, low=0.1, high=2))
    yield case(f"{loss} fromLogits", loss, labels, draw.normal(4, 3, scale=2), fromLogits=True)
    yield case(f"{loss} fromLogits rank 3", loss, wide, draw.normal(2, 3, 4), fromLogits=True)
    yield case(f"{loss} ignoreClass", loss, wide, draw.probabilities(2, 3, 4), ignoreClass=1)
    yield case(f"{loss} ignoreClass none", loss, wide, draw.probabilities(2, 3, 4), ignoreClass=1, reduction="none")
    ignored = np.array([[0, -1, 2], [3, 1, -1]], np.int32)
    yield case(f"{loss} ignoreClass -1 fromLogits", loss, ignored, draw.normal(2, 3, 4), fromLogits=True, ignoreClass=-1)
    weights = draw.uniform(2, 3)
    yield case(f"{loss} ignoreClass weights", loss, ignored, draw.probabilities(2, 3, 4), weights, ignoreClass=-1)
    yield case(f"{loss} ignoreClass sum", loss, ignored, draw.probabilities(2, 3, 4), ignoreClass=-1, reduction="sum")
    mask = np.array([[True, True, False], [True, False, False]])
    yield case(f"{loss} mask", loss, wide, draw.probabilities(2, 3, 4), mask=mask)


def hinge():
    draw = Draw(25)
    signs, wide = draw.integers(4, 3, high=2) * 2 - 1, draw.integers(2, 3, 2, high=2) * 2 - 1
    signs, wide = signs.astype(np.float32), wide.astype(np.float32)
    for loss in ("hinge", "squaredHinge"):
        yield from variants(loss, signs, draw.normal(4, 3), wide, draw.normal(2, 3, 2), draw)
        yield case(f"{loss} labels 0 and 1", loss, (signs + 1) / 2, draw.normal(4, 3))
    loss = "categoricalHinge"
    one_hot = draw.one_hot(4, classes=3), draw.normal(4, 3), draw.one_hot(2, 3, classes=2), draw.normal(2, 3, 2)
    yield from variants(loss, *one_hot, draw)


def divergence():
    draw = Draw(26)
    loss = "klDivergence"
    p = draw.probabilities
    yield from variants(loss, p(4, 3), p(4, 3), p(2, 3, 4), p(2, 3, 4), draw)
    binary_labels = draw.integers(4, 3, high=2).astype(np.float32)
    for loss in ("dice", "tversky"):
        yield case(loss, loss, binary_labels, draw.uniform(4, 3))
        yield case(f"{loss} axis", loss, binary_labels, draw.uniform(4, 3), axis=[1], reduction="none")
    yield case("tversky alpha beta", "tversky", binary_labels, draw.uniform(4, 3), alpha=0.3, beta=0.7)


def extremes():
    certain = np.array([[0, 1, 1, 0], [1, 0, 1, 0]], np.float32)
    labels = np.array([[0, 1, 0, 1], [1, 0, 1, 0]], np.float32)
    logits = np.array([[-88, 88, -88, 88], [0, 88, -88, 30]], np.float32)
    for loss in ("binaryCrossentropy", "binaryFocalCrossentropy"):
        yield case(f"extreme {loss} 0 and 1", loss, labels, certain, reduction="none")
        yield case(f"extreme {loss} 0 and 1, mean", loss, labels, certain)
        yield case(f"extreme {loss} logits", loss, labels, logits, fromLogits=True, reduction="none")
        tiny = np.array([[2e-7, 1 - 1e-6, 5e-8, 1e-5]], np.float32)
        yield case(f"extreme {loss} around epsilon", loss, labels[:1], tiny, reduction="none")
    one_hot = np.eye(3, dtype=np.float32)[[0, 1, 2, 0]]
    rows = np.array([[1, 0, 0], [1, 0, 0], [0.5, 0.5, 0], [0, 0, 0]], np.float32)
    wide = np.array([[88, -88, 0], [88, -88, 0], [88, 88, -88], [-88, -88, -88]], np.float32)
    for loss in ("categoricalCrossentropy", "categoricalFocalCrossentropy"):
        yield case(f"extreme {loss} 0 and 1", loss, one_hot[:3], rows[:3], reduction="none")
        yield case(f"extreme {loss} logits", loss, one_hot, wide, fromLogits=True, reduction="none")
    loss = "sparseCategoricalCrossentropy"
    integers = np.array([0, 1, 2, 0], np.int32)
    yield case(f"extreme {loss} 0 and 1", loss, integers[:3], rows[:3], reduction="none")
    yield case(f"extreme {loss} logits", loss, integers, wide, fromLogits=True, reduction="none")
    yield case("extreme klDivergence 0 and 1", "klDivergence", one_hot[:3], rows[:3], reduction="none")
    yield case("extreme poisson 0", "poisson", one_hot, np.abs(rows), reduction="none")
    negative = np.array([[-0.5, -2, 3, 0]], np.float32)
    yield case("extreme meanSquaredLogarithmicError negative", "meanSquaredLogarithmicError", labels[:1], negative)
    yield case("extreme meanAbsolutePercentageError 0", "meanAbsolutePercentageError", labels[:1], negative)
    yield case("extreme cosineSimilarity zero vector", "cosineSimilarity", rows, rows[::-1].copy(), reduction="none")
    yield case("extreme logCosh", "logCosh", labels, logits, reduction="none")
    yield case("extreme huber", "huber", labels, logits, reduction="none")
    yield case("extreme squaredHinge", "squaredHinge", labels, logits, reduction="none")


FAMILIES = {
    "regression": regression,
    "binary": binary,
    "categorical": categorical,
    "sparseCategorical": sparse_categorical,
    "hinge": hinge,
    "divergence": divergence,
    "extremes": extremes,
}


if __name__ == "__main__":
    run_script(__file__, FAMILIES, golden, check, f"on {keras.backend.backend()}")
