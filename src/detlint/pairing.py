"""Pairing LibCST's nodes with CPython's: the same source, walked on both sides in one order.

Given the two trees of one simple statement or expression, gives the `ast` node of each LibCST node. No positions are
used: those inside f-strings are wrong before Python 3.12, and LibCST's would have to be computed. Both trees are
flattened into *anchors*, the nodes that stand for the same thing on either side, in an order that is defined by
structure (a callee, its positional arguments, its keyword arguments; chains of `and` as one list). Types and names must
then agree one by one.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class PairingError(Exception):
    """The two trees do not say the same: a bug here, or a difference between the two parsers."""


# ------------------------------------------------------------------------------------------------------------- ast
def _dict(node: ast.Dict) -> Iterable[ast.AST | None]:
    for key, value in zip(node.keys, node.values, strict=True):
        yield key
        yield value


def _lambda(node: ast.Lambda) -> Iterable[ast.AST | None]:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list[ast.expr | None](arguments.defaults)
    for parameter, default in zip(positional, defaults, strict=True):
        yield parameter
        yield default
    yield arguments.vararg
    for parameter, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield parameter
        yield default
    yield arguments.kwarg
    yield node.body


def _joined(node: Any) -> Iterable[ast.AST | None]:
    return [value for value in node.values if not isinstance(value, ast.Constant)]


def _formatted(node: Any) -> Iterable[ast.AST | None]:
    yield node.value
    if node.format_spec is not None:
        yield from _joined(node.format_spec)


def _fields(*names: str) -> Callable[[Any], Iterable[ast.AST | None]]:
    """Children in the order of these fields; a field holds a node, None or a list of nodes."""

    def children(node: Any) -> Iterable[ast.AST | None]:
        result: list[ast.AST | None] = []
        for name in names:
            value = getattr(node, name)
            if type(value) is list:
                result.extend(value)
            else:
                result.append(value)
        return result

    return children


_AST_CHILDREN: dict[type[ast.AST], Callable[[Any], Iterable[ast.AST | None]]] = {
    ast.AnnAssign: _fields("target", "annotation", "value"),
    ast.Assert: _fields("test", "msg"),
    ast.Assign: _fields("targets", "value"),
    ast.Attribute: _fields("value"),
    ast.AugAssign: _fields("target", "value"),
    ast.Await: _fields("value"),
    ast.BinOp: _fields("left", "right"),
    ast.BoolOp: _fields("values"),
    ast.Call: _fields("func", "args", "keywords"),
    ast.Compare: _fields("left", "comparators"),
    ast.Delete: _fields("targets"),
    ast.Dict: _dict,
    ast.DictComp: _fields("key", "value", "generators"),
    ast.Expr: _fields("value"),
    ast.FormattedValue: _formatted,
    ast.GeneratorExp: _fields("elt", "generators"),
    ast.IfExp: _fields("test", "body", "orelse"),
    ast.Import: _fields("names"),
    ast.ImportFrom: _fields("names"),
    ast.JoinedStr: _joined,
    ast.Lambda: _lambda,
    ast.List: _fields("elts"),
    ast.ListComp: _fields("elt", "generators"),
    ast.NamedExpr: _fields("target", "value"),
    ast.Raise: _fields("exc", "cause"),
    ast.Return: _fields("value"),
    ast.Set: _fields("elts"),
    ast.SetComp: _fields("elt", "generators"),
    ast.Slice: _fields("lower", "upper", "step"),
    ast.Starred: _fields("value"),
    ast.Subscript: _fields("value", "slice"),
    ast.Tuple: _fields("elts"),
    ast.UnaryOp: _fields("operand"),
    ast.Yield: _fields("value"),
    ast.YieldFrom: _fields("value"),
    ast.comprehension: _fields("target", "iter", "ifs"),
    ast.keyword: _fields("value"),
}
# Newer Pythons' nodes, by name: `type X = ...` (3.12), t-strings (3.14).
_AST_CHILDREN.update(
    (getattr(ast, name), children)
    for name, children in {
        "TypeAlias": _fields("name", "value"),
        "TemplateStr": _joined,
        "Interpolation": _formatted,
    }.items()
    if hasattr(ast, name)
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What LibCST, which parses recursively in native code, can take: depth, operands of one `and` or `or`, nodes."""

    depth: int
    operands: int
    nodes: int


def flatten(root: ast.AST, limits: Limits) -> list[ast.AST] | None:
    """The anchors of a simple statement or expression of `ast` in the shared order; None beyond the limits."""
    children = _AST_CHILDREN
    anchors: list[ast.AST] = []
    stack: list[tuple[ast.AST, int]] = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        anchors.append(node)
        below = children.get(type(node))
        if below is None:
            continue
        inner = [(child, depth + 1) for child in below(node) if child is not None]
        if depth == limits.depth or len(anchors) > limits.nodes:
            return None
        if len(inner) > limits.operands and isinstance(node, ast.BoolOp):
            return None
        inner.reverse()
        stack += inner
    return anchors


