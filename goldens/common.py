"""What the golden scripts share: the JSON format, names, seeded data, precision.

Reference values are computed in float64 from float32 inputs, and each script
checks that the same computation in float32 agrees. A value is therefore right to
the last digit a float32 program can be asked for, and no case holds a number that
float32 could not reproduce, unless its file says so.
"""

import json
import math
import os
import platform
import re
import sys
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402

FOLDER = Path(__file__).parent


# --- numbers and tensors as JSON -------------------------------------------------


def number(value):
    """A number with 9 significant digits, which is enough for float32 to come back whole."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    short = float(f"{value:.9g}")
    whole = short.is_integer() and abs(short) < 1e9 and not (short == 0 and math.copysign(1, short) < 0)
    return int(short) if whole else short


def tensor(value, dtype=None):
    """{"dtype", "shape", "data"}; float64 is written as float32 unless dtype says otherwise."""
    value = to_numpy(value)
    if dtype is None:
        dtype = "float32" if value.dtype.kind == "f" else str(value.dtype)
    return {
        "dtype": dtype,
        "shape": list(value.shape),
        "data": [number(item) for item in value.ravel().tolist()],
    }


def to_numpy(value):
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    elif hasattr(value, "value") and hasattr(value, "path"):  # a Keras variable
        return to_numpy(value.value)
    return np.asarray(value)


def numbers(values):
    return [number(value) for value in values]


# --- files -----------------------------------------------------------------------


def versions(*names):
    import importlib.metadata as metadata

    found = {name: metadata.version(name) for name in (*names, "numpy")}
    return {**found, "python": platform.python_version()}


def write(script, name, cases, packages=("keras", "torch")):
    """Writes <name>.json beside the script, one case a line."""
    folder = Path(script).resolve().parent
    made_by = f"goldens/{folder.relative_to(FOLDER).as_posix()}/{Path(script).name}"
    head = json.dumps({"madeBy": made_by, "versions": versions(*packages)})
    seen = set()
    for case in cases:
        assert case["name"] not in seen, f"two cases are called {case['name']!r} in {name}"
        seen.add(case["name"])
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
    path = folder / f"{name}.json"
    path.write_text(f'{head[:-1]}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{path.relative_to(FOLDER)}: {len(cases)} cases, {path.stat().st_size / 1024:.0f} KB")


def run_script(script, families, golden, check, where, **options):
    """What a script does when it is run: makes the files of all families, or of those named as arguments.

    With --check nothing is written: `check(case, row)` holds each stored row against another computation,
    which `where` names.
    """
    names = [a for a in sys.argv[1:] if not a.startswith("-")] or families
    for name in names:
        cases = families[name]()
        if "--check" in sys.argv:
            print(f"{name} {where}")
            stored = json.loads(Path(script).with_name(f"{name}.json").read_text())["cases"]
            for case, row in zip(cases, stored, strict=True):
                check(case, row)
        else:
            write(script, name, [golden(case) for case in cases], **options)


# --- names: camelCase outside, snake_case in Keras -------------------------------


def snake(name):
    name = re.sub(r"^beta(?=\d$)", "beta_", name)
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def camel(name):
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


# --- seeded data -----------------------------------------------------------------


class Draw:
    """A seeded source of float32 numbers."""

    def __init__(self, seed):
        self.generator = np.random.default_rng(seed)

    def normal(self, *shape, scale=1.0, mean=0.0):
        return np.asarray(mean + scale * self.generator.standard_normal(shape), np.float32)

    def uniform(self, *shape, low=0.0, high=1.0):
        return self.generator.uniform(low, high, shape).astype(np.float32)

    def integers(self, *shape, low=0, high=10, dtype=np.int32):
        return self.generator.integers(low, high, shape).astype(dtype)

    def one_hot(self, *shape, classes):
        return np.eye(classes, dtype=np.float32)[self.generator.integers(0, classes, shape)]

    def probabilities(self, *shape):
        """Positive rows that sum to one."""
        raw = self.generator.uniform(0.1, 1.0, shape)
        return (raw / raw.sum(-1, keepdims=True)).astype(np.float32)


# --- precision -------------------------------------------------------------------


@contextmanager
def floats(dtype):
    """Keras computes in this dtype inside the block."""
    import keras

    old = keras.config.floatx()
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(old)
        keras.config.set_dtype_policy(old)


def distance(a, b):
    """Largest |a - b| / max(1, |b|); NaN equals NaN and an infinity equals itself."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    assert a.shape == b.shape, (a.shape, b.shape)
    if a.size == 0:
        return 0.0
    with np.errstate(invalid="ignore"):
        apart = np.abs(a - b) / np.maximum(1, np.abs(b))
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    return float(np.where(same, 0, np.where(np.isnan(apart), np.inf, apart)).max())


def agree(what, a, b, tolerance=1e-5):
    apart = distance(a, b)
    if not apart <= tolerance:
        sys.exit(f"{what}: float32 and float64 are {apart:.3g} apart")


def without_notes(model):
    """Without the exporter's notes, which name files of the machine."""
    for node in model.graph.node:
        del node.metadata_props[:]
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]:
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    del model.graph.value_info[:]
    return model.SerializeToString()
