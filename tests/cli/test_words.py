"""What findings say, as a person reads it: names as they are written, why runs differ, and how to repair it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("code", "rule", "words"),
    [
        (
            "import networkx as nx\n\ndef graph(n):\n    return nx.gnp_random_graph(n, 0.1)\n",
            "DET151",
            "`nx.gnp_random_graph` without `seed` draws from Python's global `random` state, which nothing seeds "
            "before, so runs differ. Give it `seed=SEED`, or call `random.seed(SEED)` before.",
        ),
        (
            "from scipy import sparse\n\ndef noise():\n    return sparse.random(3, 3)\n",
            "DET151",
            "`sparse.random` without `rng` draws from NumPy's global state, which nothing seeds before, so runs "
            "differ. Give it `rng=SEED`, or call `np.random.seed(SEED)` before.",
        ),
        (
            "import pandas as pd\n\ndef some(path):\n    return pd.read_csv(path).sample(3)\n",
            "DET131",
            "`….sample` without `random_state` draws from NumPy's global state",
        ),
        (
            "import os\n\ndef first(folder):\n    return os.listdir(folder)[0]\n",
            "DET105",
            "`os.listdir` gives files in the order of the file system, which differs between machines, and one item"
            " is taken by position. Put `sorted(…)` around it.",
        ),
        (
            "def ranked(words: set[str]):\n    return sorted(words, key=len)\n",
            "DET106",
            "A set has no stable order (that of texts changes with every run), and items whose sort keys are equal "
            "stay in that order. Let the key tell all items apart, for example `key=lambda item: (…, item)`.",
        ),
        (
            "import torch.nn.functional as F\n\ndef warp(x, grid):\n    return F.grid_sample(x, grid)\n",
            "DET201",
            "`torch.nn.functional.grid_sample` has no deterministic implementation on CUDA: its gradient adds with "
            "atomics, so results differ between runs.",
        ),
    ],
)
def test_what_is_said(detlint: Run, project: Path, code: str, rule: str, words: str) -> None:
    (project / "code.py").write_text(code)
    report = json.loads(detlint("code.py", "--select", rule, "--output-format", "json").out)
    assert [item["message"][: len(words)] for item in report["diagnostics"]] == [words]


@pytest.mark.parametrize(("version", "severity"), [("1.3", "error"), ("1.7", "warning"), ("3.0", "warning")])
def test_deterministic_histogram_is_an_error_where_it_acts(
    detlint: Run, project: Path, version: str, severity: str
) -> None:
    (project / "train.py").write_text(
        'import xgboost as xgb\n\nxgb.train({"tree_method": "gpu_hist", "deterministic_histogram": False}, data)\n'
    )
    out = detlint("train.py", "--select", "DET402", "--target", f"xgboost={version}", "--output-format", "json").out
    assert [item["severity"] for item in json.loads(out)["diagnostics"]] == [severity]
    assert "\nlevel  error, in milder cases warning; " in detlint("explain", "DET402").out
