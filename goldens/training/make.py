"""Golden trajectories of Keras training: given weights and data, the loss at each step.

Run as:  python goldens/training/make.py            writes the JSON files beside this script
         python goldens/training/make.py --check    compares the losses with the files; with
                                                    KERAS_BACKEND=jax it compares the backends

Each case runs in float32 and in float64. Top-level fields hold the float32 run, "float64" the
other one, and "apart" is the largest relative distance between the two: sizes and rates are
chosen so that it stays below 2e-6.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from common import Draw, camel, distance, floats, number, numbers, snake, tensor, to_numpy, run_script  # noqa: E402
from describe import draw_weight, make_layer, make_optimizer  # noqa: E402

import keras  # noqa: E402
import numpy as np  # noqa: E402

LIMIT = 2e-6


# --- describing a model ----------------------------------------------------------


class Graph:
    """A plain list of layers. Calling `add` returns the layer's name, to feed to the next."""

    def __init__(self):
        self.inputs, self.layers = [], []

    def input(self, name, *shape, dtype="float32"):
        self.inputs.append({"name": name, "shape": list(shape), "dtype": dtype})
        return name

    def add(self, name, layer, config, *inputs):
        self.layers.append({"name": name, "layer": layer, "config": config, "inputs": list(inputs)})
        return name

    def again(self, name, shares, *inputs):
        """A second call of an earlier layer, which shares its weights."""
        self.layers.append({"name": name, "shares": shares, "inputs": list(inputs)})
        return name

    def keras(self, outputs):
        """The Keras model, and its layers by name."""
        tensors = {i["name"]: keras.Input(i["shape"], dtype=self.dtype_of(i), name=i["name"]) for i in self.inputs}
        first = dict(tensors)
        made = {}
        for entry in self.layers:
            if "shares" in entry:
                layer = made[entry["shares"]]
            else:
                layer = make_layer(entry["layer"], {**entry["config"], "name": entry["name"]})
                made[entry["name"]] = layer
            fed = [tensors[name] for name in entry["inputs"]]
            apart = len(fed) == 1 or isinstance(layer, keras.layers.MultiHeadAttention)
            tensors[entry["name"]] = layer(*fed) if apart else layer(fed)
        ends = {name: tensors[name] for name in outputs}
        if len(first) == 1:
            (first,) = first.values()
        if len(ends) == 1:
            (ends,) = ends.values()
        return keras.Model(first, ends), made

    def dtype_of(self, entry):
        return keras.config.floatx() if entry["dtype"] == "float32" else entry["dtype"]


# --- running it ------------------------------------------------------------------


def cast(value, dtype):
    if isinstance(value, dict):
        return {k: cast(v, dtype) for k, v in value.items()}
    return value.astype(dtype) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def only(value):
    """Keras wants a single input or output bare."""
    if isinstance(value, dict) and len(value) == 1:
        (value,) = value.values()
    return value


def run(spec, dtype, weights):
    """One training run in dtype; draws the initial weights the first time."""
    with floats(dtype):
        keras.utils.clear_session()
        model, made = spec["graph"].keras(spec["outputs"])
        draw = Draw(sum(map(ord, spec["name"])))
        for name, layer in made.items():
            if name not in weights:
                scale = np.float32(spec.get("scale", 1))
                weights[name] = [draw_weight(v, draw) * scale for v in layer.weights]
            layer.set_weights(cast(dict(enumerate(weights[name])), dtype).values())
        compiled = spec["compile"]
        losses = compiled["loss"]
        model.compile(
            optimizer=make_optimizer(compiled["optimizer"]["name"], compiled["optimizer"]["config"]),
            loss={k: snake(v) for k, v in losses.items()} if isinstance(losses, dict) else snake(losses),
            loss_weights=compiled.get("lossWeights"),
            metrics=[snake(m) for m in compiled.get("metrics", [])] or None,
            weighted_metrics=[snake(m) for m in compiled.get("weightedMetrics", [])] or None,
        )
        batches = cast(dict(enumerate(spec["batches"])), dtype)
        result = {}
        if "fit" in spec:
            result["history"] = fit(model, batches, spec["fit"])
        else:
            result["steps"] = [
                step(model, batches[i % len(batches)], spec.get("classWeight")) for i in range(spec["steps"])
            ]
        predictions = model.predict_on_batch(only(batches[0]["inputs"]))
        predictions = predictions if isinstance(predictions, dict) else {spec["outputs"][0]: predictions}
        result["weights"] = {name: [to_numpy(v).copy() for v in layer.weights] for name, layer in made.items()}
        result["predictions"] = {name: to_numpy(value) for name, value in predictions.items()}
        names = {name: [(v.name, v.trainable) for v in layer.weights] for name, layer in made.items()}
        return result, names


