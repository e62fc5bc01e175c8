"""mlp-mnist in PyTorch, on random pixels of MNIST's shape: the time does not depend on them."""

import os

import torch
from torch import nn
from torchCommon import report_steps, steps_of

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
update = {os.environ.get("IMAGO_BENCH_UPDATE", "foreach"): True}
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7, **update)
pixels = torch.rand(128, 784)
labels = torch.randint(0, 10, (128,))
report_steps(model, steps_of(model, optimizer, lambda: pixels, labels), count=200, warm_up=20)
