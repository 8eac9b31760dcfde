"""The parts of a model that it keeps in containers, and runs where it runs itself: blocks of a `ModuleList`.

Given the index of a file; gives what is made for the containers of a class, each with the attribute that holds it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.index.values import LocalClass, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.index import FileIndex

RUNNING = "forward"
"""The method of a model that runs its parts."""
_MODEL = "torch.nn.Module"
_CONTAINERS = frozenset(
    {
        "torch.nn.Sequential",
        "torch.nn.ModuleList",
        "torch.nn.ModuleDict",
        *(
            f"torch.nn.{kind}.{name}"
            for kind in ("Sequential", "ModuleList")
            for name in ("append", "extend", "insert")
        ),
        "torch.nn.Module.add_module",
        "torch.nn.Module.register_module",
    }
)
_COLLECTING = frozenset({"append", "extend", "insert", "add_module", "register_module"})
_DISPLAYS = (ast.List, ast.Tuple, ast.Dict, ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.AugAssign)


@dataclass(frozen=True, slots=True)
class Part:
    """An object that a class makes for a container: the call, its class, the attribute of the container if known."""

    call: ast.Call
    value: LocalClass | Ref
    attribute: str


def keeps_parts(index: FileIndex, cls: ast.ClassDef | None) -> bool:
    """Whether a class is a model that runs its parts itself."""
    return cls is not None and _running(cls) is not None and _MODEL in index.bases(cls)


def fills_container(index: FileIndex, call: ast.Call) -> bool:
    """Whether a call puts what it is given into a container of the model around it."""
    return keeps_parts(index, index.class_of(call)) and not _CONTAINERS.isdisjoint(index.callee_names(call))


def parts_of(index: FileIndex, cls: ast.ClassDef, calls: Iterable[ast.Call]) -> Iterator[Part]:
    """What a class makes for its containers, of the calls that stand in it."""
    running = _running(cls)
    for call in calls if keeps_parts(index, cls) else ():
        if index.function(call) is running or not _is_collected(index, call):
            continue
        for value in index.evaluate(call.func).alternatives:
            if isinstance(value, LocalClass) or (
                isinstance(value, Ref) and value.name.rpartition(".")[2][:1].isupper()
            ):
                yield Part(call, value, _attribute(index, call))


def _running(cls: ast.ClassDef) -> ast.FunctionDef | None:
    return next((each for each in cls.body if isinstance(each, ast.FunctionDef) and each.name == RUNNING), None)


def _is_collected(index: FileIndex, call: ast.Call) -> bool:
    """Whether what a call makes goes into a container, or into a collection of which one may be made."""
    for around in index.ancestors(call):
        if isinstance(around, _DISPLAYS):
            return True
        if isinstance(around, ast.Call):
            method = around.func.attr if isinstance(around.func, ast.Attribute) else ""
            if method in _COLLECTING or not _CONTAINERS.isdisjoint(index.callee_names(around)):
                return True
        if isinstance(around, ast.Assign):
            return any(isinstance(target, ast.Subscript) for target in around.targets)
        if isinstance(around, ast.stmt):
            return False
    return False


def _attribute(index: FileIndex, call: ast.Call) -> str:
    """The attribute of the object that a statement assigns or changes."""
    statement = index.statement(call)
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        targets = [statement.value.func]
    for target in targets:
        node: ast.AST = target
        while isinstance(node, (ast.Attribute, ast.Subscript)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                return node.attr
            node = node.value
    return ""
