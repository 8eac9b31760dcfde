"""What calls of Python, NumPy, pandas, scikit-learn and others draw from the global random states.

`Effect.detail` of a draw is "" for the state's own functions, else the code of the rule that reports such a draw by
itself (DET131 for pandas, DET141 for scikit-learn, DET151 for other libraries): DET101 and DET121 are about the former.
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Any

from detlint.project.effects import Call, Effect, EffectSource
from detlint.rules.data import load
from detlint.rules.python.random_states import ENTROPY, draws, unfixed
from detlint.rules.python.seeding import EFFECTS as SEEDING_EFFECTS

if TYPE_CHECKING:
    from collections.abc import Iterator


_CHOICES = ("random.choice", "random.choices", "random.sample", "numpy.random.choice")


def _own_draws() -> EffectSource:
    states = load(__package__, "draws")["state"]
    found: dict[str, Any] = {name: (Effect("draw", row["name"]),) for row in states for name in row["names"]}
    return found | {name: partial(_unless_for_a_name, found[name]) for name in _CHOICES if name in found}


def _unless_for_a_name(effects: tuple[Effect, ...], call: Call) -> Iterator[Effect]:
    """What a choice draws; nothing where letters are chosen (`string.ascii_letters`), which make a name for a file."""
    letters = (name for node in ast.walk(call.node) for name in _names(call, node))
    if not any(name.startswith(("string.ascii_", "string.digits", "string.hexdigits")) for name in letters):
        yield from effects


def _names(call: Call, node: ast.AST) -> tuple[str, ...]:
    return call.index.names(node) if isinstance(node, (ast.Name, ast.Attribute)) else ()


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
