"""Facts about keras.applications (weights=None), for tests of the same networks elsewhere.

python make.py facts    -> facts.json: per network the number of weights, and every layer in
                                    model.layers order: name, class, output shape, weight shapes
python make.py outputs  -> outputs.json: outputs of a few networks at small input sizes with weights
                                    and input made by the integer rule below (needs no files of weights)

The rule (32-bit unsigned integers, wrapping):
    mix(x):  x ^= x >> 16;  x *= 0x7feb352d;  x ^= x >> 15;  x *= 0x846ca68b;  x ^= x >> 16
    u(t, i) = mix(mix(t) + i) / 2^32                  in [0, 1), exact in float64
Tensor number t counts model.weights from 1 (Keras's order: layer by layer, within a layer as Keras lists them);
i is the flat index in C order of Keras's own weight shape. With r = u(t, i) in float64, then rounded to float32:
    kernel [h, w, in, out] (fanIn h*w*in), pointwise_kernel [1, 1, in, out] (fanIn in), dense [in, out] (fanIn in):
                                    (2 r - 1) * sqrt(3 / fanIn) * sqrt(2)
    depthwise kernel [h, w, in, 1] (DepthwiseConv2D, SeparableConv2D):
                                    (2 r - 1) * sqrt(3 / (h*w))
    bias, beta, moving_mean:        (r - 0.5) * 0.2
    gamma, moving_variance:         0.8 + 0.4 r
Input: t = 0, x[i] = 2 r - 1, shape [1, height, width, 3], i flat in C order (channels last).
"""

import hashlib
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras  # noqa: E402
import numpy as np  # noqa: E402

NETWORKS = [
    "VGG16", "VGG19", "ResNet50", "ResNet101", "ResNet152", "ResNet50V2", "ResNet101V2",
    "MobileNetV2", "DenseNet121", "Xception", "InceptionV3", "ResNet152V2",
]
OUTPUTS = [
    ("MobileNetV2", dict(input_shape=(64, 64, 3), classes=10)),
    ("MobileNetV2", dict(input_shape=(32, 32, 3), classes=10, alpha=0.35)),
    ("DenseNet121", dict(input_shape=(32, 32, 3), classes=10)),
    ("ResNet50", dict(input_shape=(64, 64, 3), classes=10)),
    ("ResNet50V2", dict(input_shape=(64, 64, 3), classes=10)),
    ("Xception", dict(input_shape=(96, 96, 3), classes=10)),
]


def build(name, **options):
    keras.backend.clear_session()
    options = dict(classifier_activation=None) | options
    return getattr(keras.applications, name)(weights=None, **options)


def count(weights):
    return int(sum(np.prod(w.shape) for w in weights))


def facts(name):
    with keras.device("meta"):  # shapes only: no memory for weights
        model = build(name, classifier_activation="softmax")
    layers, index = [], {}
    for layer in model.layers:
        index[layer.name] = len(index)
    for layer in model.layers:
        into = []
        for node in layer._inbound_nodes:
            into += [index[parent.operation.name] for parent in node.parent_nodes]
        shape = layer.output.shape
        row = [layer.name, type(layer).__name__, list(shape[1:]), into]
        weights = [list(w.shape) for w in layer.weights]
        if weights:
            row.append(weights)
        layers.append(row)
    with keras.device("meta"):
        top = build(name, include_top=False, input_shape=(96, 96, 3))
        ten = build(name, classes=10)
    canonical = json.dumps([[l[0], l[2]] for l in layers], separators=(",", ":"))
    return {
        "input": list(model.input_shape[1:]),
        "weights": count(model.weights),
        "trainable": count(model.trainable_weights),
        "tensors": len(model.weights),
        "withoutTop": count(top.weights),
        "withoutTopOutputAt96": list(top.output_shape[1:]),
        "withTenClasses": count(ten.weights),
        "layerCount": len(layers),
        "sha256OfNamesAndShapes": hashlib.sha256(canonical.encode()).hexdigest(),
        "layers": layers,
    }


