"""mlp-mnist in Keras, on random pixels of MNIST's shape."""

import keras
import numpy as np
from kerasCommon import report_steps

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input((784,)),
        keras.layers.Dense(512, activation="relu"),
        keras.layers.Dense(512, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy")
random = np.random.default_rng(0)
pixels = random.random((128, 784), dtype="float32")
labels = random.integers(0, 10, 128)
report_steps(model, pixels, labels, count=100, warm_up=10)
