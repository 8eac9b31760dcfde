"""Repairs of TensorFlow's and Keras's calls: a seed of their own, and what keeps the mode from being turned on.

Given the nodes of a finding; gives its fix, or None.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from detlint.rules.reach import comes_to, place_of, words_of
from detlint.rules.repairs import Repair
from detlint.rules.tensorflow import ops
from detlint.rules.tensorflow.reading import uses
from detlint.rules.tensorflow.spellings import spellings

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from detlint.context import Context
    from detlint.diagnostics import Fix
    from detlint.project.run import Run
    from detlint.rules.reach import Place


def seed_fix(context: Context, call: ast.Call | None, parameter: str = "seed") -> Fix | None:
    """The fix that gives a call a seed of its own; one that is written already is only replaced if it is a constant."""
    if call is None:
        return None
    given = context.index.arguments(call).get(parameter)
    if given is not None and not (
        isinstance(given.node, ast.keyword) and given.node in call.keywords and isinstance(given.value, ast.Constant)
    ):
        return None
    repair = Repair(context)
    repair.set_argument(call, parameter, repair.seed(call))
    return repair.unsafe("Give it a fixed seed")


def raises_under_mode(context: Context, runs: Iterable[Run]) -> bool:
    """Whether the file calls an op that raises under op determinism, or one of the runs does in another file."""
    return bool(_raising(context)) or comes_to(context, runs, _words(), _raising)


def _raising(context: Context) -> frozenset[Place]:
    """The functions of a file that call an op that raises."""
    calls = context.index.calls_of(*_names())
    return frozenset(
        place_of(context, call) for call in calls if any(use.effect == "raises" for use in uses(context, call))
    )


@cache
def _names() -> frozenset[str]:
    return spellings(ops.names("raises", "varies"))


@cache
def _words() -> re.Pattern[str]:
    return words_of(_names())
