"""Working in several processes gives what one gives, whatever happens to them."""

from __future__ import annotations

import multiprocessing
import os
from typing import TYPE_CHECKING

import pytest

from detlint import jobs
from detlint.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

needs_fork = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="processes are forked")


def square(number: int) -> tuple[int, int]:
    """The square, and who worked it out."""
    return number * number, os.getpid()


@needs_fork
def test_results_come_in_the_order_of_the_items() -> None:
    results = list(jobs.in_order(square, range(100), 3))
    assert [result for result, _ in results] == [number * number for number in range(100)]
    assert os.getpid() not in {process for _, process in results}


@pytest.mark.parametrize(
    ("items", "wanted", "processes"), [(5, 4, 1), (40, 8, 3), (0, 4, 0), (99, None, 1), (99, 0, 1), (64, 1, 1)]
)
def test_how_many_processes(items: int, wanted: int | None, processes: int) -> None:
    if wanted is None or wanted < 2 or "fork" in multiprocessing.get_all_start_methods():
        assert jobs._processes(items, wanted) == processes


def test_where_the_system_cannot_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert {process for _, process in jobs.in_order(square, range(50), 4)} == {os.getpid()}


@needs_fork
def test_a_process_that_dies_takes_nothing_with_it() -> None:
    here = os.getpid()

    def dies(number: int) -> int:
        if number == 40 and os.getpid() != here:
            os._exit(11)
        return number

    assert list(jobs.in_order(dies, range(80), 2)) == list(range(80))


@needs_fork
def test_an_error_is_raised_here() -> None:
    def fails(number: int) -> int:
        raise ValueError(str(number))

    with pytest.raises(ValueError, match="0"):
        list(jobs.in_order(fails, range(80), 2))


def test_a_report_does_not_depend_on_the_number_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(50):
        (tmp_path / f"m{number}.py").write_text("import torch\n\ntorch.backends.cudnn.benchmark = True\n")
    outputs = []
    for count in ("1", "2", "4"):
        assert main(["--isolated", "-j", count, "--output-format", "json", "."]) == 1
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1] == outputs[2]
    assert outputs[0].count("DET205") >= 50
