"""Calls whose result is random unless an argument seeds it: one table for pandas, scikit-learn and other libraries.

`data/sklearn_random_state.toml` and `data/library_random_state.toml` say which callables these are, which parameter
seeds them, what they draw from without it, and under which arguments they draw at all. Given calls whose callee is
known, says of one call what it draws from; knows nothing of what runs before it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from detlint.index import UNKNOWN
from detlint.index.values import Const, Instance, LocalClass, Ref, Sequence, Value
from detlint.rules.data import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from detlint.index import Argument, Arguments, FileIndex

ENTROPY = "entropy"
"""The state of draws that nothing but their own argument seeds."""

_INTEGERS = frozenset({"int", "numpy.int64", "numpy.int32"})
_GLOBAL = frozenset({"numpy.random", "numpy.random.mtrand._rand"})
"""What scikit-learn and pandas take for NumPy's global state, as they do None."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of one argument; the fields are those of the tables."""

    parameter: str
    position: int | None = None
    default: object = None
    values: tuple[object, ...] = ()
    kind: str = ""
    further: Condition | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """A callable that draws; the fields are those of the tables, `rule` the code that reports it."""

    name: str
    rule: str
    parameters: tuple[str, ...]
    state: str
    position: int | None = None
    fixed: bool = False
    none: str = ""
    unsure: bool = False
    when: tuple[Condition, ...] = ()
    maybe: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    reached: Condition | None = None
    seeds: tuple[str, ...] = ()
    seeded_by: tuple[str, ...] = ()
    since: tuple[str, str] | None = None
    but: tuple[str, ...] = ()

    @property
    def later(self) -> bool:
        """Whether it draws after the call: an object does so when it is used."""
        return self.name.rpartition(".")[2][:1].isupper()


@dataclass(frozen=True, slots=True)
class Unfixed:
    """A call that draws from `state` since no argument seeds it.

    `node` is where to report it: the callee, or the argument that is None. `sure`: it does whatever the data are.
    """

    draw: Draw
    node: ast.AST
    state: str
    none: bool
    sure: bool


@cache
def draws() -> Mapping[str, Draw]:
    """The tables, by canonical qualified name; names in `?.` are methods of receivers of unknown type."""
    found: dict[str, Draw] = {}
    for row in load(__package__, "sklearn_random_state")["callable"]:
        for name in row["names"]:
            found[name] = _draw(name, {"rule": "DET141", "parameters": ["random_state"], "state": "numpy", **row})
    for row in load(__package__, "library_random_state")["draw"]:
        for name in row["names"]:
            found[name] = _draw(name, {"rule": "DET151", **row})
    return found


def _draw(name: str, row: Mapping[str, Any]) -> Draw:
    library, _, version = row.get("since", "").partition(" ")
    return Draw(
        name=name,
        rule=row["rule"],
        parameters=tuple(row["parameters"]),
        state=row["state"],
        position=row.get("position"),
        fixed=row.get("fixed", False),
        none=row.get("none", ""),
        unsure=row.get("unsure", False),
        when=tuple(map(_condition, row.get("when", ()))),
        maybe=tuple(map(_condition, row.get("maybe", ()))),
        unless=tuple(map(_condition, row.get("unless", ()))),
        reached=_condition(row["reached"]) if "reached" in row else None,
        seeds=tuple(row.get("seeds", ())),
        seeded_by=tuple(row.get("seeded_by", ())),
        since=(library, version) if version else None,
        but=tuple(row.get("but", ())),
    )


def _condition(row: Mapping[str, Any]) -> Condition:
    return Condition(
        parameter=row["parameter"],
        position=row.get("position"),
        default=row.get("default"),
        values=tuple(row.get("values", ())),
        kind=row.get("is", ""),
        further=_condition(row["with"]) if "with" in row else None,
    )


@cache
def names_of(rule: str) -> tuple[str, ...]:
    """The callables that a rule reports; not those of receivers of unknown type."""
    return tuple(name for name, draw in draws().items() if draw.rule == rule and not name.startswith("?"))


def find(name: str) -> Draw | None:
    """The row of a qualified name, or of all names beside it."""
    row = draws().get(name)
    if row is not None:
        return row
    head, _, last = name.rpartition(".")
    row = draws().get(head + ".*")
    return None if row is None or last in row.but else row


def unfixed(index: FileIndex, call: ast.Call, names: tuple[str, ...]) -> Unfixed | None:
    """What a call of one of some names draws from; None if it is seeded, draws nothing, or is not known enough."""
    found = [_unfixed(index, call, draw) for name in names if (draw := find(name)) is not None]
    first = next((one for one in found if one is not None), None)
    if first is None:
        return None
    sure = all(one is not None and one.sure for one in found) and len(found) == len(names)
    return Unfixed(first.draw, first.node, first.state, first.none, sure)


