"""`--watch`: checks again after a change, of files or settings, and ends when the user says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import BENCHMARK, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CLEAN = "No findings in 1 file.\n"


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let things happen while the command waits, one in each pause; after the last, the user ends it."""

    def plan(*actions: Callable[[], object]) -> None:
        left: Iterator[Callable[[], object]] = iter(actions)

        def pause(_seconds: float) -> None:
            action = next(left, None)
            if action is None:
                raise KeyboardInterrupt
            action()

        monkeypatch.setattr("detlint.cli.watching.time.sleep", pause)

    return plan


def test_a_change_is_checked_and_the_last_status_stays(detlint: Run, project: Path, steps: Callable[..., None]) -> None:
    file = project / "train.py"
    file.write_text("import torch\n")
    steps(lambda: None, lambda: file.write_text(BENCHMARK), lambda: (project / "notes.txt").write_text("x"))
    outcome = detlint(".", "--watch")
    assert outcome.status == 1
    assert outcome.out.startswith(CLEAN + "train.py:3:1: ")
    assert outcome.out.count("train.py:3:1: ") == 1
    assert outcome.err.count("waiting for changes") == 2
    assert "interrupted" not in outcome.err


def test_files_come_and_go(detlint: Run, project: Path, steps: Callable[..., None]) -> None:
    (project / "train.py").write_text("import torch\n")
    other = project / "other.py"
    steps(lambda: other.write_text(BENCHMARK), other.unlink)
    outcome = detlint(".", "--watch")
    assert outcome.status == 0
    assert outcome.out.startswith(CLEAN + "other.py:3:1: ")
    assert outcome.out.endswith(CLEAN)


def test_a_mistake_in_the_settings_is_told_and_can_be_mended(
    detlint: Run, project: Path, steps: Callable[..., None]
) -> None:
    (project / "train.py").write_text(BENCHMARK)
    settings = project / "detlint.toml"
    steps(lambda: settings.write_text("selekt = []\n"), lambda: settings.write_text('ignore = ["DET205"]\n'))
    outcome = detlint(".", "--watch")
    assert outcome.status == 0
    assert "selekt" in outcome.err
    assert outcome.out.endswith(CLEAN)


def test_standard_input_cannot_be_watched(detlint: Run) -> None:
    outcome = detlint("-", "--watch", stdin=b"x = 1\n")
    assert outcome.status == 2
    assert "--watch" in outcome.err
