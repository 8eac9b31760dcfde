"""What names of the project's own modules stand for in libraries: `from .ops import warp`, where `ops` has it of torch.

Told from the import statements of the modules alone, by their text: no module is parsed for it. What a module defines
itself stands for nothing here.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detlint.project.loader import Finder
    from detlint.project.namesakes import Namesakes
    from detlint.project.texts import ModuleTexts


class ReExports:
    """Resolves names that modules of the project hand on."""

    def __init__(self, finder: Finder, texts: ModuleTexts, libraries: frozenset[str], namesakes: Namesakes) -> None:
        self._finder = finder
        self._texts = texts
        self._namesakes = namesakes
        self._libraries = libraries
        self._meant: dict[tuple[str, str], str | None] = {}
        self._starred: dict[str, dict[str, str]] = {}

    def resolve(self, path: str, name: str) -> str | None:
        """The qualified name in a library that a name means, as a file at `path` imports it; None if it means none.

        `.ops.warp` (from a relative import) or `vision.ops.warp`; names of libraries, and what is not found, give None.
        """
        root = name.partition(".")[0]
        if root and (root in self._libraries or root in sys.stdlib_module_names):
            return None
        module, _, last = name.rpartition(".")
        if name.startswith(".") and not module.strip("."):
            module = name[: len(name) - len(name.lstrip("."))]
        file = self._finder.file(path, module) if module and last else None
        return None if file is None else self._handed_on(file, last)

    def _handed_on(self, file: str, name: str) -> str | None:
        """What a name of a module means in a library."""
        key = (file, name)
        if key not in self._meant:
            self._meant[key] = None  # modules may import each other
            target = self._texts.handed_on(file)[0].get(name)
            if target is None:
                self._meant[key] = self._of_stars(file).get(name) if self._may_come_by_star(file, name) else None
            else:
                dots = self._namesakes.dots(file, target.rpartition(".")[0] or target)
                if not dots and target.partition(".")[0] in self._libraries:
                    self._meant[key] = target
                else:
                    self._meant[key] = self.resolve(file, dots + target)
        return self._meant[key]

    def _may_come_by_star(self, file: str, name: str) -> bool:
        """Whether `import *` may bring a name to a module: none with an underscore before it, no module of its own."""
        if name.startswith("_"):
            return False
        folder, base = os.path.split(file)
        return base != "__init__.py" or self._finder.in_folder(folder, [name]) is None

    def _of_stars(self, file: str) -> dict[str, str]:
        """The names of libraries that a module has of the modules of which it imports all; the first one counts."""
        known = self._starred.get(file)
        if known is None:
            known = self._starred[file] = {}
            for star in self._texts.handed_on(file)[1]:
                dots = self._namesakes.dots(file, star)
                if not dots and star.partition(".")[0] in self._libraries:
                    break  # what that brings in is not known, nor whether it hides what follows
                other = self._finder.file(file, dots + star)
                if other is not None:
                    for name in self._texts.handed_on(other)[0]:
                        target = self._handed_on(other, name)
                        if target is not None:
                            known.setdefault(name, target)
                    for name, target in self._of_stars(other).items():
                        known.setdefault(name, target)
        return known
