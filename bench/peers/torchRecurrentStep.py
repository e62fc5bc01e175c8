"""lstm-step and gru-step in PyTorch."""

import sys

from torchCommon import report_steps
from torchRecurrent import training_step

report_steps(*training_step(cell=sys.argv[1]), count=40, warm_up=8)
