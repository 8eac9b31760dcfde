"""Moving a project's version: in all files that carry it together, and in the changelog.

Given a project's marker and a new version; gives the files as they will be, or says which of them carry another
version. Lines can be marked: `<<no-bump>>` leaves one alone, and in `marked-files` only lines with `<<bump>>` are
touched (mlf-core's marks mean the same).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.projects import mlf_core
from detlint.projects.changelog import sections, with_section
from detlint.projects.errors import ProjectError
from detlint.projects.files import read_text
from detlint.projects.marker import MARKER
from detlint.projects.structure import Finding
from detlint.projects.versions import DEVELOPMENT, LEVELS, SNAPSHOT, VERSION, Version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from detlint.projects.marker import Marker
    from detlint.projects.structure import Structure

_KEEP = ("<<no-bump>>", "<<MLF-CORE_NO_BUMP>>")
_TOUCH = ("<<bump>>", "<<MLF-CORE_FORCE_BUMP>>")
_ANY = re.compile(
    rf"(?<![\w.\-])v?(?P<version>{VERSION.pattern})(?P<development>{re.escape(DEVELOPMENT)})?(?![\w\-]|\.\w)"
)
_MARKERS = (MARKER, mlf_core.MARKER)
_OWN_IN_MARKER = re.compile(r"""\s*["']?version["']?\s*[=:]""")
_PROGRAMS = (".py", ".cfg", ".cff")
_NAMED = re.compile(r"\s*(?:(?:__version__|version|release|current_version)\s*=|version:\s*[\d\"'])")
"""A line that gives a program's or a package's own version, in files of `_PROGRAMS` and in metadata."""
_COMMENT = re.compile(r"\s*#+\s*Version:", re.IGNORECASE)
"""A line at the head of a file that gives the project's version."""
_METADATA = re.compile(r"\s*\[(?:project|tool\.poetry)\]\s*(?:#.*)?")
"""The table of `pyproject.toml` with the package's own version."""
_NAMES = ("project_name", "package", "project_slug", "project_slug_no_hyphen")
"""The answers that a project may be called by: what stands right behind one, as in an image's tag, is its version."""
_PIN = re.compile(r"(?:[=<>~!]=|[<>])\s*$")
"""What stands before the version of something else."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line that is changed."""

    path: str
    line: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Bump:
    """What moving the version does: files as they will be, the lines that change, new sections of the changelog."""

    old: Version
    new: Version
    files: dict[str, bytes] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)


def current_version(marker: Marker) -> Version:
    """The project's version; raises `ProjectError`."""
    if "version" not in marker.answers:
        raise ProjectError(f"{marker.path} has no version under [answers]")
    return Version.parse(marker.answers["version"])


def plan(root: Path, marker: Marker, wanted: str, today: str, *, downgrade: bool = False) -> Bump:
    """What is to be changed; raises `ProjectError` for a version that may not follow, or a file that has another.

    wanted: a version, or which part of the present one is to move: `patch`, `minor` or `major`. A downgrade leaves the
    changelog alone: what it takes back stays told.
    """
    old = current_version(marker)
    new = old.following(wanted) if wanted in LEVELS else Version.parse(wanted)
    check_step(old, new, downgrade=downgrade)
    bump = Bump(old, new)
    for path in (*marker.bump_files, *marker.marked_files):
        bump.files[path] = _moved(_text(root, path), path, bump, marker).encode()
    if not any(change.path == marker.path for change in bump.changes):
        raise ProjectError(f"{marker.path} must be among the files that carry the version")
    if marker.changelog is not None and not downgrade:
        text = _text(root, marker.changelog)
        if any(section.version == new for section in sections(marker.changelog, text)):
            raise ProjectError(f"{marker.changelog} has a section about {new} already")
        changed = with_section(marker.changelog, text, old, new, today)
        bump.files[marker.changelog] = changed.encode()
        added = (section for section in sections(marker.changelog, changed) if section.version == new)
        bump.sections.extend(f"{marker.changelog}:{section.line}: {section.heading}" for section in added)
    return bump


def _moved(text: str, path: str, bump: Bump, marker: Marker) -> str:
    """A file's text with the new version; raises `ProjectError` where it does not carry the old one."""
    old = bump.old
    is_listed = path in marker.bump_files
    wrong = [place for place in _own(text, list(_places(text)), path, marker) if place.version != old]
    if wrong and path != marker.path:
        has = f"{path}:{wrong[0].line} has the version {wrong[0].version}, and the project is at {old}"
        raise ProjectError(f"{has}, so nothing was changed (detlint lint)")
    changed = _changed(text, path, old, bump.new, only_marked=not is_listed, changes=bump.changes)
    if changed == text and is_listed and not may_lack_version(marker, text):
        raise ProjectError(f"{path} does not carry the version {old}, so nothing was changed (detlint lint)")
    return changed


def check_step(old: Version, new: Version, *, downgrade: bool) -> None:
    """Raise `ProjectError` unless a version may follow another: the next one, or a release after its snapshot."""
    if new == old:
        raise ProjectError(f"the version is {old} already")
    if downgrade:
        if new > old:
            raise ProjectError(f"{new} is above {old}; --downgrade is for going back")
        return
    if new < old:
        raise ProjectError(f"{new} is below {old}; --downgrade goes back")
    allowed = [old.numbers] if not old.released else []
    if new.numbers not in [*allowed, *old.next()]:
        following = ", ".join(".".join(map(str, numbers)) for numbers in [*allowed, *old.next()])
        raise ProjectError(f"{new} does not follow {old}: next is one of {following}, also as X.Y.Z{SNAPSHOT}")


