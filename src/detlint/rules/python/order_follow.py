"""The heart of following a value whose order is arbitrary: where it goes from an expression, and what shows its order.

The other modules are classes on top of this one, each about one kind of code that stands around the expression.
"""

from __future__ import annotations

import ast
import re
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.rules.python.order_facts import table, words
from detlint.rules.python.order_ties import Ties
from detlint.rules.python.order_track import Track, Use

if TYPE_CHECKING:
    from detlint.index import FileIndex
    from detlint.rules.python.order_elements import Elements
    from detlint.rules.python.order_facts import Facts

LIMIT = 600
"""Of the places that one value is followed to; code that goes beyond is generated, or not understood."""
_TELLS = re.compile(r"(^|_)(warn|warning|raise|error|abort|die|fatal|notify|complain)s?(_|$)")

"""What functions are called that tell a person something."""


class Follow(ABC):
    """Follows one value; `found` are the uses of it that hang on its order."""

    def __init__(self, index: FileIndex, facts: Facts, elements: Elements, kind: str) -> None:
        self.index = index
        self.facts = facts
        self.elements = elements
        self.kind = kind
        self.found: list[Use] = []
        self.ties = Ties(index, kind)
        self._seen: set[tuple[object, ...]] = set()
        self._given_back_of: dict[tuple[object, ...], list[Track]] = {}
        """What functions of the file return of what a parameter is given."""
        self._entries: dict[ast.AST, list[tuple[ast.Call, list[Track]]]] = {}
        """The calls by which the value that is followed came into functions, with what these return of it."""

    def shows(self, node: ast.AST, track: Track, how: str, confidence: Confidence = Confidence.HIGH) -> None:
        """Note that an order shows at a node."""
        if not self._is_message(node):
            self.found.append(Use(track.place or node, node, how, min(confidence, track.confidence)))

    def ordered(self, node: ast.AST, track: Track) -> Track:
        """The track after a set was given an order at a node; others have one."""
        if track.form == "set":
            return replace(track, form="list", place=node)
        return track

    def _is_message(self, node: ast.AST) -> bool:
        """Whether a node is part of what is raised, asserted, logged or printed, as the last line of a cell is."""
        if isinstance(self.index.parent(node), ast.Expr) and not isinstance(node, ast.Call | ast.Yield | ast.YieldFrom):
            return True
        for ancestor in self.index.ancestors(node):
            if isinstance(ancestor, ast.Raise | ast.Assert):
                return True
            if isinstance(ancestor, ast.Call) and self.displays(ancestor):
                return True
            if isinstance(ancestor, ast.stmt):
                return False
        return False

    def displays(self, call: ast.Call) -> bool:
        """Whether a call shows its arguments to a person, or makes an error of them."""
        func = call.func
        word = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if isinstance(func, ast.Attribute) and _is_console(func.value):
            return True
        if word.endswith(("Error", "Exception", "Warning", "Failed", "Failure")) or word == "Exit":
            return True
        if isinstance(func, ast.Attribute) and (word in words("methods", "shows") or word.startswith("assert")):
            return True
        if _TELLS.search(word) is not None and self.kind == "set":
            return True
        if not table("calls", "shows").any_of(self.index.callee_names(call)):
            return False
        return not any(k.arg == "file" and self._is_output(k.value) for k in call.keywords)

    def _is_output(self, node: ast.expr) -> bool:
        return not _is_console(node)

    def follow(self, node: ast.expr, track: Track) -> None:
        """Follow the value of an expression to where it goes."""
        key = (node, track.form, track.place, track.numbered)
        if key in self._seen or len(self._seen) > LIMIT:
            return
        self._seen.add(key)
        if track.form == "set" and isinstance(node, ast.Name):
            proven = self.index.narrowed(node)
            if proven and not any("set" in kind.lower() for kind in proven):
                return
        parent = self.index.parent(node)
        if parent is not None:
            self._around(node, parent, track)

    @abstractmethod
    def _around(self, node: ast.expr, parent: ast.AST, track: Track) -> None:
        """What the code around an expression makes of its value."""


def _is_console(node: ast.expr) -> bool:
    """`sys.stdout`, `self.stderr`, `console`: what a person reads."""
    word = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return word in {"stdout", "stderr", "console", "__stdout__", "__stderr__"}
