"""What calls of Python, NumPy, pandas and libraries on top of them draw from the global random states.

`Effect.detail` of a draw is "" for the state's own functions, else the code of the rule that reports such a draw by
itself (DET131 for pandas, DET151 for other libraries): DET101 and DET121 are about the former.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detlint.index.values import Const, Value
from detlint.project.effects import Call, Effect, EffectSource
from detlint.rules.data import load
from detlint.rules.python.seeding import EFFECTS as SEEDING_EFFECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from detlint.index import Arguments

_PANDAS_SAMPLES = ("pandas.DataFrame.sample", "pandas.Series.sample", "pandas.core.groupby.GroupBy.sample")
_RANDOM_STATE = 4


def _own_draws() -> dict[str, tuple[Effect, ...]]:
    states = load(__package__, "draws")["state"]
    return {name: (Effect("draw", row["name"]),) for row in states for name in row["names"]}


def _pandas_sample(call: Call) -> Iterator[Effect]:
    """`sample` draws from NumPy's global state unless it is given a random state that is not None."""
    arguments = call.index.arguments(call.node)
    given = arguments.get("random_state", _RANDOM_STATE)
    if given is None:
        if not arguments.open:
            yield Effect("draw", "numpy", "DET131")
    elif _is_none(given.evaluated):
        yield Effect("draw", "numpy", "DET131")


def _library_draw(row: Mapping[str, Any]) -> Callable[[Call], Iterable[Effect]]:
    """The effect function of a row of `data/library_draws.toml`."""

    def effects(call: Call) -> Iterator[Effect]:
        arguments = call.index.arguments(call.node)
        if arguments.open or not _acts(arguments, row):
            return
        for place, parameter in enumerate(row["parameters"]):
            given = arguments.get(parameter, row.get("position") if place == 0 else None)
            if given is not None and (not _is_none(given.evaluated) or (place == 0 and row.get("none") == "entropy")):
                return
        yield Effect("draw", row["state"], "DET151", conditional=bool(row.get("unsure")))

    return effects


def _acts(arguments: Arguments, row: Mapping[str, Any]) -> bool:
    """Whether the other arguments of a call let it draw at all."""
    needs = row.get("needs")
    if needs is not None:
        given = arguments.get(needs["parameter"], needs.get("position"))
        if given is None or any(isinstance(v, Const) and not v.value for v in given.evaluated.alternatives):
            return False
    fixed = row.get("fixed")
    if fixed is not None:
        given = arguments.get(fixed["parameter"], fixed.get("position"))
        value = given.evaluated if given is not None else None
        if isinstance(value, Const) and any(value.value is v or value.value == v for v in fixed["values"]):
            return False
    return all(arguments.get(name) is None for name in row.get("given", ()))


def _is_none(value: Value) -> bool:
    return isinstance(value, Const) and value.value is None


def _library_draws() -> dict[str, Callable[[Call], Iterable[Effect]]]:
    return {name: _library_draw(row) for row in load(__package__, "library_draws")["draw"] for name in row["names"]}


DRAWS: EffectSource = {**_own_draws(), **dict.fromkeys(_PANDAS_SAMPLES, _pandas_sample), **_library_draws()}

EFFECTS: tuple[EffectSource, ...] = (DRAWS, SEEDING_EFFECTS)
