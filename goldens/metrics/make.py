"""Golden values of Keras metrics: the result after each of three unequal batches.

Run as:  python goldens/metrics/make.py            writes the JSON files beside this script
         python goldens/metrics/make.py --check    compares the results with the files; with
                                                   KERAS_BACKEND=jax it compares the backends
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from common import Draw, distance, floats, agree, snake, tensor, to_numpy, run_script  # noqa: E402

import keras  # noqa: E402
import numpy as np  # noqa: E402

SPECIAL = {"auc": "AUC", "klDivergence": "KLDivergence", "iou": "IoU", "binaryIou": "BinaryIoU"} | {
    "meanIou": "MeanIoU",
    "oneHotIou": "OneHotIoU",
    "oneHotMeanIou": "OneHotMeanIoU",
    "fBetaScore": "FBetaScore",
}
SIZES = (4, 1, 3)


def options(config):
    """Keras's keyword arguments for a camelCase config; the values of curve stay as they are."""
    return {
        snake(k): snake(v) if isinstance(v, str) and k != "curve" else v for k, v in config.items()
    }


def compute(metric, config, batches, dtype):
    """The metric's results after each batch."""
    with floats(dtype):
        name = SPECIAL.get(metric) or metric[0].upper() + metric[1:]
        # By default Keras's IoU metrics count in integers, and so drop the fraction of a weight.
        more = {"dtype": dtype} if name.endswith("IoU") else {}
        state = getattr(keras.metrics, name)(**options(config), **more)
        results = []
        for batch in batches:
            values = {
                k: v.astype(dtype) if v.dtype.kind == "f" else v for k, v in batch.items() if k != "mask"
            }
            if "yPred" not in values:
                state.update_state(values["values"], sample_weight=values.get("sampleWeight"))
            else:
                predictions = keras.ops.convert_to_tensor(values["yPred"])
                if "mask" in batch:
                    keras.src.backend.set_keras_mask(predictions, keras.ops.convert_to_tensor(batch["mask"]))
                state.update_state(values["yTrue"], predictions, sample_weight=values.get("sampleWeight"))
            results.append(to_numpy(state.result()).copy())
        return results


def case(name, metric, batches, **config):
    return {"name": name, "metric": metric, "config": config, "batches": batches}


def golden(spec):
    """The case as JSON."""
    results = compute(spec["metric"], spec["config"], spec["batches"], "float64")
    for a, b in zip(compute(spec["metric"], spec["config"], spec["batches"], "float32"), results):
        agree(spec["name"], a, b)
    batches = [{k: tensor(v) for k, v in batch.items()} for batch in spec["batches"]]
    results = [np.asarray(r, np.float32) if r.dtype.kind != "f" else r for r in results]
    return {**spec, "batches": batches, "results": [tensor(r) for r in results]}


def check(spec, stored, tolerance=1e-5):
    """Compares this backend's results with a stored case."""
    found = compute(spec["metric"], spec["config"], spec["batches"], "float32")
    for index, (a, b) in enumerate(zip(found, stored["results"])):
        expected = np.array([float(x) for x in b["data"]]).reshape(b["shape"])
        if distance(a, expected) > tolerance:
            print(f"  {spec['name']}, batch {index}: {a} here, {expected} stored")


def split(sizes=SIZES, **arrays):
    """Arrays cut along their first axis into batches."""
    edges = np.cumsum(sizes)[:-1]
    parts = {name: np.split(array, edges) for name, array in arrays.items()}
    return [{name: parts[name][i] for name in parts} for i in range(len(sizes))]


def with_and_without_weights(metric, y_true, y_pred, draw, sizes=SIZES, name=None, **config):
    name = name or metric
    yield case(name, metric, split(sizes, yTrue=y_true, yPred=y_pred), **config)
    weights = draw.uniform(len(y_true), high=2)
    weights[1] = 0
    yield case(
        f"{name} weights", metric, split(sizes, yTrue=y_true, yPred=y_pred, sampleWeight=weights), **config
    )


# --- families --------------------------------------------------------------------


