"""Small versions of well-known image classifiers, written after the papers: all the structure, few channels.

Every `forward` takes images [batch, 3, size, size] and gives logits [batch, 5]. The parts are put together
as the usual PyTorch versions do it, so that the exporters emit the operators found in public files.
"""

import torch
from torch import nn
from torch.nn import functional

CLASSES = 5


def conv_norm(inputs, outputs, kernel, activation=nn.ReLU, eps=1e-5, **options):
    """Convolution without bias, batch normalisation, activation (None: none)."""
    parts = [nn.Conv2d(inputs, outputs, kernel, bias=False, **options), nn.BatchNorm2d(outputs, eps=eps)]
    return nn.Sequential(*parts, *([] if activation is None else [activation()]))


class AlexNet(nn.Module):
    """Krizhevsky et al. 2012, as Caffe has it: LRN, groups of two, pools that round up."""

    def __init__(self):
        super().__init__()
        norm = {"size": 5, "alpha": 0.2, "beta": 0.75, "k": 1.0}
        self.features = nn.Sequential(
            nn.Conv2d(3, 6, 11, stride=4, padding=2),
            nn.ReLU(inplace=True),
            nn.LocalResponseNorm(**norm),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            nn.Conv2d(6, 8, 5, padding=2, groups=2),
            nn.ReLU(inplace=True),
            nn.LocalResponseNorm(**norm),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            nn.Conv2d(8, 8, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(8, 8, 3, padding=1, groups=2),
            nn.ReLU(inplace=True),
            nn.Conv2d(8, 6, 3, padding=1, groups=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, ceil_mode=True),
        )
        self.classifier = nn.Sequential(
            nn.Dropout(),
            nn.Linear(6, 10),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Linear(10, 8),
            nn.ReLU(inplace=True),
            nn.Linear(8, CLASSES),
        )

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x.view(x.size(0), 6))


class VGG(nn.Module):
    """Simonyan and Zisserman 2014, five stages. The adaptive pool has nothing to do, as at 224 pixels."""

    def __init__(self):
        super().__init__()
        layers, inputs = [], 3
        for width in (4, "pool", 5, "pool", 6, 6, "pool", 6, 6, "pool", 6, 6, "pool"):
            if width == "pool":
                layers.append(nn.MaxPool2d(2, 2))
            else:
                layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU(inplace=True)]
                inputs = width
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((2, 2))
        self.classifier = nn.Sequential(
            nn.Linear(24, 10), nn.ReLU(True), nn.Dropout(), nn.Linear(10, 8), nn.ReLU(True), nn.Dropout(), nn.Linear(8, CLASSES)
        )

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class InceptionOne(nn.Module):
    """The module of GoogLeNet. `widths`: 1×1, before and of 3×3, before and of 5×5, of the pool."""

    def __init__(self, inputs, widths):
        super().__init__()
        one, before_three, three, before_five, five, pool = widths
        self.one = nn.Sequential(nn.Conv2d(inputs, one, 1), nn.ReLU())
        self.three = nn.Sequential(
            nn.Conv2d(inputs, before_three, 1), nn.ReLU(), nn.Conv2d(before_three, three, 3, padding=1), nn.ReLU()
        )
        self.five = nn.Sequential(
            nn.Conv2d(inputs, before_five, 1), nn.ReLU(), nn.Conv2d(before_five, five, 5, padding=2), nn.ReLU()
        )
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), nn.Conv2d(inputs, pool, 1), nn.ReLU())

    def forward(self, x):
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], 1)


class GoogLeNet(nn.Module):
    """Szegedy et al. 2014: LRN before and after the second convolution, pools that round up."""

    def __init__(self):
        super().__init__()
        norm = {"size": 5, "alpha": 0.2, "beta": 0.75}
        self.stem = nn.Sequential(
            nn.Conv2d(3, 5, 7, stride=2, padding=3),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            nn.LocalResponseNorm(**norm),
            nn.Conv2d(5, 4, 1),
            nn.ReLU(),
            nn.Conv2d(4, 6, 3, padding=1),
            nn.ReLU(),
            nn.LocalResponseNorm(**norm),
            nn.MaxPool2d(3, 2, ceil_mode=True),
        )
        self.third = nn.Sequential(InceptionOne(6, (2, 2, 3, 1, 2, 1)), InceptionOne(8, (2, 2, 3, 2, 2, 1)))
        self.fourth = InceptionOne(8, (2, 2, 3, 1, 2, 2))
        self.fifth = InceptionOne(9, (3, 2, 3, 1, 2, 2))
        self.dropout = nn.Dropout(0.4)
        self.fc = nn.Linear(10, CLASSES)

    def forward(self, x):
        x = functional.max_pool2d(self.third(self.stem(x)), 3, 2, ceil_mode=True)
        x = functional.max_pool2d(self.fourth(x), 2, 2, ceil_mode=True)
        x = functional.adaptive_avg_pool2d(self.fifth(x), 1)
        return self.fc(self.dropout(torch.flatten(x, 1)))


