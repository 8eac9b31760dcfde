"""Checking a piece of code in tests of rules: what the command line would report of it."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Diagnostic, Severity
from detlint.engine import Checker
from detlint.registry import registry
from detlint.settings import Settings, parse_targets
from detlint.sources.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    checker = _checker(selected, tuple(targets), tuple(devices), min_confidence, min_severity)
    result = checker.check(SourceFile(filename, unmarked(textwrap.dedent(code))))
    assert not result.errors, result.errors
    return result.diagnostics


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
    return [(item.location.line, item.code) for item in found]


@lru_cache(maxsize=256)
def _checker(
    select: tuple[str, ...] | None,
    targets: tuple[str, ...],
    devices: tuple[str, ...],
    min_confidence: str,
    min_severity: str,
) -> Checker:
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
