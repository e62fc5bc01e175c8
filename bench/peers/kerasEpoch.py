"""epoch-pictures in Keras: whole epochs by `fit` on a folder of JPEGs."""

import time

import keras
import numpy as np
from common import report
from kerasCommon import learning
from kerasPictures import picture_network
from pictureFolder import BATCH, EPOCHS, SIDE, WORKERS, Pictures


class Batches(keras.utils.PyDataset):
    def __init__(self, pictures):
        super().__init__(workers=WORKERS)
        self.pictures = pictures
        self.random = np.random.default_rng(1)
        self.on_epoch_end()

    def on_epoch_end(self):
        self.order = self.random.permutation(len(self.pictures))

    def __len__(self):
        return -(-len(self.pictures) // BATCH)

    def __getitem__(self, index):
        chosen = self.order[index * BATCH : (index + 1) * BATCH]
        images = np.stack([self.pictures.picture(each, self.random) for each in chosen])
        labels = np.array([self.pictures.files[each][1] for each in chosen], "int32")
        return images.astype("float32"), labels


class Clock(keras.callbacks.Callback):
    samples = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.samples.append((time.perf_counter() - self.start) * 1e3)


def main():
    pictures = Pictures()
    model = picture_network(
        "cnn", SIDE, classes=pictures.classes, scale=1 / 255, loss="sparse_categorical_crossentropy"
    )
    clock = Clock()
    history = model.fit(Batches(pictures), epochs=EPOCHS, verbose=0, callbacks=[clock]).history
    samples = [each / len(pictures) for each in clock.samples]
    report(samples[1:], keras.__version__, **learning(model, history["loss"]))


main()
