"""Whether a mode is on where something stands: asked of the project by rules about single places of a file.

A rule notes places while the file is at hand (`noted`), and asks when the project is known (`state`).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from detlint.project.summary import MODULE

if TYPE_CHECKING:
    from detlint.context import Context
    from detlint.diagnostics import Location
    from detlint.index import FileIndex
    from detlint.project.model import Project

State = Literal["on", "off", "maybe", "callers"]
"""`callers`: off as far as this code goes, but no entry point reaches it, and those that there are turn the mode on."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file: where it stands, and in which function, by the key that summaries use."""

    location: Location
    function: str


def noted(context: Context, node: ast.AST) -> Place:
    """The place of a node."""
    return Place(context.location(node), function_key(context.index, node))


def function_key(index: FileIndex, node: ast.AST) -> str:
    """The key of the function around a node: `train`, `Model.call`, or that of the module's top level."""
    names = [
        ancestor.name
        for ancestor in index.ancestors(node)
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    ]
    function = index.function(node)
    while isinstance(function, ast.Lambda):
        function = index.function(function)
    if function is None:
        return MODULE
    while names[0] != function.name:
        names.pop(0)
    return ".".join(reversed(names))


def state(project: Project, place: Place, mode: str) -> State:
    """The state of a mode at a place, over all entry points that reach it; where none does, as the file has it."""
    states = project.modes_at(place.function, (place.location.line, place.location.column), mode)
    if states and all(known == "on" for known in states):
        return "on"
    if "off" not in states and states:
        return "maybe"
    if not project.reached(place.function) and _turned_on(project, mode):
        return "callers"
    return "off"


def _turned_on(project: Project, mode: str) -> bool:
    """Whether the file has entry points, and each of them turns the mode on."""
    entries = project.entry_points
    return bool(entries) and all(any(entry.run.of_kind("mode_on", mode)) for entry in entries)
