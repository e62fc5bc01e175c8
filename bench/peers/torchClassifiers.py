"""The networks of bench/imago/classifiers.ts in PyTorch: random frozen weights, the named activations kept."""

import torch
from torch import nn
from torchCommon import layout


def layer(inside, channels, side, stride=1, pad=None):
    conv = nn.Conv2d(inside, channels, side, stride, side // 2 if pad is None else pad)
    nn.init.kaiming_normal_(conv.weight)
    nn.init.zeros_(conv.bias)
    return nn.Sequential(conv, nn.ReLU(inplace=False))


class Branches(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def vgg19():
    modules, inside = {}, 3
    for stage, (channels, count) in enumerate([(64, 2), (128, 2), (256, 4), (512, 4), (512, 1)], 1):
        if stage > 1:
            modules[f"pool{stage}"] = nn.MaxPool2d(2)
        for number in range(1, count + 1):
            modules[f"conv{stage}_{number}"] = layer(inside, channels, 3)
            inside = channels
    return modules


def squeezenet():
    modules = {"conv1": layer(3, 96, 7, 2, 0), "pool1": nn.MaxPool2d(3, 2, ceil_mode=True)}
    inside = 96
    widths = [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)]
    for number, (squeeze, expand) in enumerate(widths, 2):
        expansions = Branches(layer(squeeze, expand, 1), layer(squeeze, expand, 3))
        modules[f"fire{number}"] = nn.Sequential(layer(inside, squeeze, 1), expansions)
        inside = 2 * expand
        if number in (4, 8):
            modules[f"pool{number}"] = nn.MaxPool2d(3, 2, ceil_mode=True)
    return modules


INCEPTIONS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def googlenet():
    modules = {
        "conv1": layer(3, 64, 7, 2),
        "pool1": nn.MaxPool2d(3, 2, ceil_mode=True),
        "conv2": nn.Sequential(layer(64, 64, 1), layer(64, 192, 3)),
        "pool2": nn.MaxPool2d(3, 2, ceil_mode=True),
    }
    inside = 192
    for name, (one, reduce3, three, reduce5, five, pooled) in INCEPTIONS.items():
        modules[f"inception{name}"] = Branches(
            layer(inside, one, 1),
            nn.Sequential(layer(inside, reduce3, 1), layer(reduce3, three, 3)),
            nn.Sequential(layer(inside, reduce5, 1), layer(reduce5, five, 5)),
            nn.Sequential(nn.MaxPool2d(3, 1, 1), layer(inside, pooled, 1)),
        )
        inside = one + three + five + pooled
        if name in ("3b", "4e"):
            modules[f"pool{name}"] = nn.MaxPool2d(3, 2, ceil_mode=True)
    return modules


class Network(nn.Module):
    """Runs as far as the last of the wanted activations and returns them by name."""

    def __init__(self, modules, names):
        super().__init__()
        last = max(list(modules).index(name) for name in names)
        self.parts = nn.ModuleDict(dict(list(modules.items())[: last + 1]))
        self.names = set(names)
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))
        self.requires_grad_(False)

    def forward(self, pixels):
        x, found = (pixels / 255 - self.mean) / self.deviation, {}
        for name, part in self.parts.items():
            x = part(x)
            if name in self.names:
                found[name] = x
        return found


def network(make, names):
    torch.manual_seed(0)
    return Network(make(), names).to(memory_format=layout())


def noise(side):
    return (torch.rand(1, 3, side, side) * 255).to(memory_format=layout())
