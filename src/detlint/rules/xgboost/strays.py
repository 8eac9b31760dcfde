"""Entries for a parameter whose way to the library is out of sight: handed on, returned, or put into an argument.

Given the index; gives `Stray` values. They serve values that belong to one library only (`gpu_hist`).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.index import values
from detlint.rules.xgboost import facts, params

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.index import FileIndex

_SAYING = frozenset(
    {
        "print",
        "pprint",
        "info",
        "debug",
        "warning",
        "warn",
        "error",
        "log",
        "log_params",
        "log_param",
        "dumps",
        "dump",
        "str",
        "repr",
        "len",
        "isinstance",
        "format",
        "write",
        "sorted",
        "set",
    }
)
"""Calls that say what they are given, and train nothing."""

_OTHERS = frozenset({"torch", "tensorflow", "jax", "xgboost"})
"""Libraries that name a device too."""


@dataclass(frozen=True, slots=True)
class Stray:
    """An entry: its parameter's name and its key, where key and value stand, and the evidence that it is a parameter.

    `beside` are the other names in its dict, `handed` tells that the dict leaves for code that is not in sight, and
    `holder` is the display or call that makes the dict, where one does.
    """

    name: str
    key: str
    node: ast.AST
    value: ast.expr
    beside: frozenset[str]
    handed: bool
    holder: ast.AST | None = None

    def is_parameter(self, index: FileIndex, library: str, distinctive: str) -> bool:
        """Whether it is a parameter of the library as far as can be seen."""
        own = facts.own(library, self.key)
        if own is not None and index.imports & _OTHERS:
            return library in index.imports and bool(self.beside & own)
        typical = len(self.beside & facts.typical(library))
        if library in index.imports:
            return typical > 0 or self.handed
        return distinctive == "anywhere" and typical > 1


def strays(index: FileIndex, library: str, names: frozenset[str]) -> Iterator[Stray]:
    """All entries of a file for parameters of these (canonical) names, by whatever way they are written."""
    for display in index.nodes(ast.Dict):
        yield from _of_display(index, library, names, display)
    for call in index.calls:
        yield from _of_call(index, library, names, call)
    for target in index.subscript_stores:
        yield from _of_item(index, library, names, target)


def taken(index: FileIndex, calls: Iterable[ast.Call]) -> set[ast.AST]:
    """The displays and calls that make the dicts which calls are given, also those that are merged into them.

    What is written in these reaches the calls, unless it was overwritten or removed on the way: no stray either way.
    """
    found: set[ast.AST] = set()
    sources: list[ast.AST] = [node for call in calls for node in (*call.args, *call.keywords)]
    while sources:
        for node in ast.walk(sources.pop()):
            if node in found:
                continue
            found.add(node)
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
                members = index.evaluate(node).alternatives
                sources += [m.origin for m in members if isinstance(m, values.Mapping) and m.origin is not None]
    return found


def _name(library: str, key: object) -> str:
    return facts.canonical(library, key.rpartition("__")[2]) if isinstance(key, str) else ""


def _of_display(index: FileIndex, library: str, names: frozenset[str], display: ast.Dict) -> Iterator[Stray]:
    keys = [key.value if isinstance(key, ast.Constant) else None for key in display.keys]
    if not any(_name(library, key) in names for key in keys) or _only_said(index, display):
        return
    beside = frozenset(_name(library, key) for key in keys)
    for key, node, value in zip(keys, display.keys, display.values, strict=True):
        name = _name(library, key)
        if node is not None and name in names:
            yield Stray(name, str(key), node, value, beside - {name}, _handed(index, display), display)


def _of_call(index: FileIndex, library: str, names: frozenset[str], call: ast.Call) -> Iterator[Stray]:
    callee = call.func
    method = callee.attr if isinstance(callee, ast.Attribute) else ""
    building = (isinstance(callee, ast.Name) and callee.id == "dict") or method == "update"
    if building or method == "set_params":
        beside = frozenset(_name(library, keyword.arg) for keyword in call.keywords)
        for keyword in call.keywords:
            name = _name(library, keyword.arg)
            if name in names and not _only_said(index, call):
                handed = not building or _handed(index, call)
                yield Stray(name, str(keyword.arg), keyword, keyword.value, beside - {name}, handed, call)
    elif method == "setdefault" and len(call.args) == 2 and isinstance(call.args[0], ast.Constant):
        name = _name(library, call.args[0].value)
        if name in names and isinstance(callee, ast.Attribute):
            key = str(call.args[0].value)
            yield Stray(name, key, call.args[0], call.args[1], frozenset(), _leaves(index, callee.value))


def _of_item(index: FileIndex, library: str, names: frozenset[str], target: ast.Subscript) -> Iterator[Stray]:
    statement = index.statement(target)
    if isinstance(statement, ast.Assign) and target in statement.targets and isinstance(target.slice, ast.Constant):
        name = _name(library, target.slice.value)
        if name in names:
            key = str(target.slice.value)
            leaves = _leaves(index, target.value)
            yield Stray(name, key, target.slice, statement.value, frozenset(), leaves, _holder(index, target.value))


def _holder(index: FileIndex, dictionary: ast.expr) -> ast.AST | None:
    """What makes the dict that an expression is, where one place does."""
    origins = {m.origin for m in index.evaluate(dictionary).alternatives if isinstance(m, values.Mapping)}
    return origins.pop() if len(origins) == 1 else None


def _only_said(index: FileIndex, node: ast.expr) -> bool:
    """Whether a dict is only compared or printed where it stands."""
    parent = index.parent(node)
    if isinstance(parent, (ast.Compare, ast.Assert)):
        return True
    return isinstance(parent, ast.Call) and node is not parent.func and _says(parent)


def _says(call: ast.Call) -> bool:
    callee = call.func
    name = callee.attr if isinstance(callee, ast.Attribute) else callee.id if isinstance(callee, ast.Name) else ""
    return name in _SAYING or name.startswith("assert")


def _handed(index: FileIndex, node: ast.expr) -> bool:
    """Whether a dict is returned or given to code that is not in sight."""
    parent = index.parent(node)
    if isinstance(parent, (ast.Assign, ast.AnnAssign)):
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        return any(_leaves(index, target) for target in targets)
    return _goes(index, node)


def _away(index: FileIndex, call: ast.Call) -> bool:
    if _says(call):
        return False
    local = (values.LocalFunction, values.LocalClass)
    return not any(isinstance(member, local) for member in values.walk(index.evaluate(call.func)))


def _leaves(index: FileIndex, holder: ast.expr) -> bool:
    """Whether what a name or attribute holds is a parameter of the function, or is handed on from it."""
    if isinstance(holder, ast.Attribute):
        return True
    if not isinstance(holder, ast.Name):
        return False
    function = index.function(holder)
    if function is not None:
        arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
        if any(argument.arg == holder.id for argument in arguments):
            return True
    return any(_goes(index, load) for load in index.loads(holder.id) if index.function(load) is function)


def _goes(index: FileIndex, node: ast.expr) -> bool:
    """Whether an expression is returned, or an argument of a call of code that is not in sight."""
    parent = index.parent(node)
    if isinstance(parent, ast.keyword):
        parent = index.parent(parent)
    if isinstance(parent, ast.Call):
        return node is not parent.func and _away(index, parent)
    return isinstance(parent, ast.Return)


def constants(index: FileIndex, stray: Stray) -> tuple[object, ...]:
    """The constants that an entry may hold, also as the list of a search."""
    found, _ = params.possible(index, stray.value)
    return found or params.listed(index, stray.value)[0]
