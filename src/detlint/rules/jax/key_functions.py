"""What calls of the functions of a file do with keys, and what it means that a key is used up.

A function of the file is run once for each kind of arguments, with stand-ins for what is given to it; what it does is
kept in terms of these, and applied wherever it is called.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.index.values import LocalClass
from detlint.rules.jax.key_expressions import Expressions
from detlint.rules.jax.key_names import KEYLIKE
from detlint.rules.jax.key_state import Frame, Given, Outcome, State, Use
from detlint.rules.jax.key_values import (
    EACH,
    OPAQUE,
    Bound,
    Class,
    Constant,
    Function,
    Items,
    KeyValue,
    Library,
    Member,
    Operation,
    Slice,
    Table,
    Thing,
    Token,
    Transformed,
    element,
    part_of,
    same_part,
    things,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detlint.index import FileIndex
    from detlint.index.tree import FunctionNode
    from detlint.rules.jax.key_elsewhere import Elsewhere
    from detlint.rules.jax.key_lookup import Ways
    from detlint.rules.jax.key_names import KeyNames
from detlint.rules.jax.key_arguments import bind

_READERS = frozenset({f"builtins.{name}" for name in ("list", "tuple", "next", "sum", "dict", "sorted")})
"""What asks a generator for something at once."""
_DEEPEST = 8
MOST_OUTCOMES = 6


@dataclass(frozen=True, slots=True)
class Reuse:
    """A key is used again: where, where it was used up before, and whether that is certain."""

    node: ast.AST
    first: ast.AST
    certain: bool


class Functions(Expressions):
    """Evaluates calls of the functions of one file."""

    def __init__(self, index: FileIndex, names: KeyNames, elsewhere: Elsewhere) -> None:
        super().__init__(index, names)
        self.elsewhere = elsewhere
        self.found: dict[ast.AST, Reuse] = {}
        self._outcomes: dict[object, list[Outcome] | None] = {}
        self._generators: dict[ast.AST, bool] = {}

    def run(
        self, function: FunctionNode, arguments: Mapping[str, KeyValue], depth: int
    ) -> list[tuple[State, KeyValue]]:
        """Run a function of the file."""
        raise NotImplementedError

    # --------------------------------------------------------------------------------------------------------- using up
    def consume(
        self,
        frame: Frame,
        state: State,
        value: KeyValue,
        node: ast.AST,
        *,
        certain: bool = True,
        origin: ast.AST | None = None,
        together: frozenset[Thing] = frozenset(),
    ) -> None:
        """Use up the keys in a value, and report those that are used up already (others of `together` aside)."""
        for thing in things(value):
            self._steps += len(state.consumed) // 8
            held = state.load(thing)
            if not isinstance(held, Thing):
                if held is not OPAQUE:
                    self.consume(frame, state, held, node, certain=certain, origin=origin, together=together)
                continue
            first = self._used_before(state, held, together)
            if first is not None and not frame.muted:
                self._report(node, first, certain and first.certain)
            known = state.consumed.get(held)
            if known is None or (certain and not known.certain):
                state.consumed[held] = Use(node, origin or node, certain)

    def _used_before(self, state: State, thing: Thing, together: frozenset[Thing]) -> Use | None:
        uses = [use for old, use in state.consumed.items() if same_part(old, thing) and old not in together]
        return next((use for use in uses if use.certain), uses[0] if uses else None)

    def _report(self, node: ast.AST, first: Use, certain: bool) -> None:
        known = self.found.get(node)
        if known is None or (certain and not known.certain):
            # A use in a function of this one loop is shown where it happens.
            again = first.node is node or first.origin is node
            self.found[node] = Reuse(node, first.origin if again else first.node, certain)

    def _touch(self, frame: Frame, state: State, value: KeyValue, node: ast.AST) -> None:
        """Give a value to a function out of sight, which may use up the keys in it."""
        for thing in things(value):
            held = state.load(thing)
            if isinstance(held, Thing) and may_be_key(state, held):
                self.consume(frame, state, held, node, certain=False)

    # -------------------------------------------------------------------------------------------- functions of the file
    def _constructed(self, frame: Frame, state: State, node: ast.AST, cls: Class, given: Given, certain: bool) -> Ways:
        made = self.fresh(frame, (node, "object"))
        constructor = self.index.method(LocalClass(cls.node), "__init__")
        if constructor is not None:
            ways = self._apply(frame, state, node, Function(constructor.node, made), given, False, certain)
            return [(after, made) for after, _ in ways]
        for name, value in given.keywords:
            state.heap[made.at(Member(name))] = value
        return [(state, made)]

    def _apply(
        self, frame: Frame, state: State, node: ast.AST, function: Function, given: Given, inner: bool, certain: bool
    ) -> Ways:
        arguments = bind(self.index, function, given)
        standing: dict[Token, KeyValue] = {}
        stand_ins = {
            name: _stand_in(state.load(value), (function.node, name), standing) for name, value in arguments.items()
        }
        outcomes = self._outcomes_of(function.node, stand_ins, frame.depth + 1)
        if outcomes is None:
            for value in given.every:
                self._touch(frame, state, value, node)
            return [(state, self.fresh(frame, node))]
        certain = certain and (not self._is_generator(function.node) or self._is_iterated(self.index.parent(node)))
        ways: Ways = []
        for place, outcome in enumerate(outcomes):
            after = state if place == len(outcomes) - 1 else state.copy()
            ways.append((after, self._happen(frame, after, node, outcome, standing, inner, certain)))
        return ways

    def _happen(
        self,
        frame: Frame,
        state: State,
        node: ast.AST,
        outcome: Outcome,
        standing: dict[Token, KeyValue],
        inner: bool,
        certain: bool,
    ) -> KeyValue:
        """Let an outcome of a function happen at a call of it; gives the call's value."""
        used: dict[Token, set[Thing]] = {}
        for thing, use in outcome.consumed:
            value = self._placed(frame, state, thing, standing, node)
            # What one parameter is used for inside is judged inside. Keys that a function takes from around it are
            # often meant to be the same each time: for an evaluation, or two runs that are compared.
            together = used.setdefault(thing.token, set())
            self.consume(
                frame,
                state,
                value,
                use.origin if inner else node,
                certain=certain and use.certain and thing.token.kind != "free",
                origin=use.origin,
                together=frozenset(together),
            )
            together.update(held for item in things(value) if isinstance(held := state.load(item), Thing))
        result = self._placed(frame, state, outcome.value, standing, node)
        written = [
            (
                thing,
                self._placed(frame, state, thing, standing, node, stored=True),
                self._placed(frame, state, value, standing, node),
            )
            for thing, value in outcome.writes
        ]
        for thing, target, value in written:
            site = thing.token.site
            if thing.token.kind == "free" and not thing.path and isinstance(site, tuple) and site[0] is frame.node:
                state.names[site[1]] = value
            elif isinstance(target, Thing) and target != value:
                state.heap[target] = value
        return result

    def _placed(
        self,
        frame: Frame,
        state: State,
        value: KeyValue,
        standing: dict[Token, KeyValue],
        node: ast.AST,
        stored: bool = False,
    ) -> KeyValue:
        """A value of a function that was called, in terms of its caller."""
        if isinstance(value, Thing):
            token = value.token
            path = tuple(self._placed_step(frame, state, step, standing, node) for step in value.path)
            if token.kind == "parameter":
                start = standing.get(token, OPAQUE)
            elif token.kind == "free":
                start = self._variable(frame, state, value)
            else:
                renamed = Token(token.kind, (node, token.site), (*frame.context, *token.context))
                return Thing(renamed, path)
            return _extended(state, start, path, stored)
        if isinstance(value, Items):
            return Items(tuple(self._placed(frame, state, item, standing, node) for item in value.items))
        if isinstance(value, Table):
            entries = ((key, self._placed(frame, state, item, standing, node)) for key, item in value.entries)
            return Table(tuple(entries))
        if isinstance(value, Operation):
            return Operation(
                value.name, tuple(self._placed(frame, state, item, standing, node) for item in value.operands)
            )
        if isinstance(value, Bound):
            return Bound(
                value.function,
                tuple(self._placed(frame, state, item, standing, node) for item in value.arguments),
                tuple((name, self._placed(frame, state, item, standing, node)) for name, item in value.keywords),
            )
        return value

    def _placed_step(
        self, frame: Frame, state: State, step: object, standing: dict[Token, KeyValue], node: ast.AST
    ) -> object:
        if isinstance(step, Slice):
            low = self._placed_step(frame, state, step.low, standing, node)
            return Slice(low, self._placed_step(frame, state, step.high, standing, node))
        if isinstance(step, KeyValue):
            value = self._placed(frame, state, step, standing, node)
            if value is OPAQUE:
                return self.fresh(frame, (node, "step"))
            return value.value if isinstance(value, Constant) else value
        return step

    def _variable(self, frame: Frame, state: State, thing: Thing) -> KeyValue:
        """A free variable of a function that was called, as the caller sees it."""
        site = thing.token.site
        assert isinstance(site, tuple)
        home, name = site
        if home is frame.node:
            return state.names.get(name, Thing(Token("other", site)))
        return state.load(Thing(thing.token))

    def _outcomes_of(self, node: FunctionNode, arguments: Mapping[str, KeyValue], depth: int) -> list[Outcome] | None:
        """What a function may do; None while it is run, or where calls are nested too deeply."""
        known = (node, tuple(sorted(arguments.items(), key=lambda item: item[0])))
        if known in self._outcomes:
            return self._outcomes[known]
        if depth > _DEEPEST:
            return None
        self._outcomes[known] = None
        outcomes: dict[object, Outcome] = {}
        for state, value in self.run(node, arguments, depth):
            outcome = _outcome(state, value)
            outcomes.setdefault((frozenset(t for t, _ in outcome.consumed), frozenset(outcome.writes), value), outcome)
        found = list(outcomes.values())[:MOST_OUTCOMES]
        self._outcomes[known] = found
        return found

    def is_plain(self, node: FunctionNode) -> bool:
        """Whether calling a function runs it as it is written: it is no generator, and only compiled by decorators."""
        value = None if isinstance(node, ast.Lambda) else self.decorated(node, None, 0)
        while isinstance(value, Transformed) and value.kind == "same":
            value = value.function
        return (
            isinstance(value, Function) and not self._is_generator(node) and not isinstance(node, ast.AsyncFunctionDef)
        )

    def _is_iterated(self, call: ast.AST | None) -> bool:
        """Whether what a generator gives is asked for where it is called, by a loop or by what reads all of it."""
        parent = self.index.parent(call) if call is not None else None
        if isinstance(parent, (ast.For, ast.comprehension)):
            return parent.iter is call and not isinstance(self.index.parent(parent), ast.GeneratorExp)
        if isinstance(parent, ast.Call) and call in parent.args:
            names = self.index.callee_names(parent)
            if "builtins.enumerate" in names:
                return self._is_iterated(parent)
            return not _READERS.isdisjoint(names)
        return False

    def _is_generator(self, node: FunctionNode) -> bool:
        """Whether calling a function does not run it."""
        if node not in self._generators:
            inner = (n for n in ast.walk(node) if isinstance(n, (ast.Yield, ast.YieldFrom)))
            self._generators[node] = any(self.index.function(n) is node for n in inner)
        return self._generators[node]


