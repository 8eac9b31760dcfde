"""Progress: one line on a terminal, only of long runs, gone at the end."""

from __future__ import annotations

import io
import itertools
import sys
from typing import TYPE_CHECKING

import pytest

from detlint.cli import progress
from detlint.cli.progress import Progress
from tests.cli.conftest import BENCHMARK, Run

if TYPE_CHECKING:
    from pathlib import Path


def test_a_short_run_shows_nothing() -> None:
    stream = io.StringIO()
    line = Progress(stream, itertools.chain([0.0, 0.2, 0.9], itertools.repeat(0.99)).__next__)
    for number in range(5):
        line(number, 5)
    line.end()
    assert stream.getvalue() == ""


def test_a_long_run_shows_one_line_and_takes_it_away() -> None:
    stream = io.StringIO()
    line = Progress(stream, iter([0.0, 1.1, 1.15, 1.3]).__next__)
    for number in (1, 2, 3_000):
        line(number, 4_000)
    line.end()
    line.end()
    clear = "\r\x1b[K"
    assert stream.getvalue() == f"{clear}detlint: 1 of 4,000 files{clear}detlint: 3,000 of 4,000 files{clear}"


class Terminal(io.StringIO):
    """A stream that says that a person looks at it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("arguments", "term", "shown"), [((), "xterm", True), (("--quiet",), "xterm", False), ((), "dumb", False)]
)
def test_only_where_somebody_waits(
    detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], term: str, shown: bool
) -> None:
    (project / "train.py").write_text(BENCHMARK)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(progress, "AFTER", 0.0)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert detlint(".", *arguments).out.startswith("train.py:3:")
    assert ("detlint: 1 of 1 files" in terminal.getvalue()) == shown
    assert terminal.getvalue().endswith("\r\x1b[K" if shown else "")


def test_never_into_a_pipe(detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "train.py").write_text(BENCHMARK)
    monkeypatch.setattr(progress, "AFTER", 0.0)
    assert detlint(".").err == ""
