"""Whether a mode (torch's deterministic algorithms, TensorFlow's op determinism) is on where a node stands.

Given a context and a node; asks the project around the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import ast

    from detlint.context import Context
    from detlint.project.run import Mode

State = Literal["on", "off", "maybe", "callers", "unreached"]
"""`off`: an entry point comes there without the mode. `maybe`: with it only on some ways. `callers`: no entry point of
the project comes there, and it is a package, or the project's entry points turn the mode on. `unreached`: nobody in
sight comes there."""


def state(context: Context, node: ast.AST, mode: str) -> State:
    """The state of a mode at a node, over all entry points that reach it; where none does, as the file has it."""
    project = context.project
    before: set[Mode] = set()
    for known in project.mode_at(node, mode):
        if known == "off":
            break
        before.add(known)
    else:
        return "on" if before == {"on"} else "maybe"
    if project.is_reached(node):
        return "off"
    if project.is_package:
        return "callers"
    return "callers" if project.is_turned_on(mode) else "unreached"
