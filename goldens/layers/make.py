"""Golden values of Keras layers: outputs, and gradients to inputs and weights.

Run as:  python goldens/layers/make.py            writes the JSON files beside this script
         python goldens/layers/make.py --check    recomputes the outputs and compares them with
                                                  the files; with KERAS_BACKEND=jax it shows where
                                                  Keras's backends disagree

One function makes the cases of one family of layers. A case gives a layer's config in
camelCase, its inputs, its weights in Keras's order and layout, its outputs, a random
upstream gradient for each output, and the gradients of sum(outputs * upstream).
"""

import inspect
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from common import Draw, agree, distance, floats, tensor, to_numpy, run_script  # noqa: E402
from describe import TORCH, draw_weight, make_layer, options  # noqa: E402

import keras  # noqa: E402
import numpy as np  # noqa: E402


def to_device(value, dtype, gradient=True):
    """A backend tensor; floats take the computing dtype and can be differentiated."""
    value = np.asarray(value)
    if value.dtype.kind != "f":
        return keras.ops.convert_to_tensor(value)
    result = keras.ops.convert_to_tensor(value.astype(dtype))
    return result.clone().requires_grad_(True) if TORCH and gradient else result


def as_list(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


class Case:
    """One description, run in float32 and float64."""

    def __init__(self, name, chain, inputs, masks=None, training=None, states=(), earlier=(), call=None):
        self.name, self.chain, self.inputs = name, chain, inputs
        self.masks, self.training, self.states = masks, training, list(states)
        self.earlier, self.call = list(earlier), call or {}
        self.draw = Draw(sum(map(ord, name)) + 1000 * len(name))
        self.weights, self.upstream = None, None

    def apply(self, layers, inputs, states, dtype):
        x = inputs
        for position, layer in enumerate(layers):
            keywords = options(self.call) if position == 0 else {}
            for key, value in keywords.items():
                if isinstance(value, np.ndarray):
                    keywords[key] = keras.ops.convert_to_tensor(value)
            accepted = inspect.signature(layer.call).parameters
            if self.training is not None and "training" in accepted:
                keywords["training"] = self.training
            if states:
                keywords["initial_state"] = states
            masks = [None if m is None else keras.ops.convert_to_tensor(m) for m in self.masks or []]
            if masks and position == 0:
                keywords["mask"] = masks if len(x) > 1 else masks[0]
            if "Attention" in type(layer).__name__ and "inputs" not in accepted:
                x = as_list(layer(*x, **keywords))
            else:
                x = as_list(layer(x if len(x) > 1 else x[0], **keywords))
        return x

    def run(self, dtype):
        """Outputs and gradients as numpy arrays; draws weights and upstream the first time."""
        with floats(dtype):
            keras.utils.clear_session()  # automatic names start anew
            layers = [make_layer(layer, config) for layer, config in self.chain]
            inputs = [to_device(x, dtype) for x in self.inputs]
            states = [to_device(x, dtype) for x in self.states]
            self.apply(layers, inputs, states, dtype)  # builds
            variables = [list(layer.weights) for layer in layers]
            if self.weights is None:
                self.names = [[(v.name, v.path.partition("/")[2], v.trainable) for v in row] for row in variables]
                self.weights = [[draw_weight(v, self.draw) for v in row] for row in variables]
            for row, values in zip(variables, self.weights):
                for variable, value in zip(row, values):
                    variable.assign(value.astype(dtype))
            for layer in layers:
                if getattr(layer, "stateful", False):
                    layer.reset_state()
            earlier = [
                self.apply(layers, [to_device(x, dtype, False) for x in call], [], dtype)
                for call in self.earlier
            ]
            for layer in layers:
                if getattr(layer, "stateful", False):
                    keep_states(layer)
            outputs = self.apply(layers, inputs, states, dtype)
            if self.upstream is None:
                self.upstream = [
                    self.draw.normal(*y.shape) if to_numpy(y).dtype.kind == "f" else None for y in outputs
                ]
            gradients = self.differentiate(inputs, states, variables, outputs, dtype) if TORCH else None
            after = [[to_numpy(v).copy() for v in row] for row in variables]
            return {
                "earlier": [[to_numpy(y) for y in call] for call in earlier],
                "outputs": [to_numpy(y) for y in outputs],
                "after": after,
                "gradients": gradients,
            }

    def differentiate(self, inputs, states, variables, outputs, dtype):
        import torch

        targets = [x for x in (*inputs, *states) if x.requires_grad]
        targets += [v.value for row in variables for v in row if v.trainable]
        total = sum(
            (y * torch.from_numpy(u.astype(dtype))).sum()
            for y, u in zip(outputs, self.upstream)
            if u is not None and y.requires_grad
        )
        if not targets or not isinstance(total, torch.Tensor):
            found = iter([None] * len(targets))
        else:
            found = iter(torch.autograd.grad(total, targets, allow_unused=True))

        def take(wanted):
            gradient = next(found) if wanted else None
            return None if gradient is None else to_numpy(gradient)

        return {
            "inputs": [take(x.requires_grad) for x in inputs],
            "states": [take(x.requires_grad) for x in states],
            "weights": [[take(v.trainable) for v in row] for row in variables],
        }

    def golden(self):
        """The case as JSON."""
        exact, single = self.run("float64"), self.run("float32")
        for part in ("earlier", "outputs", "after", "gradients"):
            for a, b in zip(flat(single[part]), flat(exact[part])):
                agree(f"{self.name} {part}", a, b, 2e-5)
        weights = [
            [
                {"name": name, "path": path, "trainable": trainable, **tensor(value)}
                for (name, path, trainable), value in zip(*row)
            ]
            for row in zip(self.names, self.weights)
        ]
        gradients = exact["gradients"]
        case = {"name": self.name}
        if len(self.chain) == 1:
            case |= {"layer": self.chain[0][0], "config": self.chain[0][1]}
        if self.call:
            case["call"] = {
                k: tensor(v) if isinstance(v, np.ndarray) else v for k, v in self.call.items()
            }
        if self.training is not None:
            case["training"] = self.training
        if self.earlier:
            case["earlierCalls"] = [
                {"inputs": tensors(x), "outputs": tensors(y)}
                for x, y in zip(self.earlier, exact["earlier"])
            ]
        case["inputs"] = tensors(self.inputs)
        if self.masks:
            case["masks"] = tensors(self.masks)
        if self.states:
            case["initialState"] = tensors(self.states)
        if len(self.chain) == 1:
            case["weights"] = weights[0]
        else:
            case["chain"] = [
                {
                    "layer": layer,
                    "config": config,
                    "weights": weights[i],
                    "weightGradients": tensors(gradients["weights"][i]),
                }
                for i, (layer, config) in enumerate(self.chain)
            ]
        case |= {"outputs": tensors(exact["outputs"]), "upstream": tensors(self.upstream)}
        case["inputGradients"] = tensors(gradients["inputs"])
        if self.states:
            case["initialStateGradients"] = tensors(gradients["states"])
        if len(self.chain) == 1:
            case["weightGradients"] = tensors(gradients["weights"][0])
            if any(distance(a, b) for a, b in zip(exact["after"][0], self.weights[0])):
                case["weightsAfter"] = tensors(exact["after"][0])
        return case

    def check(self, golden, tolerance=2e-5):
        """Compares this backend's outputs with a stored case."""
        chain = golden.get("chain") or [golden]
        self.weights = [
            [np.array(w["data"], np.float32).reshape(w["shape"]) for w in row["weights"]] for row in chain
        ]
        self.names = [[None] * len(row) for row in self.weights]
        try:
            found = self.run("float32")
        except Exception as error:  # a backend that cannot run the case
            print(f"  {self.name}: does not run ({type(error).__name__})")
            return
        for index, (a, b) in enumerate(zip(found["outputs"], golden["outputs"])):
            expected = np.array([float(x) for x in b["data"]]).reshape(b["shape"])
            if a.shape != expected.shape:
                print(f"  {self.name}: shape {a.shape}, golden {expected.shape}")
            elif distance(a, expected) > tolerance:
                print(f"  {self.name}: output {index} is {distance(a, expected):.3g} away")
        if "weightsAfter" in golden:
            for a, b in zip(found["after"][0], golden["weightsAfter"]):
                apart = distance(a.ravel(), np.array(b["data"], float))
                if apart > tolerance:
                    print(f"  {self.name}: weights after are {apart:.3g} away")


def keep_states(layer):
    """Stops the layer from overwriting its states, which its gradient still needs."""
    for state in keras.tree.flatten(layer.states):
        state.assign = lambda value: value


def flat(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in flat(item)]
    return [] if value is None else [value]


def tensors(values):
    return [None if value is None else tensor(value) for value in values]


def one(name, layer, config, *inputs, **more):
    return Case(name, [(layer, config)], list(inputs), **more)


# --- families --------------------------------------------------------------------

ACTIVATIONS = (
    "linear relu leakyRelu relu6 elu selu celu gelu sigmoid hardSigmoid logSigmoid tanh hardTanh tanhShrink "
    "softmax logSoftmax softplus softsign softShrink hardShrink swish silu hardSwish hardSilu mish exponential "
    "squareplus sparsePlus"
).split()


def dense():
    draw = Draw(1)
    for activation in ACTIVATIONS:
        yield one(f"dense {activation}", "dense", {"units": 4, "activation": activation}, draw.normal(3, 3))
    gelu = {"name": "gelu", "approximate": True}
    yield one("dense gelu approximate", "dense", {"units": 4, "activation": gelu}, draw.normal(3, 3))
    yield one("dense without bias", "dense", {"units": 2, "useBias": False}, draw.normal(2, 3))
    yield one("dense rank 3", "dense", {"units": 2, "activation": "tanh"}, draw.normal(2, 4, 3))
    yield one("dense rank 4", "dense", {"units": 2}, draw.normal(2, 2, 3, 3))
    yield one("dense one unit", "dense", {"units": 1, "activation": "sigmoid"}, draw.normal(3, 2))


def activation():
    draw = Draw(2)
    points = np.array([[-8, -3.2, -2.5, -1.1, -0.4, -0.1], [0.1, 0.3, 0.7, 1.2, 2.9, 7]], np.float32)
    for name in ACTIVATIONS:
        yield one(f"activation {name}", "activation", {"activation": name}, points)
    gelu = {"name": "gelu", "approximate": True}
    yield one("activation gelu approximate", "activation", {"activation": gelu}, points)
    yield one("activation softmax rank 3", "activation", {"activation": "softmax"}, draw.normal(2, 3, 4))
    yield one("relu", "relu", {}, points)
    yield one("relu options", "relu", {"maxValue": 2, "negativeSlope": 0.1, "threshold": 0.5}, points)
    yield one("leakyRelu default", "leakyRelu", {}, points)
    yield one("leakyRelu", "leakyRelu", {"negativeSlope": 0.1}, points)
    yield one("elu alpha", "elu", {"alpha": 0.7}, points)
    yield one("prelu", "prelu", {}, draw.normal(2, 4))
    yield one("prelu shared axes", "prelu", {"sharedAxes": [1]}, draw.normal(2, 3, 4))
    yield one("softmax", "softmax", {}, draw.normal(2, 4))
    yield one("softmax axis 1", "softmax", {"axis": 1}, draw.normal(2, 3, 4))
    yield one("softmax two axes", "softmax", {"axis": [1, 2]}, draw.normal(2, 3, 4))
    mask = np.array([[True, True, False, True], [False, True, True, False]])
    yield one("softmax mask", "softmax", {}, draw.normal(2, 4), masks=[mask])


def embedding():
    draw = Draw(3)
    ids = draw.integers(2, 5, low=1, high=6)
    yield one("embedding", "embedding", {"inputDim": 6, "outputDim": 3}, ids)
    repeated = np.array([[0, 2, 2, 0], [2, 2, 2, 5]], np.int32)
    yield one("embedding repeated ids", "embedding", {"inputDim": 6, "outputDim": 3}, repeated)
    yield one("embedding rank 1", "embedding", {"inputDim": 4, "outputDim": 2}, np.array([3, 0, 3], np.int32))
    padded = np.array([[4, 1, 3, 0, 0], [2, 5, 1, 4, 3], [3, 0, 0, 0, 0]], np.int32)
    left = padded[:, ::-1].copy()
    zero = ("embedding", {"inputDim": 6, "outputDim": 3, "maskZero": True})
    for kind in ("lstm", "gru", "simpleRNN"):
        yield Case(f"embedding maskZero, {kind}", [zero, (kind, {"units": 3})], [padded])
    yield Case("embedding maskZero left-padded, lstm", [zero, ("lstm", {"units": 3})], [left])
    yield Case(
        "embedding maskZero, lstm sequences, lstm",
        [zero, ("lstm", {"units": 3, "returnSequences": True}), ("lstm", {"units": 2})],
        [padded],
    )
    yield Case(
        "embedding maskZero, timeDistributed dense, globalAveragePooling1d",
        [
            zero,
            ("timeDistributed", {"layer": {"layer": "dense", "config": {"units": 2}}}),
            ("globalAveragePooling1d", {}),
        ],
        [padded],
    )
    yield Case(
        "embedding maskZero, bidirectional lstm",
        [zero, ("bidirectional", {"layer": {"layer": "lstm", "config": {"units": 2}}})],
        [padded],
    )
    yield Case(
        "masking, lstm",
        [("masking", {"maskValue": 0.5}), ("lstm", {"units": 3})],
        [np.where(padded[..., None] == 0, np.float32(0.5), draw.normal(3, 5, 2))],
    )


RIGHT = np.array([[True, True, True, False], [True, False, False, False]])
LEFT = RIGHT[:, ::-1].copy()
HOLES = np.array([[True, False, True, True], [False, True, False, True]])


def recurrent(kind, seed, units=3, features=2, steps=4, batch=2):
    """The cases that every recurrent layer has."""
    draw = Draw(seed)
    x = lambda: draw.normal(batch, steps, features)  # noqa: E731
    base = {"units": units}
    states = 2 if kind == "lstm" else 1
    start = lambda: [draw.normal(batch, units, scale=0.5) for _ in range(states)]  # noqa: E731
    sequences = {**base, "returnSequences": True}
    everything = {**sequences, "returnState": True}
    yield one(f"{kind}", kind, base, x())
    yield one(f"{kind} returnSequences", kind, sequences, x())
    yield one(f"{kind} returnState", kind, {**base, "returnState": True}, x())
    yield one(f"{kind} returnSequences returnState", kind, everything, x())
    yield one(f"{kind} goBackwards", kind, {**base, "goBackwards": True}, x())
    yield one(f"{kind} goBackwards returnSequences", kind, {**sequences, "goBackwards": True}, x())
    yield one(f"{kind} without bias", kind, {**base, "useBias": False}, x())
    yield one(f"{kind} relu", kind, {**sequences, "activation": "relu"}, x())
    if kind != "simpleRNN":
        other = {"activation": "softsign", "recurrentActivation": "hardSigmoid"}
        yield one(f"{kind} softsign hardSigmoid", kind, {**sequences, **other}, x())
    yield one(f"{kind} initialState", kind, everything, x(), states=start())
    yield one(f"{kind} mask right-padded", kind, everything, x(), masks=[RIGHT])
    yield one(f"{kind} mask left-padded", kind, everything, x(), masks=[LEFT])
    yield one(f"{kind} mask with holes", kind, everything, x(), masks=[HOLES])
    yield one(f"{kind} mask last output", kind, base, x(), masks=[RIGHT])
    yield one(
        f"{kind} mask goBackwards", kind, {**everything, "goBackwards": True}, x(), masks=[RIGHT]
    )
    yield one(f"{kind} mask initialState", kind, base, x(), masks=[LEFT], states=start())
    yield one(f"{kind} stateful second call", kind, {**base, "stateful": True}, x(), earlier=[[x()]])
    yield one(f"{kind} one step", kind, base, draw.normal(batch, 1, features))


def simple_rnn():
    yield from recurrent("simpleRNN", 4)


def gru():
    yield from recurrent("gru", 5)
    draw = Draw(6)
    before = {"units": 3, "resetAfter": False}
    everything = {**before, "returnSequences": True, "returnState": True}
    yield one("gru resetAfter false", "gru", before, draw.normal(2, 4, 2))
    yield one("gru resetAfter false sequences", "gru", everything, draw.normal(2, 4, 2))
    yield one("gru resetAfter false without bias", "gru", {**before, "useBias": False}, draw.normal(2, 4, 2))
    yield one("gru resetAfter false mask", "gru", everything, draw.normal(2, 4, 2), masks=[RIGHT])
    yield one(
        "gru resetAfter false initialState", "gru", everything, draw.normal(2, 4, 2), states=[draw.normal(2, 3)]
    )


def lstm():
    yield from recurrent("lstm", 7)


def bidirectional():
    draw = Draw(8)
    inner = lambda kind, **more: {"layer": kind, "config": {"units": 2, **more}}  # noqa: E731
    x = lambda: draw.normal(2, 4, 2)  # noqa: E731
    for mode in ("concat", "sum", "mul", "ave", None):
        for sequences in (False, True):
            config = {"layer": inner("lstm", returnSequences=sequences), "mergeMode": mode}
            name = f"bidirectional lstm {mode or 'null'}" + (" returnSequences" if sequences else "")
            yield one(name, "bidirectional", config, x())
    yield one("bidirectional gru", "bidirectional", {"layer": inner("gru")}, x())
    yield one("bidirectional simpleRNN", "bidirectional", {"layer": inner("simpleRNN")}, x())
    both = inner("lstm", returnSequences=True, returnState=True)
    yield one("bidirectional lstm returnState", "bidirectional", {"layer": both}, x())
    for name, mask in (("right", RIGHT), ("left", LEFT)):
        config = {"layer": inner("lstm", returnSequences=True)}
        yield one(f"bidirectional lstm mask {name}-padded", "bidirectional", config, x(), masks=[mask])
    yield one("bidirectional lstm mask last", "bidirectional", {"layer": inner("lstm")}, x(), masks=[RIGHT])
    start = [draw.normal(2, 2) for _ in range(4)]
    yield one("bidirectional lstm initialState", "bidirectional", {"layer": inner("lstm")}, x(), states=start)
    config = {"layer": inner("lstm"), "backwardLayer": inner("lstm", units=3, goBackwards=True)}
    yield one("bidirectional lstm backwardLayer", "bidirectional", config, x())


def time_distributed():
    draw = Draw(9)
    of = lambda layer, **config: {"layer": {"layer": layer, "config": config}}  # noqa: E731
    yield one("timeDistributed dense", "timeDistributed", of("dense", units=2, activation="tanh"), draw.normal(2, 4, 3))
    yield one("timeDistributed flatten", "timeDistributed", of("flatten"), draw.normal(2, 2, 3, 2))
    yield one(
        "timeDistributed conv1d", "timeDistributed", of("conv1d", filters=2, kernelSize=2), draw.normal(2, 2, 4, 2)
    )
    yield one("timeDistributed dense mask", "timeDistributed", of("dense", units=2), draw.normal(2, 4, 3), masks=[RIGHT])


def reshaping():
    draw = Draw(10)
    yield one("flatten", "flatten", {}, draw.normal(2, 3, 2))
    yield one("flatten rank 2", "flatten", {}, draw.normal(2, 3))
    yield one("flatten rank 1", "flatten", {}, draw.normal(3))
    yield one("flatten channelsFirst", "flatten", {"dataFormat": "channelsFirst"}, draw.normal(2, 2, 3, 2))
    yield one("reshape", "reshape", {"targetShape": [3, 4]}, draw.normal(2, 12))
    yield one("reshape unknown", "reshape", {"targetShape": [-1, 2, 3]}, draw.normal(2, 4, 3))
    yield one("permute", "permute", {"dims": [2, 1]}, draw.normal(2, 3, 4))
    yield one("permute three", "permute", {"dims": [3, 1, 2]}, draw.normal(2, 2, 3, 4))
    yield one("repeatVector", "repeatVector", {"n": 3}, draw.normal(2, 4))
    yield one("zeroPadding1d", "zeroPadding1d", {"padding": 2}, draw.normal(2, 3, 2))
    yield one("zeroPadding1d two sides", "zeroPadding1d", {"padding": [1, 0]}, draw.normal(2, 3, 2))
    yield one("zeroPadding2d", "zeroPadding2d", {}, draw.normal(2, 2, 3, 2))
    yield one("zeroPadding2d sides", "zeroPadding2d", {"padding": [[1, 0], [2, 1]]}, draw.normal(2, 2, 3, 2))
    yield one("zeroPadding2d symmetric", "zeroPadding2d", {"padding": [0, 2]}, draw.normal(2, 2, 3, 2))
    yield one("cropping1d", "cropping1d", {}, draw.normal(2, 4, 2))
    yield one("cropping1d two sides", "cropping1d", {"cropping": [2, 0]}, draw.normal(2, 4, 2))
    yield one("cropping2d", "cropping2d", {"cropping": [[1, 0], [1, 2]]}, draw.normal(2, 3, 5, 2))
    yield one("cropping2d number", "cropping2d", {"cropping": 1}, draw.normal(2, 3, 4, 2))
    yield one("upSampling1d", "upSampling1d", {"size": 2}, draw.normal(2, 3, 2))
    yield one("upSampling2d", "upSampling2d", {}, draw.normal(1, 2, 3, 2))
    yield one("upSampling2d unequal", "upSampling2d", {"size": [1, 3]}, draw.normal(1, 2, 3, 2))
    bilinear = {"size": 2, "interpolation": "bilinear"}
    yield one("upSampling2d bilinear", "upSampling2d", bilinear, draw.normal(1, 3, 2, 2))


def preprocessing():
    draw = Draw(21)
    image = draw.normal(2, 5, 4, 3)
    yield one("rescaling", "rescaling", {"scale": 0.5, "offset": -1.0}, draw.normal(2, 3))
    yield one("rescaling by channel", "rescaling", {"scale": [1.0, 2.0, 3.0], "offset": [0.5, 0.0, -0.5]}, image)
    given = {"mean": [1.0, 2.0, 3.0], "variance": [4.0, 1.0, 0.0]}
    yield one("normalization given", "normalization", given, image)
    yield one("normalization scalar", "normalization", {"axis": [], "mean": 1.5, "variance": 2.0}, image)
    yield one("normalization invert", "normalization", {**given, "invert": True}, image)
    for height, width in ((7, 9), (3, 2), (5, 4), (10, 4)):
        size = {"height": height, "width": width}
        yield one(f"resizing {height} {width}", "resizing", size, image)
        yield one(f"resizing nearest {height} {width}", "resizing", {**size, "interpolation": "nearest"}, image)
        yield one(f"resizing bicubic {height} {width}", "resizing", {**size, "interpolation": "bicubic"}, image)
        yield one(f"resizing crop {height} {width}", "resizing", {**size, "cropToAspectRatio": True}, image)
        pad = {**size, "padToAspectRatio": True, "fillValue": 2.0}
        yield one(f"resizing pad {height} {width}", "resizing", pad, image)
        yield one(f"centerCrop {height} {width}", "centerCrop", size, image)
    for interpolation in ("bilinear", "bicubic", "nearest"):
        mix = {"height": 2, "width": 9, "antialias": True, "interpolation": interpolation}
        yield one(f"resizing antialias {interpolation}", "resizing", mix, draw.normal(1, 9, 7, 2))
    first = {"height": 3, "width": 2, "dataFormat": "channelsFirst"}
    yield one("resizing channelsFirst", "resizing", first, draw.normal(2, 3, 5, 4))
    yield one("centerCrop channelsFirst", "centerCrop", first, draw.normal(2, 3, 5, 4))
    # A range without width is a number, the same at every draw.
    for mode in ("reflect", "constant", "wrap", "nearest"):
        for interpolation in ("bilinear", "nearest"):
            how = {"fillMode": mode, "interpolation": interpolation, "fillValue": 0.5}
            name = f"{mode} {interpolation}"
            move = {"heightFactor": [0.3, 0.3], "widthFactor": [-0.7, -0.7], **how}
            yield one(f"randomTranslation {name}", "randomTranslation", move, image, training=True)
            yield one(f"randomRotation {name}", "randomRotation", {"factor": [0.13, 0.13], **how}, image, training=True)
            zoom = {"heightFactor": [0.35, 0.35], "widthFactor": [-0.4, -0.4], **how}
            yield one(f"randomZoom {name}", "randomZoom", zoom, image, training=True)
    yield one("randomZoom proportions", "randomZoom", {"heightFactor": [0.35, 0.35]}, image, training=True)
    whole = {"heightFactor": [1.0, 1.0], "widthFactor": [-1.0, -1.0]}
    yield one("randomTranslation whole", "randomTranslation", whole, image, training=True)
    pixels = draw.uniform(2, 3, 4, 3) * 255
    # Keras adds in place, which a leaf of the gradient does not bear.
    same = ("rescaling", {"scale": 1.0})
    darker = {"factor": [-0.5, -0.5], "valueRange": [0, 1]}
    for name, config, x in (
        ("randomBrightness", {"factor": [0.2, 0.2]}, pixels),
        ("randomBrightness darker", darker, pixels / 255),
        ("randomBrightness outside of training", {"factor": 0.3}, None),
    ):
        training = x is not None
        chain = [same, ("randomBrightness", config)]
        yield Case(name, chain, [x if training else image], training=training)
    yield one("randomContrast none", "randomContrast", {"factor": 0.0}, pixels, training=True)
    for layer, config in (
        ("randomFlip", {}),
        ("randomTranslation", {"heightFactor": 0.3, "widthFactor": 0.3}),
        ("randomRotation", {"factor": 0.3}),
        ("randomZoom", {"heightFactor": 0.3}),
        ("randomContrast", {"factor": 0.3}),
    ):
        yield one(f"{layer} outside of training", layer, config, image, training=False)


def merging():
    draw = Draw(11)
    for layer in ("add", "subtract", "multiply", "average", "maximum", "minimum"):
        count = 2 if layer == "subtract" else 3
        yield one(layer, layer, {}, *[draw.normal(2, 3) for _ in range(count)])
        yield one(f"{layer} broadcast", layer, {}, draw.normal(2, 3, 4), draw.normal(2, 1, 4))
        yield one(f"{layer} ranks", layer, {}, draw.normal(2, 3, 4), draw.normal(2, 4))
    yield one("concatenate", "concatenate", {}, draw.normal(2, 3), draw.normal(2, 2), draw.normal(2, 1))
    yield one("concatenate axis 1", "concatenate", {"axis": 1}, draw.normal(2, 3, 2), draw.normal(2, 1, 2))
    yield one("concatenate axis -2", "concatenate", {"axis": -2}, draw.normal(2, 3, 2), draw.normal(2, 1, 2))
    yield one("concatenate rank 3", "concatenate", {"axis": -1}, draw.normal(2, 3, 2), draw.normal(2, 3, 1))
    for normalize in (False, True):
        end = " normalize" if normalize else ""
        more = {"normalize": True} if normalize else {}
        yield one(f"dot vectors{end}", "dot", {"axes": 1, **more}, draw.normal(2, 3), draw.normal(2, 3))
        yield one(f"dot axes 2 1{end}", "dot", {"axes": [2, 1], **more}, draw.normal(2, 3, 4), draw.normal(2, 4, 2))
        yield one(f"dot axes 2 2{end}", "dot", {"axes": 2, **more}, draw.normal(2, 3, 4), draw.normal(2, 2, 4))
        yield one(f"dot axes 1 1{end}", "dot", {"axes": [1, 1], **more}, draw.normal(2, 3, 4), draw.normal(2, 3))
        yield one(f"dot axes -1{end}", "dot", {"axes": -1, **more}, draw.normal(2, 3), draw.normal(2, 3))


def normalization():
    draw = Draw(12)
    layer = "layerNormalization"
    yield one(layer, layer, {}, draw.normal(3, 4))
    yield one(f"{layer} rank 3", layer, {}, draw.normal(2, 3, 4, mean=1))
    yield one(f"{layer} axis 1", layer, {"axis": 1}, draw.normal(2, 3, 4))
    yield one(f"{layer} two axes", layer, {"axis": [1, 2]}, draw.normal(2, 3, 4))
    yield one(f"{layer} epsilon", layer, {"epsilon": 1e-5}, draw.normal(3, 4))
    yield one(f"{layer} without center", layer, {"center": False}, draw.normal(3, 4))
    yield one(f"{layer} without scale", layer, {"scale": False}, draw.normal(3, 4))
    yield one(f"{layer} without both", layer, {"scale": False, "center": False}, draw.normal(3, 4))
    yield one("rmsNormalization", "rmsNormalization", {}, draw.normal(3, 4))
    yield one("rmsNormalization rank 3", "rmsNormalization", {"epsilon": 1e-3}, draw.normal(2, 3, 2))
    yield one("unitNormalization", "unitNormalization", {}, draw.normal(3, 4))
    yield one("unitNormalization axis 1", "unitNormalization", {"axis": 1}, draw.normal(2, 3, 2))
    layer = "groupNormalization"
    yield one(layer, layer, {"groups": 2}, draw.normal(2, 3, 4))
    yield one(f"{layer} rank 4", layer, {"groups": 2}, draw.normal(2, 2, 3, 4, mean=1))
    yield one(f"{layer} instance", layer, {"groups": -1}, draw.normal(2, 3, 4))
    yield one(f"{layer} one group", layer, {"groups": 1, "epsilon": 1e-5}, draw.normal(2, 3, 4))
    yield one(f"{layer} without both", layer, {"groups": 2, "scale": False, "center": False}, draw.normal(2, 3, 4))


def batch_normalization():
    draw = Draw(13)
    layer = "batchNormalization"
    for training in (True, False):
        mode = "training" if training else "inference"
        yield one(f"{layer} {mode}", layer, {}, draw.normal(4, 3, mean=1, scale=2), training=training)
        yield one(f"{layer} {mode} rank 4", layer, {}, draw.normal(2, 2, 3, 2), training=training)
        options = {"momentum": 0.8, "epsilon": 1e-5}
        yield one(f"{layer} {mode} options", layer, options, draw.normal(3, 2), training=training)
        yield one(f"{layer} {mode} axis 1", layer, {"axis": 1}, draw.normal(2, 3, 4), training=training)
        bare = {"center": False, "scale": False}
        yield one(f"{layer} {mode} without both", layer, bare, draw.normal(4, 3), training=training)
        yield one(
            f"{layer} {mode} mask", layer, {}, draw.normal(2, 4, 3), training=training, masks=[RIGHT]
        )
    twice = {"momentum": 0.5}
    yield one(
        f"{layer} training second call", layer, twice, draw.normal(4, 2), training=True, earlier=[[draw.normal(4, 2)]]
    )


def convolution1d():
    draw = Draw(14)
    x = lambda steps=6: draw.normal(2, steps, 2)  # noqa: E731
    base = {"filters": 3, "kernelSize": 3}
    yield one("conv1d", "conv1d", base, x())
    yield one("conv1d relu", "conv1d", {**base, "activation": "relu"}, x())
    for padding in ("same", "causal"):
        yield one(f"conv1d {padding}", "conv1d", {**base, "padding": padding}, x())
        yield one(f"conv1d {padding} dilation", "conv1d", {**base, "padding": padding, "dilationRate": 2}, x())
        yield one(f"conv1d {padding} strides", "conv1d", {**base, "padding": padding, "strides": 2}, x())
    yield one("conv1d same even kernel", "conv1d", {"filters": 2, "kernelSize": 2, "padding": "same"}, x(5))
    yield one("conv1d strides", "conv1d", {**base, "strides": 2}, x(7))
    yield one("conv1d groups", "conv1d", {"filters": 4, "kernelSize": 2, "groups": 2}, x(4))
    yield one("conv1d without bias", "conv1d", {**base, "useBias": False}, x(4))
    yield one("depthwiseConv1d", "depthwiseConv1d", {"kernelSize": 2, "depthMultiplier": 2}, x(4))
    yield one("separableConv1d", "separableConv1d", {"filters": 3, "kernelSize": 3, "padding": "same"}, x(4))
    yield one("conv1dTranspose", "conv1dTranspose", {"filters": 3, "kernelSize": 3, "strides": 2}, x(3))
    same = {"filters": 3, "kernelSize": 3, "strides": 2, "padding": "same"}
    yield one("conv1dTranspose same", "conv1dTranspose", same, x(3))


def convolution2d():
    draw = Draw(15)
    x = lambda height=4, width=5, channels=2: draw.normal(1, height, width, channels)  # noqa: E731
    base = {"filters": 3, "kernelSize": 3}
    same = {**base, "padding": "same"}
    yield one("conv2d", "conv2d", base, draw.normal(2, 4, 4, 2))
    yield one("conv2d relu", "conv2d", {**base, "activation": "relu"}, x())
    yield one("conv2d same", "conv2d", same, x(3, 3))
    yield one("conv2d same strides", "conv2d", {**same, "strides": 2}, x())
    yield one("conv2d same strides even", "conv2d", {**same, "strides": 2}, x(4, 4))
    yield one("conv2d same even kernel", "conv2d", {"filters": 2, "kernelSize": 2, "padding": "same"}, x(3, 3))
    yield one("conv2d strides", "conv2d", {**base, "strides": [2, 1]}, x(5, 4))
    yield one("conv2d dilation", "conv2d", {"filters": 2, "kernelSize": 2, "dilationRate": 2}, x())
    yield one("conv2d same dilation", "conv2d", {**same, "dilationRate": [2, 1]}, x(4, 3))
    yield one("conv2d kernel 1x3", "conv2d", {"filters": 2, "kernelSize": [1, 3]}, x())
    yield one("conv2d kernel 1 strides 2", "conv2d", {"filters": 2, "kernelSize": 1, "strides": 2}, x())
    yield one("conv2d groups", "conv2d", {"filters": 4, "kernelSize": 2, "groups": 2}, x(3, 3, 4))
    yield one("conv2d without bias", "conv2d", {**base, "useBias": False}, x(3, 4))
    layer = "depthwiseConv2d"
    yield one(layer, layer, {"kernelSize": 3}, x())
    yield one(f"{layer} multiplier", layer, {"kernelSize": 2, "depthMultiplier": 2}, x(3, 3))
    yield one(f"{layer} same strides", layer, {"kernelSize": 3, "strides": 2, "padding": "same"}, x())
    yield one(f"{layer} dilation", layer, {"kernelSize": 2, "dilationRate": 2}, x(4, 4))
    layer = "separableConv2d"
    yield one(layer, layer, base, x())
    more = {**same, "depthMultiplier": 2, "activation": "relu"}
    yield one(f"{layer} same multiplier", layer, more, x(3, 3))
    yield one(f"{layer} strides without bias", layer, {**base, "strides": 2, "useBias": False}, x(5, 5))
    layer = "conv2dTranspose"
    yield one(layer, layer, base, x(2, 3))
    yield one(f"{layer} strides", layer, {**base, "strides": 2}, x(2, 2))
    yield one(f"{layer} same", layer, same, x(2, 3))
    yield one(f"{layer} same strides", layer, {**same, "strides": 2}, x(2, 3))
    yield one(f"{layer} same strides even", layer, {**same, "kernelSize": 4, "strides": 2}, x(2, 2))
    yield one(f"{layer} kernel 2 strides 2", layer, {"filters": 2, "kernelSize": 2, "strides": 2}, x(2, 2))


def pooling():
    draw = Draw(16)
    line = lambda steps=5: draw.normal(2, steps, 2)  # noqa: E731
    image = lambda height=4, width=5: draw.normal(2, height, width, 2)  # noqa: E731
    for kind in ("max", "average"):
        one_d, two_d = f"{kind}Pooling1d", f"{kind}Pooling2d"
        yield one(one_d, one_d, {"poolSize": 2}, line())
        yield one(f"{one_d} same", one_d, {"poolSize": 2, "padding": "same"}, line())
        yield one(f"{one_d} strides", one_d, {"poolSize": 3, "strides": 1}, line())
        yield one(f"{one_d} same strides", one_d, {"poolSize": 3, "strides": 2, "padding": "same"}, line())
        yield one(two_d, two_d, {"poolSize": 2}, image())
        yield one(f"{two_d} same", two_d, {"poolSize": 2, "padding": "same"}, image(3, 5))
        yield one(f"{two_d} strides", two_d, {"poolSize": 3, "strides": 2}, image(5, 5))
        yield one(f"{two_d} same strides", two_d, {"poolSize": 3, "strides": 2, "padding": "same"}, image())
        yield one(f"{two_d} unequal", two_d, {"poolSize": [2, 1], "strides": [1, 2]}, image())
    for kind in ("Average", "Max"):
        one_d, two_d = f"global{kind}Pooling1d", f"global{kind}Pooling2d"
        yield one(one_d, one_d, {}, line())
        yield one(f"{one_d} keepdims", one_d, {"keepdims": True}, line())
        yield one(two_d, two_d, {}, image(3, 3))
        yield one(f"{two_d} keepdims", two_d, {"keepdims": True}, image(3, 3))
    yield one("globalAveragePooling1d mask", "globalAveragePooling1d", {}, line(4), masks=[RIGHT])


def attention():
    draw = Draw(17)
    x = lambda steps=3: draw.normal(2, steps, 4)  # noqa: E731
    layer, base = "multiHeadAttention", {"numHeads": 2, "keyDim": 3}
    same = x()
    yield one(f"{layer} self", layer, base, same, same)
    yield one(f"{layer} query value key", layer, base, x(2), x(), x())
    yield one(f"{layer} causal", layer, base, x(), x(), call={"useCausalMask": True})
    mask = np.array([[[1, 0, 1], [1, 1, 0]], [[1, 1, 1], [0, 0, 1]]], bool)
    yield one(f"{layer} attentionMask", layer, base, x(2), x(), call={"attentionMask": mask})
    yield one(f"{layer} scores", layer, base, x(2), x(), call={"returnAttentionScores": True})
    more = {"valueDim": 2, "outputShape": 5, "useBias": False}
    yield one(f"{layer} valueDim outputShape", layer, {**base, **more}, x(2), x())
    yield one("attention", "attention", {}, x(2), x())
    yield one("attention key scale", "attention", {"useScale": True}, x(2), x(), x())
    yield one("attention concat", "attention", {"scoreMode": "concat"}, x(2), x())
    yield one("attention causal", "attention", {}, x(), x(), call={"useCausalMask": True})
    masks = [np.array([[1, 0], [1, 1]], bool), np.array([[1, 1, 0], [0, 1, 1]], bool)]
    yield one("attention masks", "attention", {}, x(2), x(), masks=masks)
    yield one("additiveAttention", "additiveAttention", {}, x(2), x())
    grouped = {"headDim": 3, "numQueryHeads": 4, "numKeyValueHeads": 2}
    yield one("groupQueryAttention", "groupQueryAttention", grouped, x(2), x())
    einsum = {"equation": "abc,cde->abde", "outputShape": [None, 2, 3], "biasAxes": "de"}
    yield one("einsumDense", "einsumDense", einsum, x())


FAMILIES = {
    "dense": dense,
    "activation": activation,
    "embedding": embedding,
    "simpleRNN": simple_rnn,
    "gru": gru,
    "lstm": lstm,
    "bidirectional": bidirectional,
    "timeDistributed": time_distributed,
    "reshaping": reshaping,
    "preprocessing": preprocessing,
    "merging": merging,
    "normalization": normalization,
    "batchNormalization": batch_normalization,
    "convolution1d": convolution1d,
    "convolution2d": convolution2d,
    "pooling": pooling,
    "attention": attention,
}


if __name__ == "__main__":
    backend = keras.backend.backend()
    run_script(__file__, FAMILIES, lambda case: case.golden(), lambda case, row: case.check(row), f"on {backend}")
