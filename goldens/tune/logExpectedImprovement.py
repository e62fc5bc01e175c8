"""Values to test src/methods/tune/samplers/gp/logExpectedImprovement.ts with. Needs mpmath.

python goldens/tune/logExpectedImprovement.py > goldens/tune/logExpectedImprovement.json
"""
import json

from mpmath import erfc, exp, log, mp, mpf, nstr, pi, sqrt

# At -1e6 24 digits cancel, and the density is 10^-2e11.
mp.dps = 120


def terms(z):
    """log h, Phi / h, phi / h with h = z Phi + phi."""
    density = exp(-z * z / 2) / sqrt(2 * pi)
    cumulative = erfc(-z / sqrt(mpf(2))) / 2
    h = z * cumulative + density
    return log(h), cumulative / h, density / h


zs = [mpf(k) / 4 for k in range(-160, 41)]
zs += [-mpf(10) ** k for k in range(2, 7)] + [mpf(100), mpf(-14.999), mpf(-15.001), mpf(-0.999), mpf(-1.001)]
rows = [(z, *terms(z)) for z in zs]
print(json.dumps({
    "z": [float(row[0]) for row in rows],
    "log": [float(nstr(row[1], 20)) for row in rows],
    "cumulative": [float(nstr(row[2], 20)) for row in rows],
    "density": [float(nstr(row[3], 20)) for row in rows],
}))
