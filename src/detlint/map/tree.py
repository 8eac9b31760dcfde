"""The picture of an entry point: entry, call, consumer, from top to bottom in the order of the run.

Given an entry of the map; gives the rows of a tree with their places in a drawing. Where there are many rows, calls
below which all is of one kind are drawn as one row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from detlint.map.model import STATE_TONES, judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.map.model import Entry, Place, Tone, Use

Kind = Literal["entry", "call", "draw", "seed", "mode", "variable", "train", "more"]

ROW, STEP, LEFT = 26, 22, 16
"""Height of a row, width of a level, and where the first level stands, in pixels."""
_GLYPH = 7.6
_ENOUGH, _MOST = 36, 120
_LONGEST = 64


@dataclass(slots=True)
class Node:
    """A row of the tree. place: where it stands. names: what it calls or is, without repetitions. count: of places."""

    kind: Kind
    tone: Tone
    subject: str
    order: int
    place: Place | None = None
    names: dict[str, None] = field(default_factory=dict)
    count: int = 1
    children: dict[object, Node] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What is written beside it."""
        names = list(self.names)
        shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        return _cut(shown, _LONGEST) if self.kind != "call" else _cut(" › ".join(names), _LONGEST)


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its place in the drawing. turn: where the line from its parent leaves it; None for the first row."""

    node: Node
    x: int
    y: int
    turn: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing: its rows and its size."""

    rows: tuple[Row, ...]
    width: int
    height: int


def picture(entry: Entry) -> Picture | None:
    """The drawing of an entry point; None where nothing happens in it."""
    root = Node("entry", entry.tone, "", -1, names={entry.name: None})
    for kind, subject, tone, use in sorted(_uses(entry), key=lambda item: item[3].order):
        _add(root, kind, subject, tone, use)
    if not root.children:
        return None
    for child in root.children.values():
        _join(child)
    for depth in range(_depth(root), 0, -1):
        if _size(root) <= _ENOUGH:
            break
        _collapse(root, depth)
    rows = tuple(_rows(root))[:_MOST]
    width = max(row.x + 22 + _GLYPH * (len(row.node.label) + len(_beside(row.node)) + 2) for row in rows)
    return Picture(rows, int(width) + 8, len(rows) * ROW + 8)


def _uses(entry: Entry) -> Iterator[tuple[Kind, str, Tone, Use]]:
    for state in entry.states:
        for use in state.draws:
            yield "draw", state.words, STATE_TONES[judged(use)], use
        for use in state.seeds:
            yield "seed", state.words, STATE_TONES[judged(use)], use
    for mode in entry.modes:
        for use in mode.switches:
            yield "mode", f"{mode.words} {use.what}", mode.tone, use
        if mode.needed_by is not None:
            yield "train", "trains", "none", mode.needed_by
    for variable in entry.variables:
        for use in variable.code:
            yield "variable", variable.name, variable.tone, use


def _add(root: Node, kind: Kind, subject: str, tone: Tone, use: Use) -> None:
    node = root
    for hop in use.way:
        if hop not in node.children:
            node.children[hop] = Node("call", "none", "", use.order, hop, {hop.text: None})
        node = node.children[hop]
    key = (kind, subject, tone)
    known = node.children.get(key)
    if known is None:
        node.children[key] = Node(kind, tone, subject, use.order, use.place, {use.place.text: None})
    else:
        known.count += 1
        known.names[use.place.text] = None


def _join(node: Node) -> None:
    """Draw calls that only lead on to one other call as one row."""
    while len(node.children) == 1:
        (only,) = node.children.values()
        if only.kind != "call" or node.kind != "call":
            break
        node.names.update(only.names)
        node.children = only.children
    for child in node.children.values():
        _join(child)


def _collapse(node: Node, depth: int) -> None:
    """Draw calls at a depth, below which there is only one kind of leaf, as that leaf."""
    for key, child in list(node.children.items()):
        if depth > 1:
            _collapse(child, depth - 1)
        elif child.kind == "call":
            leaves = list(_leaves(child))
            first = leaves[0]
            if all((leaf.kind, leaf.subject, leaf.tone) == (first.kind, first.subject, first.tone) for leaf in leaves):
                names = {name: None for leaf in leaves for name in leaf.names}
                node.children[key] = Node(
                    first.kind, first.tone, first.subject, child.order, child.place,
                    {f"{' › '.join(child.names)}: {', '.join(list(names)[:3])}{', …' if len(names) > 3 else ''}": None},
                    sum(leaf.count for leaf in leaves),
                )  # fmt: skip


def _leaves(node: Node) -> Iterator[Node]:
    for child in node.children.values():
        if child.children:
            yield from _leaves(child)
        else:
            yield child


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, node.children.values()), default=0)


def _size(node: Node) -> int:
    return 1 + sum(map(_size, node.children.values()))


def _rows(root: Node) -> Iterator[Row]:
    waiting: list[tuple[Node, int, tuple[int, int] | None]] = [(root, 0, None)]
    number = 0
    while waiting:
        node, depth, turn = waiting.pop()
        x, y = LEFT + depth * STEP, number * ROW + ROW // 2 + 4
        yield Row(node, x, y, turn)
        waiting += [(child, depth + 1, (x, y)) for child in reversed(node.children.values())]
        number += 1


def _beside(node: Node) -> str:
    count = f"×{node.count} " if node.count > 1 else ""
    return f"{node.subject} {count}{node.place or ''}"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
