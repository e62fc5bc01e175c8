"""Studies as Optuna keeps them, to test src/methods/tune/optuna with. Needs optuna 5.0.0.

python goldens/tune/optuna/make.py      # writes journal.jsonl, study.db and expected.json beside it
"""
import json
import os
import sqlite3
import warnings
from pathlib import Path

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
here = Path(__file__).resolve().parent


def objective(trial):
    rate = trial.suggest_float("rate", 1e-5, 1e-1, log=True)
    if trial.number == 2:
        raise ValueError("it fails before it knows all its parameters")
    drop = trial.suggest_float("drop", 0, 0.5, step=0.25)
    units = trial.suggest_int("units", 4, 64, log=True)
    layers = trial.suggest_int("layers", 1, 7, step=2)
    kind = trial.suggest_categorical("kind", ["relu", "tanh", None, 3, True])
    for step in range(4):
        value = abs(units - 16) / 16 + drop + rate + 1 / (step + 1) + layers / 10
        trial.report(float("nan") if trial.number == 5 and step == 0 else value, step)
        if trial.should_prune():
            raise optuna.TrialPruned()
    if trial.number == 3:
        raise ValueError("it fails")
    return value


def branching(trial):
    if trial.suggest_categorical("head", ["mlp", "linear"]) == "mlp":
        return float(trial.suggest_int("hidden.units", 2, 9))
    return trial.suggest_float("penalty", 0, 1)


def several(trial):
    x = trial.suggest_float("x", -1, 1)
    return x**2, (x - 1) ** 2


def fill(storage):
    seeded = lambda: optuna.samplers.RandomSampler(seed=1)
    first = optuna.create_study(
        storage=storage, study_name="first", sampler=seeded(), pruner=optuna.pruners.MedianPruner(4)
    )
    first.optimize(objective, n_trials=14, catch=(ValueError,))
    first.enqueue_trial({"rate": 0.01, "drop": 0.25, "units": 16, "layers": 3, "kind": "tanh"})
    first.ask()  # Takes the enqueued one, and leaves it running.
    first.enqueue_trial({"rate": 0.02, "drop": 0.5, "units": 32, "layers": 1, "kind": "relu"})
    tree = optuna.create_study(storage=storage, study_name="tree", sampler=seeded(), direction="maximize")
    tree.optimize(branching, n_trials=6)
    both = optuna.create_study(
        storage=storage, study_name="both", sampler=seeded(), directions=["minimize", "maximize"]
    )
    both.optimize(several, n_trials=5)
    return [first, tree, both]


def plain(value):
    return str(value) if isinstance(value, float) and value != value else value


def expected(studies):
    return [
        {
            "name": study.study_name,
            "directions": [one.name.lower() for one in study.directions],
            "trials": [
                {
                    "number": trial.number,
                    "state": trial.state.name,
                    "values": trial.values,
                    "params": trial.params,
                    "reports": [[step, plain(value)] for step, value in trial.intermediate_values.items()],
                }
                for trial in study.get_trials()
            ],
        }
        for study in studies
    ]


for name in ["journal.jsonl", "study.db"]:
    (here / name).unlink(missing_ok=True)
journal = fill(JournalStorage(JournalFileBackend(str(here / "journal.jsonl"))))
base = fill(f"sqlite:///{here / 'study.db'}")
assert json.dumps(expected(journal)) == json.dumps(expected(base))
with (here / "expected.json").open("w") as file:
    json.dump({"madeBy": "goldens/tune/optuna/make.py", "optuna": optuna.__version__, "studies": expected(journal)}, file)
    file.write("\n")
with sqlite3.connect(here / "study.db") as connection:
    connection.execute("PRAGMA page_size = 512")
    connection.execute("VACUUM")
for name in ["journal.jsonl.lock"]:
    (here / name).unlink(missing_ok=True)
