"""Entry points in other files of a project: what reaches a function, and with which mode."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

BLOCKS = "import torch\n\n\ndef pooled(x: torch.Tensor, i: torch.Tensor):\n    return x.scatter_add(0, i, x)\n"
ON = "    torch.use_deterministic_algorithms(True)\n"
TRAIN = """\
import torch

from blocks import pooled

if __name__ == '__main__':
{mode}    print(pooled(torch.ones(3), load()))
"""
METADATA = '[project]\nname = "blocks"\nversion = "1"\n'


def reported(capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    main(["check", "--select", "DET202", "--output-format", "concise", *options, "blocks.py"])
    return [line.partition(" DET")[0] for line in capsys.readouterr().out.splitlines() if " DET" in line]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "blocks.py").write_text(BLOCKS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_entry_point_elsewhere_turns_the_mode_on(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "train.py").write_text(TRAIN.format(mode=ON))
    assert reported(capsys) == []
    (project / "train.py").write_text(TRAIN.format(mode=""))
    assert reported(capsys) == ["blocks.py:5:12:"]


def test_one_entry_point_without_the_mode_is_enough(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "train.py").write_text(TRAIN.format(mode=ON))
    (project / "other.py").write_text(TRAIN.format(mode=""))
    assert reported(capsys) == ["blocks.py:5:12:"]


def test_tests_are_no_entry_points(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "train.py").write_text(TRAIN.format(mode=ON))
    (project / "test_blocks.py").write_text(TRAIN.format(mode=""))
    assert reported(capsys) == []


LEARN = """\
import torch
from torch import nn

if __name__ == '__main__':
{mode}    net = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(net.parameters())
    net(torch.ones(1, 2)).sum().backward()
    optimizer.step()
