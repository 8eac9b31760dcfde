"""What a program comes to in other files than the one in which it starts.

Given runs and what finds calls in one file; tells whether a run comes to one of them elsewhere.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.project.summary import MODULE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from detlint.context import Context
    from detlint.project.run import Run
    from detlint.project.summary import ModuleSummary

Place = tuple[int, str]
"""A function of a file, by its line and name; line 0 for the top level."""


def words_of(names: Iterable[str]) -> re.Pattern[str]:
    """What a file contains that calls one of some qualified names."""
    last = {name.removesuffix(".__call__").rpartition(".")[2] for name in names}
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, last)))})\b")


def place_of(context: Context, node: ast.AST) -> Place:
    """The function around a node."""
    function = context.index.function(node)
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return 0, ""
    return function.lineno, function.name


def comes_to(
    context: Context, runs: Iterable[Run], words: re.Pattern[str], find: Callable[[Context], frozenset[Place]]
) -> bool:
    """Whether one of some runs comes to a function of another file than the context's that `find` gives.

    words: what a file must contain for that.
    """
    for run in runs:
        for path, module in run.modules.items():
            places = context.of_module(path, words, find) if path != context.path else None
            if places and _comes_there(run, module, places):
                return True
    return False


def _comes_there(run: Run, module: ModuleSummary, places: frozenset[Place]) -> bool:
    if any(line == 0 for line, _ in places):
        return True
    for key in list(module.functions):
        name = key.rpartition(".")[2].partition("@")[0]
        if key != MODULE and any(name == other for _, other in places):
            function = module.functions[key]
            if (function.line, name) in places and run.reaches(module.path, key):
                return True
    return False
