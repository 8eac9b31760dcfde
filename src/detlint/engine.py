"""The way of the data: from a source to its diagnostics.

    source ─ trigger scan ─ tree ─ index ─┬─ candidates ─ segments ─ visitors ─┐
                                          ├─ rules about the whole file ───────┼─ suppressions ─ selection ─ report
                                          └─ rules about entry points ─────────┘

Given sources and settings; gives diagnostics in a stable order, and what went wrong. Knows no output format and nothing of
the command line. No tree outlives the check of its file.
"""

from __future__ import annotations

import ast
import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Diagnostic, Report, Severity
from detlint.registry import Registry, registry
from detlint.selection import Selection, longest, matches
from detlint.sources.source import Problem, Skipped, SourceFile, read_source
from detlint.sources.source import parse as parse_source
from detlint.suppressions import Known, Suppressions
from detlint.triggers import Triggers
from detlint.versions import Target, Targets, Version

if TYPE_CHECKING:
    from detlint.rules.base import Rule
    from detlint.runner import Candidates
    from detlint.settings import Settings
    from detlint.sources.discovery import Found

SYNTAX_ERROR = "DET001"
_ALWAYS_PARSED = 4_000
"""A file in which no rule can fire is parsed all the same, for its syntax errors, if it has at most so many characters."""

_NONE: Mapping[str, Problem] = MappingProxyType({})


@dataclass(slots=True)
class Result:
    """What the check of one file gives. errors: texts about rules that failed, for standard error."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    skipped: bool = False
    """Whether the trigger scan told that no rule can fire here, so that the file was not looked into."""


class Checker:
    """Checks files by one set of settings; made once and used for many files."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        self.settings = settings
        self.registry = registry
        selection = Selection(settings.select, settings.ignore, settings.extend_select, settings.extend_ignore)
        self.rules = registry.selected(selection)
        self.targets = Targets(
            {name: Target(Version(text), str(settings.origin("target"))) for name, text in settings.target.items()},
            registry.versions,
        )
        self.devices = frozenset(settings.devices)
        self._triggers = Triggers(self.rules, registry)
        self._candidates: Candidates | None = None
        self._complete = {rule.code for rule in registry.rules if rule.default} <= {rule.code for rule in self.rules}

    def check(
        self, source: SourceFile, tree: ast.Module | None = None, *, file: str | None = None, honour_noqa: bool = True
    ) -> Result:
        """Check one file. tree: of the source, if there is one already. file: absolute path, for `per-file-ignores`.

        honour_noqa: False where the caller itself hides what a `noqa` comment names, as flake8 does.
        """
        result = Result()
        suppressions = Suppressions(source, honour_noqa=honour_noqa)
        if suppressions.skips_file:
            return result
        ignored = self.settings.ignored_in(file) if file is not None else ()
        enabled = {rule.code for rule in self.rules if not any(matches(code, rule.code) for code in ignored)}
        found = list(self._find(source, tree, enabled, result))
        known = Known(self.registry.by_code, enabled.__contains__, self._complete and not ignored)
        found = suppressions.filter(found, known)
        found += suppressions.check(known, require_reason=self.settings.require_reason)
        result.diagnostics = self._reported(found, enabled)
        return result

    def problem(self, problem: Problem, path: str) -> list[Diagnostic]:
        """What is reported of a file that cannot be read, decoded or parsed."""
        return self._reported([_syntax_error(problem, path)], {rule.code for rule in self.rules})

    def _find(self, source: SourceFile, tree: ast.Module | None, enabled: set[str], result: Result) -> Iterator[Diagnostic]:
        """All diagnostics of a file, in no order, whatever their severity and confidence."""
        active = [rule for rule in self._triggers.rules(source.text) if rule.code in enabled]
        if not active and len(source.text) > _ALWAYS_PARSED:
            result.skipped = True
            return
        parsed = parse_source(source) if tree is None else tree
        if isinstance(parsed, Problem):
            yield _syntax_error(parsed, source.path)
        elif active:
            yield from self._look(source, parsed, active, result)

    def _look(
        self, source: SourceFile, tree: ast.Module, active: Sequence[type[Rule]], result: Result
    ) -> Iterator[Diagnostic]:
        """Index a file and let the rules look at it."""
        from detlint.context import Context
        from detlint.index import FileIndex
        from detlint.runner import Candidates, FileRun

        if self._candidates is None:
            self._candidates = Candidates(self.rules)
        try:
            index = FileIndex(tree, self.registry.knowledge, source.path, source.text)
        except Exception as error:
            result.errors.append(f"{source.path}: internal error in the index: {describe(error)}")
            return
        context = Context(source, index, self.targets, self.devices)
        run = FileRun(context, active, result.errors)
        run.visit(self._candidates)
        run.check_file()
        run.check_project(self.registry)
        yield from context.diagnostics

    def _reported(self, found: Iterable[Diagnostic], enabled: set[str]) -> list[Diagnostic]:
        """What settings let through of the diagnostics found, once each, in order."""
        shown = (self._with_severity(item) for item in found if item.code in enabled)
        unique = {
            (item.code, item.location, item.message): item
            for item in shown
            if item.severity >= self.settings.min_severity and item.confidence >= self.settings.min_confidence
        }
        return sorted(unique.values(), key=lambda item: item.sort_key)

    def _with_severity(self, item: Diagnostic) -> Diagnostic:
        chosen = max(self.settings.severity, key=lambda code: longest((code,), item.code), default=None)
        if chosen is None or not matches(chosen, item.code):
            return item
        return replace(item, severity=self.settings.severity[chosen])


