"""What functions and classes of other files give: objects of classes of the project, and types of libraries.

Asked where a name alone decides too little (`build().fit(…)`, `DataLoader(make())`), since it reads the other files.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.index.values import Instance, LocalClass, Sequence
from detlint.project.summary import ModuleSummary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detlint.index import FileIndex
    from detlint.project.links import Links
    from detlint.project.summary import FunctionSummary

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEEPEST = 6


@dataclass(frozen=True, slots=True, eq=False)
class ClassThere:
    """A class of another file: its module, the index of that file, its node."""

    module: ModuleSummary
    index: FileIndex
    node: ast.ClassDef


Product = ClassThere | str
"""An object of a class of the project, or of a library by the type's name."""


class Products:
    """Answers for one run; files are read when they are asked for."""

    def __init__(self, links: Links, read: Callable[[str], FileIndex | None]) -> None:
        """`read` gives the index of a file by its path."""
        self._links = links
        self._read = read

    def class_of(self, module: ModuleSummary, name: str) -> ClassThere | None:
        """The class of the project that a qualified name means, seen from a module."""
        found = self._links.class_named(module, name)
        index = self._read(found[0].path) if found is not None else None
        if found is None or index is None:
            return None
        node = next((each for each in index.classes if each.name == found[1]), None)
        return None if node is None else ClassThere(found[0], index, node)

    def made(self, module: ModuleSummary, name: str, place: int | None = None, depth: int = _DEEPEST) -> list[Product]:
        """What calling a name gives; `place`: the item of it that is meant, where it gives a tuple."""
        if depth == 0:
            return []
        cls = self.class_of(module, name) if place is None else None
        if cls is not None:
            return [cls]
        found: dict[Product, None] = {}
        for other, function in self._links.find(module, name):
            found.update(dict.fromkeys(self._returned(other, function, place, depth)))
        return list(found)

    def types(self, path: str, name: str, place: int | None = None) -> tuple[str, ...]:
        """The types of libraries that calling a name gives, seen from the file at `path`."""
        found: dict[str, None] = {}
        for product in self.made(ModuleSummary(path), name, place):
            if isinstance(product, str):
                found[product] = None
            else:
                bases = product.index.bases(product.node)
                found.update(dict.fromkeys(base for base in bases if product.index.knowledge.describes(base)))
        return tuple(found)

    def _returned(
        self, module: ModuleSummary, function: FunctionSummary, place: int | None, depth: int
    ) -> Iterator[Product]:
        index = self._read(module.path)
        name = function.key.rpartition(".")[2].partition("@")[0]
        nodes = index.functions if index is not None else []
        node = next((each for each in nodes if (each.lineno, each.name) == (function.line, name)), None)
        if index is None or node is None:
            return
        if place is None and isinstance(index.annotated(node), Instance):
            yield from self._of_value(module, index, index.annotated(node), depth)
            return
        for returned in index.returns(node):
            if returned.value is not None:
                yield from self.of_expression(module, index, returned.value, place, depth - 1)

    def of_expression(
        self, module: ModuleSummary, index: FileIndex, node: ast.expr, place: int | None = None, depth: int = _DEEPEST
    ) -> Iterator[Product]:
        """What an expression of a file may be, as far as objects of known classes go."""
        if depth == 0:
            return
        for value in index.evaluate(node).alternatives:
            if place is not None and isinstance(value, Sequence):
                if place < len(value.elements):
                    yield from self.of_expression(module, index, value.elements[place], None, depth - 1)
            elif place is None:
                yield from self._of_value(module, index, value, depth)
        for name, part in index.made_by(node, place):
            yield from self.made(module, name, part, depth - 1)

    def _of_value(self, module: ModuleSummary, index: FileIndex, value: object, depth: int) -> Iterator[Product]:
        if not isinstance(value, Instance):
            return
        if isinstance(value.type, LocalClass):
            yield ClassThere(module, index, value.type.node)
        elif index.knowledge.describes(value.type):
            yield value.type
        else:
            yield from self.made(module, value.type, None, depth - 1)