def step(model, batch, class_weight):
    """The logs of one training step."""
    model.reset_metrics()
    logs = model.train_on_batch(
        only(batch["inputs"]),
        only(batch["targets"]),
        sample_weight=batch.get("sampleWeight"),
        class_weight=class_weight,
        return_dict=True,
    )
    return {camel(name.removesuffix("_loss")): float(v) for name, v in logs.items()}


def fit(model, batches, options):
    """The history of `fit` over the batches put together."""
    parts = {}
    for batch in batches.values():
        for key in ("inputs", "targets"):
            for name, value in batch[key].items():
                parts.setdefault((key, name), []).append(value)
    whole = {k: {n: np.concatenate(v) for (kk, n), v in parts.items() if kk == k} for k in ("inputs", "targets")}
    history = model.fit(
        only(whole["inputs"]),
        only(whole["targets"]),
        verbose=0,
        **{snake(k): v for k, v in options.items()},
    )
    return {camel(k): [float(x) for x in v] for k, v in history.history.items()}


def apart(a, b):
    """Largest distance between two runs."""
    if isinstance(a, dict):
        return max((apart(a[k], b[k]) for k in a), default=0)
    if isinstance(a, list):
        return max((apart(x, y) for x, y in zip(a, b, strict=True)), default=0)
    return distance(a, b)


def as_json(result):
    out = {}
    if "steps" in result:
        out["logs"] = [{k: number(v) for k, v in row.items()} for row in result["steps"]]
    else:
        out["history"] = {k: numbers(v) for k, v in result["history"].items()}
    out["finalWeights"] = {name: [tensor(v) for v in row] for name, row in result["weights"].items() if row}
    out["predictions"] = {name: tensor(v) for name, v in result["predictions"].items()}
    return out


def golden(spec):
    """The case as JSON."""
    weights = {}
    single, names = run(spec, "float32", weights)
    exact, _ = run(spec, "float64", weights)
    gap = apart(single, exact)
    end = [row["loss"] for row in exact["steps"]] if "steps" in exact else exact["history"]["loss"]
    print(f"  {spec['name']}: loss {end[0]:.4f} to {end[-1]:.4f}, {gap:.1e} apart")
    if gap > LIMIT:
        sys.exit(f"{spec['name']}: float32 and float64 are {gap:.3g} apart")
    layers = []
    for entry in spec["graph"].layers:
        layers.append(dict(entry))
        if "shares" not in entry:
            layers[-1]["weights"] = [
                {"name": name, "trainable": trainable, **tensor(value)}
                for (name, trainable), value in zip(names[entry["name"]], weights[entry["name"]])
            ]
    case = {"name": spec["name"], "inputs": spec["graph"].inputs, "layers": layers}
    case |= {"outputs": spec["outputs"], "compile": spec["compile"]}
    for key in ("classWeight", "steps", "fit"):
        if key in spec:
            case[key] = spec[key]
    case["batches"] = [describe_batch(batch) for batch in spec["batches"]]
    return {**case, **as_json(single), "float64": as_json(exact), "apart": number(gap)}


