"""`detlint baseline` and `--baseline`: what is known is left out, what is new shows, what is gone is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import BENCHMARK, Run
from tests.cli.test_outputs import NOTEBOOK

if TYPE_CHECKING:
    from pathlib import Path

FILE = "detlint-baseline.json"
SECOND = "torch.backends.cudnn.deterministic = False\n"


@pytest.fixture
def known(detlint: Run, project: Path) -> Path:
    """A project whose findings are in its baseline."""
    (project / "train.py").write_text(BENCHMARK)
    (project / "n.ipynb").write_text(NOTEBOOK)
    outcome = detlint("baseline", "create")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith("detlint-baseline.json: 2 findings.")
    return project


def codes(detlint: Run, *arguments: str) -> list[tuple[str, int]]:
    """What is reported: codes and lines."""
    outcome = detlint(*(arguments or (".",)), "--baseline", FILE, "--output-format", "json")
    return [(item["code"], item["location"]["line"]) for item in json.loads(outcome.out)["diagnostics"]]


def test_what_is_known_is_left_out(detlint: Run, known: Path) -> None:
    outcome = detlint(".", "--baseline", FILE)
    assert (outcome.status, outcome.out) == (0, "No findings in 2 files.\n")
    assert outcome.err == "detlint: 2 findings not shown: in the baseline detlint-baseline.json\n"
    assert detlint(".", "--baseline", FILE, "--quiet").err == ""


def test_lines_and_cells_may_move_and_be_indented(detlint: Run, known: Path) -> None:
    moved = BENCHMARK.replace("torch.backends", "if True:\n    torch.backends")
    (known / "train.py").write_text("# new\n" + moved)
    notebook = json.loads(NOTEBOOK)
    notebook["cells"].insert(0, notebook["cells"][0])
    (known / "n.ipynb").write_text(json.dumps(notebook))
    assert codes(detlint) == []


def test_a_second_equal_line_is_new(detlint: Run, known: Path) -> None:
    (known / "train.py").write_text(BENCHMARK + "torch.backends.cudnn.benchmark = True\n")
    assert codes(detlint) == [("DET205", 4)]


def test_show_tells_new_gone_and_known(detlint: Run, known: Path) -> None:
    (known / "train.py").write_text("import torch\n" + SECOND)
    outcome = detlint("baseline", "show")
    assert outcome.status == 1
    assert outcome.out.splitlines()[0] == "New:"
    assert "  train.py: DET205 torch.backends.cudnn.benchmark = True" in outcome.out.splitlines()
    assert outcome.out.splitlines()[-1] == "1 new, 1 found no more, 1 still there."
    assert "1 finding of the baseline detlint-baseline.json found no more" in detlint(".", "--baseline", FILE).err


def test_update_adds_and_removes_and_changes_few_lines(detlint: Run, known: Path) -> None:
    before = (known / FILE).read_text("utf-8")
    (known / "train.py").write_text(BENCHMARK + SECOND)
    outcome = detlint("baseline", "update")
    assert (outcome.status, outcome.out) == (0, "1 new, 0 found no more, 2 still there.\n")
    after = (known / FILE).read_text("utf-8")
    assert len(set(after.splitlines()) - set(before.splitlines())) == 2  # the line, and a comma on the one before
    (known / "train.py").write_text(BENCHMARK)
    assert detlint("baseline", "update").out == "0 new, 1 found no more, 2 still there.\n"
    assert (known / FILE).read_text("utf-8") == before
    assert detlint("baseline", "show").status == 0


def test_update_of_some_paths_or_rules_keeps_the_rest(detlint: Run, known: Path) -> None:
    before = (known / FILE).read_text("utf-8")
    (known / "train.py").write_text("x = 1\n")
    for arguments in (("n.ipynb",), (".", "--select", "DET1")):
        detlint("baseline", "update", *arguments)
        assert (known / FILE).read_text("utf-8") == before
    (known / "n.ipynb").unlink()
    detlint("baseline", "update", "train.py")
    assert json.loads((known / FILE).read_text("utf-8")) == {"version": 1, "findings": {}}


def test_create_never_writes_over_a_file(detlint: Run, known: Path) -> None:
    outcome = detlint("baseline", "create")
    assert outcome.status == 2
    assert "is there already" in outcome.err


def test_paths_are_relative_to_the_baseline(detlint: Run, known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = known / "deep"
    folder.mkdir()
    (folder / "a.py").write_text(BENCHMARK)
    (known / "detlint.toml").write_text(f'baseline = "{FILE}"\n')
    assert detlint("baseline", "update").out.startswith("1 new")
    monkeypatch.chdir(folder)
    assert detlint(".").out == "No findings in 1 file.\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "it says no `version`"),
        ('{"version": 2, "findings": {}}', "written by a newer detlint (format 2, known is 1)"),
        ('{"version": 1, "findings": {"a": [{"code": 1}]}}', "no baseline as detlint writes it"),
        ('{"version": 1, "findings": []}', "no baseline as detlint writes it"),
        ('{"version": true}', "it says no `version`"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_a_broken_or_newer_file_is_told_and_kept(detlint: Run, project: Path, text: str, said: str) -> None:
    (project / "train.py").write_text(BENCHMARK)
    (project / FILE).write_text(text)
    for arguments in ((".", "--baseline", FILE), ("baseline", "update"), ("baseline", "show")):
        outcome = detlint(*arguments)
        assert outcome.status == 2
        assert said in outcome.err
        assert outcome.err.count("\n") == 1
    assert (project / FILE).read_text() == text


def test_a_missing_file_is_told(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    outcome = detlint(".", "--baseline", "no.json")
    assert outcome.status == 2
    assert "no such baseline: no.json" in outcome.err


def test_fix_leaves_alone_what_is_known(detlint: Run, known: Path) -> None:
    assert detlint(".", "--baseline", FILE, "--fix", "--unsafe-fixes").status == 0
    assert (known / "train.py").read_text() == BENCHMARK


def test_a_run_that_failed_writes_nothing(detlint: Run, project: Path) -> None:
    assert detlint("baseline", "create", "missing").status == 2
    assert not (project / FILE).exists()
