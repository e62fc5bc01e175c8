"""mlp-mnist in PyTorch, on random pixels of MNIST's shape: the time does not depend on them."""

import torch
import torch.nn.functional as F
from common import report, time_each
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7, foreach=True)
pixels = torch.rand(128, 784)
labels = torch.randint(0, 10, (128,))


def step():
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(model(pixels), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


report(time_each(step, count=200, warm_up=20), torch.__version__, threads=torch.get_num_threads())
