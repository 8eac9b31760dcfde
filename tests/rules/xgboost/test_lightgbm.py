"""DET411 and DET412: LightGBM's deterministic mode, and LightGBM on a GPU."""

from __future__ import annotations

import pytest
from tests.rules.xgboost.marked import marked

MODE_REPORTED = {
    "kept after a try": """
        from lightgbm import LGBMClassifier

        def fitted(x, y):
            try:
                model = LGBMClassifier(device="gpu")  # !
                model.fit(x, y)
            except Exception:
                return None
            return model
    """,
    "constructor": """
        from lightgbm import LGBMClassifier
        LGBMClassifier(random_state=1)  # !
    """,
    "the module where the class lives": """
        import lightgbm.sklearn
        lightgbm.sklearn.LGBMRegressor()  # !
    """,
    "only deterministic": """
        import lightgbm as lgb
        lgb.LGBMRanker(deterministic=True)  # !
    """,
    "only the layout": """
        import lightgbm as lgb
        lgb.LGBMRanker(force_row_wise=True)  # !
    """,
    "layout switched off": """
        import lightgbm as lgb
        lgb.LGBMRanker(deterministic=True, force_row_wise=False)  # !
    """,
    "written off": """
        import lightgbm as lgb
        lgb.LGBMClassifier(
            n_estimators=10,
            deterministic=False,  # !
            force_row_wise=True,
        )
    """,
    "params object": """
        import lightgbm as lgb
        params = {"objective": "binary"}  # !
        lgb.train(params, data)
    """,
    "params object used twice": """
        import lightgbm as lgb
        PARAMS = {  # !
            "objective": "binary",
            "seed": 1,
        }

        def cross_validate(data):
            return lgb.cv(PARAMS, data)

        def fit(data):
            return lgb.train(PARAMS, data)
    """,
    "copies": """
        import copy
        import lightgbm as lgb
        BASE = dict(objective="binary")  # !
        first = {**BASE, "max_depth": 3}
        second = copy.deepcopy(BASE)
        second["max_depth"] = 4
        third = BASE.copy()
        lgb.train(first, data)
        lgb.train(second, data)
        lgb.train(third, data)
    """,
    "unpacked": """
        import lightgbm as lgb
        params = {"num_leaves": 31}  # !
        lgb.LGBMClassifier(**params)
        lgb.LGBMClassifier(**params, n_estimators=10)
    """,
    "display in the call": """
        import lightgbm as lgb
        lgb.train({"objective": "binary"}, data)  # !
    """,
    "more in a branch": """
        import lightgbm as lgb

        def fit(data, quiet):
            params = {"objective": "binary"}  # !
            if quiet:
                params["verbosity"] = -1
            return lgb.train(params, data)
    """,
    "optuna": """
        import lightgbm as lgb

        def objective(trial):
            param = {  # !
                "objective": "binary",
                "num_leaves": trial.suggest_int("num_leaves", 2, 256),
            }
            return lgb.train(param, data)
    """,
    "optuna's own trainer": """
        import optuna.integration.lightgbm as lgb
        lgb.train({"objective": "binary"}, data)  # !
    """,
    "dask": """
        from lightgbm.dask import DaskLGBMRegressor
        DaskLGBMRegressor(n_estimators=3)  # !
    """,
    "dask from the top": """
        import lightgbm as lgb
        lgb.DaskLGBMClassifier()  # !
    """,
    "booster that trains": """
        import lightgbm as lgb
        booster = lgb.Booster(params={"objective": "binary"}, train_set=data)  # !
        booster.update()
    """,
    "step of a pipeline": """
        from lightgbm import LGBMClassifier
        from sklearn.pipeline import make_pipeline
        make_pipeline(scaler, LGBMClassifier(n_estimators=3))  # !
    """,
    "options of a function": """
        import lightgbm as lgb

        def make(leaves, **options):
            return lgb.LGBMClassifier(num_leaves=leaves, **options)  # !

        make(3, n_estimators=10)
        make(7)
    """,
    "one value of a function": """
        import lightgbm as lgb

        def make(leaves):
            return lgb.LGBMClassifier(num_leaves=leaves)  # !

        make(3)
    """,
    "one of two copies": """
        import lightgbm as lgb
        FULL = {"deterministic": True, "force_col_wise": True}
        lgb.train({**FULL, "deterministic": False}, data)  # !
        lgb.train({**FULL, "seed": 1}, data)
    """,
    "forwarded by a function": """
        import lightgbm as lgb

        def fit(params, data):
            return lgb.train(params, data)

        fit({"objective": "binary"}, data)  # !
    """,
    "logged before": """
        import lightgbm as lgb
        import mlflow

        params = {"objective": "binary"}  # !
        mlflow.log_params(params)
        lgb.train(params, data)
    """,
    "a base that some copies make right": """
        import lightgbm as lgb

        BASE = {"objective": "binary"}
        lgb.train({**BASE, "deterministic": True, "force_row_wise": True}, data)
        lgb.train({**BASE, "num_leaves": 3}, data)  # !
        few = dict(BASE, num_leaves=2)  # !
        lgb.train(few, data)
    """,
    "what all libraries share": """
        import lightgbm as lgb
        import xgboost as xgb

        COMMON = {"seed": 1}
        xgb.train({**COMMON, "eta": 0.1}, data)
        lgb.train({**COMMON, "num_leaves": 3}, data)  # !
    """,
    "attribute of a class of settings": """
        import lightgbm as lgb

        class Config:
            params = {"objective": "binary"}  # !

        lgb.train(Config.params, data)
    """,
    "list of models": """
        from lightgbm import LGBMClassifier
        models = [
            LGBMClassifier(num_leaves=3),  # !
            LGBMClassifier(num_leaves=7),  # !
        ]
    """,
    "no parameters": """
        import lightgbm as lgb
        lgb.train({}, data)  # !
    """,
    "subclass": """
        import lightgbm as lgb

        class Model(lgb.LGBMClassifier):
            pass

        Model(n_estimators=10)  # !
    """,
}

