"""What expressions give, as far as keys go: containers, operations, conditions, comprehensions.

Every method gives the ways that evaluation may take: pairs of a state and a value. Calls are in `key_calls`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.rules.jax.key_state import Frame, State, merged
from detlint.rules.jax.key_values import (
    OPAQUE,
    Constant,
    Context,
    Function,
    Items,
    KeyValue,
    Operation,
    Table,
    Thing,
    Token,
    constant,
    is_definite,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

from detlint.rules.jax.key_lookup import Lookups, Ways

_ROUNDS = 2
_ITERATORS = frozenset({"enumerate", "zip", "range"})


class Expressions(Lookups):
    """Evaluates the expressions of one file that are no calls."""

    # ----------------------------------------------------------------------------------------- constants and containers
    def _constant(self, frame: Frame, state: State, node: ast.Constant) -> Ways:
        return [(state, constant(node.value))]

    def _lambda(self, frame: Frame, state: State, node: ast.Lambda) -> Ways:
        return [(state, Function(node))]

    def _tuple(self, frame: Frame, state: State, node: ast.Tuple | ast.List | ast.Set) -> Ways:
        ways: Ways = []
        for after, values in self.evaluate_all(frame, state, [_unstarred(e) for e in node.elts]):
            items: list[KeyValue] = []
            known = True
            for item, value in zip(node.elts, values, strict=True):
                if not isinstance(item, ast.Starred):
                    items.append(value)
                elif isinstance(value, Items):
                    items += value.items
                else:
                    known = False
            ways.append((after, Items(tuple(items)) if known else OPAQUE))
        return ways

    _list = _tuple
    _set = _tuple

    def _dict(self, frame: Frame, state: State, node: ast.Dict) -> Ways:
        ways: Ways = []
        for after, values in self.evaluate_all(frame, state, node.values):
            entries: dict[object, KeyValue] = {}
            known = True
            for key, value in zip(node.keys, values, strict=True):
                if key is None:
                    known = known and isinstance(value, Table)
                    entries.update(value.entries if isinstance(value, Table) else ())
                elif isinstance(key, ast.Constant) and isinstance(key.value, (str, int)):
                    entries[key.value] = value
                else:
                    known = False
            ways.append((after, Table(tuple(entries.items())) if known else OPAQUE))
        return ways

    # ------------------------------------------------------------------------------------------------------- operations
    def _binop(self, frame: Frame, state: State, node: ast.BinOp) -> Ways:
        ways: Ways = []
        for after, (left, right) in self.evaluate_all(frame, state, [node.left, node.right]):
            ways.append((after, _combined(type(node.op).__name__, left, right)))
        return ways

    def _unaryop(self, frame: Frame, state: State, node: ast.UnaryOp) -> Ways:
        ways: Ways = []
        for after, value in self.evaluate(frame, state, node.operand):
            if isinstance(node.op, ast.USub) and isinstance(value, Constant) and isinstance(value.value, int):
                ways.append((after, constant(-value.value)))
            else:
                name = "not" if isinstance(node.op, ast.Not) else type(node.op).__name__
                ways.append((after, _operation(name, (value,))))
        return ways

    def _compare(self, frame: Frame, state: State, node: ast.Compare) -> Ways:
        ways: Ways = []
        for after, values in self.evaluate_all(frame, state, [node.left, *node.comparators]):
            if len(values) != 2:
                ways.append((after, OPAQUE))
                continue
            kind = type(node.ops[0])
            if kind in (ast.IsNot, ast.NotEq, ast.NotIn):
                name = {ast.IsNot: "is", ast.NotEq: "==", ast.NotIn: "in"}[kind]
                ways.append((after, _operation("not", (_operation(name, values),))))
            else:
                name = {ast.Is: "is", ast.Eq: "==", ast.In: "in"}.get(kind, kind.__name__)
                ways.append((after, _operation(name, values)))
        return ways

    def _boolop(self, frame: Frame, state: State, node: ast.BoolOp) -> Ways:
        name = "and" if isinstance(node.op, ast.And) else "or"
        ways: Ways = []
        pending: list[tuple[State, tuple[KeyValue, ...]]] = [(state, ())]
        for place, operand in enumerate(node.values):
            following: list[tuple[State, tuple[KeyValue, ...]]] = []
            for before, values in pending:
                for after, value in self.evaluate(frame, before, operand):
                    decided = after.decided(value)
                    if decided is (name == "or"):
                        ways.append((after, value))
                    else:
                        following.append((after, values if decided is not None else (*values, value)))
            pending = following
            if place == len(node.values) - 1:
                ways += [
                    (after, _operation(name, values) if len(values) != 1 else values[0])
                    for after, values in pending
                    if values
                ]
                ways += [(after, constant(name == "and")) for after, values in pending if not values]
        return ways

    def _ifexp(self, frame: Frame, state: State, node: ast.IfExp) -> Ways:
        if not self.names.matters(node):
            return [(state, OPAQUE)]
        ways: Ways = []
        for after, test in self.evaluate(frame, state, node.test):
            for branch, holds in self.parted(after, test):
                ways += self.evaluate(frame, branch, node.body if holds else node.orelse)
        return ways

    def parted(self, state: State, test: KeyValue) -> list[tuple[State, bool]]:
        """The ways on from a condition."""
        decided = state.decided(test)
        if decided is not None:
            return [(state, decided)]
        other = state.copy()
        if is_definite(test):
            state.assume(test, True)
            other.assume(test, False)
        return [(state, True), (other, False)]

    def _namedexpr(self, frame: Frame, state: State, node: ast.NamedExpr) -> Ways:
        ways = self.evaluate(frame, state, node.value)
        for after, value in ways:
            self.assign(frame, after, node.target, value)
        return ways

    def _await(self, frame: Frame, state: State, node: ast.Await) -> Ways:
        return self.evaluate(frame, state, node.value)

    def _starred(self, frame: Frame, state: State, node: ast.Starred) -> Ways:
        return [(after, OPAQUE) for after, _ in self.evaluate(frame, state, node.value)]

    # ----------------------------------------------------------------------------------------------------------- rounds
    def rounds(self, state: State, value: KeyValue, site: ast.AST, context: Context) -> list[KeyValue]:
        """What the first rounds of a loop over a value get; not more than there are."""
        value = state.load(value)
        if isinstance(value, Items):
            return [state.load(item) for item in value.items[: _ROUNDS + 1]]
        if isinstance(value, Table):
            return [constant(key) for key, _ in value.entries[: _ROUNDS + 1]]
        if isinstance(value, Thing):
            return [state.part(value, place) for place in range(_ROUNDS)]
        if isinstance(value, Operation) and value.name in _ITERATORS:
            return self._iterated(state, value, site, context)
        return [Thing(Token("other", site, (*context, place))) for place in range(_ROUNDS)]

    def _iterated(self, state: State, value: Operation, site: ast.AST, context: Context) -> list[KeyValue]:
        if value.name == "range":
            return _numbers(value.operands, site, context)
        columns = [self.rounds(state, operand, site, (*context, i)) for i, operand in enumerate(value.operands)]
        if not columns:
            return []
        rows: list[KeyValue] = [Items(tuple(row)) for row in zip(*columns, strict=False)]
        if value.name == "enumerate":
            return [Items((constant(place), item)) for place, item in enumerate(columns[0])]
        return rows

    def _listcomp(self, frame: Frame, state: State, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Ways:
        return self._comprehended(frame, state, node, [node.elt], node.generators)

    _setcomp = _listcomp
    _generatorexp = _listcomp

    def _dictcomp(self, frame: Frame, state: State, node: ast.DictComp) -> Ways:
        return self._comprehended(frame, state, node, [node.key, node.value], node.generators)

    def _comprehended(
        self, frame: Frame, state: State, node: ast.expr, elements: list[ast.expr], generators: list[ast.comprehension]
    ) -> Ways:
        if not self.names.matters(node):
            return [(state, OPAQUE)]
        collected: list[list[KeyValue]] = []
        states = self._generated(frame, [state], generators, elements, collected)
        last = [values[-1] for values in collected]
        if len(collected) > 1 and last[0] == last[-1] and isinstance(last[0], Thing):
            return [(after, Items(tuple(last))) for after in states]
        kind = "key" if last and isinstance(last[0], Thing) and last[0].token.kind == "key" else "other"
        return [(after, self.fresh(frame, node, kind)) for after in states]

    def _generated(
        self,
        frame: Frame,
        states: list[State],
        generators: Sequence[ast.comprehension],
        elements: list[ast.expr],
        collected: list[list[KeyValue]],
    ) -> list[State]:
        """Run the rounds of a comprehension's first clause, with those of the others inside."""
        if not generators:
            after = []
            for state in states:
                for last, values in self.evaluate_all(frame, state, elements):
                    collected.append(list(values))
                    after.append(last)
            return after
        clause, *rest = generators
        found: list[State] = []
        for state in states:
            for entered, iterable in self.evaluate(frame, state, clause.iter):
                found += self._rounds_of(frame, entered, clause, iterable, rest, elements, collected)
        return merged(found)

    def _rounds_of(
        self,
        frame: Frame,
        state: State,
        clause: ast.comprehension,
        iterable: KeyValue,
        rest: Sequence[ast.comprehension],
        elements: list[ast.expr],
        collected: list[list[KeyValue]],
    ) -> list[State]:
        current = [state]
        outer = frame.context
        for place, value in enumerate(self.rounds(state, iterable, clause, outer)):
            frame.context = (*outer, (clause, place))
            following: list[State] = []
            for before in current:
                self.assign(frame, before, clause.target, value)
                passing, skipped = self._filtered(frame, before, clause.ifs)
                following += skipped + self._generated(frame, passing, rest, elements, collected)
            current = merged(following)
        frame.context = outer
        return current

    def _filtered(self, frame: Frame, state: State, tests: list[ast.expr]) -> tuple[list[State], list[State]]:
        passing = [state]
        skipped: list[State] = []
        for test in tests:
            following: list[State] = []
            for before in passing:
                for after, value in self.evaluate(frame, before, test):
                    for branch, holds in self.parted(after, value):
                        (following if holds else skipped).append(branch)
            passing = following
        return passing, skipped


