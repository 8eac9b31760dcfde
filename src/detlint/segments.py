"""Segments: the piece of a file's text around a node that LibCST is given.

Given a file's tree, its text and the parents of nodes, finds the innermost simple statement that holds a node, or, in the
header of a compound statement (a test, an iterable, a context manager, a decorator, a default, a base, a guard), the
header's expression alone, and parses its text with LibCST. Statements are cut out exactly, so neither `;` nor `\\` nor the
indentation around them matters; expressions are put in parentheses.

LibCST is only given what `ast` has accepted and what is of human size: its parser runs recursively in native code and dies
on deep nesting. Of a statement that is too large, the largest expression around the node that is not.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

import libcst as cst

from detlint.diagnostics import Location
from detlint.pairing import flatten, pair, walk
from detlint.sources.source import SourceFile

MAX_DEPTH = 200
MAX_OPERANDS = 1_000
MAX_NODES = 5_000

_COMPOUND = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.AsyncFor, ast.While,
    ast.With, ast.AsyncWith, ast.Try, ast.Match, *((ast.TryStar,) if hasattr(ast, "TryStar") else ()),
)  # fmt: skip
_STRINGS = tuple(kind for name in ("JoinedStr", "TemplateStr") if (kind := getattr(ast, name, None)))
_INTERPOLATIONS = tuple(kind for name in ("FormattedValue", "Interpolation") if (kind := getattr(ast, name, None)))


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A parsed segment: its root in `ast`, LibCST's nodes in order, and the `ast` node of each."""

    root: ast.AST
    nodes: tuple[cst.CSTNode, ...]
    pairs: dict[cst.CSTNode, ast.AST]


def span(source: SourceFile, node: ast.AST) -> tuple[int, int]:
    """The offsets of a node's start and end in the text; only for nodes that have positions."""
    place = source.location(node)  # type: ignore[arg-type]
    return source.offset(place.line, place.column), source.offset(place.end_line, place.end_column)


def location(source: SourceFile, start: int, end: int) -> Location:
    """The location between two offsets in the text."""
    line, end_line = bisect_right(source.line_starts, start), bisect_right(source.line_starts, end)
    column, end_column = start - source.line_starts[line - 1] + 1, end - source.line_starts[end_line - 1] + 1
    return Location(line, column, end_line, end_column)


def parse(root: ast.AST, source: SourceFile) -> Segment:
    """Parse the text of a simple statement or expression and pair its nodes with those of `ast`."""
    start, end = span(source, root)
    text = source.text[start:end]
    node: cst.CSTNode
    if isinstance(root, ast.stmt):
        line = cst.parse_statement(text)
        assert isinstance(line, cst.SimpleStatementLine)
        (node,) = line.body
    else:
        node = cst.parse_expression(f"({text})")
    nodes = walk(node)
    return Segment(root, tuple(nodes), pair(nodes, flatten(root)))


class Segmenter:
    """Finds the roots of segments in one file."""

    def __init__(self, source: SourceFile, parent: Callable[[ast.AST], ast.AST | None]) -> None:
        self.source = source
        self._parent = parent
        self._verdicts: dict[ast.AST, bool] = {}

    def root(self, node: ast.AST) -> ast.AST | None:
        """The simple statement or header expression around a node, or what LibCST can take of it; None where nothing is."""
        path = self._path(node)
        statement = path[-1]
        if isinstance(statement, ast.stmt) and not isinstance(statement, _COMPOUND) and self._fits(statement):
            return statement
        expressions = self._expressions(path)
        if expressions and self._fits(expressions[-1]):
            return expressions[-1]
        best = None
        for expression in expressions:
            if not self._fits(expression):
                break
            best = expression
        return best

    def outermost_string(self, node: ast.AST) -> ast.AST | None:
        """The f-string that holds a node, and all of whose parts have no trustworthy positions before Python 3.12."""
        strings = [outer for outer in self._path(node)[1:] if isinstance(outer, _STRINGS)]
        return strings[-1] if strings else None

    def _path(self, node: ast.AST) -> list[ast.AST]:
        """The node and what is around it, up to its statement."""
        path = [node]
        while not isinstance(path[-1], ast.stmt):
            outer = self._parent(path[-1])
            if outer is None:
                break
            path.append(outer)
        return path

    def _expressions(self, path: list[ast.AST]) -> list[ast.AST]:
        """The expressions of a path that can stand alone in parentheses, innermost first; none that is within a string."""
        found: list[ast.AST] = []
        for node, outer in zip(path, path[1:], strict=False):
            if isinstance(node, _STRINGS):
                found.clear()
            if not isinstance(node, ast.expr) or isinstance(node, (ast.Slice, ast.Starred, *_INTERPOLATIONS)):
                continue
            if isinstance(outer, _INTERPOLATIONS) and isinstance(node, _STRINGS):
                continue  # a format specification
            if isinstance(outer, ast.Subscript) and isinstance(node, ast.Tuple):
                continue  # may hold slices
            found.append(node)
        return found

    def _fits(self, node: ast.AST) -> bool:
        verdict = self._verdicts.get(node)
        if verdict is None:
            start, end = span(self.source, node)
            text = self.source.text
            quotes = text.count("'", start, end) + text.count('"', start, end)
            # Implicitly joined strings are one constant in `ast`, and nested in LibCST; each has two quotes at least.
            verdict = self._verdicts[node] = quotes <= 4 * MAX_OPERANDS and _is_of_human_size(node)
        return verdict


def _is_of_human_size(root: ast.AST) -> bool:
    """Whether LibCST's recursive parser can take it: measured without recursion."""
    count = 0
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        count += 1
        if depth > MAX_DEPTH or count > MAX_NODES:
            return False
        if isinstance(node, ast.BoolOp) and len(node.values) > MAX_OPERANDS:
            return False
        stack.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    return True


# --------------------------------------------------------------------------------------------------- inside strings
_MARK = "_detlint_mark_"


def span_inside_string(segment: Segment, string: ast.AST, node: ast.AST, source: SourceFile) -> tuple[int, int]:
    """The offsets of a node inside an f-string, found by writing the string anew with a mark in the node's place.

    Needed before Python 3.12, whose `ast` has wrong positions there. Where the node cannot be found, the whole string's.
    """
    start, end = span(source, string)
    literal = next(
        (n for n, partner in segment.pairs.items() if partner is string and isinstance(n, _LITERALS)), None
    )
    found = [n for n, partner in segment.pairs.items() if partner is node]
    if literal is None or not found:
        return start, end
    first = found[-1]
    last = first
    if isinstance(first, cst.Arg):
        last = first.value
        first = first.keyword or first.value
    before, _ = _marked(literal, first)
    text, length = _marked(literal, last)
    if before < 0 or text < 0:
        return start, end
    return start + before, start + text + length


def _marked(literal: cst.CSTNode, node: cst.CSTNode) -> tuple[int, int]:
    """Where a node begins in the code of a string, and how long it is, both without parentheses around it."""
    code = cst.Module([]).code_for_node
    bare = {"lpar": (), "rpar": ()}
    mark = cst.Name(_MARK, lpar=getattr(node, "lpar", ()), rpar=getattr(node, "rpar", ()))
    marked = literal.deep_replace(node, mark)
    assert isinstance(marked, cst.CSTNode)
    return code(marked.with_changes(**bare)).find(_MARK), len(code(node.with_changes(**bare)))


_LITERALS = (cst.FormattedString, cst.ConcatenatedString) + ((cst.TemplatedString,) if hasattr(cst, "TemplatedString") else ())
