"""One step of DeepDream on a small random network, by PyTorch in float64.

network.onnx: the network, exported by torch.onnx: image (RGB, 0 to 1, less the mean, divided by the
deviation) to the activations "early" and "late". dream.json: for each case the layers with their weights,
the loss, its gradient with respect to the pixels (0 to 255), and the image after one step of gradient
ascent, where the gradient is divided by its mean absolute value and pixels are kept in 0 to 255.
"""

import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from common import Draw, agree, number, tensor, write  # noqa: E402

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

FOLDER = Path(__file__).resolve().parent
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
STEP = 1.5
HEIGHT, WIDTH = 12, 10


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(3, 6, 5, stride=2)
        self.second = torch.nn.Conv2d(6, 8, 3, padding=1)

    def forward(self, x):
        early = F.relu(self.first(x))
        late = F.relu(self.second(F.max_pool2d(early, 2, ceil_mode=True)))
        return early, late


def activations(network, pixels):
    mean = torch.tensor(MEAN, dtype=pixels.dtype).reshape(1, 3, 1, 1)
    deviation = torch.tensor(DEVIATION, dtype=pixels.dtype).reshape(1, 3, 1, 1)
    early, late = network((pixels / 255 - mean) / deviation)
    return {"early": early, "late": late}


def rows(activation):
    return activation[0].flatten(1).T


def loss_of(network, pixels, layers, guide):
    found = activations(network, pixels)
    total = 0
    for layer in layers:
        value = found[layer["name"]]
        if guide is not None:
            with torch.no_grad():
                known = rows(activations(network, guide)[layer["name"]])
                best = known[(rows(value) @ known.T).argmax(1)]
            term = (rows(value) * best).mean()
        elif "channel" in layer:
            term = value[:, layer["channel"]].mean()
        else:
            term = value.square().mean()
        total = total + layer.get("weight", 1) * term
    return total


def step(network, image, layers, guide, dtype):
    network = network.to(dtype)
    as_planes = lambda one: torch.tensor(one, dtype=dtype).permute(2, 0, 1)[None]  # noqa: E731
    pixels = as_planes(image).requires_grad_()
    loss = loss_of(network, pixels, layers, None if guide is None else as_planes(guide))
    (gradient,) = torch.autograd.grad(loss, pixels)
    moved = (pixels + STEP * gradient / gradient.abs().mean()).clamp(0, 255)
    return loss.detach(), gradient, moved.detach()[0].permute(1, 2, 0)


def case(network, name, image, layers, guide=None):
    loss, gradient, moved = step(network, image, layers, guide, torch.float64)
    single = step(network, image, layers, guide, torch.float32)
    agree(name, single[0], loss)
    agree(name, single[2], moved)
    result = {"name": name, "image": tensor(image), "layers": layers, "stepSize": STEP}
    if guide is not None:
        result["guide"] = tensor(guide)
    return {**result, "loss": number(loss), "gradient": tensor(gradient), "stepped": tensor(moved)}


def main():
    torch.manual_seed(5)
    network = Network()
    warnings.filterwarnings("ignore")
    torch.onnx.export(
        network,
        (torch.zeros(1, 3, HEIGHT, WIDTH),),
        str(FOLDER / "network.onnx"),
        input_names=["image"],
        output_names=["early", "late"],
        dynamo=False,
    )
    draw = Draw(17)
    image = draw.integers(HEIGHT, WIDTH, 3, low=0, high=256).astype("float32")
    guide = draw.integers(HEIGHT, WIDTH, 3, low=0, high=256).astype("float32")
    two = [{"name": "early", "weight": 0.3}, {"name": "late"}]
    write(
        __file__,
        "dream",
        [
            case(network, "two layers", image, two),
            case(network, "one channel", image, [{"name": "late", "channel": 5}]),
            case(network, "weakened", image, [{"name": "early", "weight": -1}]),
            case(network, "guide", image, two, guide),
        ],
        packages=("torch", "onnx"),
    )


main()