def describe_batch(batch):
    return {k: {n: tensor(x) for n, x in v.items()} if isinstance(v, dict) else tensor(v) for k, v in batch.items()}


def check(spec, stored, tolerance=1e-5):
    """Compares this backend's losses with a stored case."""
    weights = {
        entry["name"]: [np.array(w["data"], np.float32).reshape(w["shape"]) for w in entry["weights"]]
        for entry in stored["layers"]
        if "weights" in entry
    }
    found, _ = run(spec, "float32", weights)
    found = as_json(found)
    for key in ("logs", "history"):
        if key in stored and apart(found[key], stored[key]) > tolerance:
            print(f"  {spec['name']}: {key} are {apart(found[key], stored[key]):.3g} away")


# --- data ------------------------------------------------------------------------


def batches(count, make):
    """`count` batches; make(i) gives (inputs by name, targets by name) and perhaps sample weights."""
    result = []
    for index in range(count):
        inputs, targets, *weights = make(index)
        result.append({"inputs": inputs, "targets": targets})
        if weights:
            result[-1]["sampleWeight"] = weights[0]
    return result


def plan(optimizer, loss, more=None, **config):
    return {"optimizer": {"name": optimizer, "config": config}, "loss": loss, **(more or {})}


# --- families --------------------------------------------------------------------


def small_mlp(units=5, classes=3, **first):
    graph = Graph()
    x = graph.input("x", 4)
    x = graph.add("hidden", "dense", {"units": units, "activation": "tanh", **first}, x)
    graph.add("answer", "dense", {"units": classes, "activation": "softmax"}, x)
    return graph


def classes_of(x, classes=3):
    """Labels that can be learned: which of three fixed sums is the largest."""
    return np.argmax(x @ Draw(99).normal(x.shape[-1], classes), axis=-1).astype(np.int32)


def labelled(draw, size=4, sparse=False):
    x = draw.normal(size, 4)
    labels = classes_of(x)
    return {"x": x}, {"answer": labels if sparse else np.eye(3, dtype=np.float32)[labels]}


def mlp():
    loss = "categoricalCrossentropy"
    plans = {
        "sgd": plan("sgd", loss, learningRate=0.1),
        "sgd momentum": plan("sgd", loss, learningRate=0.05, momentum=0.9, nesterov=True),
        "rmsprop": plan("rmsprop", loss),
        "adam": plan("adam", loss, learningRate=0.003),
        "adamW": plan("adamW", loss, learningRate=0.003, weightDecay=0.1),
        "adam globalClipnorm": plan("adam", loss, learningRate=0.003, globalClipnorm=0.5),
        "sgd exponentialDecay": plan(
            "sgd",
            loss,
            learningRate={
                "schedule": "exponentialDecay",
                "config": {"initialLearningRate": 0.2, "decaySteps": 5, "decayRate": 0.5},
            },
        ),
    }
    for name, compiled in plans.items():
        draw = Draw(41)
        yield {
            "name": f"mlp {name}",
            "graph": small_mlp(),
            "outputs": ["answer"],
            "compile": compiled,
            "steps": 20,
            "batches": batches(3, lambda i: labelled(draw)),
        }
    draw = Draw(42)
    graph = Graph()
    x = graph.input("x", 4)
    hidden = graph.add("hidden", "dense", {"units": 6, "activation": "relu"}, x)
    graph.add("value", "dense", {"units": 1}, hidden)
    yield {
        "name": "mlp relu mse",
        "graph": graph,
        "outputs": ["value"],
        "compile": plan("sgd", "meanSquaredError", {"metrics": ["meanAbsoluteError"]}, learningRate=0.02),
        "steps": 20,
        "batches": batches(2, lambda i: ({"x": draw.normal(5, 4)}, {"value": draw.normal(5, 1)})),
    }
    draw = Draw(43)
    graph = small_mlp()
    graph.layers[0]["config"]["trainable"] = False
    yield {
        "name": "mlp frozen layer",
        "graph": graph,
        "outputs": ["answer"],
        "compile": plan("sgd", loss, learningRate=0.1),
        "steps": 10,
        "batches": batches(2, lambda i: labelled(draw)),
    }