def check(
    files: Iterable[Found], settings_for: Callable[[str], Settings], registry: Registry, unreadable: Mapping[str, Problem] = _NONE
) -> Report:
    """Check files and give one report.

    settings_for: the settings of a file, by its absolute path. unreadable: directories that could not be listed, by the path
    that is shown.
    """
    report = Report()
    checkers = _Checkers(registry)
    for path, problem in unreadable.items():
        report.diagnostics += checkers.of(settings_for(os.path.join(path, ""))).problem(problem, path)
    for found in files:
        report.files += 1
        settings = settings_for(found.file)
        _add(report, checkers.of(settings), read_source(found.file, found.path, max_size=settings.max_file_size), found)
    report.diagnostics.sort(key=lambda item: item.sort_key)
    return report


def check_text(
    text: str, path: str, settings: Settings, tree: ast.Module | None = None, plugins: tuple[str, ...] = ()
) -> list[Diagnostic]:
    """Check one text; raises `RuntimeError` if a rule failed. For many texts, make a `Checker` once."""
    result = Checker(settings, registry(plugins, settings.plugins)).check(SourceFile(path, text), tree)
    if result.errors:
        raise RuntimeError("\n".join(result.errors))
    return result.diagnostics


class _Checkers:
    """One checker for each set of settings of a run."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._made: list[tuple[Settings, Checker]] = []

    def of(self, settings: Settings) -> Checker:
        for known, checker in self._made:
            if known is settings:
                return checker
        self._made.append((settings, Checker(settings, self._registry)))
        return self._made[-1][1]


def _add(report: Report, checker: Checker, source: SourceFile | Problem | Skipped, found: Found) -> None:
    """Check what was read of a file, and add what comes of it to the report."""
    if isinstance(source, Skipped):
        report.notes.append(f"{found.path}: skipped: {source.reason}")
    elif isinstance(source, Problem):
        report.diagnostics += checker.problem(source, found.path)
    else:
        result = checker.check(source, file=found.file)
        report.diagnostics += result.diagnostics
        report.internal_errors += result.errors


def _syntax_error(problem: Problem, path: str) -> Diagnostic:
    return Diagnostic(
        SYNTAX_ERROR, "syntax-error", problem.message, problem.repair, Severity.ERROR, Confidence.HIGH, path, problem.location
    )


def describe(error: Exception) -> str:
    """An exception and where it was raised, in one line."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"
