"""The classic character network in Keras."""

import keras
import numpy as np


def training_step(batch=128, length=60, symbols=58, units=128):
    """A function that does one training step on fixed random data."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((length, symbols)),
            keras.layers.LSTM(units),
            keras.layers.Dense(symbols, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.RMSprop(learning_rate=0.01), "categorical_crossentropy")
    random = np.random.default_rng(0)
    eye = np.eye(symbols, dtype="float32")
    x = eye[random.integers(0, symbols, (batch, length))]
    y = eye[random.integers(0, symbols, batch)]
    return lambda: model.train_on_batch(x, y)
