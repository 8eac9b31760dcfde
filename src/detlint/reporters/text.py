"""The default report, for people: what, where with the line itself, related places, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Diagnostic, Related, Report
from detlint.printable import printable
from detlint.reporters import leading
from detlint.reporters.concise import code, mark, place, position
from detlint.reporters.counts import summary, table
from detlint.reporters.frames import frame
from detlint.reporters.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.reporters import Styled, View


def lines(report: Report, view: View) -> Iterator[Styled]:
    """A block for each diagnostic, then the table of counts and the summary where they were asked for."""
    for diagnostic in report.diagnostics:
        yield from _block(diagnostic, view)
        yield []
    if view.statistics and report.diagnostics:
        yield from table(report, view)
        yield []
    for line in summary(report, view) if view.summary else ():
        yield from wrapped(line, view.width)


def _block(diagnostic: Diagnostic, view: View) -> Iterator[Styled]:
    head = [
        *place(diagnostic, view),
        (" ", ""),
        code(diagnostic, view, f"{diagnostic.severity.label}[{diagnostic.code}]"),
        *mark(diagnostic, view),
        (f" {printable(diagnostic.message)}", "strong"),
    ]
    yield from wrapped(head, view.width, 2)
    gutter = " " * len(str(diagnostic.location.line))
    yield from _code(diagnostic, view, gutter)
    for line in _notes(diagnostic, view, gutter):
        yield from wrapped(line, view.width, len(gutter) + len(" = help: "))


def _notes(diagnostic: Diagnostic, view: View, gutter: str) -> Iterator[Styled]:
    """What is said beside the line: other places, how sure it is, what to do, where to read on."""
    for related in diagnostic.related:
        yield [*_label(gutter, "note"), (_related(related), "")]
    if diagnostic.confidence is not Confidence.HIGH:
        yield [*_label(gutter, "note"), (f"confidence is {diagnostic.confidence.label}", "")]
    if diagnostic.repair:
        yield [*_label(gutter, "help"), (printable(diagnostic.repair), "")]
    address = leading("faint", diagnostic.url) if view.links else "faint"
    yield [*_label(gutter, "docs"), (f"detlint explain {diagnostic.name}", address)]


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
