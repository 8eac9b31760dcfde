"""Abstract values: what the index can say of an expression without running it.

An expression evaluates to one of these. `UNKNOWN` means that nothing is known; `Union` that it may be one of several.
Type names are canonical qualified names (`torch.Tensor`, `numpy.ndarray`, `set`, `dict`, …).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.configurations.data import Place


class Value:
    """The base of all abstract values."""

    __slots__ = ()

    @property
    def alternatives(self) -> tuple[Value, ...]:
        """The values it may be: itself, or the members of a union."""
        return (self,)


class _Unknown(Value):
    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()


@dataclass(frozen=True, slots=True)
class Const(Value):
    """A constant of Python: None, bool, int, float, complex, str, bytes, Ellipsis.

    `place` is where a configuration file holds it, if it comes from one.
    """

    value: object
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Unset(Value):
    """A null of a configuration file: None unless a run is given something else."""

    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Ref(Value):
    """A module, class, function or other object of a library (or of another file), by canonical qualified name.

    `written` is the name before aliases were applied: `tensorflow.keras.layers.Dense` for `keras.layers.Dense`.
    """

    name: str
    written: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LocalFunction(Value):
    """A function or lambda of this file; `owner` is the instance or class that it is bound to, if any."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    owner: Value | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LocalClass(Value):
    """A class of this file."""

    node: ast.ClassDef


@dataclass(frozen=True, slots=True, eq=False)
class Instance(Value):
    """An object whose type is known.

    `type` is a canonical qualified name, or the class of this file. `origin` is the expression that made it (a call, an
    operation, an attribute) or the parameter or name that an annotation proved; None where nothing made it in sight.
    `element` is the type of what iterating, unpacking or subscripting gives, where that is known (`tuple` of tensors).
    """

    type: str | LocalClass
    origin: ast.AST | None = None
    element: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a mapping: its value, and where key and value stand; `certain` if it is there on all ways."""

    value: ast.expr | None
    key_node: ast.AST
    constant: Value = UNKNOWN
    certain: bool = True


class Elsewhere(ast.expr):
    """Stands for a key and a value that are written in another file, where a name of this one means the dict."""

    _fields = ()

    def __init__(self, value: Value, at: ast.expr | None = None) -> None:
        super().__init__()
        self.value = value
        self.at = at
        if at is not None:
            ast.copy_location(self, at)


@dataclass(slots=True, eq=False)
class Mapping(Value):
    """A dict whose keys are known. `open`: more entries than these may be there, or some overwritten."""

    entries: dict[object, Entry] = field(default_factory=dict)
    open: bool = False
    origin: ast.AST | None = None


class Configuration(Mapping):
    """A dict whose entries are also attributes, as OmegaConf and mmengine make them of configuration files."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Sequence(Value):
    """A list, tuple or set display: `kind` is the type's name; elements that are starred make it `open`."""

    kind: str
    elements: tuple[ast.expr, ...]
    origin: ast.AST
    open: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Partial(Value):
    """`functools.partial(function, …)`: the call that bound arguments."""

    function: Value
    call: ast.Call


@dataclass(frozen=True, slots=True, eq=False)
class Union(Value):
    """One of several values; at least two, none of them a union."""

    members: tuple[Value, ...]

    @property
    def alternatives(self) -> tuple[Value, ...]:
        """The members."""
        return self.members


def walk(value: Value) -> Iterator[Value]:
    """All alternatives of a value, partials unwrapped to the function that they bind."""
    for member in value.alternatives:
        yield from walk(member.function) if isinstance(member, Partial) else (member,)
