"""Parameters of boosting libraries in whole programs, and what only looks like them.

A line that must be reported ends in `# !` and the codes.
"""

from __future__ import annotations

import pytest
from tests.rules.ways import found, marked

CODES = ("DET401", "DET402", "DET404", "DET405", "DET411", "DET412", "DET421")

PROGRAMS = {
    "cluster train": '''\
"""XGBoost on clusters."""
import dask.dataframe as dd
import numpy as np
import xgboost as xgb
from dask.distributed import Client, LocalCluster
from xgboost import collective
from xgboost.dask import DaskDMatrix, DaskXGBRegressor
from xgboost.spark import SparkXGBClassifier


def local(path):
    with LocalCluster(n_workers=4, threads_per_worker=1) as cluster:
        with Client(cluster) as client:
            frame = dd.read_parquet(path).repartition(npartitions=8)
            d = DaskDMatrix(client, frame[["a"]], frame["y"])
            return xgb.dask.train(client, {"tree_method": "hist"}, d)


def whole_machine(path):
    client = Client(LocalCluster())
    frame = dd.read_csv(path)
    d = DaskDMatrix(client, frame[["a"]], frame["y"])
    return xgb.dask.train(client, {"tree_method": "hist"}, d)  # ! DET405


def spark(frame):
    return SparkXGBClassifier(features_col="f").fit(frame)


def sum_up(values: np.ndarray):
    return collective.allreduce(values, collective.Op.SUM)  # ! DET405


def largest(values: np.ndarray):
    return collective.allreduce(values, op=collective.Op.MAX)


def count(n: int):
    return collective.allreduce(np.array([n], dtype=np.int64), collective.Op.SUM)
''',
    "light and cat": '''\
"""LightGBM and CatBoost."""
import catboost
import lightgbm
import lightgbm as lgb
from catboost import CatBoostClassifier, CatBoostRegressor, Pool, cv as cat_cv
from lightgbm import LGBMRanker as Ranker
from lightgbm.sklearn import LGBMClassifier

BASE = {"objective": "multiclass", "num_class": 3}
STRICT = dict(deterministic=True, force_row_wise=True)


def strict(d):
    return lgb.train(BASE | STRICT, d)


def plain(d):
    return lgb.train({**BASE, "learning_rate": 0.1}, d)  # ! DET411


def half(d):
    return lightgbm.cv({**BASE, "deterministic": True}, d, nfold=3)  # ! DET411


def strict_steps(d, trial):
    params = {
        "objective": "binary",
        "num_leaves": trial.suggest_int("num_leaves", 2, 256),
        "verbosity": -1,
    }
    for key, value in STRICT.items():
        params[key] = value
    return lgb.train(params, d)


def tuned(d, trial):
    params = {"objective": "binary", "num_leaves": trial.suggest_int("num_leaves", 2, 256)}  # ! DET411
    return lgb.train(params, d)


def ranker(x, y, group):
    return Ranker(n_estimators=10, **STRICT).fit(x, y, group=group)


def ranker_plain(x, y, group):
    return Ranker(n_estimators=10).fit(x, y, group=group)  # ! DET411


def gpu(x, y):
    return LGBMClassifier(device_type="gpu", **STRICT).fit(x, y)  # ! DET412


def cuda(d):
    return lgb.train(dict(STRICT, device="cuda"), d)  # ! DET412


def strings(d):
    return lgb.train(dict(deterministic="true", force_col_wise="true"), d)


class Model:
    def __init__(self, **kwargs):
        self.params = {"deterministic": True, "force_col_wise": True, **kwargs}
        self.estimator = lgb.LGBMRegressor(**self.params)


def loaded(path):
    return lgb.Booster(model_file=path)


def cats(x, y):
    a = CatBoostClassifier(task_type="GPU", verbose=0).fit(x, y)  # ! DET421
    b = CatBoostRegressor(iterations=10).fit(x, y)
    params = {"iterations": 5, "task_type": "CPU"}
    c = catboost.train(Pool(x, y), params)
    params["task_type"] = "GPU"  # ! DET421
    d = cat_cv(Pool(x, y), params)
    return a, b, c, d


def cat_device(use_gpu: bool):
    return CatBoostClassifier(task_type="GPU" if use_gpu else "CPU")  # ! DET421


def cat_argument(task_type="CPU"):
    return CatBoostClassifier(task_type=task_type)
''',
    "params everywhere": '''\
"""Parameters of XGBoost in the many ways that they are built."""
from __future__ import annotations

import dataclasses
from dataclasses import asdict, dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
import xgboost
import xgboost as xgb
from xgboost import XGBClassifier as Clf
from xgboost.sklearn import XGBRegressor
from xgboost.training import train as xtrain

DEFAULTS = MappingProxyType({"max_depth": 6, "tree_method": "gpu_hist"})  # ! DET401


def proxied(d):
    return xgb.train({**DEFAULTS}, d)


@dataclass
class Params:
    eta: float = 0.1
    tree_method: str = "gpu_hist"  # ! DET401


def from_dataclass(d):
    return xgb.train(asdict(Params()), d, 10)


class Model:
    params = {"objective": "reg:squarederror", "tree_method": "hist"}

    def __init__(self, gpu=False):
        self.params = dict(self.params)
        self.params["device"] = "cuda" if gpu else "cpu"

    def fit(self, d):
        return xtrain(self.params, d)


class OldModel:
    def __init__(self):
        self.params = {"objective": "reg:squarederror"}
        self.params["tree_method"] = "gpu_hist"  # ! DET401

    def fit(self, d):
        self.booster = xgboost.train(self.params, d)


def positional(x, y):
    return XGBRegressor(booster="gblinear", n_jobs=1).fit(x, y)


def shotgun(d):
    params = {"booster": "gblinear"}  # ! DET404
    params |= {"eta": 0.3}
    return xgb.train(params, d)


def coordinate(d):
    params = {"booster": "gblinear"}
    params["updater"] = "coord_descent"
    return xgb.train(params, d)


def removed(d):
    params = {"tree_method": "gpu_hist", "eta": 1}
    del params["tree_method"]
    return xgb.train(params, d)


def overwritten(d):
    params = {"tree_method": "gpu_hist", "eta": 1}
    params["tree_method"] = "hist"
    return xgb.train(params, d)


gpu_classifier = partial(Clf, tree_method="gpu_hist")  # ! DET401


def from_partial(x, y):
    return gpu_classifier(n_estimators=5).fit(x, y)


def conditional(d, gpu):
    method = "gpu_hist" if gpu else "hist"
    return xgb.cv({"tree_method": method}, d)  # ! DET401


def devices(d):
    return [xgb.train({"tree_method": "hist", "device": f"cuda:{i}"}, d) for i in range(2)]


def exact_on_gpu(d):
    return xgb.train({"tree_method": "exact", "device": "cuda"}, d)


def approx(d):
    return xgb.train({"tree_method": "approx", "device": "cuda"}, d)


def histogram(d):
    return xgb.train({"tree_method": "hist", "deterministic_histogram": False}, d)  # ! DET402


def set_later(x, y):
    model = Clf(n_estimators=2)
    model.set_params(**{"tree_method": "gpu_hist"})  # ! DET401
    return model.fit(x, y)


def booster_params(d):
    booster = xgb.Booster({"tree_method": "hist"})
    booster.set_param("updater", "shotgun")  # ! DET404
    booster.set_param({"tree_method": "gpu_hist"})  # ! DET401
    return booster


REPORT = {"tree_method": "gpu_hist", "auc": 0.93, "note": "from last year"}


def show():
    print({**REPORT})


def grid(x, y):
    from sklearn.model_selection import GridSearchCV

    return GridSearchCV(Clf(), {"tree_method": ["hist", "approx"], "max_depth": [2, 3]}).fit(x, y)


def replaced(d):
    return xgb.train(dataclasses.asdict(Params(tree_method="hist")), d)
''',
    "wrapped": '''\
"""Parameters that go through wrappers, factories and tables."""
import argparse
import json

import lightgbm as lgb
import numpy as np
import optuna
import xgboost as xgb
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

XGB = dict(
    objective="reg:squarederror",
    tree_method="gpu_hist",  # ! DET401
    predictor="gpu_predictor",
)


def make(name, **overrides):
    if name == "xgb":
        return xgb.XGBRegressor(**{**XGB, **overrides})
    if name == "lgb":
        return LGBMClassifier(**overrides)
    return CatBoostClassifier(**overrides)


def fixed_light(seed):
    return make("lgb", deterministic=True, force_row_wise=True, random_state=seed)


def objective(trial: optuna.Trial):
    params = {
        "verbosity": 0,
        "booster": trial.suggest_categorical("booster", ["gbtree", "gblinear", "dart"]),
        "lambda": trial.suggest_float("lambda", 1e-8, 1.0, log=True),
    }
    if params["booster"] == "gblinear":
        params["updater"] = "coord_descent"
    return xgb.train(params, xgb.DMatrix(np.ones((3, 2)))).num_boosted_rounds()


def light_objective(trial, data):
    params = {  # ! DET411
        "objective": "binary",
        "metric": "auc",
        "feature_fraction": trial.suggest_float("feature_fraction", 0.4, 1.0),
    }
    booster = lgb.train(params, data, callbacks=[lgb.early_stopping(10)])
    return booster.best_score


def search(x, y):
    grid = {"tree_method": ["hist", "gpu_hist"], "max_depth": [3]}  # ! DET401
    return GridSearchCV(xgb.XGBClassifier(), grid).fit(x, y)


def pipeline():
    return make_pipeline(StandardScaler(), xgb.XGBClassifier(booster="gblinear", updater="shotgun"))  # ! DET404


def pipeline_fixed():
    return make_pipeline(StandardScaler(), xgb.XGBClassifier(booster="gblinear", updater="shotgun", n_jobs=1))


def many(x, y):
    return MultiOutputRegressor(lgb.LGBMRegressor(n_estimators=20)).fit(x, y)  # ! DET411


def many_fixed(x, y):
    model = lgb.LGBMRegressor(n_estimators=20, deterministic=True, force_col_wise=True)
    return MultiOutputRegressor(model).fit(x, y)


def from_file(path, data):
    with open(path) as handle:
        params = json.load(handle)
    return lgb.train(params, data)


def from_file_updated(path, data):
    params = json.loads(open(path).read())
    params["deterministic"] = True
    params["force_row_wise"] = True
    return lgb.train(params, data)


def from_arguments(data):
    parser = argparse.ArgumentParser()
    parser.add_argument("--tree-method", default="gpu_hist", choices=["hist", "gpu_hist"])
    args = parser.parse_args()
    return xgb.train({"tree_method": args.tree_method}, data)


def none_device(x, y):
    return xgb.XGBClassifier(device=None, tree_method="hist").fit(x, y)


def gpu_id(x, y):
    return xgb.XGBClassifier(gpu_id=0, tree_method="hist").fit(x, y)


def cat_cpu(x, y, gpu=False):
    params = {"iterations": 100, "random_seed": 1}
    if gpu:
        params["task_type"] = "GPU"  # ! DET421
    return CatBoostClassifier(**params).fit(x, y)


def light_gpu(x, y, device="cpu"):
    return LGBMClassifier(device=device, deterministic=True, force_row_wise=True).fit(x, y)


def light_cuda(x, y):
    model = LGBMClassifier(deterministic=True, force_row_wise=True)
    model.set_params(device_type="cuda")  # ! DET412
    return model.fit(x, y)


def dart(d):
    return xgb.train({"booster": "dart", "rate_drop": 0.1, "seed": 3}, d)


def ranks(x, y, q):
    return xgb.XGBRanker(tree_method="approx").fit(x, y, qid=q)
''',
    "notebooks style": '''\
"""Flat code, as in notebooks: params are changed along the way."""
import lightgbm as lgb
import numpy as np
import xgboost as xgb
from catboost import CatBoostRegressor

x, y = np.load("x.npy"), np.load("y.npy")
d = xgb.DMatrix(x, y)

params = {"objective": "reg:squarederror"}
params["tree_method"] = "hist"
params["seed"] = 1
first = xgb.train(params, d)

params.update(tree_method="gpu_hist", max_depth=3)  # ! DET401
second = xgb.train(params, d)

params.pop("tree_method")
third = xgb.train(params, d)

light = dict(objective="regression", seed=1)  # ! DET411
model = lgb.train(light, lgb.Dataset(x, y))
light["deterministic"] = True
light["force_row_wise"] = True
again = lgb.train(light, lgb.Dataset(x, y))

for depth in (2, 4):
    CatBoostRegressor(depth=depth, task_type="GPU", devices="0:1").fit(x, y)  # ! DET421
    xgb.XGBRegressor(max_depth=depth, device="cuda").fit(x, y)
    xgb.XGBRegressor(max_depth=depth, booster="gblinear", updater="shotgun").fit(x, y)  # ! DET404

print(first, second, third, model, again)
''',
}


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_programs(code: str) -> None:
    assert found(code, CODES) == marked(code)
