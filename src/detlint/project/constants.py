"""Constants of the project's own modules: `from app.config import SEED`, `config.PARAMS`, `cfg.shuffle`.

Given a file and a name as it imports it, gives the constant, or the dict of constants, that the name has for good: it
is bound once, at the top of its module, and nothing there changes it. Fields of objects that a module makes, attributes
of its classes and the fields of fresh objects (`Config().seed`) count as well. Texts tell which modules are parsed.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from detlint.index.values import UNKNOWN, Const, Elsewhere, Entry, Instance, LocalClass, Mapping, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detlint.index import FileIndex
    from detlint.project.loader import Finder
    from detlint.project.namesakes import Namesakes
    from detlint.project.texts import ModuleTexts

_DEPTH = 3
"""So deep are dicts in dicts followed, and modules that hand on a name."""


class Constants:
    """Answers for all files of a run; of each module everything is worked out at once, and its tree let go."""

    def __init__(
        self,
        finder: Finder,
        texts: ModuleTexts,
        libraries: frozenset[str],
        namesakes: Namesakes,
        read: Callable[[str], FileIndex | None],
    ) -> None:
        """read: gives the index of the file at a real path."""
        self._finder = finder
        self._texts = texts
        self._libraries = libraries
        self._namesakes = namesakes
        self._read = read
        self._tables: dict[str, dict[str, Value]] = {}

    def value(self, path: str, name: str, depth: int = 0) -> Value | None:
        """What a name has for good, as a file at `path` knows it; None if that is not known."""
        root = name.partition(".")[0]
        if depth > _DEPTH or (root and (root in self._libraries or root in sys.stdlib_module_names)):
            return None
        module, rest = name, ""
        for _ in range(2):
            module, last = _split(module)
            if not module or not last:
                return None
            rest = f"{last}.{rest}" if rest else last
            file = self._finder.file(path, module)
            if file is not None:
                return self._in_module(file, rest, depth)
        return None

    def _in_module(self, file: str, name: str, depth: int) -> Value | None:
        first, _, field = name.partition(".")
        target = self._texts.handed_on(file)[0].get(first.removesuffix("()"))
        if target is not None:
            dots = self._namesakes.dots(file, _split(target)[0] or target)
            handed = dots + target + ("()" if first.endswith("()") else "")
            return self.value(file, f"{handed}.{field}" if field else handed, depth + 1)
        if not self._texts.may_be_constant(file, first.removesuffix("()"), field):
            return None
        if file not in self._tables:
            self._tables[file] = {}  # for modules that import each other
            index = self._read(file)
            if index is not None:
                self._tables[file] = {name: value for name, value in _constants(index) if value is not None}
        return self._tables[file].get(name)


def _split(name: str) -> tuple[str, str]:
    """A qualified name: the module, with its dots, and the last part."""
    module, _, last = name.rpartition(".")
    if name.startswith(".") and not module.strip("."):
        module = name[: len(name) - len(name.lstrip("."))]
    return module, last


def _constants(index: FileIndex) -> Iterator[tuple[str, Value | None]]:
    """All constants of a module by name."""
    for name, bindings in index.module_bindings.items():
        node = bindings[0].node
        if len(bindings) > 1 or not isinstance(index.parent(index.statement(node)), ast.Module):
            continue
        if isinstance(node, ast.ClassDef):
            yield from _of_class(index, node)
        elif isinstance(node, ast.Name) and not index.is_changed(name):
            value = index.bound(bindings[0])
            yield name, _lasting(index, value)
            if isinstance(value, Instance) and isinstance(value.type, LocalClass):
                for field in _fields(index, value.type.node):
                    yield f"{name}.{field}", _lasting(index, index.attribute_of(value, field))


def _of_class(index: FileIndex, cls: ast.ClassDef) -> Iterator[tuple[str, Value | None]]:
    """The attributes of a class by themselves, and those of an object made without arguments."""
    if any(base.startswith("enum.") for base in index.bases(cls)):
        return
    for statement in cls.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            target = statement.target
        else:
            continue
        if isinstance(target, ast.Name) and len(index.bindings_in(cls).get(target.id, ())) == 1:
            value = _lasting(index, index.evaluate(statement.value))
            if isinstance(statement, ast.AnnAssign):
                value = _lasting(index, index.default_of_field(statement))
                yield f"{cls.name}().{target.id}", value if index.is_plain(cls) else None
            yield f"{cls.name}.{target.id}", value


def _fields(index: FileIndex, cls: ast.ClassDef) -> list[str]:
    return [s.target.id for s in cls.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]


def _lasting(index: FileIndex, value: Value, depth: int = 0) -> Value | None:
    """A value without the tree that it is from; None for what is no constant and no dict of constants."""
    if isinstance(value, Const):
        return value
    if not isinstance(value, Mapping) or depth > _DEPTH:
        return None
    entries: dict[object, Entry] = {}
    for key, entry in value.entries.items():
        held = index.evaluate(entry.value) if entry.value is not None else entry.constant
        there = Elsewhere(_lasting(index, held, depth + 1) or UNKNOWN)
        entries[key] = Entry(there, there, certain=entry.certain)
    return Mapping(entries, value.open)
