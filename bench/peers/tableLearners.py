"""scikit-learn on a table: tableLearners.py TRAIN TEST TARGET TASK stacking|boosting. Prints a line of JSON: predictions and seconds.

Stacking of linear models, neighbours, a forest and gradient boosting, and gradient boosting alone, both with preparation within their folds.
"""

import json
import sys
import time

import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LassoCV, LogisticRegressionCV, RidgeCV
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler


def columns_of(frame):
    numbers = frame.select_dtypes("number").columns.tolist()
    return numbers, [name for name in frame.columns if name not in numbers]


def scaled(frame):
    numbers, texts = columns_of(frame)
    filled = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    rare = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=5, sparse_output=False)
    return make_column_transformer((filled, numbers), (rare, texts))


def coded(frame):
    numbers, texts = columns_of(frame)
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    return make_column_transformer((codes, texts), ("passthrough", numbers)), list(range(len(texts)))


def boosting(frame, task):
    prepare, categories = coded(frame)
    kind = HistGradientBoostingRegressor if task == "regression" else HistGradientBoostingClassifier
    return make_pipeline(prepare, kind(categorical_features=categories or None, random_state=0))


def stacking(frame, task):
    at = lambda model: make_pipeline(scaled(frame), model)  # noqa: E731
    if task == "regression":
        members = [("ridge", at(RidgeCV(np.logspace(-3, 3, 13)))), ("lasso", at(LassoCV(random_state=0)))]
        members += [("forest", at(RandomForestRegressor(n_jobs=2, max_features=1 / 3, random_state=0)))]
        members += [("neighbours", at(KNeighborsRegressor(10)))]
        members += [("boosting", boosting(frame, task))]
        return StackingRegressor(members, cv=5)
    members = [("logistic", at(LogisticRegressionCV(max_iter=1000)))]
    members += [("forest", at(RandomForestClassifier(n_jobs=2, random_state=0)))]
    members += [("neighbours", at(KNeighborsClassifier(10)))]
    members += [("boosting", boosting(frame, task))]
    return StackingClassifier(members, cv=5)


if __name__ == "__main__":
    train, test, target, task, peer = sys.argv[1:]
    read, asked = pd.read_csv(train), pd.read_csv(test)
    x, y = read.drop(columns=target), read[target]
    result = {"version": sklearn.__version__}
    begin = time.perf_counter()
    model = {"stacking": stacking, "boosting": boosting}[peer](x, task).fit(x, y)
    seconds = time.perf_counter() - begin
    unseen = asked.drop(columns=target)
    predicted = model.predict(unseen) if task == "regression" else model.predict_proba(unseen)
    result["predictions"] = np.asarray(predicted).tolist()
    result["classes"] = None if task == "regression" else [str(one) for one in model.classes_]
    print(json.dumps(result | {"seconds": seconds}))
