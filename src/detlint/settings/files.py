"""Settings files: which one applies to a folder, and what is in it.

Given a folder, gives the nearest file upward that holds settings, at most up to the folder that holds `.git`; given a
file, its keys and values as TOML has them. TOML is read only where a file speaks of detlint.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from detlint.settings.errors import SettingsError
from detlint.sources.discovery import shown_path

SHARED = "pyproject.toml"
NAMES = (".detlint.toml", "detlint.toml", SHARED)
"""The first of these that is in a folder and holds settings applies there."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file's settings as TOML has them. text: of the whole file, to find lines in."""

    file: str
    text: str
    table: Mapping[str, Any]

    def where(self, key: str) -> str:
        """File and line of a key, as far as the line can be found."""
        table = r"(?:\[[ \t]*(?:tool[ \t]*\.[ \t]*detlint[ \t]*\.[ \t]*)?)?"
        pattern = rf"""(?m)^[ \t]*{table}["']?{re.escape(key)}["']?[ \t]*[=.\]]"""
        match = re.search(pattern, self.text)
        shown = shown_path(self.file, os.curdir)
        return f"{shown}:{self.text.count(chr(10), 0, match.start()) + 1}" if match else shown


class Finder:
    """Finds the settings file of folders, and remembers."""

    def __init__(self) -> None:
        self._found: dict[str, SettingsFile | None] = {}

    def find(self, folder: str) -> SettingsFile | None:
        """The settings file that applies in a folder, given by its absolute path."""
        passed: list[str] = []
        result = None
        while folder not in self._found:
            passed.append(folder)
            result = _settings_in(folder)
            parent = os.path.dirname(folder)
            if result is not None or parent == folder or os.path.lexists(os.path.join(folder, ".git")):
                break
            folder = parent
        else:
            result = self._found[folder]
        self._found.update(dict.fromkeys(passed, result))
        return result


def read(file: str) -> SettingsFile:
    """The settings of a file that was named; one that holds none is an error."""
    shown = shown_path(file, os.curdir)
    if not os.path.exists(file):
        raise SettingsError(f"{shown}: no such settings file")
    if not os.path.isfile(file):
        raise SettingsError(f"{shown}: is not a file; name the settings file itself")
    found = _load(file)
    if found is None:
        raise SettingsError(f"{shown}: has no table [tool.detlint]")
    return found


def _settings_in(folder: str) -> SettingsFile | None:
    for name in NAMES:
        file = os.path.join(folder, name)
        if os.path.isfile(file):
            found = _load(file)
            if found is not None:
                return found
        elif name != SHARED and os.path.lexists(file):
            shown = shown_path(file, os.curdir)
            raise SettingsError(f"{shown}: has the name of a settings file, but is none; rename it, or use --isolated")
    return None


def _load(file: str) -> SettingsFile | None:
    """The settings in a file; None for a `pyproject.toml` without any."""
    shown = shown_path(file, os.curdir)
    try:
        with open(file, "rb") as stream:
            data = stream.read()
    except OSError as error:
        raise SettingsError(f"{shown}: cannot be read: {error.strerror or error}") from None
    own = os.path.basename(file) != SHARED
    if not own and b"detlint" not in data:
        return None
    text, document = _parse(shown, data)
    table = document if own else _table(document, "tool", "detlint")
    if table is None:
        return None
    if not isinstance(table, Mapping):
        raise SettingsError(f"{shown}: [tool.detlint] must be a table")
    if own and "tool" in table:
        raise SettingsError(f"{shown}: write the keys at the top level, without [tool.detlint]")
    return SettingsFile(file, text, table)


def _table(document: object, *path: str) -> object:
    for name in path:
        document = document.get(name) if isinstance(document, Mapping) else None
    return document


def _parse(shown: str, data: bytes) -> tuple[str, Mapping[str, Any]]:
    from detlint import toml

    try:
        text = data.decode("utf-8")
        return text, toml.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{shown}:{line}: is not UTF-8, as TOML must be; save it as UTF-8") from None
    except toml.TOMLDecodeError as error:
        line_of = re.search(r"\(at line (\d+)", str(error))
        where = f"{shown}:{line_of[1]}" if line_of else shown
        reason = str(error).rstrip(".")
        raise SettingsError(f"{where}: invalid TOML: {reason}; correct it, or use --isolated") from None
    except RecursionError:
        raise SettingsError(f"{shown}: invalid TOML: nested too deeply; correct it, or use --isolated") from None
