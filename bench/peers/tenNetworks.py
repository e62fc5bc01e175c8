"""Ten networks one after the other in PyTorch, on the digits that bench/tenNetworks.ts wrote: FOLDER EPOCHS."""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

folder, epochs = sys.argv[1], int(sys.argv[2])


def read(name, dtype):
    with open(f"{folder}/{name}", "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype)


known_x, test_x = (read(f"{name}-x", torch.float32).reshape(-1, 784) for name in ("known", "test"))
known_y, test_y = (read(f"{name}-y", torch.int32).long() for name in ("known", "test"))


def train(seed):
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 100), nn.ReLU(), nn.Linear(100, 10))
    # The fastest of its three ways to update on this machine's processor.
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
    for _ in range(epochs):
        for rows in torch.randperm(len(known_y)).split(100):
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(network(known_x[rows]), known_y[rows]).backward()
            optimizer.step()
    return network


start, used = time.perf_counter(), time.process_time()
networks = [train(seed) for seed in range(10)]
seconds, processor = time.perf_counter() - start, time.process_time() - used
with torch.no_grad():
    shares = torch.stack([network(test_x).softmax(1) for network in networks])
wrong = (shares.argmax(2) != test_y).sum(1)
of_mean = (shares.mean(0).argmax(1) != test_y).sum()
print(
    json.dumps(
        {
            "seconds": seconds,
            "processor": processor,
            "errors": wrong.tolist(),
            "errorsOfMean": of_mean.item(),
        }
    )
)
