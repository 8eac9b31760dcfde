"""DET404 and DET402: the racing updater of the linear booster, and histograms that are not deterministic."""

from __future__ import annotations

import pytest
from tests.rules.xgboost.marked import marked

REPORTED = {
    "default updater": """
        from xgboost import XGBRegressor
        XGBRegressor(booster="gblinear")  # !
    """,
    "written": """
        import xgboost as xgb
        params = {
            "booster": "gblinear",
            "updater": "shotgun",  # !
        }
        xgb.train(params, data)
    """,
    "cv": """
        import xgboost as xgb
        xgb.cv({"booster": "gblinear", "eta": 0.1}, data, nfold=3)  # !
    """,
    "two threads": """
        import xgboost as xgb
        xgb.train({"booster": "gblinear", "nthread": 2}, data)  # !
    """,
    "all threads": """
        from xgboost import XGBRegressor
        XGBRegressor(booster="gblinear", n_jobs=-1)  # !
    """,
    "dict of defaults": """
        import xgboost as xgb
        LINEAR = dict(booster="gblinear")  # !
        xgb.train({**LINEAR, "alpha": 0.1}, data)
    """,
    "optuna": """
        import xgboost as xgb

        def objective(trial):
            param = {"booster": trial.suggest_categorical("booster", ["gbtree", "gblinear", "dart"])}  # !
            return xgb.train(param, data)
    """,
    "grid": """
        from sklearn.model_selection import GridSearchCV
        from xgboost import XGBRegressor
        GridSearchCV(XGBRegressor(), {"booster": ["gbtree", "gblinear"]})  # !
    """,
    "set_param": """
        import xgboost as xgb
        booster = xgb.Booster({"booster": "gblinear", "nthread": 1})
        booster.set_param({"updater": "shotgun"})  # !
    """,
    "item of a parameter": """
        import xgboost as xgb

        def run(param, data):
            param["updater"] = "shotgun"  # !
            return xgb.train(param, data)
    """,
    "in one branch": """
        import xgboost as xgb

        def run(data, linear):
            param = {"eta": 0.3}
            if linear:
                param["booster"] = "gblinear"  # !
            return xgb.train(param, data)
    """,
    "other parameters in a branch": """
        import xgboost as xgb

        def run(data, slow):
            param = {"booster": "gblinear"}  # !
            if slow:
                param["eta"] = 0.1
            return xgb.train(param, data)
    """,
    "multi-line constructor": """
        import xgboost
        model = xgboost.XGBClassifier(
            n_estimators=10,
            booster="gblinear",  # !
        )
    """,
    "a wrapper with threads": """
        import xgboost

        def make(booster, jobs):
            return xgboost.XGBClassifier(booster=booster, n_jobs=jobs)

        make("gblinear", 4)  # !
    """,
    "step of an ensemble": """
        from sklearn.ensemble import StackingClassifier
        from xgboost import XGBClassifier
        StackingClassifier([("linear", XGBClassifier(booster="gblinear")), ("trees", XGBClassifier())])  # !
    """,
    "set_params": """
        import xgboost
        model = xgboost.XGBClassifier()
        model.set_params(booster="gblinear")  # !
    """,
}

