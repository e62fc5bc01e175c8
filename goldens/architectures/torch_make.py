"""torchvision's networks (and one of timm's) with weights by the rule of make.py, for tests of loading.

python torch_make.py [dictionaries|exported]    (torch 2.14.1, torchvision 0.29.1, timm, onnx, onnxscript, onnxruntime, numpy)

dictionaries.json   for each network its state dictionary's names and shapes, and its logits. Tensor number t counts the
                    floating-point tensors of the dictionary from 1 in its order.
NAME.onnx           networks as PyTorch's exporters write them, batch normalisation folded or not. Their tensors of more than one
                    element lie in NAME.bin, which is not here: it is made by the rule, tensor number t counting them in the order
                    of the file.
exported.json       what each .onnx file computes by ONNX Runtime with those tensors, and for which options of Imago's.

The rule is that of make.py, by what a tensor is: kernels [out, in, height, width] and [out, in] by fanIn = their size / out,
(2 r - 1) * sqrt(3 / fanIn) * sqrt(2), depthwise ones without the last factor; gamma and variance 0.8 + 0.4 r; all else (r - 0.5) * 0.2.
Images are [1, 3, size, size], 2 r - 1 of stream 0 counted with the channels LAST.
"""

import json
import os
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import timm
import torch
import torchvision
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
CLASSES = 10
torch.set_num_threads(2)
warnings.filterwarnings("ignore")


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


def values(t, shape, kind):
    r = u(t, int(np.prod(shape)))
    if kind == "kernel":
        depthwise = len(shape) == 4 and shape[1] == 1
        fan = int(np.prod(shape[1:]))
        v = (2 * r - 1) * np.sqrt(3 / fan) * (1 if depthwise else np.sqrt(2))
    else:
        v = 0.8 + 0.4 * r if kind == "scale" else (r - 0.5) * 0.2
    return v.astype(np.float32).reshape(shape)


def image(size):
    x = (2 * u(0, size * size * 3) - 1).astype(np.float32).reshape(1, size, size, 3)
    return np.ascontiguousarray(x.transpose(0, 3, 1, 2))


def kind_of(name, shape):
    if len(shape) > 1:
        return "kernel"
    return "scale" if name.endswith(("running_var", ".weight")) else "other"


def small_vgg():
    """VGG16 with an eighth of the channels, for images of 64 × 64."""
    cfg = [8, 8, "M", 16, 16, "M", 32, 32, 32, "M", 64, 64, 64, "M", 64, 64, 64, "M"]
    model = torchvision.models.VGG(torchvision.models.vgg.make_layers(cfg), num_classes=CLASSES, init_weights=False)
    model.avgpool = nn.Identity()
    model.classifier[0] = nn.Linear(64 * 2 * 2, 512)
    model.classifier[3] = nn.Linear(512, 512)
    model.classifier[6] = nn.Linear(512, CLASSES)
    return model


class SmallBlock(nn.Module):
    """Of He et al. 2015 for small images, the way around it without weights (option A)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.stride, self.added = stride, outputs - inputs

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        around = x[:, :, :: self.stride, :: self.stride]
        before = self.added // 2
        return torch.relu(y + nn.functional.pad(around, (0, 0, 0, 0, before, self.added - before)))


class SmallResNet(nn.Module):
    """ResNet-20, named as its public dictionaries name it."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        for at, (inputs, outputs) in enumerate(((16, 16), (16, 32), (32, 64)), 1):
            first = SmallBlock(inputs, outputs, 1 if at == 1 else 2)
            setattr(self, f"layer{at}", nn.Sequential(first, *[SmallBlock(outputs, outputs, 1) for _ in range(2)]))
        self.linear = nn.Linear(64, CLASSES)

    def forward(self, x):
        y = self.layer3(self.layer2(self.layer1(torch.relu(self.bn1(self.conv1(x))))))
        return self.linear(y.mean((2, 3)))