# ---------------------------------------------------------------------------------------------------------- LibCST
def _call(node: cst.Call) -> Sequence[cst.CSTNode | None]:
    """The callee, then arguments by position, then keywords and `**`: `ast` keeps the two in separate lists."""
    by_keyword = [arg for arg in node.args if arg.keyword is not None or arg.star == "**"]
    if not by_keyword:
        return [node.func, *node.args]
    return [node.func, *(arg for arg in node.args if arg.keyword is None and arg.star != "**"), *by_keyword]


def _boolean(node: cst.BooleanOperation) -> Sequence[cst.CSTNode | None]:
    """`a and b and c` as three operands, as `ast` has it; LibCST nests it to the left."""
    operands: list[cst.CSTNode | None] = [node.right]
    left = node.left
    while isinstance(left, cst.BooleanOperation) and not left.lpar and type(left.operator) is type(node.operator):
        operands.append(left.right)
        left = left.left
    operands.append(left)
    operands.reverse()
    return operands


def _pieces(node: cst.ConcatenatedString) -> Sequence[cst.CSTNode]:
    """The pieces of an implicit concatenation, which LibCST nests to the right."""
    pieces: list[cst.CSTNode] = [node.left]
    right: cst.CSTNode = node.right
    while isinstance(right, cst.ConcatenatedString):
        pieces.append(right.left)
        right = right.right
    pieces.append(right)
    return pieces


def _string(node: Any) -> Sequence[cst.CSTNode | None]:
    return [part for part in node.parts if isinstance(part, _INTERPOLATIONS)]


def _interpolation(node: Any) -> Sequence[cst.CSTNode | None]:
    return [node.expression, *(part for part in node.format_spec or () if isinstance(part, _INTERPOLATIONS))]


def _parameters(node: cst.Parameters) -> Sequence[cst.CSTNode | None]:
    star = node.star_arg if isinstance(node.star_arg, cst.Param) else None
    return [*node.posonly_params, *node.params, star, *node.kwonly_params, node.star_kwarg]


def _delete(node: cst.Del) -> Sequence[cst.CSTNode | None]:
    """`del a, b` has two targets in `ast` and a tuple in LibCST; `del (a, b)` has a tuple in both."""
    if isinstance(node.target, cst.Tuple) and not node.target.lpar:
        return node.target.elements
    return [node.target]


def _import(node: Any) -> Sequence[cst.CSTNode | None]:
    return [node.names] if isinstance(node.names, cst.ImportStar) else list(node.names)


def _cst_fields(*names: str) -> Callable[[Any], Sequence[cst.CSTNode | None]]:
    def children(node: Any) -> Sequence[cst.CSTNode | None]:
        result: list[cst.CSTNode | None] = []
        for name in names:
            value = getattr(node, name)
            if isinstance(value, (list, tuple)):
                result.extend(value)
            else:
                result.append(value)
        return result

    return children


def _nothing(node: Any) -> Sequence[cst.CSTNode | None]:
    return ()


_TEMPLATED: type[Any] | None = getattr(cst, "TemplatedString", None)  # since LibCST 1.8
_INTERPOLATIONS: tuple[type[Any], ...] = (cst.FormattedStringExpression,)
if _TEMPLATED is not None:
    _INTERPOLATIONS += (cst.TemplatedStringExpression,)

