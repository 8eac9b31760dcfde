"""Whether items that differ may tie under the key of a sort, so that they stay in the order in which they came."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.rules.python.order_facts import table, words

if TYPE_CHECKING:
    from detlint.index import FileIndex

TIES = "items whose sort keys are equal stay in that order"
UNTIE = "Let the key tell all items apart, for example `key=lambda item: (…, item)`."
"""How the order shows in a sort, and what to do: to sort once more would change nothing."""


class Ties:
    """Asked about the sorts of one kind of value in one file."""

    def __init__(self, index: FileIndex, kind: str) -> None:
        self.index = index
        self.kind = kind

    def of(self, call: ast.Call) -> bool:
        """Whether items that differ may tie under the key of a sort."""
        key = next((k.value for k in call.keywords if k.arg == "key"), None)
        if key is None or self.kind == "completion":
            return False
        if table("ties").any_of(self.index.names(key)):
            return self.kind == "set" or "builtins.len" in self.index.names(key)
        if isinstance(key, ast.Attribute):
            return self.kind == "set" and key.attr in words("ties", "methods")
        if not isinstance(key, ast.Lambda) or not key.args.args:
            return False
        return self._tying_body(key.body, key.args.args[0].arg)

    def _tying_body(self, body: ast.expr, item: str) -> bool:
        if isinstance(body, ast.Tuple):
            return all(self._tying_body(element, item) for element in body.elts)
        if isinstance(body, ast.UnaryOp):
            return self._tying_body(body.operand, item)
        if isinstance(body, ast.Call):
            if "builtins.len" in self.index.callee_names(body):
                return True
            by_item = isinstance(body.func, ast.Attribute) and body.func.attr in words("ties", "methods")
            return by_item and self.kind == "set" and any(getattr(a, "id", "") == item for a in body.args)
        if isinstance(body, ast.Subscript):
            return self.kind == "set" and getattr(body.slice, "id", "") == item
        return False
