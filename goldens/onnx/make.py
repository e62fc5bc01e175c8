"""What other programs say about our ONNX files, and their files for us to read.

verdicts.json: for every file in imago/ (written by scripts/write-fixtures.ts) its SHA-256
and what onnx.checker (full_check) and strict shape inference say about it: "ok" or the error.

foreign.json with the files in foreign/: small models made by the onnx package and by
torch.onnx, inputs for them and the outputs that Python's onnxruntime computes; for the
modules of PyTorch also the gradients of the outputs' sum by its own autograd.
"""

import hashlib
import io
import json
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import common  # noqa: E402
import numpy as np  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
import torch  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

FOLDER = Path(__file__).resolve().parent
warnings.filterwarnings("ignore")


# --- verdicts on our files --------------------------------------------------------


def verdict(judge):
    try:
        judge()
        return "ok"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def verdicts():
    files = {}
    for path in sorted((FOLDER / "imago").glob("*.onnx")):
        data = path.read_bytes()
        model = onnx.load_from_string(data)
        files[path.stem] = {
            "sha256": hashlib.sha256(data).hexdigest(),
            "checker": verdict(lambda: onnx.checker.check_model(model, full_check=True)),
            "shapeInference": verdict(
                lambda: onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
            ),
        }
    head = {"madeBy": "goldens/onnx/make.py", "versions": common.versions("onnx")}
    text = json.dumps({**head, "files": files}, indent=2)
    (FOLDER / "verdicts.json").write_text(text + "\n", encoding="utf-8")
    print(f"verdicts.json: {[(name, entry['checker'], entry['shapeInference']) for name, entry in files.items()]}")


# --- files for us to read ----------------------------------------------------------


