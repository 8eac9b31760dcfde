"""Finds and summarises the modules that a file imports from its own project.

Given a file's path and the name of a module as the file imports it, gives the summary of that module, read from disk
once. Libraries that are installed are not looked at; nothing is imported or run.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.project.summary import ModuleSummary
    from detlint.project.texts import ModuleTexts

Summarise = Callable[[str, str], "ModuleSummary | None"]
"""Gives the summary of a file, by its real path and its name in reports; None if it cannot be parsed."""


class Finder:
    """Finds the files of modules, as Python would from the file that imports them."""

    def __init__(self) -> None:
        self._listed: dict[str, dict[str, os.DirEntry[str]]] = {}
        self._folders: dict[str, tuple[str, ...]] = {}
        self._files: dict[tuple[str, str], str | None] = {}
        self._places: dict[str, str] = {}

    def folder(self, path: str) -> str:
        """The real path of the folder in which a file stands."""
        known = self._places.get(path)
        if known is None:
            known = self._places[path] = os.path.dirname(os.path.realpath(path))
        return known

    def file(self, path: str, name: str) -> str | None:
        """The real path of the module that a name means, seen from the file at `path`; None if the project has none."""
        key = (os.path.dirname(path), name)
        if key not in self._files:
            self._files[key] = self._find(path, name)
        return self._files[key]

    def _find(self, path: str, name: str) -> str | None:
        level = len(name) - len(name.lstrip("."))
        parts = [part for part in name[level:].split(".") if part]
        folder = self.folder(path)
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            return self._in(folder, parts)
        for root in self._roots(folder):
            found = self._in(root, parts)
            if found is not None:
                return found
        return None

    def _roots(self, folder: str) -> tuple[str, ...]:
        """Where absolute imports may start: the file's folder, those above it in the repository, and their `src`."""
        known = self._folders.get(folder)
        if known is None:
            found: list[str] = []
            current = folder
            for _ in range(12):
                found += [current, os.path.join(current, "src")]
                parent = os.path.dirname(current)
                if parent == current or os.path.exists(os.path.join(current, ".git")):
                    break
                current = parent
            known = self._folders[folder] = tuple(found)
        return known

    def _in(self, root: str, parts: list[str]) -> str | None:
        *packages, last = parts or ("",)
        folder = root
        for package in packages:
            if package not in self._names(folder):
                return None
            folder = os.path.join(folder, package)
        names = self._names(folder)
        found = names.get(f"{last}.py") if last else None
        if (found is None or not found.is_file()) and (not last or last in names):
            found = self._names(os.path.join(folder, last) if last else folder).get("__init__.py")
        return _real(found) if found is not None and found.is_file() else None

    def folders_above(self, folder: str) -> Iterator[str]:
        """A folder and those above it in the repository, nearest first."""
        return iter(self._roots(folder)[::2])

    def in_folder(self, folder: str, parts: list[str]) -> str | None:
        """The real path of a module, given by the parts of its name, that stands in a folder."""
        return self._in(folder, parts)

    def is_file(self, folder: str, name: str) -> bool:
        """Whether something of a name stands in a folder."""
        return name in self._names(folder)

    def _names(self, folder: str) -> dict[str, os.DirEntry[str]]:
        """What stands in a folder, by name; the paths of the entries are real ones but for their last part."""
        known = self._listed.get(folder)
        if known is None:
            try:
                with os.scandir(os.path.realpath(folder)) as entries:
                    known = {entry.name: entry for entry in entries}
            except OSError:
                known = {}
            self._listed[folder] = known
        return known


def _real(entry: os.DirEntry[str]) -> str:
    """The real path of an entry of a folder whose path is one."""
    return os.path.realpath(entry.path) if entry.is_symlink() else entry.path


class Loader:
    """Summaries of the modules of the projects around the files of one run."""

    def __init__(self, finder: Finder, texts: ModuleTexts, summarise: Summarise) -> None:
        self._finder = finder
        self._texts = texts
        self._summarise = summarise
        self._summaries: dict[str, ModuleSummary | None] = {}

    def __call__(self, path: str, name: str) -> ModuleSummary | None:
        """The module that a name means, seen from the file at `path`."""
        file = self._finder.file(path, name)
        return None if file is None else self.of_file(file)

    def quiet_import(self, path: str, name: str) -> str | None:
        """The real path of the module that an import runs, if nothing that runs then does anything but define."""
        file = self._finder.file(path, name)
        return file if file is not None and self._texts.is_quiet(file) else None

    def imported_with(self, files: Iterable[str]) -> set[str]:
        """The paths of the modules that run when quiet ones, by their real paths, are imported."""
        return set(map(shown, self._texts.imported_with(files)))

    def may_define(self, path: str, name: str, member: str) -> bool:
        """Whether the module that a name means, seen from the file at `path`, may have a member; False is certain."""
        file = self._finder.file(path, name)
        return file is not None and self._texts.may_define(file, member)

    def known(self, file: str) -> ModuleSummary | None:
        """The module at a real path, if it has been summarised."""
        return self._summaries.get(file)

    def offer(self, file: str, module: ModuleSummary) -> bool:
        """Take the summary of the file at a real path, if there is none yet; tells whether it was taken."""
        if file in self._summaries:
            return False
        self._summaries[file] = module
        return True

    def of_file(self, file: str) -> ModuleSummary | None:
        """The module at a real path; None if it cannot be parsed."""
        if file not in self._summaries:
            self._summaries[file] = None
            self._summaries[file] = self._summarise(file, shown(file))
        return self._summaries[file]


def shown(path: str) -> str:
    """A path as reports show it: relative to the working directory, with forward slashes."""
    here = os.path.join(os.getcwd(), "")
    if path.startswith(here) and os.pardir not in path:
        return path[len(here) :].replace(os.sep, "/")
    relative = os.path.relpath(path)
    return (path if relative.startswith("..") else relative).replace(os.sep, "/")
