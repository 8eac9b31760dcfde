"""Configurations that are classes: the defaults of a dataclass's fields, as Hydra's `ConfigStore` reads them.

Given a class and what evaluates expressions of its file; gives data. What is no constant and no such class is unknown.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.configurations.data import UNKNOWN, Data, Place, Scalar, Table
from detlint.diagnostics import Location
from detlint.index.values import Const, LocalClass, Ref, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Scope:
    """The file of a class: its path, what evaluates its expressions, what finds classes of other files by name."""

    path: str
    evaluate: Callable[[ast.AST], Value]
    elsewhere: Callable[[str], tuple[ast.ClassDef, Scope] | None]


def table_of(cls: ast.ClassDef, scope: Scope, depth: int = 0) -> Table:
    """The defaults of the fields of a class; open where it derives from another."""
    entries: dict[str, Data] = {}
    for statement in cls.body if depth < _DEEPEST else ():
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            entries[statement.target.id] = _default(statement.value, scope, depth)
    return Table(entries, open=bool(cls.bases), place=_place(cls, scope))


def _default(node: ast.expr | None, scope: Scope, depth: int) -> Data:
    """The data of a field: a constant, `field(default=…)`, or an object of a class that is made without arguments."""
    if node is None:
        return UNKNOWN
    value = scope.evaluate(node)
    if isinstance(value, Const):
        return Scalar(value.value, _place(node, scope))
    if isinstance(node, ast.Call) and _name(node.func) == "field":
        given = next((each.value for each in node.keywords if each.arg in {"default", "default_factory"}), None)
        return _default(given.body if isinstance(given, ast.Lambda) else given, scope, depth)
    made = node.func if isinstance(node, ast.Call) else node
    if isinstance(node, ast.Call) and (node.args or node.keywords):
        return UNKNOWN
    for cls, there in _classes(scope.evaluate(made), scope):
        return table_of(cls, there, depth + 1)
    return UNKNOWN


def _classes(value: Value, scope: Scope) -> Iterator[tuple[ast.ClassDef, Scope]]:
    if isinstance(value, LocalClass):
        yield value.node, scope
    elif isinstance(value, Ref):
        found = scope.elsewhere(value.name)
        if found is not None:
            yield found


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _place(node: ast.expr | ast.ClassDef, scope: Scope) -> Place:
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return Place(scope.path, Location(node.lineno, node.col_offset + 1, end_line, end_column + 1))
