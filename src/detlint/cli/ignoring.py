"""`--add-ignores`: a comment for each finding, with a place for the reason, in all files at once.

A file is written only if it still parses, means what it meant, and its findings are hidden by what was written.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError
from detlint.environment.formats import config_format
from detlint.fixes.editing import CannotEditError, broken, edited, read
from detlint.fixes.rounds import Changed
from detlint.fixes.writing import CannotWriteError, replace_contents
from detlint.ignores import Ignores, in_code, in_config
from detlint.printable import printable
from detlint.sources.contents import also_standing_in, stand_in, standing_in
from detlint.sources.source import Problem, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.cli.check import Job
    from detlint.diagnostics import Diagnostic, Report
    from detlint.sources.discovery import Found

_ABOUT_FILES = ("DET001", "DET002", "DET003")
"""What no comment should hide: that a file cannot be read, and that a comment is wrong."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A file with comments. hidden: how many findings they are for."""

    found: Found
    before: bytes
    after: bytes
    hidden: int

    @property
    def file(self) -> str:
        """Its real path."""
        return os.path.realpath(self.found.file)


def applied(job: Job) -> tuple[Report, int]:
    """Write comments for all that is reported; gives what is left to report, and how many were written."""
    files, report, problems = _hiding(job)
    count = 0
    for each in files:
        try:
            replace_contents(each.found.file, each.before, each.after)
            count += each.hidden
        except CannotWriteError as error:
            problems.append(f"{printable(each.found.path)}: left alone: {error}")
    if problems:
        report = job.report_of(None)
    report.problems += problems
    return report, count


def tried(job: Job, fixed: Iterable[Changed]) -> tuple[Report, list[Changed], int]:
    """Write nothing: what would be left, what would be changed, and the number of comments.

    fixed: what has become of files before that.
    """
    changed = {each.file: each for each in fixed}
    with standing_in({file: each.after for file, each in changed.items()}):
        files, report, problems = _hiding(job)
    for each in files:
        known = changed.get(each.file)
        if known is None:
            known = changed[each.file] = Changed(
                each.found.path, each.file, each.found.kind, each.before, each.after, each.before
            )
        known.after = each.after
    report.problems += problems
    return report, sorted(changed.values(), key=lambda each: each.path), sum(each.hidden for each in files)


def _hiding(job: Job) -> tuple[list[_Written], Report, list[str]]:
    """The files whose findings comments hide, what is then left to report, and what cannot be hidden."""
    if job.is_standard_input:
        raise UsageError("--add-ignores writes into files; it has none on standard input")
    problems: list[str] = []
    files = list(_commented(job, problems))
    with also_standing_in({each.file: each.after for each in files}):
        report = job.report_of(None)
    left = {item.path for item in report.diagnostics if item.code not in _ABOUT_FILES}
    problems += [
        f"{printable(each.found.path)}: left alone, since a comment would not hide all of its findings"
        for each in files
        if each.found.path in left
    ]
    return [each for each in files if each.found.path not in left], report, problems


def _commented(job: Job, problems: list[str]) -> Iterator[_Written]:
    """The files with their comments; nothing is written."""
    report = job.report()
    if report.problems or report.internal_errors:
        raise UsageError("\n".join((*report.problems, *report.internal_errors)))
    by_path: dict[str, list[Diagnostic]] = {}
    for item in report.diagnostics:
        if item.code not in _ABOUT_FILES:
            by_path.setdefault(item.path, []).append(item)
    for found in job.discovered.files:
        items = by_path.pop(found.path, None)
        if items:
            try:
                data = _read(found.file)
                ignores = _ignores(found, data, items)
                if ignores.unreachable:
                    line, reason = min(ignores.unreachable.items())
                    raise CannotEditError(f"{reason} (line {line})")
                after = edited(data, found.path, found.kind, ignores.edits)
                wrong = broken(data, after, found.path, found.kind) or _changed(data, after, found)
                if wrong:
                    raise CannotEditError(wrong)
                yield _Written(found, data, after, len(items))
            except (CannotEditError, OSError) as error:
                problems.append(f"{printable(found.path)}: left alone: {error}")


def _read(file: str) -> bytes:
    known = stand_in(file)
    if known is not None:
        return known
    with open(file, "rb") as stream:
        return stream.read()


def _ignores(found: Found, data: bytes, items: list[Diagnostic]) -> Ignores:
    source = read(data, found.path, found.kind)
    if isinstance(source, Problem):
        raise CannotEditError(source.message)
    codes: dict[int, set[str]] = {}
    for item in items:
        codes.setdefault(_line(source, item), set()).add(item.code)
    config = config_format(found.file)
    if config is None or found.path.endswith(".py"):
        return in_code(source, codes)
    return in_config(source, codes, config.comments)


def _line(source: SourceFile, item: Diagnostic) -> int:
    """The line of a source's text on which a finding starts."""
    place = item.location
    if place.cell is None:
        return place.line
    return next(cell.first for cell in source.cells if cell.number == place.cell) + place.line - 1


def _changed(before: bytes, after: bytes, found: Found) -> str:
    """What a comment did to a file of data, where it fell into a text of several lines; empty if nothing."""
    if _meaning(before, found.path) == _meaning(after, found.path):
        return ""
    return "a comment would stand within a text of several lines"


def _meaning(data: bytes, path: str) -> object:
    text = data.decode("utf-8-sig", "replace")
    if path.endswith((".yaml", ".yml")):
        import yaml

        try:
            return [(type(event), getattr(event, "value", None)) for event in yaml.parse(text)]
        except yaml.YAMLError:
            return text
    if path.endswith((".toml", ".lock")):
        from detlint.toml import loads

        try:
            return loads(text)
        except ValueError:
            return None
    return None
