"""What the runners in Keras share: how a run of steps is timed and reported."""

import keras
from common import report, time_each


def learning(model, losses):
    """Weights without running statistics, so many of them trained, and the first and last loss."""
    statistics = [
        each
        for layer in model.layers
        if isinstance(layer, keras.layers.BatchNormalization)
        for each in layer.non_trainable_weights[-2:]
    ]
    return {
        "parameters": model.count_params() - sum(each.value.size for each in statistics),
        "trained": sum(each.value.size for each in model.trainable_weights),
        "firstLoss": float(f"{losses[0]:.4g}"),
        "lastLoss": float(f"{losses[-1]:.4g}"),
        "backend": keras.backend.backend(),
    }


def report_steps(model, x, y, count, warm_up):
    losses = [model.train_on_batch(x, y)]
    samples = time_each(lambda: model.train_on_batch(x, y), count, warm_up - 1)
    # What train_on_batch gives is the mean since metrics were last reset.
    model.reset_metrics()
    losses.append(model.train_on_batch(x, y))
    report(samples, keras.__version__, **learning(model, losses))
