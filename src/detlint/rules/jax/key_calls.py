"""What calls do with keys: functions of `jax.random`, transformations, loops of `jax.lax`, functions of the file.

A function of the file is run once for each kind of arguments, with stand-ins for what is given to it; what it does is
kept in terms of these, and applied wherever it is called.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.index.values import Instance, LocalClass
from detlint.rules.jax.facts import PARTIALS, key_facts
from detlint.rules.jax.key_expressions import Expressions, Ways
from detlint.rules.jax.key_names import KEYLIKE
from detlint.rules.jax.key_state import Frame, Given, Outcome, State, Use
from detlint.rules.jax.key_values import (
    CALLABLES,
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
    constant,
    element,
    is_definite,
    part_of,
    same_part,
    things,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detlint.index import FileIndex
    from detlint.index.tree import FunctionNode
    from detlint.rules.jax.key_elsewhere import Elsewhere, KeyUse
    from detlint.rules.jax.key_names import KeyNames

_DEEPEST = 8
_MOST_OUTCOMES = 6
_QUESTIONS = frozenset({"isinstance", "callable", "hasattr", "len", "jax.numpy.ndim", "bool", "int"})
_PYTHON_ITERATORS = frozenset({"range", "enumerate", "zip"})
_METHODS_OF_TABLES = frozenset({"items", "keys", "values", "get", "pop"})


@dataclass(frozen=True, slots=True)
class Reuse:
    """A key is used again: where, where it was used up before, and whether that is certain."""

    node: ast.AST
    first: ast.AST
    certain: bool


class Calls(Expressions):
    """Evaluates calls."""

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

    # --------------------------------------------------------------------------------------------------- using up
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
            if isinstance(held, Thing) and _may_be_key(state, held):
                self.consume(frame, state, held, node, certain=False)

    # ------------------------------------------------------------------------------------------------------ calls
    def _call(self, frame: Frame, state: State, node: ast.Call) -> Ways:
        if not self.names.matters(node) and not self._asks_or_counts(node):
            return [(state, self.fresh(frame, node))]
        ways: Ways = []
        for entered, (function, receiver) in self._callee(frame, state, node):
            plain = [a.value if isinstance(a, ast.Starred) else a for a in node.args]
            every = [*plain, *(k.value for k in node.keywords)]
            for after, values in self.evaluate_all(frame, entered, every):
                given = _given(node, values)
                if function is None and isinstance(node.func, ast.Attribute):
                    ways += self._unknown_method(frame, after, node, receiver, given)
                else:
                    ways += self.call(frame, after, node.func, function, given)
        return ways

    def _asks_or_counts(self, node: ast.Call) -> bool:
        """Whether a call gives what loops and conditions are told by: `range(n)`, `isinstance(x, T)`."""
        static = self.static(node.func) if isinstance(node.func, ast.Name) else None
        return isinstance(static, Library) and not (_PYTHON_ITERATORS | _QUESTIONS).isdisjoint(static.names)

    def _callee(
        self, frame: Frame, state: State, node: ast.Call
    ) -> list[tuple[State, tuple[KeyValue | None, KeyValue]]]:
        """What is called, or None; for methods of unknown objects also the object."""
        func = node.func
        if isinstance(func, ast.Attribute) and self.static(func) is None and self._method(func) is None:
            return [(after, (None, value)) for after, value in self.evaluate(frame, state, func.value)]
        found: list[tuple[State, tuple[KeyValue | None, KeyValue]]] = []
        for after, value in self.evaluate(frame, state, func):
            called: KeyValue | None = value if isinstance(value, CALLABLES) else None
            if called is None and isinstance(value, Thing):
                called = self._object_called(func, value)
            found.append((after, (called, value)))
        return found

    def _object_called(self, node: ast.expr, value: KeyValue) -> KeyValue | None:
        """The `__call__` of an object of a class of the file."""
        for known in self.index.evaluate(node).alternatives:
            if isinstance(known, Instance) and isinstance(known.type, LocalClass):
                method = self.index.method(known.type, "__call__")
                if method is not None:
                    return Function(method.node, value)
        return None

    def call(
        self,
        frame: Frame,
        state: State,
        node: ast.AST,
        function: KeyValue | None,
        given: Given,
        inner: bool = False,
        certain: bool = True,
    ) -> Ways:
        """Call something. `node` is where a reuse is reported; with `inner`, where the key is used in the end."""
        if isinstance(function, Library):
            return self._library(frame, state, node, function, given, inner, certain)
        if isinstance(function, Function):
            return self._apply(frame, state, node, function, given, inner, certain)
        if isinstance(function, Bound):
            whole_given = Given(
                (*function.arguments, *given.positional),
                tuple({**dict(function.keywords), **dict(given.keywords)}.items()),
                given.open,
            )
            return self.call(frame, state, node, function.function, whole_given, inner, certain)
        if isinstance(function, Transformed):
            return self._transformed(frame, state, node, function, given, inner, certain)
        if isinstance(function, Class):
            return self._constructed(frame, state, node, function, given, certain)
        for value in given.every:
            self._touch(frame, state, value, node)
        return [(state, self.fresh(frame, node))]

    def _library(
        self, frame: Frame, state: State, node: ast.AST, function: Library, given: Given, inner: bool, certain: bool
    ) -> Ways:
        facts = key_facts()
        for name in function.names:
            parameter = facts.consumed_parameter(name)
            if parameter is not None:
                return [(state, self._consuming(frame, state, node, name, parameter, given, certain))]
            if name in facts.initializers:
                return [(state, Library((f"{name}.__call__",)))]
            if name in facts.making:
                return [(state, self.fresh(frame, node, "key"))]
            if name in facts.loops:
                return self._loop(frame, state, node, facts.loops[name], given)
            if name in _PYTHON_ITERATORS:
                return [(state, Operation(name, given.positional))]
            first = given.get("", 0)
            if name in facts.stacking and isinstance(first, Items):
                return [(state, self._stacked(frame, state, node, first))]
            if name in facts.forwarding or name == "iter":
                return [(state, first if first is not None else OPAQUE)]
        made = self.function_made(function, given)
        if made is not None:
            return [(state, made)]
        use = self._use_elsewhere(state, function, given)
        if use is not None:
            self._used_elsewhere(frame, state, node, use, given, certain)
            return [(state, self.fresh(frame, node))]
        if any(name in _QUESTIONS for name in function.names) and all(is_definite(v) for v in given.positional):
            return [(state, Operation(function.names[0], given.positional))]
        if "dict" in function.names and not given.positional and not given.open:
            return [(state, Table(tuple(given.keywords)))]
        harmless = all(
            "." not in name or name in facts.harmless or name.startswith(facts.harmless_prefixes)
            for name in function.names
        )
        if not harmless:
            for value in given.every:
                self._touch(frame, state, value, node)
        return [(state, self.fresh(frame, node))]

    def _use_elsewhere(self, state: State, function: Library, given: Given) -> KeyUse | None:
        """What a function of another module does with its keys; asked only where it is given what may be one."""
        if len(function.names) != 1 or given.open:
            return None
        held = (state.load(thing) for value in given.every for thing in things(value))
        if not any(isinstance(thing, Thing) and _may_be_key(state, thing) for thing in held):
            return None
        return self.elsewhere(function.names[0])

    def _used_elsewhere(
        self, frame: Frame, state: State, node: ast.AST, use: KeyUse, given: Given, certain: bool
    ) -> None:
        """Use up the keys that a function of another module uses up."""
        for name, always in use.used.items():
            value = given.get(name, use.positional.index(name) if name in use.positional else None)
            if value is not None:
                self.consume(frame, state, value, node, certain=certain and always)

    def _consuming(
        self, frame: Frame, state: State, node: ast.AST, name: str, parameter: str, given: Given, certain: bool
    ) -> KeyValue:
        drawing = name.startswith("jax.")
        key = given.get(parameter, None if parameter == "key" and not drawing else 0)
        if key is not None:
            self.consume(frame, state, key, node, certain=certain)
        return (
            self.fresh(frame, node, "key" if name == "jax.random.split" else "other")
            if (name == "jax.random.split" or not drawing)
            else OPAQUE
        )

    def _stacked(self, frame: Frame, state: State, node: ast.AST, parts: Items) -> KeyValue:
        held = [state.load(item) for item in things(parts)]
        keys = [item for item in held if isinstance(item, Thing) and item.token.kind == "key"]
        for key in keys:
            self.consume(frame, state, key, node)
        return self.fresh(frame, node, "key" if keys else "other")

    def _unknown_method(self, frame: Frame, state: State, node: ast.Call, receiver: KeyValue, given: Given) -> Ways:
        """A method of an object of which little is known: it may change the object, and use up keys given to it."""
        assert isinstance(node.func, ast.Attribute)
        name = node.func.attr
        facts = key_facts()
        receiver = state.load(receiver)
        if isinstance(receiver, Table) and name in _METHODS_OF_TABLES:
            return [(state, _of_table(receiver, name, given))]
        if name in facts.forwarding_methods and isinstance(receiver, Thing):
            return [(state, receiver)]
        if name not in facts.harmless_methods:
            for value in given.every:
                self._touch(frame, state, value, node.func)
            holder = node.func.value
            may_hold = self.names.matters(holder) or (isinstance(holder, ast.Name) and holder.id in ("self", "cls"))
            if isinstance(receiver, Thing) and receiver.token.kind != "key" and may_hold:
                state.heap[receiver] = Thing(Token("other", node, frame.context))
        return [(state, self.fresh(frame, node))]

    # ------------------------------------------------------------------------------------ functions of functions
    def function_made(self, maker: KeyValue, given: Given) -> KeyValue | None:
        """What a transformation of functions makes of its arguments; None if it is none."""
        if isinstance(maker, Bound):
            given = Given((*maker.arguments, *given.positional), (*maker.keywords, *given.keywords))
            return self.function_made(maker.function, given)
        if not isinstance(maker, Library):
            return None
        for name in maker.names:
            first = given.get("fun", 0) or given.get("f")
            if name in PARTIALS and first is not None:
                return Bound(first, given.positional[1:], given.keywords)
            kind = key_facts().transforms.get(name)
            if kind is not None:
                if not isinstance(first, CALLABLES):
                    # A decorator with options: the function follows.
                    return Bound(maker, (), given.keywords) if first is None else None
                axes = given.get("in_axes", 1)
                auxiliary = given.get("has_aux")
                return Transformed(kind, first, _axes(axes), auxiliary == constant(True))
        return None

    def _transformed(
        self, frame: Frame, state: State, node: ast.AST, function: Transformed, given: Given, inner: bool, certain: bool
    ) -> Ways:
        if function.kind == "shape":
            return [(state, self.fresh(frame, node))]
        if function.kind == "weak":
            return self.call(frame, state, node, function.function, given, inner, certain=False)
        if function.kind == "map":
            mapped = Given(
                tuple(_mapped(value, function.axes, i) for i, value in enumerate(given.positional)),
                tuple((name, element(value, EACH)) for name, value in given.keywords),
                given.open,
            )
            ways = self.call(frame, state, node, function.function, mapped, inner, certain)
            return [(after, whole(value)) for after, value in ways]
        ways = self.call(frame, state, node, function.function, given, inner, certain)
        if function.kind == "same":
            return ways
        gradient = self.fresh(frame, (node, "gradient"))
        if function.kind == "value_and_grad":
            return [(after, Items((value, gradient))) for after, value in ways]
        if function.auxiliary:
            return [
                (after, Items((gradient, after.part(value, 1) if isinstance(value, Thing) else element(value, 1))))
                for after, value in ways
            ]
        return [(after, gradient) for after, _ in ways]

    # ------------------------------------------------------------------------------------------------------ loops
    def _loop(self, frame: Frame, state: State, node: ast.AST, kind: str, given: Given) -> Ways:
        if given.open:
            return [(state, self.fresh(frame, node))]
        ways: Ways = getattr(self, f"_loop_{kind}")(frame, state, node, given)
        return ways

    def _again(
        self,
        frame: Frame,
        ways: Ways,
        node: ast.AST,
        place: int,
        function: KeyValue | None,
        give: list[KeyValue | None],
    ) -> Ways:
        """One round: call a function with the value of each way in place of the None in `give`."""
        outer = frame.context
        frame.context = (*outer, (node, place))
        following: Ways = []
        for state, carried in ways:
            arguments = tuple(carried if value is None else value for value in give)
            called = function if isinstance(function, CALLABLES) else None
            following += self.call(frame, state, node, called, Given(arguments), inner=place > 0)
        frame.context = outer
        return following[:_MOST_OUTCOMES]

    def _loop_scan(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        function, start, over = given.get("f", 0), given.get("init", 1), given.get("xs", 2)
        length = given.get("length", 3)
        ways: Ways = [(state, start or OPAQUE)]
        once = length == constant(1)
        for place in range(1 if once else 2):
            each = _leaf(over, place) if over is not None else constant(None)
            ways = self._again(frame, ways, node, place, function, [None, each])
            ways = [
                (after, after.part(value, 0) if isinstance(value, Thing) else element(value, 0))
                for after, value in ways
            ]
        return [(after, Items((value, self.fresh(frame, (node, "stacked"))))) for after, value in ways]

    def _loop_fori(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        low, high, function = given.get("lower", 0), given.get("upper", 1), given.get("body_fun", 2)
        ways: Ways = [(state, given.get("init_val", 3) or OPAQUE)]
        for place in range(1 if low == constant(0) and high == constant(1) else 2):
            number: KeyValue = constant(place) if low == constant(0) else self.fresh(frame, (node, "number", place))
            ways = self._again(frame, ways, node, place, function, [number, None])
        return ways

    def _loop_while(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        ask, body = given.get("cond_fun", 0), given.get("body_fun", 1)
        ways: Ways = [(state, given.get("init_val", 2) or OPAQUE)]
        for place in range(2):
            asked: Ways = []
            for before, carried in ways:
                asked += [
                    (after, carried) for after, _ in self._again(frame, [(before, carried)], node, place, ask, [None])
                ]
            ways = self._again(frame, asked, node, place, body, [None])
        return ways

    def _loop_cond(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        test = given.get("pred", 0) or OPAQUE
        yes, no = given.get("true_fun", 1), given.get("false_fun", 2)
        operand = given.get("operand")
        operands = given.positional[3:] if operand is None else (operand,)
        first = second = operands
        if not isinstance(yes, CALLABLES) and len(given.positional) == 5:
            _, one, yes, other, no = given.positional
            first, second = (one,), (other,)
        ways: Ways = []
        for branch, holds in self.parted(state, test):
            function, arguments = (yes, first) if holds else (no, second)
            called = function if isinstance(function, CALLABLES) else None
            ways += self.call(frame, branch, node, called, Given(arguments))
        return ways

    def _loop_switch(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        branches = given.get("branches", 1)
        operand = given.get("operand")
        operands = given.positional[2:] if operand is None else (operand,)
        if not isinstance(branches, Items) or not branches.items:
            return self.call(frame, state, node, None, Given(operands))
        ways: Ways = []
        for function in branches.items:
            called = function if isinstance(function, CALLABLES) else None
            ways += self.call(frame, state.copy(), node, called, Given(operands))
        return ways

    def _loop_each(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        function, over = given.get("f", 0), given.positional[1:]
        if function is None or not over:
            return [(state, self.fresh(frame, node))]
        called = function if isinstance(function, CALLABLES) else None
        ways: Ways = [(state, OPAQUE)]
        for place in range(2):
            give = [_nth(value, place) for value in over]
            if any(value is None for value in give):
                break
            ways = self._again(frame, ways, node, place, called, list(give))
        return [(after, self.fresh(frame, node)) for after, _ in ways]

    def _loop_first(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        function = given.get("fun", 0)
        called = function if isinstance(function, CALLABLES) else None
        ways = self.call(frame, state, node, called, Given(given.positional[1:]))
        return [(after, Items((value, self.fresh(frame, node)))) for after, value in ways]

    def _loop_primals(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        primals = given.get("primals", 1)
        arguments = primals.items if isinstance(primals, Items) else ()
        return self._loop_first(frame, state, node, Given((*given.positional[:1], *arguments)))

    # -------------------------------------------------------------------------------------- functions of the file
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
        arguments = _bind(self.index, function, given)
        standing: dict[Token, KeyValue] = {}
        stand_ins = {
            name: _stand_in(state.load(value), (function.node, name), standing) for name, value in arguments.items()
        }
        outcomes = self._outcomes_of(function.node, stand_ins, frame.depth + 1)
        if outcomes is None:
            for value in given.every:
                self._touch(frame, state, value, node)
            return [(state, self.fresh(frame, node))]
        certain = certain and not self._is_generator(function.node)
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
        found = list(outcomes.values())[:_MOST_OUTCOMES]
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


def _may_be_key(state: State, thing: Thing) -> bool:
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


def parameters(function: FunctionNode) -> Iterator[str]:
    """The names of all parameters of a function."""
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg
    for extra in (arguments.vararg, arguments.kwarg):
        if extra is not None:
            yield extra.arg


def _bind(index: FileIndex, function: Function, given: Given) -> dict[str, KeyValue]:
    """The parameters of a function with what a call gives them."""
    arguments = function.node.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    positional = given.positional
    if function.owner is not None and index.owner(function.node) is not None:
        positional = (function.owner, *positional)
    bound: dict[str, KeyValue] = dict(zip(names, positional, strict=False))
    every = set(parameters(function.node))
    extra = {}
    for name, value in given.keywords:
        if name in every:
            bound[name] = value
        else:
            extra[name] = value
    if arguments.vararg is not None:
        bound[arguments.vararg.arg] = OPAQUE if given.open else Items(positional[len(names) :])
    if arguments.kwarg is not None:
        bound[arguments.kwarg.arg] = OPAQUE if given.open else Table(tuple(extra.items()))
    defaults = dict(zip(reversed(names), reversed(arguments.defaults), strict=False))
    keyword_defaults = zip((a.arg for a in arguments.kwonlyargs), arguments.kw_defaults, strict=True)
    defaults.update({name: value for name, value in keyword_defaults if value is not None})
    for name in every - set(bound):
        default = defaults.get(name)
        bound[name] = OPAQUE if given.open or default is None else constant(index.constant(default))
    return bound


def _given(node: ast.Call, values: tuple[KeyValue, ...]) -> Given:
    """The arguments of a call by what they evaluate to."""
    positional: list[KeyValue] = []
    keywords: dict[str, KeyValue] = {}
    unknown = False
    for argument, value in zip(node.args, values, strict=False):
        if not isinstance(argument, ast.Starred):
            positional.append(value)
        elif isinstance(value, Items) and not unknown:
            positional += value.items
        else:
            unknown = True
    for keyword, value in zip(node.keywords, values[len(node.args) :], strict=True):
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value, Table):
            keywords.update({str(key): item for key, item in value.entries})
        else:
            unknown = True
    return Given(tuple(positional), tuple(keywords.items()), unknown)


def _axes(value: KeyValue | None) -> object:
    if isinstance(value, Constant):
        return value.value
    if isinstance(value, Items):
        return tuple(_axes(item) for item in value.items)
    return 0


def _mapped(value: KeyValue, axes: object, place: int) -> KeyValue:
    """An argument as the mapped function gets it."""
    axis = axes
    if isinstance(axes, tuple):
        axis = axes[place] if place < len(axes) else 0
    if axis is None:
        return value
    if isinstance(axis, tuple) and isinstance(value, Items):
        return Items(tuple(_mapped(item, axis, i) for i, item in enumerate(value.items)))
    return element(value, EACH)


def _leaf(value: KeyValue, place: int) -> KeyValue:
    """What a round of `scan` gets of its input: of each array in it the same place."""
    if isinstance(value, Items):
        return Items(tuple(_leaf(item, place) for item in value.items))
    if isinstance(value, Table):
        return Table(tuple((key, _leaf(item, place)) for key, item in value.entries))
    return value.at(place) if isinstance(value, Thing) else value if isinstance(value, Constant) else OPAQUE


def _nth(value: KeyValue, place: int) -> KeyValue | None:
    """An element that a function gets that is called with each; None if there are not as many."""
    if isinstance(value, Items):
        return value.items[place] if place < len(value.items) else None
    if isinstance(value, Table):
        return value.entries[place][1] if place < len(value.entries) else None
    if isinstance(value, Operation) and value.name == "range":
        return constant(place)
    return value.at(place) if isinstance(value, Thing) else OPAQUE


def _of_table(table: Table, name: str, given: Given) -> KeyValue:
    if name == "values":
        return Items(tuple(value for _, value in table.entries))
    if name == "keys":
        return Items(tuple(constant(key) for key, _ in table.entries))
    if name == "items":
        return Items(tuple(Items((constant(key), value)) for key, value in table.entries))
    key = given.get("", 0)
    found = table.get(key.value) if isinstance(key, Constant) else None
    return found if found is not None else OPAQUE