def inconsistent(project: Structure) -> Iterator[Finding]:
    """The files that should carry the project's version, and do not, or carry another one besides."""
    marker = project.marker
    if "version" not in marker.answers:
        return
    version = current_version(marker)
    for path in (*marker.bump_files, *marker.marked_files):
        text = project.text(path)
        if path == marker.path:
            continue
        if text is None:
            yield from _gone(project, path)
            continue
        places = list(_places(text))
        wrong = [place for place in _own(text, places, path, marker) if place.version != version]
        if wrong:
            yield from _repaired(path, text, wrong, version)
        elif path in marker.marked_files or may_lack_version(marker, text):
            continue
        elif not any(place.version == version for place in places):
            yield _finding(path, text, places, version)


def _gone(project: Structure, path: str) -> Iterator[Finding]:
    """What is said of a listed file that is not there, unless its template requires it, so that DET601 says so."""
    marker = project.marker
    if path not in project.entries and not project.exists(path):
        line = next((at for at, line in enumerate(marker.text.split("\n"), 1) if path in line), 1)
        message = f"`{path}` is said to carry the version, and is not there."
        yield Finding(marker.path, line, message, "Take it out of the list, or restore it.", about=path)


def may_lack_version(marker: Marker, text: str) -> bool:
    """Whether a file may be listed as one that carries the version, and carry none: in projects of mlf-core."""
    return marker.path != MARKER and not any(_places(text))


def _own(text: str, places: list[_Place], path: str, marker: Marker) -> Iterator[_Place]:
    """The places that carry the project's version for sure.

    They stand in marked lines, right behind the project's name (`# shapes 0.1.0`, `example/shapes:0.1.0`), or behind
    `version` in programs and metadata.
    """
    lines = text.split("\n")
    names = "|".join(re.escape(marker.answers[name]) for name in _NAMES if marker.answers.get(name))
    called = re.compile(rf"(?:(?<![\w\-.])(?:{names})[:@]|^\W*(?:{names}) )v?$") if names else None
    for place in places:
        line = lines[place.line - 1]
        is_called = called is not None and called.search(text[: place.start].rpartition("\n")[2])
        is_named = _COMMENT.match(line) or (_NAMED.match(line) and _is_about_the_package(lines, place.line, path))
        if any(mark in line for mark in _TOUCH) or (path in marker.bump_files and (is_called or is_named)):
            yield place


def _is_about_the_package(lines: list[str], line: int, path: str) -> bool:
    """Whether a line `version = …` gives the version of the package, and not of something else in the file."""
    if not path.endswith("pyproject.toml"):
        return path.endswith(_PROGRAMS)
    above = (text for text in reversed(lines[: line - 1]) if text.lstrip().startswith("["))
    return _METADATA.fullmatch(next(above, "")) is not None


def _repaired(path: str, text: str, wrong: list[_Place], version: Version) -> Iterator[Finding]:
    files = {path: _replaced(text, wrong, version, path).encode()}
    for place in wrong:
        yield _other(path, place, version, files)


def _other(path: str, place: _Place, version: Version, files: dict[str, bytes] | None) -> Finding:
    message = f"This file has the version {place.version}, and the project is at {version}."
    return Finding(path, place.line, message, f"Write {version.written_in(path)}.", files=files, safe=files is not None)


@dataclass(frozen=True, slots=True)
class _Place:
    line: int
    start: int
    end: int
    version: Version


def _places(text: str) -> Iterator[_Place]:
    """Where versions stand that may be the project's."""
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not any(mark in line for mark in _KEEP):
            for match in _ANY.finditer(line):
                if not _PIN.search(line[: match.start()]):
                    first, last = start + match.start("version"), start + match.end()
                    version = Version.parse(f"{match['version']}{SNAPSHOT if match['development'] else ''}")
                    yield _Place(number, first, last, version)
        start += len(line) + 1


def _finding(path: str, text: str, places: list[_Place], version: Version) -> Finding:
    lines = text.split("\n")
    about = [place for place in places if re.search("version|release", lines[place.line - 1], re.IGNORECASE)]
    if not about:
        return Finding(path, 1, f"This file does not have the project's version {version}.", "Add it.")
    place = about[0]
    content = _replaced(text, [place], version, path).encode()
    return _other(path, place, version, {path: content} if len(about) == 1 else None)


def _changed(text: str, path: str, old: Version, new: Version, *, only_marked: bool, changes: list[Change]) -> str:
    """A file's text with the new version; adds the lines that change to `changes`."""
    before = text.split("\n")
    places = [
        place
        for place in _places(text)
        if place.version == old and _moves(before[place.line - 1], path, only_marked=only_marked)
    ]
    text = _replaced(text, places, new, path)
    after = text.split("\n")
    lines = dict.fromkeys(place.line for place in places)
    changes += (Change(path, line, before[line - 1].strip(), after[line - 1].strip()) for line in lines)
    return text


def _moves(line: str, path: str, *, only_marked: bool) -> bool:
    """Whether a version in a line moves: in markers, other answers and the template have versions of their own."""
    if only_marked and not any(mark in line for mark in _TOUCH):
        return False
    return path not in _MARKERS or _OWN_IN_MARKER.match(line) is not None


def _replaced(text: str, places: list[_Place], version: Version, path: str) -> str:
    for place in reversed(places):
        text = f"{text[: place.start]}{version.written_in(path)}{text[place.end :]}"
    return text


def _text(root: Path, path: str) -> str:
    text = read_text(root, path)
    if text is None:
        raise ProjectError(f"{path}, which carries the version, is not there")
    return text
