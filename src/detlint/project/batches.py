"""Loops over batches as effects: a program that only reads its data shuffled draws when it loops, not when it loads."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index.values import Instance
from detlint.project.effects import Effect

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from detlint.index import FileIndex
    from detlint.project.effects import StatementEffects

_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)


def loops_over(library: str, types: Collection[str]) -> StatementEffects:
    """What finds the loops over objects of these types, of a module that a file must import, each as work."""

    def find(index: FileIndex) -> Iterator[tuple[ast.AST, Effect]]:
        if library in index.imports:
            for source in _sources(index):
                if any(_is_of(index, part, types) for part in _behind(source)):
                    yield source, Effect("op", "batches")

    return find


def _sources(index: FileIndex) -> Iterator[ast.expr]:
    """What the loops, the comprehensions and the calls of `iter` run over."""
    for node in index.nodes(*_LOOPS):
        assert isinstance(node, _LOOPS)
        yield node.iter
    for call in index.calls:
        if isinstance(call.func, ast.Name) and call.func.id == "iter" and call.args:
            yield call.args[0]


def _behind(source: ast.expr) -> Iterator[ast.expr]:
    """An expression and what it is made from: `tqdm(loader)` and `data.take(3)` run over the loader and the data."""
    pending = [source]
    while pending:
        part = pending.pop()
        yield part
        if isinstance(part, ast.Call):
            pending += part.args[:1]
            if isinstance(part.func, ast.Attribute):
                pending.append(part.func.value)


def _is_of(index: FileIndex, node: ast.expr, types: Collection[str]) -> bool:
    return any(isinstance(each, Instance) and each.type in types for each in index.evaluate(node).alternatives)
