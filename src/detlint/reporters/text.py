"""The default report, for people: what, where with the line itself, related places, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Diagnostic, Related, Report
from detlint.printable import printable
from detlint.reporters.concise import mark, place, position
from detlint.reporters.counts import summary, table
from detlint.reporters.frames import frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.reporters import Styled, View


def lines(report: Report, view: View) -> Iterator[Styled]:
    """A block for each diagnostic, then the table of counts and the summary where they were asked for."""
    for diagnostic in report.diagnostics:
        yield from _block(diagnostic, view)
        yield []
    if view.statistics and report.diagnostics:
        yield from table(report)
        yield []
    if view.summary:
        yield from summary(report, view)


def _block(diagnostic: Diagnostic, view: View) -> Iterator[Styled]:
    severity = diagnostic.severity.label
    yield [
        *place(diagnostic),
        (" ", ""),
        (f"{severity}[{diagnostic.code}]", severity),
        *mark(diagnostic, view),
        (f" {printable(diagnostic.message)}", "strong"),
    ]
    gutter = " " * len(str(diagnostic.location.line))
    yield from _code(diagnostic, view, gutter)
    for related in diagnostic.related:
        yield [*_label(gutter, "note"), (_related(related), "")]
    if diagnostic.confidence is not Confidence.HIGH:
        yield [*_label(gutter, "note"), (f"confidence is {diagnostic.confidence.label}", "")]
    if diagnostic.repair:
        yield [*_label(gutter, "help"), (printable(diagnostic.repair), "")]
    yield [*_label(gutter, "docs"), (f"detlint explain {diagnostic.name}", "faint")]


def _code(diagnostic: Diagnostic, view: View, gutter: str) -> Iterator[Styled]:
    location = diagnostic.location
    text = view.source(diagnostic.path, location)
    shown = None if text is None else frame(text, location, view.longest)
    if shown is None:
        return
    severity = diagnostic.severity.label
    yield [(f"{gutter} |", "faint")]
    yield [(f"{location.line} | ", "faint"), (shown.before, ""), (shown.marked, severity), (shown.after, "")]
    yield [(f"{gutter} | ", "faint"), (" " * shown.indent, ""), ("^" * shown.width, severity)]


def _related(related: Related) -> str:
    return f"{printable(related.path)}:{position(related.location)}: {printable(related.message)}"


def _label(gutter: str, word: str) -> Styled:
    return [(f"{gutter} = ", "faint"), (f"{word}: ", "label")]
