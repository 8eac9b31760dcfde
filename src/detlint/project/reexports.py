"""What names of the project's own modules stand for in libraries: `from .ops import warp`, where `ops` has it of torch.

Told from the import statements of the modules alone, by their text: no module is parsed for it. What a module defines
itself stands for nothing here.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from detlint.sources.source import SourceFile, read_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.project.loader import Finder
    from detlint.project.namesakes import Namesakes

_IMPORT = re.compile(
    r"^[ \t]*from[ \t]+(?P<module>[\w.]+)[ \t]+import[ \t]*(?:\((?P<many>[^)]*)\)|(?P<one>[^\n#;]+))"
    r"|^[ \t]*import[ \t]+(?P<plain>[\w.]+)[ \t]+as[ \t]+(?P<alias>\w+)",
    re.MULTILINE,
)
_DEFINED = re.compile(r"^(?:def|async def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]+)?=[^=]", re.MULTILINE)
_COMMENT = re.compile(r"#[^\n]*")
_MAX_STEPS = 6


class ReExports:
    """Resolves names that modules of the project hand on."""

    def __init__(self, finder: Finder, libraries: frozenset[str], namesakes: Namesakes) -> None:
        self._finder = finder
        self._namesakes = namesakes
        self._libraries = libraries
        self._modules: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {}

    def resolve(self, path: str, name: str) -> str | None:
        """The qualified name in a library that a name means, as a file at `path` imports it; None if it means none.

        `.ops.warp` (from a relative import) or `vision.ops.warp`; names of libraries, and what is not found, give None.
        """
        return self._resolve(path, name, 0)

    def _resolve(self, path: str, name: str, steps: int) -> str | None:
        root = name.partition(".")[0]
        if steps > _MAX_STEPS or (root and (root in self._libraries or root in sys.stdlib_module_names)):
            return None
        module, _, last = name.rpartition(".")
        if name.startswith(".") and not module.strip("."):
            module = name[: len(name) - len(name.lstrip("."))]
        if not module or not last:
            return None
        file = self._finder.file(path, module)
        if file is None:
            return None
        names, stars = self._exports(file)
        target = names.get(last)
        candidates = (
            [target]
            if target is not None
            else [f"{star}.{last}" if not star.endswith(".") else star + last for star in stars]
        )
        for candidate in candidates:
            top = candidate.partition(".")[0]
            dots = self._namesakes.dots(file, candidate.rpartition(".")[0] or candidate)
            if not dots and top in self._libraries:
                # What a star brings in is not known; only what is imported by name is.
                return candidate if target is not None else None
            found = self._resolve(file, dots + candidate, steps + 1)
            if found is not None:
                return found
        return None

    def _exports(self, file: str) -> tuple[dict[str, str], tuple[str, ...]]:
        """What a module imports: its names with what they stand for, and the modules of which it imports all."""
        known = self._modules.get(file)
        if known is None:
            source = read_source(file)
            known = self._modules[file] = _scan(source.text) if isinstance(source, SourceFile) else ({}, ())
        return known


def _scan(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    names: dict[str, str] = {}
    stars: list[str] = []
    for match in _IMPORT.finditer(text):
        if match["plain"]:
            names.setdefault(match["alias"], match["plain"])
            continue
        module = match["module"]
        for name, alias in _names(match["many"] or match["one"]):
            if name == "*":
                stars.append(module)
            else:
                names.setdefault(alias, module + name if module.endswith(".") else f"{module}.{name}")
    for match in _DEFINED.finditer(text):
        names.pop(match[1] or match[2], None)
    return names, tuple(stars)


def _names(text: str) -> Iterator[tuple[str, str]]:
    for part in _COMMENT.sub("", text).replace("\\", " ").split(","):
        words = part.split()
        if len(words) == 1:
            yield words[0], words[0]
        elif len(words) == 3 and words[1] == "as":
            yield words[0], words[2]
