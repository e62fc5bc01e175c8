"""Joe and Kuo's direction numbers (new-joe-kuo-6.21201, as SciPy ships them) and points of SciPy's unscrambled sequence.

python goldens/tune/sobol.py > goldens/tune/sobol.json
"""
import json
import os

import numpy as np
import scipy.stats
from scipy.stats import qmc

table = np.load(os.path.join(os.path.dirname(scipy.stats.__file__), "_sobol_direction_numbers.npz"))
poly, vinit = table["poly"], table["vinit"]
dimensions = 512
directions = []
for d in range(1, dimensions):
    degree = int(poly[d]).bit_length() - 1
    directions.append([int(poly[d]), *[int(v) for v in vinit[d][:degree]]])
points = qmc.Sobol(d=dimensions, scramble=False, bits=30).random_base2(5)
kept = [0, 1, 2, 3, 9, 40, 100, 511]
print(json.dumps({
    "directions": " ".join(",".join(map(str, row)) for row in directions),
    "dimensions": kept,
    "points": [[float(p[d]) for d in kept] for p in points],
}))