class Branches(nn.Module):
    """The results of several branches, one after the other along the channels."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


class InceptionV3(nn.Module):
    """Szegedy et al. 2015, one block of each kind: factorised convolutions, both counts of an average pool's
    border, and the change from the usual scale of channels to its own."""

    def __init__(self):
        super().__init__()

        def conv(inputs, outputs, kernel, **options):
            return conv_norm(inputs, outputs, kernel, eps=0.001, **options)

        def tall_and_wide(inputs, width):
            return Branches(conv(inputs, width, (1, 3), padding=(0, 1)), conv(inputs, width, (3, 1), padding=(1, 0)))

        self.stem = nn.Sequential(
            conv(3, 3, 3, stride=2),
            conv(3, 3, 3),
            conv(3, 4, 3, padding=1),
            nn.MaxPool2d(3, 2),
            conv(4, 4, 1),
            conv(4, 5, 3),
            nn.MaxPool2d(3, 2),
        )
        # 35 × 35 in the paper
        self.a = Branches(
            conv(5, 2, 1),
            nn.Sequential(conv(5, 2, 1), conv(2, 2, 5, padding=2)),
            nn.Sequential(conv(5, 2, 1), conv(2, 2, 3, padding=1), conv(2, 2, 3, padding=1)),
            nn.Sequential(nn.AvgPool2d(3, 1, 1), conv(5, 2, 1)),
        )
        self.b = Branches(
            conv(8, 3, 3, stride=2),
            nn.Sequential(conv(8, 2, 1), conv(2, 2, 3, padding=1), conv(2, 2, 3, stride=2)),
            nn.MaxPool2d(3, 2),
        )
        # 17 × 17 in the paper
        wide, tall = {"kernel": (1, 7), "padding": (0, 3)}, {"kernel": (7, 1), "padding": (3, 0)}
        self.c = Branches(
            conv(13, 3, 1),
            nn.Sequential(conv(13, 2, 1), conv(2, 2, **wide), conv(2, 3, **tall)),
            nn.Sequential(conv(13, 2, 1), conv(2, 2, **tall), conv(2, 2, **wide), conv(2, 2, **tall), conv(2, 3, **wide)),
            nn.Sequential(nn.AvgPool2d(3, 1, 1), conv(13, 3, 1)),
        )
        self.d = Branches(
            nn.Sequential(conv(12, 2, 1), conv(2, 2, 3, stride=2)),
            nn.Sequential(conv(12, 2, 1), conv(2, 2, **wide), conv(2, 2, **tall), conv(2, 2, 3, stride=2)),
            nn.MaxPool2d(3, 2),
        )
        # 8 × 8 in the paper
        self.e = Branches(
            conv(16, 3, 1),
            nn.Sequential(conv(16, 3, 1), tall_and_wide(3, 2)),
            nn.Sequential(conv(16, 3, 1), conv(3, 3, 3, padding=1), tall_and_wide(3, 2)),
            nn.Sequential(nn.AvgPool2d(3, 1, 1, count_include_pad=False), conv(16, 3, 1)),
        )
        self.dropout = nn.Dropout()
        self.fc = nn.Linear(14, CLASSES)

    def forward(self, x):
        red = torch.unsqueeze(x[:, 0], 1) * (0.229 / 0.5) + (0.485 - 0.5) / 0.5
        green = torch.unsqueeze(x[:, 1], 1) * (0.224 / 0.5) + (0.456 - 0.5) / 0.5
        blue = torch.unsqueeze(x[:, 2], 1) * (0.225 / 0.5) + (0.406 - 0.5) / 0.5
        x = self.stem(torch.cat((red, green, blue), 1))
        x = self.e(self.d(self.c(self.b(self.a(x)))))
        return self.fc(torch.flatten(self.dropout(functional.adaptive_avg_pool2d(x, (1, 1))), 1))


class Fire(nn.Module):
    def __init__(self, inputs, squeeze, expand):
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeeze, 1)
        self.one = nn.Conv2d(squeeze, expand, 1)
        self.three = nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, x):
        x = functional.relu(self.squeeze(x))
        return torch.cat([functional.relu(self.one(x)), functional.relu(self.three(x))], 1)


class SqueezeNet(nn.Module):
    """Iandola et al. 2016, version 1.1."""

    def __init__(self):
        super().__init__()
        pool = {"kernel_size": 3, "stride": 2, "ceil_mode": True}
        self.features = nn.Sequential(
            nn.Conv2d(3, 6, 3, stride=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(**pool),
            Fire(6, 2, 4),
            Fire(8, 2, 4),
            nn.MaxPool2d(**pool),
            Fire(8, 3, 4),
            Fire(8, 3, 4),
            nn.MaxPool2d(**pool),
            Fire(8, 3, 5),
            Fire(10, 3, 5),
        )
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Conv2d(10, CLASSES, 1), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d((1, 1))
        )

    def forward(self, x):
        return torch.flatten(self.classifier(self.features(x)), 1)


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride=1):
        super().__init__()
        outputs = 2 * width
        self.body = nn.Sequential(
            *conv_norm(inputs, width, 1),
            *conv_norm(width, width, 3, stride=stride, padding=1),
            *conv_norm(width, outputs, 1, activation=None),
        )
        same = stride == 1 and inputs == outputs
        self.downsample = None if same else conv_norm(inputs, outputs, 1, activation=None, stride=stride)

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        return functional.relu(self.body(x) + shortcut)


class ResNet(nn.Module):
    """He et al. 2015 with bottlenecks, the stride at the 3×3."""

    def __init__(self):
        super().__init__()
        self.stem = conv_norm(3, 4, 7, stride=2, padding=3)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layers = nn.Sequential(
            Bottleneck(4, 3), Bottleneck(6, 3), Bottleneck(6, 4, 2), Bottleneck(8, 4), Bottleneck(8, 5, 2), Bottleneck(10, 6, 2)
        )
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(12, CLASSES)

    def forward(self, x):
        return self.fc(torch.flatten(self.avgpool(self.layers(self.maxpool(self.stem(x)))), 1))


class DenseLayer(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(inputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(inputs, 2 * growth, 1, bias=False),
            nn.BatchNorm2d(2 * growth),
            nn.ReLU(inplace=True),
            nn.Conv2d(2 * growth, growth, 3, padding=1, bias=False),
        )

    def forward(self, features):
        return self.body(torch.cat(features, 1))


class DenseBlock(nn.Module):
    def __init__(self, inputs, growth, layers):
        super().__init__()
        self.layers = nn.ModuleList(DenseLayer(inputs + index * growth, growth) for index in range(layers))

    def forward(self, x):
        features = [x]
        for layer in self.layers:
            features.append(layer(features))
        return torch.cat(features, 1)


class DenseNet(nn.Module):
    """Huang et al. 2016: batch normalisation stands before the convolutions and cannot all be folded."""

    def __init__(self):
        super().__init__()

        def transition(inputs, outputs):
            return [nn.BatchNorm2d(inputs), nn.ReLU(), nn.Conv2d(inputs, outputs, 1, bias=False), nn.AvgPool2d(2, 2)]

        self.features = nn.Sequential(
            *conv_norm(3, 4, 7, stride=2, padding=3),
            nn.MaxPool2d(3, 2, 1),
            DenseBlock(4, 2, 2),
            *transition(8, 4),
            DenseBlock(4, 2, 3),
            *transition(10, 5),
            DenseBlock(5, 2, 2),
            nn.BatchNorm2d(9),
        )
        self.classifier = nn.Linear(9, CLASSES)

    def forward(self, x):
        x = functional.relu(self.features(x), inplace=True)
        return self.classifier(torch.flatten(functional.adaptive_avg_pool2d(x, (1, 1)), 1))


class InvertedResidual(nn.Module):
    """MobileNet v2's block."""

    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        self.body = nn.Sequential(
            *([] if expansion == 1 else conv_norm(inputs, hidden, 1, nn.ReLU6)),
            *conv_norm(hidden, hidden, 3, nn.ReLU6, stride=stride, padding=1, groups=hidden),
            *conv_norm(hidden, outputs, 1, activation=None),
        )
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.body(x) if self.residual else self.body(x)