MODE_SILENT = {
    "a trial": """
        from lightgbm import LGBMClassifier

        def on_gpu():
            try:
                trial = LGBMClassifier(device="gpu")
                trial.fit([[0], [1]], [0, 1])
                del trial
            except Exception:
                return False
            return True
    """,
    "only asked for its parameters": """
        import lightgbm as lgb
        def test_params(overrides):
            assert lgb.LGBMClassifier().get_params()["n_estimators"] == 100
            model = lgb.LGBMRanker(**overrides, n_estimators=3)
            assert model.get_params()["n_estimators"] == 3
    """,
    "training that must fail": """
        import lightgbm as lgb
        import pytest
        def test_wrong(data):
            with pytest.raises(lgb.basic.LightGBMError):
                lgb.train({"objective": "nonsense"}, data)
    """,
    "both": """
        from lightgbm import LGBMClassifier
        LGBMClassifier(deterministic=True, force_row_wise=True)
    """,
    "columns": """
        import lightgbm as lgb
        lgb.cv({"deterministic": True, "force_col_wise": True}, data)
    """,
    "texts": """
        import lightgbm as lgb
        lgb.train({"deterministic": "true", "force_row_wise": "true"}, data)
    """,
    "items": """
        import lightgbm as lgb
        params = {"objective": "binary"}
        params["deterministic"] = True
        params["force_row_wise"] = True
        lgb.train(params, data)
    """,
    "defaults below": """
        import lightgbm as lgb
        REPEATABLE = dict(deterministic=True, force_row_wise=True)
        lgb.train({"objective": "binary", **REPEATABLE}, data)
        lgb.train(REPEATABLE | {"objective": "binary"}, data)
        lgb.LGBMClassifier(n_estimators=3, **REPEATABLE)
    """,
    "set_params": """
        import lightgbm as lgb
        model = lgb.LGBMClassifier()
        model.set_params(deterministic=True, force_row_wise=True)
    """,
    "made by a function": """
        import lightgbm as lgb

        def params():
            return {"deterministic": True, "force_row_wise": True}

        lgb.train(params(), data)
    """,
    "parameter": """
        import lightgbm as lgb

        def fit(params, data):
            return lgb.train(params, data)
    """,
    "options": """
        import lightgbm as lgb

        def make(**options):
            return lgb.LGBMClassifier(**options)
    """,
    "read from a file": """
        import json
        import lightgbm as lgb
        lgb.train(json.load(open("params.json")), data)
    """,
    "an option decides": """
        import lightgbm as lgb

        def fit(data, repeatable):
            return lgb.train({"deterministic": repeatable, "force_row_wise": True}, data)
    """,
    "turned on by an option": """
        import lightgbm as lgb

        def fit(data, repeatable):
            params = {"objective": "binary"}
            if repeatable:
                params.update(deterministic=True, force_row_wise=True)
            return lgb.train(params, data)
    """,
    "put in by a function": """
        import lightgbm as lgb

        def repeatable(params):
            params["deterministic"] = True
            params["force_row_wise"] = True

        params = {"objective": "binary"}
        repeatable(params)
        lgb.train(params, data)
    """,
    "put in by a function of another module": """
        import lightgbm as lgb
        from project.seeds import set_seeds

        params = {"objective": "binary"}
        set_seeds(params)
        lgb.train(params, data)
    """,
    "made of another by a function": """
        import lightgbm as lgb

        def repeatable(params):
            return {**params, "deterministic": True, "force_row_wise": True}

        lgb.train(repeatable({"objective": "binary"}), data)
    """,
    "handed on by a function": """
        import lightgbm as lgb

        def make(mode, **options):
            return lgb.LGBMClassifier(deterministic=mode, **options)

        make(True, force_row_wise=True)
    """,
    "one of two libraries": """
        import lightgbm as lgb
        import xgboost as xgb

        def make(name, **options):
            if name == "lightgbm":
                return lgb.LGBMClassifier(**options)
            return xgb.XGBClassifier(**options)

        make("xgboost", max_depth=3)
    """,
    "data set": """
        import lightgbm as lgb
        lgb.Dataset(x, label=y, params={"max_bin": 63})
    """,
    "saved model": """
        import lightgbm as lgb
        lgb.Booster(model_file="model.txt").predict(x)
    """,
    "class without a call": """
        from lightgbm import LGBMClassifier
        def is_lightgbm(model):
            return isinstance(model, LGBMClassifier)
    """,
    "callbacks and plots": """
        import lightgbm as lgb
        lgb.early_stopping(10)
        lgb.log_evaluation(0)
        lgb.plot_importance(booster)
    """,
    "scikit-learn": """
        from sklearn.ensemble import HistGradientBoostingClassifier
        HistGradientBoostingClassifier(random_state=1)
    """,
    "own class": """
        class LGBMClassifier:
            pass

        LGBMClassifier()
    """,
}