def question_answering():
    for masked in (False, True):
        draw = Draw(44)
        more = {"maskZero": True} if masked else {}
        graph = Graph()
        text = graph.input("text", 6, dtype="int32")
        question = graph.input("question", 4, dtype="int32")
        x = graph.add("embeddedText", "embedding", {"inputDim": 9, "outputDim": 4, **more}, text)
        x = graph.add("encodedText", "lstm", {"units": 4}, x)
        y = graph.add("embeddedQuestion", "embedding", {"inputDim": 8, "outputDim": 3, **more}, question)
        y = graph.add("encodedQuestion", "lstm", {"units": 3}, y)
        both = graph.add("both", "concatenate", {"axis": -1}, x, y)
        graph.add("answer", "dense", {"units": 5, "activation": "softmax"}, both)

        def make(index):
            text, question = draw.integers(4, 6, low=1, high=9), draw.integers(4, 4, low=1, high=8)
            if masked:
                text[1, 4:], text[2, 2:], question[0, 1:], question[3, 3:] = 0, 0, 0, 0
            return {"text": text, "question": question}, {"answer": draw.one_hot(4, classes=5)}

        yield {
            "name": "question answering" + (" maskZero" if masked else ""),
            "graph": graph,
            "outputs": ["answer"],
            "compile": plan(
                "rmsprop", "categoricalCrossentropy", {"metrics": ["categoricalAccuracy"]}, learningRate=0.01
            ),
            "steps": 20,
            "batches": batches(2, make),
        }


def three_outputs():
    losses = {"age": "meanSquaredError", "income": "categoricalCrossentropy", "gender": "binaryCrossentropy"}
    weights = {"lossWeights": {"age": 0.25, "income": 1.0, "gender": 10.0}}

    def heads(graph, x):
        graph.add("age", "dense", {"units": 1}, x)
        graph.add("income", "dense", {"units": 4, "activation": "softmax"}, x)
        graph.add("gender", "dense", {"units": 1, "activation": "sigmoid"}, x)

    def recurrent():
        graph = Graph()
        posts = graph.input("posts", 6, dtype="int32")
        x = graph.add("embedded", "embedding", {"inputDim": 9, "outputDim": 4}, posts)
        x = graph.add("encoded", "lstm", {"units": 4}, x)
        x = graph.add("hidden", "dense", {"units": 5, "activation": "relu"}, x)
        heads(graph, x)
        return graph

    def convolutional():
        graph = Graph()
        posts = graph.input("posts", 14, dtype="int32")
        x = graph.add("embedded", "embedding", {"inputDim": 9, "outputDim": 4}, posts)
        x = graph.add("first", "conv1d", {"filters": 5, "kernelSize": 3, "activation": "relu"}, x)
        x = graph.add("pool", "maxPooling1d", {"poolSize": 2}, x)
        x = graph.add("second", "conv1d", {"filters": 5, "kernelSize": 3, "activation": "relu"}, x)
        x = graph.add("global", "globalMaxPooling1d", {}, x)
        x = graph.add("hidden", "dense", {"units": 5, "activation": "relu"}, x)
        heads(graph, x)
        return graph

    def targets(draw):
        return {
            "age": draw.normal(4, 1, mean=2),
            "income": draw.one_hot(4, classes=4),
            "gender": draw.integers(4, 1, high=2).astype(np.float32),
        }

    for name, build, length in (("lstm", recurrent, 6), ("conv1d", convolutional, 14)):
        draw = Draw(45)
        yield {
            "name": f"three outputs {name}",
            "graph": build(),
            "outputs": ["age", "income", "gender"],
            "compile": plan("rmsprop", losses, weights),
            "steps": 20,
            "batches": batches(2, lambda i: ({"posts": draw.integers(4, length, high=9)}, targets(draw))),
        }
    draw = Draw(46)

    def weighted(index):
        each = {name: draw.uniform(4, high=2) for name in ("age", "income", "gender")}
        return {"posts": draw.integers(4, 6, high=9)}, targets(draw), each

    yield {
        "name": "three outputs sampleWeight",
        "graph": recurrent(),
        "outputs": ["age", "income", "gender"],
        "compile": plan("rmsprop", losses, weights),
        "steps": 10,
        "batches": batches(2, weighted),
    }


