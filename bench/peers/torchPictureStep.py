"""A training step of a network of pictures in PyTorch: NAME SIDE BATCH WARM-UP COUNT."""

import sys

import torch
from torchCommon import layout, report_steps, steps_of
from torchPictures import picture_network

name = sys.argv[1]
side, batch, warm_up, count = map(int, sys.argv[2:])
model, optimizer = picture_network(name)
channels = 128 if name == "inception" else 3
images = torch.rand(batch, channels, side, side).to(memory_format=layout())
labels = torch.randint(0, 10, (batch,))
report_steps(model, steps_of(model, optimizer, lambda: images, labels), count, warm_up)