def mix(x):
    x = x.astype(np.uint64)
    m = np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(16)
    x = (x * np.uint64(0x7FEB352D)) & m
    x ^= x >> np.uint64(15)
    x = (x * np.uint64(0x846CA68B)) & m
    x ^= x >> np.uint64(16)
    return x


def u(t, count):
    start = mix(np.array([t], np.uint64))
    return mix((start + np.arange(count, dtype=np.uint64)) & np.uint64(0xFFFFFFFF)).astype(np.float64) / 2.0**32


def fill(model):
    assert [w.path for w in model.weights] == [w.path for l in model.layers for w in l.weights]
    for t, w in enumerate(model.weights, 1):
        shape = tuple(int(s) for s in w.shape)
        r = u(t, int(np.prod(shape)))
        kind = w.name
        if "kernel" in kind:
            fan = {2: shape[0], 4: int(np.prod(shape[:3]))}[len(shape)]
            if is_depthwise(w, shape):
                value = (2 * r - 1) * np.sqrt(3 / (shape[0] * shape[1]))
            else:
                value = (2 * r - 1) * np.sqrt(3 / fan) * np.sqrt(2)
        elif kind in ("bias", "beta", "moving_mean"):
            value = (r - 0.5) * 0.2
        elif kind in ("gamma", "moving_variance"):
            value = 0.8 + 0.4 * r
        else:
            raise SystemExit(f"no rule for {w.path}")
        w.assign(value.astype(np.float32).reshape(shape))


def is_depthwise(w, shape):
    return len(shape) == 4 and shape[3] == 1 and "depthwise" in w.path


def rounded(v):
    return [float(f"{x:.7g}") for x in np.asarray(v, np.float64).ravel()]


def outputs(name, options):
    model = build(name, **options)
    fill(model)
    h, w, c = options["input_shape"]
    x = (2 * u(0, h * w * c) - 1).astype(np.float32).reshape(1, h, w, c)
    # A few layers on the way, so that a first difference can be found.
    picks = [l for l in model.layers if type(l).__name__ in ("Activation", "ReLU", "Add", "Concatenate")]
    picks = [picks[i] for i in sorted({0, len(picks) // 4, len(picks) // 2, 3 * len(picks) // 4, len(picks) - 1})]
    probe = keras.Model(model.input, [l.output for l in picks] + [model.output])
    values = [np.asarray(v.detach() if hasattr(v, "detach") else v) for v in probe(x, training=False)]
    return {
        "network": name,
        "options": {k: list(v) if isinstance(v, tuple) else v for k, v in options.items()},
        "weights": count(model.weights),
        "on the way": [
            {"layer": l.name, "shape": list(v.shape[1:]), "mean": rounded([v.mean()])[0],
             "meanSquare": rounded([(v.astype(np.float64) ** 2).mean()])[0], "first4": rounded(v.ravel()[:4])}
            for l, v in zip(picks, values)
        ],
        "logits": rounded(values[-1]),
    }


def save(here, name, text):
    with open(os.path.join(here, name), "w") as file:
        file.write(text + "\n")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    stamp = {"keras": keras.__version__, "backend": keras.backend.backend()}
    if sys.argv[1] == "facts":
        out = {"_": stamp | {"layer": "[name, class, output shape without batch, indices of input layers, weight shapes]"}}
        path = os.path.join(here, "facts.json")
        if os.path.exists(path):  # goes on where it stopped
            out |= json.load(open(path))
        for name in [n for n in NETWORKS if n not in out]:
            out[name] = facts(name)
            save(here, "facts.json", json.dumps(out, separators=(",", ":")).replace('},"', '},\n"'))
            print(name, out[name]["weights"], out[name]["layerCount"], flush=True)
    else:
        out = {"_": stamp, "hash": {"u(0, 0..3)": list(u(0, 4)), "u(1, 0..3)": list(u(1, 4)), "u(200, 12345)": float(u(200, 12346)[-1])}, "cases": []}
        for name, options in OUTPUTS:
            out["cases"].append(outputs(name, options))
            save(here, "outputs.json", json.dumps(out, indent=1))
            print(name, options, out["cases"][-1]["logits"][:3], flush=True)


main()
