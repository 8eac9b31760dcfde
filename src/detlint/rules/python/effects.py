"""What calls of Python, NumPy, pandas, scikit-learn and others draw from the global random states.

`Effect.detail` of a draw is "" for the state's own functions (`OF_A_SEED` for what is told as a seed), else the code of
the rule that reports such a draw by itself (DET131 for pandas, DET141 for scikit-learn, DET151 for other libraries):
DET101 and DET121 are about the former.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from detlint.diagnostics import Confidence
from detlint.index import dotted_name
from detlint.project.effects import OF_A_SEED, Call, Effect, EffectSource
from detlint.rules.data import load
from detlint.rules.python.random_states import ENTROPY, draws, unfixed
from detlint.rules.python.seeding import EFFECTS as SEEDING_EFFECTS

if TYPE_CHECKING:
    from collections.abc import Iterator


_SEEDING = re.compile(r"seed|rng|PRNGKey|RandomState|Generator|random\.key", re.IGNORECASE)
"""In texts that may hand a seed on."""
_OF_SEEDS = frozenset({"randint", "randrange", "getrandbits", "random_integers"})
"""Functions whose numbers are taken for seeds."""
_CHOICES = ("random.choice", "random.choices", "random.sample", "numpy.random.choice")


def _own_draws() -> EffectSource:
    states = load(__package__, "draws")["state"]
    found: dict[str, Any] = {name: (Effect("draw", row["name"]),) for row in states for name in row["names"]}
    found |= {name: partial(_for_a_seed, found[name]) for name in found if name.rpartition(".")[2] in _OF_SEEDS}
    return found | {name: partial(_unless_for_a_name, found[name]) for name in _CHOICES if name in found}


def _for_a_seed(effects: tuple[Effect, ...], call: Call) -> Iterator[Effect]:
    """What a call draws; where it is a seed that another rule tells of, with that said."""
    told = _SEEDING.search(call.index.text) is not None and _is_told_as_seed(call)
    yield from (replace(effect, detail=OF_A_SEED) for effect in effects) if told else effects


def _is_told_as_seed(call: Call) -> bool:
    from detlint.rules.python.seed_flow import seed_findings  # which asks what seeds

    for finding in seed_findings(call.index):
        if finding.confidence > Confidence.LOW:
            given = call.index.parent(finding.node) if finding.origin is None else None
            if finding.origin is call.node or (given is not None and given in call.index.ancestors(call.node)):
                return True
            if _is_part(call, finding.origin):
                return True
    return False


def _is_part(call: Call, origin: ast.AST | None) -> bool:
    """Whether a name is bound to a draw, and to what is told of it with something else: `seed ^= int(time.time())`."""
    drawn = call.index.parent(call.node)
    mixed = call.index.statement(origin) if origin is not None else None
    return (
        isinstance(drawn, ast.Assign)
        and isinstance(mixed, ast.AugAssign)
        and [dotted_name(target) for target in drawn.targets] == [dotted_name(mixed.target)]
        and call.index.function(drawn) is call.index.function(mixed)
    )


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
