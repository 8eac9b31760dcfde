"""Finds entry points in files and makes their map.

Given files and their settings; gives the map's entries. Reads the project around each file, as checks do; knows
nothing of the command line and of output.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from detlint.checker import stated_targets
from detlint.environment.project import Surroundings
from detlint.map.build import Mapper
from detlint.project.build import ProjectBuilder
from detlint.project.places import is_test
from detlint.project.subjects import Program
from detlint.sources.source import SourceFile, read_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detlint.map.model import Entry
    from detlint.project.entries import ProjectEntries
    from detlint.project.model import EntryPoint, Project
    from detlint.registry import Registry
    from detlint.settings import Settings
    from detlint.sources.discovery import Found
    from detlint.versions import Targets

_CODE = ("python", "notebook")


class EntryPoints:
    """The entry points of many files, each mapped as the settings of its file have it."""

    def __init__(self, registry: Registry, settings_for: Callable[[str], Settings]) -> None:
        """settings_for: the settings of a file, by its absolute path; the same object for files that share them."""
        self._registry = registry
        self._settings_for = settings_for
        self._builder = ProjectBuilder(registry)
        self._mapper = Mapper(registry.subjects, registry.versions)
        self._surroundings = Surroundings()
        self._projects: dict[str, ProjectEntries] = {}
        self._stated: dict[int, tuple[Settings, Targets]] = {}

    @staticmethod
    def is_candidate(file: Found) -> bool:
        """Whether a program may start in a file, as far as its name tells."""
        return file.kind in _CODE and not file.path.endswith(".pyi") and not is_test(file.path)

    def of_file(self, file: Found) -> Iterator[Entry]:
        """The map of the entry points of a file, in the order of the source."""
        source = read_source(file.file)
        entries = self._entries(file.file)
        if not isinstance(source, SourceFile):
            return
        if file.kind != "notebook" and not entries.may_start(file.file, source.text):
            return
        project = entries.around(file.file)
        if project is not None:
            for entry in project.entry_points:
                yield self._mapped(entry, file.file)
        self._builder.put_away()

    def project(self, file: str) -> Project | None:
        """The project around a file; None if it cannot be parsed."""
        return self._entries(file).around(file)

    def named(self, project: Project, file: str, function: str) -> list[Entry]:
        """The map of what begins at a function of a file, or at its top level for "".

        Entry points that the file shows itself come first; else the function is taken for one. Empty if there is no
        such function.
        """
        shown = [entry for entry in project.entry_points if function in ("", entry.function.key)]
        if shown:
            return [self._mapped(entry, file) for entry in shown]
        entry = project.start(function)
        return [] if entry is None else [self._mapped(entry, file, named=True)]

    def _mapped(self, entry: EntryPoint, file: str, *, named: bool = False) -> Entry:
        settings = self._settings_for(file)
        files = self._surroundings.of(file)
        targets = self._surroundings.targets(files, self._targets(settings))
        index = self._builder.index_of(file, entry.module.path)
        assert index is not None, "its summary was made of it"
        devices = settings.devices_for(cpu_only=files.is_for_cpu(index.text))
        program = Program(entry.run, targets, devices, files, index)
        return self._mapper.entry(entry, program, named=named)

    def _targets(self, settings: Settings) -> Targets:
        # the settings are kept with it, so that their identity stays theirs
        if id(settings) not in self._stated:
            self._stated[id(settings)] = (settings, stated_targets(settings, self._registry))
        return self._stated[id(settings)][1]

    def _entries(self, file: str) -> ProjectEntries:
        root = self._surroundings.of(os.path.abspath(file)).root
        if root not in self._projects:
            self._projects[root] = self._builder.entries(root)
        return self._projects[root]
