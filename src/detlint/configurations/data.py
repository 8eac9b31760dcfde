"""What a configuration file holds: tables, lists and constants, each with its place; or unknown.

Knows no file formats and no code. Tables are never changed: merging gives new ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detlint.diagnostics import Location


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is written: the file as it is shown, and the span."""

    path: str
    location: Location


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A constant: None, a bool, a number or a text."""

    value: object
    place: Place | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list."""

    items: tuple[Data, ...]
    place: Place | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A mapping with text keys. open: it may have more entries than these."""

    entries: dict[str, Data] = field(default_factory=dict)
    open: bool = False
    place: Place | None = None

    def get(self, *path: str) -> Data | None:
        """The value under a key, and under keys of that; None if there is none."""
        found: Data | None = self
        for name in path:
            found = found.entries.get(name) if isinstance(found, Table) else None
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """What only a run knows."""


Data = Scalar | Items | Table | Unknown
UNKNOWN = Unknown()


def merged(first: Data, second: Data) -> Data:
    """Two values of one place, of which the second was given later: tables are merged, all else is replaced."""
    if not (isinstance(first, Table) and isinstance(second, Table)):
        return second
    entries = dict(first.entries)
    for name, value in second.entries.items():
        entries[name] = merged(entries[name], value) if name in entries else value
    return Table(entries, first.open or second.open, second.place or first.place)


def at(path: Iterable[str], value: Data) -> Data:
    """A value below tables that hold nothing else."""
    for name in reversed(tuple(path)):
        value = Table({name: value})
    return value


def veiled(value: Data) -> Data:
    """A value after something out of sight may have changed any part of it."""
    if isinstance(value, Table):
        return Table({name: veiled(each) for name, each in value.entries.items()}, open=True, place=value.place)
    return UNKNOWN
