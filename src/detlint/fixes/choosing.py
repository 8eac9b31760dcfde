"""Which fixes are applied together.

Given the fixes that are wanted; gives groups of those that do not touch one another. The first by path and position
wins, the others wait for the next round, where they are made anew. An edit that several fixes want (one import) is made
once. A fix may edit several files: all of its edits are made or none.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.diagnostics import Applicability, Diagnostic, Edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Point = tuple[int, int, int]
"""Cell (0 outside of notebooks), line, column."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fix that is to be applied. file: of the finding. edits: by the file that each is for."""

    item: Diagnostic
    file: str
    edits: Mapping[str, list[Edit]]

    @property
    def home(self) -> str:
        """The file of which it is said that it was repaired: that of the finding, or else the first that is edited."""
        return self.file if self.file in self.edits else next(iter(self.edits))


@dataclass(slots=True)
class Group:
    """Fixes that are applied together, and the edits of each file, without repetitions."""

    fixes: list[Wanted] = field(default_factory=list)
    edits: dict[str, list[Edit]] = field(default_factory=dict)


def is_wanted(item: Diagnostic, *, unsafe: bool) -> bool:
    """Whether a diagnostic has a fix that is to be applied."""
    return item.fix is not None and (unsafe or item.fix.applicability is Applicability.SAFE)


def chosen(wanted: Iterable[Wanted]) -> list[Group]:
    """The fixes that are applied in one round: a group for each file, or for files that a fix edits together."""
    taken: dict[str, _Taken] = {}
    fixed = [each for each in sorted(wanted, key=_first) if _take(each, taken)]
    groups: dict[str, Group] = {}
    for each in fixed:
        group = Group([each], {file: taken[file].edits for file in each.edits})
        for file in each.edits:
            known = groups.get(file)
            if known is not None and known is not group:
                group = _joined(known, group)
        groups.update(dict.fromkeys(group.edits, group))
    return list({id(group): group for group in groups.values()}.values())


def edits_together(items: Iterable[Diagnostic], *, unsafe: bool) -> list[Edit]:
    """The edits of those fixes of one file that are applied together."""
    own = [item for item in items if is_wanted(item, unsafe=unsafe)]
    wanted = [Wanted(item, "", {"": list(item.fix.edits)}) for item in own if item.fix is not None]
    return [edit for group in chosen(wanted) for edit in group.edits[""]]


def _take(wanted: Wanted, taken: dict[str, _Taken]) -> bool:
    """Take all edits of a fix, or none."""
    for file in wanted.edits:
        taken.setdefault(file, _Taken())
    if not all(taken[file].has_room(edits) for file, edits in wanted.edits.items()):
        return False
    for file, edits in wanted.edits.items():
        taken[file].take(edits)
    return True


def _joined(one: Group, other: Group) -> Group:
    one.fixes += [each for each in other.fixes if each not in one.fixes]
    one.edits.update(other.edits)
    return one


def span(edit: Edit) -> tuple[Point, Point]:
    """Where an edit begins and ends."""
    place = edit.location
    cell = place.cell or 0
    return (cell, place.line, place.column), (cell, place.end_line, place.end_column)


def _first(wanted: Wanted) -> tuple[str, tuple[Point, Point], tuple[str, int, int, int, str, str]]:
    """By the file, then by the first of the places in it."""
    own = wanted.edits.get(wanted.file, ())
    return wanted.item.path, min(map(span, own), default=((0, 0, 0), (0, 0, 0))), wanted.item.sort_key


class _Taken:
    """The edits of a file that were taken, and the places that they hold."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []
        self._shared: dict[str, Edit] = {}
        self._spans: list[tuple[Point, Point]] = []

    def has_room(self, edits: Iterable[Edit]) -> bool:
        """Whether edits of one fix go with those that were taken."""
        edits = list(edits)
        if any(self._shared.get(edit.shared, edit) != edit for edit in edits if edit.shared):
            return False
        return not any(self._is_touched(*span(edit)) for edit in self._new(edits))

    def take(self, edits: Iterable[Edit]) -> None:
        """Take edits that there is room for."""
        new = self._new(edits)
        self._shared.update((edit.shared, edit) for edit in new if edit.shared)
        for edit in new:
            self.edits.append(edit)
            insort(self._spans, span(edit))

    def _new(self, edits: Iterable[Edit]) -> list[Edit]:
        return [edit for edit in edits if edit.shared not in self._shared]

    def _is_touched(self, start: Point, end: Point) -> bool:
        """Whether a span overlaps one that is taken, or meets it: in which order they go would be a guess."""
        place = bisect_right(self._spans, (start, end))
        # None that is taken overlaps another, so that what begins first ends first.
        before, after = self._spans[max(place - 1, 0) : place], self._spans[place : place + 1]
        return any(last >= start for _, last in before) or any(first <= end for first, _ in after)
