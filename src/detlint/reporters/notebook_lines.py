"""On which lines of a notebook's JSON the lines of its cells are.

Given the document's text; gives the line of the document for a cell and a line in it. Nothing is read or written here.
"""

from __future__ import annotations

import json
from functools import cached_property

from detlint.fixes.notebooks import CellSource, cell_sources


class NotebookLines:
    """The lines of one document."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _sources(self) -> dict[int, CellSource]:
        return cell_sources(self._text)

    def line(self, cell: int, line: int) -> int | None:
        """The line of the document, from 1; None if there is no such cell."""
        source = self._sources.get(cell)
        if source is None:
            return None
        start, before = source.start, 1
        for begin, end in source.strings:
            start = begin
            before += self._line_ends(begin, end)
            if line < before or (line == before and not self._ends_line(begin, end)):
                break
        return self._text.count("\n", 0, start) + 1

    def _line_ends(self, begin: int, end: int) -> int:
        value: str = json.loads(self._text[begin:end], strict=False)
        return value.replace("\r\n", "\n").replace("\r", "\n").count("\n")

    def _ends_line(self, begin: int, end: int) -> bool:
        return bool(json.loads(self._text[begin:end], strict=False).endswith(("\n", "\r")))