def _outcome(state: State, value: KeyValue) -> Outcome:
    outside = ("parameter", "free")
    consumed = tuple((thing, use) for thing, use in state.consumed.items() if thing.token.kind in outside)
    writes = tuple((thing, held) for thing, held in state.heap.items() if thing.token.kind in outside)
    return Outcome(consumed, writes, value)


def may_be_key(state: State, thing: Thing) -> bool:
    if thing.token.kind == "key" or any(same_part(old, thing) for old in state.consumed):
        return True
    return bool(KEYLIKE.search(_last_name(thing)))


def _last_name(thing: Thing) -> str:
    for step in reversed(thing.path):
        if isinstance(step, Member):
            return step.name
        if isinstance(step, str) and step != EACH:
            return step
    site = thing.token.site
    if thing.token.kind in ("parameter", "free") and isinstance(site, tuple):
        return next((part for part in reversed(site) if isinstance(part, str)), "")
    return ""


def _extended(state: State, start: KeyValue, path: tuple[object, ...], stored: bool) -> KeyValue:
    """A part of a value; `stored`: the place itself, not what it holds by now."""
    value = start
    for place, step in enumerate(path):
        if isinstance(value, Thing):
            value = state.load(value)
        if isinstance(value, Thing):
            value = value.at(step) if stored and place == len(path) - 1 else state.part(value, step)
        elif isinstance(value, Table):
            value = value.get(step) or OPAQUE
        elif isinstance(value, Items) and isinstance(step, Slice):
            value = part_of(value, step)
        else:
            value = element(value, step)
    return value


def _stand_in(value: KeyValue, site: tuple[object, ...], standing: dict[Token, KeyValue]) -> KeyValue:
    """What stands for an argument while a function is run: constants, callables and containers for themselves."""
    if isinstance(value, (Constant, Library, Class)) or (isinstance(value, Function) and value.owner is None):
        return value
    if isinstance(value, Transformed):
        return Transformed(value.kind, _stand_in(value.function, site, standing), value.axes, value.auxiliary)
    if isinstance(value, Items):
        return Items(tuple(_stand_in(item, (*site, i), standing) for i, item in enumerate(value.items)))
    if isinstance(value, Table):
        return Table(tuple((key, _stand_in(item, (*site, key), standing)) for key, item in value.entries))
    if isinstance(value, Bound):
        return Bound(
            _stand_in(value.function, site, standing),
            tuple(_stand_in(item, (*site, i), standing) for i, item in enumerate(value.arguments)),
            tuple((name, _stand_in(item, (*site, name), standing)) for name, item in value.keywords),
        )
    token = Token("parameter", site)
    standing[token] = value
    return Thing(token)
