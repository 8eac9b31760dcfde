"""What loops and branches of JAX do with keys: functions that call those they are given, once or in rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.rules.jax.key_arguments import leaf, nth
from detlint.rules.jax.key_functions import MOST_OUTCOMES, Functions
from detlint.rules.jax.key_state import Frame, Given, State
from detlint.rules.jax.key_values import (
    CALLABLES,
    OPAQUE,
    Items,
    KeyValue,
    Thing,
    constant,
    element,
)

if TYPE_CHECKING:
    import ast

    from detlint.rules.jax.key_lookup import Ways


class Loops(Functions):
    """Evaluates calls of `jax.lax.scan`, `cond` and their kin."""

    def _loop(self, frame: Frame, state: State, node: ast.AST, kind: str, given: Given) -> Ways:
        if given.open:
            return [(state, self.fresh(frame, node))]
        ways: Ways = getattr(self, f"_loop_{kind}")(frame, state, node, given)
        return ways

    def _again(
        self,
        frame: Frame,
        ways: Ways,
        node: ast.AST,
        place: int,
        function: KeyValue | None,
        give: list[KeyValue | None],
    ) -> Ways:
        """One round: call a function with the value of each way in place of the None in `give`."""
        outer = frame.context
        frame.context = (*outer, (node, place))
        following: Ways = []
        for state, carried in ways:
            arguments = tuple(carried if value is None else value for value in give)
            called = function if isinstance(function, CALLABLES) else None
            following += self.call(frame, state, node, called, Given(arguments), inner=place > 0)
        frame.context = outer
        return following[:MOST_OUTCOMES]

    def _loop_scan(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        function, start, over = given.get("f", 0), given.get("init", 1), given.get("xs", 2)
        length = given.get("length", 3)
        ways: Ways = [(state, start or OPAQUE)]
        once = length == constant(1)
        for place in range(1 if once else 2):
            each = leaf(over, place) if over is not None else constant(None)
            ways = self._again(frame, ways, node, place, function, [None, each])
            ways = [
                (after, after.part(value, 0) if isinstance(value, Thing) else element(value, 0))
                for after, value in ways
            ]
        return [(after, Items((value, self.fresh(frame, (node, "stacked"))))) for after, value in ways]

    def _loop_fori(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        low, high, function = given.get("lower", 0), given.get("upper", 1), given.get("body_fun", 2)
        ways: Ways = [(state, given.get("init_val", 3) or OPAQUE)]
        for place in range(1 if low == constant(0) and high == constant(1) else 2):
            number: KeyValue = constant(place) if low == constant(0) else self.fresh(frame, (node, "number", place))
            ways = self._again(frame, ways, node, place, function, [number, None])
        return ways

    def _loop_while(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        ask, body = given.get("cond_fun", 0), given.get("body_fun", 1)
        ways: Ways = [(state, given.get("init_val", 2) or OPAQUE)]
        for place in range(2):
            asked: Ways = []
            for before, carried in ways:
                asked += [
                    (after, carried) for after, _ in self._again(frame, [(before, carried)], node, place, ask, [None])
                ]
            ways = self._again(frame, asked, node, place, body, [None])
        return ways

    def _loop_cond(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        test = given.get("pred", 0) or OPAQUE
        yes, no = given.get("true_fun", 1), given.get("false_fun", 2)
        operand = given.get("operand")
        operands = given.positional[3:] if operand is None else (operand,)
        first = second = operands
        if not isinstance(yes, CALLABLES) and len(given.positional) == 5:
            _, one, yes, other, no = given.positional
            first, second = (one,), (other,)
        ways: Ways = []
        for branch, holds in self.parted(state, test):
            function, arguments = (yes, first) if holds else (no, second)
            called = function if isinstance(function, CALLABLES) else None
            ways += self.call(frame, branch, node, called, Given(arguments))
        return ways

    def _loop_switch(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        branches = given.get("branches", 1)
        operand = given.get("operand")
        operands = given.positional[2:] if operand is None else (operand,)
        if not isinstance(branches, Items) or not branches.items:
            return self.call(frame, state, node, None, Given(operands))
        ways: Ways = []
        for function in branches.items:
            called = function if isinstance(function, CALLABLES) else None
            ways += self.call(frame, state.copy(), node, called, Given(operands))
        return ways

    def _loop_each(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        function, over = given.get("f", 0), given.positional[1:]
        if function is None or not over:
            return [(state, self.fresh(frame, node))]
        called = function if isinstance(function, CALLABLES) else None
        ways: Ways = [(state, OPAQUE)]
        for place in range(2):
            give = [nth(value, place) for value in over]
            if any(value is None for value in give):
                break
            ways = self._again(frame, ways, node, place, called, list(give))
        return [(after, self.fresh(frame, node)) for after, _ in ways]

    def _loop_first(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        function = given.get("fun", 0)
        called = function if isinstance(function, CALLABLES) else None
        ways = self.call(frame, state, node, called, Given(given.positional[1:]))
        return [(after, Items((value, self.fresh(frame, node)))) for after, value in ways]

    def _loop_primals(self, frame: Frame, state: State, node: ast.AST, given: Given) -> Ways:
        primals = given.get("primals", 1)
        arguments = primals.items if isinstance(primals, Items) else ()
        return self._loop_first(frame, state, node, Given((*given.positional[:1], *arguments)))
