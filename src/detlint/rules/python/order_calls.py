"""Calls around a value whose order is arbitrary: what functions, known ones or out of sight, make of an argument."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detlint.diagnostics import Confidence
from detlint.index.syntax import method_kind
from detlint.index.values import LocalClass, LocalFunction
from detlint.rules.data import load
from detlint.rules.python.order_expressions import ASKED, EXTREMES
from detlint.rules.python.order_facts import Function, table, table_prefix, words
from detlint.rules.python.order_methods import Methods
from detlint.rules.python.order_ties import TIES
from detlint.rules.python.order_track import Track

if TYPE_CHECKING:
    from collections.abc import Callable

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NUMERIC = re.compile(r"(u?int|float|bool|complex|long|short|double|half)\d*_?$")
_GENERATOR = re.compile(r"(^|_)(rng|rand|rnd|random|random_state|generator|prng)(_|$)", re.IGNORECASE)
_ASKING = re.compile(r"_*(check|validate|verify|assert|ensure|is|has|contains?|any|all|count|sort|order|rank)_")
"""Names of functions that look whether something holds for all, or bring what they are given into an order."""

_EACH = re.compile(
    r"(^|_)(ping|block|ban|kill|remove|delete|close|stop|cancel|unlink|clean|cleanup|purge|invalidate)(_|$)"
)
"""Words in names of functions that do the same to each, in any order."""


class Calls(Methods):
    """What calls make of an order."""

    def _starred(self, node: ast.expr, parent: ast.Starred, track: Track) -> None:
        outer = self.index.parent(parent)
        if track.form not in {"set", "list", "mapping"}:
            return
        track = self.ordered(node, track)
        if isinstance(outer, ast.List | ast.Tuple):
            if isinstance(outer.ctx, ast.Load):
                self.follow(outer, track)
        elif isinstance(outer, ast.Call):
            self._spread(parent, outer, track)

    def _spread(self, node: ast.Starred, call: ast.Call, track: Track) -> None:
        """`f(*items)`."""
        names = self.index.callee_names(call)
        attribute = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if (
            self.displays(call)
            or table("calls", "ends").any_of(names)
            or attribute in words("methods", "argument_ends")
        ):
            return
        if table("calls", "keeps").any_of(names) or "builtins.zip" in names:
            self.follow(call, track)
        elif names and not self._local_callees(call):
            # What takes any number of arguments mostly treats them alike.
            self.shows(node, track, "they are arguments by position", Confidence.LOW)

    def _keyword(self, node: ast.expr, parent: ast.keyword, track: Track) -> None:
        call = self.index.parent(parent)
        if isinstance(call, ast.Call):
            self._argument(node, call, track, parent.arg)

    def _called(self, node: ast.expr, parent: ast.Call, track: Track) -> None:
        if node is not parent.func:
            self._argument(node, parent, track)

    def _argument(self, node: ast.expr, call: ast.Call, track: Track, keyword: str | None = None) -> None:
        """What a call makes of the order of an argument."""
        names = self._names_of(call)
        if not EXTREMES.isdisjoint(names) and self._is_place_in_same(node, call):
            return
        if track.form == "set" and (self._makes_numbers(call) or self._becomes_numbers(call)):
            return  # Of numbers, a set has the same order in every run.
        for names_of, handle in _CALLS:
            if names_of().any_of(names):
                handle(self, node, call, track)
                return
        local = self._local_callees(call)
        if local:
            for function, skip in local:
                self._given(node, call, function, skip, keyword, track)
            return
        if self.displays(call) or track.form in {"mapping"}:
            return
        if isinstance(call.func, ast.Attribute) and self._argument_of_method(
            node, call, call.func.attr, track, keyword
        ):
            return
        self._out_of_sight(node, call, names, track, keyword)

    def _becomes_numbers(self, listed: ast.Call) -> bool:
        """Whether an array or a tensor of numbers is made of a list."""
        call = self.index.parent(listed)
        if not isinstance(call, ast.Call) or listed not in call.args[:1]:
            return False
        return self._makes_numbers(call) or (
            table("numbers", "arrays").any_of(self._names_of(call)) and self._indexes(call)
        )

    def _indexes(self, array: ast.Call) -> bool:
        """Whether an array is used as one of several indices of another: it holds numbers."""
        statement = self.index.parent(array)
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        return isinstance(target, ast.Name) and any(
            isinstance(around, ast.Subscript) and isinstance(around.slice, ast.Tuple) and _is_within(load, around.slice)
            for load in self.index.loads(target.id)
            if any(binding.node is target for binding in self.index.bindings(load))
            for around in self.index.ancestors(load)
            if getattr(getattr(around, "value", None), "attr", "") != "loc"
        )

    def _makes_numbers(self, call: ast.Call) -> bool:
        """Whether a call makes an array or a tensor of numbers, by its name or by the type that it is given."""
        names = self._names_of(call)
        if table("numbers", "tensors").any_of(names):
            return True
        given = self.index.arguments(call).get("dtype", 1) if table("numbers", "arrays").any_of(names) else None
        if given is None or given.value is None:
            return False
        said = self.index.constant(given.value)
        kinds = [said] if isinstance(said, str) else [name.rpartition(".")[2] for name in self.index.names(given.value)]
        return any(_NUMERIC.match(kind) for kind in kinds)

    def _names_of(self, call: ast.Call) -> tuple[str, ...]:
        """The names of what is called; of a method also by the very class of its object, whatever class defines it."""
        names = self.index.callee_names(call)
        if isinstance(call.func, ast.Attribute):
            names += tuple(f"{kind}.{call.func.attr}" for kind in self.index.types(call.func.value))
        return names

    def _out_of_sight(
        self, node: ast.expr, call: ast.Call, names: tuple[str, ...], track: Track, keyword: str | None
    ) -> None:
        if track.form == "set":
            for row in _kept():
                if set(row["calls"]).intersection(names) and keyword in row["parameters"]:
                    self.shows(node, replace(track, place=node), "the library keeps the order")
            return
        if track.form == "holder":
            inner = [held for held in track.held() if held.form == "list"]
            if not inner:
                return
            track = inner[0]
        if keyword is not None and (keyword.endswith("__in") or keyword in words("calls", "telling_parameters")):
            return
        if keyword is not None and ASKED.match(keyword):
            return
        if keyword != "ext_modules" and {"setuptools.setup", "distutils.core.setup"}.intersection(names):
            return  # which files are packed, and what is required, is no matter of order
        if isinstance(self.index.parent(call), ast.FormattedValue):
            self.follow(call, Track("text", track.place, confidence=track.confidence))
            return
        if table_prefix(names, words("draws", "prefixes")) or _chooses(call.func):
            self.shows(call, track, "random choices are made among the items by position")
            return
        if track.form == "text" and any(name.endswith("Exception.__init__") for name in self.index.names(call.func)):
            return
        how = "a text is made of it" if track.form == "text" else "it is handed on in that order"
        confidence = Confidence.HIGH if any(not name.startswith("?") for name in names) else Confidence.LOW
        if track.form == "text":
            # Most texts that are handed on are messages; those that are written to a file are told apart before.
            confidence = Confidence.LOW
        elif self.kind == "set" and not _keeps_order(call, names):
            confidence = min(confidence, Confidence.MEDIUM if names else Confidence.LOW)
        word = _word_of(call.func)
        if self._decorates(call) or _ASKING.match(word) or _EACH.search(word):
            confidence = Confidence.LOW
        self.shows(call, track, how, confidence)

    def _decorates(self, call: ast.Call) -> bool:
        """Whether a call makes a decorator: what it is given are mostly the parameters of tests."""
        function = self.index.parent(call)
        return isinstance(function, (*_FUNCTIONS, ast.ClassDef)) and call in function.decorator_list

    def _local_callees(self, call: ast.Call) -> list[tuple[Function, int]]:
        """The functions of this file that a call runs, each with the number of parameters bound already."""
        found: list[tuple[Function, int]] = []
        for value in self.index.evaluate(call.func).alternatives:
            if isinstance(value, LocalFunction) and isinstance(value.node, _FUNCTIONS):
                of_class = self.index.owner(value.node) is not None and value.owner is not None
                bound = of_class and method_kind(value.node) != "static"
                found.append((value.node, 1 if bound else 0))
            elif isinstance(value, LocalClass):
                method = self.index.method(value, "__init__")
                if method is not None and isinstance(method.node, _FUNCTIONS):
                    found.append((method.node, 1))
        return found

    def _given(
        self, node: ast.expr, call: ast.Call, function: Function, skip: int, keyword: str | None, track: Track
    ) -> None:
        """Follow an argument into a function of this file."""
        arguments = function.args
        if keyword is not None:
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            found = next((a for a in every if a.arg == keyword), None)
        else:
            positional = [*arguments.posonlyargs, *arguments.args][skip:]
            number = next((i for i, a in enumerate(call.args) if a is node), -1)
            found = positional[number] if 0 <= number < len(positional) else None
        if found is not None:
            self._enter(function, call, found, track)

    def _enter(self, function: Function, call: ast.Call, argument: ast.arg, track: Track) -> None:
        """Follow what a call gives to a parameter; what the function returns of it, it returns to that call."""
        key = (argument, track.form, track.place, track.numbered)
        known = self._given_back_of.get(key)
        if known is not None:
            for returned in tuple(known):
                self.follow(call, returned)
            return
        entry = self._given_back_of[key] = []
        self._entries.setdefault(function, []).append((call, entry))
        self.parameter(argument, track)
        self._entries[function].pop()

    def _ended(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        return

    def _sorted(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        if track.form == "holder" or (call.args and call.args[0] is not node):
            return
        if track.columns:
            self.follow(call, Track("holder", track.place, items=None, columns=track.columns))
        elif self.ties.of(call):
            self.shows(node, self.ordered(node, track), TIES)

    def _copied(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        """`deepcopy(x)`: the same again."""
        self.follow(call, track)

    def _kept(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        """`list(x)`, `iter(x)`, `map(f, x)`, `chain(a, b)`, `np.array(x)`: the same order."""
        names = self.index.callee_names(call)
        if "builtins.map" in names and call.args and call.args[0] is node:
            return
        # Python's own collections keep what they hold as it is; libraries make one table or tensor of several.
        if track.form == "holder" and not table_prefix(names, ("builtins.", "collections.")):
            if track.items is not None and track.items.form == "set":
                # An array holds sets as they are; what an index gives of it, one set or more of them, is open.
                self.follow(call, replace(track, items=replace(track.items, confidence=Confidence.LOW)))
            elif track.items is not None and track.items.form == "list":
                self.follow(call, track.items)
            return
        if track.form == "mapping" and not any(name.startswith(("builtins.", "itertools.")) for name in names):
            return
        if track.form == "text":
            return
        if track.form == "mapping":
            track = replace(track, form="list", items=None)
        self.follow(call, self.ordered(node, track))

    def _numbered(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        if track.form in {"set", "list", "mapping"}:
            self.follow(call, replace(self.ordered(node, track), form="list", numbered=True))

    def _zipped(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        """`zip(a, b)`: pairs by position, unless the others were made of the same collection."""
        if track.form not in {"set", "list", "mapping"}:
            return
        track = self.ordered(node, track)
        others = [argument for argument in call.args if argument is not node]
        if not any(self._counts(other) for other in others) and all(self.aligned(node, other) for other in others):
            self.follow(call, replace(track, form="list", items=None))
        else:
            self.shows(node, track, "items are paired by position")

    def _counts(self, node: ast.expr) -> bool:
        """`range(…)`, `itertools.count()`: numbers, whatever they were made from."""
        names = self.index.callee_names(node) if isinstance(node, ast.Call) else ()
        return not {"builtins.range", "itertools.count", "numpy.arange"}.isdisjoint(names)

    def _mapped(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        """`dict(x)`, `Counter(x)`, `dict.fromkeys(x)`."""
        if track.numbered:
            self.shows(call, track, "it numbers the items")
        elif track.form in {"set", "list", "mapping"}:
            self.follow(call, Track("mapping", self.ordered(node, track).place, confidence=track.confidence))

    def _made_text(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        if track.form in {"set", "list"} and not track.columns:
            self.follow(call, replace(self.ordered(node, track), form="text"))

    def _shown(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        if not self.displays(call):
            self.shows(call, self.ordered(node, track), "it is written in that order")

    def _summed(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        return

    def _took(self, node: ast.expr, call: ast.Call, track: Track) -> None:
        """`next(x)`."""
        if call.args[0] is not node or track.form not in {"list", "set"} or self.single(node):
            return
        if track.columns:
            self.follow(call, Track("holder", track.place, columns=track.columns))
        elif not isinstance(node, ast.GeneratorExp) and not self.asks_for_any(call):
            self.shows(call, track, "one item is taken")


def _is_within(node: ast.AST, whole: ast.AST) -> bool:
    return any(inner is node for inner in ast.walk(whole))


def _chooses(func: ast.expr) -> bool:
    """`rng.choice`, `self.random_state.permutation`: a generator by its name."""
    if not isinstance(func, ast.Attribute) or func.attr not in words("draws", "methods"):
        return False
    receiver = func.value
    return _GENERATOR.search(_word_of(receiver)) is not None


def _word_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _keeps_order(call: ast.Call, names: tuple[str, ...]) -> bool:
    """Whether a callable is a library's, or a class: these keep what they are given."""
    return any(name.rpartition(".")[2][:1].isupper() or not name.startswith(".") for name in names)


def _kept() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = load(__package__, "order")["kept"]
    return rows


_CALLS: tuple[tuple[Callable[[], Any], Callable[[Calls, ast.expr, ast.Call, Track], None]], ...] = (
    (lambda: table("calls", "sums"), Calls._summed),
    (lambda: table("calls", "pairs"), Calls._zipped),
    (lambda: table("calls", "ends"), Calls._ended),
    (lambda: table("calls", "sorts"), Calls._sorted),
    (lambda: table("calls", "copies"), Calls._copied),
    (lambda: table("calls", "keeps"), Calls._kept),
    (lambda: table("calls", "mappings"), Calls._mapped),
    (lambda: table("calls", "texts"), Calls._made_text),
    (lambda: table("calls", "takes"), Calls._took),
    (lambda: table("calls", "shows"), Calls._shown),
    (lambda: table("calls", "numbers"), Calls._numbered),
)
