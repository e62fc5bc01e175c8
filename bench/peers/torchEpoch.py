"""epoch-pictures in PyTorch: whole epochs by a DataLoader on a folder of JPEGs."""

import time

import numpy as np
import torch
import torch.nn.functional as F
from common import private_memory, report
from pictureFolder import BATCH, EPOCHS, WORKERS, Pictures
from torchCommon import layout, learning
from torchPictures import picture_network


class Augmented(torch.utils.data.Dataset):
    def __init__(self, pictures):
        self.pictures = pictures
        self.random = np.random.default_rng(1)

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, index):
        picture = np.ascontiguousarray(self.pictures.picture(index, self.random))
        return torch.from_numpy(picture).permute(2, 0, 1), self.pictures.files[index][1]


def main():
    data = Augmented(Pictures())
    loader = torch.utils.data.DataLoader(
        data, BATCH, shuffle=True, num_workers=WORKERS, persistent_workers=WORKERS > 0
    )
    model, optimizer = picture_network("cnn", data.pictures.classes)
    samples, losses = [], []
    for _ in range(EPOCHS):
        total, start = 0.0, time.perf_counter()
        for images, labels in loader:
            optimizer.zero_grad(set_to_none=True)
            x = images.to(torch.float32, memory_format=layout()).div_(255)
            loss = F.cross_entropy(model(x), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
        samples.append((time.perf_counter() - start) * 1e3 / len(data))
        losses.append(total / len(data))
    workers = loader._iterator._workers if WORKERS else []
    others = sum(private_memory(worker.pid) for worker in workers)
    report(samples[1:], torch.__version__, others, **learning(model, losses))


main()
