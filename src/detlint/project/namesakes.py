"""Modules of a project that are called like a library: `datasets/`, `random.py`, `utils/`.

Given a file and the name of a module that it imports, says whether Python would find the project's own first. Inside
of a package that is such a library, and beside metadata that says so, the name stays the library's.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detlint.project.loader import Finder

_METADATA = ("pyproject.toml", "setup.py", "setup.cfg")
_SOURCES = frozenset({"src", "lib", "python"})
_NAME = re.compile(r"^\s*(?:name\s*=|setup\(.*?name\s*=)\s*[\"']?([\w.-]+)", re.MULTILINE)
_NOT_LETTERS = re.compile(r"[^a-z0-9]")
_OTHER_NAMES = {"sklearn": "scikitlearn", "skimage": "scikitimage", "umap": "umaplearn", "imblearn": "imbalancedlearn"}
"""Libraries whose distribution is called otherwise."""
_BUILT_IN = frozenset(sys.builtin_module_names)


class Namesakes:
    """Tells modules of projects from libraries of the same name."""

    def __init__(self, finder: Finder, libraries: frozenset[str]) -> None:
        self._finder = finder
        self._names = (libraries | sys.stdlib_module_names) - _BUILT_IN
        self._packaged: dict[str, frozenset[str]] = {}
        self._known: dict[tuple[str, str], str] = {}

    def dots(self, path: str, module: str) -> str:
        """The dots that make the import of a module in the file at `path` relative; "" if it is no project's own."""
        root = module.partition(".")[0]
        if root not in self._names:
            return ""
        folder = self._finder.folder(path)
        key = (folder, module)
        if key not in self._known:
            self._known[key] = self._find(folder, module, root)
        return self._known[key]

    def _find(self, folder: str, module: str, root: str) -> str:
        parts = module.split(".")
        for level, place in enumerate(self._finder.folders_above(folder), 1):
            # The folder of a package is not where absolute imports start.
            if self._finder.is_file(place, "__init__.py") or self._finder.in_folder(place, parts) is None:
                continue
            inside = f"{folder}{os.sep}".startswith(os.path.join(place, root) + os.sep)
            return "" if inside or self._is_library(place, root) else "." * level
        return ""

    def _is_library(self, place: str, root: str) -> bool:
        """Whether the metadata in a folder is that of a library."""
        if place not in self._packaged:
            places = [place, os.path.dirname(place)] if os.path.basename(place) in _SOURCES else [place]
            self._packaged[place] = frozenset().union(*map(self._distributions, places))
        return _normal(_OTHER_NAMES.get(root, root)) in self._packaged[place]

    def _distributions(self, place: str) -> set[str]:
        found: set[str] = set()
        for name in _METADATA:
            if self._finder.is_file(place, name):
                try:
                    with open(os.path.join(place, name), encoding="utf-8", errors="replace") as handle:
                        found.update(_normal(match) for match in _NAME.findall(handle.read()))
                except OSError:
                    continue
        return found


def _normal(name: str) -> str:
    return _NOT_LETTERS.sub("", name.lower())
