"""Golden values of style transfer and of L-BFGS, computed by PyTorch in float64.

style.json: Gram matrices, and the loss of one picture with its parts and its gradient, for the
small random network of network.onnx (float32 weights; written here, too).
lbfgs.json: ten iterations of torch.optim.LBFGS on small functions.

Run as:  python goldens/style/make.py            writes the files beside this script
         python goldens/style/make.py --check    has ONNX Runtime judge network.onnx
"""

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common import Draw, agree, number, numbers, tensor, write  # noqa: E402

import numpy as np  # noqa: E402
import onnx  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

FOLDER = Path(__file__).resolve().parent


# --- a network: convolution, ReLU, maximum, convolution, ReLU -----------------------

draw = Draw(7)
WEIGHTS = {
    "shallow.weight": draw.normal(4, 3, 3, 3, scale=0.3),
    "shallow.bias": draw.normal(4, scale=0.5),
    "deep.weight": draw.normal(6, 4, 3, 3, scale=0.3),
    "deep.bias": draw.normal(6, scale=0.5),
}


def network_bytes():
    def conv(name, x, **attributes):
        return helper.make_node("Conv", [x, f"{name}.weight", f"{name}.bias"], [f"{name}.sum"], **attributes)

    def relu(name):
        return helper.make_node("Relu", [f"{name}.sum"], [name])

    nodes = [
        conv("shallow", "image"),
        relu("shallow"),
        helper.make_node("MaxPool", ["shallow"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
        conv("deep", "pooled", pads=[1, 1, 1, 1]),
        relu("deep"),
    ]
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, "height", "width"])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, f"{name}.height", f"{name}.width"])
            for name, channels in (("shallow", 4), ("deep", 6))
        ],
        [numpy_helper.from_array(value, name) for name, value in WEIGHTS.items()],
    )
    model = helper.make_model(
        graph, producer_name="onnx.helper", opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def activations(image):
    """Of pixels [1, 3, height, width] from 0 to 255, in the order of torchvision's preprocessing."""
    weights = {name: torch.tensor(value, dtype=image.dtype) for name, value in WEIGHTS.items()}
    mean = torch.tensor([0.485, 0.456, 0.406], dtype=image.dtype).reshape(1, 3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225], dtype=image.dtype).reshape(1, 3, 1, 1)
    x = (image / 255 - mean) / deviation
    shallow = F.relu(F.conv2d(x, weights["shallow.weight"], weights["shallow.bias"]))
    deep = F.relu(F.conv2d(F.max_pool2d(shallow, 2), weights["deep.weight"], weights["deep.bias"], padding=1))
    return {"shallow": shallow, "deep": deep}


# --- losses -------------------------------------------------------------------------


def gram(activation):
    channels = activation.shape[1]
    features = activation.reshape(channels, -1)
    return features @ features.T / features.shape[1]


def relative(value, target):
    return ((value - target) ** 2).mean() / (target**2).mean()


SETTINGS = {
    "contentWeight": 0.7,
    "styleWeight": 40,
    "totalVariationWeight": 0.0002,
    "padding": 3,
    "contentLayers": [{"name": "deep"}],
    "styleLayers": [{"name": "shallow", "weight": 2}, {"name": "deep", "weight": 0.5}],
    "styleWeights": [0.75, 0.5],
}


def seen(pixels):
    """Activations of the mirrored image, without the positions that the mirrors fill."""
    padding = SETTINGS["padding"]
    padded = F.pad(pixels, [padding] * 4, mode="reflect")
    result = {}
    for name, activation in activations(padded).items():
        strides = [round(padded.shape[axis] / activation.shape[axis]) for axis in (2, 3)]
        y, x = (
            max(0, math.ceil((activation.shape[axis] - 1) / 2 - image_side / (2 * stride)))
            for axis, stride, image_side in zip((2, 3), strides, pixels.shape[2:])
        )
        result[name] = activation[:, :, y : activation.shape[2] - y, x : activation.shape[3] - x]
    return result


def style_losses(image, content, styles):
    own, of_content = seen(image), seen(content)
    share = sum(SETTINGS["styleWeights"])
    layers = []
    for layer in SETTINGS["styleLayers"]:
        each = [relative(gram(own[layer["name"]]), gram(seen(style)[layer["name"]])) for style in styles]
        layers.append(sum(w * loss for w, loss in zip(SETTINGS["styleWeights"], each)) / share)
    weights = [layer["weight"] for layer in SETTINGS["styleLayers"]]
    content_loss = relative(own["deep"], of_content["deep"])
    style_loss = sum(w * loss for w, loss in zip(weights, layers)) / sum(weights)
    variation = ((image[:, :, 1:] - image[:, :, :-1]) ** 2).mean() + (
        (image[:, :, :, 1:] - image[:, :, :, :-1]) ** 2
    ).mean()
    total = (
        SETTINGS["contentWeight"] * content_loss
        + SETTINGS["styleWeight"] * style_loss
        + SETTINGS["totalVariationWeight"] * variation
    )
    return {"total": total, "content": content_loss, "style": style_loss, "totalVariation": variation}, layers


