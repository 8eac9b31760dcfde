"""What a notebook's cells define and use, in the order in which a run from top to bottom executes them.

Given a file's index and its cells; gives the names that are used before they are defined. The cells are walked as
they would run: statements in their order, functions where they are called. Where it is not certain that something
runs, it may define names but is not blamed for using them.
"""

from __future__ import annotations

import ast
import builtins
import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from detlint.index.values import UNKNOWN
from detlint.sources.ipython import AUTOMAGICS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from detlint.index import FileIndex
    from detlint.sources.notebook import Cell

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_TRIES = (ast.Try, *((ast.TryStar,) if hasattr(ast, "TryStar") else ()))
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_MAX_DEPTH = 20

# What kernels put into every notebook, what Python 2 had, and what newer Pythons have.
_KNOWN = frozenset(dir(builtins)) | {
    "In", "Out", "dbutils", "display", "displayHTML", "exit", "getArgument", "get_ipython", "mssparkutils",
    "notebookutils", "quit", "sc", "spark", "sql", "sqlContext", "sqlc", "sqlctx", "table",
    "basestring", "buffer", "cmp", "execfile", "file", "intern", "long", "raw_input", "reduce", "reload", "unichr",
    "unicode", "xrange", "BaseExceptionGroup", "EncodingWarning", "ExceptionGroup", "PythonFinalizationError",
}  # fmt: skip
_KERNEL_NAME = re.compile(r"_+|_i+|_i?\d+|__\w+__|_dh|_ih|_oh|_exit_code")
_OPENERS = frozenset({"exec", "execfile", "globals", "locals", "vars"})
"""Builtins that define names, or that tell the code which names there are."""
_OPENING_METHODS = frozenset({"ex", "magic", "push", "run_cell", "run_cell_magic", "safe_execfile", "user_ns"})
_OPENING_MAGICS = frozenset({"load", "macro", "pylab", "recall", "rerun", "run", "store"})
_LEFT_OUT = re.compile(r"#.*\b(?:your (?:code|answer)|start code|solution|todo|fill in|exercise)\b", re.IGNORECASE)
"""What a course writes where its readers are to define something."""
_EXERCISE = re.compile(r"(?:exercise|assignment|homework)(?!.*solution)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A name that is used before it is defined, or after it was deleted.

    used_in, defined_in, deleted_in: the numbers of cells; defined_in is None if none defines it, deleted_in if none
    above deletes it. certain: whether the use is sure to run. unsure: something that is out of sight may define the
    name.
    """

    use: ast.Name
    used_in: int
    defined_in: int | None
    deleted_in: int | None
    certain: bool
    unsure: bool


class Sure(IntEnum):
    """How sure it is that code runs, on the way to it."""

    NO = 0
    MAYBE = 1
    YES = 2


def misplaced_names(index: FileIndex, cells: Sequence[Cell]) -> list[Misplaced]:
    """The names that a run from top to bottom does not know at their first use, in the order of that run."""
    walk = _Walk(index, cells)
    walk.block(index.tree.body, Sure.YES)
    return list(walk.found.values())


class _Walk:
    """A run of all cells from top to bottom."""

    def __init__(self, index: FileIndex, cells: Sequence[Cell]) -> None:
        self.found: dict[str, Misplaced] = {}
        self._index = index
        self._cells = cells
        self._starts = [cell.first for cell in cells]
        self._bindings = index.module_bindings
        self._bound: set[str] = set()
        self._deleted: dict[str, int] = {}  # by which cell
        self._open = False
        self._calls: list[ast.AST] = []  # the functions that are being run
        self._seen: set[tuple[ast.AST, Sure]] = set()
        self._loop: set[str] = set()  # what the loops around bind
        self._stores: defaultdict[ast.stmt, list[str]] = defaultdict(list)
        self._exempt = set(_words(text for cell in cells for text in cell.texts))
        self._left_out = bool(_EXERCISE.search(index.path)) or any(_LEFT_OUT.search(cell.text) for cell in cells)
        for name, bindings in self._bindings.items():
            for binding in bindings:
                if index.function(binding.node) is not None and not isinstance(binding.node, _FUNCTIONS):
                    self._exempt.add(name)  # by `global` in a function
                self._stores[index.statement(binding.node)].append(name)
        self._has_star = any(alias.name == "*" for alias in index.nodes(ast.alias))

    # ------------------------------------------------------------------------------------------------- statements
    def block(self, statements: Iterable[ast.stmt], sure: Sure) -> Sure:
        """Run statements; gives how sure it is that what follows them runs."""
        for statement in statements:
            sure = min(sure, self._statement(statement, sure))
        return sure

    def _statement(self, node: ast.stmt, sure: Sure) -> Sure:
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            return self._definition(node, sure)
        if isinstance(node, ast.If):
            return self._if(node, sure)
        if isinstance(node, _LOOPS):
            return self._loop_over(node, sure)
        if isinstance(node, _TRIES):
            return self._try(node, sure)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._expression(item.context_expr, sure)
            self._bind(node)
            # A context manager may swallow the error.
            return self.block(node.body, sure)
        if isinstance(node, ast.Match):
            self._expression(node.subject, sure)
            self._bind(node)
            for case in node.cases:
                self.block(case.body, min(sure, Sure.MAYBE))
            return sure
        self._simple(node, sure)
        return Sure.NO if isinstance(node, (ast.Return, ast.Raise, ast.Continue, ast.Break)) else sure

    def _is_magic(self, node: ast.stmt) -> bool:
        """`ls -lh`: to IPython a command, to Python a difference of what no cell defines."""
        value: ast.AST | None = node.value if isinstance(node, ast.Expr) else None
        while isinstance(value, ast.BinOp):
            value = value.left
        return isinstance(value, ast.Name) and value.id in AUTOMAGICS and value.id not in self._bindings

    def _simple(self, node: ast.stmt, sure: Sure) -> None:
        if self._is_magic(node):
            return
        if isinstance(node, ast.AnnAssign):
            parts: list[ast.AST | None] = [node.value, node.target]
        elif isinstance(node, ast.AugAssign):
            parts = [node.value, node.target]
            if isinstance(node.target, ast.Name):
                self._use(node.target, sure)
        elif isinstance(node, ast.Assign):
            parts = [node.value, *node.targets]
        else:
            parts = list(ast.iter_child_nodes(node))
        for part in parts:
            if part is not None:
                self._expression(part, sure)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            self._open = True
        if isinstance(node, ast.Delete) and sure is Sure.YES and not self._calls and not self._loop:
            self._delete(node)
        if not (isinstance(node, ast.AnnAssign) and node.value is None):
            self._bind(node)

    def _delete(self, node: ast.Delete) -> None:
        """Forget the names that a statement deletes; a tuple of names is deleted as they are."""
        for target in node.targets:
            for name in target.elts if isinstance(target, (ast.Tuple, ast.List)) else (target,):
                if isinstance(name, ast.Name) and name.id in self._bound:
                    self._bound.discard(name.id)
                    self._deleted[name.id] = self._cell(node).number

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, sure: Sure) -> Sure:
        for decorator in node.decorator_list:
            self._expression(decorator, sure)
        if isinstance(node, ast.ClassDef):
            for part in (*node.bases, *node.keywords):
                self._expression(part, sure)
            self.block(node.body, sure)
        else:
            self._defaults(node.args, sure)
        self._bind(node)
        return sure

    def _defaults(self, arguments: ast.arguments, sure: Sure) -> None:
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self._expression(default, sure)

    def _if(self, node: ast.If, sure: Sure) -> Sure:
        self._expression(node.test, sure)
        verdict = self._index.constant(node.test)
        maybe = min(sure, Sure.MAYBE)
        if verdict is UNKNOWN:
            after = (self.block(node.body, maybe), self.block(node.orelse, maybe))
            return sure if min(after) == maybe else Sure.NO
        taken, other = (node.body, node.orelse) if verdict else (node.orelse, node.body)
        self.block(other, Sure.NO)
        return self.block(taken, sure)

    def _loop_over(self, node: ast.For | ast.AsyncFor | ast.While, sure: Sure) -> Sure:
        self._expression(node.test if isinstance(node, ast.While) else node.iter, sure)
        self._bind(node)
        outer = self._loop
        self._loop = outer | {
            name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
        }
        self.block(node.body, sure)
        self._loop = outer
        returns = any(isinstance(inner, ast.Return) for inner in ast.walk(node))
        self.block(node.orelse, min(sure, Sure.MAYBE))
        return Sure.NO if returns else sure

    def _try(self, node: ast.Try, sure: Sure) -> Sure:
        after = self.block(node.body, Sure.NO if node.handlers else sure)
        self._bind(node)
        for handler in node.handlers:
            self.block(handler.body, Sure.NO)
        self.block(node.orelse, Sure.NO if node.handlers else after)
        self.block(node.finalbody, sure)
        return sure if node.handlers else after

    def _bind(self, node: ast.stmt) -> None:
        self._bound.update(self._stores.get(node, ()))

    # ------------------------------------------------------------------------------------------------ expressions
    def _expression(self, node: ast.AST, sure: Sure) -> None:
        """Evaluate an expression; iterative, since expressions may be nested deeply."""
        pending: list[tuple[ast.AST, Sure, bool]] = [(node, sure, False)]
        while pending:
            current, how, leaving = pending.pop()
            if leaving:
                self._leave(current, how)
                continue
            if isinstance(current, ast.Name):
                if isinstance(current.ctx, ast.Load):
                    self._use(current, how)
            elif isinstance(current, ast.Lambda):
                self._defaults(current.args, how)
            elif isinstance(current, (ast.Call, ast.NamedExpr)):
                pending.append((current, how, True))
                pending += [(part, how, False) for part in reversed(list(ast.iter_child_nodes(current)))]
            else:
                parts = [(part, _sure_of(current, place, how), False) for place, part in enumerate(_parts(current))]
                pending += reversed(parts)

    def _leave(self, node: ast.AST, sure: Sure) -> None:
        """Do what an expression does when its parts are evaluated."""
        if isinstance(node, ast.Call):
            self._call(node, sure)
        elif isinstance(node, ast.NamedExpr) and not self._calls:
            self._bound.add(node.target.id)

    def _call(self, node: ast.Call, sure: Sure) -> None:
        """Run the function that a call calls, if it is one of the notebook's own."""
        function = node.func
        if isinstance(function, ast.Attribute):
            first = self._index.constant(node.args[0]) if node.args else None
            if function.attr in _OPENING_METHODS or (function.attr == "run_line_magic" and first in _OPENING_MAGICS):
                self._open = True
        if not isinstance(function, ast.Name):
            return
        bindings = self._index.bindings(function)
        if not bindings:
            self._open = self._open or function.id in _OPENERS
        elif len(bindings) == 1 and function.id in self._bound | self._exempt:
            self._enter(bindings[0].node, sure)

    def _enter(self, node: ast.AST, sure: Sure) -> None:
        if isinstance(node, ast.ClassDef):
            methods = (each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__")
            node = next(methods, node)
        if (
            not isinstance(node, ast.FunctionDef)
            or node.decorator_list
            or len(self._calls) >= _MAX_DEPTH
            or (node, sure) in self._seen
            or any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in ast.walk(node))
        ):
            return
        self._seen.add((node, sure))
        self._calls.append(node)
        self.block(node.body, sure)
        self._calls.pop()

    # ------------------------------------------------------------------------------------------------------- uses
    def _use(self, node: ast.Name, sure: Sure) -> None:
        name = node.id
        if sure < (Sure.YES if self._calls else Sure.MAYBE) or name in self._bound or name in self.found:
            return
        if name in _KNOWN or name in self._exempt or _KERNEL_NAME.fullmatch(name):
            return
        if sure is Sure.MAYBE and name in self._loop:
            return
        bindings = self._index.bindings(node)
        if bindings and not isinstance(bindings[0].scope.node, ast.Module):
            return
        own = bindings[0].scope.bindings[name] if bindings else []
        cell = self._cell(node)
        if not own and (self._open or self._has_star):
            return
        if self._is_meant(cell, name):
            return
        defined_in = min((self._cell(binding.node).number for binding in own), default=None)
        unsure = self._open or (not own and self._left_out)
        deleted_in = self._deleted.get(name)
        self.found[name] = Misplaced(node, cell.number, defined_in, deleted_in, sure is Sure.YES, unsure)

    def _is_meant(self, cell: Cell, name: str) -> bool:
        """Whether a cell is meant to fail for want of a name."""
        return "raises-exception" in cell.tags or (cell.error.startswith("NameError") and f"'{name}'" in cell.error)

    def _cell(self, node: ast.AST) -> Cell:
        while not hasattr(node, "lineno"):
            parent = self._index.parent(node)
            if parent is None:
                return self._cells[0]
            node = parent
        return self._cells[max(bisect_right(self._starts, node.lineno) - 1, 0)]


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """What an expression evaluates, in that order."""
    if isinstance(node, ast.IfExp):
        yield from (node.test, node.body, node.orelse)
    elif isinstance(node, _COMPREHENSIONS):
        for generator in node.generators:
            yield generator.iter
            yield from generator.ifs
        yield from (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
    else:
        yield from ast.iter_child_nodes(node)


def _sure_of(node: ast.AST, place: int, sure: Sure) -> Sure:
    """How sure it is that a part of an expression is evaluated, given how sure the whole is."""
    if isinstance(node, (ast.IfExp, ast.BoolOp)) and place > int(isinstance(node, ast.BoolOp)):
        return min(sure, Sure.MAYBE)
    return sure


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from re.findall(r"[^\W\d]\w*", text)