GPU_REPORTED = {
    "kept after a try": """
        from lightgbm import LGBMClassifier

        def fitted(x, y):
            try:
                model = LGBMClassifier(device="gpu")  # !
                model.fit(x, y)
            except Exception:
                return None
            return model
    """,
    "keyword": """
        from lightgbm import LGBMClassifier
        LGBMClassifier(device="gpu")  # !
    """,
    "long name": """
        from lightgbm import LGBMClassifier
        LGBMClassifier(
            device_type="cuda",  # !
        )
    """,
    "dict": """
        import lightgbm as lgb
        params = {
            "device": "gpu",  # !
            "gpu_platform_id": 0,
        }
        lgb.train(params, data)
    """,
    "item in a branch": """
        import lightgbm as lgb

        def fit(data, gpu):
            params = {"seed": 1}
            if gpu:
                params["device"] = "gpu"  # !
            return lgb.train(params, data)
    """,
    "conditional value": """
        import lightgbm as lgb

        def fit(data, gpu):
            return lgb.cv({"device_type": "cuda" if gpu else "cpu"}, data)  # !
    """,
    "set_params": """
        from lightgbm import LGBMRegressor
        LGBMRegressor().set_params(device="cuda")  # !
    """,
    "grid": """
        from lightgbm import LGBMRegressor
        from sklearn.model_selection import GridSearchCV
        GridSearchCV(LGBMRegressor(), {"device": ["cpu", "gpu"]})  # !
    """,
    "double precision": """
        import lightgbm as lgb
        lgb.train({"device": "gpu", "gpu_use_dp": True}, data)  # !
    """,
    "constant": """
        import lightgbm as lgb
        DEVICE = "gpu"
        lgb.LGBMRegressor(device=DEVICE)  # !
    """,
    "put into settings from a file": """
        import lightgbm as lgb
        import torch
        import yaml

        params = yaml.safe_load(open("params.yaml"))
        params["device"] = "cuda"  # !
        lgb.train(params, data)
    """,
    "returned": """
        import lightgbm as lgb

        def params():
            return {"num_leaves": 31, "device": "gpu"}  # !
    """,
}

