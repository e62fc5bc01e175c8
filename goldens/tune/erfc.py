"""The Chebyshev coefficients of src/methods/tune/numerics/erfc.ts, and values to test it with. Needs mpmath.

python goldens/tune/erfc.py > goldens/tune/erfc.json
"""
import json

from mpmath import cos, erfc, exp, log, mp, mpf, nstr, pi, sqrt

mp.dps = 40


def scaled(z):
    """exp(z^2) erfc(z)."""
    if z < 25:
        return exp(z * z) * erfc(z)
    series, term = mpf(1), mpf(1)
    for n in range(1, 12):
        term *= -(2 * n - 1) / (2 * z * z)
        series += term
    return series / (sqrt(pi) * z)


def g(u):
    """ln(exp(z^2) erfc(z) / t) with t = 2 / (2 + z) = (u + 1) / 2."""
    t = (u + 1) / 2
    return log(scaled(2 / t - 2) / t)


n = 64
nodes = [pi * (k + mpf(1) / 2) / n for k in range(n)]
values = [g(cos(node)) for node in nodes]
coefficients = [2 * sum(v * cos(j * node) for v, node in zip(values, nodes)) / n for j in range(28)]
points = [mpf(k) / 8 for k in range(-40, 210)]
print(json.dumps({
    "coefficients": [float(c) for c in coefficients],
    "x": [float(x) for x in points],
    "erfc": [float(nstr(erfc(x), 20)) for x in points],
    "scaled": [float(nstr(scaled(x), 20)) if x >= 0 else None for x in points],
}))
