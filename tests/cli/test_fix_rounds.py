"""Rounds of `--fix` over a project: only what was repaired is checked again, and the result is as if all were."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from detlint.cli.check import Job
from tests.fixes.test_reach import BLOCK, NET, TRAIN

if TYPE_CHECKING:
    from collections.abc import Collection

    from detlint.diagnostics import Report
    from tests.cli.conftest import Outcome, Run

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = {
    "train.py": TRAIN.replace("torch.manual_seed(0)\n", ""),
    "model.py": NET,
    "blocks.py": BLOCK.replace("AvgPool3d", "AvgPool2d"),
    "utils.py": "import random\n\n\ndef set_seed(seed):\n    random.seed(seed)\n",
    "prepare.py": (
        "import glob\nimport random\n\nimport numpy as np\n\nfrom utils import set_seed\n\nset_seed(3)\n"
        "names = glob.glob('*.csv')\nprint(names[0], random.random(), np.random.rand())\n"
    ),
    "evaluate.py": "import torch\n\nfrom utils import set_seed\n\nset_seed(1)\nprint(torch.rand(3))\n",
    "hashes.py": 'import os\nimport random\n\nos.environ["PYTHONHASHSEED"] = "0"\nprint(random.Random(0).random())\n',
    "plain.py": "def f(x):\n    return x\n",
    "Dockerfile": "FROM python:3.11.4\nRUN python prepare.py\nRUN python hashes.py\nCMD python train.py\n",
}


def make(folder: Path) -> None:
    """A project in which findings depend on other files."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    shutil.copytree(EXAMPLES, folder / "examples")


def texts(folder: Path) -> dict[str, bytes]:
    """All files of a folder and below."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("options", [(), ("--unsafe-fixes",), ("--unsafe-fixes", "-j", "2")])
def test_the_result_is_as_if_all_files_were_checked_each_time(
    detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    check = Job.report_of
    checked: list[int] = []

    def fixed(*, always: bool) -> tuple[Outcome, dict[str, bytes]]:
        def report_of(job: Job, given: bytes | None, only: Collection[str] | None = None) -> Report:
            report = check(job, given, None if always else only)
            checked.append(report.files)
            return report

        folder = project / "work"
        folder.mkdir()
        make(folder)
        monkeypatch.setattr(Job, "report_of", report_of)
        monkeypatch.chdir(folder)
        checked.clear()
        outcome = detlint("--fix", *options, ".")
        changed = texts(folder)
        monkeypatch.chdir(project)
        shutil.rmtree(folder)
        return outcome, changed

    outcome, changed = fixed(always=False)
    every, *between, last = checked
    assert every == last > min(between)
    assert (outcome, changed) == fixed(always=True)
    assert set(checked) == {every}


def test_a_second_run_changes_nothing(detlint: Run, project: Path) -> None:
    make(project)
    detlint("--fix", "--unsafe-fixes", ".")
    before = texts(project)
    assert b"torch.manual_seed(seed)" in before["utils.py"]
    assert b"ENV PYTHONHASHSEED=0" in before["Dockerfile"]
    assert detlint("--diff", "--unsafe-fixes", ".").out == ""
    assert texts(project) == before
    assert os.getcwd() == str(project)
