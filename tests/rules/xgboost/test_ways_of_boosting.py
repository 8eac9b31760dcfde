"""Parameters of boosting libraries in the ways that programs build them, and the same words of other things.

A line that must be reported ends in `# !` and the codes.
"""

from __future__ import annotations

import pytest
from tests.rules.ways import found, marked

PROGRAMS = {
    "dicts, merged and built in steps": '''\
"""Parameters in the ways people build them."""
import catboost as cb
import lightgbm as lgb
import xgboost as xgb
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier, LGBMRegressor
from xgboost import XGBClassifier, XGBRegressor

BASE = {"objective": "binary:logistic", "eta": 0.1}


def merged(dtrain):
    params = dict(BASE, tree_method="gpu_hist")  # ! DET401
    return xgb.train(params, dtrain, 10)


def stepped(dtrain):
    params = {**BASE}
    params["tree_method"] = "hist"
    params["device"] = "cuda"
    params.update({"updater": "shotgun", "booster": "gblinear"})  # ! DET404
    return xgb.train(params=params, dtrain=dtrain)


def pairs(dtrain):
    params = [("booster", "gblinear"), ("eta", 0.1)]  # ! DET404
    return xgb.train(params, dtrain)


def linear(dtrain):
    one = xgb.train({"booster": "gblinear", "nthread": 1}, dtrain)
    return one, xgb.train({"booster": "gblinear", "updater": "coord_descent"}, dtrain)


def estimators(x, y):
    a = XGBClassifier(tree_method="gpu_hist", n_estimators=5).fit(x, y)  # ! DET401
    b = XGBRegressor(**{"booster": "gblinear"}).fit(x, y)  # ! DET404
    c = XGBClassifier()
    c.set_params(tree_method="gpu_hist")  # ! DET401
    return a, b, c


def light(x, y, train):
    a = LGBMClassifier(n_estimators=10).fit(x, y)  # ! DET411
    b = LGBMRegressor(deterministic=True, force_row_wise=True).fit(x, y)
    p = {"objective": "regression", "device": "gpu"}  # ! DET411 DET412
    c = lgb.train(p, train)
    q = dict(objective="binary", verbose=-1)
    q["deterministic"] = True
    q["force_col_wise"] = True
    d = lgb.train(q, train)
    r = q.copy()
    r["learning_rate"] = 0.1
    e = lgb.cv(r, train)
    return a, b, c, d, e


def cats(x, y):
    a = CatBoostClassifier(task_type="GPU", devices="0")  # ! DET421
    b = cb.CatBoostRegressor(iterations=10, random_seed=3)
    c = cb.CatBoost({"task_type": "GPU"})  # ! DET421
    d = cb.CatBoostClassifier(task_type="CPU")
    return a, b, c, d


def histogram(dtrain):
    p = {"tree_method": "hist", "device": "cuda", "deterministic_histogram": False}  # ! DET402
    q = {"tree_method": "hist", "single_precision_histogram": True}
    return xgb.train(p, dtrain), xgb.train(q, dtrain)
''',
    "the same words of other things": '''\
"""The same keys for something else."""
import argparse

import lightgbm as lgb
import numpy as np
import xgboost as xgb
from xgboost import dask as dxgb
from xgboost import collective
from dask.distributed import Client, LocalCluster
import dask.array as da

TABLE = {"tree_method": "gpu_hist", "used": "in an old report"}
LINES = {"device": "gpu", "line": 3}


def show():
    for key, value in TABLE.items():
        print(key, value)


def plain(dtrain):
    return xgb.train({"max_depth": 3, "device": "cuda"}, dtrain)


def reduce(values: np.ndarray):
    total = collective.allreduce(values.astype(np.float32), collective.Op.SUM)  # ! DET405
    top = collective.allreduce(values, collective.Op.MAX)
    return total, top


def fixed(x, y):
    with LocalCluster(n_workers=2) as cluster, Client(cluster) as client:
        d = dxgb.DaskDMatrix(client, da.from_array(x, chunks=(100, 4)), da.from_array(y, chunks=(100,)))
        return dxgb.train(client, {"tree_method": "hist"}, d)


def handed(client, frame, label):
    d = dxgb.DaskDMatrix(client, frame, label)
    return dxgb.train(client, {"tree_method": "hist"}, d)


def data(x, y):
    return lgb.Dataset(x, y, params={"max_bin": 15})


def quiet():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="gpu")
    return parser.parse_args()
''',
}


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_ways_of_writing(code: str) -> None:
    assert found(code, ("DET4",)) == marked(code)
