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
    """A place in a file, and the function around it: its qualified name and line, None at the top level."""

    location: Location
    function: tuple[str, int] | None

    def key(self, project: Project) -> str:
        """The key that the file's summary has for the function."""
        if self.function is None:
            return MODULE
        name, line = self.function
        numbered = f"{name}@{line}"
        return numbered if numbered in project.module.functions else name


def noted(context: Context, node: ast.AST) -> Place:
    """The place of a node. What stands in a lambda counts for the function around it."""
    return Place(context.location(node), _function(context.index, node))


def _function(index: FileIndex, node: ast.AST) -> tuple[str, int] | None:
    functions = [node for node in index.ancestors(node) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if not functions:
        return None
    around = [functions[0], *index.ancestors(functions[0])]
    names = [scope.name for scope in around if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
    return ".".join(reversed(names)), functions[0].lineno


def state(project: Project, place: Place, mode: str) -> State:
    """The state of a mode at a place, over all entry points that reach it; where none does, as the file has it."""
    key = place.key(project)
    if key not in project.module.functions:
        return "off"
    states = project.modes_at(key, (place.location.line, place.location.column), mode)
    if states and all(known == "on" for known in states):
        return "on"
    if "off" not in states and states:
        return "maybe"
    if not project.reached(key) and _turned_on(project, mode):
        return "callers"
    return "off"


def _turned_on(project: Project, mode: str) -> bool:
    """Whether the file has entry points, and each of them turns the mode on."""
    entries = project.entry_points
    return bool(entries) and all(any(entry.run.of_kind("mode_on", mode)) for entry in entries)
