"""A file written by the Python package safetensors, and what is in it.

Writes reference.safetensors (every element type that Imago has, a scalar, an empty
tensor, a name with a quotation mark and one that is not ASCII), half.safetensors, whose
elements of 16 bits Imago reads as float32, and foreign.safetensors, whose element type it
refuses. The values are those of the test beside the reader.
"""

from pathlib import Path

import numpy as np
from safetensors import TensorSpec, serialize_file
from safetensors.numpy import save_file

FOLDER = Path(__file__).parent

tensors = {
    "dense/kernel": np.array([[0.5, -1.25, 3.0], [2.0, 0.0, -0.125]], dtype=np.float32),
    "10": np.array([1e-300, 2.5], dtype=np.float64),
    "2": np.array([-7, 2**31 - 1], dtype=np.int32),
    "steps": np.array(-(2**63), dtype=np.int64),
    "bytes": np.array([0, 127, 255], dtype=np.uint8),
    "mask": np.array([[True], [False]], dtype=np.bool_),
    "counter": np.array([2**32 - 1], dtype=np.uint32),
    "state": np.array([2**64 - 1, 1], dtype=np.uint64),
    'quoted "name"': np.zeros((0, 3), dtype=np.float32),
    "größe": np.array([1.0], dtype=np.float32),
}
save_file(tensors, FOLDER / "reference.safetensors", metadata={"made by": "goldens/safetensors/make.py"})

halves = np.array([[1.5, -0.0, 65504.0], [2.0**-24, np.inf, -0.1]], dtype=np.float16)
# NumPy has no bfloat16: the upper halves of float32.
singles = np.array([1.5, -(2.0**100), np.inf, 0.15625], dtype=np.float32)
brains = (singles.view(np.uint32) >> 16).astype(np.uint16)


def spec(dtype: str, array: np.ndarray) -> TensorSpec:
    return TensorSpec(dtype=dtype, shape=array.shape, data_ptr=array.ctypes.data, data_len=array.nbytes)


serialize_file(
    {"half": spec("float16", halves), "brain": spec("bfloat16", brains)},
    FOLDER / "half.safetensors",
)
save_file({"short": np.zeros(2, dtype=np.int16)}, FOLDER / "foreign.safetensors")

for path in FOLDER.glob("*.safetensors"):
    path.chmod(0o644)
