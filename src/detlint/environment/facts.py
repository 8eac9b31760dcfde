"""What a file around the code says: the values that readers make and rules look at.

Knows no file formats. Places are those in the file that was read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from detlint.diagnostics import Location

_NEWLINE = re.compile(r"\r\n|\n|\r")
_SEPARATORS = re.compile(r"[-_.]+")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A dependency that is declared, or installed by a command.

    name: of the distribution, normalised. kind: whose names and versions they are. specifier: the versions that will
    do, in pip's words; empty if any will. pin: the version, where there is one only (for conda also `=1.7`). group: the
    extra or group that it belongs to. fixed: whether it is always the same code although no version is written (a
    commit, a local folder).
    """

    name: str
    location: Location
    kind: Literal["pip", "conda", "image"] = "pip"
    specifier: str = ""
    pin: str = ""
    extras: frozenset[str] = frozenset()
    marker: str = ""
    group: str = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that a file sets for the programs that it starts.

    value: None where it is taken from elsewhere or cannot be told. location: of the name. value_location: of the
    value. scope: `file` holds for all that is started with the file, `command` for the one command given, `stage` for
    a part of a build of which nothing stays, `process` from within the process, when its interpreter has started.
    """

    name: str
    value: str | None
    location: Location
    value_location: Location | None = None
    scope: Literal["file", "command", "stage", "process"] = "file"
    command: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command that a file runs, as the shell would see it."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Image:
    """A container image that something is built on or run in.

    reference: after defaults of `ARG` are filled in; known: whether all of them have one.
    """

    reference: str
    location: Location
    known: bool = True


@dataclass(frozen=True, slots=True)
class Include:
    """Another file that belongs to a file. path: as it is written, relative to the folder of the file."""

    path: str
    location: Location
    kind: Literal["requirements", "constraints", "variables", "environment"]


@dataclass(slots=True)
class Facts:
    """All that one file says. indexes: addresses of package indexes. python: the version of Python that is stated."""

    requirements: list[Requirement] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    python: str = ""

    def add(self, other: Facts) -> None:
        """Take in what another reader found in a part of the file."""
        for name in ("requirements", "variables", "commands", "images", "includes", "indexes"):
            getattr(self, name).extend(getattr(other, name))
        self.python = self.python or other.python


class Text:
    """A text whose offsets can be told as lines and columns."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in _NEWLINE.finditer(text))]

    def span(self, start: int, end: int) -> Location:
        """The place of the characters from `start` up to `end`."""
        return Location(*self.position(start), *self.position(max(start, end)))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset_of_utf8(self, line: int, bytes_before: int) -> int:
        """The offset of a place that is told as `ast` does: a line from 1, and bytes of UTF-8 before it."""
        start = self._starts[min(line, len(self._starts)) - 1]
        prefix = self.text[start : start + bytes_before].encode("utf-8", "surrogatepass")[:bytes_before]
        return start + len(prefix.decode("utf-8", "replace"))

    def lines(self) -> list[tuple[int, str]]:
        """All lines without their ends, each with the offset at which it starts."""
        ends = [*self._starts[1:], len(self.text) + 1]
        return [
            (start, self.text[start : end - 1 if end > len(self.text) else end].rstrip("\r\n"))
            for start, end in zip(self._starts, ends, strict=True)
        ]


def normalised(name: str) -> str:
    """The name of a distribution in the one spelling that counts."""
    return _SEPARATORS.sub("-", name).lower()
