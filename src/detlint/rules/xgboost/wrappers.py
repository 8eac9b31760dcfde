"""Functions of the file that hand parameters on to a library, and what their calls give to them.

Given the index and the library's calls; gives, for a call of a wrapper, the parameters that reach the library by it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from detlint.index import values
from detlint.rules.xgboost import facts, params
from detlint.rules.xgboost.params import Parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex
    from detlint.rules.xgboost.facts import Api

Function = ast.FunctionDef | ast.AsyncFunctionDef
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Way:
    """A call of the library in a function of the file, with the function's parameters that reach it.

    `named` are parameters that are the value of a library's parameter, `whole` those that hold parameters: a dict, or
    the function's `**` parameter. `chosen`: a condition decides whether the call runs.
    """

    function: Function
    api: Api
    call: ast.Call
    chosen: bool
    named: dict[str, str] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)


def ways(index: FileIndex, calls: dict[ast.Call, Api]) -> list[Way]:
    """All ways through functions of the file."""
    found = [way for call, api in calls.items() for way in _way(index, call, api)]
    return [way for way in found if way.named or way.whole]


def _way(index: FileIndex, call: ast.Call, api: Api) -> Iterator[Way]:
    function = index.function(call)
    if function is None or isinstance(function, ast.Lambda):
        return
    chosen = any(isinstance(block, (ast.If, ast.Match)) for block, _ in index.blocks(call))
    way = Way(function, api, call, chosen)
    names = {*_names(function), _kwarg(function)}
    if api.keywords:
        for keyword in call.keywords:
            if keyword.arg is None:
                way.whole.extend(name for name in _held(index, keyword.value) if name in names)
            elif isinstance(keyword.value, ast.Name) and keyword.value.id in names:
                way.named[keyword.value.id] = facts.canonical(api.library, keyword.arg)
    else:
        written = index.arguments(call).get(api.params or "params", api.position)
        way.whole.extend(name for name in _held(index, written.value if written else None) if name in names)
    yield way


_CALLS: WeakKeyDictionary[FileIndex, dict[ast.AST, list[tuple[ast.Call, bool]]]] = WeakKeyDictionary()


def calls_of(index: FileIndex, function: ast.AST) -> list[tuple[ast.Call, bool]]:
    """The calls of a function of the file, and whether they give its first parameter (`self`) by themselves."""
    known = _CALLS.get(index)
    if known is None:
        known = _CALLS[index] = {}
        for call in index.calls:
            for called, bound in _called(index, call):
                known.setdefault(called, []).append((call, bound))
    return known.get(function, [])


def _called(index: FileIndex, call: ast.Call) -> Iterator[tuple[ast.AST, bool]]:
    for member in values.walk(index.evaluate(call.func)):
        if isinstance(member, values.LocalFunction):
            yield member.node, member.owner is not None
        elif isinstance(member, values.LocalClass):
            for statement in member.node.body:
                if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                    yield statement, True


def given(index: FileIndex, way: Way, call: ast.Call, bound: bool, inner: Parameters) -> Iterator[Parameters]:
    """The parameters that reach the library through one call of a wrapper, on top of those that the wrapper writes."""
    arguments = index.arguments(call)
    names = _names(way.function)
    skip = 1 if bound and names[:1] in (["self"], ["cls"]) else 0
    base = Parameters(dict(inner.settings), way.chosen or (inner.open and not way.whole))
    for parameter, name in way.named.items():
        argument = arguments.get(parameter, _position(names, parameter, skip))
        if argument is not None:
            base.settings[name] = params.of_argument(index, name, argument)
    found = [base]
    for parameter in way.whole:
        if parameter == _kwarg(way.function):
            extra = params.of_keywords(index, way.api.library, arguments, call)
            kept = {name: setting for name, setting in extra.settings.items() if name not in names}
            pieces = [Parameters(kept, extra.open, extra.root)]
        else:
            argument = arguments.get(parameter, _position(names, parameter, skip))
            pieces = [] if argument is None else params.read(index, way.api.library, argument.value)
        found = [piece.over(known) for piece in pieces for known in found] or found
    yield from found


def _position(names: list[str], parameter: str, skip: int) -> int | None:
    return names.index(parameter) - skip if parameter in names else None


def _names(function: Function) -> list[str]:
    arguments = function.args
    return [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _kwarg(function: Function) -> str:
    return function.args.kwarg.arg if function.args.kwarg else ""


def _held(index: FileIndex, expression: ast.expr | None, depth: int = 0) -> Iterator[str]:
    """Names whose entries an expression holds: `p`, `{**p, …}`, `dict(p, …)`, `p.copy()`, `p | {…}`, or what is one."""
    if isinstance(expression, ast.Name):
        yield expression.id
        for part in _parts(index, expression) if depth < _DEPTH else ():
            yield from _held(index, part, depth + 1)
    elif isinstance(expression, ast.Dict):
        for key, value in zip(expression.keys, expression.values, strict=True):
            if key is None:
                yield from _held(index, value, depth)
    elif isinstance(expression, ast.BinOp):
        yield from _held(index, expression.left, depth)
        yield from _held(index, expression.right, depth)
    elif isinstance(expression, ast.Call):
        unpacked = [keyword.value for keyword in expression.keywords if keyword.arg is None]
        for value in (*expression.args[:1], *unpacked):
            yield from _held(index, value, depth)
        if isinstance(expression.func, ast.Attribute) and expression.func.attr == "copy":
            yield from _held(index, expression.func.value, depth)


def _parts(index: FileIndex, name: ast.Name) -> Iterator[ast.expr]:
    """What a local name was assigned, and what was put into it before its use."""
    source = params.assigned(index, name)
    if source is not name:
        yield source
    function = index.function(name)
    for load in index.loads(name.id):
        method = index.parent(load)
        call = index.parent(method) if isinstance(method, ast.Attribute) and method.attr == "update" else None
        earlier = (load.lineno, load.col_offset) < (name.lineno, name.col_offset)
        if isinstance(call, ast.Call) and earlier and index.function(load) is function:
            yield from (*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg is None))
