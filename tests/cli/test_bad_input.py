"""What may go wrong while files are repaired, ignored or known: a clear message, and nothing is lost."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from detlint.cli.check import Job
from tests.cli.conftest import BENCHMARK, Run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from detlint.diagnostics import Report

SETTING = "import torch\n\ntorch.backends.cudnn.determinstic = True\n"


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called, nothing more can be written."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def start() -> None:
        monkeypatch.setattr(os, "fsync", full)

    return start


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fix", "."), "a.py: not fixed: No space left on device"),
        (("--add-ignores", "."), "a.py: left alone: No space left on device"),
        (("baseline", "update"), "detlint-baseline.json: No space left on device"),
    ],
)
def test_on_a_full_disk_all_is_as_it_was(
    detlint: Run, project: Path, full_disk: Callable[[], None], arguments: tuple[str, ...], said: str
) -> None:
    (project / "b.py").write_text(SETTING)
    detlint("baseline", "create")
    (project / "a.py").write_text(SETTING)
    before = contents(project)
    full_disk()
    outcome = detlint(*arguments)
    assert outcome.status == 2
    assert said in outcome.err
    assert contents(project) == before


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 99, "findings": []}', "\xff\x00"])
@pytest.mark.parametrize("option", ["--fix", "--add-ignores", "--diff"])
def test_with_a_baseline_that_cannot_be_read_nothing_is_written(
    detlint: Run, project: Path, text: str, option: str
) -> None:
    (project / "a.py").write_text(SETTING)
    (project / "known.json").write_text(text, encoding="latin-1")
    before = contents(project)
    outcome = detlint(".", option, "--unsafe-fixes", "--baseline", "known.json")
    assert (outcome.status, outcome.out) == (2, "")
    assert "known.json" in outcome.err
    assert "internal error" not in outcome.err
    assert contents(project) == before


def test_a_broken_ignore_file_hides_nothing_else(detlint: Run, project: Path) -> None:
    (project / ".gitignore").write_bytes(b"\xff\xfe[\n[z-a].py\n\\\nignored.py\n")
    (project / "a.py").write_text(BENCHMARK)
    (project / "ignored.py").write_text(BENCHMARK)
    outcome = detlint(".", "--fix", "--unsafe-fixes")
    assert outcome.status == 0
    assert "benchmark = False" in (project / "a.py").read_text()
    assert (project / "ignored.py").read_text() == BENCHMARK


@pytest.mark.parametrize("when", ["before it is read", "while all is checked again"])
def test_a_file_that_is_edited_meanwhile_is_never_overwritten(
    detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    (project / "a.py").write_text(SETTING)
    (project / "b.py").write_text(SETTING)
    check, runs = Job.report_of, []

    def edited_meanwhile(job: Job, *arguments: object) -> Report:
        report = check(job, *arguments)  # type: ignore[arg-type]
        runs.append(arguments)
        if len(runs) == (1 if when == "before it is read" else 2):
            (project / "a.py").write_text("mine = 1\n")
        return report

    monkeypatch.setattr(Job, "report_of", edited_meanwhile)
    outcome = detlint("--fix", ".")
    assert outcome.status == 2
    assert "changed while it was being checked" in outcome.err
    assert (project / "a.py").read_text() == "mine = 1\n"
    assert (project / "b.py").read_text() == SETTING.replace("determinstic", "deterministic")


def test_a_file_that_vanishes_is_told(detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "a.py").write_text(SETTING)
    (project / "b.py").write_text(SETTING)
    check = Job.report_of

    def removed_meanwhile(job: Job, *arguments: object) -> Report:
        report = check(job, *arguments)  # type: ignore[arg-type]
        (project / "a.py").unlink(missing_ok=True)
        return report

    monkeypatch.setattr(Job, "report_of", removed_meanwhile)
    outcome = detlint("--fix", ".")
    assert outcome.status == 2
    assert "a.py" in outcome.err
    assert (project / "b.py").read_text() == SETTING.replace("determinstic", "deterministic")
