"""scikit-learn's stacking on the folds that bench/superLearner.ts wrote: JOB; or --data prints a data set."""

import json
import sys
import time

import numpy as np
import sklearn
from sklearn.datasets import load_breast_cancer
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
)
from sklearn.linear_model import LassoCV, LinearRegression, LogisticRegression, LogisticRegressionCV, Ridge
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def scaled(model):
    return make_pipeline(StandardScaler(), model)


def learners(binary, rows):
    """As in bench/superLearner.ts; the paths of the lasso by ten folds, ridge's alpha is rows times lambda."""
    if binary:
        path = LogisticRegressionCV(
            Cs=20, l1_ratios=(1,), cv=10, solver="liblinear", scoring="neg_log_loss", use_legacy_attributes=False
        )
        return [
            ("mean", DummyClassifier(strategy="prior")),
            ("neighbours", scaled(KNeighborsClassifier(10))),
            ("forest", RandomForestClassifier(100, random_state=0)),
            ("boosting", HistGradientBoostingClassifier(random_state=0, early_stopping=False)),
            ("lasso", scaled(path)),
            ("logistic", scaled(LogisticRegression(C=1 / (rows * 1e-3), max_iter=1000))),
        ]
    return [
        ("mean", DummyRegressor()),
        ("neighbours", scaled(KNeighborsRegressor(10))),
        ("forest", RandomForestRegressor(100, random_state=0)),
        ("boosting", HistGradientBoostingRegressor(random_state=0, early_stopping=False)),
        ("lasso", scaled(LassoCV(cv=10))),
        ("linear", LinearRegression()),
        ("ridge", scaled(Ridge(alpha=0.1 * rows))),
    ]


def splits(inner, rows):
    """Row numbers to learn from and to predict, of each inner fold."""
    every = np.arange(rows)
    return [(np.setdiff1d(every, fold), np.array(fold)) for fold in inner]


def run(job):
    x, binary = np.array(job["x"]), job["binary"]
    y = np.array(job["y"], dtype=np.int64 if binary else np.float64)
    found = np.empty(len(y))
    start = time.process_time()
    for fold in job["folds"]:
        training, validation = fold["training"], fold["validation"]
        kind = StackingClassifier if binary else StackingRegressor
        stack = kind(learners(binary, len(training)), cv=splits(fold["inner"], len(training)))
        stack.fit(x[training], y[training])
        unseen = x[validation]
        found[validation] = stack.predict_proba(unseen)[:, 1] if binary else stack.predict(unseen)
    return {
        "predictions": found.tolist(),
        "seconds": time.process_time() - start,
        "version": sklearn.__version__,
    }


if sys.argv[1] == "--data":
    cancer = load_breast_cancer()
    print(json.dumps({"x": cancer.data.tolist(), "y": cancer.target.tolist()}))
else:
    with open(sys.argv[1]) as file:
        print(json.dumps(run(json.load(file))))
