"""DET401: where `tree_method` may be written, and what only looks like it."""

from __future__ import annotations

import pytest
from tests.rules.xgboost.marked import marked

REPORTED = {
    "unpacked in a conditional expression": """
        import xgboost as xgb

        def fit(data, gpu):
            return xgb.train({"max_depth": 3, **({"tree_method": "gpu_hist"} if gpu else {})}, data)  # !
    """,
    "merged in place": """
        import xgboost as xgb
        params = {"max_depth": 3}
        params |= {"tree_method": "gpu_hist"}  # !
        xgb.train(params, data)
    """,
    "annotated in a class body, used in a derived class": """
        import xgboost as xgb

        class Base:
            params: dict[str, object] = {"tree_method": "gpu_hist", "seed": 0}  # !

        class Model(Base):
            def fit(self, data):
                return xgb.train(self.params, data)
    """,
    "through a wrapper that updates its own dict": """
        from xgboost import XGBClassifier

        def build(seed, **more):
            params = dict(seed=seed, n_estimators=3)
            params.update(**more)
            return XGBClassifier(**params)

        build(3, tree_method="gpu_hist")  # !
    """,
    "through a wrapper that merges a dict": """
        import xgboost as xgb

        def fit(extra, data):
            params = {"seed": 1, **extra}
            return xgb.train(params, data)

        fit({"tree_method": "gpu_hist"}, data)  # !
        fit({"tree_method": "hist"}, data)
    """,
    "keyword": """
        from xgboost import XGBClassifier
        XGBClassifier(tree_method="gpu_hist")  # !
    """,
    "keyword on its own line": """
        import xgboost as xgb
        model = xgb.XGBRegressor(
            n_estimators=10,
            tree_method="gpu_exact",  # !
        )
    """,
    "the module where the class lives": """
        import xgboost.sklearn
        xgboost.sklearn.XGBRanker(tree_method="gpu_hist")  # !
    """,
    "random forest": """
        from xgboost import XGBRFRegressor as Forest
        Forest(tree_method="gpu_hist")  # !
    """,
    "dict given to train": """
        import xgboost as xgb
        xgb.train({"eta": 0.1, "tree_method": "gpu_hist"}, data)  # !
    """,
    "dict given to cv by keyword": """
        from xgboost import cv
        params = dict(
            max_depth=3,
            tree_method="gpu_hist",  # !
        )
        cv(dtrain=data, params=params, nfold=3)
    """,
    "item assigned": """
        import xgboost as xgb
        params = {"max_depth": 3}
        params["tree_method"] = "gpu_hist"  # !
        xgb.train(params, data)
    """,
    "item assigned in one branch": """
        import xgboost as xgb

        def fit(data, gpu):
            params = {"max_depth": 3}
            if gpu:
                params["tree_method"] = "gpu_hist"  # !
            else:
                params["tree_method"] = "hist"
            return xgb.train(params, data)
    """,
    "the fields of an object": """
        import dataclasses
        from dataclasses import asdict, dataclass, field

        import xgboost as xgb

        REPORT = {"tree_method": "gpu_hist"}

        @dataclass
        class Params:
            eta: float = 0.1
            tree_method: str = "gpu_hist"  # !

        @dataclass
        class Others:
            tree_method: str = field(default="gpu_hist")  # !

        xgb.train(asdict(Params()), data)
        xgb.train(dataclasses.asdict(Others()), data)
        params = Params(
            tree_method="gpu_hist",  # !
        )
        xgb.XGBClassifier(**vars(params))
        xgb.train(asdict(Params(tree_method="hist")), data)
    """,
    "update": """
        import xgboost as xgb
        params = {"max_depth": 3}
        params.update({"tree_method": "gpu_hist"})  # !
        xgb.train(params, data)
    """,
    "update by keyword": """
        import xgboost as xgb
        params = {"max_depth": 3}
        params.update(tree_method="gpu_hist")  # !
        xgb.train(params, data)
    """,
    "copy with more": """
        import xgboost as xgb
        BASE = {"max_depth": 3}
        xgb.train({**BASE, "tree_method": "gpu_hist"}, data)  # !
    """,
    "copy of a dict that has it": """
        import copy
        import xgboost as xgb
        BASE = {"tree_method": "gpu_hist"}  # !
        first = BASE.copy()
        second = copy.deepcopy(BASE)
        xgb.train(first, data)
        xgb.train(second, data)
        xgb.train(BASE | {"eta": 1}, data)
    """,
    "unpacked": """
        from xgboost import XGBRegressor
        params = {
            "max_depth": 3,
            "tree_method": "gpu_hist",  # !
        }
        XGBRegressor(**params).fit(x, y)
    """,
    "list of pairs": """
        import xgboost as xgb
        xgb.train([("max_depth", 3), ("tree_method", "gpu_hist")], data)  # !
    """,
    "list of a dict's items": """
        import xgboost as xgb
        param = {"tree_method": "gpu_hist"}  # !
        plst = list(param.items()) + [("eval_metric", "auc")]
        xgb.train(plst, data)
    """,
    "set_params": """
        import xgboost as xgb
        model = xgb.XGBClassifier()
        model.set_params(tree_method="gpu_hist")  # !
        model.fit(x, y)
    """,
    "attribute": """
        import xgboost as xgb
        model = xgb.XGBClassifier()
        model.tree_method = "gpu_hist"  # !
        model.fit(x, y)
    """,
    "conditional value": """
        import xgboost as xgb

        def fit(data, gpu):
            return xgb.train({"tree_method": "gpu_hist" if gpu else "hist"}, data)  # !
    """,
    "constant of the module": """
        import xgboost as xgb
        METHOD = "gpu_hist"

        def make():
            return xgb.XGBClassifier(tree_method=METHOD)  # !
    """,
    "attribute of the class": """
        import xgboost as xgb

        class Model:
            params = {"tree_method": "gpu_hist"}  # !

            def fit(self, data):
                return xgb.train(self.params, data)
    """,
    "attribute of the object": """
        import xgboost as xgb

        class Model:
            def __init__(self):
                self.params = {
                    "tree_method": "gpu_hist",  # !
                }

            def fit(self, data):
                return xgb.train(self.params, data)
    """,
    "made by a function": """
        import xgboost as xgb

        def params():
            return {"max_depth": 2, "tree_method": "gpu_hist"}  # !

        xgb.train(params(), data)
    """,
    "grid": """
        from sklearn.model_selection import GridSearchCV
        from xgboost import XGBClassifier
        grid = {"max_depth": [3], "tree_method": ["hist", "gpu_hist"]}  # !
        GridSearchCV(XGBClassifier(), grid).fit(x, y)
    """,
    "grid of a pipeline": """
        from sklearn.model_selection import RandomizedSearchCV
        from sklearn.pipeline import Pipeline
        from xgboost import XGBClassifier
        pipe = Pipeline([("scale", scaler), ("clf", XGBClassifier())])
        RandomizedSearchCV(pipe, param_distributions={"clf__tree_method": ["gpu_hist"]})  # !
    """,
    "optuna": """
        import xgboost as xgb

        def objective(trial):
            param = {
                "max_depth": trial.suggest_int("max_depth", 2, 9),
                "tree_method": trial.suggest_categorical("tree_method", ["exact", "gpu_hist"]),  # !
            }
            return xgb.train(param, data)
    """,
    "hyperopt": """
        import xgboost as xgb
        from hyperopt import hp
        space = {"max_depth": 3, "tree_method": hp.choice("tree_method", ["hist", "gpu_hist"])}  # !

        def objective(space):
            return xgb.train(space, data)

        fmin(objective, space)
    """,
    "dask": """
        from xgboost import dask as dxgb
        dxgb.train(client, {"tree_method": "gpu_hist"}, data)  # !
        dxgb.DaskXGBClassifier(tree_method="gpu_hist")  # !
    """,
    "spark": """
        from xgboost.spark import SparkXGBClassifier
        SparkXGBClassifier(tree_method="gpu_hist")  # !
        SparkXGBClassifier(arbitrary_params_dict={"tree_method": "gpu_hist"})  # !
    """,
    "booster": """
        import xgboost as xgb
        xgb.Booster({"tree_method": "gpu_hist"})  # !
        booster = xgb.train({}, data)
        booster.set_param({"tree_method": "gpu_hist"})  # !
        booster.set_param("tree_method", "gpu_hist")  # !
    """,
    "partial": """
        from functools import partial
        from xgboost import XGBClassifier
        make = partial(XGBClassifier, tree_method="gpu_hist")  # !
        make(max_depth=3)
    """,
    "partial that is handed on": """
        from functools import partial
        from xgboost import XGBClassifier
        search(partial(XGBClassifier, tree_method="gpu_hist"))  # !
    """,
    "wrapper with keywords": """
        import xgboost as xgb

        def make(**options):
            return xgb.XGBClassifier(n_estimators=10, **options)

        make(tree_method="gpu_hist")  # !
    """,
    "wrapper with the parameter": """
        import xgboost as xgb

        def make(method, depth=3):
            return xgb.XGBClassifier(tree_method=method, max_depth=depth)

        make("gpu_hist")  # !
    """,
    "wrapper with a dict": """
        import xgboost as xgb

        def fit(params, data):
            return xgb.train({**params, "eta": 0.1}, data)

        fit({"tree_method": "gpu_hist"}, data)  # !
    """,
    "subclass": """
        import xgboost as xgb

        class Model(xgb.XGBClassifier):
            def __init__(self, **options):
                super().__init__(tree_method="gpu_hist", **options)  # !
    """,
    "subclass without a constructor": """
        import xgboost as xgb

        class Model(xgb.XGBClassifier):
            pass

        Model(tree_method="gpu_hist")  # !
    """,
    "import under try": """
        try:
            from xgboost import XGBClassifier
        except ImportError:
            XGBClassifier = None
        XGBClassifier(tree_method="gpu_hist")  # !
    """,
    "given on by the project": """
        from ..models import XGBClassifier
        XGBClassifier(tree_method="gpu_hist")  # !
    """,
    "put into a parameter": """
        import xgboost

        def gpu(params):
            params["tree_method"] = "gpu_hist"  # !
            return params
    """,
    "returned settings": """
        import xgboost

        def defaults():
            return {"max_depth": 6, "tree_method": "gpu_hist"}  # !
    """,
    "module of settings": """
        PARAMS = {
            "objective": "binary:logistic",
            "max_depth": 6,
            "tree_method": "gpu_hist",  # !
        }
    """,
    "tried": """
        import xgboost as xgb
        try:
            xgb.train({"tree_method": "gpu_hist"}, data)  # !
        except Exception:
            xgb.train({"tree_method": "hist"}, data)
    """,
    "nested settings": """
        import xgboost as xgb
        CONFIG = {"model": {"tree_method": "gpu_hist"}, "rounds": 10}  # !
        xgb.train(CONFIG["model"], data, CONFIG["rounds"])
    """,
    "loop": """
        import xgboost as xgb
        for method in ["hist", "gpu_hist"]:
            xgb.train({"tree_method": method}, data)  # !
    """,
}

