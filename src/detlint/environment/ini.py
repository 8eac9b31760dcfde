"""The values of an INI text (`setup.cfg`, `tox.ini`, `pytest.ini`) with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.environment.facts import Text

_SECTION = re.compile(r"\[([^\]]*)\]")
_ENTRY = re.compile(r"([^\s=:#;\[][^=:]*?)\s*[=:]\s*(.*)$")


@dataclass(slots=True)
class Entry:
    """A key and the lines of its value, each with the offset at which it starts."""

    section: str
    key: str
    start: int
    lines: list[tuple[int, str]] = field(default_factory=list)

    @property
    def value(self) -> str:
        """All lines, with line ends between them."""
        return "\n".join(line for _, line in self.lines)


def entries(place: Text) -> Iterator[Entry]:
    """The entries of a text in their order; what is neither section, entry nor the rest of one is left out."""
    section = ""
    current: Entry | None = None
    for offset, line in place.lines():
        stripped = line.strip()
        if not stripped or stripped.startswith(("#", ";")):
            continue
        if line[0].isspace() and current is not None:
            bare = re.split(r"\s[#;]", stripped)[0].rstrip()
            current.lines.append((offset + len(line) - len(line.lstrip()), bare))
            continue
        if current is not None:
            yield current
            current = None
        head = _SECTION.match(stripped)
        match = None if head else _ENTRY.match(line)
        if head:
            section = head[1].strip()
        elif match:
            current = Entry(section, match[1].strip(), offset)
            if match[2].strip():
                current.lines.append((offset + match.start(2), re.split(r"\s[#;]", match[2])[0].rstrip()))
    if current is not None:
        yield current
