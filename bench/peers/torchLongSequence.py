"""long-sequence in PyTorch: the first training step over many time steps."""

import sys
import time

import torch
from common import report
from torchRecurrent import training_step

start = time.perf_counter()
_, step = training_step(batch=8, length=int(sys.argv[1]))
step()
report([(time.perf_counter() - start) * 1e3], torch.__version__, threads=torch.get_num_threads())
