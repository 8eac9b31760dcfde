"""What is known of an argument: absent, a constant, one of several, or out of sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.index import UNKNOWN
from detlint.index.values import Const

if TYPE_CHECKING:
    from detlint.index import Argument, Arguments, FileIndex


def constant(index: FileIndex, argument: Argument) -> object:
    """The constant that an argument is, `UNKNOWN` if it is not known."""
    if argument.value is not None:
        return index.constant(argument.value)
    value = argument.evaluated
    return value.value if isinstance(value, Const) else UNKNOWN


def constants(index: FileIndex, argument: Argument) -> tuple[object, ...] | None:
    """All constants that an argument may be; None if it may be something else."""
    if argument.value is not None:
        return index.constants(argument.value)
    known = constant(index, argument)
    return None if known is UNKNOWN else (known,)


def value_of(
    index: FileIndex, arguments: Arguments, name: str, position: int | None = None, default: object = None
) -> object:
    """The constant that a parameter has in a call: its default where it is left alone, `UNKNOWN` if it is not known."""
    argument = arguments.get(name, position)
    if argument is None:
        return UNKNOWN if arguments.open else default
    return constant(index, argument)
