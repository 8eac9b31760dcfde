"""Where objects of a library's class are made: by its name, by a class of the file that derives from it, by `super()`.

Given an index and the names of classes; gives the calls whose arguments the library's constructor sees.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index.values import Instance, LocalClass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from detlint.index import FileIndex


def constructions(index: FileIndex, names: Collection[str], parameter: str) -> Iterator[ast.Call]:
    """The calls that decide about a parameter of the classes' constructor, in the order of the source.

    A class of the file counts where it is called if it has no constructor of its own, or one that hands on what it is
    given; else where its constructor calls that of the parent.
    """
    derived = {
        cls: _decides(index, cls, parameter) for cls in index.classes if not set(names).isdisjoint(index.bases(cls))
    }
    if not derived:
        yield from index.calls_of(*names)
        return
    constructors = {f"{name}.__init__" for name in names}
    for call in index.calls:
        callee = index.callee_names(call)
        if any(name in names for name in callee):
            yield call
        elif any(name in constructors for name in callee):
            owner = index.class_of(call)
            if owner in derived and derived[owner] == "constructor":
                yield call
        elif any(
            isinstance(value, LocalClass) and derived.get(value.node) == "caller"
            for value in index.evaluate(call.func).alternatives
        ):
            yield call


def _decides(index: FileIndex, cls: ast.ClassDef, parameter: str) -> str:
    """Who decides about a parameter: `caller` of the class, its own `constructor`, or `nobody` that can be read."""
    method = index.method(LocalClass(cls), "__init__")
    if method is None:
        return "caller"
    rest = getattr(method.node.args.kwarg, "arg", None)
    inside = list(ast.walk(method.node))
    if any(isinstance(node, ast.Constant) and node.value == parameter for node in inside):
        return "nobody"
    handed = [
        keyword
        for node in inside
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"
        for keyword in node.keywords
    ]
    if any(keyword.arg == parameter for keyword in handed):
        return "constructor"
    hands_on = any(
        keyword.arg is None and isinstance(keyword.value, ast.Name) and keyword.value.id == rest for keyword in handed
    )
    return "caller" if hands_on else "constructor"


def origins(index: FileIndex, node: ast.AST | None) -> Iterator[ast.Call]:
    """The calls that may have made the object that an expression is."""
    if node is None:
        return
    for value in index.evaluate(node).alternatives:
        if isinstance(value, Instance) and isinstance(value.origin, ast.Call):
            yield value.origin
