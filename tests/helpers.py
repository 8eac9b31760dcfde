"""Checking a piece of code in tests of rules: what the command line would report of it."""

from __future__ import annotations

import re
import textwrap
from functools import lru_cache
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Diagnostic, Severity
from detlint.engine import Checker
from detlint.registry import registry
from detlint.settings import Settings, parse_targets
from detlint.sources.notebook import Notebook, of_cells
from detlint.sources.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detlint.diagnostics import Location
    from detlint.rules.base import Example

MARK = "# !"


def unmarked(code: str) -> str:
    """Code without the marks of lines that must be reported."""
    return "".join(
        line.rstrip()[: -len(MARK)].rstrip() + "\n" if line.rstrip().endswith(MARK) else line
        for line in code.splitlines(keepends=True)
    )


def marked_lines(code: str) -> list[int]:
    """The numbers of the lines that are marked to be reported."""
    return [number for number, line in enumerate(code.splitlines(), 1) if line.rstrip().endswith(MARK)]


def diagnose(
    code: str,
    select: str | Iterable[str] | None = None,
    targets: Sequence[str] = (),
    devices: Sequence[str] = ("cuda", "cpu"),
    min_confidence: str = "medium",
    min_severity: str = "info",
    filename: str = "example.py",
) -> list[Diagnostic]:
    """Check a piece of code, dedented and without its marks. A rule that raises fails the test.

    select: codes or prefixes of codes, by default all, also those that are off by default.
    """
    selected = (select,) if isinstance(select, str) else tuple(select) if select is not None else None
    checker = checker_of(selected, tuple(targets), tuple(devices), min_confidence, min_severity)
    text = unmarked(textwrap.dedent(code))
    result = checker.check(notebook(text, filename) if filename.endswith(".ipynb") else SourceFile(filename, text))
    assert not result.errors, result.errors
    return result.diagnostics


_CELL = re.compile(r"^# In\[([\d ]*)\]:", re.MULTILINE)


def notebook(script: str, path: str = "example.ipynb") -> Notebook:
    """The notebook of a script as nbconvert writes it: each cell begins with `# In[3]:`, which stays in it."""
    starts = list(_CELL.finditer(script))
    ends = [start.start() - 1 for start in starts[1:]] + [len(script)]
    texts = [script[start.start() : end] for start, end in zip(starts, ends, strict=True)]
    return of_cells(path, texts, [int(start[1]) if start[1].strip() else None for start in starts])


def _line_in_script(location: Location, script: str) -> int:
    """The line of a place of a notebook in the script that the notebook was made of."""
    start = list(_CELL.finditer(script))[(location.cell or 1) - 1].start()
    return script.count("\n", 0, start) + location.line


def check(
    code: str,
    select: str | Iterable[str] | None = None,
    targets: Sequence[str] = (),
    devices: Sequence[str] = ("cuda", "cpu"),
    min_confidence: str = "medium",
    min_severity: str = "info",
    filename: str = "example.py",
) -> list[tuple[int, str]]:
    """As `diagnose`, but lines and codes only."""
    found = diagnose(code, select, targets, devices, min_confidence, min_severity, filename)
    if filename.endswith(".ipynb"):
        return [(_line_in_script(item.location, textwrap.dedent(code)), item.code) for item in found]
    return [(item.location.line, item.code) for item in found]


@lru_cache(maxsize=256)
def checker_of(
    select: tuple[str, ...] | None = None,
    targets: tuple[str, ...] = (),
    devices: tuple[str, ...] = ("cuda", "cpu"),
    min_confidence: str = "medium",
    min_severity: str = "info",
) -> Checker:
    """The checker that `diagnose` uses."""
    known = registry()
    if select is None:
        select = tuple(known.by_code)
    settings = Settings(
        select=select,
        extend_select=tuple(code for code in known.by_code if code.startswith(select)),
        target=parse_targets(targets),
        devices=devices,
        min_confidence=Confidence[min_confidence.upper()],
        min_severity=Severity[min_severity.upper()],
    )
    return Checker(settings, known)


def in_project(code: str, example: Example) -> list[int]:
    """The lines of an example on which a rule about projects reports it, among the other files of the example."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from detlint.projects.check import check_structure
    from detlint.settings import Resolver

    with TemporaryDirectory() as folder:
        root = Path(folder)
        for path, text in (*example.files, (example.filename, unmarked(example.code))):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        report = check_structure(root, registry(), Resolver(options={"min-severity": "info"}))
    diagnostics = [each.diagnostic for each in report.found]
    return sorted({each.location.line for each in diagnostics if each.code == code and each.path == example.filename})
