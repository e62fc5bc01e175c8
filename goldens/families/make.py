"""Families of image classifiers as PyTorch exports them, with random weights.

networks.py has the networks. Here each is exported by both of PyTorch's exporters at several opsets, and
some are written as the first public models were (zoo.py). The files have the outputs `y` (logits) and
`score`, the sum of the logits times a fixed random vector. Expected values are computed by PyTorch in float64
and checked against its float32 and against ONNX Runtime on the files.

families.json: for each file its family, the sizes it is run at, and `weights`: initialisers of the file by
the name of what stands for them in <family>.safetensors. There, `image` are bytes, to be fed as
byte / 64 - 2; `y`; `gradient:x` and `gradient:NAME` are gradients of `score`. NAME is a parameter's name,
`folded:NAME` that parameter after batch normalisation is folded into the convolutions, as exporters do, and
`NAME:transposed` a matrix that the file has transposed. Weights of more than 150 elements are left out,
except the first and the last.
"""

import copy
import io
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import common  # noqa: E402
import networks  # noqa: E402
import numpy as np  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
import torch  # noqa: E402
import zoo  # noqa: E402
from safetensors.numpy import save_file  # noqa: E402
from torch import nn  # noqa: E402

FOLDER = Path(__file__).resolve().parent
warnings.filterwarnings("ignore")
torch.set_num_threads(1)

DYNAMO = "dynamo"
# name: module, size of the images, batch to run, exports: an opset, "unfolded" (batch normalisation kept),
# "zooN" (zoo.py at opset N), or by the newer exporter: "dynamo", "dynamo23" (with the operators of opset 23),
# "unoptimized" (as it translates before it simplifies). Of opsets at which the older exporter writes the same
# nodes, one is here.
FAMILIES = {
    "alexNet": (networks.AlexNet, 61, 1, [9, 17, DYNAMO, "zoo8"]),
    "vgg": (networks.VGG, 64, 1, [13, 17, DYNAMO, "zoo7"]),
    "googLeNet": (networks.GoogLeNet, 32, 2, [17, DYNAMO, "zoo8"]),
    "inceptionV3": (networks.InceptionV3, 75, 1, [13, DYNAMO]),
    "squeezeNet": (networks.SqueezeNet, 35, 2, [9, 13, 17, DYNAMO, "zoo8"]),
    "resNet": (networks.ResNet, 32, 2, [13, 17, DYNAMO, "unfolded"]),
    "denseNet": (networks.DenseNet, 32, 2, [13, DYNAMO, "unfolded", "zoo9"]),
    "mobileNetV2": (networks.MobileNetV2, 32, 2, [9, 13, 17, DYNAMO]),
    "mobileNetV3": (networks.MobileNetV3, 32, 2, [13, 17, DYNAMO]),
    "shuffleNetV2": (networks.ShuffleNetV2, 32, 2, [11, 17, DYNAMO, "unoptimized"]),
    "efficientNet": (networks.EfficientNet, 32, 2, [17, DYNAMO, "zoo11"]),
    "convNeXt": (networks.ConvNeXt, 32, 2, [13, 17, DYNAMO]),
    "vit": (networks.ViT, 32, 2, [11, 13, 17, DYNAMO, "dynamo23"]),
}


class Scored(nn.Module):
    """Logits, and the sum over the batch of a random projection of them."""

    def __init__(self, network, projection):
        super().__init__()
        self.network = network
        self.register_buffer("projection", projection)

    def forward(self, x):
        y = self.network(x)
        return y, (y * self.projection).sum()


def drawn(network, draw):
    """Random weights that keep the signal's scale, and statistics as after training."""
    with torch.no_grad():
        for module in network.modules():
            for name, value in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
                if name == "num_batches_tracked":
                    continue
                shape, normed = tuple(value.shape), isinstance(module, (nn.BatchNorm2d, nn.LayerNorm))
                if name == "running_var" or (normed and name == "weight"):
                    new = draw.uniform(*shape, low=0.7, high=1.4)
                elif name == "layer_scale":
                    new = draw.uniform(*shape, low=0.3, high=0.9)
                elif name.endswith("bias") or name in ("running_mean", "class_token", "positions"):
                    # Biases above zero keep a rectified network of few channels from dying out.
                    new = draw.normal(*shape, scale=0.2, mean=0.2 if name.endswith("bias") else 0)
                else:
                    new = draw.normal(*shape, scale=(1.7 / np.prod(shape[1:])) ** 0.5)
                value.copy_(torch.from_numpy(new))
    return network.eval()


def folded(network):
    """The same network with every batch normalisation that follows a convolution folded into it."""
    network = copy.deepcopy(network)
    for module in network.modules():
        if not isinstance(module, nn.Sequential):
            continue
        for index in range(len(module) - 1):
            if isinstance(module[index], nn.Conv2d) and isinstance(module[index + 1], nn.BatchNorm2d):
                module[index] = nn.utils.fusion.fuse_conv_bn_eval(module[index], module[index + 1])
                module[index + 1] = nn.Identity()
    return network.requires_grad_()


def computed(network, x, projection, dtype):
    """y and the gradients of the score, for x and all parameters."""
    network = Scored(copy.deepcopy(network), projection).to(dtype)
    x = torch.from_numpy(x).to(dtype).requires_grad_()
    y, score = network(x)
    score.backward()
    gradients = {name: parameter.grad for name, parameter in network.network.named_parameters()}
    return y.detach().numpy(), {"x": x.grad.numpy(), **{name: value.numpy() for name, value in gradients.items()}}


