"""Projects in a folder, checked as the command line checks them."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.engine import check
from detlint.registry import registry
from detlint.settings import Settings
from detlint.sources.discovery import discover

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from detlint.diagnostics import Diagnostic


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write files, dedented, into a folder that is a repository of its own."""
    (root / ".git").mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")


def diagnose(
    root: Path, files: Mapping[str, str], *select: str, confidence: Confidence = Confidence.MEDIUM
) -> list[Diagnostic]:
    """What a run over a project reports of the rules selected."""
    write(root, files)
    known = registry()
    settings = Settings(
        select=select,
        extend_select=tuple(code for code in known.by_code if code.startswith(select)),
        min_confidence=confidence,
        min_severity=Severity.WARNING,
    )
    here = os.getcwd()
    os.chdir(root)  # paths in reports are relative to the working directory
    try:
        report = check(discover(["."]).files, lambda _: settings, known, jobs=1)
    finally:
        os.chdir(here)
    assert not report.internal_errors, report.internal_errors
    return report.diagnostics


def found(root: Path, files: Mapping[str, str], *select: str) -> list[tuple[str, int, str]]:
    """Path, line and code of what a run reports."""
    return [(item.path, item.location.line, item.code) for item in diagnose(root, files, *select)]
