"""dream-squeezenet and dream-googlenet in PyTorch: one step of normalised gradient ascent."""

import sys

import torch
from common import report, time_each
from torchClassifiers import googlenet, network, noise, squeezenet


def main():
    make, layer = (googlenet, "inception4e") if sys.argv[1] == "googlenet" else (squeezenet, "fire8")
    net = network(make, [layer])
    pixels = noise(400).requires_grad_()

    def step():
        loss = net(pixels)[layer].square().mean()
        (gradient,) = torch.autograd.grad(loss, pixels)
        with torch.no_grad():
            pixels.add_(gradient, alpha=0.8 / gradient.abs().mean().item()).clamp_(0, 255)
        return loss.item()

    report(time_each(step, count=20, warm_up=3), torch.__version__, threads=torch.get_num_threads())


main()