class MobileNetV2(nn.Module):
    """Sandler et al. 2018: depthwise convolutions and ReLU6; the mean over height and width by a reduction."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            *conv_norm(3, 4, 3, nn.ReLU6, stride=2, padding=1),
            InvertedResidual(4, 3, 1, 1),
            InvertedResidual(3, 4, 2, 3),
            InvertedResidual(4, 4, 1, 3),
            InvertedResidual(4, 5, 2, 3),
            InvertedResidual(5, 6, 2, 2),
            *conv_norm(6, 10, 1, nn.ReLU6),
        )
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(10, CLASSES))

    def forward(self, x):
        return self.classifier(self.features(x).mean([2, 3]))


class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeezed, activation, gate):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.activation, self.gate = activation(), gate()

    def forward(self, x):
        return self.gate(self.fc2(self.activation(self.fc1(self.avgpool(x))))) * x


class MobileBlock(nn.Module):
    """MobileNet v3's block."""

    def __init__(self, inputs, hidden, outputs, kernel, stride, excited, activation):
        super().__init__()
        pad = (kernel - 1) // 2
        self.body = nn.Sequential(
            *conv_norm(inputs, hidden, 1, activation, eps=0.001),
            *conv_norm(hidden, hidden, kernel, activation, eps=0.001, stride=stride, padding=pad, groups=hidden),
            *([SqueezeExcitation(hidden, 2, nn.ReLU, nn.Hardsigmoid)] if excited else []),
            *conv_norm(hidden, outputs, 1, activation=None, eps=0.001),
        )
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.body(x) if self.residual else self.body(x)


