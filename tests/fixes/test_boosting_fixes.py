"""Repairs of parameters of boosting libraries: DET401 to DET404, DET411."""

from __future__ import annotations

import textwrap

import pytest

from tests.fixes.helpers import fixed

FIXED = {
    "lines and trailing commas stay": (
        "DET411",
        """
        import lightgbm as lgb

        params = {
            'objective': 'binary',  # two classes
            'seed': 1,
        }
        lgb.train(params, data)
        """,
        """
        import lightgbm as lgb

        params = {
            'objective': 'binary',  # two classes
            'seed': 1,
            'deterministic': True,
            'force_row_wise': True,
        }
        lgb.train(params, data)
        """,
    ),
    "a mode that is off": (
        "DET411",
        'import lightgbm as lgb\n\nlgb.train({"deterministic": False, "force_row_wise": True}, data)\n',
        'import lightgbm as lgb\n\nlgb.train({"deterministic": True, "force_row_wise": True}, data)\n',
    ),
    "a number of the GPU is a device": (
        "DET401",
        "from xgboost import XGBClassifier\n\nXGBClassifier(tree_method='gpu_hist', gpu_id=1, max_depth=3)\n",
        "from xgboost import XGBClassifier\n\nXGBClassifier(tree_method='hist', device='cuda:1', max_depth=3)\n",
    ),
    "a device that is there": (
        "DET401",
        'import xgboost as xgb\n\nxgb.train({"device": "cuda", "tree_method": "gpu_hist"}, data)\n',
        'import xgboost as xgb\n\nxgb.train({"device": "cuda", "tree_method": "hist"}, data)\n',
    ),
    "keywords of dict": (
        "DET401",
        'import xgboost as xgb\n\nparams = dict(tree_method="gpu_hist", max_depth=3)\nxgb.train(params, data)\n',
        'import xgboost as xgb\n\nparams = dict(tree_method="hist", max_depth=3, device="cuda")\n'
        "xgb.train(params, data)\n",
    ),
    "an entry goes with its line": (
        "DET402",
        """
        import xgboost as xgb

        params = {
            "max_depth": 3,
            "deterministic_histogram": False,
        }
        xgb.train(params, data)
        """,
        """
        import xgboost as xgb

        params = {
            "max_depth": 3,
        }
        xgb.train(params, data)
        """,
    ),
    "the seed in sight": (
        "DET403",
        'import xgboost as xgb\n\n\ndef fit(data, seed):\n    return xgb.train({"subsample": 0.5}, data)\n',
        "import xgboost as xgb\n\n\ndef fit(data, seed):\n"
        '    return xgb.train({"subsample": 0.5, "seed": seed}, data)\n',
    ),
}


@pytest.mark.parametrize(("rule", "before", "after"), FIXED.values(), ids=FIXED)
def test_parameters_are_written(rule: str, before: str, after: str) -> None:
    code, left = fixed(before, rule)
    assert code == textwrap.dedent(after)
    assert left == []


NO_FIX = {
    "a device that is the CPU": (
        "DET401",
        'import xgboost as xgb\n\nxgb.train({"device": "cpu", "tree_method": "gpu_hist"}, data)\n',
    ),
    "a value that is worked out": (
        "DET401",
        'import xgboost as xgb\n\nmethod = "gpu_hist"\nxgb.train({"tree_method": method}, data)\n',
    ),
    "a list of values": (
        "DET401",
        "from sklearn.model_selection import GridSearchCV\nfrom xgboost import XGBClassifier\n\n"
        'GridSearchCV(XGBClassifier(), {"tree_method": ["gpu_hist"]})\n',
    ),
    "a comment in the way": (
        "DET402",
        'import xgboost as xgb\n\nxgb.train({\n    "deterministic_histogram": False,  # faster\n}, data)\n',
    ),
}


@pytest.mark.parametrize(("rule", "code"), NO_FIX.values(), ids=NO_FIX)
def test_a_person_decides(rule: str, code: str) -> None:
    after, left = fixed(code, rule)
    assert (after, len(left)) == (code, 1)