"""


def test_where_the_entry_points_turn_the_mode_on_what_none_reaches_is_left_to_callers(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "train.py").write_text(LEARN.format(mode=ON))
    (project / "show.py").write_text("import torch\n\nif __name__ == '__main__':\n    print(torch.ones(3))\n")
    assert reported(capsys) == []
    assert reported(capsys, "--min-severity", "info") == ["blocks.py:5:12:"]
    (project / "other.py").write_text(LEARN.format(mode=""))
    assert reported(capsys) == ["blocks.py:5:12:"]


def test_in_a_package_the_mode_is_left_to_callers(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reported(capsys) == ["blocks.py:5:12:"]
    (project / "pyproject.toml").write_text(METADATA)
    assert reported(capsys) == []
    assert reported(capsys, "--min-severity", "info") == ["blocks.py:5:12:"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", METADATA + '[project.scripts]\nrun = "runner:start"\n'),
        ("pyproject.toml", '[tool.poetry]\nname = "x"\n[tool.poetry.scripts]\nrun = "runner:start"\n'),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n    run = runner:start\n"),
        ("setup.py", "from setuptools import setup\nsetup(entry_points={'console_scripts': ['run = runner:start']})\n"),
    ],
)
def test_console_scripts_are_entry_points(
    project: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    runner = "import torch\n\nfrom blocks import pooled\n\n\ndef start():\n    print(pooled(torch.ones(3), load()))\n"
    (project / "runner.py").write_text(runner)
    (project / name).write_text(text)
    assert reported(capsys) == ["blocks.py:5:12:"]


SAMPLED = "import pandas as pd\n\n\ndef part(table: pd.DataFrame):\n    return table.sample(3)\n"


@pytest.mark.parametrize(("seed", "found"), [("    np.random.seed(0)\n", []), ("", ["blocks.py:5:12:"])])
def test_a_seed_in_the_file_that_runs_counts(
    project: Path, capsys: pytest.CaptureFixture[str], seed: str, found: list[str]
) -> None:
    (project / "blocks.py").write_text(SAMPLED)
    main_file = (
        "import numpy as np\n\nfrom blocks import part\n\nif __name__ == '__main__':\n" + seed + "    part(load())\n"
    )
    (project / "main.py").write_text(main_file)
    main(["check", "--select", "DET131", "--output-format", "concise", "blocks.py"])
    lines = [line.partition(" DET")[0] for line in capsys.readouterr().out.splitlines() if " DET" in line]
    assert lines == found


def test_a_command_that_only_calls_other_files_is_an_entry_point(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "cli.py").write_text("from words import pick\n\n\ndef start():\n    print(pick('abc'))\n")
    (project / "words.py").write_text("import random\n\n\ndef pick(text):\n    return random.choice(text)\n")
    (project / "pyproject.toml").write_text(METADATA + '[project.scripts]\npick = "cli:start"\n')
    main(["check", "--select", "DET101", "--output-format", "concise", "."])
    assert "cli.py:5:11: DET101" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", 'FROM python:3.11\nCMD ["python", "-m", "jobs.run"]\n'),
        ("Makefile", "train:\n\tpython -m jobs.run --epochs 3\n"),
        ("train.sh", "#!/bin/sh\ntorchrun --nproc_per_node 2 jobs/run.py\n"),
        ("launch.sh", "accelerate launch jobs/run.py\n"),
        ("MLproject", 'name: x\nentry_points:\n  main:\n    command: "python jobs/run.py"\n'),
        (
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: python -m jobs.run\n",
        ),
    ],
)
def test_what_a_command_starts_is_an_entry_point(
    project: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    (project / "pyproject.toml").write_text(METADATA)
    (project / "jobs").mkdir()
    (project / "jobs" / "__init__.py").write_text("")
    run = "from .layers import build\nfrom blocks import pooled\n\nx = build()\npooled(x, load())\n"
    (project / "jobs" / "run.py").write_text(run)
    (project / "jobs" / "layers.py").write_text("def build():\n    return 3\n")
    assert reported(capsys) == []
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text(text)
    assert reported(capsys) == ["blocks.py:5:12:"]


def test_a_file_that_is_linted_by_a_command_is_not_started(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text(METADATA)
    (project / "run.py").write_text("import torch\n\nfrom .blocks import pooled\n\npooled(load(), 3)\n")
    (project / "Makefile").write_text("lint:\n\truff check run.py\n")
    assert reported(capsys) == []


def test_notebooks_and_main_modules_are_entry_points(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text(METADATA)
    assert reported(capsys) == []
    code = ["import torch\n", "from blocks import pooled\n", "pooled(torch.ones(3), load())\n"]
    cell: dict[str, object] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": code,
    }
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (project / "look.ipynb").write_text(json.dumps(notebook))
    assert reported(capsys) == ["blocks.py:5:12:"]
    (project / "look.ipynb").unlink()
    (project / "package").mkdir()
    (project / "package" / "__init__.py").write_text("")
    (project / "package" / "helper.py").write_text("from blocks import pooled\n")
    (project / "package" / "__main__.py").write_text("from .helper import pooled\n\npooled(load(), 1)\n")
    assert reported(capsys) == ["blocks.py:5:12:"]


BASE = "import random\n\n\nclass Layer:\n    def __init__(self):\n        self.number = random.random()\n"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from pack.base import Layer\n\nRELU = Layer()\n", []),
        ("import random\nfrom pack.base import Layer\n\nprint(Layer().number, random.random())\n", ["DET101"]),
    ],
)
def test_a_module_of_a_package_may_make_objects(
    code: str, found: list[str], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no program for that, though the constructor draws."""
    (project / "pack").mkdir()
    (project / "pack" / "__init__.py").write_text("")
    (project / "pack" / "base.py").write_text(BASE)
    (project / "pack" / "layers.py").write_text(code)
    main(["check", "--select", "DET101", "--output-format", "json", "pack/layers.py"])
    assert [item["code"] for item in json.loads(capsys.readouterr().out)["diagnostics"]] == found
