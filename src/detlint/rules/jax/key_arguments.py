"""The arguments of calls that may hold keys: bound to parameters, mapped over, given round by round."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.rules.jax.key_state import Given
from detlint.rules.jax.key_values import (
    EACH,
    OPAQUE,
    Constant,
    Function,
    Items,
    KeyValue,
    Operation,
    Table,
    Thing,
    constant,
    element,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex
    from detlint.index.tree import FunctionNode


def parameters(function: FunctionNode) -> Iterator[str]:
    """The names of all parameters of a function."""
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg
    for extra in (arguments.vararg, arguments.kwarg):
        if extra is not None:
            yield extra.arg


def numbers(function: FunctionNode) -> Iterator[str]:
    """The parameters of a function that are numbers, as an annotation or a default says: seeds to make keys of."""
    arguments = function.args
    positional = (*arguments.posonlyargs, *arguments.args)
    defaults = (*(None,) * (len(positional) - len(arguments.defaults)), *arguments.defaults, *arguments.kw_defaults)
    for argument, default in zip((*positional, *arguments.kwonlyargs), defaults, strict=True):
        is_number = isinstance(default, ast.Constant) and isinstance(default.value, (int, float))
        if is_number or getattr(argument.annotation, "id", "") in {"int", "float"}:
            yield argument.arg


def bind(index: FileIndex, function: Function, given: Given) -> dict[str, KeyValue]:
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


def given_by(node: ast.Call, values: tuple[KeyValue, ...]) -> Given:
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


def axes_of(value: KeyValue | None) -> object:
    if isinstance(value, Constant):
        return value.value
    if isinstance(value, Items):
        return tuple(axes_of(item) for item in value.items)
    return 0


def mapped_over(value: KeyValue, axes: object, place: int) -> KeyValue:
    """An argument as the mapped function gets it."""
    axis = axes
    if isinstance(axes, tuple):
        axis = axes[place] if place < len(axes) else 0
    if axis is None:
        return value
    if isinstance(axis, tuple) and isinstance(value, Items):
        return Items(tuple(mapped_over(item, axis, i) for i, item in enumerate(value.items)))
    return element(value, EACH)


def leaf(value: KeyValue, place: int) -> KeyValue:
    """What a round of `scan` gets of its input: of each array in it the same place."""
    if isinstance(value, Items):
        return Items(tuple(leaf(item, place) for item in value.items))
    if isinstance(value, Table):
        return Table(tuple((key, leaf(item, place)) for key, item in value.entries))
    return value.at(place) if isinstance(value, Thing) else value if isinstance(value, Constant) else OPAQUE


def nth(value: KeyValue, place: int) -> KeyValue | None:
    """An element that a function gets that is called with each; None if there are not as many."""
    if isinstance(value, Items):
        return value.items[place] if place < len(value.items) else None
    if isinstance(value, Table):
        return value.entries[place][1] if place < len(value.entries) else None
    if isinstance(value, Operation) and value.name == "range":
        return constant(place)
    return value.at(place) if isinstance(value, Thing) else OPAQUE


def of_table(table: Table, name: str, given: Given) -> KeyValue:
    if name == "values":
        return Items(tuple(value for _, value in table.entries))
    if name == "keys":
        return Items(tuple(constant(key) for key, _ in table.entries))
    if name == "items":
        return Items(tuple(Items((constant(key), value)) for key, value in table.entries))
    key = given.get("", 0)
    found = table.get(key.value) if isinstance(key, Constant) else None
    return found if found is not None else OPAQUE
