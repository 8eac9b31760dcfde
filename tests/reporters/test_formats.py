"""The formats, over one report that has everything in it."""

from __future__ import annotations

import json
import textwrap

import pytest

from detlint.diagnostics import (
    Applicability,
    Confidence,
    Diagnostic,
    Edit,
    Fix,
    Location,
    Related,
    Report,
    Severity,
)
from detlint.reporters import FORMATS, View, render

SOURCE = "import torch\ntorch.backends.cudnn.benchmark = True\n"
PLAIN = Diagnostic(
    code="DET205",
    name="cudnn-benchmark",
    message="cuDNN chooses algorithms by timing.",
    repair="Set it to False.",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    path="train.py",
    location=Location(2, 34, 2, 38),
    fix=Fix(Applicability.UNSAFE, "set to False", (Edit(Location(2, 34, 2, 38), "False"),)),
)
CELL = Diagnostic(
    code="DET104",
    name="nondeterministic-seed",
    message="The seed is the time.",
    repair="",
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    path="a/b.ipynb",
    location=Location(1, 1, 1, 5, cell=3),
    related=(Related("a/c.py", Location(7, 2, 7, 3), "drawn here"),),
)
REPORT = Report(diagnostics=[CELL, PLAIN], files=12)


def text(output_format: str, report: Report = REPORT, view: View | None = None) -> str:
    """A report as it is printed without colours."""
    view = view or View(source=lambda path, _: SOURCE if path == "train.py" else None)
    return "".join("".join(piece for piece, _ in line) + "\n" for line in render(output_format, report, view))


def test_text() -> None:
    assert text("text") == textwrap.dedent(
        """\
        a/b.ipynb:cell 3:1:1: error[DET104] The seed is the time.
          = note: a/c.py:7:2: drawn here
          = note: confidence is medium
          = docs: detlint explain nondeterministic-seed

        train.py:2:34: warning[DET205] cuDNN chooses algorithms by timing.
          |
        2 | torch.backends.cudnn.benchmark = True
          |                                  ^^^^
          = help: Set it to False.
          = docs: detlint explain cudnn-benchmark

        2 findings (1 error, 1 warning) in 2 of 12 files.
        1 can be fixed with `--unsafe-fixes`, which can change results; 1 needs a person.
        """
    )


def test_text_with_statistics_and_without_summary() -> None:
    report = Report(diagnostics=[PLAIN, CELL, PLAIN], files=2)
    ending = text("text", report, View(statistics=True, summary=False)).split("\n\n")[-2]
    assert ending == "2  DET205  cudnn-benchmark\n1  DET104  nondeterministic-seed"


def test_text_of_a_clean_run() -> None:
    assert text("text", Report(files=1)) == "No findings in 1 file.\n"


def test_concise() -> None:
    assert text("concise").splitlines() == [
        "a/b.ipynb:cell 3:1:1: DET104 The seed is the time.",
        "train.py:2:34: DET205 cuDNN chooses algorithms by timing. Set it to False.",
    ]


def test_json() -> None:
    document = json.loads(text("json"))
    assert document["version"] == 1
    assert document["summary"] == {
        "files": 12,
        "skipped": 0,
        "diagnostics": 2,
        "codes": {"DET104": 1, "DET205": 1},
        "fixed": {},
        "problems": [],
    }
    assert document["diagnostics"][0] == {
        "code": "DET104",
        "name": "nondeterministic-seed",
        "message": "The seed is the time.",
        "severity": "error",
        "confidence": "medium",
        "path": "a/b.ipynb",
        "location": {"line": 1, "column": 1},
        "end_location": {"line": 1, "column": 5},
        "cell": 3,
        "related": [{"path": "a/c.py", "location": {"line": 7, "column": 2}, "message": "drawn here"}],
        "fix": None,
        "url": "https://detlint.readthedocs.io/en/stable/rules/nondeterministic-seed/",
    }
    assert document["diagnostics"][1]["fix"] == {
        "applicability": "unsafe",
        "message": "set to False",
        "edits": [
            {"location": {"line": 2, "column": 34}, "end_location": {"line": 2, "column": 38}, "content": "False"}
        ],
    }
    assert "cell" not in document["diagnostics"][1]


def test_json_says_what_could_not_be_done() -> None:
    document = json.loads(text("json", Report(problems=["a"], internal_errors=["b"])))
    assert document["summary"]["problems"] == ["a", "b"]


def test_json_lines_are_the_diagnostics_of_json() -> None:
    lines = [json.loads(line) for line in text("jsonl").splitlines()]
    assert lines == json.loads(text("json"))["diagnostics"]


@pytest.mark.parametrize("output_format", FORMATS)
def test_hostile_names_stay_on_their_line(output_format: str) -> None:
    path = "a\nb\x1b[31m\udcff.py"
    hostile = Diagnostic(
        "DET001", "syntax-error", "bad \x1b[0m\r\ntext", "", Severity.ERROR, Confidence.HIGH, path, Location(1, 1, 1, 1)
    )
    printed = text(output_format, Report(diagnostics=[hostile], files=1), View(summary=False))
    assert "\x1b" not in printed
    assert "\r" not in printed
    if output_format in ("text", "concise"):
        assert printed.startswith("a\\nb\\x1b[31m\\udcff.py:1:1: ")
    elif output_format in ("json", "jsonl"):
        found = json.loads(printed)
        assert (found["diagnostics"][0] if output_format == "json" else found)["path"] == path