def characters():
    symbols, length = 7, 6

    def windows(draw, size=4):
        ids, following = draw.integers(size, length, high=symbols), draw.integers(size, high=symbols)
        return {"window": np.eye(symbols, dtype=np.float32)[ids]}, {
            "next": np.eye(symbols, dtype=np.float32)[following]
        }

    for kind in ("lstm", "gru", "simpleRNN"):
        draw = Draw(47)
        graph = Graph()
        window = graph.input("window", length, symbols)
        x = graph.add("memory", kind, {"units": 5}, window)
        graph.add("next", "dense", {"units": symbols, "activation": "softmax"}, x)
        yield {
            "name": f"characters {kind}",
            "graph": graph,
            "outputs": ["next"],
            "compile": plan("rmsprop", "categoricalCrossentropy", learningRate=0.01),
            "steps": 20,
            "batches": batches(2, lambda i: windows(draw)),
        }
    draw = Draw(48)
    graph = Graph()
    ids = graph.input("ids", length, dtype="int32")
    x = graph.add("embedded", "embedding", {"inputDim": symbols, "outputDim": 3, "maskZero": True}, ids)
    x = graph.add("memory", "bidirectional", {"layer": {"layer": "lstm", "config": {"units": 3, "returnSequences": True}}}, x)
    graph.add("tags", "timeDistributed", {"layer": {"layer": "dense", "config": {"units": 3, "activation": "softmax"}}}, x)

    def tagged(index):
        ids = draw.integers(3, length, low=1, high=symbols)
        ids[0, 4:], ids[2, 2:] = 0, 0
        return {"ids": ids}, {"tags": draw.integers(3, length, high=3)}

    yield {
        "name": "tags at every step, maskZero",
        "graph": graph,
        "outputs": ["tags"],
        "compile": plan("adam", "sparseCategoricalCrossentropy", {"metrics": ["sparseCategoricalAccuracy"]}, learningRate=0.003),
        "steps": 20,
        "batches": batches(2, tagged),
    }