def _unfixed(index: FileIndex, call: ast.Call, draw: Draw) -> Unfixed | None:
    arguments = index.arguments(call)
    acts = _acts(index, arguments, draw)
    if arguments.open or acts is False:
        return None
    state = draw.state
    if draw.reached is not None and holds(index, arguments, draw.reached) is not True:
        state = ENTROPY
    node: ast.AST = call.func
    sure = acts is True and not draw.unsure
    given = _seed(arguments, draw)
    if given is None:
        return None if draw.fixed else Unfixed(draw, node, state, False, sure)
    argument, newest = given
    nones = [_is_none(value) for value in argument.evaluated.alternatives]
    if not any(nones):
        return None
    if newest and draw.none == ENTROPY:
        state = ENTROPY
    return Unfixed(draw, argument.node, state, True, sure and all(nones))


def _seed(arguments: Arguments, draw: Draw) -> tuple[Argument, bool] | None:
    """The argument that seeds a call, and whether it is given under the newest name."""
    nothing: tuple[Argument, bool] | None = None
    for place, parameter in enumerate(draw.parameters):
        given = arguments.get(parameter, draw.position if place == 0 else None)
        if given is not None:
            if not any(_is_none(value) for value in given.evaluated.alternatives):
                return given, place == 0
            nothing = nothing or (given, place == 0)
    return nothing


def _is_none(value: Value) -> bool:
    return (isinstance(value, Const) and value.value is None) or (isinstance(value, Ref) and value.name in _GLOBAL)


def _acts(index: FileIndex, arguments: Arguments, draw: Draw) -> bool | None:
    """Whether the other arguments let a call draw; None where that depends on what is not known."""
    hindered = [holds(index, arguments, condition) for condition in draw.unless]
    if True in hindered:
        return False
    if not draw.when and not draw.maybe:
        acts: bool | None = True
    else:
        verdicts = [holds(index, arguments, condition) for condition in draw.when]
        maybe = [holds(index, arguments, condition) for condition in draw.maybe]
        acts = True if True in verdicts else None if None in verdicts or not all(m is False for m in maybe) else False
    return None if acts is True and None in hindered else acts


def holds(index: FileIndex, arguments: Arguments, condition: Condition) -> bool | None:
    """Whether a condition holds for the arguments of a call; None if that is not known."""
    if condition.further is not None:
        further = holds(index, arguments, condition.further)
        if further is not True:
            return further
    given = arguments.get(condition.parameter, condition.position) if condition.parameter else None
    if given is None:
        return _fits(index, Const(condition.default), condition)
    verdicts = {_fits(index, value, condition) for value in given.evaluated.alternatives}
    return verdicts.pop() if len(verdicts) == 1 else None


def _fits(index: FileIndex, value: Value, condition: Condition) -> bool | None:
    if condition.kind:
        return _KINDS[condition.kind](index, value)
    if isinstance(value, Const):
        found = condition.default if value.value is None else value.value
        return any(found is one or (found == one and type(found) is not bool) for one in condition.values)
    # An object (an array of centres, a splitter) is none of the words and switches that the tables list.
    known = isinstance(value, (Instance, Sequence)) and getattr(value, "type", "") not in {"str", "bool"}
    return False if known else None


# ----------------------------------------------------------------------------------------------------- kinds of values
def _left(index: FileIndex, value: Value) -> bool | None:
    return (value.value is None) if isinstance(value, Const) else None if value is UNKNOWN else False


def _given(index: FileIndex, value: Value) -> bool | None:
    return bool(value.value) if isinstance(value, Const) else True


def _automatic(index: FileIndex, value: Value) -> bool | None:
    return value.value in (None, "auto") if isinstance(value, Const) else None


def _integer(index: FileIndex, value: Value) -> bool | None:
    if isinstance(value, Const):
        return isinstance(value.value, int) and not isinstance(value.value, bool)
    if isinstance(value, Instance):
        return value.type in _INTEGERS
    return None


def _fraction(index: FileIndex, value: Value) -> bool | None:
    if isinstance(value, Const):
        return isinstance(value.value, float) and 0 < value.value < 1
    return False if isinstance(value, (Instance, Sequence)) and getattr(value, "type", "") != "float" else None


def _random(index: FileIndex, value: Value) -> bool | None:
    """Whether an estimator draws by itself."""
    if isinstance(value, Const) and value.value is None:
        return False
    if isinstance(value, Instance) and isinstance(value.origin, ast.Call):
        made = index.callee_names(value.origin)
        if made and not isinstance(value.type, LocalClass):
            drawing = unfixed(index, value.origin, made)
            return drawing is not None and (drawing.sure or None)
    return None


def _drawing(index: FileIndex, value: Value) -> bool | None:
    """Whether one of a list of augmentations draws."""
    if not isinstance(value, Sequence):
        return None
    verdicts = [_augments(index, element) for element in value.elements]
    return True if True in verdicts else None if value.open or None in verdicts else False


def _augments(index: FileIndex, element: ast.expr) -> bool | None:
    names = index.callee_names(element) if isinstance(element, ast.Call) else ()
    if not names or not all(name.startswith("albumentations.") for name in names):
        return None
    still = load(__package__, "library_random_state")["still"]["albumentations"]
    return not all(name.rpartition(".")[2] in still for name in names)


_KINDS: Mapping[str, Callable[[FileIndex, Value], bool | None]] = {
    "left": _left,
    "given": _given,
    "automatic": _automatic,
    "integer": _integer,
    "fraction": _fraction,
    "random": _random,
    "drawing": _drawing,
}
