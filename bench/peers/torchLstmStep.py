"""lstm-step in PyTorch."""

import torch
from common import report, time_each
from torchLstm import training_step

report(time_each(training_step(), count=40, warm_up=8), torch.__version__, threads=torch.get_num_threads())
