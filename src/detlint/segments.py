r"""Segments: the piece of a file's text around a node that LibCST is given.

Given a file's tree, its text and the parents of nodes, finds the innermost simple statement that holds a node, or, in
the header of a compound statement (a test, an iterable, a context manager, a decorator, a default, a base, a guard),
the header's expression alone, and parses its text with LibCST. Statements are cut out exactly, so neither `;` nor `\\`
nor the indentation around them matters; expressions are put in parentheses.

LibCST is only given what `ast` has accepted and what is of human size: its parser runs recursively in native code and
dies on deep nesting. Of a statement that is too large, the largest expression around the node that is not.
"""

from __future__ import annotations

import ast
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from detlint.pairing import Limits, flatten, pair, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from detlint.sources.source import SourceFile

# All of this together fits in a stack of 2 MB, less than what main threads have anywhere.
LIMITS = Limits(depth=100, operands=500, nodes=5_000)
MAX_QUOTES = 2_000

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


class Segmenter:
    """Finds and parses the segments of one file."""

    def __init__(self, source: SourceFile, parent: Callable[[ast.AST], ast.AST | None]) -> None:
        self.source = source
        self._parent = parent
        self._anchors: dict[ast.AST, list[ast.AST] | None] = {}
        self._parsed: dict[ast.AST, Segment] = {}

    def segment(self, node: ast.AST) -> Segment | None:
        """The parsed segment around a node; None where LibCST can take nothing that holds it.

        Raises `PairingError` where LibCST reads something else than `ast` does.
        """
        while True:
            root = self.root(node)
            if root is None:
                return None
            segment = self._parsed.get(root) or self._parse(root)
            if segment is not None:
                return segment

    def root(self, node: ast.AST) -> ast.AST | None:
        """The simple statement or header expression around a node; of one that is too large, what can be taken."""
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

    def _parse(self, root: ast.AST) -> Segment | None:
        """Parse a segment; None, and never again, where LibCST does not know the syntax (`(name): int`)."""
        anchors = self._anchors[root]
        assert anchors is not None
        start, end = span(self.source, root)
        try:
            nodes = walk(_parse_text(self.source.text[start:end], is_statement=isinstance(root, ast.stmt)))
        except cst.ParserSyntaxError:
            self._anchors[root] = None
            return None
        segment = self._parsed[root] = Segment(root, tuple(nodes), pair(nodes, anchors))
        return segment

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
        """The expressions of a path that can stand alone in parentheses, innermost first; none within a string."""
        found: list[ast.AST] = []
        for node, outer in itertools.pairwise(path):
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
        """Whether LibCST may be given a node's text."""
        if node not in self._anchors:
            start, end = span(self.source, node)
            text = self.source.text
            # Implicitly joined strings are one constant in `ast`, and nested in LibCST; each has two quotes at least.
            quotes = text.count("'", start, end) + text.count('"', start, end)
            self._anchors[node] = flatten(node, LIMITS) if quotes <= MAX_QUOTES else None
        return self._anchors[node] is not None


def _parse_text(text: str, *, is_statement: bool) -> cst.CSTNode:
    if not is_statement:
        return cst.parse_expression(f"({text})")
    line = cst.parse_statement(text)
    assert isinstance(line, cst.SimpleStatementLine)
    (statement,) = line.body
    return statement


# --------------------------------------------------------------------------------------------------- inside strings
_MARK = "_detlint_mark_"


def span_inside_string(segment: Segment, string: ast.AST, node: ast.AST, source: SourceFile) -> tuple[int, int]:
    """The offsets of a node inside an f-string, found by writing the string anew with a mark in the node's place.

    Needed before Python 3.12, whose `ast` has wrong positions there. Where the node cannot be found, the whole
    string's.
    """
    start, end = span(source, string)
    literal = next((n for n, partner in segment.pairs.items() if partner is string and isinstance(n, _LITERALS)), None)
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


_LITERALS = (cst.FormattedString, cst.ConcatenatedString) + (
    (cst.TemplatedString,) if hasattr(cst, "TemplatedString") else ()
)
