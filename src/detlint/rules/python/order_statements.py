"""Statements and comprehensions around a value whose order is arbitrary: what is returned, looped over, added to."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.rules.python.order_facts import Function, Place, end, names_in, place, table
from detlint.rules.python.order_loops import Body
from detlint.rules.python.order_names import Names
from detlint.rules.python.order_track import Track

if TYPE_CHECKING:
    from collections.abc import Iterable

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)


class Statements(Names):
    """What statements, and comprehensions as loops, make of an order."""

    def _assigned(self, node: ast.expr, parent: ast.Assign, track: Track) -> None:
        for target in parent.targets:
            self.bind(target, track, end(node))

    def _declared(self, node: ast.expr, parent: ast.AnnAssign | ast.NamedExpr, track: Track) -> None:
        if node is not parent.value:
            return
        if isinstance(parent, ast.NamedExpr):
            self.follow(parent, track)
        elif self.kind == "set" and self.elements.annotation_of_numbers(parent.annotation):
            return
        self.bind(parent.target, track, end(node))

    def _augmented(self, node: ast.expr, parent: ast.AugAssign, track: Track) -> None:
        if node is not parent.value or not isinstance(parent.op, ast.Add):
            return
        if track.form in {"list", "text", "set"}:
            self.grown(parent.target, self.ordered(node, track), end(parent))

    def _returned(self, _: ast.expr, parent: ast.Return, track: Track) -> None:
        function = self.index.function(parent)
        if isinstance(function, _FUNCTIONS):
            self.given_by(function, parent, track)

    def given_by(self, function: Function, node: ast.AST, track: Track) -> None:
        """Follow what a function returns or yields to its callers; without any in sight, others keep its lists."""
        if self.kind == "set" and track.form == "set" and self.elements.annotation_of_numbers(function.returns):
            return
        if track.form == "set" and any(isinstance(each.value, ast.Tuple) for each in self.index.returns(function)):
            track = replace(track, confidence=Confidence.LOW)  # its arguments say which it gives
        entries = self._entries.get(function)
        if entries:
            entry, returned = entries[-1]
            returned.append(track)
            self.follow(entry, track)
            return
        key = (function, track.form, track.place, track.columns)
        if key in self._seen:
            return
        self._seen.add(key)
        calls, handed_on = self.facts.calls_of(function)
        for call in calls:
            self.follow(call, track)
        if calls or (not handed_on and self._is_never_called(function)):
            return
        if track.form == "holder":
            for inner in track.held():
                if inner.form in {"list", "text"}:
                    self.shows(node, inner, "it is returned in that order", self._unseen(function, handed_on))
        elif track.form in {"list", "text"}:
            how = "a text is made of it" if track.form == "text" else _given(node)
            self.shows(node, track, how, self._unseen(function, handed_on))

    def _is_never_called(self, function: Function) -> bool:
        """Whether a function within another one, without any call in sight, has none."""
        return isinstance(self.index.parent(function), _FUNCTIONS) and not function.decorator_list

    @staticmethod
    def _unseen(function: Function, handed_on: bool) -> Confidence:
        """How sure it is that the order of what a function gives matters, where no call of it is in sight."""
        if handed_on or function.name in {"__iter__", "__repr__", "__str__", "__dir__", "__contains__", "__reversed__"}:
            return Confidence.LOW
        return Confidence.HIGH

    def _yielded(self, _: ast.expr, parent: ast.Yield, track: Track) -> None:
        """`yield name, list(tags)`: what callers get, one after the other."""
        function = self.index.function(parent)
        if isinstance(function, _FUNCTIONS) and not function.decorator_list and track.form != "mapping":
            self.given_by(function, parent, Track("holder", track.place, items=track))

    def _yielded_from(self, node: ast.expr, parent: ast.YieldFrom, track: Track) -> None:
        function = self.index.function(parent)
        if isinstance(function, _FUNCTIONS) and track.form in {"list", "set"}:
            self.given_by(function, parent, self.ordered(node, track))

    def _entered(self, node: ast.expr, parent: ast.withitem, track: Track) -> None:
        if node is parent.context_expr and parent.optional_vars is not None:
            self.bind(parent.optional_vars, track)

    def _for(self, node: ast.expr, parent: ast.For | ast.AsyncFor, track: Track) -> None:
        if node is not parent.iter:
            return
        self._bind_items(parent.target, track, place(parent.body[0]))
        if track.form in {"set", "list", "mapping"}:
            Body(self, parent, self.ordered(node, track)).visit(parent.target)

    def _bind_items(self, target: ast.expr, track: Track, since: Place) -> None:
        """The targets of a loop over what is followed: what its items are, where that is followed too."""
        if track.numbered and isinstance(target, ast.Tuple) and len(target.elts) == 2:
            target = target.elts[1]
        if track.columns and isinstance(target, ast.Tuple | ast.List):
            for number, inner in track.columns:
                if number < len(target.elts):
                    self.bind(target.elts[number], inner, since)
        elif track.items is not None and track.form != "mapping":
            self.bind(target, track.items, since)

    def _iterated(self, node: ast.expr, parent: ast.comprehension, track: Track) -> None:
        if node is not parent.iter:
            return
        owner = self.index.parent(parent)
        assert isinstance(owner, _COMPREHENSIONS)
        self._bind_items(parent.target, track, (0, 0))
        if track.form == "holder":
            return
        track = self.ordered(node, track)
        parts = [owner.key, owner.value] if isinstance(owner, ast.DictComp) else [owner.elt]
        body = Body(self, owner, track)
        tainted = body.taint(parent.target, owner)
        if track.numbered and isinstance(parent.target, ast.Tuple) and isinstance(parent.target.elts[0], ast.Name):
            counter = parent.target.elts[0].id
            if any(counter in names_in(part) for part in parts) and not isinstance(
                owner, ast.ListComp | ast.GeneratorExp
            ):
                self.shows(owner, track, "it numbers the items")
                return
        if any(body.draws(part) for part in parts):
            self.shows(owner, track, "random numbers are drawn in that order")
            return
        if not any(tainted & names_in(part) for part in parts):
            return
        track = Track("list", track.place, confidence=track.confidence)
        if isinstance(owner, ast.SetComp):
            return
        if isinstance(owner, ast.DictComp):
            self.follow(owner, replace(track, form="mapping"))
        elif not self._reduced(owner, track):
            self.follow(owner, track)

    def _reduced(self, owner: ast.ListComp | ast.GeneratorExp, track: Track) -> bool:
        """Whether a comprehension is only summed up or searched; sums of floats hang on the order."""
        call = self.index.parent(owner)
        if not isinstance(call, ast.Call) or owner not in call.args:
            return False
        names = self.index.callee_names(call)
        if table("calls", "sums").any_of(names):
            if self.elements.is_float(owner.elt):
                self.shows(call, track, "floats are added in that order")
            return True
        if table("calls", "takes").any_of(names):
            tests = [test for generator in owner.generators for test in generator.ifs]
            if not self.searches(tests):
                self.shows(call, track, "the first one is taken", self.first_confidence(tests))
            return True
        return False

    def searches(self, tests: Iterable[ast.expr]) -> bool:
        """Whether conditions look for one certain item: by equality or identity."""
        return any(
            isinstance(inner, ast.Compare)
            and any(isinstance(op, ast.Eq | ast.Is) for op in inner.ops)
            and not any(
                isinstance(side, ast.Constant) and side.value in (None, 0, 1, True, False) for side in inner.comparators
            )
            for test in tests
            for inner in ast.walk(test)
        )

    @staticmethod
    def first_confidence(tests: list[ast.expr]) -> Confidence:
        """How sure it is that several items may fit: certain without a condition, and for parts of names."""
        if not tests:
            return Confidence.HIGH
        parts = {
            "endswith",
            "startswith",
            "match",
            "search",
            "fnmatch",
            "is_file",
            "is_dir",
            "isfile",
            "isdir",
            "suffix",
        }
        asked = {
            inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", "")
            for test in tests
            for inner in ast.walk(test)
        }
        contains = any(isinstance(i, ast.Compare) and isinstance(i.ops[0], ast.In) and isinstance(i.left, ast.Constant)
                       for test in tests for i in ast.walk(test))  # fmt: skip
        return Confidence.HIGH if contains or parts & asked else Confidence.LOW

    def _repeated(self, node: ast.expr, parent: ast.expr, track: Track) -> None:
        """What a comprehension gives for each round."""
        made = parent.value if isinstance(parent, ast.DictComp) else getattr(parent, "elt", None)
        if node is made and not isinstance(parent, ast.SetComp) and track.form != "mapping":
            self.follow(parent, Track("holder", track.place, items=track))


def _given(node: ast.AST) -> str:
    """How what a function gives has the order: a call may give what makes its items one by one."""
    value = node.value if isinstance(node, ast.Return) else node
    made = isinstance(value, ast.Call) and getattr(value.func, "id", "") != "list"
    return "it is returned in that order" if made else "a list is built in that order"
