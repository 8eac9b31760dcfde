"""Whether a model does something only while it trains, as layers that drop paths or patches do."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index import dotted_name

if TYPE_CHECKING:
    from detlint.index import FileIndex

_ASKING = "training"
"""What tells whether a model trains: an attribute, of whatever object, or a parameter that is called so."""


def needs_training(test: ast.expr) -> bool:
    """Whether a test holds only in training: `self.training and p > 0`."""
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    return any((dotted_name(part) or "").rpartition(".")[2] == _ASKING for part in parts)


def excludes_training(test: ast.expr) -> bool:
    """Whether a test holds whenever nothing trains: `not self.training or p == 0`."""
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else [test]
    denied = (part.operand for part in parts if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not))
    return any(map(needs_training, denied))


def positive_only_in_training(index: FileIndex, value: ast.expr) -> bool:
    """Whether a number is 0 unless the model trains: `p if self.training else 0.0`, also by a name for it."""
    if isinstance(value, ast.Name):
        bindings = index.bindings(value)
        parent = index.parent(bindings[0].node) if len(bindings) == 1 else None
        value = parent.value if isinstance(parent, ast.Assign) else value
    return isinstance(value, ast.IfExp) and (
        (needs_training(value.test) and index.constant(value.orelse) == 0)
        or (excludes_training(value.test) and index.constant(value.body) == 0)
    )
