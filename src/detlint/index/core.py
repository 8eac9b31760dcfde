"""The heart of the evaluator: each expression is evaluated once, and what needs itself is seen as a cycle.

The other modules of the evaluator are classes on top of this one, each about one kind of expression; what they ask of
one another is declared here.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, TypeVar

from detlint.index.flow import Flow
from detlint.index.values import UNKNOWN, Const, Instance, LocalClass, LocalFunction, Ref, Union, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from detlint.index.arguments import Arguments
    from detlint.index.library import Knowledge
    from detlint.index.mappings import Change
    from detlint.index.modules import Modules
    from detlint.index.tree import Binding, Tree

T = TypeVar("T")

_MAX_DEPTH = 60
_TIMES_IN_CYCLE = 4
"""How often an expression in a cycle is computed before what it gave is used again."""
_MAX_ALTERNATIVES = 8


class Cycle(Value):
    """What an expression under evaluation gives to itself; dropped from every union."""

    __slots__ = ()


CYCLE = Cycle()


def join(values: Iterable[Value]) -> Value:
    """One value that may be any of several."""
    values = tuple(values)
    if len(values) == 1 and values[0] is not CYCLE:
        return values[0]
    seen: dict[object, Value] = {}
    for value in values:
        for member in value.alternatives:
            if member is not CYCLE:
                seen.setdefault(_key(member), member)
    members = tuple(seen.values())
    if not members:
        return UNKNOWN
    if len(members) == 1:
        return members[0]
    if len(members) > _MAX_ALTERNATIVES:
        return Union((*members[:_MAX_ALTERNATIVES], UNKNOWN))
    return Union(members)


def _key(value: Value) -> object:
    if isinstance(value, Const):
        return ("const", type(value.value).__name__, repr(value.value))
    if isinstance(value, Ref):
        return ("ref", value.name)
    if isinstance(value, Instance):
        kind = value.type if isinstance(value.type, str) else id(value.type.node)
        return ("instance", kind, id(value.origin))
    if isinstance(value, (LocalFunction, LocalClass)):
        return ("local", id(value.node))
    return id(value)


def informative(value: Value) -> bool:
    return any(member is not UNKNOWN and member is not CYCLE for member in value.alternatives) and not (
        isinstance(value, Const) and value.value is None
    )


def hashable(value: object) -> bool:
    return isinstance(value, (str, int, float, bool, bytes, type(None)))


_NEVER: tuple[Value, int, int] = (UNKNOWN, 0, 0)


class Core(ABC):
    """Evaluates expressions of one file, remembering what they gave."""

    def __init__(self, tree: Tree, knowledge: Knowledge, modules: Modules) -> None:
        self.tree = tree
        self.knowledge = knowledge
        self.modules = modules
        self.flow = Flow(tree)
        self._values: dict[ast.AST, Value] = {}
        self._active: dict[object, int] = {}
        self._depth = 0
        self._cut = _MAX_DEPTH + 1
        self._resting: dict[ast.AST, tuple[Value, int, int]] = {}
        """What was computed in a cycle that is not left yet: the value, the depth where the cycle begins, how often."""
        self._attributes: dict[tuple[int, str], list[ast.Attribute]] | None = None
        self._registrations: dict[tuple[int, str], list[ast.expr]] | None = None
        self._outside_stores: dict[str, list[ast.Attribute]] | None = None
        self._mutations: dict[str, list[Change]] | None = None
        self._calls_of_local: dict[ast.AST, list[ast.Call] | None] = {}
        self._method_names: frozenset[str] | None = None
        self._arguments: dict[ast.Call, Arguments] = {}
        self._annotations: dict[str, ast.expr | None] = {}
        self._configured_stores: frozenset[str] | None = None

    def evaluate(self, node: ast.AST | None) -> Value:
        """The abstract value of an expression."""
        value = self._evaluate(node)
        return UNKNOWN if value is CYCLE else value

    def _evaluate(self, node: ast.AST | None) -> Value:
        if node is None:
            return UNKNOWN
        known = self._values.get(node)
        if known is not None:
            return known
        if type(node) is ast.Constant:
            return Const(node.value)
        return self._guarded(node, self._dispatch, node)

    def _guarded(self, key: ast.AST, compute: Callable[[T], Value], argument: T) -> Value:
        """Compute once; an expression that needs itself sees a cycle, and what rests on that is not kept.

        Only while the cycle is not left is it used again, after a few times: fields of objects that are made anew from
        each other's rest on each other in more ways than could be gone through.
        """
        started = self._active.get(key)
        if started is not None:
            self._cut = min(self._cut, started)
            return CYCLE
        if self._depth >= _MAX_DEPTH:
            return UNKNOWN
        value, cut, times = self._resting.get(key, _NEVER)
        if times >= _TIMES_IN_CYCLE:
            self._cut = min(self._cut, cut)
            return value
        depth = self._active[key] = self._depth
        self._depth += 1
        try:
            value = compute(argument)
        finally:
            self._depth -= 1
            del self._active[key]
        if self._cut >= depth:
            self._cut = _MAX_DEPTH + 1
            if self._resting:
                self._resting = {each: known for each, known in self._resting.items() if known[1] < depth}
            if value is not CYCLE:
                self._values[key] = value
        else:
            self._resting[key] = (value, self._cut, times + 1)
        return value

    def _ref(self, written: str) -> Ref:
        return Ref(self.knowledge.canonical(written), written)

    @abstractmethod
    def _dispatch(self, node: ast.AST) -> Value: ...

    # What the classes on top give one another.
    @abstractmethod
    def arguments(self, call: ast.Call) -> Arguments: ...

    @abstractmethod
    def owner(self, function: ast.AST) -> ast.ClassDef | None: ...

    @abstractmethod
    def external_bases(self, cls: LocalClass) -> tuple[str, ...]: ...

    @abstractmethod
    def _self_class(self, name: ast.Name) -> ast.ClassDef | None: ...

    @abstractmethod
    def _result(self, callee: Value, node: ast.Call) -> Value: ...

    @abstractmethod
    def _returned(self, function: ast.AST) -> Value: ...

    @abstractmethod
    def _iterated(self, node: ast.expr) -> Value: ...

    @abstractmethod
    def _entered(self, node: ast.expr) -> Value: ...

    @abstractmethod
    def _element(self, value: Value, index: int | None) -> Value: ...

    @abstractmethod
    def _operation(self, node: ast.AST, operands: list[Value]) -> Value: ...

    @abstractmethod
    def binding(self, binding: Binding, use: ast.AST | None = None) -> Value: ...

    @abstractmethod
    def _member(self, base: Value, node: ast.Attribute) -> Value: ...
