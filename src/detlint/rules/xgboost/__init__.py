"""The `xgboost` pack: XGBoost, LightGBM and CatBoost."""

from __future__ import annotations

from detlint.plugins import Pack, hookimpl


@hookimpl
def detlint_pack() -> Pack:
    """Give the pack of rules for gradient boosting."""
    from detlint.rules.xgboost.catboost_gpu import CatboostGpu
    from detlint.rules.xgboost.effects import EFFECTS
    from detlint.rules.xgboost.facts import versions
    from detlint.rules.xgboost.library import library
    from detlint.rules.xgboost.lightgbm_deterministic import LightgbmDeterministic
    from detlint.rules.xgboost.lightgbm_gpu import LightgbmGpu
    from detlint.rules.xgboost.xgboost_allreduce import XgboostAllreduce
    from detlint.rules.xgboost.xgboost_histogram import XgboostHistogram
    from detlint.rules.xgboost.xgboost_seed import XgboostSeed
    from detlint.rules.xgboost.xgboost_tree_method import XgboostTreeMethod
    from detlint.rules.xgboost.xgboost_updater import XgboostUpdater

    return Pack(
        name="xgboost",
        prefix="DET",
        rules=(
            XgboostTreeMethod,
            XgboostHistogram,
            XgboostSeed,
            XgboostUpdater,
            XgboostAllreduce,
            LightgbmDeterministic,
            LightgbmGpu,
            CatboostGpu,
        ),
        library=library(),
        effects=(EFFECTS,),
        versions=versions(),
    )