def graph_model(nodes, inputs, outputs, initializers=(), opset=17):
    graph = helper.make_graph(nodes, "graph", inputs, outputs, list(initializers))
    model = helper.make_model(
        graph, producer_name="onnx.helper", opset_imports=[helper.make_opsetid("", opset)], ir_version=7
    )
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def info(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def shapes_in_operators():
    """x flattened from its second axis on by a chain of Shape, Slice, ReduceProd, Concat and Cast."""
    zero, one, end = (numpy_helper.from_array(np.array([n]), name) for n, name in ((0, "zero"), (1, "one"), (2**63 - 1, "end")))
    node = helper.make_node
    nodes = [
        node("Shape", ["x"], ["shape"]),
        node("Slice", ["shape", "zero", "one"], ["batch"]),
        node("Slice", ["shape", "one", "end"], ["rest"]),
        node("ReduceProd", ["rest"], ["width"], keepdims=1),
        node("Concat", ["batch", "width"], ["target"], axis=0),
        node("Cast", ["target"], ["target32"], to=TensorProto.INT32),
        node("Cast", ["target32"], ["target64"], to=TensorProto.INT64),
        node("Reshape", ["x", "target64"], ["flat"]),
        node("ConstantOfShape", ["target64"], ["ones"], value=numpy_helper.from_array(np.array([1], np.float32))),
        node("Add", ["flat", "ones"], ["y"]),
    ]
    return graph_model(nodes, [info("x", ["batch", 2, "width"])], [info("y", ["batch", "features"])], [zero, one, end])


def opset9():
    """What opset 9 kept in attributes."""
    node = helper.make_node
    nodes = [
        node("Slice", ["x"], ["sliced"], axes=[2], starts=[1], ends=[2**63 - 1]),
        node("Pad", ["sliced"], ["padded"], pads=[0, 0, 1, 0, 0, 0], value=0.5),
        node("Clip", ["padded"], ["clipped"], min=-1.0, max=1.0),
        node("Dropout", ["clipped"], ["kept"], ratio=0.4, name="drop"),
        node("Softmax", ["kept"], ["soft"], axis=1),
        node("Unsqueeze", ["soft"], ["wide"], axes=[0]),
        node("ReduceSum", ["wide"], ["summed"], axes=[3], keepdims=0),
        node("Squeeze", ["summed"], ["y"], axes=[0]),
    ]
    return graph_model(nodes, [info("x", [2, 3, 4])], [info("y", [2, 3])], opset=9)


def typed_data():
    """Initialisers in every typed field instead of raw bytes, listed among the inputs as well."""
    tensor = helper.make_tensor
    kinds = [
        ("f32", TensorProto.FLOAT, [0.5, -1.5]),
        ("f64", TensorProto.DOUBLE, [1e-3, 2.0]),
        ("i32", TensorProto.INT32, [-1, 2**31 - 1]),
        ("i64", TensorProto.INT64, [-(2**62), 3]),
        ("u8", TensorProto.UINT8, [0, 255]),
        ("u32", TensorProto.UINT32, [1, 2**32 - 1]),
        ("u64", TensorProto.UINT64, [1, 2**63]),
        ("flag", TensorProto.BOOL, [True, False]),
    ]
    initializers = [tensor(name, kind, [2], values) for name, kind, values in kinds]
    nodes = [helper.make_node("Identity", [name], [f"{name}_out"], name=f"copy_{name}") for name, _, _ in kinds]
    nodes.append(helper.make_node("Where", ["flag", "x", "f32"], ["y"]))
    inputs = [info("x", [2]), *(info(name, [2], kind) for name, kind, _ in kinds)]
    outputs = [info("y", [2]), *(info(f"{name}_out", [2], kind) for name, kind, _ in kinds)]
    return graph_model(nodes, inputs, outputs, initializers)


def scan_body():
    """A running sum with decay: the body's types are left open, and it captures an outer value."""
    node = helper.make_node
    body = helper.make_graph(
        [
            node("Mul", ["state", "rate"], ["decayed"]),
            node("Add", ["decayed", "element"], ["next"]),
            node("Identity", ["next"], ["seen"]),
        ],
        "body",
        [info("state", None), info("element", None)],
        [info("next", None), info("seen", None)],
    )
    nodes = [
        node("Exp", ["log_rate"], ["rate"]),
        node("Scan", ["start", "x"], ["last", "all"], body=body, num_scan_inputs=1),
    ]
    start = numpy_helper.from_array(np.zeros(3, np.float32), "start")
    return graph_model(
        nodes,
        [info("x", ["time", 3]), info("log_rate", [3])],
        [info("last", [3]), info("all", ["time", 3])],
        [start],
    )


class Attention(torch.nn.Module):
    """One block of a transformer, with the shapes computed from the input's."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(5)
        self.qkv = torch.nn.Linear(8, 24)
        self.norm = torch.nn.LayerNorm(8)
        self.out = torch.nn.Linear(8, 8)

    def forward(self, x):
        batch, time, width = x.shape
        query, key, value = self.qkv(self.norm(x)).chunk(3, -1)
        heads = [part.reshape(batch, time, 2, width // 2).transpose(1, 2) for part in (query, key, value)]
        scores = heads[0] @ heads[1].transpose(-1, -2) / (width // 2) ** 0.5
        mask = torch.ones(time, time, dtype=torch.bool).tril()
        weights = scores.masked_fill(~mask, -1e9).softmax(-1)
        mixed = (weights @ heads[2]).transpose(1, 2).reshape(batch, time, width)
        return x + torch.nn.functional.gelu(self.out(mixed))


class Mlp(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(3)
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(6, 5),
            torch.nn.ReLU(),
            torch.nn.Dropout(0.5),
            torch.nn.Unflatten(1, (1, 5)),
            torch.nn.Flatten(),
            torch.nn.Linear(5, 3),
            torch.nn.LogSoftmax(-1),
        )

    def forward(self, x):
        return self.layers(x)


def exported(module, x, axes):
    buffer = io.BytesIO()
    torch.onnx.export(
        module.eval(),
        (x,),
        buffer,
        dynamo=False,
        opset_version=14,
        input_names=["x"],
        output_names=["y"],
        dynamic_axes={"x": axes, "y": axes},
    )
    return buffer.getvalue()


def exported_program(module, x, axes, opset=None):
    """By PyTorch's newer exporter, in its default opset unless said otherwise."""
    dims = {axis: torch.export.Dim(name) for axis, name in axes.items()}
    program = torch.onnx.export(
        module.eval(),
        (x,),
        dynamo=True,
        input_names=["x"],
        output_names=["y"],
        dynamic_shapes=(dims,),
        opset_version=opset,
        verbose=False,
    )
    return common.without_notes(program.model_proto)


class Normalized(torch.nn.Module):
    """Batch normalisation as at inference, then a convolution's worth of channels mixed by a product."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(9)
        self.norm = torch.nn.BatchNorm1d(4)
        self.norm.running_mean += torch.randn(4)
        self.norm.running_var += torch.rand(4)
        self.mix = torch.nn.Linear(5, 3)

    def forward(self, x):
        return torch.tanh(self.mix(self.norm(x)))


class Gated(torch.nn.Module):
    """What opsets 23 and 24 brought operators for: RMS normalisation and Swish."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(13)
        self.norm = torch.nn.RMSNorm(6, eps=1e-3)
        self.norm.weight.data += 0.3 * torch.randn(6)
        self.mix = torch.nn.Linear(6, 4)

    def forward(self, x):
        return torch.nn.functional.silu(self.mix(self.norm(x)))


class NormalizedOverTwoAxes(torch.nn.Module):
    """What `rms_normalization` holds, for its gradients."""

    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.tensor(RMS_SCALE))

    def forward(self, x):
        normal = x / torch.sqrt((x * x).mean((1, 2), keepdim=True) + 0.25) * self.scale
        return normal * torch.sigmoid(1.5 * normal)


