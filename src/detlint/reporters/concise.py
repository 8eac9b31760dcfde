"""One line a diagnostic: `path:line:column: CODE message`, for editors, grep and people in a hurry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.fixes.choosing import is_wanted
from detlint.printable import printable
from detlint.reporters.counts import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Diagnostic, Location, Report
    from detlint.reporters import Styled, View


def lines(report: Report, view: View) -> Iterator[Styled]:
    """A line for each diagnostic, then the table of counts where it was asked for."""
    for diagnostic in report.diagnostics:
        yield [
            *place(diagnostic),
            (" ", ""),
            (diagnostic.code, diagnostic.severity.label),
            *mark(diagnostic, view),
            (f" {printable(diagnostic.text)}", ""),
        ]
    if view.statistics:
        yield from table(report)


def place(diagnostic: Diagnostic) -> Styled:
    """Where a diagnostic stands, as terminals and editors recognise it: `path:line:column:`."""
    return [(printable(diagnostic.path), "path"), (f":{position(diagnostic.location)}:", "faint")]


def mark(diagnostic: Diagnostic, view: View) -> Styled:
    """`[*]` for what `--fix` repairs, with the options that were given."""
    return [(" [*]", "good")] if is_wanted(diagnostic, unsafe=view.unsafe_fixes) else []


def position(location: Location) -> str:
    """`line:column`, or `cell 3:line:column` in a notebook."""
    cell = "" if location.cell is None else f"cell {location.cell}:"
    return f"{cell}{location.line}:{location.column}"
