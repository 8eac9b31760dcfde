"""The configuration files that a file of code names, found in its project and read once a run.

Given the path of a file of code and what it names; gives data, None where there is no such file in the project or it
cannot be read.
"""

from __future__ import annotations

import os
import shlex
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from detlint.configurations import python_data, yaml_data
from detlint.configurations.hydra import composed
from detlint.environment.project import programs_of, read_text
from detlint.sources.discovery import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.configurations.data import Table
    from detlint.environment.project import Surroundings

HERE = "<here>"
"""At the beginning of a path: the folder of the file of code."""
_FLAGS = ("--config", "-c")


class ConfigurationFiles:
    """The configuration files of one run."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self._known: dict[str, tuple[str, Table | None] | None] = {}
        self._composed: dict[tuple[str, str, tuple[str, ...]], Table | None] = {}
        self._notes: list[str] = []

    def read(self, file: str) -> tuple[str, Table | None] | None:
        """The text of a file and what it holds as it is written; None if there is none."""
        if file not in self._known:
            self._known[file] = None  # of what is based on itself nothing is known
            self._known[file] = self._read(file) if os.path.isfile(file) else None
        return self._known[file]

    def _read(self, file: str) -> tuple[str, Table | None]:
        text, shown = read_text(file), shown_path(file, os.curdir)
        if file.endswith(".py"):
            folder = os.path.dirname(file)
            table = python_data.table_of(text, shown, lambda name: self.table(os.path.normpath(f"{folder}/{name}")))
            wrong = "not valid Python"
        else:
            table, wrong = yaml_data.table_of(text, shown)
        if table is None and wrong:
            self._notes.append(f"{shown}: {wrong}: what it configures is not known")
        return text, table

    def table(self, file: str) -> Table | None:
        """The data of a file in YAML, JSON or Python."""
        found = self.read(file)
        return None if found is None or found[1] is None else yaml_data.resolved(found[1])

    def composed(self, folder: str, name: str, overrides: tuple[str, ...]) -> Table | None:
        """What Hydra composes in a folder."""
        key = (folder, name, overrides)
        if key not in self._composed:
            self._composed[key] = composed(folder, name, overrides, self.read)
        return self._composed[key]

    def new_notes(self) -> list[str]:
        """What could not be read, each told once."""
        notes, self._notes = self._notes, []
        return notes


class Configurations:
    """The configuration files as one file of code sees them."""

    def __init__(self, path: str, files: ConfigurationFiles) -> None:
        """`path` is the file of code."""
        self._path = path
        self._files = files

    @cached_property
    def _file(self) -> str:
        return os.path.realpath(self._path)

    @cached_property
    def _folder(self) -> str:
        return os.path.dirname(self._file)

    @cached_property
    def _root(self) -> str:
        return os.path.realpath(self._files.surroundings.of(self._file).root)

    def table(self, path: str) -> Table | None:
        """What a file holds that the code opens by a path: relative to the project or to its own folder."""
        found = {file for file in self._candidates(path) if os.path.isfile(file)}
        return self._files.table(found.pop()) if len(found) == 1 else None

    def _candidates(self, path: str) -> Iterator[str]:
        if path.startswith(HERE):
            bases, path = [self._folder], path.removeprefix(HERE).lstrip("/")
        else:
            bases = [self._root, self._folder]
        for base in bases:
            target = os.path.normpath(os.path.join(base, path))
            if target.startswith(os.path.join(self._root, "")) and not os.path.isabs(path):
                yield target

    def composed(self, folder: str, name: str, overrides: tuple[str, ...] = ()) -> Table | None:
        """What Hydra composes in a folder, given relative to the file of code."""
        target = os.path.normpath(os.path.join(self._folder, folder.removeprefix(HERE).lstrip("/")))
        if os.path.isabs(folder) or not os.path.join(target, "").startswith(os.path.join(self._root, "")):
            return None
        return self._files.composed(target, name, overrides)

    @cached_property
    def of_commands(self) -> tuple[tuple[Table | None, ...], ...]:
        """For each command of the project that starts the file, the files that it names by `--config`, if any."""
        name = os.path.basename(self._file)
        found: list[tuple[Table | None, ...]] = []
        for file, command in self._files.surroundings.of(self._file).commands:
            base = os.path.dirname(file.file)
            if name in command.text and any(self._is_this(path, base) for path in programs_of(command.text)):
                given = _given(command.text)
                if given:
                    found.append(tuple(self.table(path) for path in given))
        return tuple(found)

    def _is_this(self, path: str, base: str) -> bool:
        return any(os.path.realpath(os.path.join(folder, path)) == self._file for folder in (self._root, base))


def _given(command: str) -> list[str]:
    """The configuration files that a command line names."""
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    found = [word.partition("=")[2] for word in words if word.startswith(tuple(f"{flag}=" for flag in _FLAGS))]
    return found + [after for word, after in pairwise(words) if word in _FLAGS]
