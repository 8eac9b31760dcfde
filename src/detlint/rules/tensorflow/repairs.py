"""Repairs of TensorFlow's and Keras's calls: a seed of their own, and what keeps the mode from being turned on.

Given the nodes of a finding; gives its fix, or None.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.rules.repairs import Repair
from detlint.rules.tensorflow import ops
from detlint.rules.tensorflow.library import spellings
from detlint.rules.tensorflow.reading import uses

if TYPE_CHECKING:
    from detlint.context import Context
    from detlint.diagnostics import Fix


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


def raises_under_mode(context: Context) -> bool:
    """Whether the file calls an op that raises under op determinism."""
    calls = context.index.calls_of(*spellings(ops.names("raises", "varies")))
    return any(use.effect == "raises" for call in calls for use in uses(context, call))
