"""Repairs of keys that are used twice: the key is split before its first use, which gets the part.

Given the index and a reuse; gives the fix. None where the two uses are not in one function under one name, and where
the first use stands in what runs several times or later: a lambda, a condition of a loop.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.rules.repairs import Repair

if TYPE_CHECKING:
    from detlint.context import Context
    from detlint.diagnostics import Fix
    from detlint.index import FileIndex
    from detlint.rules.jax.key_functions import Reuse

_KEY = re.compile(r"key|rng|seed|prng", re.IGNORECASE)
_SPLIT = "jax.random.split"
_MESSAGE = "Split the key first"
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return)
_LATER = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_PARTS = ("subkey", "subkey2", "subkey3", "subkey4")


def split_fix(context: Context, reuse: Reuse) -> Fix | None:
    """The fix that splits a key before it is used for the first time, or in each round of a loop."""
    index = context.index
    first, second = _call(index, reuse.first), _call(index, reuse.node)
    if first is None or second is None:
        return None
    if first is second:
        return _split_in_loop(context, first)
    if _is_shown(index, first) and first is not second:
        return None  # a notebook that tells about keys shows what this one gives
    used, again = _keys(first), _keys(second)
    common = [used[name] for name in used if name in again]
    if len(common) != 1 or index.function(first) is not index.function(second):
        return None
    moved = _split_earlier(context, common[0], second)
    return moved if moved is not None else _split_before(context, common[0])


def _is_shown(index: FileIndex, call: ast.Call) -> bool:
    """Whether nothing is done with what a call gives."""
    return isinstance(index.parent(call), ast.Expr)


def _split_before(context: Context, key: ast.Name) -> Fix | None:
    """Split a key before the statement that uses it, and give that use the part."""
    index = context.index
    statement = index.statement(key)
    if not isinstance(statement, _SIMPLE) or key.id not in next(index.visible(statement)):
        return None
    for ancestor in index.ancestors(key):
        if ancestor is statement:
            break
        if isinstance(ancestor, _LATER):
            return None
    repair = Repair(context)
    left = _unused_part(index, statement, key)
    if left:
        repair.replace(key, left)
        return repair.unsafe("Use the part of the key that is there for it")
    part = _part(index, statement)
    if not part:
        return None
    repair.insert_before(statement, f"{key.id}, {part} = {repair.name(_SPLIT, statement)}({key.id})")
    repair.replace(key, part)
    return repair.unsafe(_MESSAGE)


def _split_earlier(context: Context, key: ast.Name, split: ast.Call) -> Fix | None:
    """Move a `key, _ = split(key)` of the same block from below the first use to above it."""
    index = context.index
    statement, later = index.statement(key), index.statement(split)
    block = next((body for body in _blocks(index.parent(statement)) if statement in body and later in body), [])
    if _parts(index, later, key.id) != "_" or not isinstance(statement, _SIMPLE) or statement is later:
        return None
    between = block[block.index(statement) : block.index(later)]
    uses = [node for each in between for node in ast.walk(each) if isinstance(node, ast.Name) and node.id == key.id]
    part = _part(index, statement)
    if uses != [key] or not part:
        return None
    repair = Repair(context)
    repair.insert_before(statement, f"{key.id}, {part} = {repair.name(_SPLIT, statement)}({key.id})")
    repair.replace(key, part)
    repair.remove_statement(later)
    return repair.unsafe(_MESSAGE)


def _parts(index: FileIndex, statement: ast.stmt, key: str) -> str:
    """The name of the part in `key, part = split(key)`; "" for any other statement."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    names = [getattr(each, "id", "") for each in target.elts] if isinstance(target, ast.Tuple) else []
    value = getattr(statement, "value", None)
    if len(names) != 2 or names[0] != key or not isinstance(value, ast.Call) or value.keywords:
        return ""
    given = [getattr(each, "id", "") for each in value.args]
    return names[1] if given == [key] and index.callee_names(value) == (_SPLIT,) else ""


