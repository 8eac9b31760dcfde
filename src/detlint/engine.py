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
from detlint.diagnostics import Checked, Diagnostic, Report
from detlint.jobs import in_order
from detlint.printable import printable
from detlint.registry import Registry, registry
from detlint.sources.source import Problem, Skipped, SourceFile, read_config, read_source

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
    jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check files and give one report.

    settings_for: the settings of a file, by its absolute path; the same object for files that share them. unreadable:
    directories that could not be listed, by the path that is shown. jobs: how many processes to work in, by default as
    suits the number of files and the machine; it changes nothing in the report. progress: called after each file with
    how many are done, and of how many.
    """
    report = Report()
    checkers = _Checkers(settings_for, registry)
    for path, problem in unreadable.items():
        report.diagnostics += checkers.of(os.path.join(path, "")).problem(problem, path)
    files = list(files)
    for found in files:
        checkers.of(found.file)  # a mistake in settings is said before there is any work; and forked processes have it
    with _garbage_collected_seldom():
        for number, part in enumerate(in_order(checkers.check, files, jobs), 1):
            _add(part, report)
            if progress is not None:
                progress(number, len(files))
    report.diagnostics.sort(key=lambda item: item.sort_key)
    return report


@contextmanager
def _garbage_collected_seldom() -> Iterator[None]:
    """Trees are many small objects, freed without the collector, which would look at all of them again and again."""
    thresholds = gc.get_threshold()
    gc.set_threshold(2_000_000, 50, 100)
    try:
        yield
    finally:
        # What is left is not garbage: without this it would be looked at once more, now that the thresholds are lower.
        gc.freeze()
        gc.unfreeze()
        gc.set_threshold(*thresholds)


def check_text(
    text: str, path: str, settings: Settings, tree: ast.Module | None = None, plugins: tuple[str, ...] = ()
) -> list[Diagnostic]:
    """Check one text; raises `RuntimeError` if a rule failed. For many texts, make a `Checker` once."""
    result = Checker(settings, registry(plugins, settings.plugins)).check(SourceFile(path, text), tree)
    if result.errors:
        raise RuntimeError("\n".join(result.errors))
    return result.diagnostics


class _Checkers:
    """A checker for each set of settings that the files of a run have."""

    def __init__(self, settings_for: Callable[[str], Settings], registry: Registry) -> None:
        self._settings_for = settings_for
        self._registry = registry
        self._made: dict[int, Checker] = {}

    def of(self, file: str) -> Checker:
        """The checker for a file, by its absolute path."""
        settings = self._settings_for(file)
        if id(settings) not in self._made:
            self._made[id(settings)] = Checker(settings, self._registry)
        return self._made[id(settings)]

    def check(self, found: Found) -> Report:
        """Read and check a file."""
        checker = self.of(found.file)
        read = read_config if found.kind == "config" else read_source
        source = read(found.file, found.path, max_size=checker.settings.max_file_size)
        if isinstance(source, Skipped):
            return Report(skipped=1, notes=[f"{printable(found.path)}: skipped: {source.reason}"])
        if isinstance(source, Problem):
            return Report(checker.problem(source, found.path), files=1)
        result = checker.check(source, file=found.file)
        report = Report(
            result.diagnostics, files=1, unparsed=result.unparsed, internal_errors=result.errors, notes=result.notes
        )
        if any(item.fix for item in result.diagnostics):
            report.fixable[found.path] = Checked(found.file, found.kind, source.digest)
        return report


def _add(part: Report, report: Report) -> None:
    report.files += part.files
    report.skipped += part.skipped
    report.unparsed += part.unparsed
    report.fixable.update(part.fixable)
    for name in ("diagnostics", "internal_errors", "problems", "notes"):
        getattr(report, name).extend(getattr(part, name))
