"""lstm-step in Keras."""

import keras
from common import report, time_each
from kerasLstm import training_step

report(time_each(training_step(), count=20, warm_up=4), keras.__version__, backend=keras.backend.backend())
