"""Keras's networks as Keras exports them to ONNX (torch backend): batch normalisation in parts, channels last.

python keras_export.py    -> NAME.onnx and keras_exported.json, of the form of exported.json (see torch_make.py)
"""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras  # noqa: E402
import numpy as np  # noqa: E402
import torch_make as made  # noqa: E402

EXPORTS = {
    "MobileNetV2-keras": (keras.applications.MobileNetV2, dict(alpha=0.35), 32, ["mobileNetV2", {"width": 0.35}]),
    "DenseNet121-keras": (keras.applications.DenseNet121, {}, 32, ["denseNet121", {}]),
    "InceptionV3-keras": (keras.applications.InceptionV3, {}, 75, ["inceptionV3", {}]),
}


def exported(name):
    build, options, size, imago = EXPORTS[name]
    keras.backend.clear_session()
    model = build(
        weights=None, classes=made.CLASSES, classifier_activation=None, input_shape=(size, size, 3), **options
    )
    x = np.ascontiguousarray(made.image(size).transpose(0, 2, 3, 1))
    model(x)  # it exports no model that was never called
    path = os.path.join(made.HERE, f"{name}.onnx")
    model.export(path, format="onnx", verbose=False)
    return made.stripped(name, path, imago, size, x)


made.save("keras_exported.json", [exported(name) for name in EXPORTS])
