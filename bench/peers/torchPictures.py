"""The networks of bench/imago/pictures in PyTorch, by the same names; their last layers give logits."""

import torch
from torch import nn
from torchClassifiers import Branches, layer, squeezenet
from torchCommon import layout


def means(features, channels, classes):
    return nn.Sequential(features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


def separable(inside, out):
    depthwise = nn.Conv2d(inside, inside, 3, groups=inside, bias=False)
    return nn.Sequential(depthwise, nn.Conv2d(inside, out, 1), nn.ReLU())


def separable_cnn(classes):
    """The course's network of separable convolutions."""
    channels = [(3, 32), (32, 64), None, (64, 64), (64, 128), None, (128, 64), (64, 128)]
    layers = [nn.MaxPool2d(2) if pair is None else separable(*pair) for pair in channels]
    hidden = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 32), nn.ReLU())
    return nn.Sequential(*layers, hidden, nn.Linear(32, classes))


def cnn(classes, pooled=True):
    pool = [nn.MaxPool2d(2)] if pooled else []
    first = [layer(3, 32, 3), layer(32, 32, 3), *pool]
    second = [layer(32, 64, 3), layer(64, 64, 3), *pool]
    return means(nn.Sequential(*first, *second, layer(64, 128, 3)), 128, classes)


def normed(inside, out, side, stride=1):
    return nn.Sequential(nn.Conv2d(inside, out, side, stride, side // 2, bias=False), nn.BatchNorm2d(out))


class Block(nn.Module):
    """Two convolutions and a way around them, by a 1 × 1 convolution where the shape changes."""

    def __init__(self, inside, out, stride):
        super().__init__()
        self.inner = nn.Sequential(normed(inside, out, 3, stride), nn.ReLU(), normed(out, out, 3))
        same = stride == 1 and inside == out
        self.around = nn.Identity() if same else normed(inside, out, 1, stride)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.inner(x) + self.around(x))


def resnet20(classes):
    """He's network for CIFAR, three stages of three blocks, with projections (option B)."""
    layers, inside = [normed(3, 16, 3), nn.ReLU()], 16
    for out in (16, 32, 64):
        for index in range(3):
            layers.append(Block(inside, out, 2 if index == 0 and out > 16 else 1))
            inside = out
    return means(nn.Sequential(*layers), 64, classes)


def inception(classes):
    """The course's four branches, each halving the size."""
    n = 128
    branches = Branches(
        layer(n, n, 1, 2),
        nn.Sequential(layer(n, n, 1), layer(n, n, 3, 2)),
        nn.Sequential(nn.AvgPool2d(3, 2, 1, count_include_pad=False), layer(n, n, 3)),
        nn.Sequential(layer(n, n, 1), layer(n, n, 3), layer(n, n, 3, 2)),
    )
    return means(branches, 4 * n, classes)


def fine_tuned(classes, whole):
    features = nn.Sequential(*squeezenet().values())
    features.requires_grad_(whole)
    return means(features, 512, classes)


NETWORKS = {
    "separable-cnn": separable_cnn,
    "cnn": cnn,
    "cnn-plain": lambda classes: cnn(classes, pooled=False),
    "resnet20": resnet20,
    "inception": inception,
    "finetune-squeezenet-head": lambda classes: fine_tuned(classes, whole=False),
    "finetune-squeezenet-whole": lambda classes: fine_tuned(classes, whole=True),
}


def picture_network(name, classes=10):
    """A network and its optimiser."""
    torch.manual_seed(0)
    model = NETWORKS[name](classes).to(memory_format=layout())
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = True
    weights = [each for each in model.parameters() if each.requires_grad]
    if name == "separable-cnn":
        return model, torch.optim.RMSprop(weights, lr=1e-3, alpha=0.9, eps=1e-7, foreach=True)
    return model, torch.optim.SGD(weights, lr=0.01, momentum=0.9, fused=True)
