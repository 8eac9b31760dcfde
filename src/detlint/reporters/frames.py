"""Code frames: the line that a diagnostic is about, with what is wrong underlined.

Given a text and a location in it; gives lines that are safe to print (no control characters, tabs expanded) in which
the underline stands below the right characters, also where these are wide or combine with others.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from detlint.reporters import LONGEST

if TYPE_CHECKING:
    from detlint.diagnostics import Location

TAB = 4

_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Frame:
    """A printable line: what stands before the mark, what is marked, what follows, and the mark's place in columns."""

    before: str
    marked: str
    after: str
    indent: int
    width: int


def frame(text: str, location: Location, longest: int = LONGEST) -> Frame | None:
    """The frame of a location's first line; None where the text has no such line (it changed meanwhile)."""
    line = line_of(text, location.line)
    if line is None or location.column - 1 > len(line):
        return None
    start = location.column - 1
    end = location.end_column - 1 if location.end_line == location.line else len(line)
    end = max(start, min(end, len(line)))
    cut_from, cut_to = _window(line, start, end, longest)
    before = ("..." if cut_from else "") + line[cut_from:start]
    marked = line[start : min(end, cut_to)]
    after = line[min(end, cut_to) : cut_to] + ("..." if cut_to < len(line) else "")
    before, column = _printable(before, 0)
    marked, after_column = _printable(marked, column)
    after, _ = _printable(after, after_column)
    return Frame(before, marked, after.rstrip(), column, max(1, after_column - column))


def line_of(text: str, number: int) -> str | None:
    """Line `number` of a text, from 1; None if it has fewer."""
    lines = _lines(text)
    return lines[number - 1] if number <= len(lines) else None


@lru_cache(maxsize=1)
def _lines(text: str) -> list[str]:
    """A text's lines; kept for the next diagnostic, which is most often in the same text."""
    return _LINE_END.split(text)


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return len(text) if text.isascii() else _printable(text, 0)[1]


def _window(line: str, start: int, end: int, longest: int) -> tuple[int, int]:
    """What part of a line is shown: all of it, or around the mark where it is very long."""
    if len(line) <= longest:
        return 0, len(line)
    first = max(0, min(start - longest // 4, len(line) - longest))
    return first, min(len(line), max(first + longest, min(end, start + longest)))


def _printable(text: str, column: int) -> tuple[str, int]:
    """A text as it may be printed from a column on, and the column that it ends at."""
    parts: list[str] = []
    for character in text:
        shown, width = _shown(character, column)
        parts.append(shown)
        column += width
    return "".join(parts), column


def _shown(character: str, column: int) -> tuple[str, int]:
    if character == "\t":
        width = TAB - column % TAB
        return " " * width, width
    if " " <= character <= "~":
        return character, 1
    if unicodedata.category(character) in ("Mn", "Me"):
        return character, 0
    if not character.isprintable():
        # escape sequences, form feeds, bidirectional controls: shown as one mark, never obeyed by the terminal
        return "?", 1
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1
