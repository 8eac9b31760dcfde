"""What functions do with the objects that they are given: run them, or only look at them and change them.

Given the index of a file and a function of it; a function that loads weights into a model calls no method of the model
that draws or trains.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.index.values import LocalClass, LocalFunction, Ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex
    from detlint.index.values import Value

_ASKING = frozenset(
    {"isinstance", "issubclass", "hasattr", "getattr", "setattr", "len", "print", "id", "type", "repr", "str"}
)
_WRAPPED = "module"
"""The attribute in which wrappers have the model itself."""
_WITHOUT_RUNNING = re.compile(
    r"(load_)?state_dict|(named_)?(parameters|modules|children|buffers)|eval|train|to|cuda|cpu|half|float|double|type|"
    r"bfloat16|zero_grad|get_(parameter|submodule|weights)|set_weights|(load|save)_weights|share_memory|summary|"
    r"count_params|\w+_"
)
"""Methods that run no code of a model's own."""
_DEEPEST = 4

Function = ast.FunctionDef | ast.AsyncFunctionDef
Handed = tuple[str, str, str]
"""A parameter, the function of another file that gets what it holds, and by which parameter, `#0` by position."""


def taken_by(index: FileIndex, function: Function) -> tuple[tuple[str, ...], tuple[Handed, ...]]:
    """The parameters of a function whose objects it may run, by calling them or keeping them; those it hands on."""
    runs: list[str] = []
    hands: list[Handed] = []
    for parameter in _parameters(function):
        handed: list[tuple[str, str]] = []
        if _runs(index, parameter, handed, _DEEPEST):
            runs.append(parameter.arg)
        else:
            hands += ((parameter.arg, *each) for each in handed)
    return tuple(runs), tuple(dict.fromkeys(hands))


def _parameters(function: Function) -> list[ast.arg]:
    arguments = function.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _runs(index: FileIndex, parameter: ast.arg, handed: list[tuple[str, str]], depth: int) -> bool:
    return depth <= 0 or any(_may_run(index, use, handed, depth) for use in _uses(index, parameter))


def _uses(index: FileIndex, parameter: ast.arg) -> Iterator[ast.Name]:
    function = next(iter([*index.ancestors(parameter)][1:2]), None)
    first, last = getattr(function, "lineno", 0), getattr(function, "end_lineno", 0)
    for load in index.loads(parameter.arg):
        if first <= load.lineno <= last and any(binding.node is parameter for binding in index.bindings(load)):
            yield load


def _may_run(index: FileIndex, use: ast.expr, handed: list[tuple[str, str]], depth: int) -> bool:
    """Whether a use of an object may run it; `handed` gets functions of other files that it is handed to."""
    node = use
    parent = index.parent(node)
    while isinstance(parent, ast.Attribute):
        node, parent = parent, index.parent(parent)
    if node is not use and isinstance(node, ast.Attribute) and node.attr != _WRAPPED:
        # A part of it; if that is called, a method of it or a part that is run.
        called = isinstance(parent, ast.Call) and parent.func is node
        return called and _WITHOUT_RUNNING.fullmatch(node.attr) is None
    if isinstance(parent, (ast.Compare, ast.UnaryOp, ast.If, ast.FormattedValue, ast.Expr)):
        return False
    kept = _attribute(parent) if isinstance(parent, ast.Assign) and parent.value is node else ""
    if kept:
        # What nobody reads here, others do.
        loads = index.attribute_loads(kept)
        return depth <= 0 or not loads or any(_may_run(index, load, handed, depth - 1) for load in loads)
    if not isinstance(parent, ast.Call) or parent.func is node or node not in parent.args:
        return True
    if isinstance(parent.func, ast.Name) and parent.func.id in _ASKING:
        return False
    if any(isinstance(each, ast.Starred) for each in parent.args):
        return True
    callee = index.evaluate(parent.func)
    if isinstance(callee, Ref):
        handed.append((callee.name, f"#{parent.args.index(node)}"))
        return False
    taker = _taker(index, callee, parent.args.index(node))
    return taker is None or _runs(index, taker, handed, depth - 1)


def _attribute(statement: ast.Assign) -> str:
    """The attribute of the method's own object that a statement assigns."""
    target = statement.targets[0] if len(statement.targets) == 1 else None
    own = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
    return target.attr if isinstance(target, ast.Attribute) and own else ""


def _taker(index: FileIndex, callee: Value, place: int) -> ast.arg | None:
    """The parameter of a function of the file, or of a constructor, that gets what is given at a place."""
    if isinstance(callee, LocalClass):
        constructor = index.method(callee, "__init__")
        if constructor is None or isinstance(constructor.node, ast.Lambda):
            return None
        given = [*constructor.node.args.posonlyargs, *constructor.node.args.args][1:]
        return given[place] if place < len(given) else None
    if not isinstance(callee, LocalFunction) or isinstance(callee.node, ast.Lambda) or callee.owner is not None:
        return None
    parameters = _parameters(callee.node)
    return parameters[place] if place < len(parameters) - len(callee.node.args.kwonlyargs) else None
