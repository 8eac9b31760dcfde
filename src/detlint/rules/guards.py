"""What stands around a statement: version checks, the opposite branch, cleaning up.

Given the index and a node; knows no library and no rule.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex

_VERSION = re.compile(
    r"version|(^|_)(ge|gt|le|lt|greater|less|newer|older|least|legacy)(_|$)|_?v?\d+_\d+$", re.IGNORECASE
)
_EXITS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_ERRORS = frozenset(
    {"AttributeError", "ImportError", "ModuleNotFoundError", "RuntimeError", "TypeError", "Exception", "BaseException"}
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def version_guarded(index: FileIndex, node: ast.AST, *, tries: bool = True) -> bool:
    """Whether code runs only for some versions of a library: behind a version check, `hasattr`, or in a `try`.

    tries: whether a `try` that may fail counts; it does not where failing is what is wrong.
    """
    child = node
    for ancestor in index.ancestors(node):
        if (
            isinstance(ancestor, ast.If | ast.IfExp | ast.While)
            and child is not ancestor.test
            and _asks_version(index, ancestor.test)
        ):
            return True
        if isinstance(ancestor, ast.BoolOp) and any(
            _asks_version(index, value) for value in ancestor.values if value is not child
        ):
            return True
        if tries and isinstance(ancestor, ast.Try) and child in ancestor.body and any(map(_catches, ancestor.handlers)):
            return True
        if tries and isinstance(ancestor, ast.ExceptHandler) and _catches(ancestor):
            return True
        if isinstance(child, ast.stmt) and any(
            _asks_version(index, branch.test) for branch in _left_before(ancestor, child)
        ):
            return True
        child = ancestor
    return False


def must_fail(index: FileIndex, node: ast.AST) -> bool:
    """Whether a test says that what runs here raises: `with pytest.raises(…)`, `with self.assertRaises(…)`."""
    for ancestor in index.ancestors(node):
        for item in ancestor.items if isinstance(ancestor, ast.With | ast.AsyncWith) else ():
            call = item.context_expr
            callee = call.func if isinstance(call, ast.Call) else None
            name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
            if name == "raises" or name.startswith("assertRaises"):
                return True
    return False


def falls_back(index: FileIndex, node: ast.AST) -> Iterator[list[ast.stmt]]:
    """What runs where a `try` that holds a node fails, or what failed before a handler that holds it runs."""
    child = node
    for ancestor in index.ancestors(node):
        if isinstance(ancestor, ast.Try):
            if child in ancestor.body:
                yield from (handler.body for handler in ancestor.handlers)
            elif isinstance(child, ast.ExceptHandler):
                yield ancestor.body
        child = ancestor


def opposite_branches(index: FileIndex, node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The branches that run where the branch of a node does not, within its function."""
    child = node
    for ancestor in index.ancestors(node):
        if isinstance(ancestor, ast.If) and child is not ancestor.test:
            yield ancestor.orelse if child in ancestor.body else ancestor.body
            if child in ancestor.body and isinstance(ancestor.body[-1], _EXITS):
                yield _following(index.parent(ancestor), ancestor)
        elif isinstance(ancestor, ast.Try) and isinstance(child, ast.ExceptHandler):
            yield ancestor.body
        elif isinstance(ancestor, ast.Match):
            yield from (case.body for case in ancestor.cases if case is not child)
        if isinstance(child, ast.stmt):
            yield from (branch.body for branch in _left_before(ancestor, child))
        if isinstance(ancestor, _FUNCTIONS):
            return
        child = ancestor


def _following(block: ast.AST | None, statement: ast.stmt) -> list[ast.stmt]:
    """The statements after one in its block."""
    for field in ("body", "orelse", "finalbody"):
        statements = getattr(block, field, None)
        if isinstance(statements, list) and statement in statements:
            return statements[statements.index(statement) + 1 :]
    return []


def inside(index: FileIndex, node: ast.AST, around: list[ast.stmt]) -> bool:
    """Whether a node stands in one of the statements."""
    return any(ancestor in around for ancestor in (node, *index.ancestors(node)))


def position(node: ast.AST) -> tuple[int, int]:
    """Where a node starts."""
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def _left_before(block: ast.AST, statement: ast.stmt) -> Iterator[ast.If]:
    """The `if`s before a statement in its block whose body leaves the block."""
    for field in ("body", "orelse", "finalbody"):
        statements = getattr(block, field, None)
        if isinstance(statements, list) and statement in statements:
            for earlier in statements[: statements.index(statement)]:
                if isinstance(earlier, ast.If) and not earlier.orelse and isinstance(earlier.body[-1], _EXITS):
                    yield earlier


def _asks_version(index: FileIndex, test: ast.expr, depth: int = 2) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Attribute) and _VERSION.search(node.attr):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("hasattr", "getattr"):
            return True
        if isinstance(node, ast.Name) and (
            _VERSION.search(node.id) or (depth and _bound_to_version(index, node, depth))
        ):
            return True
    return False


def _bound_to_version(index: FileIndex, name: ast.Name, depth: int) -> bool:
    for binding in index.bindings(name):
        parent = index.parent(binding.node)
        if isinstance(parent, ast.Assign) and _asks_version(index, parent.value, depth - 1):
            return True
    return False


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in _ERRORS for kind in kinds)