def _unstarred(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Starred) else node


def _operation(name: str, operands: tuple[KeyValue, ...]) -> KeyValue:
    return Operation(name, operands) if all(is_definite(operand) for operand in operands) or name == "not" else OPAQUE


def _combined(name: str, left: KeyValue, right: KeyValue) -> KeyValue:
    if isinstance(left, Items) and isinstance(right, Items) and name == "Add":
        return Items((*left.items, *right.items))
    if isinstance(left, Items) and name == "Mult":
        times = right.value if isinstance(right, Constant) and isinstance(right.value, int) else _ROUNDS
        return Items(left.items * min(times, _ROUNDS)) if left.items else left
    if isinstance(left, Constant) and isinstance(right, Constant):
        first, second = left.value, right.value
        if isinstance(first, int) and isinstance(second, int):
            sums = {"Add": first + second, "Sub": first - second, "Mult": first * second}
            return constant(sums[name]) if name in sums else OPAQUE
    return _operation(name, (left, right))


def _numbers(operands: tuple[KeyValue, ...], site: ast.AST, context: Context) -> list[KeyValue]:
    """The first numbers of a `range`."""
    known = [o.value if isinstance(o, Constant) and isinstance(o.value, int) else None for o in operands]
    start, stop = (0, known[0]) if len(known) == 1 else (known[0], known[1]) if len(known) > 1 else (0, None)
    step = known[2] if len(known) > 2 else 1
    if start is None or not step:
        return [Thing(Token("other", site, (*context, place))) for place in range(_ROUNDS)]
    numbers = range(start, start + _ROUNDS * step, step)
    return [constant(n) for n in numbers if stop is None or (n < stop if step > 0 else n > stop)]
