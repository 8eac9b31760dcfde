"""Programs with marks: `# ! DET201` at the end of a line that must be reported so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.helpers import check

if TYPE_CHECKING:
    from collections.abc import Iterable

_MARK = re.compile(r"  # ! ([A-Z0-9 ]+)$", re.MULTILINE)


def marked(code: str) -> list[tuple[int, str]]:
    """The lines that must be reported, with the codes, in order."""
    lines = code.split("\n")
    found = ((number, _MARK.search(line)) for number, line in enumerate(lines, 1))
    return sorted((number, each) for number, mark in found if mark is not None for each in mark[1].split())


def found(code: str, select: Iterable[str]) -> list[tuple[int, str]]:
    """What is reported of a program, each place once, of what is shown by default."""
    return sorted(set(check(_MARK.sub("", code), select, min_severity="warning")))
