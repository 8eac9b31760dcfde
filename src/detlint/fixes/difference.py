"""What fixes change, as a unified diff: of a notebook, cell by cell.

Given the bytes of a file before and after; gives lines with the names of their styles.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from detlint.fixes.editing import read, written
from detlint.printable import printable
from detlint.sources.source import NOTEBOOK, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.reporters import Styled

_STYLES = {"-": "bad", "+": "good", "@": "label"}


def difference(before: bytes, after: bytes, path: str, kind: str) -> Iterator[Styled]:
    """The lines of a diff that `patch` takes (of a notebook: for people), without line ends."""
    for name, old, new in _texts(before, after, path, kind):
        shown = printable(name)
        lines = difflib.unified_diff(_lines(old), _lines(new), shown, shown, lineterm="")
        for number, line in enumerate(lines):
            is_text = number > 1 and line[0] != "@"
            yield [(line.removesuffix("\n"), "strong" if number < 2 else _STYLES.get(line[0], ""))]
            if is_text and not line.endswith("\n"):
                yield [("\\ No newline at end of file", "faint")]


def _texts(before: bytes, after: bytes, path: str, kind: str) -> Iterator[tuple[str, str, str]]:
    """Pairs of texts that may differ, each with its name."""
    old, new = read(before, path, kind), read(after, path, kind)
    if not isinstance(old, SourceFile) or not isinstance(new, SourceFile):
        return
    if not path.endswith(NOTEBOOK):
        yield path, written(old), written(new)
        return
    for cell, changed in zip(old.cells, new.cells, strict=True):
        yield f"{path}:cell {cell.number}", cell.text, changed.text


def _lines(text: str) -> list[str]:
    r"""Lines as `patch` counts them: they end at `\n` only, and keep it."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