SILENT = {
    "coordinate descent": """
        import xgboost as xgb
        xgb.train({"booster": "gblinear", "updater": "coord_descent", "feature_selector": "shuffle"}, data)
    """,
    "one thread": """
        import xgboost as xgb
        xgb.train({"booster": "gblinear", "nthread": 1}, data)
    """,
    "one job": """
        from xgboost import XGBRegressor
        XGBRegressor(booster="gblinear", n_jobs=1)
    """,
    "shotgun with one thread": """
        import xgboost as xgb
        xgb.train({"booster": "gblinear", "updater": "shotgun", "nthread": 1}, data)
    """,
    "trees": """
        import xgboost as xgb
        xgb.train({"booster": "gbtree", "updater": "grow_colmaker,prune"}, data)
    """,
    "dart": """
        from xgboost import XGBClassifier
        XGBClassifier(booster="dart")
    """,
    "a wrapper with one thread": """
        import xgboost

        def make(booster, jobs):
            return xgboost.XGBClassifier(booster=booster, n_jobs=jobs)

        make("gblinear", 1)
    """,
    "attribute set later": """
        from xgboost import XGBRegressor
        model = XGBRegressor(booster="gblinear")
        model.n_jobs = 1
        model.fit(x, y)
    """,
    "set later": """
        from xgboost import XGBRegressor
        model = XGBRegressor(booster="gblinear")
        model.set_params(updater="coord_descent")
        model.fit(x, y)
    """,
    "item set later": """
        import xgboost as xgb
        params = {"booster": "gblinear"}
        params["updater"] = "coord_descent"
        xgb.train(params, data)
    """,
    "defaults below": """
        import xgboost as xgb
        BASE = {"updater": "coord_descent"}
        xgb.train({**BASE, "booster": "gblinear"}, data)
    """,
    "grid over one with coordinate descent": """
        from sklearn.model_selection import GridSearchCV
        from xgboost import XGBRegressor
        GridSearchCV(XGBRegressor(updater="coord_descent"), {"booster": ["gblinear"]})
    """,
    "an updater of something else": """
        from torch.optim import swa_utils
        updater = {"updater": "momentum"}
        run(updater)
    """,
    "a gun": """
        import xgboost
        WEAPONS = {"kind": "shotgun", "updater": None}
    """,
    "names only": """
        import xgboost
        BOOSTERS = ("gbtree", "gblinear", "dart")
    """,
    "own function": """
        import xgboost

        def label(booster):
            return booster.title()

        label(booster="gblinear")
    """,
    "unknown updater": """
        import xgboost as xgb

        def run(data, updater):
            return xgb.train({"booster": "gblinear", "updater": updater}, data)
    """,
    "options out of sight": """
        from xgboost import XGBRegressor

        def make(**options):
            return XGBRegressor(booster="gblinear", **options)
    """,
}


@pytest.mark.parametrize("code", REPORTED.values(), ids=REPORTED.keys())
def test_reported(code: str) -> None:
    found, expected = marked(code, "DET404")
    assert found == expected


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT.keys())
def test_silent(code: str) -> None:
    found, expected = marked(code, "DET404")
    assert found == expected == []


@pytest.mark.parametrize(("version", "reported"), [("1.5", True), ("1.6", False), ("3.4", False)])
def test_gpu_coordinate_descent(version: str, reported: bool) -> None:
    code = 'import xgboost as xgb\nxgb.train({"booster": "gblinear", "updater": "gpu_coord_descent"}, data)  # !'
    found, expected = marked(code, "DET404", targets=(f"xgboost={version}",))
    assert found == (expected if reported else [])


@pytest.mark.parametrize(
    ("parameters", "version", "severity"),
    [
        ('{"tree_method": "gpu_hist", "deterministic_histogram": False}', "1.1", "error"),
        ('{"tree_method": "gpu_hist", "deterministic_histogram": 0}', "1.4.2", "error"),
        ('{"tree_method": "gpu_hist", "deterministic_histogram": "false"}', "1.3", "error"),
        ('{"tree_method": "gpu_hist", "deterministic_histogram": False}', "1.5", "warning"),
        ('{"tree_method": "hist", "deterministic_histogram": False}', "1.3", "warning"),
        ('{"deterministic_histogram": False}', "1.3", "warning"),
        ('{"deterministic_histogram": False}', "1.0", "warning"),
        ('dict(tree_method="hist", deterministic_histogram=False)', "3.4.1", "warning"),
        ('{"tree_method": "gpu_hist", "deterministic_histogram": True}', "1.3", None),
        ('{"tree_method": "gpu_hist", "single_precision_histogram": True}', "1.3", None),
        ('{"tree_method": "gpu_hist"}', "1.3", None),
        ('{"tree_method": "gpu_hist", "deterministic_histogram": flag}', "1.3", None),
    ],
)
def test_histogram(parameters: str, version: str, severity: str | None) -> None:
    code = f"import xgboost as xgb\nxgb.train({parameters}, data)  # !"
    found, expected = marked(code, "DET402", targets=(f"xgboost={version}",), severity=severity)
    assert found == (expected if severity else [])
