"""Text that is safe to print: names of files and messages may hold what a terminal would obey."""

from __future__ import annotations


def printable(text: str) -> str:
    """A text on one line: line ends, controls and bytes that could not be decoded are escaped as Python writes them."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
