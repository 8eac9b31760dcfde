"""Notebooks on the command line: real files, real output."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detlint.registry import registry
from detlint.sources.notebook import of_cells
from tests.helpers import checker_of

if TYPE_CHECKING:
    from tests.cli.conftest import Run

FIXTURES = Path(__file__).parents[1] / "fixtures" / "notebooks"


@pytest.fixture
def notebooks(project: Path) -> Path:
    """A project that holds the notebooks of the fixtures."""
    shutil.copytree(FIXTURES, project, dirs_exist_ok=True)
    return project


def places(out: str) -> list[tuple[str, int | None, int, int]]:
    """Codes, cells, lines and columns of a report in JSON."""
    return [
        (item["code"], item.get("cell"), item["location"]["line"], item["location"]["column"])
        for item in json.loads(out)["diagnostics"]
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "training.ipynb",
            [
                ("DET502", 2, 2, 6),
                ("DET201", 9, 2, 16),
                ("DET001", 10, 2, 1),
                ("DET205", 11, 1, 1),
            ],
        ),
        ("order.ipynb", [("DET803", 2, 2, 33), ("DET802", 3, 1, 10), ("DET801", 5, 1, 1), ("DET803", 6, 2, 7)]),
        ("version3.ipynb", [("DET802", 4, 1, 1)]),
        ("in_r.ipynb", []),
        ("broken.ipynb", [("DET001", None, 5, 1)]),
        (
            "databricks.py",
            [
                ("DET802", None, 16, 10),
                ("DET112", None, 20, 14),
                ("DET503", None, 20, 14),
                ("DET506", None, 20, 14),
                ("DET001", None, 35, 1),
                ("DET101", None, 40, 9),
                ("DET803", None, 40, 24),
            ],
        ),
    ],
)
def test_what_is_reported(detlint: Run, notebooks: Path, name: str, expected: list[tuple[object, ...]]) -> None:
    outcome = detlint("check", "--output-format", "json", name)
    assert places(outcome.out) == expected
    assert (outcome.status, outcome.err) == (1 if expected else 0, "")


def test_notebooks_are_found_in_folders(detlint: Run, notebooks: Path) -> None:
    (notebooks / ".ipynb_checkpoints").mkdir()
    (notebooks / ".ipynb_checkpoints" / "x-checkpoint.ipynb").write_text("{")
    shown = detlint("check", "--show-files", ".").out.split()
    assert shown == sorted(path.name for path in FIXTURES.iterdir())


def test_code_frames_show_the_cell_as_it_is_written(detlint: Run, notebooks: Path) -> None:
    out = detlint("training.ipynb", "--select", "DET502").out
    assert out.startswith("training.ipynb:cell 2:2:6: error[DET502] ")
    assert "2 | %env CUBLAS_WORKSPACE_CONFIG=:4096:2\n  |      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n" in out
    out = detlint("training.ipynb", "--select", "DET201").out
    assert "2 | %time counts = torch.bincount(index, weights)\n  |                ^^^^^^^^^^^^^^\n" in out
    out = detlint("databricks.py", "--select", "DET506").out
    assert "20 | # MAGIC %env PYTHONHASHSEED=random\n   |              ^^^^^^^^^^^^^^^^^^^^^\n" in out


def test_related_places_are_told_by_cell(detlint: Run, notebooks: Path) -> None:
    out = detlint("order.ipynb", "--select", "DET802").out
    assert "seeded only further down (order.ipynb:cell 5:1)" in out
    assert "note: order.ipynb:cell 2:2:12: `np.random.randn` draws here" in out
    assert "note: order.ipynb:cell 5:1:1: the seed stands here" in out


def test_standard_input(detlint: Run, notebooks: Path) -> None:
    arguments = ("check", "--select", "DET201", "--stdin-filename", "training.ipynb", "-")
    outcome = detlint(*arguments, stdin=(FIXTURES / "training.ipynb").read_bytes())
    assert outcome.out.startswith("training.ipynb:cell 9:2:16: error[DET201] ")
    assert "2 | %time counts" in outcome.out


def test_suppression_comments_in_cells(detlint: Run, project: Path) -> None:
    cells = [
        "import torch\nb = torch.backends.cudnn\nb.benchmark = True  # noqa: DET205",
        "%time b.benchmark = True  # detlint: ignore[DET205] measured",
        "b.benchmark = True",
        "x = 1  # detlint: ignore[DET205]",
        "print 'x'  # noqa: DET001",
    ]
    write(project / "a.ipynb", cells)
    assert places(detlint("a.ipynb", "--output-format", "json").out) == [("DET205", 3, 1, 1), ("DET002", 4, 1, 8)]


def test_a_notebook_can_be_skipped_from_any_cell(detlint: Run, project: Path) -> None:
    write(project / "a.ipynb", ["print(x)", "print 'x'", "# detlint: skip-file"])
    assert detlint("a.ipynb").status == 0


def test_a_notebook_runs_on_what_the_project_seeds(detlint: Run, project: Path) -> None:
    (project / "helpers.py").write_text("import random\n\n\ndef fix(seed):\n    random.seed(seed)\n")
    write(project / "seeded.ipynb", ["from helpers import fix", "fix(3)", "import random\nrandom.random()"])
    write(project / "unseeded.ipynb", ["from helpers import fix", "import random\nrandom.random()"])
    write(project / "run.ipynb", ["%run -i ./scripts/seed.py", "import random\nrandom.random()"])
    (project / "scripts").mkdir()
    (project / "scripts" / "seed.py").write_text("import random\n\nrandom.seed(3)\n")
    report = json.loads(detlint(".", "--output-format", "json", "--select", "DET101").out)
    assert [(item["path"], item["cell"]) for item in report["diagnostics"]] == [("unseeded.ipynb", 2)]


def test_flake8_leaves_notebooks_alone() -> None:
    from detlint.flake8 import Plugin

    text = (FIXTURES / "order.ipynb").read_text().replace("null", "None")
    assert not list(Plugin(ast.parse(text), "order.ipynb", text.splitlines(keepends=True)).run())


def write(path: Path, cells: list[str]) -> None:
    """Write a notebook with these code cells."""
    made: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": text} for text in cells
    ]
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))


LINES = (
    "import random, os, torch",
    "import numpy as np",
    "%time x = random.random()",
    "random.seed(1)",
    "x = !ls",
    "%env PYTHONHASHSEED=0",
    "for f in os.listdir('.'):\n    y = f",
    "def f():\n    return np.random.rand() + z",
    "f()",
    "z = {1, 2}",
    "%%time",
    "%%bash",
    "torch.backends.cudnn.benchmark = True  # noqa",
    "print 'a'",
    "if x:\n    z = list(z)",
    "    x = 1",
    "help?",
    "x += 1",
    "class C:\n    def __init__(self):\n        random.shuffle(q)",
    "C()",
    "# detlint: ignore[DET101]",
    "await f()",
    "return 3",
    "with torch.no_grad():\n    torch.manual_seed(3)",
    "try:\n    q\nexcept NameError:\n    q = []",
    "[z for z in q if z]",
    "é = '🎲'",
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.sampled_from(LINES), max_size=4).map("\n".join), max_size=5))
def test_no_rule_fails_on_any_cells(texts: list[str]) -> None:
    notebook = of_cells("n.ipynb", texts)
    result = checker_of(tuple(registry().by_code), min_confidence="low").check(notebook)
    assert not result.errors
    for item in result.diagnostics:
        assert item.location.cell is not None
        lines = texts[item.location.cell - 1].split("\n")
        assert 1 <= item.location.line <= len(lines)
        assert 1 <= item.location.column <= len(lines[item.location.line - 1]) + 1
