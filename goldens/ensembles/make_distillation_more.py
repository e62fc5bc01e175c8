"""Distillation losses that distillation.json lacks: PyTorch in float64, gradients by autograd.

    python make_distillation_more.py OUT.json [--seed 1]

`hard` (the teacher's arg max), sequences (sum over classes, mean over positions, some of them masked) and two heads
(the sum of their losses). z: student logits, v: teacher logits, y: class numbers, m: which positions count.
"""
import argparse, json
import torch
import torch.nn.functional as F

a = argparse.ArgumentParser(); a.add_argument("out"); a.add_argument("--seed", type=int, default=1); a = a.parse_args()
torch.set_default_dtype(torch.float64); torch.manual_seed(a.seed)
B, S, K, H = 4, 3, 5, 6
r = lambda *s, k=1.0: (torch.randn(*s) * k).mul(1e4).round().div(1e4)
z, v, v2, y = r(B, K, k=2), r(B, K, k=3), r(B, K, k=3), torch.randint(0, K, (B,))
zs, vs, ys = r(B, S, K, k=2), r(B, S, K, k=3), torch.randint(0, K, (B, S))
m = torch.tensor([[1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 1, 1]]).bool()
zh, vh, yh = r(B, H, k=2), r(B, H, k=3), torch.randint(0, H, (B,))
kl = lambda z, v, T: T * T * (F.softmax(v / T, -1) * (F.log_softmax(v / T, -1) - F.log_softmax(z / T, -1))).sum(-1)
ce = lambda z, y: F.cross_entropy(z.movedim(-1, 1), y, reduction="none")
cases = []


def case(name, loss, inputs, **extra):
    ts = {k: t.clone().requires_grad_(True) for k, t in inputs.items()}
    value = loss(**ts); value.backward()
    cases.append(dict(name=name, value=value.item(), gradients={k: t.grad.tolist() for k, t in ts.items()}, **extra))


for alpha in (1.0, 0.5):
    case(f"hard alpha={alpha}", lambda z: (alpha * ce(z, v.argmax(1)) + (1 - alpha) * ce(z, y)).mean(), dict(z=z), alpha=alpha)
case("hard, two teachers, mean of probabilities", lambda z: ce(z, ((F.softmax(v, 1) + F.softmax(v2, 1)) / 2).argmax(1)).mean(), dict(z=z), alpha=1.0)
for T in (2.0, 4.0):
    case(f"sequence T={T}", lambda zs: (0.9 * kl(zs, vs, T) + 0.1 * ce(zs, ys)).mean(), dict(zs=zs), temperature=T, alpha=0.9)
case("sequence, masked", lambda zs: (0.9 * kl(zs, vs, 4.0) + 0.1 * ce(zs, ys))[m].mean(), dict(zs=zs), temperature=4.0, alpha=0.9)
case("two heads", lambda z, zh: (0.9 * kl(z, v, 4.0) + 0.1 * ce(z, y)).mean() + 0.5 * (0.9 * kl(zh, vh, 4.0) + 0.1 * ce(zh, yh)).mean(),
     dict(z=z, zh=zh), temperature=4.0, alpha=0.9, weights=[1.0, 0.5])
names = dict(z=z, v=v, v2=v2, y=y, zs=zs, vs=vs, ys=ys, m=m, zh=zh, vh=vh, yh=yh)
json.dump({**{k: t.tolist() for k, t in names.items()}, "cases": cases}, open(a.out, "w"))
