"""The entry points of a whole project: who else comes to a function than the file that it stands in.

Asked only where a file's own entry points do not answer. Files that cannot be entry points are told by their text.
"""

from __future__ import annotations

import os
import re
from functools import cached_property, partial
from typing import TYPE_CHECKING

from detlint.project.model import Project, Starts
from detlint.project.places import is_test
from detlint.sources.discovery import discover
from detlint.sources.source import SourceFile, read_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detlint.environment.project import ProjectFiles
    from detlint.project.helpers import Helpers
    from detlint.project.links import Links
    from detlint.project.loader import Finder, Loader
    from detlint.project.model import EntryPoint

_COMMANDS = re.compile(r"\b(?:click|typer|hydra)\b")
# A call at the top level. At the beginning of a line: a search is fast where it begins with plain letters.
_CALL = re.compile(r"\n(?!def |class |import |from |async |@|#|\s)[^\n#]*\(")


class ProjectEntries:
    """The entry points of the project at `root`, and the functions that its metadata makes commands."""

    def __init__(
        self, files: ProjectFiles, finder: Finder, loader: Loader, links: Links, helpers: Helpers | None = None
    ) -> None:
        """`files` are those around the code; `helpers` what the settings name."""
        self.root = files.root
        self._files = files
        self._finder = finder
        self._loader = loader
        self._links = links
        self._helpers = helpers
        self._turned_on: dict[str, bool] = {}
        self._around: dict[str, Project | None] = {}
        self._found: list[EntryPoint] = []

    @cached_property
    def is_package(self) -> bool:
        """Whether the project has metadata, so that others install and import it."""
        text = self._text("pyproject.toml")
        return bool(re.search(r"^\[(project|tool\.poetry)\]", text, re.M)) or any(
            os.path.isfile(os.path.join(self.root, name)) for name in ("setup.py", "setup.cfg")
        )

    @cached_property
    def commands(self) -> dict[str, tuple[str, ...]]:
        """The functions that commands and settings run, by the real path of the file that is named."""
        found: dict[str, tuple[str, ...]] = {}
        named = () if self._helpers is None else self._helpers.functions
        home = self.root if self._helpers is None else self._helpers.root
        for folder, module, function in [
            *((self.root, *script) for script in self._files.scripts),
            *((home, *function) for function in named),
        ]:
            file = self._finder.file(os.path.join(folder, "setup.py"), module)
            if file is not None:
                found[file] = (*found.get(file, ()), function)
        return found

    def is_chosen(self, file: str) -> bool:
        """Whether the settings name a file, by its real path, as one in which programs start."""
        return self._helpers is not None and file in self._helpers.files

    def is_started(self, file: str) -> bool:
        """Whether a command in a file of the project starts a file, given by its real path, or the settings say so."""
        return self.is_chosen(file) or file in self._programs

    @cached_property
    def _programs(self) -> frozenset[str]:
        return frozenset(map(os.path.realpath, self._files.programs))

    @property
    def entry_points(self) -> list[EntryPoint]:
        """The entry points of all files of the project, by path."""
        return list(self.in_turn())

    def in_turn(self) -> Iterator[EntryPoint]:
        """The same one by one: files are summarised as they are asked for, each once, whoever asks."""
        place = 0
        while place < len(self._found) or self._finds_another():
            yield self._found[place]
            place += 1

    def _finds_another(self) -> bool:
        entry = next(self._finding, None)
        if entry is not None:
            self._found.append(entry)
        return entry is not None

    @cached_property
    def _finding(self) -> Iterator[EntryPoint]:
        return self.each(lambda path, text: True)

    def is_turned_on(self, mode: str) -> bool:
        """Whether the entry points that train turn a mode on, all of them, or else some that do not train."""
        if mode not in self._turned_on:
            without = [entry for entry in self.entry_points if not entry.turns_on(mode)]
            on = len(without) < len(self.entry_points)
            self._turned_on[mode] = on and not any(entry.trains(mode) for entry in without)
        return self._turned_on[mode]

    def each(self, chosen: Callable[[str, str], bool]) -> Iterator[EntryPoint]:
        """The entry points of files of interest, one by one.

        chosen: which these are, by their path in the project and their text.
        """
        for file in discover([self.root]).files:
            if file.kind == "config" or (is_test(file.path) and not self.is_chosen(os.path.realpath(file.file))):
                continue
            text = _text_of(file.file)
            if file.kind == "python" and not self.may_start(file.file, text):
                continue
            if not chosen(os.path.relpath(file.file, self.root).replace(os.sep, "/"), text):
                continue
            project = self.around(file.file)
            if project is not None:
                yield from project.entry_points

    def may_start(self, file: str, text: str) -> bool:
        """Whether a program can start in a file, as far as its text, its name and the project tell."""
        if "__main__" in text or os.path.basename(file) == "__main__.py" or _CALL.search(f"\n{text}") is not None:
            return True
        if _COMMANDS.search(text) is not None:
            return True
        real = os.path.realpath(file)
        return real in self.commands or self.is_started(real)

    def around(self, file: str) -> Project | None:
        """The project around one of its files; None if the file cannot be parsed."""
        real = os.path.realpath(file)
        if real not in self._around:
            module = self._loader.of_file(real)
            starts = self.starts(real)
            self._around[real] = None if module is None else Project(lambda: module, self._links, starts)
        return self._around[real]

    def starts(self, file: str) -> Starts:
        """What is known from outside of the programs that start in a file, given by its real path."""
        return Starts(
            self.commands.get(file, ()), chosen=self.is_chosen(file), is_started=partial(self.is_started, file)
        )

    def _text(self, name: str) -> str:
        return _text_of(os.path.join(self.root, name))


def _text_of(file: str) -> str:
    source = read_source(file)
    return source.text if isinstance(source, SourceFile) else ""
