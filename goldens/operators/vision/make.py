"""Golden values of the operators of image classifiers, computed by PyTorch in float64.

Run as:  python goldens/operators/vision/make.py            writes the JSON files beside this script
         python goldens/operators/vision/make.py --check    has ONNX Runtime judge the outputs

The cases are in the form of goldens/operators/make.py and go where that file's
convolution.json and normalization.json do not: automatic and unequal pads, rests,
dilated, one- and three-dimensional windows, ceil mode, ties, every way to resize.
"""

import runpy
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from common import Draw, run_script  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

operators = runpy.run_path(str(Path(__file__).parents[1] / "make.py"), run_name="operators")
op, golden, check = (operators[name] for name in ("op", "golden", "check"))


# --- windows ---------------------------------------------------------------------


def both_ends(pads):
    """ONNX's pads, as torch.nn.functional.pad takes them: the last axis first."""
    half = len(pads) // 2
    return [p for axis in reversed(range(half)) for p in (pads[axis], pads[axis + half])]


def same(size, kernel, stride, dilation=1, upper=True):
    """The pads of one axis with auto_pad SAME_UPPER or SAME_LOWER."""
    total = max(0, (-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size)
    less, more = total // 2, total - total // 2
    return (less, more) if upper else (more, less)


def same_pads(sizes, kernel, strides, upper):
    ends = [same(n, k, s, 1, upper) for n, k, s in zip(sizes, kernel, strides)]
    return [e[0] for e in ends] + [e[1] for e in ends]


def windows(x, kernel, strides, dilations, pads, fill, ceil=False):
    """All windows as a last axis, cut out one by one: the definition, and nothing else.

    In ceil mode a last window may reach over the padded image, and begins inside it.
    """
    sizes, rank = x.shape[2:], len(kernel)
    counts = []
    for axis in range(rank):
        before, after = pads[axis], pads[axis + rank]
        room = sizes[axis] + before + after - dilations[axis] * (kernel[axis] - 1) - 1
        count = (-(-room // strides[axis]) if ceil else room // strides[axis]) + 1
        if ceil and (count - 1) * strides[axis] >= sizes[axis] + before:
            count -= 1
        counts.append(count)
    over = [s * c + d * k for s, c, d, k in zip(strides, counts, dilations, kernel)]
    wide = F.pad(x, both_ends([*pads[:rank], *over]), value=fill)
    parts = []
    for place in np.ndindex(*kernel):
        part = wide
        for axis, at in enumerate(place):
            start, step = at * dilations[axis], strides[axis]
            part = part[(slice(None),) * (axis + 2) + (slice(start, start + step * counts[axis], step),)]
            part = part.narrow(axis + 2, 0, counts[axis])
        parts.append(part)
    return torch.stack(parts, -1)


# --- convolution -----------------------------------------------------------------


def convolution():
    draw = Draw(71)
    convolve = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}

    def conv(name, x, w, attributes, bias=True, pads=None):
        rank = len(x) - 2
        inputs = [draw.normal(*x), draw.normal(*w, scale=0.5)] + ([draw.normal(w[0])] if bias else [])
        pads = pads or attributes.get("pads", [0] * 2 * rank)
        strides, dilations = (attributes.get(k, [1] * rank) for k in ("strides", "dilations"))

        def run(x, w, b=None):
            return convolve[rank](F.pad(x, both_ends(pads)), w, b, strides, 0, dilations, attributes.get("group", 1))

        return op(f"Conv {name}", "Conv", run, inputs, attributes, f"torch.nn.functional.conv{rank}d")

    for upper in (True, False):
        auto = {"auto_pad": "SAME_UPPER" if upper else "SAME_LOWER", "strides": [2, 1]}
        pads = same_pads((5, 4), (2, 2), (2, 1), upper)
        yield conv(auto["auto_pad"], (1, 2, 5, 4), (2, 2, 2, 2), auto, pads=pads)
    yield conv("VALID", (1, 1, 4, 4), (2, 1, 3, 3), {"auto_pad": "VALID"})
    yield conv("pointwise", (2, 3, 3, 2), (4, 3, 1, 1), {})
    yield conv("pointwise strides", (1, 3, 4, 5), (2, 3, 1, 1), {"strides": [2, 2]}, bias=False)
    yield conv("pads beyond the window", (1, 2, 2, 3), (2, 2, 2, 1), {"pads": [2, 2, 2, 2]})
    yield conv("strides beyond the window", (1, 2, 7, 8), (2, 2, 2, 2), {"strides": [3, 4]})
    yield conv("depthwise multiplier strides", (1, 2, 6, 5), (4, 1, 3, 3), {"group": 2, "strides": [2, 2], "pads": [1, 1, 1, 1]})  # fmt: skip
    yield conv("groups dilations", (2, 4, 5, 4), (6, 2, 2, 2), {"group": 2, "dilations": [2, 1], "strides": [1, 2]})
    yield conv("separable 1x3", (1, 2, 3, 4), (2, 2, 1, 3), {"pads": [0, 1, 0, 1]})
    yield conv("3d", (1, 2, 3, 4, 3), (2, 2, 2, 3, 2), {"pads": [0, 1, 1, 1, 1, 0], "strides": [1, 2, 1]})
    yield conv("1d groups", (2, 4, 6), (4, 2, 3), {"group": 2, "dilations": [2]})

    transposed = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}

    def transpose(name, x, w, attributes, pads=None):
        rank, group = len(x) - 2, attributes.get("group", 1)
        inputs = [draw.normal(*x), draw.normal(*w, scale=0.5), draw.normal(w[1] * group)]
        pads = pads or attributes.get("pads", [0] * 2 * rank)
        strides, dilations = (attributes.get(k, [1] * rank) for k in ("strides", "dilations"))
        more = attributes.get("output_padding", [0] * rank)

        def run(x, w, b):
            # The whole result, lengthened by output_padding, of which the pads are cut off.
            y = transposed[rank](x, w, None, strides, 0, 0, group, dilations)
            y = F.pad(y, both_ends([0] * rank + more))
            y = F.pad(y, [-p for p in both_ends(pads)])
            return y + b.reshape(-1, *[1] * rank)

        label = f"torch.nn.functional.conv_transpose{rank}d"
        return op(f"ConvTranspose {name}", "ConvTranspose", run, inputs, attributes, label)

    yield transpose("unequal pads", (1, 2, 3, 3), (2, 2, 3, 3), {"pads": [1, 0, 0, 2], "strides": [2, 2]})
    yield transpose("strides beyond the window", (1, 2, 2, 3), (2, 1, 2, 1), {"strides": [3, 2]})
    yield transpose("groups", (1, 4, 3, 2), (4, 2, 2, 3), {"group": 2, "strides": [2, 1], "pads": [0, 1, 0, 1]})
    yield transpose("1d", (2, 2, 4), (2, 3, 3), {"strides": [2], "pads": [1, 1], "output_padding": [1]})
    yield transpose("3d", (1, 2, 2, 2, 2), (2, 1, 2, 2, 2), {"strides": [1, 2, 1], "dilations": [2, 1, 1]})
    yield transpose("output shape", (1, 1, 3, 3), (1, 2, 3, 3), {"strides": [2, 2], "output_shape": [6, 7]}, pads=[1, 0, 0, 0])  # fmt: skip
    yield transpose("SAME_UPPER", (1, 1, 3, 2), (1, 2, 3, 3), {"strides": [2, 2], "auto_pad": "SAME_UPPER"}, pads=[0, 0, 1, 1])  # fmt: skip
    yield transpose("SAME_LOWER", (1, 1, 3, 2), (1, 2, 3, 3), {"strides": [2, 2], "auto_pad": "SAME_LOWER"}, pads=[1, 1, 0, 0])  # fmt: skip


# --- pooling ---------------------------------------------------------------------


def pooling():
    draw = Draw(72)

    def attributes(kernel, strides=None, dilations=None, pads=None, **more):
        given = {"kernel_shape": list(kernel), "strides": strides, "dilations": dilations, "pads": pads}
        return {k: v for k, v in {**given, **more}.items() if v is not None}

    def parts(x, given, fill):
        rank = len(given["kernel_shape"])
        auto, pads = given.get("auto_pad"), given.get("pads", [0] * 2 * rank)
        strides = given.get("strides", [1] * rank)
        if auto in ("SAME_UPPER", "SAME_LOWER"):
            pads = same_pads(x.shape[2:], given["kernel_shape"], strides, auto == "SAME_UPPER")
        dilations = given.get("dilations", [1] * rank)
        return windows(x, given["kernel_shape"], strides, dilations, pads, fill, bool(given.get("ceil_mode"))), pads

    def maximum(x, given):
        # max over one axis gives the gradient to one element, argmax the first.
        cut, _ = parts(x, given, -torch.inf)
        return torch.gather(cut, -1, torch.argmax(cut, -1, keepdim=True))[..., 0]

    def mean(x, given):
        cut, pads = parts(x, given, 0)
        rank = len(given["kernel_shape"])
        counted = torch.ones_like(x[:1, :1])
        if given.get("count_include_pad"):
            counted = F.pad(counted, both_ends(pads), value=1)
            plain = {k: v for k, v in given.items() if k != "auto_pad"}
            weights, _ = parts(counted, {**plain, "pads": [0] * 2 * rank}, 0)
            weights = weights[(slice(None), slice(None), *(slice(0, n) for n in cut.shape[2:-1]))]
        else:
            weights, _ = parts(counted, given, 0)
        return cut.sum(-1) / weights.sum(-1)

    def norm(x, given):
        cut, _ = parts(x, given, 0)
        p = given.get("p", 2)
        return cut.abs().pow(p).sum(-1).pow(1 / p)

    def case(operator, name, x, given):
        function = {"MaxPool": maximum, "AveragePool": mean, "LpPool": norm}[operator]
        x = draw.normal(*x) if isinstance(x, tuple) else np.float32(x)
        label = {"MaxPool": "torch.argmax, torch.gather", "AveragePool": "torch.sum", "LpPool": "torch.pow, torch.sum"}
        return op(f"{operator} {name}", operator, lambda x: function(x, given), [x], given, label[operator])

    image = (2, 2, 7, 6)
    ties = np.maximum(0, draw.integers(1, 2, 6, 6, low=-3, high=3))
    shapes = {
        "3 by 2": attributes((3, 3), [2, 2]),
        "3 by 2, ceil": attributes((3, 3), [2, 2], ceil_mode=1),
        "3 by 2, pads": attributes((3, 3), [2, 2], pads=[1, 1, 1, 1]),
        "pads, ceil": attributes((3, 3), [3, 2], pads=[1, 0, 0, 1], ceil_mode=1),
        "2 by 2 with a rest": attributes((2, 2), [2, 2]),
        "2 by 2, ceil": attributes((2, 2), [2, 2], ceil_mode=1),
        "3 by 2 tiles": attributes((3, 2), [3, 2]),
        "window as large as the image": attributes((7, 6)),
        "gaps": attributes((2, 1), [3, 2]),
        "dilations": attributes((2, 3), [1, 2], dilations=[3, 2]),
        "SAME_UPPER": attributes((2, 3), [2, 1], auto_pad="SAME_UPPER"),
        "SAME_LOWER": attributes((2, 3), [2, 1], auto_pad="SAME_LOWER"),
        "VALID": attributes((2, 3), [2, 1], auto_pad="VALID"),
    }
    for operator in ("MaxPool", "AveragePool", "LpPool"):
        for name, given in shapes.items():
            yield case(operator, name, image, given)
        yield case(operator, "1d", (2, 2, 7), attributes((3,), [2], pads=[1, 0]))
        yield case(operator, "1d tiles", (2, 2, 7), attributes((2,), [2]))
        yield case(operator, "3d", (1, 2, 3, 4, 3), attributes((2, 2, 2), [1, 2, 1], pads=[0, 0, 1, 0, 0, 0]))
        yield case(operator, "3d tiles", (1, 1, 4, 2, 3), attributes((2, 2, 3), [2, 2, 3]))
    for name in ("3 by 2", "3 by 2, pads", "2 by 2 with a rest", "3 by 2 tiles"):
        yield case("MaxPool", f"ties, {name}", ties, shapes[name])
    for name in ("3 by 2, pads", "pads, ceil", "SAME_UPPER"):
        yield case("AveragePool", f"{name}, counted", image, {**shapes[name], "count_include_pad": 1})
    inception = attributes((3, 3), [1, 1], pads=[1, 1, 1, 1], count_include_pad=1)
    yield case("AveragePool", "without strides, counted", (1, 2, 4, 4), inception)
    yield case("LpPool", "p 3", image, {**shapes["3 by 2"], "p": 3})
    yield case("LpPool", "p 1", image, {**shapes["3 by 2"], "p": 1})
    for rank in (1, 3):
        x = draw.normal(2, 2, *(3, 2, 4)[:rank])
        run = lambda x: x.mean(tuple(range(2, x.ndim)), keepdim=True)  # noqa: E731
        yield op(f"GlobalAveragePool {rank}d", "GlobalAveragePool", run, [x], {}, "torch.mean")
        run = lambda x: x.flatten(2).max(-1).values.reshape(2, 2, *[1] * (x.ndim - 2))  # noqa: E731
        yield op(f"GlobalMaxPool {rank}d", "GlobalMaxPool", run, [x], {}, "torch.max")


# --- normalisation ---------------------------------------------------------------


def normalization():
    draw = Draw(73)
    for groups in (1, 2, 4):
        inputs = [draw.normal(2, 4, 3, 2), draw.normal(4, mean=1), draw.normal(4)]
        run = lambda x, s, b, g=groups: F.group_norm(x, g, s, b, 1e-3)  # noqa: E731
        given = {"num_groups": groups, "epsilon": 1e-3}
        yield op(f"GroupNormalization {groups}", "GroupNormalization", run, inputs, given, "torch.nn.functional.group_norm")  # fmt: skip
    inputs = [draw.normal(2, 3, 5), draw.normal(3), draw.normal(3)]
    run = lambda x, s, b: F.instance_norm(x, weight=s, bias=b, eps=1e-2)  # noqa: E731
    yield op("InstanceNormalization 1d", "InstanceNormalization", run, inputs, {"epsilon": 1e-2}, "torch.nn.functional.instance_norm")  # fmt: skip
    for size, channels in ((5, 7), (3, 2), (1, 2), (7, 3)):
        given = {"size": size, "alpha": 0.2, "beta": 0.6, "bias": 1.5}

        def run(x, size=size):
            below, above = (size - 1) // 2, -(-(size - 1) // 2)
            squares = F.pad(x * x, (0, 0, 0, 0, below, above))
            total = sum(squares[:, i : i + x.shape[1]] for i in range(size))
            return x / (1.5 + 0.2 / size * total) ** 0.6

        x = draw.normal(2, channels, 2, 3)
        yield op(f"LRN {size} of {channels}", "LRN", run, [x], given, "x / (bias + alpha / size * torch.sum) ** beta")

    def batch(x, scale, bias, mean, variance, epsilon, momentum):
        axes = [axis for axis in range(x.ndim) if axis != 1]
        along = lambda v: v.reshape(-1, *[1] * (x.ndim - 2))  # noqa: E731
        m, v = x.mean(axes), x.var(axes, correction=0)
        y = (x - along(m)) / torch.sqrt(along(v) + epsilon) * along(scale) + along(bias)
        return y, mean * momentum + m * (1 - momentum), variance * momentum + v * (1 - momentum)

    for shape in ((4, 3), (2, 3, 2, 3), (2, 2, 3)):
        c = shape[1]
        inputs = [draw.normal(*shape), draw.normal(c, mean=1), draw.normal(c), draw.normal(c), draw.uniform(c, low=0.5)]
        given = {"training_mode": 1, "momentum": 0.7, "epsilon": 1e-3}
        run = lambda *x: batch(*x, 1e-3, 0.7)  # noqa: E731
        yield op(f"BatchNormalization training rank {len(shape)}", "BatchNormalization", run, inputs, given, "torch.mean, torch.var")  # fmt: skip


# --- resizing --------------------------------------------------------------------


def resizing():
    draw = Draw(74)
    torch_modes = {
        ("nearest", "asymmetric"): ("nearest", None),
        ("nearest", "half_pixel"): ("nearest-exact", None),
        ("linear", "half_pixel"): ("bilinear", False),
        ("linear", "pytorch_half_pixel"): ("bilinear", False),
        ("linear", "align_corners"): ("bilinear", True),
        ("cubic", "half_pixel"): ("bicubic", False),
        ("cubic", "align_corners"): ("bicubic", True),
    }
    for (mode, coordinates), (kind, corners) in torch_modes.items():
        for before, after in (((2, 3), (4, 6)), ((4, 5), (2, 3)), ((3, 4), (5, 4)), ((5, 3), (1, 7))):
            given = {"mode": mode, "coordinate_transformation_mode": coordinates}
            if mode == "nearest":
                given["nearest_mode"] = "floor" if coordinates == "asymmetric" else "round_prefer_ceil"
            if coordinates == "pytorch_half_pixel" and after[0] == 1:
                continue  # torch has left this special case
            x = draw.normal(1, 2, *before)
            inputs = [x, None, None, np.array([1, 2, *after])]
            run = lambda x, r, s, n, k=kind, c=corners, a=after: F.interpolate(x, a, mode=k, align_corners=c)  # noqa: E731
            name = f"Resize {mode} {coordinates} {before[0]}x{before[1]} to {after[0]}x{after[1]}"
            yield op(name, "Resize", run, inputs, given, "torch.nn.functional.interpolate", wrt=[0])
    for kind, mode in (("bilinear", "linear"), ("bicubic", "cubic")):
        for before, after in (((6, 5), (3, 2)), ((4, 6), (3, 8))):
            # torch's filter has the coefficient of Pillow here, and ends with the image.
            given = {"mode": mode, "antialias": 1, "cubic_coeff_a": -0.5, "exclude_outside": 1}
            inputs = [draw.normal(1, 2, *before), None, None, np.array([1, 2, *after])]
            run = lambda x, r, s, n, k=kind, a=after: F.interpolate(x, a, mode=k, antialias=True)  # noqa: E731
            name = f"Resize {mode} antialias {before[0]}x{before[1]} to {after[0]}x{after[1]}"
            yield op(name, "Resize", run, inputs, given, "torch.nn.functional.interpolate", wrt=[0])
    scales = np.float32([1, 1, 1.5, 2.5])
    given = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
    run = lambda x, r, s: F.interpolate(x, scale_factor=(1.5, 2.5), mode="bilinear", recompute_scale_factor=False)  # noqa: E731
    inputs = [draw.normal(1, 1, 3, 3), None, scales]
    yield op("Resize linear scales with a rest", "Resize", run, inputs, given, "torch.nn.functional.interpolate", wrt=[0])  # fmt: skip
    inputs = [draw.normal(2, 3, 4), None, None, np.array([2, 3, 7])]
    run = lambda x, *_: F.interpolate(x, 7, mode="linear")  # noqa: E731
    yield op("Resize linear 1d", "Resize", run, inputs, {"mode": "linear"}, "torch.nn.functional.interpolate", wrt=[0])
    inputs = [draw.normal(1, 1, 2, 3, 2), None, np.float32([1, 1, 2, 1, 3])]
    run = lambda x, *_: F.interpolate(x, (4, 3, 6), mode="nearest")  # noqa: E731
    nearest = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    yield op("Resize nearest 3d", "Resize", run, inputs, nearest, "torch.nn.functional.interpolate", wrt=[0])


FAMILIES = {
    "convolution": convolution,
    "pooling": pooling,
    "normalization": normalization,
    "resizing": resizing,
}


if __name__ == "__main__":
    torch.set_num_threads(1)
    run_script(__file__, FAMILIES, golden, check, "in ONNX Runtime", packages=("torch",))
