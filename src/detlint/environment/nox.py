"""Reads `noxfile.py`, which is parsed and never run: the variables of sessions, and the commands that they run."""

from __future__ import annotations

import ast
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from detlint.environment.facts import Command, Facts, Text, Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Location

_RUNS = frozenset({"run", "run_always", "run_install"})
_ENVIRONMENTS = frozenset({"env", "environ"})
"""`session.env` is what its commands get; `os.environ` is handed on to all sessions."""


def read(text: str) -> Facts:
    """What a `noxfile.py` writes out; what it computes is not known."""
    facts = Facts()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
        _Reader(Text(text), facts).read(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Facts()
    return facts


class _Reader:
    def __init__(self, place: Text, facts: Facts) -> None:
        self._place = place
        self._facts = facts
        self._tables: dict[str, ast.expr] = {}

    def read(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._assigned(target, node.value)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                self._call(node, node.func)

    def _assigned(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._tables.setdefault(target.id, value)
        elif isinstance(target, ast.Subscript) and _is_environment(target.value):
            self._variable(target.slice, value)

    def _call(self, call: ast.Call, method: ast.Attribute) -> None:
        if method.attr in {"update", "setdefault"} and _is_environment(method.value):
            if method.attr == "setdefault" and len(call.args) == 2:
                self._variable(call.args[0], call.args[1])
            for key, value in self._entries([*call.args[:1], *(k.value for k in call.keywords if k.arg is None)]):
                self._variable(key, value)
            for keyword in call.keywords:
                if keyword.arg is not None:
                    self._add(keyword.arg, keyword.value, self._span(keyword.value), "")
        elif method.attr in _RUNS:
            words = [argument.value if isinstance(argument, ast.Constant) else "…" for argument in call.args]
            command = " ".join(map(str, words))
            self._facts.commands.append(Command(command, self._span(call)))
            given = [keyword.value for keyword in call.keywords if keyword.arg == "env"]
            for key, value in self._entries(given):
                self._variable(key, value, command)

    def _entries(self, tables: list[ast.expr], depth: int = 6) -> Iterator[tuple[ast.expr, ast.expr]]:
        """The entries of dicts that are written out, by a name too, or merged of such."""
        for table in tables if depth else ():
            if isinstance(table, ast.Name) and table.id in self._tables:
                yield from self._entries([self._tables[table.id]], depth - 1)
            elif isinstance(table, ast.BinOp):
                yield from self._entries([table.left, table.right], depth - 1)
            elif isinstance(table, ast.Call) and isinstance(table.func, ast.Name) and table.func.id == "dict":
                yield from self._entries(table.args, depth - 1)
                yield from (
                    (ast.copy_location(ast.Constant(each.arg), each.value), each.value)
                    for each in table.keywords
                    if each.arg is not None
                )
            elif isinstance(table, ast.Dict):
                for key, value in zip(table.keys, table.values, strict=True):
                    yield from self._entries([value], depth - 1) if key is None else [(key, value)]

    def _variable(self, key: ast.expr, value: ast.expr, command: str = "") -> None:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            self._add(key.value, value, self._span(key), command)

    def _add(self, name: str, value: ast.expr, where: Location, command: str) -> None:
        text = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
        variable = Variable(name, text, where, self._span(value))
        self._facts.variables.append(replace(variable, scope="command", command=command) if command else variable)

    def _span(self, node: ast.expr) -> Location:
        start = self._place.offset_of_utf8(node.lineno, node.col_offset)
        end = self._place.offset_of_utf8(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        return self._place.span(start, end)


def _is_environment(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in _ENVIRONMENTS and isinstance(node.value, ast.Name)
