"""The folder of pictures of epoch-pictures in Python: its files, and what is done to each picture."""

import os
from pathlib import Path

import numpy as np
from PIL import Image

SIDE, BATCH, EPOCHS, SHIFT = 64, 64, 3, 6
WORKERS = int(os.environ.get("IMAGO_BENCH_WORKERS", "0"))


def decode(path):
    """uint8 [height, width, 3]; the files have the right size."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def augment(picture, random):
    """A flip and a shift of whole pixels, by up to a tenth of the side, what lies beyond the edges reflected."""
    if random.random() < 0.5:
        picture = picture[:, ::-1]
    down, across = random.integers(0, 2 * SHIFT + 1, 2)
    padded = np.pad(picture, ((SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0)), "symmetric")
    return padded[down : down + SIDE, across : across + SIDE]


class Pictures:
    """Pictures by number, decoded whenever they are asked for, or beforehand with IMAGO_BENCH_HELD."""

    def __init__(self):
        folders = sorted(Path(os.environ["IMAGO_BENCH_FOLDER"], "pictures").iterdir())
        self.classes = len(folders)
        self.files = [(file, label) for label, folder in enumerate(folders) for file in sorted(folder.iterdir())]
        held = os.environ.get("IMAGO_BENCH_HELD") == "1"
        self.held = [decode(file) for file, _ in self.files] if held else None

    def __len__(self):
        return len(self.files)

    def picture(self, index, random):
        return augment(decode(self.files[index][0]) if self.held is None else self.held[index], random)
