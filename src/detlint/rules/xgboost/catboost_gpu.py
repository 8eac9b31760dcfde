"""DET421: CatBoost on a GPU."""

from __future__ import annotations

from detlint.diagnostics import Severity
from detlint.rules.base import Candidates, Example
from detlint.rules.xgboost.written import WrittenValue


class CatboostGpu(WrittenValue):
    """Reports `task_type="GPU"` of CatBoost."""

    code = "DET421"
    name = "catboost-gpu"
    summary = 'CatBoost with `task_type="GPU"`'
    why = """\
CatBoost trains repeatably on the CPU, with any number of threads and with or without a stated seed (the default is
0). On a GPU it sums in an order that varies, so that models can differ between runs with the same seed."""
    severity = Severity.WARNING
    library = "catboost"
    bad = (
        Example('from catboost import CatBoostClassifier\n\nCatBoostClassifier(depth=6, task_type="GPU")  # !\n'),
        Example('import catboost\n\ncatboost.train(pool, {"task_type": "GPU", "devices": "0"})  # !\n'),
    )
    good = (
        Example('from catboost import CatBoostClassifier\n\nCatBoostClassifier(iterations=100, task_type="CPU")\n'),
        Example("from catboost import CatBoostClassifier\n\nCatBoostClassifier(iterations=100)\n"),
    )
    sources = ("https://catboost.ai/docs/en/features/training-on-gpu",)
    candidates = Candidates(words=("catboost", "task_type"))
