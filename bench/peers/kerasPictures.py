"""The networks of bench/imago/pictures in Keras, by the same names."""

import keras
from keras import layers


def conv(x, filters, side=3, stride=1):
    layer = layers.Conv2D(
        filters, side, stride, padding="same", activation="relu", kernel_initializer="he_normal"
    )
    return layer(x)


def means(x, classes):
    return layers.Dense(classes, activation="softmax")(layers.GlobalAveragePooling2D()(x))


def separable_cnn(x, classes):
    """The course's network of separable convolutions."""
    for filters in (32, 64, None, 64, 128, None, 64, 128):
        layer = layers.SeparableConv2D(filters, 3, activation="relu") if filters else layers.MaxPooling2D(2)
        x = layer(x)
    x = layers.Dense(32, activation="relu")(layers.GlobalAveragePooling2D()(x))
    return layers.Dense(classes, activation="softmax")(x)


def cnn(x, classes, pooled=True):
    pool = layers.MaxPooling2D(2) if pooled else lambda y: y
    x = pool(conv(conv(x, 32), 32))
    x = pool(conv(conv(x, 64), 64))
    return means(conv(x, 128), classes)


def normed(x, filters, side, stride=1):
    y = layers.Conv2D(filters, side, stride, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    return layers.BatchNormalization(epsilon=1e-5)(y)


def resnet20(x, classes):
    """He's network for CIFAR, three stages of three blocks, with projections (option B)."""
    x = layers.ReLU()(normed(x, 16, 3))
    for filters in (16, 32, 64):
        for index in range(3):
            stride = 2 if index == 0 and filters > 16 else 1
            inner = normed(layers.ReLU()(normed(x, filters, 3, stride)), filters, 3)
            around = x if stride == 1 else normed(x, filters, 1, stride)
            x = layers.ReLU()(layers.Add()([inner, around]))
    return means(x, classes)


def inception(x, classes):
    """The course's four branches, each halving the size."""
    a = conv(x, 128, 1, 2)
    b = conv(conv(x, 128, 1), 128, 3, 2)
    c = conv(layers.AveragePooling2D(3, 2, padding="same")(x), 128)
    d = conv(conv(conv(x, 128, 1), 128), 128, 3, 2)
    return means(layers.Concatenate()([a, b, c, d]), classes)


def fine_tuned(x, classes, whole):
    """SqueezeNet 1.0 with poolings that round up, weights by He, and a new head."""

    def he(y, filters, side, stride=1, padding="same"):
        layer = layers.Conv2D(
            filters, side, stride, padding, activation="relu", kernel_initializer="he_normal", trainable=whole
        )
        return layer(y)

    def pool(y):
        return layers.MaxPooling2D(3, 2)(layers.ZeroPadding2D(((0, 1), (0, 1)))(y))

    x = pool(he(x, 96, 7, 2, "valid"))
    for number, squeeze in enumerate((16, 16, 32, 32, 48, 48, 64, 64), 2):
        few = he(x, squeeze, 1)
        x = layers.Concatenate()([he(few, 4 * squeeze, 1), he(few, 4 * squeeze, 3)])
        if number in (4, 8):
            x = pool(x)
    return means(x, classes)


NETWORKS = {
    "separable-cnn": separable_cnn,
    "cnn": cnn,
    "cnn-plain": lambda x, classes: cnn(x, classes, pooled=False),
    "resnet20": resnet20,
    "inception": inception,
    "finetune-squeezenet-head": lambda x, classes: fine_tuned(x, classes, whole=False),
    "finetune-squeezenet-whole": lambda x, classes: fine_tuned(x, classes, whole=True),
}


def picture_network(name, side, channels=3, classes=10, scale=None, loss="categorical_crossentropy"):
    """A compiled network; with a scale the images are multiplied by it first."""
    keras.utils.set_random_seed(0)
    image = keras.Input((side, side, channels))
    x = image if scale is None else layers.Rescaling(scale)(image)
    model = keras.Model(image, NETWORKS[name](x, classes))
    sgd = keras.optimizers.SGD(learning_rate=0.01, momentum=0.9)
    model.compile("rmsprop" if name == "separable-cnn" else sgd, loss)
    return model