def agreed(name, network, x, projection):
    (y, gradients), (y32, gradients32) = (computed(network, x, projection, kind) for kind in (torch.float64, torch.float32))
    common.agree(f"{name}: y", y32, y, 1e-5)
    for key, value in gradients.items():
        scale = max(np.abs(value).max(), 1e-5)
        common.agree(f"{name}: gradient of {key}", gradients32[key] / scale, value / scale, 1e-4)
    return y, gradients


def exported(module, x, kind):
    names = {"input_names": ["x"], "output_names": ["y", "score"]}
    if kind in (DYNAMO, "dynamo23", "unoptimized"):
        names |= {"opset_version": 23} if kind == "dynamo23" else {"optimize": kind == DYNAMO}
        shapes = ({0: torch.export.Dim("batch", max=64)},)
        program = torch.onnx.export(module, (x,), dynamo=True, dynamic_shapes=shapes, verbose=False, **names)
        return common.without_notes(program.model_proto)
    # The exporter changes the module; it gets a copy.
    buffer = io.BytesIO()
    unfolded = kind == "unfolded"
    options = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False} if unfolded else {}
    axes = {"x": {0: "batch"}, "y": {0: "batch"}}
    opset = 17 if unfolded else kind
    torch.onnx.export(
        copy.deepcopy(module), (x,), buffer, dynamo=False, opset_version=opset, dynamic_axes=axes, **names, **options
    )
    return buffer.getvalue()


def small(parameters):
    """The parameters to look for in the files, in the order of the network."""
    names = list(parameters)
    matrices = [name for name in names if parameters[name].ndim > 1]
    return [name for name in names if parameters[name].size <= 150 or name in (matrices[0], matrices[-1])]


def matched(model, forms):
    """Initialisers of the file that hold a parameter, or a transposed one, by name."""
    weights = {}
    for initializer in model.graph.initializer:
        value = onnx.numpy_helper.to_array(initializer)
        if value.dtype != np.float32 or value.size < 2:
            continue
        for key, parameter in forms.items():
            if value.shape == parameter.shape and np.allclose(value, parameter, rtol=1e-4, atol=1e-6):
                weights[initializer.name] = key
                break
    return weights


def with_transposed(values):
    matrices = {f"{name}:transposed": value.T for name, value in values.items() if value.ndim == 2}
    return {**values, **matrices}


def family(name, make, size, batch, kinds, seed):
    while True:
        draw = common.Draw(seed)
        network = drawn(make(), draw)
        image = draw.integers(batch, 3, size, size, high=256, dtype=np.uint8)
        x = image.astype(np.float32) / 64 - 2
        projection = torch.from_numpy(draw.normal(networks.CLASSES))
        y, plain = agreed(name, network, x, projection)
        dead = [key for key, value in plain.items() if np.abs(value).max() < 1e-5]
        if not dead:
            break
        # A network of few channels dies easily; take the first that lives everywhere.
        seed += 100
    parameters, gradients = {}, {}
    for prefix, one in (("", network), ("folded:", folded(network))):
        values = {key: value.detach().numpy() for key, value in one.named_parameters()}
        found = plain if prefix == "" else agreed(f"{name}, folded", one, x, projection)[1]
        for key in small(values):
            if prefix + key not in parameters and not (prefix and key in parameters and np.array_equal(values[key], parameters[key])):
                parameters[prefix + key], gradients[prefix + key] = values[key], found[key]
    forms, gradients = with_transposed(parameters), with_transposed(gradients)

    cases, used = [], set()
    example = torch.zeros(3, 3, size, size)
    for kind in kinds:
        for block in network.modules():
            if isinstance(block, networks.EncoderBlock):
                block.plain = kind in (11, 13)
        file = f"{name}-{kind}" if isinstance(kind, str) else f"{name}-opset{kind}"
        fixed = file.startswith(f"{name}-zoo")
        if fixed:
            data = zoo.written(network, projection, torch.from_numpy(x), int(kind.removeprefix("zoo")))
        else:
            data = exported(Scored(network, projection).eval(), example, kind)
        (FOLDER / f"{file}.onnx").write_bytes(data)
        model = onnx.load_from_string(data)
        session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        common.agree(f"{file} in ONNX Runtime", session.run(["y"], {"x": x})[0], y, 1e-4)
        weights = matched(model, forms)
        used |= set(weights.values())
        opset = next(entry.version for entry in model.opset_import if entry.domain == "")
        dimensions = {} if fixed else {"batch": batch}
        cases.append({"name": file, "family": name, "opset": opset, "dimensions": dimensions, "weights": weights})
        operators = sorted({node.op_type for node in model.graph.node})
        print(f"{file}: opset {opset}, {len(data)} bytes, {len(weights)} weights, {' '.join(operators)}", flush=True)
    tensors = {"image": image, "y": y.astype(np.float32), "gradient:x": plain["x"].astype(np.float32)}
    for key in sorted(used):
        tensors[f"gradient:{key}"] = np.ascontiguousarray(gradients[key], np.float32)
    save_file(tensors, FOLDER / f"{name}.safetensors")
    (FOLDER / f"{name}.safetensors").chmod(0o644)
    return cases


if __name__ == "__main__":
    chosen = sys.argv[1:] or list(FAMILIES)
    cases = []
    for name in chosen:
        cases += family(name, *FAMILIES[name], seed=100 + list(FAMILIES).index(name))
    if len(chosen) == len(FAMILIES):
        common.write(__file__, "families", cases, ("torch", "onnx", "onnxscript", "onnxruntime", "safetensors"))
