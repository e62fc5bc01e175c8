"""A training step of a network of pictures in Keras: NAME SIDE BATCH WARM-UP COUNT."""

import sys

import numpy as np
from kerasCommon import report_steps
from kerasPictures import picture_network

name = sys.argv[1]
side, batch, warm_up, count = map(int, sys.argv[2:])
channels = 128 if name == "inception" else 3
model = picture_network(name, side, channels)
random = np.random.default_rng(0)
images = random.random((batch, side, side, channels), dtype="float32")
labels = np.eye(10, dtype="float32")[random.integers(0, 10, batch)]
report_steps(model, images, labels, count, warm_up)