def accuracies():
    draw = Draw(31)
    n = sum(SIZES)
    both = with_and_without_weights
    yield from both("accuracy", draw.integers(n, 2, high=3), draw.integers(n, 2, high=3), draw)
    labels = draw.integers(n, 1, high=2).astype(np.float32)
    yield from both("binaryAccuracy", labels, draw.uniform(n, 1), draw)
    yield from both("binaryAccuracy", labels, draw.uniform(n, 1), draw, name="binaryAccuracy threshold", threshold=0.3)
    wide = draw.integers(n, 3, high=2).astype(np.float32)
    yield from both("binaryAccuracy", wide, draw.uniform(n, 3), draw, name="binaryAccuracy three labels")
    edge = np.array([[0.5], [0.5], [0.49], [0.51], [0.5], [0], [1], [0.5]], np.float32)
    yield from both("binaryAccuracy", labels, edge, draw, name="binaryAccuracy at the threshold")
    scores, classes = draw.probabilities(n, 4), draw.integers(n, high=4)
    yield from both("categoricalAccuracy", np.eye(4, dtype=np.float32)[classes], scores, draw)
    yield from both("sparseCategoricalAccuracy", classes, scores, draw)
    yield from both("sparseCategoricalAccuracy", classes[:, None], scores, draw, name="sparseCategoricalAccuracy column")
    tied = np.array([[0.4, 0.4, 0.1, 0.1], [0.1, 0.1, 0.4, 0.4]] * 4, np.float32)
    yield case("sparseCategoricalAccuracy ties", "sparseCategoricalAccuracy", split(yTrue=classes, yPred=tied))
    many, among = draw.probabilities(n, 8), draw.integers(n, high=8)
    yield from both("topKCategoricalAccuracy", np.eye(8, dtype=np.float32)[among], many, draw)
    yield from both("topKCategoricalAccuracy", np.eye(8, dtype=np.float32)[among], many, draw, name="topK 3", k=3)
    yield from both("sparseTopKCategoricalAccuracy", among, many, draw)
    yield from both("sparseTopKCategoricalAccuracy", among, many, draw, name="sparseTopK 2", k=2)
    steps = draw.integers(n, 3, high=4)
    scores = draw.probabilities(n, 3, 4)
    weights, mask = draw.uniform(n, 3), draw.integers(n, 3, high=2).astype(bool)
    mask[:, 0] = True
    batches = split(yTrue=steps, yPred=scores)
    yield case("sparseCategoricalAccuracy rank 3", "sparseCategoricalAccuracy", batches)
    batches = split(yTrue=steps, yPred=scores, sampleWeight=weights)
    yield case("sparseCategoricalAccuracy rank 3 weights", "sparseCategoricalAccuracy", batches)
    batches = split(yTrue=steps, yPred=scores, mask=mask)
    yield case("sparseCategoricalAccuracy rank 3 mask", "sparseCategoricalAccuracy", batches)
    batches = split(yTrue=steps, yPred=scores, mask=mask, sampleWeight=weights)
    yield case("sparseCategoricalAccuracy rank 3 mask weights", "sparseCategoricalAccuracy", batches)
    batches = split(yTrue=np.eye(4, dtype=np.float32)[steps], yPred=scores)
    yield case("categoricalAccuracy rank 3", "categoricalAccuracy", batches)


