"""Lines of files for tools that know files only: of a notebook, the line of its JSON that holds a cell's line.

Given a location and a `View`; gives the lines and, where the tool can use them, columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.reporters.concise import position

if TYPE_CHECKING:
    from detlint.diagnostics import Diagnostic, Location
    from detlint.reporters import View


def lines_of(path: str, location: Location, view: View) -> tuple[int, int]:
    """The first and last line in the file. What is in a cell that cannot be found any more is on the first line."""
    if location.cell is None:
        return location.line, max(location.line, location.end_line)
    first = view.document_line(path, location) or 1
    return first, first


def placed_text(diagnostic: Diagnostic) -> str:
    """Message and repair; in a notebook, after the cell and line, which the line of the file does not tell."""
    return placed(diagnostic.text, diagnostic.location)


def placed(text: str, location: Location) -> str:
    """A text about a place; in a notebook, after the cell and line."""
    return text if location.cell is None else f"{position(location)}: {text}"
