"""Whether a pattern of `glob` may match several files: one without a wildcard is the name of one.

Given the index, a call of a listing and its names; says how sure it is that several files may come.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.rules.python.order_facts import words

if TYPE_CHECKING:
    from detlint.index import FileIndex

_WILDCARDS = frozenset("*?[")


def several_match(index: FileIndex, call: ast.Call, names: tuple[str, ...]) -> Confidence | None:
    """How sure it is that a listing gives more than one file; None where its pattern has no wildcard.

    In a text with values that are not known (`f"{folder}/{name}.csv"`) one of those may bring a wildcard.
    """
    if words("listings", "patterns").isdisjoint(names):
        return Confidence.HIGH
    given = index.arguments(call)
    pattern = given.get("pathname", 0) or given.get("pattern", 0)
    if pattern is None or pattern.value is None:
        return Confidence.HIGH
    known = index.constant(pattern.value)
    if isinstance(known, str):
        return Confidence.HIGH if _WILDCARDS.intersection(known) else None
    text = _text(index, pattern.value)
    return Confidence.LOW if text is not None and _names_one(index, text) else Confidence.HIGH


def _text(index: FileIndex, node: ast.expr) -> ast.JoinedStr | None:
    """The text with values in it that a pattern is, also by the only name that it has."""
    if isinstance(node, ast.Name):
        bindings = index.bindings(node)
        statement = index.statement(bindings[0].node) if len(bindings) == 1 else None
        if not isinstance(statement, ast.Assign) or statement.targets != [bindings[0].node]:
            return None
        node = statement.value
    return node if isinstance(node, ast.JoinedStr) else None


def _names_one(index: FileIndex, text: ast.JoinedStr) -> bool:
    """Whether a text writes out part of a file's name, and no wildcard in what is known of it."""
    known = [index.constant(piece.value if isinstance(piece, ast.FormattedValue) else piece) for piece in text.values]
    texts = [piece for piece in known if isinstance(piece, str)]
    end = text.values[-1] if text.values else None
    named = isinstance(end, ast.Constant) and any(letter.isalpha() for letter in str(end.value).rpartition("/")[2])
    return named and not any(_WILDCARDS.intersection(piece) for piece in texts)
