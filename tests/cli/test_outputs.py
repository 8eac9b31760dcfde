"""`--output-format`: the formats for other tools, through the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from detlint.reporters import FORMATS
from tests.cli.conftest import BENCHMARK, Run

if TYPE_CHECKING:
    from pathlib import Path

NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# a\n", "b"]},
            {
                "cell_type": "code",
                "execution_count": 1,
                "metadata": {},
                "outputs": [],
                "source": BENCHMARK.splitlines(keepends=True),
            },
        ],
        "metadata": {"kernelspec": {"display_name": "p", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    },
    indent=1,
)
LINE = next(number for number, line in enumerate(NOTEBOOK.split("\n"), 1) if "cudnn" in line)


def test_annotations_of_a_notebook_are_at_the_line_of_its_file(detlint: Run, project: Path) -> None:
    (project / "n.ipynb").write_text(NOTEBOOK)
    outcome = detlint("n.ipynb", "--output-format", "github")
    assert outcome.status == 1
    assert f",file=n.ipynb,line={LINE},endLine={LINE}::cell 2:3:1: " in outcome.out


def test_so_are_those_of_a_notebook_on_standard_input(detlint: Run) -> None:
    arguments = ("-", "--stdin-filename", "n.ipynb", "--output-format", "github")
    assert f"line={LINE},endLine={LINE}::cell 2:3:1: " in detlint(*arguments, stdin=NOTEBOOK.encode()).out


def test_rules_of_sarif_are_those_of_the_packs(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    assert detlint(".", "--output-format", "sarif", "-o", "out.sarif").out == ""
    (run,) = json.loads((project / "out.sarif").read_text("utf-8"))["runs"]
    assert "cuDNN" in run["tool"]["driver"]["rules"][0]["help"]["markdown"]


def test_fingerprints_stay_when_lines_move(detlint: Run, project: Path) -> None:
    found = []
    for text in (BENCHMARK, "# new\n\n" + BENCHMARK.replace(" = ", "  =  ")):
        (project / "train.py").write_text(text)
        (issue,) = json.loads(detlint(".", "--output-format", "gitlab").out)
        found.append((issue["fingerprint"], issue["location"]["lines"]["begin"]))
    assert found[0][0] == found[1][0]
    assert [line for _, line in found] == [3, 5]


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_clean_project_in_every_format(detlint: Run, project: Path, output_format: str) -> None:
    (project / "train.py").write_text("x = 1\n")
    outcome = detlint(".", "--output-format", output_format)
    assert (outcome.status, outcome.err) == (0, "")
    if output_format in ("json", "sarif", "gitlab", "rdjson"):
        json.loads(outcome.out)
    elif output_format == "junit":
        ElementTree.fromstring(outcome.out)


def test_plain_check_imports_nothing_of_other_formats(project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    code = "import sys; from detlint.__main__ import main; main(['.']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(done.stdout.splitlines()[-1].split())
    assert "detlint.reporters.text" in imported
    others = {"sarif", "github", "gitlab", "junit", "rdjson", "markdown", "html", "notebook_lines"}
    assert not imported & {f"detlint.reporters.{name}" for name in others}
    assert not imported & {"detlint.fingerprints", "detlint.baseline", "detlint.projects.git", "jinja2"}
