"""Methods around a value whose order is arbitrary: its own, and those of others that are given it."""

from __future__ import annotations

import ast
from dataclasses import replace

from detlint.diagnostics import Confidence
from detlint.rules.python.order_expressions import Expressions
from detlint.rules.python.order_facts import end, names_in, place, words
from detlint.rules.python.order_loops import Body
from detlint.rules.python.order_ties import TIES
from detlint.rules.python.order_track import Track

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Methods(Expressions):
    """What methods that are known by their names make of an order."""

    def _argument_of_method(
        self, node: ast.expr, call: ast.Call, method: str, track: Track, keyword: str | None
    ) -> bool:
        """A method that is known by its name alone; False if it is not."""
        if method in words("methods", "argument_ends"):
            return True
        if method == "join":
            self._joined(node, call, track)
            return True
        if method in words("methods", "argument_grows"):
            if track.form in {"list", "set", "mapping"} and isinstance(call.func, ast.Attribute):
                self.grown(call.func.value, self.ordered(node, replace(track, numbered=False)), end(call))
            return True
        if method == "setdefault" and isinstance(call.func, ast.Attribute):
            self.grown(call.func.value, Track("holder", track.place, items=track), place(call))
            return True
        if method in {"append", "insert", "put", "get", "pop", "appendleft"}:
            if (
                method in {"append", "appendleft"}
                and isinstance(call.func, ast.Attribute)
                and track.form in {"list", "set"}
            ):
                self.grown(call.func.value, Track("holder", track.place, items=track), end(call))
            return True
        if method in words("methods", "argument_keeps"):
            if track.form in {"list", "set"}:
                self.follow(call, Track("list", self.ordered(node, track).place, confidence=track.confidence))
            return True
        if method in words("methods", "argument_writes"):
            if track.form in {"list", "text"} or (
                track.form == "set" and method in {"writelines", "writerow", "writerows"}
            ):
                self.shows(call, self.ordered(node, track), "it is written in that order")
            return True
        if method == "format" and track.form in {"list", "text", "set"}:
            self.follow(call, replace(self.ordered(node, track), form="text"))
            return True
        return False

    def _joined(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        """`", ".join(x)`; paths and tables are joined too, but not from sets."""
        if track.form in {"set", "list", "mapping"} and not isinstance(node, ast.Starred):
            self.follow(call, Track("text", self.ordered(node, track).place, confidence=track.confidence))

    def _attribute(self, node: ast.expr, parent: ast.Attribute, track: Track) -> None:
        """An attribute or method of what is followed."""
        call = self.index.parent(parent)
        if not isinstance(call, ast.Call) or call.func is not parent:
            if parent.attr in words("methods", "list_same") and track.form == "list":
                self.follow(parent, track)
            elif (parent.attr in {"loc", "iloc"} and track.form == "list") or parent.attr == "append":
                return
            return
        if track.form == "set":
            self._method_of_set(node, call, parent.attr, track)
        elif track.form == "list":
            self._method_of_list(node, call, parent.attr, track)
        elif track.form in {"mapping", "holder"}:
            self._method_of_mapping(node, call, parent.attr, track)
        elif parent.attr in words("methods", "list_same") or parent.attr == "join":
            self.follow(call, track)

    def _method_of_set(self, node: ast.expr, call: ast.Call, method: str, track: Track) -> None:
        if method in words("methods", "set_same"):
            if not (method == "intersection" and any(self.elements.holds_numbers(a) for a in call.args)):
                self.follow(call, track)
        elif method == "pop" and not call.args and not self.single(node):
            loop = self._worklist(node)
            if loop is None:
                if not isinstance(self.index.parent(call), ast.Expr):
                    self.shows(node, self.ordered(node, track), "one item is taken")
            else:
                self._worked_off(call, loop, self.ordered(node, track))
        elif method == "__iter__":
            self.follow(call, self.ordered(node, track))

    def _worklist(self, node: ast.expr) -> ast.While | None:
        """The loop that runs until a collection is empty."""
        names = names_in(node)
        for ancestor in self.index.ancestors(node):
            if isinstance(ancestor, ast.While) and names & names_in(ancestor.test):
                return ancestor
            if isinstance(ancestor, _FUNCTIONS):
                return None
        return None

    def _worked_off(self, call: ast.Call, loop: ast.While, track: Track) -> None:
        target = self.index.parent(call)
        if isinstance(target, ast.Assign | ast.NamedExpr):
            name = target.targets[0] if isinstance(target, ast.Assign) else target.target
            Body(self, loop, replace(track, confidence=Confidence.LOW)).visit(name)

    def _method_of_list(self, node: ast.expr, call: ast.Call, method: str, track: Track) -> None:
        if method == "sort":
            if self.ties.of(call):
                self.shows(node, track, TIES)
        elif method in {"pop", "popleft", "__getitem__"}:
            loop = self._worklist(node)
            if loop is None and not self.single(node) and not isinstance(self.index.parent(call), ast.Expr):
                self.shows(call, track, "one item is taken by position")
            elif loop is not None:
                self._worked_off(call, loop, track)
        elif method == "index":
            if not self._is_place_in_same(node, call):
                self.shows(call, track, "a position is looked up")
        elif method in words("methods", "list_writes"):
            self.shows(call, track, "it is written in that order")
        elif method in words("methods", "list_same"):
            self.follow(call, Track("list", track.place, confidence=track.confidence))
        elif method in {"__next__", "next"}:
            self.shows(call, track, "one item is taken")
        elif method == "sample":
            self.shows(call, track, "random choices are made among the items by position")

    def _is_place_in_same(self, node: ast.expr, call: ast.Call) -> bool:
        """`types[names.index("A")]`, where `names` was made from `types`: the same item, wherever it is."""
        taken = self.index.parent(call)
        if isinstance(taken, ast.Assign) and isinstance(taken.targets[0], ast.Name):
            loads = self.index.loads(taken.targets[0].id)
            uses = [load for load in loads if any(b.node is taken.targets[0] for b in self.index.bindings(load))]
            parents = [self.index.parent(load) for load in uses]
            return bool(uses) and all(
                isinstance(each, ast.Subscript) and each.slice is load and self.aligned(node, each.value)
                for load, each in zip(uses, parents, strict=True)
            )
        return isinstance(taken, ast.Subscript) and taken.slice is call and self.aligned(node, taken.value)

    def _method_of_mapping(self, node: ast.expr, call: ast.Call, method: str, track: Track) -> None:
        if track.form == "holder":
            if method == "values" and track.items is not None:
                self.follow(call, track)
            elif method == "items" and track.items is not None:
                self.follow(call, Track("holder", track.place, columns=((1, track.items),)))
            elif method in {"get", "pop", "setdefault"} and track.items is not None:
                self.follow(call, track.items)
        elif method in {"keys", "values", "items"}:
            self.follow(call, replace(track, items=None))
        elif method == "copy":
            self.follow(call, track)
        elif method == "most_common" and not call.args:
            return
        elif method == "popitem":
            self.shows(call, track, "one item is taken")
