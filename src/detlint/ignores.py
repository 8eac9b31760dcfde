"""Comments that hide findings, written for the user: where each has to stand, and in what form.

Given a source and the codes to hide by line; gives edits, and the lines on which none can stand. The comment goes
to the end of the line, or of the lines that a string or a backslash joins to it; a list that is there gets longer. In
a file that is no Python it gets a line of its own above, since not all such formats know comments behind other text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.diagnostics import Edit, Location
from detlint.suppressions import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from detlint.sources.source import SourceFile

PLACEHOLDER = "TODO: say why"
"""Where the reason goes; people search for the word."""

_LISTED = re.compile(r"#\s*detlint:\s*ignore\s*\[(?P<codes>[^\]#]*)\]")


@dataclass(slots=True)
class Ignores:
    """Edits, whose places are those of the file, and the lines that they cannot reach, each with the reason."""

    edits: list[Edit] = field(default_factory=list)
    unreachable: dict[int, str] = field(default_factory=dict)

    def add(self, source: SourceFile, line: int, edit: Edit) -> None:
        """Take an edit of a source's text; in a notebook, of what the user has written there."""
        place = source.exact_origin(edit.location)
        if place is None:
            self.unreachable[line] = "no comment can stand on the line of a magic"
        else:
            self.edits.append(Edit(place, edit.content))


def in_code(source: SourceFile, codes: Mapping[int, Iterable[str]]) -> Ignores:
    """For Python. codes: by the line of the source's text that a finding starts on."""
    found = Ignores()
    ends: dict[int, set[str]] = {}
    comments: dict[int, str] = {}
    reached = {}
    for (first, last), row in rows(source):
        reached.update(dict.fromkeys(range(first, last + 1), last))
        comments.update((comment.start[0], comment.string) for comment in row)
    for line in codes:
        if line in reached:
            ends.setdefault(reached[line], set()).update(codes[line])
        else:
            found.unreachable[line] = "the file cannot be read up to there"
    for line in sorted(ends):
        text = source.line(line)
        listed = _LISTED.search(comments.get(line, ""))
        if listed is not None:
            edit = _longer(line, len(text) - len(comments[line]), listed, ends[line])
        else:
            code = text.rstrip()
            edit = Edit(
                Location(line, len(code) + 1, line, len(text) + 1), ("  " if code else "") + _comment("#", ends[line])
            )
        found.add(source, line, edit)
    return found


def in_config(source: SourceFile, codes: Mapping[int, Iterable[str]], marker: str) -> Ignores:
    """For a file that is no Python. marker: what starts a comment; empty where there are none."""
    found = Ignores()
    for line in sorted(codes):
        above, text = source.line(line - 1), source.line(line)
        listed = _LISTED.search(above) if above.lstrip().startswith(marker or "\0") else None
        if not marker:
            found.unreachable[line] = "files of this kind hold no comments"
        elif listed is not None:
            found.add(source, line, _longer(line - 1, 0, listed, codes[line]))
        elif above.rstrip().endswith("\\"):
            found.unreachable[line] = "no comment can stand within a line that a backslash goes on with"
        else:
            indent = text[: len(text) - len(text.lstrip())]
            content = f"{indent}{_comment(marker, codes[line])}\n"
            found.add(source, line, Edit(Location(line, 1, line, 1), content))
    return found


def _comment(marker: str, codes: Iterable[str]) -> str:
    return f"{marker} detlint: ignore[{', '.join(sorted(codes))}] {PLACEHOLDER}"


def _longer(line: int, offset: int, listed: re.Match[str], codes: Iterable[str]) -> Edit:
    """The edit that adds codes to a list."""
    there = listed["codes"].rstrip().rstrip(",")
    start = offset + listed.start("codes") + len(there) + 1
    end = offset + listed.end("codes") + 1
    return Edit(Location(line, start, line, end), (", " if there else "") + ", ".join(sorted(codes)))
