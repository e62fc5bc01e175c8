"""generate in PyTorch: one character at a time, the state carried."""

import time

import torch
from common import report
from torchRecurrent import CharNetwork

SYMBOLS, UNITS, COUNT = 58, 128, 1000
torch.manual_seed(0)


def main():
    cell = torch.nn.LSTMCell(SYMBOLS, UNITS)
    reference = CharNetwork(SYMBOLS, UNITS)
    rows = torch.eye(SYMBOLS)
    samples = []
    with torch.inference_mode():
        for _ in range(8):
            state = (torch.zeros(1, UNITS), torch.zeros(1, UNITS))
            symbol = 0
            start = time.perf_counter()
            for _ in range(COUNT):
                state = cell(rows[symbol : symbol + 1], state)
                probabilities = torch.softmax(reference.dense(state[0])[0] / 0.5, 0)
                symbol = int(torch.multinomial(probabilities, 1))
            samples.append((time.perf_counter() - start) * 1e6 / COUNT)
    report(samples[1:], torch.__version__, threads=torch.get_num_threads())


main()
