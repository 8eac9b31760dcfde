"""What calls do with keys: functions of `jax.random`, transformations, methods of objects.

Functions of the file are in `key_functions`, loops of `jax.lax` in `key_loops`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index.values import Instance, LocalClass
from detlint.rules.jax.facts import PARTIALS, key_facts
from detlint.rules.jax.key_functions import may_be_key
from detlint.rules.jax.key_loops import Loops
from detlint.rules.jax.key_state import Frame, Given, State
from detlint.rules.jax.key_values import (
    CALLABLES,
    EACH,
    OPAQUE,
    Bound,
    Class,
    Function,
    Items,
    KeyValue,
    Library,
    Member,
    Operation,
    Table,
    Thing,
    Token,
    Transformed,
    constant,
    element,
    is_definite,
    things,
    whole,
)

if TYPE_CHECKING:
    from detlint.rules.jax.key_elsewhere import KeyUse
    from detlint.rules.jax.key_lookup import Ways
from detlint.rules.jax.key_arguments import axes_of, given_by, mapped_over, of_table

_QUESTIONS = frozenset({"isinstance", "callable", "hasattr", "len", "jax.numpy.ndim", "bool", "int"})
_PYTHON_ITERATORS = frozenset({"range", "enumerate", "zip"})
_METHODS_OF_TABLES = frozenset({"items", "keys", "values", "get", "pop"})


class Calls(Loops):
    """Evaluates calls."""

    # ------------------------------------------------------------------------------------------------------------ calls
    def _call(self, frame: Frame, state: State, node: ast.Call) -> Ways:
        if not self.names.matters(node) and not self._asks_or_counts(node):
            return [(state, self.fresh(frame, node))]
        ways: Ways = []
        for entered, (function, receiver) in self._callee(frame, state, node):
            plain = [a.value if isinstance(a, ast.Starred) else a for a in node.args]
            every = [*plain, *(k.value for k in node.keywords)]
            for after, values in self.evaluate_all(frame, entered, every):
                given = given_by(node, values)
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
        if not any(isinstance(thing, Thing) and may_be_key(state, thing) for thing in held):
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
        if key is not None and not (parameter.endswith("seed") and _is_seed_by_name(key)):
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
            return [(state, of_table(receiver, name, given))]
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

    # ------------------------------------------------------------------------------------------- functions of functions
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
                return Transformed(kind, first, axes_of(axes), auxiliary == constant(True))
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
                tuple(mapped_over(value, function.axes, i) for i, value in enumerate(given.positional)),
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


def _is_seed_by_name(value: KeyValue) -> bool:
    """Whether what is given to a function that takes a key or a number is a number, by its name: `config.seed`."""
    if not isinstance(value, Thing) or value.token.kind == "key":
        return False
    step = value.path[-1] if value.path else value.token.site[-1] if isinstance(value.token.site, tuple) else ""
    return str(step.name if isinstance(step, Member) else step).endswith("seed")