def confusion():
    draw = Draw(32)
    sizes = (6, 2, 4)
    n = sum(sizes)
    labels, scores = draw.integers(n, 1, high=2).astype(np.float32), draw.uniform(n, 1)
    wide, wide_scores = draw.integers(n, 3, high=2).astype(np.float32), draw.probabilities(n, 3)
    both = lambda *a, **k: with_and_without_weights(*a, draw, sizes, **k)  # noqa: E731
    for metric in ("truePositives", "trueNegatives", "falsePositives", "falseNegatives"):
        yield from both(metric, labels, scores)
        yield from both(metric, labels, scores, name=f"{metric} thresholds", thresholds=[0.2, 0.7])
    for metric in ("precision", "recall"):
        yield from both(metric, labels, scores)
        yield from both(metric, labels, scores, name=f"{metric} thresholds", thresholds=[0.2, 0.7])
        yield from both(metric, wide, wide_scores, name=f"{metric} wide")
        yield from both(metric, wide, wide_scores, name=f"{metric} topK", topK=2)
        yield from both(metric, wide, wide_scores, name=f"{metric} classId", classId=1, thresholds=0.3)
        yield from both(metric, wide, wide_scores, name=f"{metric} topK classId", topK=1, classId=2)
        yield from both(metric, labels, np.zeros_like(scores), name=f"{metric} nothing found")
        yield from both(metric, np.zeros_like(labels), scores, name=f"{metric} nothing true")
    one_hot = draw.one_hot(n, classes=3)
    for average in (None, "micro", "macro", "weighted"):
        yield from both("f1Score", one_hot, wide_scores, name=f"f1Score {average or 'null'}", average=average)
        yield from both(
            "f1Score", wide, wide_scores, name=f"f1Score threshold {average or 'null'}", average=average, threshold=0.3
        )
    yield from both("fBetaScore", one_hot, wide_scores, beta=2.0, average="macro")
    others = [("sensitivityAtSpecificity", "specificity"), ("specificityAtSensitivity", "sensitivity")]
    for metric, key in others + [("precisionAtRecall", "recall"), ("recallAtPrecision", "precision")]:
        yield from both(metric, labels, scores, **{key: 0.6})


def auc():
    draw = Draw(33)
    sizes = (9, 4, 7)
    n = sum(sizes)
    labels = draw.integers(n, 1, high=2).astype(np.float32)
    scores = np.clip(0.3 * labels + draw.uniform(n, 1, high=0.7), 0, 1).astype(np.float32)
    wide, wide_scores = draw.integers(n, 3, high=2).astype(np.float32), draw.uniform(n, 3)
    both = lambda *a, **k: with_and_without_weights("auc", *a, draw, sizes, **k)  # noqa: E731
    for curve in ("ROC", "PR"):
        yield from both(labels, scores, name=f"auc {curve}", curve=curve)
        yield from both(labels, scores, name=f"auc {curve} 10 thresholds", curve=curve, numThresholds=10)
        yield from both(wide, wide_scores, name=f"auc {curve} multiLabel", curve=curve, multiLabel=True)
        for method in ("minoring", "majoring"):
            yield from both(labels, scores, name=f"auc {curve} {method}", curve=curve, summationMethod=method)
    yield from both(labels, scores, name="auc thresholds", thresholds=[0.1, 0.4, 0.45, 0.9])
    yield from both(labels, draw.normal(n, 1), name="auc fromLogits", fromLogits=True)
    yield from both(wide, wide_scores, name="auc wide")
    yield from both(labels, (scores > 0.5).astype(np.float32), name="auc predictions 0 and 1")
    yield from both(np.ones_like(labels), scores, name="auc one class")
    weights = dict(multiLabel=True, numLabels=3, labelWeights=[0.5, 2.0, 1.0])
    yield from both(wide, wide_scores, name="auc labelWeights", **weights)


def regression():
    draw = Draw(34)
    n = sum(SIZES)
    both = with_and_without_weights
    metrics = "meanSquaredError rootMeanSquaredError meanAbsoluteError meanAbsolutePercentageError logCoshError"
    for metric in metrics.split():
        yield from both(metric, draw.normal(n, 2), draw.normal(n, 2), draw)
    yield from both("meanSquaredLogarithmicError", draw.uniform(n, 2, high=3), draw.uniform(n, 2, high=3), draw)
    yield from both("cosineSimilarity", draw.normal(n, 3), draw.normal(n, 3), draw)
    yield from both("meanSquaredError", draw.normal(n), draw.normal(n, 1), draw, name="meanSquaredError ranks 1 and 2")
    y_true = draw.normal(n, 2)
    y_pred = y_true + draw.normal(n, 2, scale=0.5)
    for average in ("uniform_average", "variance_weighted_average", None):
        name = f"r2Score {average or 'null'}".replace("_a", "A").replace("_w", "W")
        aggregation = average and {"uniform_average": "uniformAverage"}.get(average, "varianceWeightedAverage")
        yield from both("r2Score", y_true, y_pred, draw, (3, 2, 3), name=name, classAggregation=aggregation)
    yield from both("r2Score", y_true[:, :1], y_pred[:, :1], draw, (3, 2, 3), name="r2Score one output")
    yield case("r2Score regressors", "r2Score", split((4, 2, 2), yTrue=y_true, yPred=y_pred), numRegressors=1)
    yield case("pearsonCorrelation", "pearsonCorrelation", split(yTrue=draw.normal(n, 4), yPred=draw.normal(n, 4)))
    yield case(
        "concordanceCorrelation", "concordanceCorrelation", split(yTrue=draw.normal(n, 4), yPred=draw.normal(n, 4))
    )
    for metric in ("mean", "sum"):
        yield case(metric, metric, split(values=draw.normal(n, 2)))
        yield case(f"{metric} weights", metric, split(values=draw.normal(n, 2), sampleWeight=draw.uniform(n, 1)))
    yield case("mean weights zero", "mean", split(values=draw.normal(n), sampleWeight=np.zeros(n, np.float32)))


