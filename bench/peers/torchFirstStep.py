"""first-step in PyTorch: from the start of the process to the end of the first training step."""

import os
import time

import torch
from common import report
from torchRecurrent import training_step

_, step = training_step()
step()
report([time.time() * 1e3 - float(os.environ["IMAGO_BENCH_STARTED"])], torch.__version__)