GPU_SILENT = {
    "a trial": """
        from lightgbm import LGBMClassifier

        def on_gpu():
            try:
                trial = LGBMClassifier(device="gpu")
                trial.fit([[0], [1]], [0, 1])
                del trial
            except Exception:
                return False
            return True
    """,
    "CPU": """
        from lightgbm import LGBMClassifier
        LGBMClassifier(device="cpu")
    """,
    "no device": """
        import lightgbm as lgb
        lgb.train({"gpu_platform_id": 0}, data)
    """,
    "unknown": """
        import lightgbm as lgb

        def fit(data, device):
            return lgb.train({"device": device}, data)
    """,
    "option": """
        import argparse
        import lightgbm as lgb
        parser = argparse.ArgumentParser()
        parser.add_argument("--device", choices=["cpu", "gpu"], default="cpu")
        lgb.train({"device": parser.parse_args().device}, data)
    """,
    "xgboost": """
        import lightgbm
        import xgboost as xgb
        xgb.train({"max_depth": 3, "device": "cuda"}, data)
    """,
    "torch": """
        import lightgbm
        import torch
        torch.zeros(3, device="cuda")
        model.to(device="cuda")
    """,
    "text": """
        import lightgbm
        DEVICES = ["cpu", "gpu", "cuda"]
    """,
    "a printed dict": """
        import lightgbm
        print({"device": "gpu"})
    """,
    "settings of torch beside it": """
        import lightgbm as lgb
        import torch
        from project import fit

        fit({"device": "cuda", "learning_rate": 0.1})
    """,
    "own function": """
        import lightgbm

        def choose(device):
            return device

        choose(device="gpu")
    """,
    "settings of torch": """
        import torch
        CONFIG = {"device": "cuda", "learning_rate": 0.1, "max_depth": 3}
        train(**CONFIG)
    """,
}


@pytest.mark.parametrize("code", MODE_REPORTED.values(), ids=MODE_REPORTED.keys())
def test_mode_reported(code: str) -> None:
    found, expected = marked(code, "DET411")
    assert found == expected


@pytest.mark.parametrize("code", MODE_SILENT.values(), ids=MODE_SILENT.keys())
def test_mode_silent(code: str) -> None:
    found, expected = marked(code, "DET411")
    assert found == expected == []


@pytest.mark.parametrize("code", GPU_REPORTED.values(), ids=GPU_REPORTED.keys())
def test_gpu_reported(code: str) -> None:
    found, expected = marked(code, "DET412")
    assert found == expected


@pytest.mark.parametrize("code", GPU_SILENT.values(), ids=GPU_SILENT.keys())
def test_gpu_silent(code: str) -> None:
    found, expected = marked(code, "DET412")
    assert found == expected == []


def test_unknown_parameters_are_low() -> None:
    code = "import lightgbm as lgb\ndef fit(params, data):\n    return lgb.train(params, data)  # !"
    found, expected = marked(code, "DET411", confidence="low")
    assert found == expected
