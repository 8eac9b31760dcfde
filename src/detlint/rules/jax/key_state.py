"""The state of one way through a function: what names hold, what objects hold, which keys are used up.

A state is changed in place while there is one way, and copied where the ways part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.rules.jax.key_values import Constant, KeyValue, Operation, Thing, tokens

if TYPE_CHECKING:
    import ast
    from collections.abc import Hashable, Iterable

    from detlint.index.tree import FunctionNode
    from detlint.rules.jax.key_values import Context

_CHAIN = 20
_MOST_STATES = 8
_OUTSIDE = frozenset({"parameter", "free"})


@dataclass(frozen=True, slots=True)
class Use:
    """A key is used up: `node` in the function that is looked at, `origin` where it happens in the end.

    Not `certain`: the key is given to a function that may use it.
    """

    node: ast.AST
    origin: ast.AST
    certain: bool


class State:
    """What holds at one place on one way."""

    __slots__ = ("consumed", "guards", "heap", "names")

    def __init__(self) -> None:
        self.names: dict[str, KeyValue] = {}
        self.heap: dict[Thing, KeyValue] = {}
        self.consumed: dict[Thing, Use] = {}
        self.guards: dict[KeyValue, bool] = {}

    def copy(self) -> State:
        """The same state for another way."""
        other = State()
        other.names = dict(self.names)
        other.heap = dict(self.heap)
        other.consumed = dict(self.consumed)
        other.guards = dict(self.guards)
        return other

    def load(self, value: KeyValue) -> KeyValue:
        """What a part of an object holds by now."""
        for _ in range(_CHAIN):
            held = self.heap.get(value) if isinstance(value, Thing) else None
            if held is None:
                return value
            value = held
        return value

    def part(self, value: KeyValue, step: object) -> KeyValue:
        """A part of an object, as it is by now."""
        value = self.load(value)
        return self.load(value.at(step)) if isinstance(value, Thing) else value

    def decided(self, test: KeyValue) -> bool | None:
        """Whether a condition is true on this way; None if both may be."""
        if isinstance(test, Constant):
            return bool(test.value)
        if isinstance(test, Operation):
            if test.name == "not":
                inner = self.decided(test.operands[0])
                return None if inner is None else not inner
            if test.name in ("and", "or"):
                settling = test.name == "or"
                answers = [self.decided(operand) for operand in test.operands]
                if settling in answers:
                    return settling
                return None if None in answers else not settling
            if test.name == "is" and test.operands[1] == Constant(None, type(None)):
                first = test.operands[0]
                if isinstance(first, Thing) and first.token.kind == "key":
                    return False
                if isinstance(first, Constant):
                    return first.value is None
            if test.name == "==":
                decided = self._compared(test)
                if decided is not None:
                    return decided
        return self.guards.get(test)

    def _compared(self, test: Operation) -> bool | None:
        left, right = test.operands
        if isinstance(left, Constant) and isinstance(right, Constant):
            return left.value == right.value
        if isinstance(right, Constant):
            for guard, holds in self.guards.items():
                if holds and isinstance(guard, Operation) and guard.name == "==" and guard.operands[0] == left:
                    other = guard.operands[1]
                    if isinstance(other, Constant) and other != right:
                        return False
        return None

    def assume(self, test: KeyValue, holds: bool) -> None:
        """Note what a condition is on this way."""
        if isinstance(test, Operation):
            if test.name == "not":
                self.assume(test.operands[0], not holds)
                return
            if (test.name == "and" and holds) or (test.name == "or" and not holds):
                for operand in test.operands:
                    self.assume(operand, holds)
                return
        if isinstance(test, (Thing, Operation)):
            self.guards[test] = holds

    def identity(self) -> Hashable:
        """What makes two states the same for all that follows, conditions aside."""
        return (frozenset(self.names.items()), frozenset(self.heap.items()), frozenset(self.consumed))

    def forget_unreachable(self) -> None:
        """Drop what objects hold, and the uses of keys, that no name leads to any more."""
        if not self.consumed and not self.heap:
            return
        kept = {token for value in self.names.values() for token in tokens(value)}
        pending = list(self.heap.items())
        self.heap = {}
        found = True
        while found:
            found = False
            waiting = []
            for thing, value in pending:
                if thing.token.kind in _OUTSIDE or thing.token in kept:
                    found = True
                    self.heap[thing] = value
                    kept.update(tokens(value))
                else:
                    waiting.append((thing, value))
            pending = waiting
        self.consumed = {
            thing: use for thing, use in self.consumed.items() if thing.token.kind in _OUTSIDE or thing.token in kept
        }


def merged(states: Iterable[State]) -> list[State]:
    """States without those that differ in nothing that matters; not more than a few."""
    found: dict[Hashable, State] = {}
    for state in states:
        known = found.setdefault(state.identity(), state)
        if known is not state:
            known.guards = {test: holds for test, holds in known.guards.items() if state.guards.get(test) == holds}
    return list(found.values())[:_MOST_STATES]


@dataclass(slots=True)
class Frame:
    """A function (or the module) that is run: what it gave so far, and where in its loops it is."""

    node: FunctionNode | ast.Module
    depth: int = 0
    context: Context = ()
    muted: int = 0
    outcomes: list[tuple[State, KeyValue]] = field(default_factory=list)
    leaving: list[tuple[list[State], list[State]]] = field(default_factory=list)
    """For each loop around, the states that left it and those that went on to its next round."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way that a function may go, in terms of its parameters and free variables."""

    consumed: tuple[tuple[Thing, Use], ...]
    writes: tuple[tuple[Thing, KeyValue], ...]
    value: KeyValue


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of a call; `open`: there may be more."""

    positional: tuple[KeyValue, ...] = ()
    keywords: tuple[tuple[str, KeyValue], ...] = ()
    open: bool = False

    def get(self, name: str, position: int | None = None) -> KeyValue | None:
        """An argument by its name or place."""
        for keyword, value in self.keywords:
            if keyword == name:
                return value
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None

    @property
    def every(self) -> tuple[KeyValue, ...]:
        """All arguments."""
        return (*self.positional, *(value for _, value in self.keywords))
