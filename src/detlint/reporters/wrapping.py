"""Lines of a terminal's width: long ones go on below, indented, where a word ends.

Given a styled line; gives lines. A word that is longer than a line stays whole, so that paths and names can be copied.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detlint.reporters.frames import columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.reporters import Styled

NARROWEST = 30
"""Columns below which nothing is gained by wrapping."""

_WORD = re.compile(r"\S+|\s+")


def wrapped(line: Styled, width: int | None, indent: int = 0) -> Iterator[Styled]:
    """A line as lines of at most `width` columns, the later ones indented; as it is where there is no width."""
    if width is None or width < NARROWEST or sum(columns(text) for text, _ in line) <= width:
        yield line
        return
    indent = min(indent, width // 3)
    current: Styled = []
    used, may_break = 0, False
    for text, style in line:
        for word in _WORD.findall(text):
            size = columns(word)
            if may_break and used + size > width and not word.isspace():
                yield _trimmed(current)
                current, used = [(" " * indent, "")], indent
            current.append((word, style))
            used += size
            # Not before the first word, nor between a path and the line behind it.
            may_break = word.isspace() and used > size
    yield _trimmed(current)


def _trimmed(line: Styled) -> Styled:
    """A line without space at its end, and with pieces of one style together."""
    while line and line[-1][0].isspace():
        line.pop()
    joined: Styled = []
    for text, style in line:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + text, style)
        else:
            joined.append((text, style))
    return joined
