"""What functions of the project's other modules do with the keys that they are given.

Given the project around a file; tells of a qualified name which parameters are used up, and whether that is certain. A
function is run by itself, as one of the file would be, once in a run of detlint.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.index import FileIndex
from detlint.index.tree import FunctionNode

if TYPE_CHECKING:
    from detlint.project.build import Definition, FileProject
    from detlint.project.summary import ModuleSummary

_QUESTION = "keys used up"
_DEEPEST = 3
_LIBRARIES = sys.stdlib_module_names | {"jax", "jaxlib", "numpy", "scipy"}


@dataclass(frozen=True, slots=True)
class KeyUse:
    """The parameters of a function that a call gives by position, and those that it uses up: whether on all ways."""

    positional: tuple[str, ...]
    used: dict[str, bool]


Elsewhere = Callable[[str], KeyUse | None]
"""Gives what the function does that a qualified name means; None where it is not in sight."""

Runs = Callable[[FileIndex, FunctionNode, Elsewhere], dict[str, bool] | None]
"""Runs a function; gives the parameters that it uses up, None where that cannot be told."""


def may_be_elsewhere(name: str) -> bool:
    """Whether a qualified name may be one of the project's own modules."""
    return name.partition(".")[0] not in _LIBRARIES


def nowhere(name: str) -> KeyUse | None:
    """No other module is in sight."""
    return None


class Modules:
    """Looks functions up in the modules of a project."""

    def __init__(self, project: FileProject, run: Runs, module: ModuleSummary | None = None, depth: int = 0) -> None:
        self._project = project
        self._run = run
        self._module = module
        self._depth = depth
        self._known: dict[str, KeyUse | None] = {}

    def __call__(self, name: str) -> KeyUse | None:
        """What the function does with its keys that a name means, seen from the module."""
        if name not in self._known:
            self._known[name] = self._find(name) if may_be_elsewhere(name) else None
        return self._known[name]

    def _find(self, name: str) -> KeyUse | None:
        definition = self._project.definition(name, self._module) if self._depth < _DEEPEST else None
        if definition is None or "jax" not in definition.module.imports:
            return None
        if _QUESTION not in definition.known:
            definition.known[_QUESTION] = None  # While it is run, it may be asked for again.
            definition.known[_QUESTION] = self._read(definition)
        known = definition.known[_QUESTION]
        return known if isinstance(known, KeyUse) else None

    def _read(self, definition: Definition) -> KeyUse | None:
        found = definition.read()
        if found is None:
            return None
        index, node = found
        used = self._run(index, node, Modules(self._project, self._run, definition.module, self._depth + 1))
        names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        bound = index.owner(node) is not None
        return None if used is None else KeyUse(tuple(names[bound:]), used)
