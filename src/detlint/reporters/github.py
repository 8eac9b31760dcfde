"""Workflow commands of GitHub Actions: printed in a step, each becomes an annotation at its line of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Diagnostic, Severity
from detlint.printable import printable
from detlint.reporters.lines import lines_of, placed_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Report
    from detlint.reporters import Styled, View

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_IN_VALUES = str.maketrans({"%": "%25", ":": "%3A", ",": "%2C"})


def lines(report: Report, view: View) -> Iterator[Styled]:
    """A command for each diagnostic."""
    for diagnostic in report.diagnostics:
        values = {"title": f"{diagnostic.code} {diagnostic.name}", "file": diagnostic.path, **_place(diagnostic, view)}
        listed = ",".join(f"{name}={printable(str(value)).translate(_IN_VALUES)}" for name, value in values.items())
        message = printable(placed_text(diagnostic)).replace("%", "%25")
        yield [(f"::{_COMMANDS[diagnostic.severity]} {listed}::{message}", "")]


def _place(diagnostic: Diagnostic, view: View) -> dict[str, int]:
    """Lines, and columns where GitHub takes them: of what is on one line of the file."""
    place = diagnostic.location
    first, last = lines_of(diagnostic.path, place, view)
    found = {"line": first, "endLine": last}
    if place.cell is None and first == last and place.end_column >= place.column:
        found |= {"col": place.column, "endColumn": place.end_column}
    return found
