"""Modules of a project in which a function that seeds may be found: those that a file imports, and those that it could.

Given a context and a statement; gives the modules as the file names them above the statement, each with what imports
it, if anything does.
"""

from __future__ import annotations

import ast
import os
import sys
from typing import TYPE_CHECKING

from detlint.index.syntax import is_main_guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.context import Context
    from detlint.project.model import Project

_LIKELY = (
    "seed", "seeds", "seeding", "seed_utils", "reproducibility", "repro", "random_state", "determinism",
    "utils", "util", "helpers", "helper", "common", "misc", "tools", "train_utils", "training_utils",
)  # fmt: skip
"""Modules in which functions that seed are mostly found."""
_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def modules(
    context: Context, project: Project, at: ast.stmt
) -> Iterator[tuple[str, ast.ImportFrom | ast.alias | None]]:
    """The modules that are imported above a statement, then those that could be.

    These stand beside a module of the project that is imported, or beside the file itself where that is a script, have
    a name that promises something of use, and do nothing but define.
    """
    above = [each for each in context.index.tree.body if each.lineno < at.lineno]
    names: list[str] = []
    for statement in above:
        if isinstance(statement, ast.ImportFrom):
            name = _name(statement)
            names.append(name)
            yield name, statement
        elif isinstance(statement, ast.Import):
            yield from ((alias.name, alias) for alias in statement.names)
    for folder in _folders(context, project, names):
        for name in (f"{folder}{last}" for last in _LIKELY):
            if name not in names and _only_defines(context, project, name, beside=not folder):
                yield name, None


def imports_own(project: Project, imports: list[ast.Import | ast.ImportFrom]) -> bool:
    """Whether imports are of modules of the project."""
    names = (_name(each) if isinstance(each, ast.ImportFrom) else each.names[0].name for each in imports)
    return all(project.links.find_module(project.module, name) is not None for name in names)


def _name(statement: ast.ImportFrom) -> str:
    return "." * statement.level + (statement.module or "")


def _folders(context: Context, project: Project, names: list[str]) -> list[str]:
    """What stands before the names of modules: the packages of those that are imported, nothing for a script."""
    own = (name for name in names if project.links.find_module(project.module, name) is not None)
    around = {name[: name.rindex(".") + 1] for name in own if "." in name}
    is_script = not os.path.exists(os.path.join(os.path.dirname(context.path), "__init__.py"))
    is_relative = any(name.startswith(".") for name in names)
    return [*sorted(around), *([""] if is_script and not is_relative else [])]


def _only_defines(context: Context, project: Project, name: str, *, beside: bool) -> bool:
    """Whether a module is there, and importing it changes nothing. beside: it must stand in the folder of the file."""
    file = project.links.quiet_import(project.module, name)
    runs = project.links.imported_with([file]) if file is not None else set()
    module = project.links.find_module(project.module, name) if runs else None
    if module is None or os.path.realpath(context.path) in map(os.path.realpath, runs):
        return False
    if beside and (name in sys.stdlib_module_names or _folder(module.path) != _folder(context.path)):
        return False
    home = context.beside(module.path)
    return home is not None and all(map(_defines, home.index.tree.body))


def _folder(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))


def _defines(statement: ast.stmt) -> bool:
    """Whether a statement of the top level only binds names."""
    if isinstance(statement, ast.If):
        return is_main_guard(statement.test) or all(map(_defines, (*statement.body, *statement.orelse)))
    if isinstance(statement, ast.Try):
        return all(map(_defines, statement.body))
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, (*_DEFINES, ast.Assign, ast.AnnAssign, ast.Pass))