def graphs():
    draw = Draw(49)
    graph = Graph()
    x = graph.input("x", 4)
    start = graph.add("start", "dense", {"units": 5}, x)
    y = graph.add("norm1", "batchNormalization", {}, start)
    y = graph.add("relu1", "activation", {"activation": "relu"}, y)
    y = graph.add("inner", "dense", {"units": 5}, y)
    y = graph.add("norm2", "batchNormalization", {"momentum": 0.9}, y)
    y = graph.add("sum", "add", {}, y, start)
    y = graph.add("relu2", "activation", {"activation": "relu"}, y)
    graph.add("answer", "dense", {"units": 3, "activation": "softmax"}, y)
    yield {
        "name": "residual batchNormalization",
        "graph": graph,
        "outputs": ["answer"],
        "compile": plan("sgd", "categoricalCrossentropy", learningRate=0.02, momentum=0.9),
        "steps": 20,
        "batches": batches(2, lambda i: labelled(draw, 6)),
    }
    draw = Draw(50)
    graph = Graph()
    left, right = graph.input("left", 4), graph.input("right", 4)
    a = graph.add("encoder", "dense", {"units": 3, "activation": "tanh"}, left)
    b = graph.again("encoderAgain", "encoder", right)
    apart = graph.add("apart", "subtract", {}, a, b)
    together = graph.add("together", "multiply", {}, a, b)
    both = graph.add("both", "concatenate", {}, apart, together)
    graph.add("same", "dense", {"units": 1, "activation": "sigmoid"}, both)
    yield {
        "name": "shared layer",
        "graph": graph,
        "outputs": ["same"],
        "compile": plan("adam", "binaryCrossentropy", {"metrics": ["binaryAccuracy"]}, learningRate=0.003),
        "steps": 20,
        "batches": batches(
            2,
            lambda i: (
                {"left": draw.normal(4, 4), "right": draw.normal(4, 4)},
                {"same": draw.integers(4, 1, high=2).astype(np.float32)},
            ),
        ),
    }
    draw = Draw(51)
    graph = Graph()
    x = graph.input("x", 5, 4)
    y = graph.add("norm", "layerNormalization", {}, x)
    y = graph.add("attention", "multiHeadAttention", {"numHeads": 2, "keyDim": 2}, y, y)
    y = graph.add("sum", "add", {}, x, y)
    y = graph.add("pool", "globalAveragePooling1d", {}, y)
    graph.add("answer", "dense", {"units": 3, "activation": "softmax"}, y)
    # Not adam: the gradient to the keys' bias is zero but for rounding, which adam would magnify.
    yield {
        "name": "attention",
        "graph": graph,
        "outputs": ["answer"],
        "compile": plan("sgd", "categoricalCrossentropy", learningRate=0.05),
        "steps": 20,
        "batches": batches(2, lambda i: ({"x": draw.normal(3, 5, 4)}, {"answer": draw.one_hot(3, classes=3)})),
    }


def images():
    def case(name, graph, size, seed):
        draw = Draw(seed)
        return {
            "name": name,
            "graph": graph,
            "outputs": ["answer"],
            "compile": plan("rmsprop", "categoricalCrossentropy"),
            "steps": 10,
            "batches": batches(
                2, lambda i: ({"image": draw.normal(2, size, size, 2)}, {"answer": draw.one_hot(2, classes=3)})
            ),
        }

    graph = Graph()
    x = graph.input("image", 8, 8, 2)
    x = graph.add("first", "conv2d", {"filters": 3, "kernelSize": 3, "activation": "relu"}, x)
    x = graph.add("pool", "maxPooling2d", {"poolSize": 2}, x)
    x = graph.add("second", "conv2d", {"filters": 4, "kernelSize": 3, "activation": "relu", "padding": "same"}, x)
    x = graph.add("flat", "flatten", {}, x)
    graph.add("answer", "dense", {"units": 3, "activation": "softmax"}, x)
    yield case("conv2d", graph, 8, 52)
    graph = Graph()
    x = graph.input("image", 6, 6, 2)
    x = graph.add("first", "separableConv2d", {"filters": 3, "kernelSize": 3, "activation": "relu"}, x)
    x = graph.add("norm", "batchNormalization", {}, x)
    x = graph.add("second", "separableConv2d", {"filters": 4, "kernelSize": 3, "activation": "relu"}, x)
    x = graph.add("pool", "globalAveragePooling2d", {}, x)
    graph.add("answer", "dense", {"units": 3, "activation": "softmax"}, x)
    yield case("separableConv2d", graph, 6, 53)


def weighting():
    draw = Draw(54)
    sgd = lambda loss, **more: plan("sgd", loss, more, learningRate=0.1)  # noqa: E731
    metrics = {"metrics": ["categoricalAccuracy"], "weightedMetrics": ["categoricalCrossentropy"]}

    def case(name, compiled, make, **more):
        return {"name": name, "graph": small_mlp(), "outputs": ["answer"], "compile": compiled} | {
            "steps": 10,
            "batches": batches(2, make),
            **more,
        }

    yield case(
        "sampleWeight",
        sgd("categoricalCrossentropy", **metrics),
        lambda i: (*labelled(draw), np.array([0.5, 2, 0, 1.25], np.float32)),
    )
    # JSON has no integer keys: a class's number is written as text.
    yield case("classWeight", sgd("categoricalCrossentropy"), lambda i: labelled(draw), classWeight={0: 0.5, 2: 3.0})
    yield case(
        "classWeight sparse",
        sgd("sparseCategoricalCrossentropy"),
        lambda i: labelled(draw, sparse=True),
        classWeight={0: 0.5, 1: 1.5, 2: 3.0},
    )