def probabilistic():
    draw = Draw(35)
    n = sum(SIZES)
    both = with_and_without_weights
    labels = draw.integers(n, 2, high=2).astype(np.float32)
    yield from both("binaryCrossentropy", labels, draw.uniform(n, 2, low=0.1, high=0.9), draw)
    yield from both("binaryCrossentropy", labels, draw.normal(n, 2), draw, name="bce fromLogits", fromLogits=True)
    classes = draw.integers(n, high=3)
    one_hot = np.eye(3, dtype=np.float32)[classes]
    yield from both("categoricalCrossentropy", one_hot, draw.probabilities(n, 3), draw)
    smooth = dict(fromLogits=True, labelSmoothing=0.1)
    yield from both("categoricalCrossentropy", one_hot, draw.normal(n, 3), draw, name="cce fromLogits", **smooth)
    yield from both("sparseCategoricalCrossentropy", classes, draw.probabilities(n, 3), draw)
    yield from both("klDivergence", draw.probabilities(n, 3), draw.probabilities(n, 3), draw)
    yield from both("poisson", draw.integers(n, 2, high=4).astype(np.float32), draw.uniform(n, 2, low=0.2), draw)
    signs = labels * 2 - 1
    yield from both("hinge", signs, draw.normal(n, 2), draw)
    yield from both("squaredHinge", signs, draw.normal(n, 2), draw)
    yield from both("categoricalHinge", one_hot, draw.normal(n, 3), draw)


def iou():
    draw = Draw(36)
    n = sum(SIZES)
    both = with_and_without_weights
    y_true, y_pred = draw.integers(n, high=3), draw.integers(n, high=3)
    yield from both("meanIou", y_true, y_pred, draw, numClasses=3)
    yield from both("meanIou", y_true, y_pred, draw, name="meanIou ignoreClass", numClasses=3, ignoreClass=0)
    wide_true, wide_pred = draw.integers(n, 2, 2, high=2), draw.integers(n, 2, 2, high=2)
    yield case("meanIou rank 3", "meanIou", split(yTrue=wide_true, yPred=wide_pred), numClasses=2)
    scores = draw.probabilities(n, 3)
    yield case("meanIou scores", "meanIou", split(yTrue=y_true, yPred=scores), numClasses=3, sparseYPred=False)
    yield from both("iou", y_true, y_pred, draw, numClasses=3, targetClassIds=[0, 2])
    labels = draw.integers(n, high=2)
    yield from both("binaryIou", labels, draw.uniform(n), draw)
    yield from both("binaryIou", labels, draw.uniform(n), draw, name="binaryIou options", targetClassIds=[1], threshold=0.3)
    one_hot = draw.one_hot(n, classes=3)
    yield case("oneHotMeanIou", "oneHotMeanIou", split(yTrue=one_hot, yPred=scores), numClasses=3)
    yield case("oneHotIou", "oneHotIou", split(yTrue=one_hot, yPred=scores), numClasses=3, targetClassIds=[1])


FAMILIES = {
    "accuracies": accuracies,
    "confusion": confusion,
    "auc": auc,
    "regression": regression,
    "probabilistic": probabilistic,
    "iou": iou,
}


if __name__ == "__main__":
    run_script(__file__, FAMILIES, golden, check, f"on {keras.backend.backend()}")
