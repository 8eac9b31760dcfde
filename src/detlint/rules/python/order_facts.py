"""What the analysis of orders asks of a file again and again: tables of calls, and where names and attributes are used.

Given the index of a file; knows no rule.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache, cached_property
from typing import TYPE_CHECKING

from detlint.index import NameSet, dotted_name
from detlint.index.values import Instance, LocalClass, LocalFunction
from detlint.rules.data import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.index import FileIndex

Function = ast.FunctionDef | ast.AsyncFunctionDef
Place = tuple[int, int]


class Names:
    """Qualified names to look for; `numpy.testing.*` stands for all directly below."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def any_of(self, names: Iterable[str]) -> bool:
        """Whether one of the names is meant."""
        return any(name in self._names or name.rpartition(".")[0] + ".*" in self._names for name in names)


@cache
def table(section: str, key: str = "names") -> Names:
    """The names in a row of the table of orders."""
    return Names(load(__package__, "order")[section][key])


@cache
def words(section: str, key: str) -> frozenset[str]:
    """The words in a row of the table of orders."""
    return frozenset(load(__package__, "order")[section][key])


@cache
def _sorting() -> NameSet:
    return NameSet(words("calls", "sorts"))


class Facts:
    """Where lists are sorted, names are added to and attributes are read: each looked for when first asked for."""

    def __init__(self, index: FileIndex) -> None:
        self.index = index
        self._attribute_uses: dict[tuple[ast.ClassDef, str], list[ast.Attribute]] = {}

    @cached_property
    def _augmented(self) -> dict[str, list[ast.AugAssign]]:
        found: defaultdict[str, list[ast.AugAssign]] = defaultdict(list)
        for node in self.index.nodes(ast.AugAssign):
            name = dotted_name(node.target)
            if name is not None:
                found[name].append(node)
        return dict(found)

    @cached_property
    def _items(self) -> dict[tuple[str, object], list[ast.Subscript]]:
        found: defaultdict[tuple[str, object], list[ast.Subscript]] = defaultdict(list)
        for node in self.index.nodes(ast.Subscript):
            if isinstance(node.slice, ast.Constant) and isinstance(node.ctx, ast.Load):
                name = dotted_name(node.value)
                if name is not None:
                    found[name, node.slice.value].append(node)
        return dict(found)

    def augmented(self, name: str) -> list[ast.AugAssign]:
        """The `name += …` statements of the file, for a name or a chain of attributes."""
        return self._augmented.get(name, [])

    def items(self, name: str, key: object) -> list[ast.Subscript]:
        """Where `name[key]` is read, for a constant key."""
        return self._items.get((name, key), [])

    @cached_property
    def sorts(self) -> dict[str, list[ast.Call]]:
        """The `name.sort(…)` calls, and those of `name = sorted(…)`, by the name or chain of attributes."""
        found: defaultdict[str, list[ast.Call]] = defaultdict(list)
        for call in self.index.calls:
            if isinstance(call.func, ast.Attribute) and (call.func.attr == "sort" or _sorts_in_place(call)):
                name = dotted_name(call.func.value)
                if name is not None:
                    found[name].append(call)
        for call, _ in self.index.find_calls(_sorting()):
            parent = self.index.parent(call)
            name = dotted_name(parent.targets[0]) if isinstance(parent, ast.Assign) else None
            if name is not None:
                found[name].append(call)
        return dict(found)

    @cached_property
    def lengths(self) -> list[ast.Call]:
        """The `len(x)` and `assertLen(x, …)` calls of the file."""
        return [
            call
            for call in self.index.calls
            if call.args and getattr(call.func, "id", getattr(call.func, "attr", "")) in {"len", "assertLen"}
        ]

    @cached_property
    def adds(self) -> dict[str, list[ast.Call]]:
        """The `name.add(…)` and `name.update(…)` calls of the file by the name or chain of attributes."""
        found: defaultdict[str, list[ast.Call]] = defaultdict(list)
        for call in self.index.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr in {"add", "update"} and call.args:
                name = dotted_name(call.func.value)
                if name is not None:
                    found[name].append(call)
        return dict(found)

    def attribute_reads(self, cls: ast.ClassDef, attribute: str) -> list[ast.Attribute]:
        """Where an attribute of objects of a class of this file is read."""
        known = self._attribute_uses.get((cls, attribute))
        if known is None:
            known = [node for node in self.index.attribute_loads(attribute) if self._is_of(node.value, cls)]
            self._attribute_uses[cls, attribute] = known
        return known

    def _is_of(self, node: ast.expr, cls: ast.ClassDef) -> bool:
        for value in self.index.evaluate(node).alternatives:
            kind = value.type if isinstance(value, Instance) else value
            if isinstance(kind, LocalClass) and cls in (kind.node, *self._local_bases(kind.node)):
                return True
        return False

    def _local_bases(self, cls: ast.ClassDef) -> Iterator[ast.ClassDef]:
        for base in cls.bases:
            for value in self.index.evaluate(base).alternatives:
                if isinstance(value, LocalClass) and value.node is not cls:
                    yield value.node

    def self_class(self, node: ast.Attribute) -> ast.ClassDef | None:
        """The class of this file whose object's attribute this is."""
        for value in self.index.evaluate(node.value).alternatives:
            kind = value.type if isinstance(value, Instance) else value
            if isinstance(kind, LocalClass):
                return kind.node
        return None

    def calls_of(self, function: Function) -> tuple[list[ast.expr], bool]:
        """The expressions that give what a function returns, and whether the function is handed on as a value."""
        owner = self.index.owner(function)
        if owner is None:
            calls = self.index.local_calls(function)
            return (list(calls), False) if calls is not None else ([], True)
        read_as_attribute = any(
            (d.attr if isinstance(d, ast.Attribute) else getattr(d, "id", "")) in {"property", "cached_property"}
            for d in function.decorator_list
        )
        if read_as_attribute:
            return list(self.attribute_reads(owner, function.name)), False
        found: list[ast.expr] = []
        handed_on = False
        for node in self.index.attribute_loads(function.name):
            if not any(
                isinstance(value, LocalFunction) and value.node is function
                for value in self.index.evaluate(node).alternatives
            ):
                continue
            parent = self.index.parent(node)
            if isinstance(parent, ast.Call) and parent.func is node:
                found.append(parent)
            else:
                handed_on = True
        for name, looked_up in self._made_names:
            if name.fullmatch(function.name):
                parent = self.index.parent(looked_up)
                if isinstance(parent, ast.Call) and parent.func is looked_up:
                    found.append(parent)
                else:
                    handed_on = True
        return found, handed_on

    @cached_property
    def _made_names(self) -> list[tuple[re.Pattern[str], ast.Call]]:
        """The names that attributes are looked up by where they are made: `getattr(self, f"load_{kind}_files")`."""
        calls = [call for call in self.index.calls_of("builtins.getattr") if len(call.args) > 1]
        patterns = [(_pattern(call.args[1]), call) for call in calls]
        return [(re.compile(pattern), call) for pattern, call in patterns if pattern.strip(".*")]


def _pattern(text: ast.expr) -> str:
    """What a text may be that is put together of constants and values: a regular expression."""
    if isinstance(text, ast.JoinedStr):
        return "".join(map(_pattern, text.values))
    if isinstance(text, ast.BinOp) and isinstance(text.op, ast.Add):
        return _pattern(text.left) + _pattern(text.right)
    return re.escape(text.value) if isinstance(text, ast.Constant) and isinstance(text.value, str) else ".*"


def _sorts_in_place(call: ast.Call) -> bool:
    """`df.sort_values(…, inplace=True)`."""
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr in {"sort_values", "sort_index"}
        and any(
            k.arg == "inplace" and isinstance(k.value, ast.Constant) and k.value.value is True for k in call.keywords
        )
    )


def place(node: ast.AST) -> Place:
    """Where a node starts."""
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def end(node: ast.AST) -> Place:
    """Where a node ends."""
    return (getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0)


def names_in(node: ast.AST) -> frozenset[str]:
    """The identifiers that an expression reads, those of functions inside it included."""
    return frozenset(inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))


def table_prefix(names: Iterable[str], prefixes: Iterable[str]) -> bool:
    """Whether a name stands under one of the prefixes."""
    return any(name.startswith(tuple(prefixes)) for name in names)