SILENT = {
    "overwritten before use": """
        import xgboost as xgb
        params = {"tree_method": "gpu_hist", "max_depth": 3}
        params["tree_method"] = "hist"
        xgb.train(params, data)
    """,
    "overwritten by update": """
        import xgboost as xgb
        params = {"tree_method": "gpu_hist", "max_depth": 3}
        params.update({"tree_method": "hist", "device": "cuda"})
        xgb.train(params, data)
    """,
    "an item written twice": """
        import xgboost as xgb
        params = {}
        params["tree_method"] = "gpu_hist"
        params["tree_method"] = "hist"
        xgb.train(params, data)
    """,
    "overwritten in a copy of a whole dict": """
        import xgboost as xgb
        base = {"tree_method": "gpu_hist", "max_depth": 3}
        xgb.train({**base, "tree_method": "hist"}, data)
    """,
    "removed before use": """
        import xgboost as xgb
        params = {"tree_method": "gpu_hist", "max_depth": 3}
        params.pop("tree_method")
        xgb.train(params, data)
    """,
    "deleted before use": """
        import xgboost as xgb
        params = {"tree_method": "gpu_hist", "max_depth": 3}
        del params["tree_method"]
        xgb.train(params, data)
    """,
    "hist on a GPU": """
        import xgboost as xgb
        xgb.train({"tree_method": "hist", "device": "cuda"}, data)
    """,
    "exact": """
        from xgboost import XGBClassifier
        XGBClassifier(tree_method="exact")
    """,
    "approx on the CPU": """
        from xgboost import XGBClassifier
        XGBClassifier(tree_method="approx")
    """,
    "auto": """
        from xgboost import XGBClassifier
        XGBClassifier(tree_method="auto")
    """,
    "scikit-learn's own": """
        from sklearn.ensemble import HistGradientBoostingClassifier
        HistGradientBoostingClassifier(max_iter=10)
    """,
    "own class": """
        import xgboost

        class Tree:
            def __init__(self, tree_method):
                self.tree_method = tree_method

        Tree(tree_method="gpu_hist")
    """,
    "own class of that name": """
        class XGBClassifier:
            def __init__(self, tree_method):
                self.tree_method = tree_method

        XGBClassifier(tree_method="gpu_hist")
    """,
    "own function": """
        import xgboost

        def describe(tree_method):
            return f"trains with {tree_method}"

        describe(tree_method="gpu_hist")
    """,
    "choices of an option": """
        import argparse
        import xgboost as xgb
        parser = argparse.ArgumentParser()
        parser.add_argument("--tree-method", default="hist", choices=["hist", "gpu_hist", "exact"])
        args = parser.parse_args()
        xgb.train({"tree_method": args.tree_method}, data)
    """,
    "parameter": """
        import xgboost as xgb

        def fit(data, tree_method):
            return xgb.train({"tree_method": tree_method}, data)
    """,
    "comparison": """
        import xgboost as xgb

        def fit(params, data):
            if params["tree_method"] == "gpu_hist":
                params["tree_method"] = "hist"
            return xgb.train(params, data)
    """,
    "printed": """
        import xgboost
        print({"tree_method": "gpu_hist"})
    """,
    "text": """
        import xgboost
        HELP = "tree_method=gpu_hist was removed"
        NAMES = ["gpu_hist", "gpu_exact"]
    """,
    "names of methods": """
        import xgboost
        RENAMED = {"gpu_hist": "hist", "gpu_exact": "hist"}
    """,
    "asserted": """
        import xgboost
        assert model.get_params() == {"tree_method": "gpu_hist"}
    """,
    "set back before training": """
        import xgboost as xgb
        params = {"max_depth": 3}
        params["tree_method"] = "hist"
        xgb.train(params, data)
    """,
    "overwritten in a copy": """
        import xgboost as xgb
        base = {"max_depth": 3, "tree_method": "hist"}
        xgb.train({**base, "device": "cuda"}, data)
    """,
    "the branch of an old version": """
        import xgboost as xgb
        from packaging.version import Version

        params = {"max_depth": 3}
        if Version(xgb.__version__) >= Version("2.0"):
            params.update(tree_method="hist", device="cuda")
        else:
            params["tree_method"] = "gpu_hist"
        xgb.train(params, data)
    """,
    "grid of another estimator": """
        import xgboost
        from sklearn.ensemble import RandomForestClassifier
        from sklearn.model_selection import GridSearchCV
        GridSearchCV(RandomForestClassifier(), {"max_depth": [3, 4]})
    """,
}


@pytest.mark.parametrize("code", REPORTED.values(), ids=REPORTED.keys())
def test_reported(code: str) -> None:
    found, expected = marked(code, "DET401")
    assert found == expected


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT.keys())
def test_silent(code: str) -> None:
    found, expected = marked(code, "DET401")
    assert found == expected == []


@pytest.mark.parametrize(
    ("value", "version", "severity"),
    [
        ("gpu_hist", "1.7", None),
        ("gpu_hist", "2.0", "warning"),
        ("gpu_hist", "3.0.5", "warning"),
        ("gpu_hist", "3.1", "error"),
        ("gpu_exact", "0.90", "error"),
        ("gpu_exact", "1.7", "error"),
        ("auto", "1.7", "info"),
        ("auto", "2.0", None),
        ("approx", "1.7", "error"),
        ("approx", "2.0", None),
    ],
)
def test_versions(value: str, version: str, severity: str | None) -> None:
    code = f'import xgboost as xgb\nxgb.train({{"tree_method": "{value}", "device": "cuda"}}, data)  # !'
    found, expected = marked(code, "DET401", targets=(f"xgboost={version}",), severity=severity)
    assert found == (expected if severity else [])
