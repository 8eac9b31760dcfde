"""Draws in functions that numba compiles: they come from a state of numba's own.

`np.random.seed` and `random.seed` reach that state only where they are called in a compiled function themselves. Given
the index of a file.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index import NameSet
from detlint.rules.data import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex

JITTED = (
    "numba.jit", "numba.njit", "numba.vectorize", "numba.guvectorize", "numba.stencil", "numba.generated_jit",
    "numba.experimental.jitclass",
)  # fmt: skip
_SEEDS = ("numpy.random.seed", "random.seed")


def is_jitted(index: FileIndex, function: ast.AST | None) -> bool:
    """Whether a function of the file is compiled by numba: by a decorator, or by `njit(function)`."""
    if not isinstance(function, ast.FunctionDef):
        return False
    for decorator in function.decorator_list:
        expression = decorator.func if isinstance(decorator, ast.Call) else decorator
        if any(name in JITTED for name in index.names(expression)):
            return not _is_object_mode(index, decorator)
    return False


def _is_object_mode(index: FileIndex, decorator: ast.expr) -> bool:
    """Whether a decorator leaves the function to Python, which draws from Python's and NumPy's own states."""
    if not isinstance(decorator, ast.Call):
        return False
    forced = index.arguments(decorator).get("forceobj")
    return forced is not None and index.constant(forced.value) is True


def unseeded_jitted_draws(index: FileIndex) -> Iterator[ast.Call]:
    """The first draw of each compiled function, where no compiled function of the file seeds."""
    if "numba" not in index.imports:
        return
    names = [name for row in load(__package__, "draws")["state"] for name in row["names"]]
    if any(is_jitted(index, index.function(call)) for call in index.calls_of(*_SEEDS)):
        return
    seen: set[ast.AST] = set()
    for call, _ in index.find_calls(NameSet(names)):
        function = index.function(call)
        if function is not None and function not in seen and is_jitted(index, function):
            seen.add(function)
            yield call