RMS_SCALE = [0.5, -1.0, 2.0, 1.25]


def rms_normalization():
    """RMSNormalization over two axes, with a scale for the last alone, then Swish with a slope."""
    nodes = [
        helper.make_node("RMSNormalization", ["x", "scale"], ["normal"], axis=-2, epsilon=0.25),
        helper.make_node("Swish", ["normal"], ["swish"], alpha=1.5),
        helper.make_node("Cast", ["swish"], ["y"], to=TensorProto.FLOAT, round_mode="up"),
    ]
    scale = numpy_helper.from_array(np.array(RMS_SCALE, np.float32), "scale")
    shape = ["batch", 3, 4]
    return graph_model(nodes, [info("x", shape)], [info("y", shape)], [scale], opset=24)


def gradients(module, x, names):
    """The gradient of the sum of the outputs, by PyTorch, for x and parameters."""
    module = module.eval().double()
    x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    parameters = {"x": x, **dict(module.named_parameters())}
    module(x).sum().backward()
    return {name: common.tensor(parameters[name].grad) for name in names}


def foreign():
    draw = common.Draw(11)
    normal = draw.normal
    block = torch.zeros(2, 3, 8)
    models = [
        ("shapesInOperators", shapes_in_operators(), {"batch": 3, "width": 4}, {"x": normal(3, 2, 4)}),
        ("opset9", opset9(), {}, {"x": normal(2, 3, 4)}),
        ("typedData", typed_data(), {}, {"x": normal(2)}),
        ("scanBody", scan_body(), {"time": 5}, {"x": normal(5, 3), "log_rate": normal(3, scale=0.1)}),
        ("torchMlp", exported(Mlp(), torch.zeros(2, 6), {0: "batch"}), {"batch": 4}, {"x": normal(4, 6)}),
        (
            "torchAttention",
            exported(Attention(), block, {0: "batch", 1: "time"}),
            {"batch": 2, "time": 5},
            {"x": normal(2, 5, 8)},
        ),
        (
            "torchExportedAttention",
            exported_program(Attention(), block, {0: "batch", 1: "time"}),
            {"batch": 2, "time": 5},
            {"x": normal(2, 5, 8)},
        ),
        (
            "torchBatchNormalization",
            exported_program(Normalized(), torch.zeros(2, 4, 5), {0: "batch"}),
            {"batch": 3},
            {"x": normal(3, 4, 5)},
        ),
        (
            "torchGated24",
            exported_program(Gated(), torch.zeros(2, 3, 6), {0: "batch"}, 24),
            {"batch": 4},
            {"x": normal(4, 3, 6)},
        ),
        ("rmsNormalization24", rms_normalization(), {"batch": 2}, {"x": normal(2, 3, 4)}),
    ]
    trained = {
        "torchMlp": (Mlp(), ["x", "layers.0.weight", "layers.0.bias", "layers.5.weight"]),
        "torchAttention": (Attention(), ["x", "qkv.bias", "norm.weight", "out.bias"]),
        "torchExportedAttention": (Attention(), ["x", "qkv.bias", "norm.weight", "out.bias"]),
        "torchBatchNormalization": (Normalized(), ["x", "norm.weight", "norm.bias", "mix.bias"]),
        "torchGated24": (Gated(), ["x", "norm.weight", "mix.bias"]),
        "rmsNormalization24": (NormalizedOverTwoAxes(), ["x", "scale"]),
    }
    folder = FOLDER / "foreign"
    folder.mkdir(exist_ok=True)
    cases = []
    for name, data, dimensions, feeds in models:
        (folder / f"{name}.onnx").write_bytes(data)
        session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        outputs = {
            key: common.tensor(value, None if value.dtype == np.float32 else str(value.dtype))
            for key, value in zip(names, session.run(None, feeds))
        }
        for value in outputs.values():
            if value["dtype"] in ("int64", "uint64"):
                value["data"] = [str(number) for number in value["data"]]
        cases.append(
            {
                "name": name,
                "dimensions": dimensions,
                "feeds": {key: common.tensor(value) for key, value in feeds.items()},
                "outputs": outputs,
            }
        )
        if name in trained:
            module, names = trained[name]
            cases[-1]["gradients"] = gradients(module, feeds["x"], names)
        print(f"foreign/{name}.onnx: {len(data)} bytes")
    common.write(__file__, "foreign", cases, ("onnx", "onnxruntime", "torch"))


verdicts()
foreign()
