"""From the camelCase descriptions in the goldens to Keras objects."""

from common import snake

import keras

TORCH = keras.backend.backend() == "torch"
LAYERS = {"gru": "GRU", "lstm": "LSTM", "prelu": "PReLU", "relu": "ReLU", "elu": "ELU"} | {
    "leakyRelu": "LeakyReLU",
    "rmsNormalization": "RMSNormalization",
}
OPTIMIZERS = {"sgd": "SGD", "rmsprop": "RMSprop"}


# --- where Keras on torch differs from Keras on its other backends ---------------


def follow_the_other_backends():
    """Two corrections of Keras 3.15 on torch, so that the goldens hold what the other backends compute."""
    from keras.src.backend import nn

    # A shortcut in layerNormalization that fails for an axis other than the last.
    keras.src.ops.nn.is_continuous_axis = lambda axis: False

    # Average pooling with padding "same": torch repeats the border where it must pad unequally,
    # and averages over the copies. The others average over the elements inside the image.
    plain = nn.average_pool

    def average_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
        if padding != "same":
            return plain(inputs, pool_size, strides, padding, data_format)
        sides = [
            nn._compute_padding_length(length, pool, stride)
            for length, pool, stride in zip(inputs.shape[1:-1], pool_size, strides or pool_size)
        ]

        def pool(x):
            padded = keras.ops.pad(x, [(0, 0), *sides, (0, 0)])
            return plain(padded, pool_size, strides, "valid", data_format)

        return pool(inputs) / pool(keras.ops.ones_like(inputs))

    nn.average_pool = average_pool


if TORCH:
    follow_the_other_backends()


# --- from a case's description to Keras ------------------------------------------


def make_layer(layer, config):
    """The Keras layer that a camelCase name and config describe."""
    name = LAYERS.get(layer) or pascal(layer)
    name = name.replace("1d", "1D").replace("2d", "2D")
    return getattr(keras.layers, name)(**options(config))


def argument(value):
    if isinstance(value, str):
        return snake(value)
    if isinstance(value, dict) and "layer" in value:
        return make_layer(value["layer"], value["config"])
    if isinstance(value, dict) and "schedule" in value:
        return getattr(keras.optimizers.schedules, pascal(value["schedule"]))(**options(value["config"]))
    if isinstance(value, dict) and "name" in value:  # an activation, regularizer or constraint with options
        return named(value["name"], options({k: v for k, v in value.items() if k != "name"}))
    if isinstance(value, list):
        return tuple(argument(item) for item in value)
    return value


def named(name, keywords):
    for family in (keras.regularizers, keras.constraints):
        if hasattr(family, pascal(name)):
            return getattr(family, pascal(name))(**keywords)
    function = getattr(keras.activations, snake(name))
    return lambda x: function(x, **keywords)


def options(config):
    """Keras's keyword arguments for a camelCase config."""
    return {snake(k): argument(v) for k, v in config.items()}


def pascal(name):
    return name[0].upper() + name[1:]


def make_optimizer(optimizer, config):
    """The Keras optimizer that a camelCase name and config describe."""
    return getattr(keras.optimizers, OPTIMIZERS.get(optimizer) or pascal(optimizer))(**options(config))


def draw_weight(variable, draw):
    """Random values for a layer's weight: biases too, scales around one, variances positive."""
    shape = tuple(variable.shape)
    if "variance" in variable.name:
        return draw.uniform(*shape, low=0.5, high=1.5)
    if variable.name in ("gamma", "scale"):
        return draw.normal(*shape, scale=0.3, mean=1)
    return draw.normal(*shape, scale=0.5)