_CST_CHILDREN: dict[type[cst.CSTNode], Callable[[Any], Sequence[cst.CSTNode | None]]] = {
    cst.AnnAssign: _cst_fields("target", "annotation", "value"),
    cst.Annotation: _cst_fields("annotation"),
    cst.Arg: _cst_fields("value"),
    cst.Assert: _cst_fields("test", "msg"),
    cst.Assign: _cst_fields("targets", "value"),
    cst.AssignTarget: _cst_fields("target"),
    cst.Attribute: _cst_fields("value"),
    cst.AugAssign: _cst_fields("target", "value"),
    cst.Await: _cst_fields("expression"),
    cst.BinaryOperation: _cst_fields("left", "right"),
    cst.BooleanOperation: _boolean,
    cst.Break: _nothing,
    cst.Call: _call,
    cst.CompFor: _cst_fields("target", "iter", "ifs", "inner_for_in"),
    cst.CompIf: _cst_fields("test"),
    cst.Comparison: _cst_fields("left", "comparisons"),
    cst.ComparisonTarget: _cst_fields("comparator"),
    cst.ConcatenatedString: _pieces,
    cst.Continue: _nothing,
    cst.Del: _delete,
    cst.Dict: _cst_fields("elements"),
    cst.DictComp: _cst_fields("key", "value", "for_in"),
    cst.DictElement: _cst_fields("key", "value"),
    cst.Element: _cst_fields("value"),
    cst.Ellipsis: _nothing,
    cst.Expr: _cst_fields("value"),
    cst.Float: _nothing,
    cst.FormattedString: _string,
    cst.FormattedStringExpression: _interpolation,
    cst.From: _cst_fields("item"),
    cst.GeneratorExp: _cst_fields("elt", "for_in"),
    cst.Global: _nothing,
    cst.IfExp: _cst_fields("test", "body", "orelse"),
    cst.Imaginary: _nothing,
    cst.Import: _import,
    cst.ImportAlias: _nothing,
    cst.ImportFrom: _import,
    cst.ImportStar: _nothing,
    cst.Index: _cst_fields("value"),
    cst.Integer: _nothing,
    cst.Lambda: _cst_fields("params", "body"),
    cst.List: _cst_fields("elements"),
    cst.ListComp: _cst_fields("elt", "for_in"),
    cst.Name: _nothing,
    cst.NamedExpr: _cst_fields("target", "value"),
    cst.Nonlocal: _nothing,
    cst.Param: _cst_fields("default"),
    cst.Parameters: _parameters,
    cst.Pass: _nothing,
    cst.Raise: _cst_fields("exc", "cause"),
    cst.Return: _cst_fields("value"),
    cst.Set: _cst_fields("elements"),
    cst.SetComp: _cst_fields("elt", "for_in"),
    cst.SimpleString: _nothing,
    cst.Slice: _cst_fields("lower", "upper", "step"),
    cst.StarredDictElement: _cst_fields("value"),
    cst.StarredElement: _cst_fields("value"),
    cst.Subscript: _cst_fields("value", "slice"),
    cst.SubscriptElement: _cst_fields("slice"),
    cst.Tuple: _cst_fields("elements"),
    cst.TypeAlias: _cst_fields("name", "value"),
    cst.UnaryOperation: _cst_fields("expression"),
    cst.Yield: _cst_fields("value"),
}
if _TEMPLATED is not None:
    _CST_CHILDREN[_TEMPLATED] = _string
    _CST_CHILDREN[cst.TemplatedStringExpression] = _interpolation


