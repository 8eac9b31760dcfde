"""One line a diagnostic under headings: of files, or of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.printable import printable
from detlint.reporters.concise import code, mark, path_of, place, position
from detlint.reporters.counts import number_of, summary, table
from detlint.reporters.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Diagnostic, Report
    from detlint.reporters import Styled, View


def lines(report: Report, view: View) -> Iterator[Styled]:
    """A block for each file or rule, then the table of counts and the summary where they were asked for."""
    by_file = view.group_by == "file"
    groups: dict[str, list[Diagnostic]] = {}
    for item in report.diagnostics:
        groups.setdefault(item.path if by_file else item.code, []).append(item)
    for key in groups if by_file else sorted(groups, key=lambda key: (-len(groups[key]), key)):
        yield from _of_file(groups[key], view) if by_file else _of_rule(groups[key], view)
        yield []
    if view.statistics and report.diagnostics:
        yield from table(report, view)
        yield []
    for line in summary(report, view) if view.summary else ():
        yield from wrapped(line, view.width)


def _of_file(items: list[Diagnostic], view: View) -> Iterator[Styled]:
    yield [path_of(items[0], view), (f": {number_of(len(items), 'finding')}", "faint")]
    wide = max(len(position(item.location)) for item in items)
    for item in items:
        where = (f"  {position(item.location):<{wide}}  ", "faint")
        yield from _line([where, code(item, view, item.code)], item, view)


def _of_rule(items: list[Diagnostic], view: View) -> Iterator[Styled]:
    first = items[0]
    name = code(first, view, f"{first.code} {first.name}")
    yield [name, (f": {number_of(len(items), 'finding')}", "faint")]
    for item in items:
        yield from _line([("  ", ""), *place(item, view)], item, view)


def _line(start: Styled, item: Diagnostic, view: View) -> Iterator[Styled]:
    indent = 4 if view.group_by == "rule" else len(start[0][0]) + len(item.code) + 1
    yield from wrapped([*start, *mark(item, view), (f" {printable(item.text)}", "")], view.width, indent)