M = torchvision.models
NETWORKS = {
    "resnet18": (lambda: M.resnet18(num_classes=CLASSES), 32, ["resNet", {"depth": 18, "variant": "torch"}]),
    "resnet20": (SmallResNet, 32, ["resNet", {"depth": 20, "variant": "torch"}]),
    "resnet50": (lambda: M.resnet50(num_classes=CLASSES), 32, ["resNet", {"depth": 50, "variant": "torch"}]),
    "mobilenet_v2": (lambda: M.mobilenet_v2(num_classes=CLASSES), 47, ["mobileNetV2", {"variant": "torch"}]),
    "mobilenet_v2_narrow": (
        lambda: M.mobilenet_v2(num_classes=CLASSES, width_mult=0.35), 32, ["mobileNetV2", {"variant": "torch", "width": 0.35}],
    ),
    "timm_mobilenetv2_100": (
        lambda: timm.create_model("mobilenetv2_100", num_classes=CLASSES), 32, ["mobileNetV2", {"variant": "torch"}],
    ),
    "densenet121": (lambda: M.densenet121(num_classes=CLASSES), 32, ["denseNet121", {"variant": "torch"}]),
    "squeezenet1_0": (lambda: M.squeezenet1_0(num_classes=CLASSES), 36, ["squeezeNet", {"version": "1.0"}]),
    "squeezenet1_1": (lambda: M.squeezenet1_1(num_classes=CLASSES), 35, ["squeezeNet", {"version": "1.1"}]),
    "vgg16_narrow": (small_vgg, 64, ["vgg16", {"width": 0.125}]),
}
# network, exporter, its options
EXPORTS = {
    "resnet18-folded": ("resnet18", dict(dynamo=False, opset_version=17)),
    "resnet18-unfolded": (
        "resnet18", dict(dynamo=False, opset_version=13, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False),
    ),
    "resnet50-dynamo": ("resnet50", dict(dynamo=True)),
    "mobilenet_v2-folded": ("mobilenet_v2", dict(dynamo=False, opset_version=13)),
    "densenet121-folded": ("densenet121", dict(dynamo=False, opset_version=17)),
    "squeezenet1_1": ("squeezenet1_1", dict(dynamo=False, opset_version=11)),
    "vgg16_narrow-dynamo": ("vgg16_narrow", dict(dynamo=True)),
}


def rounded(v):
    return [float(f"{x:.7g}") for x in np.asarray(v, np.float64).ravel()]


def dictionary(name):
    make, size, imago = NETWORKS[name]
    model = make().eval()
    tensors, t = [], 0
    with torch.no_grad():
        for key, value in model.state_dict().items():
            shape = list(value.shape)
            if value.dtype == torch.float32:
                t += 1
                value.copy_(torch.from_numpy(values(t, shape, kind_of(key, shape))))
            tensors.append([key, shape] if value.dtype == torch.float32 else [key, shape, "int64"])
        x = torch.from_numpy(image(size))
        logits, exact = model(x), model.double()(x.double())
    apart = float((logits - exact).abs().max() / exact.abs().max())
    assert apart < 1e-4, (name, apart)
    return {"network": name, "imago": imago, "size": size, "tensors": tensors, "logits": rounded(exact)}


def exported(name):
    network, options = EXPORTS[name]
    make, size, imago = NETWORKS[network]
    path = os.path.join(HERE, f"{name}.onnx")
    x = image(size)
    torch.onnx.export(make().eval(), (torch.from_numpy(x),), path, **options)
    return stripped(name, path, imago, size, x)


def stripped(name, path, imago, size, x):
    """Gives a file's tensors their values by the rule, runs it, and leaves the values out."""
    model = onnx.load(path)
    for node in list(model.graph.node):
        del node.metadata_props[:]
        node.doc_string = ""
    del model.graph.value_info[:]
    scales = {i for node in model.graph.node if node.op_type == "BatchNormalization" for i in (node.input[1], node.input[4])}
    scales |= {i for node in model.graph.node if node.op_type == "Mul" for i in node.input}
    t, data, records = 0, b"", []
    for tensor in model.graph.initializer:
        shape = list(tensor.dims)
        if tensor.data_type != onnx.TensorProto.FLOAT or np.prod(shape) < 2:
            continue
        t += 1
        kind = "kernel" if sum(s > 1 for s in shape) > 1 else "scale" if tensor.name in scales else "other"
        v = values(t, shape, kind)
        tensor.CopyFrom(onnx.numpy_helper.from_array(v, tensor.name))
        records.append([shape, kind])
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    logits = session.run(None, {session.get_inputs()[0].name: x})[0]
    for tensor in model.graph.initializer:
        shape = list(tensor.dims)
        if tensor.data_type != onnx.TensorProto.FLOAT or np.prod(shape) < 2:
            continue
        length = len(tensor.raw_data)
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (("location", f"{name}.bin"), ("offset", len(data)), ("length", length)):
            tensor.external_data.add(key=key, value=str(value))
        data += bytes(length)
    onnx.save(model, path)
    beside = path + ".data"
    if os.path.exists(beside):
        os.remove(beside)
    return {"file": name, "imago": imago, "size": size, "tensors": records, "logits": rounded(logits)}


def save(name, cases):
    stamp = {
        "madeBy": "goldens/architectures/torch_make.py",
        "versions": {m.__name__: m.__version__ for m in (torch, torchvision, timm, onnx, onnxruntime)},
    }
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    with open(os.path.join(HERE, name), "w") as file:
        file.write(json.dumps(stamp)[:-1] + ', "cases": [\n' + lines + "\n]}\n")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] == "dictionaries":
        save("dictionaries.json", [dictionary(name) for name in NETWORKS])
    if len(sys.argv) < 2 or sys.argv[1] == "exported":
        save("exported.json", [exported(name) for name in EXPORTS])
