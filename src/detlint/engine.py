"""The way of the data: from files to a report.

    source ─ trigger scan ─ tree ─ index ─┬─ candidates ─ segments ─ visitors ─┐
                                          ├─ rules about the whole file ───────┼─ suppressions ─ selection ─ report
                                          └─ rules about entry points ─────────┘

Given files and their settings; gives diagnostics in a stable order, and what went wrong. Knows no output format and
nothing of the command line. No tree outlives the check of its file.
"""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

from detlint.checker import Checker, Result
from detlint.diagnostics import Diagnostic, Report
from detlint.registry import Registry, registry
from detlint.sources.source import Problem, Skipped, SourceFile, read_source

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from detlint.settings import Settings
    from detlint.sources.discovery import Found

__all__ = ["Checker", "Result", "check", "check_text"]

_NONE: Mapping[str, Problem] = MappingProxyType({})


def check(
    files: Iterable[Found],
    settings_for: Callable[[str], Settings],
    registry: Registry,
    unreadable: Mapping[str, Problem] = _NONE,
) -> Report:
    """Check files and give one report.

    settings_for: the settings of a file, by its absolute path; the same object for files that share them. unreadable:
    directories that could not be listed, by the path that is shown.
    """
    report = Report()
    checkers: dict[int, Checker] = {}

    def checker_for(file: str) -> Checker:
        settings = settings_for(file)
        return checkers.setdefault(id(settings), checkers.get(id(settings)) or Checker(settings, registry))

    for path, problem in unreadable.items():
        report.diagnostics += checker_for(os.path.join(path, "")).problem(problem, path)
    with _garbage_collected_seldom():
        for found in files:
            report.files += 1
            _check_file(found, checker_for(found.file), report)
    report.diagnostics.sort(key=lambda item: item.sort_key)
    return report


@contextmanager
def _garbage_collected_seldom() -> Iterator[None]:
    """Trees are many small objects, freed without the collector, which would look at all of them again and again."""
    thresholds = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


def check_text(
    text: str, path: str, settings: Settings, tree: ast.Module | None = None, plugins: tuple[str, ...] = ()
) -> list[Diagnostic]:
    """Check one text; raises `RuntimeError` if a rule failed. For many texts, make a `Checker` once."""
    result = Checker(settings, registry(plugins, settings.plugins)).check(SourceFile(path, text), tree)
    if result.errors:
        raise RuntimeError("\n".join(result.errors))
    return result.diagnostics


def _check_file(found: Found, checker: Checker, report: Report) -> None:
    """Read and check a file, and add what comes of it to the report."""
    source = read_source(found.file, found.path, max_size=checker.settings.max_file_size)
    if isinstance(source, Skipped):
        report.notes.append(f"{found.path}: skipped: {source.reason}")
    elif isinstance(source, Problem):
        report.diagnostics += checker.problem(source, found.path)
    else:
        result = checker.check(source, file=found.file)
        report.diagnostics += result.diagnostics
        report.internal_errors += result.errors
