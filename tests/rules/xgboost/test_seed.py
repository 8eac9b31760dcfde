"""DET403: random training of XGBoost without a stated seed."""

from __future__ import annotations

import pytest
from tests.rules.xgboost.marked import marked

REPORTED = {
    "rows": """
        from xgboost import XGBClassifier
        XGBClassifier(subsample=0.8)  # !
    """,
    "columns": """
        import xgboost as xgb
        xgb.train({"colsample_bytree": 0.5}, data)  # !
    """,
    "columns of a node": """
        import xgboost as xgb
        xgb.train({"colsample_bynode": 0.5}, data)  # !
    """,
    "gradient based": """
        import xgboost as xgb
        xgb.train({"sampling_method": "gradient_based", "device": "cuda"}, data)  # !
    """,
    "dart": """
        from xgboost import XGBRegressor
        XGBRegressor(booster="dart")  # !
    """,
    "random selector": """
        import xgboost as xgb
        params = {
            "booster": "gblinear",
            "updater": "coord_descent",
            "feature_selector": "shuffle",  # !
        }
        xgb.train(params, data)
    """,
    "random forest": """
        from xgboost import XGBRFClassifier
        XGBRFClassifier()  # !
    """,
    "no seed written": """
        from xgboost import XGBClassifier
        XGBClassifier(subsample=0.8, random_state=None)  # !
    """,
    "dropout of trees": """
        import xgboost as xgb
        xgb.train({"rate_drop": 0.1}, data)  # !
    """,
    "once for two": """
        import xgboost as xgb
        xgb.train({"subsample": 0.5, "colsample_bytree": 0.5}, data)  # !
    """,
}

SILENT = {
    "random_state": """
        from xgboost import XGBClassifier
        XGBClassifier(subsample=0.8, random_state=1)
    """,
    "seed": """
        import xgboost as xgb
        xgb.train({"subsample": 0.8, "seed": 0}, data)
    """,
    "seed from outside": """
        import xgboost as xgb

        def fit(data, seed):
            return xgb.train({"subsample": 0.8, "seed": seed}, data)
    """,
    "seed set later": """
        from xgboost import XGBClassifier
        model = XGBClassifier(subsample=0.8)
        model.set_params(random_state=3)
    """,
    "all rows": """
        from xgboost import XGBClassifier
        XGBClassifier(subsample=1.0, colsample_bytree=1)
    """,
    "nothing random": """
        from xgboost import XGBClassifier
        XGBClassifier(max_depth=3)
    """,
    "cyclic": """
        import xgboost as xgb
        xgb.train({"booster": "gblinear", "updater": "coord_descent", "feature_selector": "cyclic"}, data)
    """,
    "cv with a seed": """
        import xgboost as xgb
        xgb.cv({"subsample": 0.5}, data, seed=3)
    """,
    "another library": """
        from sklearn.ensemble import GradientBoostingClassifier
        GradientBoostingClassifier(subsample=0.8)
    """,
    "lightgbm": """
        import lightgbm as lgb
        lgb.train({"subsample": 0.8, "deterministic": True, "force_row_wise": True}, data)
    """,
    "unknown share": """
        import xgboost as xgb

        def fit(data, share):
            return xgb.train({"subsample": share}, data)
    """,
}


@pytest.mark.parametrize("code", REPORTED.values(), ids=REPORTED.keys())
def test_reported(code: str) -> None:
    found, expected = marked(code, "DET403", severity="info")
    assert found == expected


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT.keys())
def test_silent(code: str) -> None:
    found, expected = marked(code, "DET403")
    assert found == expected == []


def test_dropout_of_trees_had_no_effect() -> None:
    code = 'import xgboost as xgb\nxgb.train({"rate_drop": 0.1}, data)'
    assert marked(code, "DET403", targets=("xgboost=3.2",))[0] == []
