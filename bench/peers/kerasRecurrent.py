"""The classic character network in Keras."""

import keras
import numpy as np

CELLS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


def recurrent_training(batch=128, length=60, symbols=58, units=128, cell="lstm"):
    """A compiled network, and fixed random data for it."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((length, symbols)),
            CELLS[cell](units),
            keras.layers.Dense(symbols, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.RMSprop(learning_rate=0.01), "categorical_crossentropy")
    random = np.random.default_rng(0)
    eye = np.eye(symbols, dtype="float32")
    x = eye[random.integers(0, symbols, (batch, length))]
    y = eye[random.integers(0, symbols, batch)]
    return model, x, y
