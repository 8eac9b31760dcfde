"""Whether torch's deterministic mode is on for a trainer that has an argument of its own for it.

Such a trainer leaves the mode alone where its argument is not given: a program may turn it on by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from detlint.diagnostics import Confidence
from detlint.index import UNKNOWN
from detlint.project.places import is_test
from detlint.rules.torch.given import value_of

if TYPE_CHECKING:
    import ast
    from collections.abc import Collection, Mapping

    from detlint.context import Context
    from detlint.index import Arguments, FileIndex

_MANAGED = re.compile(r"(Trainer|Arguments|Config|CLI|from_argparse_args)$")


def turned_on(context: Context, node: ast.AST) -> Literal["on", "maybe", "off"]:
    """Whether the program turns the mode on by itself, in every run that comes to a node; `maybe`: on some ways.

    What another trainer is told does not count, though it may last: nobody means one trainer's argument for the next.
    """
    states = []
    for run in context.project.runs_through(node):
        own = [event for event in run.of_kind("mode_on", "torch") if not _MANAGED.search(event.text)]
        states.append("on" if any(not event.conditional for event in own) else "maybe" if own else "off")
    if states and all(state == "on" for state in states):
        return "on"
    return "off" if "off" in states or not states else "maybe"


def confidence(context: Context, arguments: Arguments, cpu: Mapping[str, Collection[object]]) -> Confidence:
    """How sure it is that a trainer without the mode matters: on a GPU, not in a test, nothing more given unseen."""
    index = context.index
    if arguments.open or is_test(context.path):
        return Confidence.LOW
    return Confidence.LOW if any(_is_one_of(index, arguments, name, cpu[name]) for name in cpu) else Confidence.HIGH


def _is_one_of(index: FileIndex, arguments: Arguments, name: str, values: Collection[object]) -> bool:
    value = value_of(index, arguments, name)
    return value is not UNKNOWN and value in values