def style_case():
    draw = Draw(11)
    image, content, *styles = (
        draw.uniform(1, 3, height, width, low=low, high=high)
        for height, width, low, high in ((12, 10, 0, 255), (12, 10, 40, 200), (9, 14, 0, 90), (16, 8, 190, 255))
    )

    def run(dtype):
        pixels = torch.tensor(image, dtype=dtype, requires_grad=True)
        parts, layers = style_losses(
            pixels, torch.tensor(content, dtype=dtype), [torch.tensor(style, dtype=dtype) for style in styles]
        )
        parts["total"].backward()
        return parts, layers, pixels.grad

    parts, layers, gradient = run(torch.float64)
    parts32, _, gradient32 = run(torch.float32)
    agree("style loss", parts32["total"].item(), parts["total"].item())
    scale = gradient.abs().max()
    agree("style gradient", (gradient32 / scale).numpy(), (gradient / scale).numpy())
    return {
        "name": "loss and gradient",
        "settings": SETTINGS,
        "image": tensor(image),
        "content": tensor(content),
        "styles": [tensor(style) for style in styles],
        "losses": {name: number(value.item()) for name, value in parts.items()},
        "styleLayers": numbers(value.item() for value in layers),
        "gradient": tensor(gradient),
    }


def gram_case(name, *shape):
    activation = Draw(shape[1]).normal(*shape)
    return {
        "name": name,
        "activation": tensor(activation),
        "gram": tensor(gram(torch.tensor(activation, dtype=torch.float64))),
    }


# --- L-BFGS -------------------------------------------------------------------------


def valley(x):
    """Rosenbrock's valley in any number of dimensions."""
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def bowl(x):
    """A quadratic of condition 1000 with a quartic on top."""
    scales = torch.logspace(0, 3, len(x), dtype=x.dtype)
    return 0.5 * (scales * (x - 1) ** 2).sum() + 0.01 * (x**4).sum()


def ripples(x):
    """Many minima, so that line searches meet slopes that rise."""
    return (x**2).sum() / 20 + (1 - torch.cos(2 * x)).sum() + (x[1:] * x[:-1]).sum() / 25


FUNCTIONS = {"valley": valley, "bowl": bowl, "ripples": ripples}


def lbfgs_case(name, function, start, iterations=10, **options):
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [x],
        lr=options.get("learningRate", 1),
        max_iter=1,
        max_eval=26,  # the first, and 25 in a line search
        history_size=options.get("historySize", 100),
        line_search_fn="strong_wolfe" if options.get("lineSearch") != "none" else None,
    )

    def closure():
        optimizer.zero_grad()
        loss = FUNCTIONS[function](x)
        loss.backward()
        return loss

    points, losses = [], []
    for _ in range(iterations):
        optimizer.step(closure)
        points.append(x.detach().clone())
        losses.append(FUNCTIONS[function](x).item())
    return {
        "name": name,
        "function": function,
        "options": options,
        "start": list(start),
        "points": tensor(torch.stack(points), "float64"),
        "losses": numbers(losses),
    }


def check():
    import onnxruntime

    image = Draw(3).uniform(1, 3, 13, 11, high=255)
    mean = np.array([0.485, 0.456, 0.406], np.float32).reshape(1, 3, 1, 1)
    deviation = np.array([0.229, 0.224, 0.225], np.float32).reshape(1, 3, 1, 1)
    session = onnxruntime.InferenceSession(str(FOLDER / "network.onnx"))
    results = session.run(["shallow", "deep"], {"image": (image / 255 - mean) / deviation})
    for result, (name, expected) in zip(results, activations(torch.tensor(image)).items()):
        agree(name, result, expected.numpy())
    print("network.onnx: as PyTorch")


def main():
    if "--check" in sys.argv:
        return check()
    (FOLDER / "network.onnx").write_bytes(network_bytes())
    write(
        __file__,
        "style",
        [style_case(), gram_case("wide", 1, 3, 4, 7), gram_case("more channels than positions", 1, 9, 2, 2)],
        packages=("torch", "onnx"),
    )
    write(
        __file__,
        "lbfgs",
        [
            lbfgs_case("valley", "valley", [-1.2, 1.0, 0.8, -0.5]),
            lbfgs_case("valley, short history", "valley", [-1.2, 1.0, 0.8, -0.5], historySize=3),
            lbfgs_case("bowl", "bowl", [3.0, -2.0, 0.5, 2.0, -1.0, 0.1]),
            lbfgs_case("bowl, half steps", "bowl", [3.0, -2.0, 0.5, 2.0, -1.0, 0.1], learningRate=0.5),
            lbfgs_case("bowl, no search", "bowl", [1.5, 0.5, 1.2, 0.9, 1.1, 0.95], lineSearch="none"),
            lbfgs_case("ripples", "ripples", [1.4, -4.4, 2.6, 7.5, -1.9]),
        ],
        packages=("torch",),
    )


if __name__ == "__main__":
    main()
