"""first-step in Keras: from the start of the process to the end of the first training step."""

import os
import time

import keras
from common import report
from kerasRecurrent import recurrent_training

model, x, y = recurrent_training()
model.train_on_batch(x, y)
elapsed = time.time() * 1e3 - float(os.environ["IMAGO_BENCH_STARTED"])
report([elapsed], keras.__version__, backend=keras.backend.backend())
