"""What the index is told of XGBoost, LightGBM and CatBoost: other names of their classes, and what calls give."""

from __future__ import annotations

from detlint.plugins import Library
from detlint.rules.xgboost.facts import estimators

_SELF_METHODS = ("fit", "set_params")

_ALIASES = {
    "xgboost.sklearn": "xgboost",
    "xgboost.core": "xgboost",
    "xgboost.training": "xgboost",
    "xgboost.spark.estimator": "xgboost.spark",
    "lightgbm.sklearn": "lightgbm",
    "lightgbm.basic": "lightgbm",
    "lightgbm.engine": "lightgbm",
    "lightgbm.DaskLGBMClassifier": "lightgbm.dask.DaskLGBMClassifier",
    "lightgbm.DaskLGBMRegressor": "lightgbm.dask.DaskLGBMRegressor",
    "lightgbm.DaskLGBMRanker": "lightgbm.dask.DaskLGBMRanker",
    "catboost.core": "catboost",
    "optuna_integration.lightgbm": "optuna.integration.lightgbm",
    "optuna_integration.LightGBMTuner": "optuna.integration.lightgbm.LightGBMTuner",
    "optuna.integration.LightGBMTuner": "optuna.integration.lightgbm.LightGBMTuner",
    "dask.distributed": "distributed",
}
"""Where a class or function lives, to the name by which it is documented."""

_RETURNS = {
    "xgboost.train": "xgboost.Booster",
    "lightgbm.train": "lightgbm.Booster",
    "catboost.train": "catboost.CatBoost",
    "xgboost.Booster.copy": "xgboost.Booster",
}


def library() -> Library:
    """The pack's part of what the index knows."""
    returns = dict(_RETURNS)
    for api in estimators():
        for method in _SELF_METHODS:
            returns[f"{api.name}.{method}"] = "self" if api.backend != "spark" or method != "fit" else ""
    return Library(aliases=_ALIASES, returns=returns)