def penalties():
    l2 = {"name": "l2", "l2": 0.02}
    both = {"name": "l1L2", "l1": 0.01, "l2": 0.02}
    variants = {
        "l2": {"kernelRegularizer": l2},
        "l1": {"kernelRegularizer": {"name": "l1", "l1": 0.02}},
        "l1L2 kernel, l2 bias": {"kernelRegularizer": both, "biasRegularizer": l2},
        "activity l2": {"activityRegularizer": l2},
        "maxNorm": {"kernelConstraint": {"name": "maxNorm", "maxValue": 0.8}},
        "maxNorm axis 1": {"kernelConstraint": {"name": "maxNorm", "maxValue": 0.8, "axis": 1}},
        "nonNeg": {"kernelConstraint": {"name": "nonNeg"}, "biasConstraint": {"name": "nonNeg"}},
        "unitNorm": {"kernelConstraint": {"name": "unitNorm"}},
        "minMaxNorm": {"kernelConstraint": {"name": "minMaxNorm", "minValue": 0.5, "maxValue": 0.9, "rate": 0.5}},
        "l2 and maxNorm": {"kernelRegularizer": l2, "kernelConstraint": {"name": "maxNorm", "maxValue": 1}},
    }
    for name, config in variants.items():
        draw = Draw(55)
        yield {
            "name": name,
            "graph": small_mlp(**config),
            "outputs": ["answer"],
            "compile": plan("sgd", "categoricalCrossentropy", learningRate=0.1),
            "steps": 10,
            "batches": batches(2, lambda i: labelled(draw)),
        }
    draw = Draw(56)
    graph = Graph()
    ids = graph.input("ids", 5, dtype="int32")
    x = graph.add("embedded", "embedding", {"inputDim": 6, "outputDim": 3, "embeddingsRegularizer": l2}, ids)
    config = {"units": 3, "kernelRegularizer": l2, "recurrentRegularizer": both, "biasRegularizer": l2}
    x = graph.add("memory", "lstm", {**config, "recurrentConstraint": {"name": "maxNorm", "maxValue": 1}}, x)
    graph.add("answer", "dense", {"units": 3, "activation": "softmax"}, x)
    yield {
        "name": "recurrent regularizers and constraint",
        "graph": graph,
        "outputs": ["answer"],
        "compile": plan("rmsprop", "categoricalCrossentropy", learningRate=0.01),
        "steps": 10,
        "batches": batches(2, lambda i: ({"ids": draw.integers(3, 5, high=6)}, {"answer": draw.one_hot(3, classes=3)})),
    }


def fitting():
    plans = {
        "fit": {"epochs": 3, "batchSize": 4, "shuffle": False},
        "fit validationSplit": {"epochs": 3, "batchSize": 4, "shuffle": False, "validationSplit": 0.3},
    }
    for name, options in plans.items():
        draw = Draw(57)
        yield {
            "name": name,
            "graph": small_mlp(),
            "outputs": ["answer"],
            "compile": plan("rmsprop", "categoricalCrossentropy", {"metrics": ["accuracy"]}, learningRate=0.01),
            "fit": options,
            "batches": batches(1, lambda i: labelled(draw, 10)),
        }


FAMILIES = {
    "mlp": mlp,
    "questionAnswering": question_answering,
    "threeOutputs": three_outputs,
    "characters": characters,
    "graphs": graphs,
    "images": images,
    "weighting": weighting,
    "penalties": penalties,
    "fitting": fitting,
}


if __name__ == "__main__":
    run_script(__file__, FAMILIES, golden, check, f"on {keras.backend.backend()}")
