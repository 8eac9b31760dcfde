"""Operators, displays, subscripts, comprehensions."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING

from detlint.index.core import CYCLE, hashable, join
from detlint.index.names import Iterated, Names
from detlint.index.syntax import is_text
from detlint.index.values import (
    UNKNOWN,
    Const,
    Instance,
    LocalFunction,
    Mapping,
    Ref,
    Sequence,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_ARITHMETIC: dict[type, Callable[[object, object], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
}


class Operations(Names):
    """What expressions made of others denote."""

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        kind = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}[type(node)]
        elements: list[ast.expr] = []
        unknown = False
        for element in node.elts:
            if isinstance(element, ast.Starred):
                inner = self._evaluate(element.value)
                if isinstance(inner, Sequence) and not inner.open:
                    elements.extend(inner.elements)
                else:
                    unknown = True
            else:
                elements.append(element)
        return Sequence(kind, tuple(elements), node, open=unknown)

    def _comprehension(self, node: ast.expr) -> Value:
        kind = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict", ast.GeneratorExp: "generator"}[
            type(node)
        ]
        element = None
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            element = self._type_name(self._evaluate(node.elt))
        return Instance(kind, node, element)

    def _subscript(self, node: ast.Subscript) -> Value:
        base = self._evaluate(node.value)
        results = [self._indexed(member, node) for member in base.alternatives]
        if all(r is CYCLE for r in results):
            return CYCLE
        return join(results)

    def _indexed(self, base: Value, node: ast.Subscript) -> Value:
        if isinstance(base, Mapping):
            key = self._evaluate(node.slice)
            if isinstance(key, Const) and hashable(key.value):
                entry = base.entries.get(key.value)
                if entry is not None:
                    return self._entry_value(entry)
                return UNKNOWN
            return UNKNOWN if base.open else join(self._entry_value(e) for e in base.entries.values())
        if isinstance(base, Sequence):
            if isinstance(node.slice, ast.Slice):
                return Sequence(base.kind, base.elements, base.origin, open=True)
            key = self._evaluate(node.slice)
            if isinstance(key, Const) and isinstance(key.value, int) and not base.open:
                if -len(base.elements) <= key.value < len(base.elements):
                    return self._evaluate(base.elements[key.value])
                return UNKNOWN
            return join([*(self._evaluate(e) for e in base.elements), *([UNKNOWN] if base.open else [])])
        if isinstance(base, Instance):
            if isinstance(node.slice, ast.Slice) and base.type in {"list", "tuple", "str"}:
                return base
            if base.type == "dict":
                return self.mapped(base.origin)
            if isinstance(base.type, str) and base.type in self.knowledge.arithmetic and is_text(node.slice):
                # What a text reads is not what a number reads: a column of a table; of a tensor, nothing.
                return self._typed(self.knowledge.attribute(base.type, "[text]"), node)
            kind = base.element or (self.knowledge.element(base.type) if isinstance(base.type, str) else None)
            return self._typed(kind, node)
        return base if base is CYCLE else UNKNOWN

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self._evaluate(node.left), self._evaluate(node.right)
        if isinstance(node.op, ast.BitOr) and isinstance(left, Mapping):
            merged = Mapping(dict(left.entries), left.open, node)
            self._merge(merged, right)
            return merged
        if isinstance(left, Const) and isinstance(right, Const):
            return _fold(node.op, left.value, right.value)
        if (
            isinstance(node.op, ast.Add)
            and isinstance(left, Sequence)
            and isinstance(right, Sequence)
            and left.kind == right.kind
        ):
            return Sequence(left.kind, left.elements + right.elements, node, open=left.open or right.open)
        return self._operation(node, [left, right])

    def _operation(self, node: ast.AST, operands: list[Value]) -> Value:
        if all(v is CYCLE for v in operands):
            return CYCLE
        kinds: list[str] = []
        for operand in operands:
            members = [m for m in operand.alternatives if not (isinstance(m, Const) and m.value is None)]
            types = [self._type_of(m) for m in members]
            if types and all(t is not None for t in types):
                kinds += [t for t in types if t is not None]
        kind = self.knowledge.operation(kinds)
        if kind is not None:
            return Instance(kind, node)
        return Instance("str", node) if kinds and kinds[0] == "str" else UNKNOWN

    def _type_of(self, value: Value) -> str | None:
        if isinstance(value, Instance):
            if isinstance(value.type, str):
                return value.type
            return next(iter(self.external_bases(value.type)), None)
        if isinstance(value, Const):
            return type(value.value).__name__
        if isinstance(value, Sequence):
            return value.kind
        if isinstance(value, Mapping):
            return "dict"
        if isinstance(value, Ref) and "." in value.name:
            head, _, last = value.name.rpartition(".")
            return self.knowledge.attribute(head, last) or None
        return None

    def _unary(self, node: ast.UnaryOp) -> Value:
        operand = self._evaluate(node.operand)
        if isinstance(operand, Const):
            try:
                if isinstance(node.op, ast.Not):
                    return Const(not operand.value)
                if isinstance(node.op, ast.USub):
                    return Const(-operand.value)  # type: ignore[operator]
                if isinstance(node.op, ast.UAdd):
                    return operand
                return Const(~operand.value)  # type: ignore[operator]
            except TypeError:
                return UNKNOWN
        if isinstance(node.op, ast.Not):
            return Instance("bool", node)
        return self._operation(node, [operand])

    def _boolean(self, node: ast.BoolOp) -> Value:
        """`a or b`, `a and b`: constants that decide are followed."""
        results: list[Value] = []
        stop_on = isinstance(node.op, ast.Or)
        for index, operand in enumerate(node.values):
            value = self._evaluate(operand)
            if isinstance(value, Const) and index < len(node.values) - 1:
                if bool(value.value) is stop_on:
                    results.append(value)
                    break
                continue
            results.append(value)
        return join(results)

    def _compare(self, node: ast.Compare) -> Value:
        values = [self._evaluate(node.left), *(self._evaluate(c) for c in node.comparators)]
        if isinstance(node.ops[0], (ast.Is, ast.IsNot, ast.In, ast.NotIn)):
            return Instance("bool", node)
        kinds = [self._type_of(v) for v in values]
        kind = self.knowledge.operation(k for k in kinds if k is not None)
        if kind is not None:
            return Instance(kind, node)
        if len(values) == 2 and isinstance(values[0], Const) and isinstance(values[1], Const):
            same = values[0].value == values[1].value
            if isinstance(node.ops[0], ast.Eq):
                return Const(same)
            if isinstance(node.ops[0], ast.NotEq):
                return Const(not same)
        return Instance("bool", node)

    def _conditional(self, node: ast.IfExp) -> Value:
        test = self._evaluate(node.test)
        if isinstance(test, Const):
            return self._evaluate(node.body if test.value else node.orelse)
        return join([self._evaluate(node.body), self._evaluate(node.orelse)])

    def _joined(self, node: ast.JoinedStr) -> Value:
        parts = []
        for piece in node.values:
            value = self._evaluate(piece.value if isinstance(piece, ast.FormattedValue) else piece)
            if not isinstance(value, Const) or (
                isinstance(piece, ast.FormattedValue) and piece.format_spec is not None
            ):
                return Instance("str", node)
            parts.append(str(value.value))
        return Const("".join(parts))

    def _lambda(self, node: ast.Lambda) -> Value:
        return LocalFunction(node)

    def _await(self, node: ast.Await) -> Value:
        return self._evaluate(node.value)

    def _walrus(self, node: ast.NamedExpr) -> Value:
        return self._evaluate(node.value)

    def _starred(self, node: ast.Starred) -> Value:
        return self._evaluate(node.value)

    def _each(self, node: Iterated) -> Value:
        return self._iterated(node.iterable)


def _fold(op: ast.operator, left: object, right: object) -> Value:
    """Arithmetic on constants, where the result is small."""
    if isinstance(left, (str, bytes)) and isinstance(op, (ast.Mult, ast.Mod)):
        return Instance(type(left).__name__)
    function = _ARITHMETIC.get(type(op))
    if function is None:
        if (
            isinstance(op, ast.Pow)
            and isinstance(left, int)
            and isinstance(right, int)
            and 0 <= right <= 64
            and abs(left) <= 1024
        ):
            return Const(left**right)
        return UNKNOWN
    if isinstance(right, (str, bytes)) and isinstance(op, ast.Mult):
        return Instance(type(right).__name__)
    try:
        return Const(function(left, right))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return UNKNOWN
