"""Which fixes of a file are applied together.

Given the diagnostics of one file; gives those whose fixes do not touch one another. The first by position wins, the
others wait for the next round, where they are made anew. An edit that several fixes want (one import) is made once.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING

from detlint.diagnostics import Applicability, Diagnostic, Edit

if TYPE_CHECKING:
    from collections.abc import Iterable

Point = tuple[int, int, int]
"""Cell (0 outside of notebooks), line, column."""


def is_wanted(item: Diagnostic, *, unsafe: bool) -> bool:
    """Whether a diagnostic has a fix that is to be applied."""
    return item.fix is not None and (unsafe or item.fix.applicability is Applicability.SAFE)


def chosen(diagnostics: Iterable[Diagnostic], *, unsafe: bool) -> tuple[list[Diagnostic], list[Edit]]:
    """The diagnostics of a file that are fixed in one round, and the edits of their fixes, without repetitions."""
    taken = _Taken()
    wanted = sorted((item for item in diagnostics if is_wanted(item, unsafe=unsafe)), key=_first)
    fixed = [item for item in wanted if item.fix is not None and taken.take(item.fix.edits)]
    return fixed, taken.edits


def span(edit: Edit) -> tuple[Point, Point]:
    """Where an edit begins and ends."""
    place = edit.location
    cell = place.cell or 0
    return (cell, place.line, place.column), (cell, place.end_line, place.end_column)


def _first(item: Diagnostic) -> tuple[tuple[Point, Point], tuple[str, int, int, int, str, str]]:
    edits = item.fix.edits if item.fix is not None else ()
    return min(map(span, edits), default=((0, 0, 0), (0, 0, 0))), item.sort_key


class _Taken:
    """The edits that were taken, and the places that they hold."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []
        self._shared: dict[str, Edit] = {}
        self._spans: list[tuple[Point, Point]] = []

    def take(self, edits: Iterable[Edit]) -> bool:
        """Take the edits of one fix, all or none."""
        edits = list(edits)
        if any(self._shared.get(edit.shared, edit) != edit for edit in edits if edit.shared):
            return False
        new = [edit for edit in edits if edit.shared not in self._shared]
        if any(self._is_touched(*span(edit)) for edit in new):
            return False
        self._shared.update((edit.shared, edit) for edit in new if edit.shared)
        for edit in new:
            self.edits.append(edit)
            insort(self._spans, span(edit))
        return True

    def _is_touched(self, start: Point, end: Point) -> bool:
        """Whether a span overlaps one that is taken, or meets it: in which order they go would be a guess."""
        place = bisect_right(self._spans, (start, end))
        # None that is taken overlaps another, so that what begins first ends first.
        before, after = self._spans[max(place - 1, 0) : place], self._spans[place : place + 1]
        return any(last >= start for _, last in before) or any(first <= end for first, _ in after)
