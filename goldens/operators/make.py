"""Golden values of ONNX operators and their gradients, computed by PyTorch in float64.

Run as:  python goldens/operators/make.py            writes the JSON files beside this script
         python goldens/operators/make.py --check    runs each case as a one-node model in
                                                     ONNX Runtime and compares the outputs

A case is one ONNX node (opset 21): operator, attributes and inputs in ONNX's order. Integer
inputs (axes, indices, shapes) are meant as constants and have no gradient. "torch" names what
computed the values. Magnitudes that float32 cannot hold are written as infinities and zeros;
where float32 arithmetic still ends elsewhere, "float32" holds PyTorch's float32 results.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from common import Draw, distance, tensor, run_script  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

OPSET = 21


# --- running one operator --------------------------------------------------------


def op(name, operator, function, inputs, attributes=None, label=None, wrt=None, upstream=None):
    """Describes a case; `function` takes the inputs as torch tensors, in order."""
    inputs = [x if x is None else np.asarray(x) for x in inputs]
    inputs = [x.astype(np.float32) if x is not None and x.dtype == np.float64 else x for x in inputs]
    if wrt is None:
        wrt = [i for i, x in enumerate(inputs) if x is not None and x.dtype == np.float32]
    label = label or f"torch.{getattr(function, '__name__', operator.lower())}"
    return {
        "name": name,
        "operator": operator,
        "attributes": attributes or {},
        "torch": label,
        "inputs": inputs,
        "function": function,
        "wrt": wrt,
        "upstream": upstream,
    }


def compute(case, dtype, upstream):
    """Outputs and input gradients, computed in dtype."""
    fed = []
    for index, x in enumerate(case["inputs"]):
        if x is None:
            fed.append(None)
        elif x.dtype == np.float32:
            fed.append(torch.from_numpy(x.copy()).to(dtype).requires_grad_(index in case["wrt"]))
        else:
            fed.append(torch.from_numpy(x.copy()))
    outputs = case["function"](*fed)
    outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    if upstream is None:
        upstream = draw_upstream(case, outputs)
    seeds = [None if u is None else torch.from_numpy(u).to(dtype) for u in upstream]
    pairs = [(y, s) for y, s in zip(outputs, seeds) if s is not None and y.requires_grad]
    gradients = [None] * len(fed)
    if pairs and case["wrt"]:
        found = torch.autograd.grad(
            [y for y, _ in pairs], [fed[i] for i in case["wrt"]], [s for _, s in pairs], allow_unused=True
        )
        for index, gradient in zip(case["wrt"], found):
            gradients[index] = torch.zeros_like(fed[index]) if gradient is None else gradient
    return [to_float32(y) for y in outputs], [None if g is None else to_float32(g) for g in gradients], upstream


def draw_upstream(case, outputs):
    if case["upstream"] == "ones":
        return [np.ones(y.shape, np.float32) for y in outputs]
    draw = Draw(sum(map(ord, case["name"])))
    return [draw.normal(*y.shape) if y.is_floating_point() else None for y in outputs]


def to_float32(value):
    """numpy; what is too large or too small for float32 becomes an infinity or a zero."""
    value = value.detach().numpy()
    if value.dtype == np.float64:
        with np.errstate(over="ignore", invalid="ignore"):
            single = value.astype(np.float32)
        return np.where(np.isfinite(single) & (single != 0), value, single)
    return value


def golden(case):
    """The case as JSON."""
    outputs, gradients, upstream = compute(case, torch.float64, None)
    outputs32, gradients32, _ = compute(case, torch.float32, upstream)
    result = {k: case[k] for k in ("name", "operator", "attributes", "torch")}
    tensors = lambda values: [None if v is None else tensor(v) for v in values]  # noqa: E731
    result |= {"inputs": tensors(case["inputs"]), "outputs": tensors(outputs), "upstream": tensors(upstream)}
    result["inputGradients"] = tensors(gradients)
    pairs = [*zip(outputs32, outputs), *((a, b) for a, b in zip(gradients32, gradients) if b is not None)]
    if any(distance(a, b) > 1e-5 for a, b in pairs):
        result["float32"] = {"outputs": tensors(outputs32), "inputGradients": tensors(gradients32)}
    return result


def check(case, stored):
    """Compares what ONNX Runtime computes with a stored case."""
    import onnx
    import onnxruntime
    from onnx import helper

    onnxruntime.set_default_logger_severity(4)
    fed = {f"x{i}": x for i, x in enumerate(case["inputs"]) if x is not None}
    names = [f"x{i}" if x is not None else "" for i, x in enumerate(case["inputs"])]
    made = [f"y{i}" for i in range(len(stored["outputs"]))]
    node = helper.make_node(case["operator"], names, made, **case["attributes"])
    types = {"float32": 1, "int32": 6, "int64": 7, "bool": 9}
    graph = helper.make_graph(
        [node],
        "case",
        [helper.make_tensor_value_info(n, types[str(x.dtype)], x.shape) for n, x in fed.items()],
        [
            helper.make_tensor_value_info(n, types[y["dtype"]], y["shape"])
            for n, y in zip(made, stored["outputs"])
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options)
        found = session.run(None, fed)
    except Exception as error:
        print(f"  {case['name']}: does not run ({str(error).splitlines()[0][:110]})")
        return
    for index, (a, b) in enumerate(zip(found, stored["outputs"])):
        expected = np.array([float(x) for x in b["data"]]).reshape(b["shape"])
        if a.shape != expected.shape:
            print(f"  {case['name']}: shape {a.shape}, golden {expected.shape}")
        elif distance(a, expected) > 2e-5:
            far = [
                f"{e:.6g} is {x:.6g}" for x, e in zip(a.ravel(), expected.ravel()) if distance(x, e) > 2e-5
            ]
            print(f"  {case['name']}, output {index}: {'; '.join(far[:4])}")


# --- unary -----------------------------------------------------------------------

PLAIN = [-3.3, -1.4, -0.6, -0.2, 0.1, 0.4, 0.9, 1.7, 4.2]
EXTREMES = [-1e30, -88, -1e-30, -0.0, 0, 1e-30, 88, 1e30]
INFINITIES = [-np.inf, np.inf, np.nan]


def threshold(x, alpha):
    return torch.where(x > alpha, x, torch.zeros_like(x))


def unary():
    """Each operator at plain points, at extremes and at infinities and NaN; the upstream gradient is one."""
    table = [
        ("Exp", torch.exp, {}),
        ("Log", torch.log, {}),
        ("Sqrt", torch.sqrt, {}),
        ("Reciprocal", torch.reciprocal, {}),
        ("Tanh", torch.tanh, {}),
        ("Sigmoid", torch.sigmoid, {}),
        # torch turns softplus into a straight line beyond a threshold, which 40 makes exact.
        ("Softplus", lambda x: F.softplus(x, threshold=40), {}, "torch.nn.functional.softplus"),
        ("Softsign", F.softsign, {}),
        ("Elu", F.elu, {}),
        ("Elu", lambda x: F.elu(x, alpha=0.7), {"alpha": 0.7}, "torch.nn.functional.elu"),
        ("Selu", F.selu, {}),
        ("Celu", F.celu, {}),
        ("Celu", lambda x: F.celu(x, alpha=0.7), {"alpha": 0.7}, "torch.nn.functional.celu"),
        ("LeakyRelu", F.leaky_relu, {}),
        ("LeakyRelu", lambda x: F.leaky_relu(x, 0.2), {"alpha": 0.2}, "torch.nn.functional.leaky_relu"),
        ("ThresholdedRelu", lambda x: threshold(x, 1), {}, "torch.where(x > 1, x, 0)"),
        ("ThresholdedRelu", lambda x: threshold(x, 0.5), {"alpha": 0.5}, "torch.where(x > 0.5, x, 0)"),
        ("HardSigmoid", lambda x: (0.2 * x + 0.5).clamp(0, 1), {}, "torch.clamp(0.2 * x + 0.5, 0, 1)"),
        ("HardSigmoid", F.hardsigmoid, {"alpha": 1 / 6, "beta": 0.5}, "torch.nn.functional.hardsigmoid"),
        ("HardSwish", F.hardswish, {}),
        ("Gelu", F.gelu, {}, "torch.nn.functional.gelu"),
        ("Gelu", lambda x: F.gelu(x, approximate="tanh"), {"approximate": "tanh"}, "torch.nn.functional.gelu"),
        ("Mish", F.mish, {}),
        ("Erf", torch.erf, {}),
        ("Sin", torch.sin, {}),
        ("Cos", torch.cos, {}),
        ("Tan", torch.tan, {}),
        ("Asin", torch.asin, {}),
        ("Acos", torch.acos, {}),
        ("Atan", torch.atan, {}),
        ("Sinh", torch.sinh, {}),
        ("Cosh", torch.cosh, {}),
        ("Asinh", torch.asinh, {}),
        ("Acosh", torch.acosh, {}),
        ("Atanh", torch.atanh, {}),
        ("Abs", torch.abs, {}),
        ("Neg", torch.neg, {}),
        ("Sign", torch.sign, {}),
        ("Floor", torch.floor, {}),
        ("Ceil", torch.ceil, {}),
        ("Round", torch.round, {}),
        ("Relu", F.relu, {}),
    ]
    for operator, function, attributes, *label in table:
        if not label:
            module = "torch.nn.functional." if function.__module__ == "torch.nn.functional" else "torch."
            label = [module + function.__name__]
        title = " ".join([operator, *(f"{k} {v:.3g}" if k != "approximate" else v for k, v in attributes.items())])
        for kind, points in (("", PLAIN), (" extremes", EXTREMES), (" infinities", INFINITIES)):
            if title + kind == "Sign infinities":
                points = points[:2]  # torch says that the sign of NaN is 0, ONNX Runtime that it is NaN
            yield op(title + kind, operator, function, [np.float32(points)], attributes, label[0], upstream="ones")
    halves = np.float32([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.499999, 3.5])
    yield op("Round halves", "Round", torch.round, [halves], upstream="ones")
    edges = np.float32([-1, 1, 0])
    for operator, function in (("Asin", torch.asin), ("Acos", torch.acos), ("Atanh", torch.atanh)):
        yield op(f"{operator} edges", operator, function, [edges], upstream="ones")


def clip():
    """Clip with both limits, one, none; limits are scalars without a gradient here."""
    x = Draw(61).normal(3, 4, scale=2)
    low, high = np.float32(-1), np.float32(1.5)
    label = "torch.clamp"
    yield op("Clip", "Clip", lambda x, a, b: x.clamp(a, b), [x, low, high], label=label, wrt=[0])
    yield op("Clip min", "Clip", lambda x, a: x.clamp(min=a), [x, low], label=label, wrt=[0])
    yield op("Clip max", "Clip", lambda x, a, b: x.clamp(max=b), [x, None, high], label=label, wrt=[0])
    yield op("Clip none", "Clip", lambda x: x * 1, [x], label="x")
    slope = Draw(62).normal(4)
    yield op("PRelu", "PRelu", lambda x, a: torch.where(x > 0, x, a * x), [x, slope], label="torch.nn.functional.prelu")
    column = Draw(63).normal(3, 1)
    yield op("PRelu column", "PRelu", lambda x, a: torch.where(x > 0, x, a * x), [x, column], label="torch.where(x > 0, x, a * x)")  # fmt: skip


# --- binary and variadic ---------------------------------------------------------

SHAPES = {
    "same": ((2, 3), (2, 3)),
    "row": ((2, 3), (3,)),
    "row first": ((3,), (2, 3)),
    "both ways": ((2, 1, 3), (2, 1)),
    "scalar": ((2, 3), ()),
    "scalar first": ((), (2, 3)),
    "ones": ((1, 3), (2, 1)),
}


def binary():
    """Broadcasting in both directions."""
    draw = Draw(64)
    table = [
        ("Add", torch.add, {}),
        ("Sub", torch.sub, {}),
        ("Mul", torch.mul, {}),
        ("Div", torch.div, {}),
        ("Min", torch.minimum, {}),
        ("Max", torch.maximum, {}),
        ("Mod", torch.fmod, {"fmod": 1}),
    ]
    for operator, function, attributes in table:
        for kind, (first, second) in SHAPES.items():
            inputs = [draw.normal(*first, scale=2), draw.normal(*second, scale=2)]
            yield op(f"{operator} {kind}", operator, function, inputs, attributes)
    for kind, (first, second) in SHAPES.items():
        inputs = [draw.uniform(*first, low=0.2, high=3), draw.normal(*second)]
        yield op(f"Pow {kind}", "Pow", torch.pow, inputs)
    negative = np.float32([-2, -1.5, -0.5, 3])
    for exponent in (2, 3, 1, 0, -1, -2):
        power = np.float32(exponent)
        yield op(f"Pow exponent {exponent}", "Pow", torch.pow, [negative, power], wrt=[0])
    yield op("Pow exponent 0.5", "Pow", torch.pow, [np.float32([0.25, 4, 9]), np.float32(0.5)], wrt=[0])
    zero = np.float32([0, 0, 0, 1e-30, 1e30]), np.float32([2, 3, 1, 1, 1])
    yield op("Pow of zero", "Pow", torch.pow, zero, wrt=[0])
    special = np.float32([1, -1, 0, np.inf, 1e30]), np.float32([0, 0, 0, np.inf, 1e-30])
    yield op("Div special", "Div", torch.div, special)
    integers = np.array([7, -7, 7, -7], np.int32), np.array([3, 3, -3, -3], np.int32)
    yield op("Mod integers", "Mod", torch.remainder, integers)
    yield op("Mod integers fmod", "Mod", torch.fmod, integers, {"fmod": 1})
    three = [draw.normal(2, 3), draw.normal(3), draw.normal(2, 1)]
    yield op("Sum three", "Sum", lambda *x: sum(x), three, label="torch.add")
    yield op("Mean three", "Mean", lambda *x: sum(x) / 3, three, label="torch.add, torch.div")
    yield op("Max three", "Max", lambda a, b, c: a.maximum(b).maximum(c), three, label="torch.maximum")
    yield op("Min three", "Min", lambda a, b, c: a.minimum(b).minimum(c), three, label="torch.minimum")
    choose = np.array([[True, False, True], [False, False, True]])
    yield op("Where", "Where", torch.where, [choose, draw.normal(2, 3), draw.normal(2, 3)])
    yield op("Where broadcast", "Where", torch.where, [choose[:1], draw.normal(2, 1), draw.normal(3)])


# --- softmax, products, reductions -----------------------------------------------


def softmax():
    draw = Draw(65)
    for operator, function in (("Softmax", F.softmax), ("LogSoftmax", F.log_softmax)):
        label = f"torch.nn.functional.{function.__name__}"
        for axis in (-1, 0, 1):
            yield op(f"{operator} axis {axis}", operator, lambda x, f=function, a=axis: f(x, a), [draw.normal(2, 3, 4)], {"axis": axis}, label)  # fmt: skip
        large = np.float32([[88, -88, 0], [1000, 999, 998], [-1000, -1000, -1001]])
        yield op(f"{operator} extremes", operator, lambda x, f=function: f(x, -1), [large], {}, label)
        masked = np.float32([[1, -np.inf, 0], [-np.inf, -np.inf, 2]])
        yield op(f"{operator} masked", operator, lambda x, f=function: f(x, -1), [masked], {}, label)


def products():
    draw = Draw(66)
    shapes = [
        ((2, 3), (3, 4)),
        ((3,), (3, 4)),
        ((2, 3), (3,)),
        ((3,), (3,)),
        ((2, 2, 3), (2, 3, 4)),
        ((2, 2, 3), (3, 2)),
        ((2, 3), (2, 3, 2)),
        ((2, 1, 2, 3), (3, 3, 2)),
        ((3,), (2, 3, 2)),
        ((2, 2, 3), (3,)),
    ]
    for a, b in shapes:
        title = f"MatMul {list(a)} {list(b)}".replace(" ", "")
        yield op(title.replace("MatMul", "MatMul "), "MatMul", torch.matmul, [draw.normal(*a), draw.normal(*b)])
    variants = [
        {},
        {"transA": 1},
        {"transB": 1},
        {"transA": 1, "transB": 1},
        {"alpha": 0.5},
        {"alpha": 0.5, "beta": 2.0},
    ]
    for attributes in variants:
        a, b = draw.normal(2, 3), draw.normal(3, 4)
        a, b = a.T.copy() if "transA" in attributes else a, b.T.copy() if "transB" in attributes else b

        def gemm(a, b, c=None, t=attributes):
            y = t.get("alpha", 1) * (a.T if "transA" in t else a) @ (b.T if "transB" in t else b)
            return y if c is None else y + t.get("beta", 1) * c

        title = " ".join(["Gemm", *attributes])
        for kind, c in (("row", draw.normal(4)), ("none", None), ("full", draw.normal(2, 4)), ("column", draw.normal(2, 1))):  # fmt: skip
            if kind in ("row", "none") or attributes in ({}, variants[-1]):
                inputs = [a, b] if c is None else [a, b, c]
                yield op(f"{title}, bias {kind}", "Gemm", gemm, inputs, attributes, "torch.addmm")
    equations = {
        "ij,jk->ik": ((2, 3), (3, 4)),
        "bij,bjk->bik": ((2, 2, 3), (2, 3, 2)),
        "bij,bkj->bik": ((2, 2, 3), (2, 4, 3)),
        "i,j->ij": ((2,), (3,)),
        "ij->ji": ((2, 3),),
        "ij->i": ((2, 3),),
        "ii->i": ((3, 3),),
        "ij,ij->": ((2, 3), (2, 3)),
        "bhid,bhjd->bhij": ((1, 2, 2, 3), (1, 2, 3, 3)),
        "abc,cde->abde": ((2, 2, 3), (3, 2, 2)),
        "ij,jk,kl->il": ((2, 3), (3, 2), (2, 2)),
        "...ij,jk->...ik": ((2, 2, 3), (3, 2)),
    }
    for equation, shapes in equations.items():
        inputs = [draw.normal(*shape) for shape in shapes]
        yield op(f"Einsum {equation}", "Einsum", lambda *x, e=equation: torch.einsum(e, *x), inputs, {"equation": equation}, "torch.einsum")  # fmt: skip


def reductions():
    draw = Draw(67)

    def product(x, axes, keep):
        for axis in sorted((a % x.ndim for a in axes), reverse=True):
            x = x.prod(axis, keepdim=keep)
        return x

    table = {
        "ReduceSum": lambda x, a, k: x.sum(a, keepdim=k),
        "ReduceMean": lambda x, a, k: x.mean(a, keepdim=k),
        "ReduceMax": lambda x, a, k: x.amax(a, keepdim=k),
        "ReduceMin": lambda x, a, k: x.amin(a, keepdim=k),
        "ReduceProd": product,
        "ReduceLogSumExp": lambda x, a, k: x.logsumexp(a, keepdim=k),
        "ReduceLogSum": lambda x, a, k: x.sum(a, keepdim=k).log(),
        "ReduceL1": lambda x, a, k: x.abs().sum(a, keepdim=k),
        "ReduceL2": lambda x, a, k: x.square().sum(a, keepdim=k).sqrt(),
        "ReduceSumSquare": lambda x, a, k: x.square().sum(a, keepdim=k),
    }
    names = ["sum", "mean", "amax", "amin", "prod", "logsumexp", "sum, log", "abs, sum", "norm", "square, sum"]
    for (operator, function), label in zip(table.items(), names):
        label = ", ".join(f"torch.{part}" for part in label.split(", "))
        x = draw.uniform(2, 3, 4, low=0.2, high=2) if operator == "ReduceLogSum" else draw.normal(2, 3, 4)
        for axes in ((1,), (0, 2), (-1,), None):
            for keep in (1, 0):
                if keep == 0 and axes not in ((0, 2), None):
                    continue
                every = tuple(range(3)) if axes is None else axes
                title = f"{operator} axes {'all' if axes is None else list(axes)}{'' if keep else ' dropped'}"
                inputs = [x] if axes is None else [x, np.array(axes, np.int64)]
                run = lambda x, _=None, f=function, a=every, k=keep: f(x, a, bool(k))  # noqa: E731
                yield op(title, operator, run, inputs, {} if keep else {"keepdims": 0}, label)
    zeros = np.float32([[0, 2, 3], [0, 0, 4], [1, 2, 3]])
    yield op("ReduceProd zeros", "ReduceProd", lambda x, _: x.prod(1, keepdim=True), [zeros, np.array([1])], {}, "torch.prod")  # fmt: skip
    large = np.float32([[1000, 999, -1000], [-1000, -1001, -1002]])
    yield op("ReduceLogSumExp large", "ReduceLogSumExp", lambda x, _: x.logsumexp(1, keepdim=True), [large, np.array([1])], {}, "torch.logsumexp")  # fmt: skip
    yield op("ReduceSum no axes", "ReduceSum", lambda x: x * 1, [draw.normal(2, 2)], {"noop_with_empty_axes": 1}, "x")

    def cumulative(x, axis, exclusive, reverse):
        x = x.flip(axis) if reverse else x
        y = x.cumsum(axis)
        y = y - x if exclusive else y
        return y.flip(axis) if reverse else y

    for attributes in ({}, {"exclusive": 1}, {"reverse": 1}, {"exclusive": 1, "reverse": 1}):
        for axis in (0, 1):
            run = lambda x, _, a=axis, t=attributes: cumulative(x, a, "exclusive" in t, "reverse" in t)  # noqa: E731
            title = " ".join(["CumSum axis", str(axis), *attributes])
            yield op(title, "CumSum", run, [draw.normal(3, 4), np.array(axis, np.int64)], attributes, "torch.cumsum")


# --- normalisation and images ----------------------------------------------------


def normalization():
    draw = Draw(68)

    def layer_norm(x, scale, bias=None, axis=-1, epsilon=1e-5):
        return F.layer_norm(x, x.shape[axis:], scale, bias, epsilon)

    layer = "LayerNormalization"
    for axis, shape in ((-1, (4,)), (1, (3, 4)), (2, (4,))):
        inputs = [draw.normal(2, 3, 4), draw.normal(*shape, mean=1), draw.normal(*shape)]
        run = lambda *x, a=axis: layer_norm(*x, axis=a)  # noqa: E731
        yield op(f"{layer} axis {axis}", layer, run, inputs, {"axis": axis}, "torch.nn.functional.layer_norm")
    inputs = [draw.normal(3, 4, mean=2), draw.normal(4)]
    run = lambda *x: layer_norm(*x, epsilon=1e-2)  # noqa: E731
    yield op(f"{layer} epsilon, no bias", layer, run, inputs, {"epsilon": 1e-2}, "torch.nn.functional.layer_norm")
    four = lambda: [draw.normal(3, mean=1), draw.normal(3), draw.normal(3), draw.uniform(3, low=0.5, high=2)]  # noqa: E731
    batch, label = "BatchNormalization", "(x - mean) / torch.sqrt(variance + epsilon) * scale + bias"

    def run(x, *parameters):  # as torch.nn.functional.batch_norm, but differentiable in the statistics
        s, b, m, v = (p.reshape(-1, *[1] * (x.ndim - 2)) for p in parameters)
        return (x - m) / torch.sqrt(v + 1e-5) * s + b

    for shape in ((2, 3), (2, 3, 2, 2)):
        inputs = [draw.normal(*shape), *four()]
        yield op(f"{batch} rank {len(shape)}", batch, run, inputs, {}, label)
    inputs = [draw.normal(2, 3, 2, 2), draw.normal(3), draw.normal(3)]
    run = lambda x, s, b: F.instance_norm(x, weight=s, bias=b, eps=1e-5)  # noqa: E731
    yield op("InstanceNormalization", "InstanceNormalization", run, inputs, {}, "torch.nn.functional.instance_norm")
    run = lambda x: F.normalize(x, p=2, dim=1, eps=0)  # noqa: E731
    yield op("LpNormalization", "LpNormalization", run, [draw.normal(2, 3)], {"axis": 1}, "torch.nn.functional.normalize")  # fmt: skip
    run = lambda x: F.local_response_norm(x, 3, alpha=0.1, beta=0.75, k=1)  # noqa: E731
    attributes = {"size": 3, "alpha": 0.1}
    yield op("LRN", "LRN", run, [draw.normal(1, 4, 2, 2)], attributes, "torch.nn.functional.local_response_norm")


def convolution():
    """Images are [batch, channels, height, width]; weights are [out, in, height, width]."""
    draw = Draw(69)

    def case(name, x, w, bias=True, pads=(0, 0, 0, 0), strides=(1, 1), dilations=(1, 1), group=1):
        inputs = [draw.normal(*x), draw.normal(*w, scale=0.5)] + ([draw.normal(w[0])] if bias else [])
        top, left, bottom, right = pads

        def run(x, w, b=None):
            return F.conv2d(F.pad(x, (left, right, top, bottom)), w, b, strides, 0, dilations, group)

        attributes = {"pads": pads, "strides": strides, "dilations": dilations, "group": group}
        plain = {"pads": (0, 0, 0, 0), "strides": (1, 1), "dilations": (1, 1), "group": 1}
        attributes = {k: list(v) if isinstance(v, tuple) else v for k, v in attributes.items() if v != plain[k]}
        return op(name, "Conv", run, inputs, attributes, "torch.nn.functional.conv2d")

    yield case("Conv", (2, 2, 4, 4), (3, 2, 3, 3))
    yield case("Conv no bias", (1, 2, 3, 3), (2, 2, 2, 2), bias=False)
    yield case("Conv pads", (1, 2, 3, 3), (2, 2, 3, 3), pads=(1, 1, 1, 1))
    yield case("Conv unequal pads", (1, 2, 3, 3), (2, 2, 2, 3), pads=(0, 2, 1, 1))
    yield case("Conv strides", (1, 2, 5, 4), (2, 2, 3, 2), strides=(2, 1))
    yield case("Conv strides that leave a rest", (1, 1, 6, 6), (2, 1, 3, 3), strides=(2, 2))
    yield case("Conv dilations", (1, 2, 5, 5), (2, 2, 2, 2), dilations=(2, 3))
    yield case("Conv group", (1, 4, 3, 3), (4, 2, 2, 2), group=2)
    yield case("Conv depthwise", (1, 3, 4, 4), (3, 1, 3, 3), group=3, pads=(1, 1, 1, 1))
    yield case("Conv all", (1, 2, 6, 5), (2, 1, 2, 2), pads=(1, 0, 0, 1), strides=(2, 1), dilations=(1, 2), group=2)
    inputs = [draw.normal(2, 2, 5), draw.normal(3, 2, 3), draw.normal(3)]
    yield op("Conv 1d", "Conv", lambda x, w, b: F.conv1d(x, w, b, 2, 1), inputs, {"strides": [2], "pads": [1, 1]}, "torch.nn.functional.conv1d")  # fmt: skip
    inputs = [draw.normal(1, 2, 2, 3), draw.normal(2, 2, 3, 3), draw.normal(2)]
    label = "torch.nn.functional.conv_transpose2d"
    yield op("ConvTranspose", "ConvTranspose", lambda x, w, b: F.conv_transpose2d(x, w, b), inputs, {}, label)
    attributes = {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 0]}
    run = lambda x, w, b: F.conv_transpose2d(x, w, b, 2, 1, (1, 0))  # noqa: E731
    yield op("ConvTranspose strides", "ConvTranspose", run, inputs, attributes, label)
    inputs = [draw.normal(1, 4, 2, 2), draw.normal(4, 1, 2, 2)]
    run = lambda x, w: F.conv_transpose2d(x, w, groups=2, dilation=2)  # noqa: E731
    yield op("ConvTranspose group", "ConvTranspose", run, inputs, {"group": 2, "dilations": [2, 2]}, label)
    image = draw.normal(1, 2, 4, 5)
    label = "torch.nn.functional.max_pool2d"
    attributes = {"kernel_shape": [2, 2], "strides": [2, 2]}
    yield op("MaxPool", "MaxPool", lambda x: F.max_pool2d(x, 2), [image], attributes, label)
    attributes = {"kernel_shape": [3, 2], "strides": [1, 2], "pads": [1, 1, 1, 1]}
    yield op("MaxPool pads", "MaxPool", lambda x: F.max_pool2d(x, (3, 2), (1, 2), 1), [image], attributes, label)
    attributes = {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1}
    yield op("MaxPool ceil", "MaxPool", lambda x: F.max_pool2d(x, 2, ceil_mode=True), [image], attributes, label)
    label = "torch.nn.functional.avg_pool2d"
    attributes = {"kernel_shape": [2, 2], "strides": [2, 2]}
    yield op("AveragePool", "AveragePool", lambda x: F.avg_pool2d(x, 2), [image], attributes, label)
    attributes = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}
    run = lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)  # noqa: E731
    yield op("AveragePool pads", "AveragePool", run, [image], attributes, label)
    run = lambda x: F.avg_pool2d(x, 3, 2, 1)  # noqa: E731
    yield op("AveragePool pads counted", "AveragePool", run, [image], {**attributes, "count_include_pad": 1}, label)
    yield op("GlobalAveragePool", "GlobalAveragePool", lambda x: x.mean((2, 3), keepdim=True), [image], {}, "torch.mean")
    yield op("GlobalMaxPool", "GlobalMaxPool", lambda x: x.amax((2, 3), keepdim=True), [image], {}, "torch.amax")
    scales = np.float32([1, 1, 2, 2])
    label = "torch.nn.functional.interpolate"
    nearest = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    small = draw.normal(1, 2, 2, 3)
    run = lambda x, _, s: F.interpolate(x, scale_factor=2, mode="nearest")  # noqa: E731
    yield op("Resize nearest", "Resize", run, [small, None, scales], nearest, label, wrt=[0])
    run = lambda x, _, s: F.interpolate(x, scale_factor=2, mode="bilinear")  # noqa: E731
    yield op("Resize linear", "Resize", run, [small, None, scales], {"mode": "linear"}, label, wrt=[0])
    blocks = draw.normal(1, 4, 2, 2)
    yield op("DepthToSpace", "DepthToSpace", lambda x: F.pixel_shuffle(x, 2), [blocks], {"blocksize": 2, "mode": "CRD"}, "torch.nn.functional.pixel_shuffle")  # fmt: skip


# --- indexing and moving ---------------------------------------------------------


def indexing():
    draw = Draw(70)
    table = draw.normal(4, 3)
    ids = np.array([[0, 3, 3], [1, 0, -1]], np.int64)
    take = lambda x, i, axis=0: x.index_select(axis, i.reshape(-1) % x.shape[axis]).reshape(  # noqa: E731
        *x.shape[:axis], *i.shape, *x.shape[axis + 1 :]
    )
    yield op("Gather", "Gather", take, [table, ids], {}, "torch.index_select")
    yield op("Gather axis 1", "Gather", lambda x, i: take(x, i, 1), [table, np.array([2, 0], np.int64)], {"axis": 1}, "torch.index_select")  # fmt: skip
    yield op("Gather scalar", "Gather", lambda x, i: x[i], [table, np.array(2, np.int64)], {}, "torch.index_select")
    yield op("Gather int32", "Gather", take, [table, ids.astype(np.int32)], {}, "torch.index_select")
    each = np.array([[0, 1, 3], [3, 0, 0]], np.int64)
    yield op("GatherElements", "GatherElements", lambda x, i: x.gather(0, i), [table, each], {}, "torch.gather")
    last = np.array([[2, 0], [1, 1], [0, 2], [2, 2]], np.int64)
    yield op("GatherElements axis 1", "GatherElements", lambda x, i: x.gather(1, i), [table, last], {"axis": 1}, "torch.gather")  # fmt: skip
    cube = draw.normal(2, 3, 2)
    pairs = np.array([[0, 1], [1, 2], [0, 1]], np.int64)
    yield op("GatherND", "GatherND", lambda x, i: x[i[:, 0], i[:, 1]], [cube, pairs], {}, "x[i, j]")
    points = np.array([[0, 1, 1], [1, 2, 0]], np.int64)
    yield op("GatherND points", "GatherND", lambda x, i: x[i[:, 0], i[:, 1], i[:, 2]], [cube, points], {}, "x[i, j, k]")
    rows = np.array([[1], [0]], np.int64)
    yield op("GatherND batch", "GatherND", lambda x, i: x[torch.arange(2), i[:, 0]], [cube, rows], {"batch_dims": 1}, "x[arange, i]")  # fmt: skip
    update = draw.normal(2, 3)
    distinct = np.array([[0, 1, 3], [3, 0, 0]], np.int64)
    yield op("ScatterElements", "ScatterElements", lambda x, i, u: x.scatter(0, i, u), [table, distinct, update], {}, "torch.scatter")  # fmt: skip
    repeated = np.array([[0, 1, 3], [0, 1, 0]], np.int64)
    yield op("ScatterElements add", "ScatterElements", lambda x, i, u: x.scatter_add(0, i, u), [table, repeated, update], {"reduction": "add"}, "torch.scatter_add")  # fmt: skip
    places = np.array([[2], [0]], np.int64)
    run = lambda x, i, u: x.index_put((i[:, 0],), u)  # noqa: E731
    yield op("ScatterND", "ScatterND", run, [table, places, update], {}, "torch.index_put")
    twice = np.array([[2], [2]], np.int64)
    run = lambda x, i, u: x.index_put((i[:, 0],), u, accumulate=True)  # noqa: E731
    yield op("ScatterND add", "ScatterND", run, [table, twice, update], {"reduction": "add"}, "torch.index_put")
    run = lambda x, k: x.topk(2)  # noqa: E731
    yield op("TopK", "TopK", run, [draw.normal(2, 4), np.array([2], np.int64)], {}, "torch.topk")
    run = lambda x, k: x.topk(2, dim=0, largest=False)  # noqa: E731
    yield op("TopK smallest axis 0", "TopK", run, [draw.normal(3, 2), np.array([2], np.int64)], {"axis": 0, "largest": 0}, "torch.topk")  # fmt: skip


def moving():
    draw = Draw(71)
    ints = lambda *x: np.array(x, np.int64)  # noqa: E731
    x = draw.normal(2, 3, 4)
    matrix = draw.normal(2, 4)
    label = "torch.nn.functional.pad"
    yield op("Pad", "Pad", lambda x, p: F.pad(x, (2, 0, 1, 1)), [matrix, ints(1, 2, 1, 0)], {}, label)
    run = lambda x, p, v: F.pad(x, (1, 1), value=2.5)  # noqa: E731
    yield op("Pad value", "Pad", run, [matrix, ints(0, 1, 0, 1), np.float32(2.5)], {}, label, wrt=[0])
    yield op("Pad negative", "Pad", lambda x, p: F.pad(x, (-1, 2)), [matrix, ints(0, -1, 0, 2)], {}, label)
    run = lambda x, p, v, a: F.pad(x, (1, 2))  # noqa: E731
    yield op("Pad axes", "Pad", run, [matrix, ints(1, 2), None, ints(1)], {}, label)
    image = draw.normal(1, 1, 3, 4)
    pads = ints(0, 0, 1, 2, 0, 0, 2, 1)
    for mode, name in (("reflect", "reflect"), ("edge", "replicate"), ("wrap", "circular")):
        run = lambda x, p, n=name: F.pad(x, (2, 1, 1, 2), mode=n)  # noqa: E731
        yield op(f"Pad {mode}", "Pad", run, [image, pads], {"mode": mode}, label)
    label = "slicing"
    yield op("Slice", "Slice", lambda x, *_: x[:, 1:3], [x, ints(1), ints(3), ints(1)], {}, label)
    yield op("Slice ends beyond", "Slice", lambda x, *_: x[1:, :, -3:], [x, ints(1, -3), ints(99, 2**31), ints(0, 2)], {}, label)  # fmt: skip
    yield op("Slice steps", "Slice", lambda x, *_: x[:, ::2, 1::2], [x, ints(0, 1), ints(3, 4), ints(1, 2), ints(2, 2)], {}, label)  # fmt: skip
    run = lambda x, *_: x.flip(2)[:, :, :3]  # noqa: E731
    yield op("Slice backwards", "Slice", run, [x, ints(3), ints(0), ints(2), ints(-1)], {}, "torch.flip, slicing")
    run = lambda x, *_: x.flip(2)[:, :, ::2]  # noqa: E731
    yield op("Slice backwards by two", "Slice", run, [x, ints(-1), ints(-99), ints(2), ints(-2)], {}, "torch.flip, slicing")  # fmt: skip
    for axis in (0, 1, -1):
        shapes = [[2, 3, 2], [2, 3, 2], [2, 3, 2]]
        shapes[1][axis], shapes[2][axis] = 1, 4
        inputs = [draw.normal(*shape) for shape in shapes]
        yield op(f"Concat axis {axis}", "Concat", lambda *x, a=axis: torch.cat(x, a), inputs, {"axis": axis}, "torch.cat")  # fmt: skip
    yield op("Split", "Split", lambda x, s: x.split([1, 2], 1), [x, ints(1, 2)], {"axis": 1}, "torch.split")
    yield op("Split equal", "Split", lambda x: x.chunk(2, 2), [x], {"axis": -1, "num_outputs": 2}, "torch.chunk")
    yield op("Split with a rest", "Split", lambda x: x.split(2, 1), [x], {"axis": 1, "num_outputs": 2}, "torch.split")
    yield op("Expand", "Expand", lambda x, s: x.expand(2, 3, 4), [draw.normal(3, 1), ints(2, 3, 4)], {}, "torch.expand")
    run = lambda x, s: x.expand(2, 3, 4)  # noqa: E731
    yield op("Expand by ones", "Expand", run, [draw.normal(2, 1, 4), ints(3, 1)], {}, "torch.expand")
    yield op("Tile", "Tile", lambda x, r: x.repeat(2, 3), [draw.normal(2, 2), ints(2, 3)], {}, "torch.repeat")
    yield op("Transpose", "Transpose", lambda x: x.permute(2, 1, 0), [x], {}, "torch.permute")
    yield op("Transpose perm", "Transpose", lambda x: x.permute(1, 2, 0), [x], {"perm": [1, 2, 0]}, "torch.permute")
    yield op("Reshape", "Reshape", lambda x, s: x.reshape(4, 6), [x, ints(4, -1)], {}, "torch.reshape")
    yield op("Reshape keep", "Reshape", lambda x, s: x.reshape(2, 12), [x, ints(0, -1)], {}, "torch.reshape")
    yield op("Flatten", "Flatten", lambda x: x.reshape(6, 4), [x], {"axis": 2}, "torch.reshape")
    yield op("Squeeze", "Squeeze", lambda x, a: x.squeeze(1), [draw.normal(2, 1, 3), ints(1)], {}, "torch.squeeze")
    run = lambda x, a: x[None, ..., None]  # noqa: E731
    yield op("Unsqueeze", "Unsqueeze", run, [draw.normal(2, 3), ints(0, -1)], {}, "torch.unsqueeze")
    yield op("Trilu upper", "Trilu", torch.triu, [draw.normal(3, 3)])
    run = lambda x, k: x.tril(1)  # noqa: E731
    yield op("Trilu lower", "Trilu", run, [draw.normal(3, 4), np.array(1, np.int64)], {"upper": 0}, "torch.tril")


# --- recurrent -------------------------------------------------------------------


def recurrent():
    """ONNX's own recurrent operators: inputs are [steps, batch, features]."""
    draw = Draw(72)
    steps, batch, features, units = 3, 2, 2, 3

    def gates(weight, order):
        parts = weight.chunk(len(order), 0)
        return torch.cat([parts[i] for i in order], 0)

    def run(module, order, directions, states):
        """torch's module with ONNX's weights: gates reordered, one row a direction."""

        def call(x, w, r, b, _, *initial):
            keywords = {"bidirectional": directions == 2, "dtype": x.dtype}
            net = module(features, units, **keywords)
            values = {}
            for d in range(directions):
                end = "_l0" + ("_reverse" if d else "")
                input_bias, recurrent_bias = b[d].chunk(2)
                values |= {
                    f"weight_ih{end}": gates(w[d], order),
                    f"weight_hh{end}": gates(r[d], order),
                    f"bias_ih{end}": gates(input_bias, order),
                    f"bias_hh{end}": gates(recurrent_bias, order),
                }
            start = (initial if states == 2 else initial[0]) if initial else None
            y, last = torch.func.functional_call(net, values, (x, start))
            y = y.reshape(steps, batch, directions, units).transpose(1, 2)
            return (y, *last) if states == 2 else (y, last)

        return call

    # Gates in ONNX: LSTM i o f c, GRU z r h. In torch: LSTM i f g o, GRU r z n.
    kinds = {
        "LSTM": (torch.nn.LSTM, (0, 2, 3, 1), 2, {}),
        "GRU": (torch.nn.GRU, (1, 0, 2), 1, {"linear_before_reset": 1}),
        "RNN": (torch.nn.RNN, (0,), 1, {}),
    }
    for operator, (module, order, states, attributes) in kinds.items():
        for directions, initial in ((1, False), (1, True), (2, False)):
            size = len(order) * units
            inputs = [
                draw.normal(steps, batch, features),
                draw.normal(directions, size, features, scale=0.5),
                draw.normal(directions, size, units, scale=0.5),
                draw.normal(directions, 2 * size, scale=0.5),
            ]
            inputs += [None, *(draw.normal(directions, batch, units) for _ in range(states))] if initial else [None]
            title = operator + (" bidirectional" if directions == 2 else "") + (" initial state" if initial else "")
            more = {"hidden_size": units, **attributes}
            more |= {"direction": "bidirectional"} if directions == 2 else {}
            yield op(title, operator, run(module, order, directions, states), inputs, more, f"torch.nn.{operator}")


FAMILIES = {
    "unary": unary,
    "clip": clip,
    "binary": binary,
    "softmax": softmax,
    "products": products,
    "reductions": reductions,
    "normalization": normalization,
    "convolution": convolution,
    "indexing": indexing,
    "moving": moving,
    "recurrent": recurrent,
}


if __name__ == "__main__":
    torch.set_num_threads(1)
    run_script(__file__, FAMILIES, golden, check, "in ONNX Runtime", packages=("torch",))
