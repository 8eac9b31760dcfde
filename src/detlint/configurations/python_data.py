"""Configuration files written in Python, as mmengine and the like read them: assignments of literals and `_base_`.

Given a text and a way to read others; gives data. Nothing is executed: what is no literal, `dict(…)`, a list or a name
of the same file is unknown.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.configurations.data import UNKNOWN, Data, Items, Place, Scalar, Table, merged
from detlint.diagnostics import Location

if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST = 12
_DELETE = "_delete_"


def table_of(text: str, path: str, base: Callable[[str], Table | None], depth: int = 0) -> Table | None:
    """The data of a file; None if it is no Python. base: gives the data of a file that `_base_` names."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if depth > _DEEPEST:
        return None
    names: dict[str, Data] = {}
    reader = _Values(path, names)
    inherited = Table()
    for statement in tree.body:
        for name, value in _assigned(statement):
            if name == "_base_":
                for file in _texts(reader.data(value)):
                    known = base(file)
                    inherited = _inherit(inherited, known) if known is not None else Table(inherited.entries, open=True)
                    names.update({each: data for each, data in inherited.entries.items() if each not in names})
            else:
                names[name] = reader.data(value)
        if isinstance(statement, (ast.If, ast.For, ast.While, ast.With, ast.Try)):
            for inner in ast.walk(statement):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    names[inner.id] = UNKNOWN
    own = {name: names[name] for statement in tree.body for name, _ in _assigned(statement) if name in names}
    return _inherit(inherited, Table(own))


def _assigned(statement: ast.stmt) -> list[tuple[str, ast.expr]]:
    if isinstance(statement, ast.Assign):
        return [(target.id, statement.value) for target in statement.targets if isinstance(target, ast.Name)]
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value is not None:
        return [(statement.target.id, statement.value)]
    return []


def _texts(value: Data) -> list[str]:
    items = value.items if isinstance(value, Items) else (value,)
    return [item.value for item in items if isinstance(item, Scalar) and isinstance(item.value, str)]


def _inherit(base: Data, own: Data) -> Table:
    """A table on top of the one that it is based on; `_delete_` in a table takes away what was there."""
    found = _merged(base, own)
    assert isinstance(found, Table)
    return found


def _merged(base: Data, own: Data) -> Data:
    if not (isinstance(base, Table) and isinstance(own, Table)):
        return own
    deleted = own.entries.get(_DELETE)
    if isinstance(deleted, Scalar) and deleted.value is True:
        return Table({name: value for name, value in own.entries.items() if name != _DELETE}, own.open, own.place)
    shared = base.entries.keys() & own.entries.keys()
    nested = Table({name: _merged(base.entries[name], own.entries[name]) for name in own.entries if name in shared})
    fresh = Table({name: value for name, value in own.entries.items() if name not in shared}, own.open, own.place)
    result = merged(Table({**base.entries, **nested.entries}, base.open, base.place), fresh)
    assert isinstance(result, Table)
    return result


class _Values:
    def __init__(self, path: str, names: dict[str, Data]) -> None:
        self._path = path
        self._names = names

    def data(self, node: ast.expr) -> Data:
        """The data of an expression."""
        place = Place(self._path, _location(node))
        if isinstance(node, ast.Constant):
            return Scalar(node.value, place)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            number = node.operand.value
            return Scalar(-number, place) if isinstance(number, (int, float)) else UNKNOWN
        if isinstance(node, (ast.List, ast.Tuple)):
            return Items(tuple(self.data(each) for each in node.elts), place)
        if isinstance(node, ast.Dict):
            return self._table([(_key(key), value) for key, value in zip(node.keys, node.values, strict=True)], place)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
            found = self._table([(each.arg, each.value) for each in node.keywords], place)
            return Table(found.entries, open=True, place=place) if node.args else found
        if isinstance(node, ast.Name):
            return self._names.get(node.id, UNKNOWN)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "_base_":
            return self._names.get(node.attr, UNKNOWN)
        return UNKNOWN

    def _table(self, entries: list[tuple[str | None, ast.expr]], place: Place) -> Table:
        found = Table(place=place)
        for name, value in entries:
            data = self.data(value)
            if name is not None:
                found = Table({**found.entries, name: data}, found.open, place)
            elif isinstance(data, Table):
                found = Table({**found.entries, **data.entries}, found.open or data.open, place)
            else:
                found = Table(found.entries, open=True, place=place)
        return found


def _key(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _location(node: ast.expr) -> Location:
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return Location(node.lineno, node.col_offset + 1, end_line, end_column + 1)