class MobileNetV3(nn.Module):
    """Howard et al. 2019: hard swish and squeeze-and-excitation with a hard sigmoid."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            *conv_norm(3, 4, 3, nn.Hardswish, eps=0.001, stride=2, padding=1),
            MobileBlock(4, 4, 4, 3, 2, True, nn.ReLU),
            MobileBlock(4, 8, 5, 3, 2, False, nn.ReLU),
            MobileBlock(5, 8, 5, 5, 1, True, nn.Hardswish),
            MobileBlock(5, 10, 6, 5, 2, True, nn.Hardswish),
            *conv_norm(6, 12, 1, nn.Hardswish, eps=0.001),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Linear(12, 10), nn.Hardswish(), nn.Dropout(0.2), nn.Linear(10, CLASSES))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class ShuffleBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        half = outputs // 2
        depthwise = {"activation": None, "stride": stride, "padding": 1}
        self.shortcut = (
            None
            if stride == 1
            else nn.Sequential(*conv_norm(inputs, inputs, 3, groups=inputs, **depthwise), *conv_norm(inputs, half, 1))
        )
        self.body = nn.Sequential(
            *conv_norm(half if stride == 1 else inputs, half, 1),
            *conv_norm(half, half, 3, groups=half, **depthwise),
            *conv_norm(half, half, 1),
        )

    def forward(self, x):
        kept, changed = x.chunk(2, dim=1) if self.shortcut is None else (self.shortcut(x), x)
        x = torch.cat((kept, self.body(changed)), dim=1)
        batch, channels, height, width = x.size()
        x = x.view(batch, 2, channels // 2, height, width)
        return torch.transpose(x, 1, 2).contiguous().view(batch, channels, height, width)


class ShuffleNetV2(nn.Module):
    """Ma et al. 2018: halves of the channels, shuffled by a transposition."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(*conv_norm(3, 4, 3, stride=2, padding=1), nn.MaxPool2d(3, 2, 1))
        self.stages = nn.Sequential(
            ShuffleBlock(4, 6, 2), ShuffleBlock(6, 6, 1), ShuffleBlock(6, 8, 2), ShuffleBlock(8, 8, 1), ShuffleBlock(8, 8, 1)
        )
        self.last = conv_norm(8, 10, 1)
        self.fc = nn.Linear(10, CLASSES)

    def forward(self, x):
        return self.fc(self.last(self.stages(self.stem(x))).mean([2, 3]))