def walk(root: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes of a small statement or expression: what is written, without punctuation and whitespace.

    The name of an attribute, a keyword or a parameter is part of its owner and not visited by itself.
    """
    children = _CST_CHILDREN
    nodes: list[cst.CSTNode] = []
    stack: list[cst.CSTNode | None] = [root]
    while stack:
        node = stack.pop()
        if node is None:
            continue
        nodes.append(node)
        stack.extend(reversed(children[type(node)](node)))
    return nodes


# --------------------------------------------------------------------------------------------------------- pairing
_PARTNERS: dict[type[cst.CSTNode], tuple[type[ast.AST], ...]] = {
    cst.AnnAssign: (ast.AnnAssign,),
    cst.Assert: (ast.Assert,),
    cst.Assign: (ast.Assign,),
    cst.Attribute: (ast.Attribute,),
    cst.AugAssign: (ast.AugAssign,),
    cst.Await: (ast.Await,),
    cst.BinaryOperation: (ast.BinOp,),
    cst.BooleanOperation: (ast.BoolOp,),
    cst.Break: (ast.Break,),
    cst.Call: (ast.Call,),
    cst.CompFor: (ast.comprehension,),
    cst.Comparison: (ast.Compare,),
    cst.ConcatenatedString: (ast.Constant, ast.JoinedStr),
    cst.Continue: (ast.Continue,),
    cst.Del: (ast.Delete,),
    cst.Dict: (ast.Dict,),
    cst.DictComp: (ast.DictComp,),
    cst.Ellipsis: (ast.Constant,),
    cst.Expr: (ast.Expr,),
    cst.Float: (ast.Constant,),
    cst.FormattedString: (ast.JoinedStr,),
    cst.FormattedStringExpression: (ast.FormattedValue,),
    cst.GeneratorExp: (ast.GeneratorExp,),
    cst.Global: (ast.Global,),
    cst.IfExp: (ast.IfExp,),
    cst.Imaginary: (ast.Constant,),
    cst.Import: (ast.Import,),
    cst.ImportAlias: (ast.alias,),
    cst.ImportFrom: (ast.ImportFrom,),
    cst.ImportStar: (ast.alias,),
    cst.Integer: (ast.Constant,),
    cst.Lambda: (ast.Lambda,),
    cst.List: (ast.List,),
    cst.ListComp: (ast.ListComp,),
    cst.Name: (ast.Name, ast.Constant),
    cst.NamedExpr: (ast.NamedExpr,),
    cst.Nonlocal: (ast.Nonlocal,),
    cst.Param: (ast.arg,),
    cst.Pass: (ast.Pass,),
    cst.Raise: (ast.Raise,),
    cst.Return: (ast.Return,),
    cst.Set: (ast.Set,),
    cst.SetComp: (ast.SetComp,),
    cst.SimpleString: (ast.Constant,),
    cst.Slice: (ast.Slice,),
    cst.StarredElement: (ast.Starred,),
    cst.Subscript: (ast.Subscript,),
    cst.Tuple: (ast.Tuple,),
    cst.UnaryOperation: (ast.UnaryOp,),
    cst.Yield: (ast.Yield, ast.YieldFrom),
}
if hasattr(ast, "TypeAlias"):
    _PARTNERS[cst.TypeAlias] = (ast.TypeAlias,)
if _TEMPLATED is not None and hasattr(ast, "TemplateStr"):
    _names: Any = ast  # type checkers know them only under Python 3.14
    _template, _part = _names.TemplateStr, _names.Interpolation
    _PARTNERS[_TEMPLATED] = (_template,)
    _PARTNERS[cst.ConcatenatedString] += (_template,)
    _PARTNERS[cst.TemplatedStringExpression] = (_part,)

_CONSTANT_NAMES = {"True": True, "False": False, "None": None}


def _expected(node: cst.CSTNode, tuples: set[cst.CSTNode]) -> tuple[type[ast.AST], ...]:
    """The types of `ast` that stand for a LibCST node; none for what only LibCST has: arguments, elements, targets."""
    if isinstance(node, cst.Arg):
        if node.keyword is not None or node.star == "**":
            return (ast.keyword,)
        return (ast.Starred,) if node.star else ()
    if isinstance(node, cst.Index):
        return (ast.Starred,) if node.star else ()
    if node in tuples:
        return (ast.Tuple,)
    return _PARTNERS.get(type(node), ())


def _name(node: cst.CSTNode) -> str | None:
    """The name that a LibCST node carries and that `ast` must repeat."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        return node.attr.value
    if isinstance(node, cst.Arg):
        return node.keyword.value if node.keyword is not None else None
    if isinstance(node, cst.Param):
        return node.name.value
    return None


def _agree(node: cst.CSTNode, partner: ast.AST) -> bool:
    name = _name(node)
    if isinstance(partner, ast.Constant):
        return name is None or (name in _CONSTANT_NAMES and partner.value is _CONSTANT_NAMES[name])
    if name is None or not name.isascii():  # CPython normalises names in other alphabets
        return True
    return name in (getattr(partner, "id", None), getattr(partner, "attr", None), getattr(partner, "arg", None))


def _is_tuple(node: cst.Subscript) -> bool:
    """Whether the subscript is a tuple without parentheses: `x[a, b]`, `x[a,]`, `x[*a]`."""
    first = node.slice[0]
    return isinstance(first.comma, cst.Comma) or (isinstance(first.slice, cst.Index) and bool(first.slice.star))


def pair(nodes: Sequence[cst.CSTNode], anchors: Sequence[ast.AST]) -> dict[cst.CSTNode, ast.AST]:
    """Give each LibCST node (of `walk`) its `ast` node (of `flatten`).

    What only LibCST has maps to what it wraps: an argument or element to its value, a dict's entry to its key, a target
    to its expression, a piece of a string to the whole string. Raises `PairingError` where the trees differ.
    """
    pairs: dict[cst.CSTNode, ast.AST] = {}
    tuples: set[cst.CSTNode] = set()
    wrappers: list[cst.CSTNode] = []
    remaining = iter(anchors)
    for node in nodes:
        if node in pairs or isinstance(node, cst.Parameters):
            continue
        expected = _expected(node, tuples)
        if not expected:
            wrappers.append(node)
            continue
        partner = next(remaining, None)
        if not isinstance(partner, expected) or not _agree(node, partner):
            raise PairingError(f"LibCST has {type(node).__name__} where ast has {type(partner).__name__}")
        pairs[node] = partner
        for wrapper in wrappers:
            pairs[wrapper] = partner
        wrappers.clear()
        if isinstance(node, cst.ConcatenatedString):
            pairs.update((piece, partner) for piece in _pieces(node))
        elif isinstance(node, cst.Subscript) and _is_tuple(node):
            tuples.add(node.slice[0])
    if next(remaining, None) is not None:
        raise PairingError("ast has nodes that LibCST has not")
    return pairs
