"""The classic character network in PyTorch: an LSTM or a GRU over one-hot symbols, the last state to a softmax."""

import torch
import torch.nn.functional as F
from torch import nn
from torchCommon import steps_of

CELLS = {"lstm": nn.LSTM, "gru": nn.GRU}


class CharNetwork(nn.Module):
    def __init__(self, symbols=58, units=128, cell="lstm"):
        super().__init__()
        self.recurrent = CELLS[cell](symbols, units, batch_first=True)
        self.dense = nn.Linear(units, symbols)

    def forward(self, x):
        _, state = self.recurrent(x)
        return self.dense((state[0] if isinstance(state, tuple) else state)[0])


def training_step(batch=128, length=60, symbols=58, units=128, cell="lstm"):
    """A network, and a function that does one training step on fixed random data."""
    torch.manual_seed(0)
    model = CharNetwork(symbols, units, cell)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.01, alpha=0.9, eps=1e-7, foreach=True)
    ids = torch.randint(0, symbols, (batch, length))
    target = torch.randint(0, symbols, (batch,))
    return model, steps_of(model, optimizer, lambda: F.one_hot(ids, symbols).float(), target)
