"""The pack's data and what it tells the index and the project model."""

from __future__ import annotations

import pytest
from tests.helpers import check
from tests.rules.xgboost.marked import marked

from detlint.rules.xgboost import facts
from detlint.versions import Version


def test_cross_validation_seeds_numpy() -> None:
    code = """
        import numpy as np
        import xgboost as xgb

        if __name__ == "__main__":
            {call}
            print(np.random.rand(3))
    """
    assert check(code.format(call='xgb.cv({}, xgb.DMatrix("d"), nfold=3)'), "DET121") == []
    assert check(code.format(call='xgb.train({}, xgb.DMatrix("d"))'), "DET121") == [(7, "DET121")]


@pytest.mark.parametrize("code", ["DET401", "DET402", "DET412", "DET421"])
def test_rows_are_sound(code: str) -> None:
    rows = facts.written(code)
    assert rows
    for row in rows:
        assert row.parameter == facts.canonical(row.library, row.parameter)
        assert row.since is None or row.before is None or Version(row.since) < row.before


@pytest.mark.parametrize(
    ("library", "alias", "name"),
    [
        ("xgboost", "random_state", "seed"),
        ("xgboost", "n_jobs", "nthread"),
        ("lightgbm", "device", "device_type"),
        ("lightgbm", "nthreads", "num_threads"),
        ("lightgbm", "force_row_wise", "force_row_wise"),
        ("catboost", "random_state", "random_seed"),
        ("catboost", "device", "device"),
    ],
)
def test_aliases(library: str, alias: str, name: str) -> None:
    assert facts.canonical(library, alias) == name


@pytest.mark.parametrize(
    ("written", "reported"),
    [
        ("from xgboost.sklearn import XGBClassifier as C", True),
        ("from project.compat import XGBClassifier as C", True),
        ("from xgboost_ray import RayXGBClassifier as C", True),
        ("from sklearn.ensemble import GradientBoostingClassifier as C", False),
        ("from project.compat import Classifier as C", False),
    ],
)
def test_classes_are_known_wherever_they_come_from(written: str, reported: bool) -> None:
    found, expected = marked(f'{written}\nC(booster="gblinear")  # !\n', "DET404")
    assert found == (expected if reported else [])
