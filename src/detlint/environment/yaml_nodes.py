"""YAML with places: PyYAML's nodes behind a few questions. Nothing is constructed, so no text can cost much."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detlint.environment.facts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Location

_MOST_BRACKETS = 10_000
_DEEP = re.compile(r"(?:[-?:][ \t]+){100}|[\[{][\[{ \t\r\n]{200}")
"""libyaml's parser calls itself for each level."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a text is no YAML, and where."""

    reason: str
    location: Location


class Node:
    """A node of a document. What is asked of a node of another kind is answered with nothing."""

    __slots__ = ("_node", "_text")

    def __init__(self, node: Any, text: Text) -> None:
        self._node = node
        self._text = text

    @property
    def kind(self) -> str:
        """`scalar`, `sequence` or `mapping`."""
        return str(self._node.id)

    @property
    def location(self) -> Location:
        """Where it stands; the end of a block is the end of its last line."""
        return self._text.span(self.start, self.end)

    def part(self, start: int, end: int) -> Location:
        """The place of a part of the text, by its offsets."""
        return self._text.span(start, end)

    @property
    def start(self) -> int:
        """The offset of its first character."""
        return min(int(self._node.start_mark.index), len(self._text.text))

    @property
    def end(self) -> int:
        """The offset behind its last character."""
        return self.start + len(self._text.text[self.start : int(self._node.end_mark.index)].rstrip())

    @property
    def scalar(self) -> str | None:
        """The text of a scalar as written, without quotes; None for others, and for null."""
        if self.kind != "scalar" or self.is_null:
            return None
        return str(self._node.value)

    @property
    def is_null(self) -> bool:
        """Whether it is an empty value."""
        return bool(self._node.tag == "tag:yaml.org,2002:null")

    @property
    def tag(self) -> str:
        """The last part of its tag: `str`, `int`, `bool`, …."""
        return str(self._node.tag).rpartition(":")[2]

    @property
    def plain(self) -> bool:
        """Whether it is a scalar without quotes, on one line: its text stands in the file as it is."""
        return (
            self.kind == "scalar"
            and self._node.style is None
            and self._node.start_mark.line == self._node.end_mark.line
        )

    @property
    def content_start(self) -> int:
        """The offset at which the text of a scalar begins: behind the quote, in the line below a `|`."""
        style = self._node.style if self.kind == "scalar" else None
        if style in ("|", ">"):
            text = self._text.text
            line_end = text.find("\n", self.start)
            begin = self.start if line_end < 0 else line_end + 1
            while begin < len(text) and text[begin] in " \t\n":
                begin += 1
            return begin
        return self.start + (1 if style in ("'", '"') else 0)

    @property
    def folded(self) -> bool:
        """Whether line ends in the text of a scalar mean spaces."""
        return self.kind == "scalar" and self._node.style != "|"

    @property
    def content_end(self) -> int:
        """The offset behind the text of a scalar, before the quote."""
        return self.end - (1 if self.kind == "scalar" and self._node.style in ("'", '"') else 0)

    def items(self) -> list[Node]:
        """The items of a sequence."""
        return [Node(item, self._text) for item in self._node.value] if self.kind == "sequence" else []

    def entries(self) -> list[tuple[Node, Node]]:
        """The entries of a mapping, in the order of the text; those that `<<` brings in come last."""
        return list(self._entries(0))

    def _entries(self, depth: int) -> Iterator[tuple[Node, Node]]:
        if self.kind != "mapping" or depth > 8:
            return
        merged: list[Node] = []
        for key, value in self._node.value:
            if key.id == "scalar" and key.value == "<<":
                node = Node(value, self._text)
                merged += node.items() or [node]
            else:
                yield Node(key, self._text), Node(value, self._text)
        for node in merged[:16]:
            yield from node._entries(depth + 1)

    def get(self, *path: str) -> Node | None:
        """The value under a key, and under keys of that; None if there is none."""
        node: Node = self
        for name in path:
            found = next((value for key, value in node.entries() if key.scalar == name), None)
            if found is None:
                return None
            node = found
        return node

    def key(self, name: str) -> Node | None:
        """The key of that name."""
        return next((key for key, _ in self.entries() if key.scalar == name), None)


def documents(text: str) -> tuple[list[Node], Broken | None]:
    """The documents of a text up to where it is broken, and what is wrong there."""
    import yaml

    place = Text(text)
    if text.count("[") + text.count("{") > _MOST_BRACKETS or _DEEP.search(text):
        return [], Broken("nested too deeply", place.span(0, 0))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[Node] = []
    try:
        found.extend(Node(node, place) for node in yaml.compose_all(text, Loader=loader) if node is not None)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        offset = min(int(mark.index), len(text)) if mark is not None else 0
        return found, Broken(str(error.problem or error.context or "not valid"), place.span(offset, offset))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return found, Broken(str(error).splitlines()[0] if str(error) else "not valid", place.span(0, 0))
    return found, None


def document(text: str) -> Node | None:
    """The first document of a text, if it is one."""
    found, broken = documents(text)
    return found[0] if found and (broken is None or len(found) > 1) else None
