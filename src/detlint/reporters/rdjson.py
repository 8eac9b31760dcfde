"""reviewdog's JSON: findings, and as suggestions those repairs that are one replacement in the file itself.

Columns are counted in bytes of UTF-8. A suggestion is applied for itself, so that a repair of several edits is none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from detlint.printable import printable
from detlint.reporters.concise import position
from detlint.reporters.frames import line_of
from detlint.reporters.lines import lines_of, placed_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Diagnostic, Location, Report
    from detlint.reporters import Styled, View

_SOURCE = {"name": "detlint", "url": "https://detlint.readthedocs.io/"}


def lines(report: Report, view: View) -> Iterator[Styled]:
    """The document, indented, line by line."""
    found = [_diagnostic(item, view) for item in report.diagnostics]
    for line in json.dumps({"source": _SOURCE, "diagnostics": found}, indent=2).split("\n"):
        yield [(line, "")]


def _diagnostic(item: Diagnostic, view: View) -> dict[str, object]:
    suggestions = list(_suggestions(item, view))
    return {
        "message": "\n".join(_message(item)),
        "location": {"path": item.path, "range": _range(item.path, item.location, view)},
        "severity": item.severity.name,
        "code": {"value": item.code, "url": item.url},
        **({"suggestions": suggestions} if suggestions else {}),
    }


def _message(item: Diagnostic) -> Iterator[str]:
    yield printable(placed_text(item))
    for each in item.related:
        yield printable(f"{each.path}:{position(each.location)}: {each.message}")


def _suggestions(item: Diagnostic, view: View) -> Iterator[dict[str, object]]:
    edits = item.fix.edits if item.fix is not None and item.location.cell is None else ()
    if len(edits) == 1 and not edits[0].path:
        span = _range(item.path, edits[0].location, view)
        if "column" in span["start"]:
            yield {"range": span, "text": edits[0].content}


def _range(path: str, location: Location, view: View) -> dict[str, dict[str, int]]:
    """A range; of whole lines where columns cannot be told: in notebooks, and of a text that has changed."""
    first, last = lines_of(path, location, view)
    start, end = {"line": first}, {"line": last}
    text = None if location.cell is not None else view.source(path, location)
    opening = None if text is None else line_of(text, first)
    closing = None if text is None else line_of(text, last)
    if opening is not None and closing is not None:
        start["column"] = _bytes(opening, location.column)
        end["column"] = _bytes(closing, location.end_column)
    return {"start": start, "end": end}


def _bytes(line: str, column: int) -> int:
    return len(line[: column - 1].encode("utf-8", "surrogatepass")) + 1
