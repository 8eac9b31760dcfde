"""What calls of Python, NumPy, pandas, scikit-learn and others draw from the global random states.

`Effect.detail` of a draw is "" for the state's own functions, else the code of the rule that reports such a draw by
itself (DET131 for pandas, DET141 for scikit-learn, DET151 for other libraries): DET101 and DET121 are about the former.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.project.effects import Call, Effect, EffectSource
from detlint.rules.data import load
from detlint.rules.python.random_states import ENTROPY, draws, unfixed
from detlint.rules.python.seeding import EFFECTS as SEEDING_EFFECTS

if TYPE_CHECKING:
    from collections.abc import Iterator


def _own_draws() -> dict[str, tuple[Effect, ...]]:
    states = load(__package__, "draws")["state"]
    return {name: (Effect("draw", row["name"]),) for row in states for name in row["names"]}


def _unfixed_draw(call: Call) -> Iterator[Effect]:
    """What a call draws from unless an argument of its own seeds it."""
    if call.name.startswith("?") and "pandas" not in call.index.imports:
        return
    found = unfixed(call.index, call.node, (call.name,))
    if found is not None and found.state != ENTROPY:
        yield Effect("draw", found.state, found.draw.rule, conditional=not found.sure, later=found.draw.later)


_UNFIXED = {name: _unfixed_draw for name, draw in draws().items() if draw.state != ENTROPY}

DRAWS: EffectSource = {**_own_draws(), **_UNFIXED}

EFFECTS: tuple[EffectSource, ...] = (DRAWS, SEEDING_EFFECTS)
