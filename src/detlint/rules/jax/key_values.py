"""The values that the analysis of keys tells apart: things with an identity, containers, callables, constants.

All are immutable and compare by what they are, so that two ways through a function that end alike are one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Iterator

    from detlint.index.tree import FunctionNode

Context = tuple[object, ...]
"""In which round of which loops, and in which calls, something happens."""


class KeyValue:
    """The base of all values."""

    __slots__ = ()


class _Opaque(KeyValue):
    __slots__ = ()

    def __repr__(self) -> str:
        return "OPAQUE"


OPAQUE = _Opaque()
"""A value of which nothing is known, not even whether it is the same as another."""


@dataclass(frozen=True, slots=True)
class Constant(KeyValue):
    """A constant of Python. `kind` keeps `1` and `True` apart."""

    value: object
    kind: type


def constant(value: object) -> KeyValue:
    """A constant, if it is one that can be compared."""
    return Constant(value, type(value)) if isinstance(value, (int, str, bytes, float, type(None))) else OPAQUE


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """Where a thing comes from. Two things of one token are the same thing, or parts of it.

    kind: `key` was made or derived by `jax.random`; `parameter` of the function that is looked at; `free` is a
    variable of a function or module around it; `other` is anything else (the result of a call).
    """

    kind: Literal["key", "parameter", "free", "other"]
    site: object
    context: Context = ()
    _hash: int = field(init=False)

    def __post_init__(self) -> None:
        # Tokens of nested calls are long, and are looked up all the time.
        object.__setattr__(self, "_hash", hash((self.kind, self.site, self.context)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Token)
            and self._hash == other._hash
            and (self.kind, self.site, self.context) == (other.kind, other.site, other.context)
        )


@dataclass(frozen=True, slots=True)
class Slice:
    """A step to a part of an array; bounds are numbers, None, or values."""

    low: object
    high: object


@dataclass(frozen=True, slots=True)
class Member:
    """A step to an attribute."""

    name: str


EACH = "*"
"""The step to each element alike, as `vmap` takes it."""


@dataclass(frozen=True, slots=True)
class Thing(KeyValue):
    """Something with an identity, perhaps a key: a token and the way to a part of it.

    Steps are numbers and texts (items), values (an index that is not known), `Slice`, `Member` and `EACH`.
    """

    token: Token
    path: tuple[object, ...] = ()

    def at(self, step: object) -> Thing:
        """A part of it."""
        if self.path and isinstance(step, int) and not isinstance(step, bool):
            last = self.path[-1]
            # An item of `keys[1:]` is an item of `keys`.
            if isinstance(last, Slice) and isinstance(last.low, int) and last.low >= 0 <= step:
                return Thing(self.token, (*self.path[:-1], last.low + step))
        return Thing(self.token, (*self.path, step))


class _Compound(KeyValue, ABC):
    """A value made of others. Its hash and the tokens it mentions are asked for all the time, and worked out once."""

    __slots__ = ("_hash", "mentioned")
    _hash: int
    mentioned: frozenset[Token]

    @abstractmethod
    def _content(self) -> tuple[object, ...]:
        """What makes two of a kind equal."""

    @abstractmethod
    def _parts(self) -> Iterable[KeyValue]:
        """The values it is made of."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash(self._content()))
        object.__setattr__(self, "mentioned", frozenset(token for part in self._parts() for token in tokens(part)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, _Compound) or type(self) is not type(other) or self._hash != other._hash:
            return False
        return self._content() == other._content()


@dataclass(frozen=True, slots=True, eq=False)
class Items(_Compound):
    """A tuple or list whose items are known."""

    items: tuple[KeyValue, ...]

    def _content(self) -> tuple[object, ...]:
        return self.items

    def _parts(self) -> Iterable[KeyValue]:
        return self.items


@dataclass(frozen=True, slots=True, eq=False)
class Table(_Compound):
    """A dict whose keys are known constants."""

    entries: tuple[tuple[object, KeyValue], ...]

    def _content(self) -> tuple[object, ...]:
        return self.entries

    def _parts(self) -> Iterable[KeyValue]:
        return (value for _, value in self.entries)

    def get(self, key: object) -> KeyValue | None:
        """The value of a key."""
        return next((value for name, value in self.entries if name == key and type(name) is type(key)), None)


@dataclass(frozen=True, slots=True, eq=False)
class Operation(_Compound):
    """The result of an operation: the same where the operands are the same."""

    name: str
    operands: tuple[KeyValue, ...]

    def _content(self) -> tuple[object, ...]:
        return (self.name, self.operands)

    def _parts(self) -> Iterable[KeyValue]:
        return self.operands


@dataclass(frozen=True, slots=True)
class Function(KeyValue):
    """A function of this file, or a lambda; `owner` is the object it is bound to."""

    node: FunctionNode
    owner: KeyValue | None = None


@dataclass(frozen=True, slots=True)
class Class(KeyValue):
    """A class of this file."""

    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class Library(KeyValue):
    """A callable or module of a library, by its canonical names."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bound(KeyValue):
    """A callable with arguments given already."""

    function: KeyValue
    arguments: tuple[KeyValue, ...]
    keywords: tuple[tuple[str, KeyValue], ...]


@dataclass(frozen=True, slots=True)
class Transformed(KeyValue):
    """What a transformation made of a callable. `axes`: `in_axes` of a mapping transformation, if they are known."""

    kind: str
    function: KeyValue
    axes: object = 0
    auxiliary: bool = False


CALLABLES = (Function, Class, Library, Bound, Transformed)


def things(value: KeyValue) -> Iterator[Thing]:
    """The things in a value, those in containers included."""
    if isinstance(value, Thing):
        yield value
    elif isinstance(value, Items):
        for item in value.items:
            yield from things(item)
    elif isinstance(value, Table):
        for _, item in value.entries:
            yield from things(item)
    elif isinstance(value, Bound):
        for item in (*value.arguments, *(item for _, item in value.keywords)):
            yield from things(item)


def tokens(value: object) -> Iterator[Token]:
    """All tokens that a value mentions."""
    if isinstance(value, Thing):
        yield value.token
        for step in value.path:
            yield from tokens(step)
    elif isinstance(value, _Compound):
        yield from value.mentioned
    elif isinstance(value, Bound):
        for thing in things(value):
            yield from tokens(thing)
    elif isinstance(value, Function) and value.owner is not None:
        yield from tokens(value.owner)
    elif isinstance(value, Transformed):
        yield from tokens(value.function)


def is_definite(value: KeyValue) -> bool:
    """Whether two values that are equal are surely the same."""
    if isinstance(value, Operation):
        return all(is_definite(operand) for operand in value.operands)
    return isinstance(value, (Thing, Constant, Library, Function))


def element(value: KeyValue, step: object) -> KeyValue:
    """An element of a value by number, or `EACH` of it."""
    if isinstance(value, Thing):
        return value.at(step)
    if isinstance(value, Items):
        if step == EACH:
            return Items(tuple(element(item, EACH) for item in value.items))
        if isinstance(step, int) and -len(value.items) <= step < len(value.items):
            return value.items[step]
        return OPAQUE
    if isinstance(value, Table) and step == EACH:
        return Table(tuple((key, element(item, EACH)) for key, item in value.entries))
    return OPAQUE


def part_of(value: Items, part: Slice) -> KeyValue:
    """Some of the items of a tuple or list."""
    low, high = part.low, part.high
    if isinstance(low, (int, type(None))) and isinstance(high, (int, type(None))):
        return Items(value.items[low:high])
    return OPAQUE


def whole(value: KeyValue) -> KeyValue:
    """Arrays of what a mapped function gives for each element: the opposite of taking `EACH`."""
    if isinstance(value, Thing):
        return Thing(value.token, value.path[:-1]) if value.path and value.path[-1] == EACH else value
    if isinstance(value, Items):
        return Items(tuple(whole(item) for item in value.items))
    if isinstance(value, Table):
        return Table(tuple((key, whole(item)) for key, item in value.entries))
    return value


def same_part(first: Thing, second: Thing) -> bool:
    """Whether two things provably have a part in common."""
    if first.token != second.token:
        return False
    for place, (left, right) in enumerate(zip(first.path, second.path, strict=False)):
        if left == right:
            bounds = (left.low, left.high) if isinstance(left, Slice) else (left,)
            if any(isinstance(each, KeyValue) and not is_definite(each) for each in bounds):
                return False  # what is not known may be another one each time
            continue
        if left == EACH or right == EACH:
            continue
        if isinstance(left, Slice) or isinstance(right, Slice):
            # What stands behind a slice is counted from another start.
            behind = (*first.path[place + 1 :], *second.path[place + 1 :])
            return _meet(left, right) and (
                all(step == EACH for step in behind) or place + 1 in (len(first.path), len(second.path))
            )
        return False
    return True


def _meet(left: object, right: object) -> bool:
    """Whether two parts of an array, at least one a slice, provably overlap."""
    if not isinstance(left, Slice):
        left, right = right, left
    assert isinstance(left, Slice)
    if left.low in (None, 0) and left.high is None:
        return True
    bounds = _range(left)
    if bounds is None:
        return False
    if isinstance(right, int):
        return bounds[0] <= right < bounds[1]
    other = _range(right) if isinstance(right, Slice) else None
    return other is not None and max(bounds[0], other[0]) < min(bounds[1], other[1])


def _range(part: Slice) -> tuple[float, float] | None:
    low = 0 if part.low is None else part.low
    high = float("inf") if part.high is None else part.high
    if not isinstance(low, int) or not isinstance(high, (int, float)) or low < 0 or high < 0:
        return None
    return low, high
