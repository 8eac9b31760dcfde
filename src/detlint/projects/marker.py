"""The file that says where a project comes from, `.detlint-project.toml`: template, answers, what to bump and to sync.

Given a project's folder; gives a `Marker`, or raises `MarkerError`, which knows the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from detlint.projects.errors import ProjectError
from detlint.projects.files import parse_toml, read_text, safe
from detlint.projects.versions import LEVELS, Version
from detlint.sources.discovery import matches_something

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MARKER = ".detlint-project.toml"
_KEYS = ("template", "template-version", "manifest", "answers", "bump", "sync")


class MarkerError(ProjectError):
    """The marker file cannot be used. line, path: where."""

    def __init__(self, text: str, line: int = 1, path: str = MARKER) -> None:
        super().__init__(text)
        self.line = line
        self.path = path


@dataclass(frozen=True)
class Marker:
    """What a project says of itself.

    template, version: what it was made from; None where only `manifest`, a file of the project, says what it must
    have. lines: the line of each key, for reports.
    """

    path: str
    template: str | None = None
    version: Version | None = None
    manifest: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    bump_files: tuple[str, ...] = ()
    marked_files: tuple[str, ...] = ()
    changelog: str | None = None
    sync_level: str = "patch"
    sync_exclude: tuple[str, ...] = ()
    text: str = ""

    def line(self, key: str) -> int:
        """The line on which a key stands."""
        return line_of(self.text, key)


def read_marker(root: Path) -> Marker | None:
    """The marker of a project; None if there is none. Raises `MarkerError`."""
    try:
        text = read_text(root, MARKER)
        return None if text is None else parse_marker(text)
    except MarkerError:
        raise
    except ProjectError as error:
        place = re.search(r"at line (\d+)", str(error))
        raise MarkerError(str(error), int(place[1]) if place else 1) from error


def no_project(root: Path) -> str:
    """What is said of a folder that was not made from a template: whether it is inside of one that was."""
    words = f"{root} is no project made from a template: it has no {MARKER}"
    around = next((folder for folder in root.resolve().parents if (folder / MARKER).is_file()), None)
    return words if around is None else f"{words}; {around} is one"


def parse_marker(text: str) -> Marker:
    """The marker that a text is; raises `ProjectError`."""
    found = parse_toml(text, MARKER)
    for key in found:
        if key not in _KEYS:
            raise MarkerError(f"{MARKER}: no such key: {key} (of {', '.join(_KEYS)})", line_of(text, key))
    template, manifest = _text(found, "template", text), _text(found, "manifest", text)
    version = _text(found, "template-version", text)
    if template is None and manifest is None:
        raise MarkerError(f"{MARKER} names no template")
    if template is not None and version is None:
        raise MarkerError(f"{MARKER} does not say which version of the template {template}", line_of(text, "template"))
    bump, sync = _table(found, "bump", text), _table(found, "sync", text)
    level = _text(sync, "level", text) or "patch"
    if level not in LEVELS:
        raise MarkerError(f"{MARKER}: level: {level!r} is none of {', '.join(LEVELS)}", line_of(text, "level"))
    return Marker(
        path=MARKER,
        template=template,
        version=_version(version, text),
        manifest=_path(manifest, text) if manifest is not None else None,
        answers=_answers(_table(found, "answers", text), text),
        bump_files=_paths(bump, "files", text),
        marked_files=_paths(bump, "marked-files", text),
        changelog=_path(changelog, text) if (changelog := _text(bump, "changelog", text)) is not None else None,
        sync_level=level,
        sync_exclude=_patterns(sync, "exclude", text),
        text=text,
    )


def line_of(text: str, key: str) -> int:
    """The first line on which a key of TOML or YAML stands; 1 if there is none."""
    match = re.search(rf"^\s*(?:\[\s*)?[\"']?{re.escape(key)}[\"']?\s*[\]=:]", text, re.MULTILINE)
    return 1 if match is None else text.count("\n", 0, match.end()) + 1


def _version(text: str | None, marker: str) -> Version | None:
    try:
        return None if text is None else Version.parse(text)
    except ProjectError as error:
        raise MarkerError(f"{MARKER}: template-version: {error}", line_of(marker, "template-version")) from error


def _answers(table: Mapping[str, Any], text: str) -> dict[str, str]:
    for key, value in table.items():
        if not isinstance(value, str):
            raise MarkerError(f"{MARKER}: the answer {key} must be a text", line_of(text, key))
    return dict(table)


def _text(table: Mapping[str, Any], key: str, text: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise MarkerError(f"{MARKER}: {key} must be a text", line_of(text, key))
    return value


def _table(found: Mapping[str, Any], key: str, text: str) -> Mapping[str, Any]:
    value = found.get(key, {})
    if not isinstance(value, dict):
        raise MarkerError(f"{MARKER}: {key} must be a table", line_of(text, key))
    return value


def _texts(table: Mapping[str, Any], key: str, text: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise MarkerError(f"{MARKER}: {key} must be a list of texts", line_of(text, key))
    return tuple(value)


def _paths(table: Mapping[str, Any], key: str, text: str) -> tuple[str, ...]:
    return tuple(_path(path, text) for path in _texts(table, key, text))


def _patterns(table: Mapping[str, Any], key: str, text: str) -> tuple[str, ...]:
    for pattern in (found := _texts(table, key, text)):
        if not matches_something(pattern):
            raise MarkerError(f"{MARKER}: {key}: {pattern!r} is no pattern as in .gitignore", line_of(text, key))
    return found


def _path(path: str, text: str) -> str:
    try:
        return safe(path, MARKER)
    except ProjectError as error:
        line = next((at for at, line in enumerate(text.split("\n"), 1) if path and path in line), 1)
        raise MarkerError(str(error), line) from error
