"""The classic Keras example "LSTM text generation", trained with Keras 3 on JAX.

Next-character prediction on the writings of Nietzsche: lower-cased text cut into
windows of 60 characters every 3 characters, one-hot, LSTM(128), Dense(softmax),
RMSprop(learning_rate=0.01), categorical cross-entropy, batches of 128, shuffled.

Run as:  python goldens/nietzsche/train.py path/to/nietzsche.txt [options]

Appends to keras.jsonl beside this script: a header line that describes the run,
then one line an epoch, with the running average of the training loss that `fit`
reports and the seconds the epoch took.

The windows are fed as character numbers and become one-hot inside the model:
the numbers that reach the LSTM are the same as when one-hot arrays are fed, and
memory stays small. The process keeps itself to one thread.
"""

import argparse
import json
import os
import platform
import time
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import jax  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402


def read_windows(path, length, step):
    """Character numbers of all windows [n, length], their next characters [n], the alphabet."""
    text = Path(path).read_text(encoding="utf-8").lower()
    alphabet = sorted(set(text))
    number = {character: i for i, character in enumerate(alphabet)}
    ids = np.array([number[character] for character in text], dtype=np.int32)
    starts = np.arange(0, len(ids) - length, step)
    windows = ids[starts[:, None] + np.arange(length)]
    return text, windows, ids[starts + length], alphabet


def build_model(length, symbols, units):
    inputs = keras.Input((length,), dtype="int32")
    one_hot = keras.layers.Lambda(
        lambda x: keras.ops.one_hot(x, symbols), output_shape=(length, symbols)
    )(inputs)
    hidden = keras.layers.LSTM(units)(one_hot)
    return keras.Model(inputs, keras.layers.Dense(symbols, activation="softmax")(hidden))


class EpochLines(keras.callbacks.Callback):
    """Writes one JSON line an epoch and prints progress every hundred steps."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        if (batch + 1) % 100 == 0:
            seconds = time.perf_counter() - self.began
            print(f"step {batch + 1}  loss {logs['loss']:.4f}  {seconds:.0f} s", flush=True)

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self.began
        write_line(
            self.path,
            {"epoch": epoch + 1, "loss": float(logs["loss"]), "seconds": round(seconds, 1)},
        )
        print(f"epoch {epoch + 1}  loss {logs['loss']:.4f}  {seconds:.0f} s", flush=True)


def write_line(path, record):
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="nietzsche.txt")
    parser.add_argument("--out", default=Path(__file__).with_name("keras.jsonl"), type=Path)
    parser.add_argument("--epochs", default=20, type=int)
    parser.add_argument("--seed", default=1, type=int)
    parser.add_argument("--length", default=60, type=int)
    parser.add_argument("--step", default=3, type=int)
    parser.add_argument("--units", default=128, type=int)
    parser.add_argument("--batch", default=128, type=int)
    parser.add_argument("--rate", default=0.01, type=float)
    args = parser.parse_args()

    keras.utils.set_random_seed(args.seed)
    text, windows, targets, alphabet = read_windows(args.text, args.length, args.step)
    answers = np.zeros((len(targets), len(alphabet)), dtype=np.float32)
    answers[np.arange(len(targets)), targets] = 1
    model = build_model(args.length, len(alphabet), args.units)
    model.compile(
        optimizer=keras.optimizers.RMSprop(learning_rate=args.rate),
        loss="categorical_crossentropy",
    )
    model.summary()
    write_line(
        args.out,
        {
            "madeBy": "goldens/nietzsche/train.py",
            "versions": {
                "keras": keras.__version__,
                "jax": jax.__version__,
                "numpy": np.__version__,
                "python": platform.python_version(),
            },
            "seed": args.seed,
            "characters": len(text),
            "symbols": len(alphabet),
            "windows": len(windows),
            "length": args.length,
            "step": args.step,
            "units": args.units,
            "batch": args.batch,
            "optimizer": {"name": "rmsprop", "learningRate": args.rate},
            "loss": "running average of categorical_crossentropy over the epoch, as fit reports it",
        },
    )
    model.fit(
        windows,
        answers,
        batch_size=args.batch,
        epochs=args.epochs,
        shuffle=True,
        verbose=0,
        callbacks=[EpochLines(args.out)],
    )


if __name__ == "__main__":
    main()
