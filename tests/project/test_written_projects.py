"""Whole small projects, labelled before anything was run on them: what must be found, and nothing else.

A project begins with `##### NAME`; then labels, `! PATH CODE` or `! PATH:LINE CODE` for what must be found and
`? PATH CODE` for what may be; then its files, each below a line `>>> PATH`. A path `*` means any file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from detlint.__main__ import main

_PROJECTS = Path(__file__).parent.parent / "fixtures" / "written_projects"
_LABEL = re.compile(r"(?P<kind>[!?]) (?P<path>[^:\s]+)(?::(?P<line>\d+))? (?P<code>DET\d{3})")


@dataclass(frozen=True)
class Label:
    path: str
    line: int | None
    code: str

    def fits(self, found: tuple[str, int, str]) -> bool:
        path, line, code = found
        return code == self.code and self.path in (path, "*") and self.line in (line, None)


@dataclass
class Written:
    name: str
    must: list[Label] = field(default_factory=list)
    may: list[Label] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)


def written() -> list[Written]:
    projects: list[Written] = []
    for source in sorted(_PROJECTS.glob("*.txt")):
        for block in re.split(r"^##### ", source.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            head, *files = re.split(r"^>>> ", block, flags=re.MULTILINE)
            name, *labels = head.strip().splitlines()
            project = Written(name)
            for text in labels:
                match = _LABEL.fullmatch(text)
                assert match is not None, text
                label = Label(match["path"], int(match["line"]) if match["line"] else None, match["code"])
                (project.must if match["kind"] == "!" else project.may).append(label)
            for each in files:
                path, _, content = each.partition("\n")
                project.files[path] = notebook(content) if path.endswith(".ipynb") else content
            projects.append(project)
    return projects


def notebook(cells: str) -> str:
    """A notebook of cells that lines `%%%` part."""
    texts = [text.strip("\n") for text in re.split(r"^%%%\n", cells, flags=re.MULTILINE)]
    made: list[dict[str, object]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text} for text in texts
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.parametrize("project", written(), ids=lambda project: project.name)
def test_a_written_project(
    project: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".git").mkdir()
    for path, text in project.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    main(["check", "--no-cache", "--output-format", "json", "."])
    diagnostics = json.loads(capsys.readouterr().out)["diagnostics"]
    found = [(item["path"], item["location"]["line"], item["code"]) for item in diagnostics]
    assert [label for label in project.must if not any(map(label.fits, found))] == []
    assert [item for item in found if not any(label.fits(item) for label in (*project.must, *project.may))] == []
