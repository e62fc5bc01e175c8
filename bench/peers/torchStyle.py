"""style-vgg19-256 and -512 in PyTorch: one iteration of style transfer with Adam."""

import sys

import torch
from common import report, time_each
from torchClassifiers import network, noise, vgg19

SIDE = int(sys.argv[1])
CONTENT, STYLES = "conv4_2", [f"conv{stage}_1" for stage in range(1, 6)]


def gram(activation):
    features = activation.flatten(2)[0]
    return features @ features.T / features.shape[1]


def main():
    net = network(vgg19, [CONTENT, *STYLES])
    with torch.no_grad():
        content = net(noise(SIDE))[CONTENT]
        grams = {name: gram(value) for name, value in net(noise(SIDE)).items() if name in STYLES}
        scales = {name: 1 / value.square().mean() for name, value in grams.items()}
        content_scale = 1 / content.square().mean()
    pixels = noise(SIDE).requires_grad_()
    optimizer = torch.optim.Adam([pixels], lr=3, eps=1e-10)

    def step():
        optimizer.zero_grad(set_to_none=True)
        found = net(pixels)
        content_loss = (found[CONTENT] - content).square().mean() * content_scale
        styles = [(gram(found[name]) - grams[name]).square().mean() * scales[name] for name in STYLES]
        down = (pixels[:, :, 1:] - pixels[:, :, :-1]).square().mean()
        across = (pixels[:, :, :, 1:] - pixels[:, :, :, :-1]).square().mean()
        loss = content_loss + 40 * sum(styles) / len(styles) + 3e-3 * (down + across)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            pixels.clamp_(0, 255)
        return loss.item()

    warm_up, count = (1, 4) if SIDE > 300 else (2, 10)
    report(time_each(step, count, warm_up), torch.__version__, threads=torch.get_num_threads())


main()
