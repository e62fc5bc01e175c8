"""Forests and boosting of scikit-learn on the rows that bench/trees.ts wrote: FOLDER NAME ROWS TEST COLUMNS CLASSES TREES."""

import json
import sys
import time

import numpy as np
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)

folder, name = sys.argv[1:3]
rows, test, columns, classes, trees = map(int, sys.argv[3:8])
x = np.fromfile(f"{folder}/x").reshape(rows + test, columns)
y = np.fromfile(f"{folder}/y")
if classes > 0:
    y = y.astype(np.int64)


def make():
    if name == "forest":
        kind = RandomForestClassifier if classes > 0 else RandomForestRegressor
        return kind(n_estimators=trees, random_state=0, n_jobs=1)
    kind = HistGradientBoostingClassifier if classes > 0 else HistGradientBoostingRegressor
    return kind(random_state=0, early_stopping=False)


times = []
for _ in range(1 if rows > 20_000 else 3):
    model = make()
    start = time.process_time()
    model.fit(x[:rows], y[:rows])
    times.append(time.process_time() - start)

start = time.process_time()
if classes > 0:
    shares = model.predict_proba(x[rows:])
else:
    values = model.predict(x[rows:])
predict_seconds = time.process_time() - start
if classes > 0:
    losses = -np.log(np.clip(shares[np.arange(test), y[rows:]], 1e-3, 1 - 1e-3))
else:
    losses = (y[rows:] - values) ** 2
print(json.dumps({"seconds": min(times), "predictSeconds": predict_seconds, "losses": losses.tolist()}))
