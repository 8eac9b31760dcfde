"""DET421: CatBoost on a GPU."""

from __future__ import annotations

import pytest
from tests.rules.xgboost.marked import marked

REPORTED = {
    "keyword": """
        from catboost import CatBoostClassifier
        CatBoostClassifier(iterations=10, task_type="GPU")  # !
    """,
    "own line": """
        import catboost as cb
        cb.CatBoostRegressor(
            devices="0:1",
            task_type="GPU",  # !
        )
    """,
    "params of CatBoost": """
        from catboost import CatBoost
        CatBoost({"task_type": "GPU"})  # !
        CatBoost(params=dict(task_type="GPU"))  # !
    """,
    "train": """
        import catboost
        catboost.train(pool, {"task_type": "GPU"})  # !
    """,
    "cv": """
        from catboost import cv
        params = {"iterations": 10}
        params["task_type"] = "GPU"  # !
        cv(params=params, pool=pool)
    """,
    "conditional": """
        from catboost import CatBoostRanker

        def make(gpu):
            return CatBoostRanker(task_type="GPU" if gpu else "CPU")  # !
    """,
    "unpacked": """
        from catboost import CatBoostClassifier
        PARAMS = {"depth": 6, "task_type": "GPU"}  # !
        CatBoostClassifier(**PARAMS)
        CatBoostClassifier(**{**PARAMS, "depth": 8})
    """,
    "set_params": """
        from catboost import CatBoostClassifier
        model = CatBoostClassifier()
        model.set_params(task_type="GPU")  # !
    """,
    "the module where the class lives": """
        from catboost.core import CatBoostClassifier
        CatBoostClassifier(task_type="GPU")  # !
    """,
    "module of settings": """
        CATBOOST = {"iterations": 100, "loss_function": "Logloss", "task_type": "GPU"}  # !
    """,
    "wrapper": """
        from catboost import CatBoostClassifier

        def make(task_type="CPU", **options):
            return CatBoostClassifier(task_type=task_type, **options)

        make(task_type="GPU")  # !
    """,
    "grid": """
        from catboost import CatBoostClassifier
        from sklearn.model_selection import GridSearchCV
        GridSearchCV(CatBoostClassifier(), {"task_type": ["GPU"], "depth": [4, 6]})  # !
    """,
}

SILENT = {
    "CPU": """
        from catboost import CatBoostClassifier
        CatBoostClassifier(task_type="CPU")
    """,
    "default": """
        from catboost import CatBoostClassifier
        CatBoostClassifier(iterations=10, random_seed=None)
    """,
    "devices alone": """
        from catboost import CatBoostClassifier
        CatBoostClassifier(devices="0")
    """,
    "unknown": """
        from catboost import CatBoostClassifier

        def make(task_type):
            return CatBoostClassifier(task_type=task_type)
    """,
    "option": """
        import argparse
        from catboost import CatBoostClassifier
        parser = argparse.ArgumentParser()
        parser.add_argument("--task-type", default="CPU", choices=["CPU", "GPU"])
        CatBoostClassifier(task_type=parser.parse_args().task_type)
    """,
    "a pool": """
        from catboost import Pool
        Pool(x, y)
    """,
    "text": """
        import catboost
        TYPES = ("CPU", "GPU")
        print("task_type=GPU")
    """,
    "another task": """
        CONFIG = {"task_type": "classification"}
        run(task_type="GPU")
    """,
    "another library's dict": """
        JOB = {"task_type": "GPU", "queue": "default"}
        submit(JOB)
    """,
    "own class": """
        import catboost

        class Job:
            def __init__(self, task_type):
                self.task_type = task_type

        Job(task_type="GPU")
    """,
    "comparison": """
        import catboost
        assert model.get_all_params() != {"task_type": "GPU"}
    """,
}


@pytest.mark.parametrize("code", REPORTED.values(), ids=REPORTED.keys())
def test_reported(code: str) -> None:
    found, expected = marked(code, "DET421")
    assert found == expected


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT.keys())
def test_silent(code: str) -> None:
    found, expected = marked(code, "DET421")
    assert found == expected == []
