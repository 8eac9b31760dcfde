"""Names, attributes and items: where a value whose order is arbitrary is kept, and read again.

A collection that grows in an arbitrary order is followed in the same way; a sort in place before it is read ends it.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from detlint.diagnostics import Confidence
from detlint.index import dotted_name
from detlint.index.syntax import method_kind
from detlint.rules.python.order_facts import Function, Place, end, place
from detlint.rules.python.order_follow import LIMIT, Follow
from detlint.rules.python.order_track import Track

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Names(Follow):
    """What is bound, and what is read of it."""

    def bind(self, target: ast.expr, track: Track, since: Place | None = None) -> None:
        """Follow what is assigned to a target."""
        since = since or end(target)
        if isinstance(target, ast.Starred):
            target = target.value
        if isinstance(target, ast.Name):
            cls = self.index.parent(self.index.statement(target))
            if isinstance(cls, ast.ClassDef):
                for read in self.facts.attribute_reads(cls, target.id):
                    self._read(read, target.id, track, since)
            self.named({target}, target.id, track, since)
        elif isinstance(target, ast.Attribute):
            self.attribute(target, track, since)
        elif isinstance(target, ast.Subscript):
            self._item_stored(target, track, since)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpacked(target, track)

    def parameter(self, argument: ast.arg, track: Track) -> None:
        """Follow what is given to a parameter."""
        if self.elements.annotation_of_numbers(argument.annotation) and self.kind == "set":
            return
        if self.kind == "set" and track.form == "set" and self.elements.set_annotation(argument.annotation) is not None:
            return
        self.named({argument}, argument.arg, track, end(argument))

    def named(self, bound: set[ast.AST], name: str, track: Track, since: Place, skip: ast.AST | None = None) -> None:
        """Follow a name from some of its bindings to where it is read after a place."""
        for load in self.index.loads(name):
            if load is skip or self._is_earlier(load, bound, since):
                continue
            if not bound.isdisjoint(b.node for b in self.index.bindings(load)):
                self._read(load, name, track, since)
        for statement in self.facts.augmented(name):
            target = statement.target
            key = (target, track.form, track.place)
            if key in self._seen or target in bound or not isinstance(target, ast.Name) or place(target) <= since:
                continue
            if not bound.isdisjoint(b.node for b in self.index.bindings(target)):
                self._seen.add(key)
                self.named({target}, name, track, since)

    def _is_earlier(self, load: ast.Name, bound: set[ast.AST], since: Place) -> bool:
        """Whether a name is read before a place, in the function that binds it."""
        if place(load) >= since or self._again(load, since):
            return False
        return self.index.function(load) in {self.index.function(b) for b in bound}

    def _again(self, load: ast.AST, since: Place) -> bool:
        """Whether a use that stands above a place may run after it, in the next round of a loop around both."""
        return any(isinstance(a, _LOOPS) and place(a) <= since <= end(a) for a in self.index.ancestors(load))

    def _read(self, load: ast.expr, name: str, track: Track, since: Place) -> None:
        settled = self._sorted_before(load, name, since) if track.form in {"list", "holder"} else None
        if settled is Confidence.HIGH:
            return
        self.follow(load, replace(track, confidence=Confidence.LOW) if settled is Confidence.LOW else track)

    def _sorted_before(self, load: ast.expr, name: str, since: Place) -> Confidence | None:
        """Whether `name.sort()` has run where the name is read: HIGH surely, LOW on some ways only."""
        settled = None
        here = set(self.index.blocks(load))
        for call in self.facts.sorts.get(name, ()):
            if self._is_part(load, call) or place(call) < since or place(call) > place(load):
                continue
            if self.index.function(call) is not self.index.function(load):
                continue
            extra = [block for block in self.index.blocks(call) if block not in here]
            if not extra or all(self._is_default(*block) for block in extra):
                return Confidence.HIGH
            settled = Confidence.LOW
        return settled

    def _is_default(self, node: ast.AST, branch: str) -> bool:
        """Whether a branch is one that a parameter's default takes."""
        return isinstance(node, ast.If) and taken_by_default(self.index, node) == branch

    @staticmethod
    def _is_part(load: ast.expr, call: ast.Call) -> bool:
        return place(call) <= place(load) <= end(call)

    def grown(self, receiver: ast.expr, track: Track, since: Place) -> None:
        """Follow a collection that lives on elsewhere and was added to in an arbitrary order."""
        key = ("grown", receiver, track.form, track.place)
        if key in self._seen or len(self._seen) > LIMIT:
            return
        self._seen.add(key)
        if isinstance(receiver, ast.Name):
            bound: set[ast.AST] = {b.node for b in self.index.bindings(receiver)}
            if isinstance(receiver.ctx, ast.Store):
                bound.add(receiver)
            self.named(bound, receiver.id, track, since, skip=receiver)
            for argument in bound:
                if isinstance(argument, ast.arg):
                    self._given_back(argument, track)
        elif isinstance(receiver, ast.Attribute):
            self.attribute(receiver, track, since)
        elif isinstance(receiver, ast.Subscript):
            self._item_stored(receiver, track, since)
        elif isinstance(receiver, ast.Call):
            method = receiver.func
            if isinstance(method, ast.Attribute) and method.attr == "setdefault":
                self.grown(method.value, Track("holder", track.place, items=track), since)

    def _given_back(self, argument: ast.arg, track: Track) -> None:
        """A parameter that was added to: what callers gave for it has grown."""
        function = self.index.function(argument)
        if not isinstance(function, _FUNCTIONS):
            return
        calls, _ = self.facts.calls_of(function)
        seen = False
        for call in calls:
            given = self._argument_for(call, function, argument) if isinstance(call, ast.Call) else None
            if given is not None and self.index.function(call) is not function:
                seen = True
                if isinstance(given, ast.Name | ast.Attribute):
                    self.grown(given, track, end(call))
        if not seen and track.form in {"list", "text"}:
            self.shows(argument, track, "a list is built in that order")

    def _argument_for(self, call: ast.Call, function: Function, argument: ast.arg) -> ast.expr | None:
        positional = [*function.args.posonlyargs, *function.args.args]
        bound = self.index.owner(function) is not None and method_kind(function) != "static"
        skip = 1 if bound and isinstance(call.func, ast.Attribute) else 0
        where = positional.index(argument) - skip if argument in positional else None
        given = self.index.arguments(call).get(argument.arg, where)
        return given.value if given is not None else None

    def attribute(self, target: ast.Attribute, track: Track, since: Place) -> None:
        """Follow what is stored in an attribute."""
        name = dotted_name(target)
        cls = self.facts.self_class(target)
        key = (cls or name, target.attr, track.form, track.place)
        if key in self._seen or name is None:
            return
        self._seen.add(key)
        if self._sorted_after(name, since, target):
            return
        if cls is not None:
            reads = self.facts.attribute_reads(cls, target.attr)
        else:
            reads = [node for node in self.index.attribute_loads(target.attr) if dotted_name(node) == name]
        reads = [
            r for r in reads
            if place(r) > since or self.index.function(r) is not self.index.function(target) or self._again(r, since)
        ]  # fmt: skip
        for read in reads:
            self._read(read, name, track, since)
        if not reads and cls is not None and track.form in {"list", "text"}:
            self.shows(target, track, "it is kept in that order")

    def _sorted_after(self, name: str, since: Place, target: ast.AST) -> bool:
        """Whether an attribute is sorted in place after it was stored, in the same function."""
        here = set(self.index.blocks(target))
        return any(
            place(call) > since
            and self.index.function(call) is self.index.function(target)
            and set(self.index.blocks(call)) <= here
            and not self.ties.of(call)
            for call in self.facts.sorts.get(name, ())
        )

    def _item_stored(self, target: ast.Subscript, track: Track, since: Place) -> None:
        """`table[key] = …`: with a constant key that item is followed, else the items of the table."""
        name = dotted_name(target.value)
        if isinstance(target.slice, ast.Slice):
            if name is not None and isinstance(target.value, ast.Name | ast.Attribute):
                self.grown(target.value, track, since)
        elif isinstance(target.slice, ast.Constant):
            for read in self.facts.items(name or "", target.slice.value):
                if place(read) > since or self.index.function(read) is not self.index.function(target):
                    self.follow(read, track)
        elif isinstance(target.value, ast.Name | ast.Attribute):
            self.grown(target.value, Track("holder", track.place, items=track), since)

    def _unpacked(self, target: ast.Tuple | ast.List, track: Track) -> None:
        columns = dict(track.columns)
        if columns or track.form == "holder":
            for number, element in enumerate(target.elts):
                inner = columns.get(number, track.items)
                if inner is not None:
                    self.bind(element, inner)
        elif (
            track.form in {"set", "list"}
            and len(target.elts) > 1
            and not track.numbered
            and not self._rest_is_refused(target)
        ):
            parent = self.index.parent(target)
            where = parent.value if isinstance(parent, ast.Assign) else target
            self.shows(where, self.ordered(where, track), "its elements are unpacked by position")

    def _rest_is_refused(self, target: ast.Tuple | ast.List) -> bool:
        """`first, *others = names` and then `if others: raise`."""
        rest = [e.value.id for e in target.elts if isinstance(e, ast.Starred) and isinstance(e.value, ast.Name)]
        if len(target.elts) != 2 or not rest:
            return False
        tests = [self.index.parent(load) for load in self.index.loads(rest[0])]
        return any(isinstance(t, ast.If) and any(isinstance(s, ast.Raise) for s in t.body) for t in tests) or any(
            isinstance(self.index.parent(t), ast.Assert) for t in tests if isinstance(t, ast.UnaryOp)
        )


def taken_by_default(index: FileIndex, node: ast.If) -> Literal["body", "orelse", ""]:
    """The branch that a parameter's default takes: the body of `if sort:` with `sort=True` among the parameters."""
    negated = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
    name = node.test.operand if isinstance(node.test, ast.UnaryOp) and negated else node.test
    function = index.function(node)
    if not isinstance(function, _FUNCTIONS) or not isinstance(name, ast.Name):
        return ""
    default = next((each for argument, each in _defaults(function.args) if argument.arg == name.id), None)
    value = default.value if isinstance(default, ast.Constant) else None
    return "" if not isinstance(value, bool) else "body" if value is not negated else "orelse"


def _defaults(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    yield from zip(positional, [*[None] * missing, *arguments.defaults], strict=True)
    yield from zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
