"""Small questions about the shape of code, which need no evaluation."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def dotted_name(node: ast.AST) -> str | None:
    """`a.b.c` as text, for a chain of attributes on a name; None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))


def is_main_guard(test: ast.expr) -> bool:
    """Whether a condition is `__name__ == "__main__"`, in either order."""
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
        return False
    sides = [test.left, test.comparators[0]]
    return any(isinstance(s, ast.Name) and s.id == "__name__" for s in sides) and any(
        isinstance(s, ast.Constant) and s.value == "__main__" for s in sides
    )


def leftmost(node: ast.AST) -> ast.Name | None:
    """The name that a chain of calls, items and attributes starts from."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        else:
            return None
    return node


def conjuncts(test: ast.expr) -> list[ast.expr]:
    return list(test.values) if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def default_of(arguments: ast.arguments, node: ast.arg) -> ast.expr | None:
    positional = [*arguments.posonlyargs, *arguments.args]
    if node in positional:
        index = positional.index(node) - (len(positional) - len(arguments.defaults))
        return arguments.defaults[index] if index >= 0 else None
    if node in arguments.kwonlyargs:
        return arguments.kw_defaults[arguments.kwonlyargs.index(node)]
    return None


def method_kind(function: ast.AST) -> str:
    """What a method is bound to by its first parameter: `instance`, `class`, or nothing (`static`)."""
    for decorator in getattr(function, "decorator_list", ()):
        name = decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")
        if name == "staticmethod":
            return "static"
        if name == "classmethod":
            return "class"
    name = getattr(function, "name", "")
    return "class" if name in {"__new__", "__init_subclass__", "__class_getitem__"} else "instance"


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def outermost_string(around: Iterable[ast.AST]) -> ast.AST | None:
    """The f-string that holds a node, told from what is around it, nearest first.

    Before Python 3.12 none of its parts has a position that can be trusted.
    """
    found = None
    for outer in around:
        if isinstance(outer, ast.stmt):
            break
        if isinstance(outer, ast.JoinedStr):
            found = outer
    return found
