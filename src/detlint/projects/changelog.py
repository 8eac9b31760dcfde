"""Changelogs: whether they have the form, and where a new section goes.

Markdown as in Keep a Changelog, reStructuredText as mlf-core has it. Given a text; gives problems, or a new text.
"""

from __future__ import annotations

import datetime
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.projects.versions import VERSION, Version

if TYPE_CHECKING:
    from collections.abc import Iterator

UNRELEASED = "unreleased"
PARTS = ("Added", "Fixed", "Dependencies", "Deprecated")
"""The parts of a section in reStructuredText, in their order."""

Problem = tuple[int, str, str]
_NUMBER = re.compile(rf"\[?v?({VERSION.pattern})(?![\w.])")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_UNDERLINE = re.compile(r"(-{3,}|~{3,}|={3,})\s*")
_ADORNMENT = re.compile(r"([=\-~#*^])\1+")


@dataclass(frozen=True, slots=True)
class Section:
    """A section: the line of its heading, the heading, and the version that it is about, if it names one."""

    line: int
    heading: str
    version: Version | None

    @property
    def is_unreleased(self) -> bool:
        """Whether it collects what is not released yet."""
        return self.heading.strip("[] ").lower().startswith(UNRELEASED)


def problems(path: str, text: str) -> Iterator[Problem]:
    """Line, what is wrong, what to do."""
    is_rst = path.endswith(".rst")
    if is_rst:
        yield from _underlines(text)
        yield from _title(text)
    found = sections(path, text)
    if not found:
        form = "`1.2.0 (2026-01-31)`, underlined" if is_rst else "`## [1.2.0] - 2026-01-31` or `## [Unreleased]`"
        yield 1, "The changelog has no sections.", f"Begin one with {form}."
    seen: dict[Version, int] = {}
    previous: Version | None = None
    for section in found:
        if section.is_unreleased:
            if previous is not None:
                yield section.line, f"What is not released yet stands below {previous}.", "Put it first."
            continue
        if section.version is None:
            yield section.line, f"The section `{section.heading}` names no version.", "Name it, as 1.2.0."
            continue
        yield from _dated(section)
        if section.version in seen:
            yield section.line, f"There are two sections about {section.version}.", "Join them."
        elif previous is not None and section.version > previous:
            yield section.line, f"The section {section.version} stands below {previous}.", "Put the newest first."
        seen[section.version] = section.line
        previous = section.version
    if is_rst:
        yield from _parts(text)


def sections(path: str, text: str) -> list[Section]:
    """The sections of a changelog, from the top."""
    return list(_rst_sections(text) if path.endswith(".rst") else _md_sections(text))


def with_section(path: str, text: str, old: Version, new: Version, today: str) -> str:
    """The text with a section about a new version. What was not released yet becomes that version's."""
    return _rst_with_section(text, old, new, today) if path.endswith(".rst") else _md_with_section(text, new, today)


def _md_sections(text: str) -> Iterator[Section]:
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(("```", "~~~")):
            fenced = not fenced
        if line.startswith("## ") and not fenced:
            yield _section(number, line[3:].strip())


def _rst_sections(text: str) -> Iterator[Section]:
    lines = text.split("\n")
    for number, (line, below) in enumerate(itertools.pairwise(lines), 1):
        if line.strip() and re.fullmatch(r"-{3,}\s*", below) and not _UNDERLINE.fullmatch(line):
            yield _section(number, line.strip())


def _section(line: int, heading: str) -> Section:
    match = _NUMBER.match(heading)
    return Section(line, heading, Version.parse(match[1]) if match else None)


def _dated(section: Section) -> Iterator[Problem]:
    match = _DATE.search(section.heading)
    if match is None:
        yield section.line, f"The section {section.version} has no date.", "Add the day of the release, as 2026-01-31."
        return
    try:
        datetime.date.fromisoformat(match[0])
    except ValueError:
        yield section.line, f"{match[0]} is no date.", "Write it as 2026-01-31."


def _underlines(text: str) -> Iterator[Problem]:
    lines = text.split("\n")
    for number, (line, below) in enumerate(itertools.pairwise(lines), 1):
        title = line.rstrip()
        if (
            title
            and _UNDERLINE.fullmatch(below)
            and not _UNDERLINE.fullmatch(line)
            and len(below.rstrip()) < len(title)
        ):
            yield number, f"The line below `{title}` is shorter than it.", "Make it as long."


def _title(text: str) -> Iterator[Problem]:
    """What is wrong with the heading of the whole: there is none, or a line above it that is not as long."""
    lines = [line.rstrip() for line in text.split("\n")]
    first = next((at for at, line in enumerate(lines) if line and not line.startswith("..")), 0)
    above = lines[first] if _ADORNMENT.fullmatch(lines[first]) else ""
    title, below = [*lines[first + bool(above) :], "", ""][:2]
    if not title or not _ADORNMENT.fullmatch(below) or _section(1, title).version is not None:
        yield first + 1, "The changelog has no title.", "Begin with one, underlined by `=`."
    elif above and above != below:
        yield first + 1, f"The lines above and below `{title}` differ.", "Make them equal."


def _parts(text: str) -> Iterator[Problem]:
    """Parts of a section that are out of order."""
    starts = [section.line for section in _rst_sections(text)]
    last = -1
    for number, line in enumerate(text.split("\n"), 1):
        if number in starts:
            last = -1
        match = re.fullmatch(r"\*\*(\w+):?\*\*:?\s*", line)
        if match and match[1] in PARTS:
            if PARTS.index(match[1]) < last:
                yield number, f"**{match[1]}** is out of order.", f"The order is {', '.join(PARTS)}."
            last = max(last, PARTS.index(match[1]))


def _md_with_section(text: str, new: Version, today: str) -> str:
    if not new.released:
        return text
    heading = f"## [{new}] - {today}"
    lines = text.split("\n")
    found = list(_md_sections(text))
    unreleased = next((section for section in found if section.is_unreleased), None)
    if unreleased is not None:
        lines[unreleased.line : unreleased.line] = ["", heading]
    elif found:
        lines[found[0].line - 1 : found[0].line - 1] = [heading, ""]
    else:
        lines = [*"\n".join(lines).rstrip("\n").split("\n"), "", heading, ""]
    return "\n".join(lines)


def _rst_with_section(text: str, old: Version, new: Version, today: str) -> str:
    heading = f"{new} ({today})"
    underline = "-" * len(heading)
    lines = text.split("\n")
    found = list(_rst_sections(text))
    open_one = next((section for section in found if section.version == old and not old.released), None)
    if open_one is not None:
        lines[open_one.line - 1 : open_one.line + 1] = [heading, underline]
        return "\n".join(lines)
    added = [heading, underline, ""]
    for part in PARTS:
        added += [f"**{part}**", ""]
    place = found[0].line - 1 if found else len(lines)
    lines[place:place] = [*added, ""]
    return "\n".join(lines)
