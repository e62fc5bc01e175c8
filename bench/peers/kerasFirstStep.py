"""first-step in Keras: from the start of the process to the end of the first training step."""

import os
import time

import keras
from common import report
from kerasLstm import training_step

training_step()()
elapsed = time.time() * 1e3 - float(os.environ["IMAGO_BENCH_STARTED"])
report([elapsed], keras.__version__, backend=keras.backend.backend())
