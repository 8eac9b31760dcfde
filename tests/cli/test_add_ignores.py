"""`--add-ignores`: a comment for each finding, in a form that hides it, and no file is broken."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import BENCHMARK, Run
from tests.cli.test_outputs import NOTEBOOK

if TYPE_CHECKING:
    from pathlib import Path

COMMENT = "# detlint: ignore[DET205] TODO: say why"


def ignored(detlint: Run, project: Path, text: str) -> str:
    """What becomes of a file; it parses, all is hidden, and a second run changes nothing."""
    file = project / "train.py"
    file.write_bytes(text.encode())
    outcome = detlint(".", "--add-ignores")
    assert outcome.status == 0, outcome
    after = file.read_bytes()
    assert detlint(".", "--add-ignores").err == "Wrote comments for 0 findings.\n"
    assert file.read_bytes() == after
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(after))
    return after.decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BENCHMARK, BENCHMARK.replace("True\n", f"True  {COMMENT}\n")),
        (BENCHMARK.rstrip(), BENCHMARK.rstrip() + f"  {COMMENT}"),
        (BENCHMARK.replace("\n", "\r\n"), BENCHMARK.replace("True\n", f"True  {COMMENT}\n").replace("\n", "\r\n")),
        (BENCHMARK.replace("True\n", "True  \n"), BENCHMARK.replace("True\n", f"True  {COMMENT}\n")),
        (BENCHMARK.replace("True", "True  # fast"), BENCHMARK.replace("True", f"True  # fast  {COMMENT}")),
        (BENCHMARK.replace("True", "(\n    True\n)"), BENCHMARK.replace("True", f"(  {COMMENT}\n    True\n)")),
        (BENCHMARK.replace("= ", "= \\\n  "), BENCHMARK.replace("= ", "= \\\n  ").replace("True", f"True  {COMMENT}")),
        (
            BENCHMARK.replace("True", 'True; x = """a\nb"""'),
            BENCHMARK.replace("True", f'True; x = """a\nb"""  {COMMENT}'),
        ),
        (
            BENCHMARK.replace("True", "True; import random; random.seed()  # detlint: ignore[DET104] wanted"),
            BENCHMARK.replace("True", "True; import random; random.seed()  # detlint: ignore[DET104, DET205] wanted"),
        ),
    ],
)
def test_where_the_comment_goes(detlint: Run, project: Path, text: str, expected: str) -> None:
    assert ignored(detlint, project, text) == expected


def test_into_notebooks_and_nothing_else_of_them(detlint: Run, project: Path) -> None:
    (project / "n.ipynb").write_text(NOTEBOOK)
    outcome = detlint(".", "--add-ignores")
    assert (outcome.status, outcome.err) == (0, "Wrote comments for 1 finding.\n")
    after = (project / "n.ipynb").read_text()
    assert after.replace(f"  {COMMENT}", "") == NOTEBOOK
    assert json.loads(after)["cells"][1]["source"][-1].endswith(COMMENT + "\n")


def test_into_files_that_are_no_python(detlint: Run, project: Path) -> None:
    text = "FROM python:3.11\nRUN pip install torch\nCMD python train.py\n"
    (project / "Dockerfile").write_text(text)
    (project / "train.py").write_text("import torch\n")
    found = json.loads(detlint(".", "--output-format", "json").out)["diagnostics"]
    assert found
    assert detlint(".", "--add-ignores").status == 0
    lines = (project / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if "detlint" not in line] == text.splitlines()
    assert all(
        lines[lines.index(text.splitlines()[item["location"]["line"] - 1]) - 1][:11] == "# detlint: " for item in found
    )


def test_a_file_that_cannot_be_read_is_no_place_for_comments(detlint: Run, project: Path) -> None:
    (project / "bad.py").write_text("import torch\ndef f(:\n")
    (project / "train.py").write_text(BENCHMARK)
    outcome = detlint(".", "--add-ignores")
    assert outcome.status == 1
    assert "DET001" in outcome.out
    assert (project / "bad.py").read_text() == "import torch\ndef f(:\n"
    assert COMMENT in (project / "train.py").read_text()


def test_a_file_without_any_right_to_write_is_left_and_told(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    (project / "other.py").write_text(BENCHMARK)
    (project / "train.py").chmod(0o444)
    outcome = detlint(".", "--add-ignores")
    assert outcome.status == 2
    assert "train.py: left alone: it is read-only" in outcome.err
    assert outcome.err.startswith("Wrote comments for 1 finding.\n")
    assert outcome.out.startswith("train.py:3:1: ")
    assert (project / "train.py").read_text() == BENCHMARK


def test_only_what_is_selected(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    assert detlint(".", "--add-ignores", "--ignore", "DET205").err == "Wrote comments for 0 findings.\n"
    assert (project / "train.py").read_text() == BENCHMARK


def test_standard_input_has_no_file_to_write_into(detlint: Run) -> None:
    outcome = detlint("-", "--add-ignores")
    assert outcome.status == 2
    assert "it has none on standard input" in outcome.err


TWO = "import torch\n\ntorch.backends.cudnn.benchmark = True\ntorch.backends.cudnn.determinstic = True\n"
IGNORED = TWO.replace("benchmark = True", "benchmark = True  # detlint: ignore[DET205] TODO: say why")


def test_after_fixing_comments_hide_what_is_left(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(TWO)
    outcome = detlint("--fix", "--add-ignores", ".")
    assert (outcome.status, outcome.err) == (0, "Wrote comments for 1 finding.\n")
    assert outcome.out == "Fixed 1 finding in 1 file:\n  train.py: 1 x DET111\nNo findings left in 1 file.\n"
    assert (project / "train.py").read_text() == IGNORED.replace("determinstic", "deterministic")


def test_a_diff_shows_comments_and_writes_nothing(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(TWO)
    outcome = detlint("--diff", "--add-ignores", ".")
    assert (outcome.status, outcome.err) == (1, "Would write comments for 2 findings.\n")
    assert [line for line in outcome.out.splitlines() if line.startswith("+t")] == [
        "+torch.backends.cudnn.benchmark = True  # detlint: ignore[DET205] TODO: say why",
        "+torch.backends.cudnn.determinstic = True  # detlint: ignore[DET111] TODO: say why",
    ]
    assert (project / "train.py").read_text() == TWO


def test_a_diff_of_both(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(TWO)
    outcome = detlint("--diff", "--fix", "--add-ignores", ".")
    assert outcome.err == "Would fix 1 finding.\nWould write comments for 1 finding.\n"
    assert [line for line in outcome.out.splitlines() if line.startswith("+t")] == [
        "+torch.backends.cudnn.benchmark = True  # detlint: ignore[DET205] TODO: say why",
        "+torch.backends.cudnn.deterministic = True",
    ]
    assert (project / "train.py").read_text() == TWO