def _unused_part(index: FileIndex, statement: ast.stmt, key: ast.Name) -> str:
    """The part of a key that was split off just before a statement, and that nothing uses."""
    block = next((body for body in _blocks(index.parent(statement)) if statement in body), [])
    for before in reversed(block[: block.index(statement)] if block else []):
        part = _parts(index, before, key.id)
        if part:
            is_free = part != "_" and not any(_is_after(load, before) for load in index.loads(part))
            return part if is_free else ""
        if any(isinstance(node, ast.Name) and node.id == key.id for node in ast.walk(before)):
            return ""
    return ""


def _is_after(node: ast.expr, statement: ast.stmt) -> bool:
    return node.lineno > statement.lineno


def _blocks(parent: ast.AST | None) -> list[list[ast.stmt]]:
    return [body for name in ("body", "orelse", "finalbody") if isinstance(body := getattr(parent, name, None), list)]


def _split_in_loop(context: Context, call: ast.Call) -> Fix | None:
    """Give each round of a loop or comprehension a key of its own."""
    index = context.index
    keys = _keys(call)
    if len(keys) != 1:
        return None
    (key,) = keys.values()
    for ancestor in index.ancestors(call):
        if isinstance(ancestor, _LATER):
            return _split_for_items(context, ancestor, key)
        if isinstance(ancestor, (ast.For, ast.While)):
            return _split_before(context, key) if _is_in_body(index, ancestor, call) else None
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
    return None


def _split_for_items(context: Context, comprehension: ast.AST, key: ast.Name) -> Fix | None:
    """`[f(key) for _ in range(n)]` goes through the parts of the key instead."""
    index = context.index
    clauses: list[ast.comprehension] = getattr(comprehension, "generators", [])
    if len(clauses) != 1 or clauses[0].ifs or not isinstance(clauses[0].target, ast.Name):
        return None
    clause = clauses[0]
    counted, name = clause.iter, clauses[0].target.id
    inside = [node for node in ast.walk(comprehension) if isinstance(node, ast.Name)]
    if (
        not isinstance(counted, ast.Call)
        or index.callee_names(counted) != ("builtins.range",)
        or len(counted.args) != 1
        or [node.id for node in inside].count(name) != 1
        or [node.id for node in inside].count(key.id) != 1
    ):
        return None
    part = _part(index, index.statement(key))
    if not part:
        return None
    repair = Repair(context)
    split = repair.name(_SPLIT, index.statement(key))
    repair.replace(key, part)
    repair.replace(clause.target, part)
    repair.replace(counted, f"{split}({key.id}, {repair.code(counted.args[0])})")
    return repair.unsafe(_MESSAGE)


def _call(index: FileIndex, node: ast.AST) -> ast.Call | None:
    """The call that a use is, or whose callee it is."""
    if isinstance(node, ast.Call):
        return node
    parent = index.parent(node)
    return parent if isinstance(parent, ast.Call) and parent.func is node else None


def _keys(call: ast.Call) -> dict[str, ast.Name]:
    """The names that a call is given which may be keys, each once."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    names = [node for node in given if isinstance(node, ast.Name) and _KEY.search(node.id)]
    ids = [node.id for node in ast.walk(call) if isinstance(node, ast.Name)]
    return {node.id: node for node in names if ids.count(node.id) == 1}


def _is_in_body(index: FileIndex, loop: ast.For | ast.While, node: ast.AST) -> bool:
    statement = index.statement(node)
    return statement is not loop and any(statement in ast.walk(each) for each in loop.body)


def _part(index: FileIndex, statement: ast.stmt) -> str:
    """A name for the part of a key: a free one, or one whose value is used no more."""
    for name in _PARTS:
        uses = [load for load in index.loads(name) if index.function(load) is index.function(statement)]
        if name not in next(index.visible(statement)) and not uses:
            return name
        if not _is_repeated(index, statement) and all(use.lineno < statement.lineno for use in uses):
            return name
    return ""


def _is_repeated(index: FileIndex, statement: ast.stmt) -> bool:
    for ancestor in index.ancestors(statement):
        if isinstance(ancestor, (ast.For, ast.AsyncFor, ast.While)):
            return True
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
    return False
