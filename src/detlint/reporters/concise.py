"""One line a diagnostic: `path:line:column: CODE message`, for editors, grep and people in a hurry."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from detlint.fixes.choosing import is_wanted
from detlint.printable import printable
from detlint.reporters import leading
from detlint.reporters.counts import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Diagnostic, Location, Report
    from detlint.reporters import Styled, View


def lines(report: Report, view: View) -> Iterator[Styled]:
    """A line for each diagnostic, then the table of counts where it was asked for."""
    for diagnostic in report.diagnostics:
        yield [
            *place(diagnostic, view),
            (" ", ""),
            code(diagnostic, view, diagnostic.code),
            *mark(diagnostic, view),
            (f" {printable(diagnostic.text)}", ""),
        ]
    if view.statistics:
        yield from table(report, view)


def place(diagnostic: Diagnostic, view: View) -> Styled:
    """Where a diagnostic stands, as terminals and editors recognise it: `path:line:column:`."""
    return [path_of(diagnostic, view), (f":{position(diagnostic.location)}:", "faint")]


def path_of(diagnostic: Diagnostic, view: View) -> tuple[str, str]:
    """The path of a diagnostic, which leads to the file."""
    shown = printable(diagnostic.path)
    if not view.links or diagnostic.path == "<stdin>":
        return shown, "path"
    from urllib.parse import quote

    file = os.path.abspath(diagnostic.path).replace(os.sep, "/")
    return shown, leading("path", "file://" + quote(os.fsencode(file if file.startswith("/") else f"/{file}")))


def code(diagnostic: Diagnostic, view: View, text: str) -> tuple[str, str]:
    """A text about a diagnostic's rule, which leads to its documentation."""
    severity = diagnostic.severity.label
    return text, leading(severity, diagnostic.url) if view.links else severity


def mark(diagnostic: Diagnostic, view: View) -> Styled:
    """`[*]` for what `--fix` repairs, with the options that were given."""
    return [(" [*]", "good")] if is_wanted(diagnostic, unsafe=view.unsafe_fixes) else []


def position(location: Location) -> str:
    """`line:column`, or `cell 3:line:column` in a notebook."""
    cell = "" if location.cell is None else f"cell {location.cell}:"
    return f"{cell}{location.line}:{location.column}"
