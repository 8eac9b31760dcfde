"""How a value whose order is arbitrary is used: followed from where it is made to where its order comes to show.

Given the index of a file and an expression that gives a listing, a set or results as they are ready; gives the uses
that hang on the order. What becomes of the order is told by the structure of the code: counting, searching, sorting
before use, sets and keyed dicts end it; lists, text and numbers made of it carry it on. Knows no rule.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.rules.python.order_calls import Calls

if TYPE_CHECKING:
    from collections.abc import Callable

    from detlint.rules.python.order_track import Track


class Uses(Calls):
    """Follows one value; `found` are the uses of it that hang on its order."""

    def _around(self, node: ast.expr, parent: ast.AST, track: Track) -> None:
        handler = _PARENTS.get(type(parent))
        if handler is not None:
            handler(self, node, parent, track)


_PARENTS: dict[type[ast.AST], Callable[..., None]] = {
    ast.Assign: Uses._assigned,
    ast.AnnAssign: Uses._declared,
    ast.NamedExpr: Uses._declared,
    ast.AugAssign: Uses._augmented,
    ast.Return: Uses._returned,
    ast.Yield: Uses._yielded,
    ast.YieldFrom: Uses._yielded_from,
    ast.withitem: Uses._entered,
    ast.For: Uses._for,
    ast.AsyncFor: Uses._for,
    ast.comprehension: Uses._iterated,
    ast.ListComp: Uses._repeated,
    ast.GeneratorExp: Uses._repeated,
    ast.DictComp: Uses._repeated,
    ast.BinOp: Uses._operated,
    ast.BoolOp: Uses._through,
    ast.IfExp: Uses._conditional,
    ast.Await: Uses._through,
    ast.FormattedValue: Uses._formatted,
    ast.Subscript: Uses._subscripted,
    ast.List: Uses._displayed,
    ast.Tuple: Uses._displayed,
    ast.Dict: Uses._entry,
    ast.Starred: Uses._starred,
    ast.keyword: Uses._keyword,
    ast.Call: Uses._called,
    ast.Attribute: Uses._attribute,
}
