"""The classic character network in PyTorch: LSTM over one-hot symbols, the last state to a softmax."""

import torch
import torch.nn.functional as F
from torch import nn


class CharLstm(nn.Module):
    def __init__(self, symbols=58, units=128):
        super().__init__()
        self.lstm = nn.LSTM(symbols, units, batch_first=True)
        self.dense = nn.Linear(units, symbols)

    def forward(self, x, state=None):
        _, state = self.lstm(x, state)
        return self.dense(state[0][0]), state


def training_step(batch=128, length=60, symbols=58, units=128):
    """A function that does one training step on fixed random data."""
    torch.manual_seed(0)
    model = CharLstm(symbols, units)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.01, alpha=0.9, eps=1e-7, foreach=True)
    ids = torch.randint(0, symbols, (batch, length))
    target = torch.randint(0, symbols, (batch,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        logits, _ = model(F.one_hot(ids, symbols).float())
        loss = F.cross_entropy(logits, target)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step
