"""lstm-step and gru-step in Keras."""

import sys

from kerasCommon import report_steps
from kerasRecurrent import recurrent_training

report_steps(*recurrent_training(cell=sys.argv[1]), count=20, warm_up=4)