class MBConv(nn.Module):
    """EfficientNet's block. With a stride it is padded as TensorFlow does, more after than before."""

    def __init__(self, inputs, outputs, kernel, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        total = kernel - stride
        pads = (total // 2, total - total // 2)
        self.body = nn.Sequential(
            *([] if expansion == 1 else conv_norm(inputs, hidden, 1, nn.SiLU, eps=0.001)),
            nn.ZeroPad2d((*pads, *pads)),
            *conv_norm(hidden, hidden, kernel, nn.SiLU, eps=0.001, stride=stride, groups=hidden),
            SqueezeExcitation(hidden, 2, nn.SiLU, nn.Sigmoid),
            *conv_norm(hidden, outputs, 1, activation=None, eps=0.001),
        )
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return self.body(x) + x if self.residual else self.body(x)


class EfficientNet(nn.Module):
    """Tan and Le 2019: SiLU, squeeze-and-excitation, unequal pads."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.ZeroPad2d((0, 1, 0, 1)),
            *conv_norm(3, 4, 3, nn.SiLU, eps=0.001, stride=2),
            MBConv(4, 3, 3, 1, 1),
            MBConv(3, 4, 3, 2, 2),
            MBConv(4, 4, 3, 1, 2),
            MBConv(4, 5, 5, 2, 2),
            MBConv(5, 6, 5, 2, 2),
            *conv_norm(6, 12, 1, nn.SiLU, eps=0.001),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(12, CLASSES))

    def forward(self, x):
        return self.classifier(self.avgpool(self.features(x)).flatten(start_dim=1))


class LayerNorm2d(nn.LayerNorm):
    """Over the channels of [batch, channels, height, width]."""

    def forward(self, x):
        x = functional.layer_norm(x.permute(0, 2, 3, 1), self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)


class Permute(nn.Module):
    def __init__(self, axes):
        super().__init__()
        self.axes = axes

    def forward(self, x):
        return torch.permute(x, self.axes)


class ConvNeXtBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(width, width, 7, padding=3, groups=width),
            Permute([0, 2, 3, 1]),
            nn.LayerNorm(width, eps=1e-6),
            nn.Linear(width, 2 * width),
            nn.GELU(),
            nn.Linear(2 * width, width),
            Permute([0, 3, 1, 2]),
        )
        self.layer_scale = nn.Parameter(torch.empty(width, 1, 1))

    def forward(self, x):
        return self.layer_scale * self.block(x) + x


class ConvNeXt(nn.Module):
    """Liu et al. 2022: layer normalisation over the channels, 7×7 depthwise convolutions, GELU, layer scale."""

    def __init__(self):
        super().__init__()
        layers = [nn.Conv2d(3, 4, 4, stride=4), LayerNorm2d(4, eps=1e-6), ConvNeXtBlock(4)]
        for inputs, outputs in ((4, 6), (6, 8), (8, 10)):
            layers += [LayerNorm2d(inputs, eps=1e-6), nn.Conv2d(inputs, outputs, 2, stride=2), ConvNeXtBlock(outputs)]
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(LayerNorm2d(10, eps=1e-6), nn.Flatten(1), nn.Linear(10, CLASSES))

    def forward(self, x):
        return self.classifier(self.avgpool(self.features(x)))


class EncoderBlock(nn.Module):
    """Attention by PyTorch's own module, or (`plain`) by products and transpositions with its weights."""

    def __init__(self, width, heads):
        super().__init__()
        self.plain = False
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Dropout(0.1), nn.Linear(2 * width, width), nn.Dropout(0.1)
        )

    def attend(self, x):
        if not self.plain:
            return self.attention(x, x, x, need_weights=False)[0]
        batch, time, width = x.shape
        heads = self.attention.num_heads
        qkv = functional.linear(x, self.attention.in_proj_weight, self.attention.in_proj_bias)
        query, key, value = qkv.reshape(batch, time, 3, heads, width // heads).permute(2, 0, 3, 1, 4).unbind(0)
        weights = (query * (width // heads) ** -0.5 @ key.transpose(-2, -1)).softmax(dim=-1)
        return self.attention.out_proj((weights @ value).transpose(1, 2).reshape(batch, time, width))

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class ViT(nn.Module):
    """Dosovitskiy et al. 2020: patches, a class token, learned positions, an encoder."""

    def __init__(self):
        super().__init__()
        self.width = 8
        self.conv_proj = nn.Conv2d(3, self.width, 8, stride=8)
        self.class_token = nn.Parameter(torch.empty(1, 1, self.width))
        self.positions = nn.Parameter(torch.empty(1, 17, self.width))
        self.layers = nn.Sequential(EncoderBlock(self.width, 2))
        self.norm = nn.LayerNorm(self.width, eps=1e-6)
        self.head = nn.Linear(self.width, CLASSES)

    def forward(self, x):
        batch = x.shape[0]
        x = self.conv_proj(x).reshape(batch, self.width, 16).permute(0, 2, 1)
        x = torch.cat([self.class_token.expand(batch, -1, -1), x], dim=1)
        x = self.norm(self.layers(x + self.positions))
        return self.head(x[:, 0])
