"""Whether the places that an index names are distinct: then no two writes or adds meet, and their order is nothing.

Given the index of a file and expressions. What makes distinct places, and what keeps them so, is data
(`data/tensors.toml`).
"""

from __future__ import annotations

import ast
import re
from functools import partial
from typing import TYPE_CHECKING

from detlint.index.values import UNKNOWN, Const, Instance, LocalClass, LocalFunction
from detlint.rules.torch.following import words
from detlint.rules.torch.shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from detlint.index.values import Value

FROM_DATA = frozenset({"tensor", "as_tensor", "scalar_tensor", "LongTensor"})
_POSITIONS = frozenset({"where", "nonzero", "argwhere"})
_ONCE_EACH = frozenset({"builtins.sorted", "builtins.list", "builtins.reversed", "random.sample"})
_EXPERT = re.compile(r"expert|routed|router", re.IGNORECASE)


class Places(Shapes):
    """Answers about indices; each follows names, views and functions of the file back to what made the index."""

    def distinct(self, node: ast.AST | None, *, flat: bool = False) -> bool:
        """Whether places are visibly distinct: counted up, a permutation, constants.

        flat: of an index of one dimension, in which copies of places are places again.
        """
        return self._all_made(node, self._distinct, flat=flat)

    def _distinct(self, made: ast.AST) -> bool:
        if isinstance(made, (ast.List, ast.Tuple)):
            values = self.index.constant(made)
            known = isinstance(values, (list, tuple)) and _all_different(values)
            return known or any(self.distinct(element) for element in made.elts)
        if isinstance(made, ast.Compare):
            return True  # A mask: every place at most once.
        if isinstance(made, ast.UnaryOp) and isinstance(made.op, ast.Invert):
            return self.distinct(made.operand)
        if isinstance(made, ast.BinOp) and isinstance(made.op, (ast.Add, ast.Sub)):
            return self._shifted(made.left, made.right) or self._shifted(made.right, made.left)
        if isinstance(made, ast.Subscript) and isinstance(made.value, ast.Call):
            return self._distinct_part(made.value, self.index.constant(made.slice))
        return isinstance(made, ast.Call) and self._distinct_result(made)

    def _distinct_part(self, call: ast.Call, place: object) -> bool:
        """Whether one of the tensors that a call gives names distinct places."""
        if self.calls_only(call, words("distinct_first")):
            return place == 0
        if self._positions_of(call) is not None:
            return self._once_a_row(call)
        return place == 1 and bool(self.called(call) & words("pairs"))

    def _distinct_result(self, made: ast.Call) -> bool:
        if self.calls_only(made, FROM_DATA) and made.args:
            if self._counts_up(made.args[0]):
                return True
            values = self.index.constant(made.args[0])
            return isinstance(values, int) or (isinstance(values, (list, tuple)) and _all_different(values))
        if self.calls_only(made, words("distinct_first")):
            return not any((keyword.arg or "").startswith("return_") for keyword in made.keywords)
        if self.calls_only(made, frozenset({"multinomial"})):
            replaced = self.index.arguments(made).get("replacement", 1 if self.is_method(made) else 2)
            return replaced is None or replaced.evaluated == Const(False)
        return self.calls_only(made, words("distinct")) or self._listed_positions(made)

    def _counts_up(self, node: ast.expr) -> bool:
        """`range(n)`, `list(range(n))`, `sorted(range(n), key=…)`, `random.sample(range(n), k)`: each number once."""
        if not isinstance(node, ast.Call):
            return False
        names = set(self.index.callee_names(node))
        if names and names <= _ONCE_EACH and node.args:
            return self._counts_up(node.args[0])
        return names == {"builtins.range"}

    def _listed_positions(self, made: ast.Call) -> bool:
        """`nonzero(mask).flatten()`: as an index of one dimension that is of a mask of one."""
        if not self.calls_only(made, frozenset({"squeeze", "flatten", "view", "reshape", "ravel"})):
            return False
        inner = next(iter(self.operands(made)), None)
        return isinstance(inner, ast.Call) and self.calls_only(inner, _POSITIONS) and not _gives_tuple(inner)

    # --- counted up ---------------------------------------------------------------------------------------------------
    def _shifted(self, places: ast.expr, by: ast.expr) -> bool:
        """`arange(n) + start`: all places moved alike, or each further than the one before it.

        Not `starts[:, None] + arange(n)`, whose windows may overlap.
        """
        if _is_column(places) or not self._all_made(places, self._is_counted):
            return False
        alike = isinstance(by, (ast.Constant, ast.Name, ast.Attribute)) and not self._all_made(by, self._is_counted)
        return alike or self._all_made(by, self._never_falls)

    def _never_falls(self, made: ast.AST) -> bool:
        """`repeat_interleave(arange(n), counts)`: numbers of groups, one group after the other."""
        if not isinstance(made, ast.Call) or not self.calls_only(made, frozenset({"repeat_interleave"})):
            return False
        return self._all_made(next(iter(self.operands(made)), None), partial(self._is_counted, by="arange"))

    def distinct_in_rows(self, node: ast.AST | None) -> bool:
        """Whether the places in each row are counted up: `starts[:, None] + arange(n)`; rows may share places."""
        return self._all_made(node, self._counted_in_rows)

    def _counted_in_rows(self, made: ast.AST) -> bool:
        if not isinstance(made, ast.BinOp) or not isinstance(made.op, (ast.Add, ast.Sub)):
            return False
        sides = ((made.left, made.right), (made.right, made.left))
        return any(
            _is_column(by) and not _is_column(places) and self._all_made(places, self._is_counted)
            for places, by in sides
        )

    def _is_counted(self, made: ast.AST, by: str = "") -> bool:
        return isinstance(made, ast.Call) and self.calls_only(made, frozenset({by}) if by else words("counted"))

    # --- one place a row ----------------------------------------------------------------------------------------------
    def one_in_row(self, node: ast.AST | None, dimension: object, dimensions: int | None = None) -> bool:
        """Whether an index has one place along a dimension: `actions.unsqueeze(1)`, `i[:, None]`, `i.view(-1, 1)`.

        dimensions: how many the index has; unless that is known, two, as nearly all such indices have.
        """
        if node is None or not isinstance(dimension, int):
            return False
        if dimension == -1 and isinstance(node, ast.Name) and self._is_made_alike(node):
            return True
        single = partial(self._is_single, dimension, dimensions)
        question = f"one of {dimensions} along {dimension}"
        return self.once(question, node, False, lambda: self._all_made(node, single, through="casts"))

    def _is_made_alike(self, node: ast.Name) -> bool:
        """`if y.dim() == x.dim() - 1: y = y.unsqueeze(-1)`: it had this dimension before, or has it now."""
        for binding in self.index.bindings(node):
            value, _ = self.assigned(binding.node)
            around = self.index.parent(self.index.statement(binding.node))
            if not isinstance(value, ast.Call) or not isinstance(around, ast.If) or around.orelse:
                continue
            asks = {f"{node.id}.dim()", f"{node.id}.ndim"} & {ast.unparse(each) for each in ast.walk(around.test)}
            if asks and self.calls_only(value, frozenset({"unsqueeze"})) and self._is_single(-1, None, value):
                return True
        return False

    def _is_single(self, dimension: int, dimensions: int | None, made: ast.AST) -> bool:
        last = (-1, (dimensions or 2) - 1)
        if isinstance(made, ast.Subscript):
            return dimension in last and _is_column(made)
        if isinstance(made, ast.BinOp):
            numbers = [isinstance(self.index.constant(side), int) for side in (made.left, made.right)]
            moved = made.right if numbers[0] else made.left  # `lengths.sum(-1, keepdim=True) - 1`
            return any(numbers) and self.one_in_row(moved, dimension, dimensions)
        if not isinstance(made, ast.Call):
            return False
        sizes = self._sizes(made)
        if self.calls_only(made, frozenset({"unsqueeze"})):
            added = self.index.constant(sizes[-1]) if sizes else None
            if not isinstance(added, int) or added == dimension or (added in last and dimension in last):
                return isinstance(added, int)
            return dimensions is not None and self._was_single(made, dimension, dimensions, added)
        size = self.index.constant(sizes[dimension]) if -len(sizes) <= dimension < len(sizes) else UNKNOWN
        if self.calls_only(made, frozenset({"expand", "repeat"})):
            # As many as before: -1 for `expand`, once for `repeat`.
            return size in (-1, 1) and self.one_in_row(self.receiver(made), dimension, len(sizes))
        if self.calls_only(made, frozenset({"view", "reshape"})):
            return size == 1
        return self.calls_only(made, words("reduces")) and self._keeps(made, dimension)

    def _was_single(self, made: ast.Call, dimension: int, dimensions: int, added: int) -> bool:
        """Whether there was one place along a dimension before `unsqueeze` added another."""
        before = dimension % dimensions - (dimension % dimensions > added % dimensions)
        return self.one_in_row(self.receiver(made), before, dimensions - 1)

    def _keeps(self, made: ast.Call, dimension: int) -> bool:
        """Whether `argmax(dim, keepdim=True)` leaves one place along a dimension."""
        arguments = self.index.arguments(made)
        kept, along = arguments.get("keepdim"), arguments.get("dim", 0 if self.is_method(made) else 1)
        is_kept = kept is not None and kept.evaluated == Const(True)
        return is_kept and along is not None and self.index.constant(along.value) == dimension

    def _sizes(self, made: ast.Call) -> list[ast.expr]:
        """What is given to `unsqueeze`, `view` or `reshape` beside the tensor."""
        given = self.operands(made)[1:]
        return list(given[0].elts) if len(given) == 1 and isinstance(given[0], (ast.Tuple, ast.List)) else given

    # --- positions of a mask ------------------------------------------------------------------------------------------
    def positions(self, node: ast.AST | None) -> bool:
        """Whether indices are all positions at which a condition holds, so that none comes twice."""
        if isinstance(node, ast.Name):
            bound = [self.assigned(binding.node) for binding in self.index.bindings(node)]
            return bool(bound) and all(place is None and self.positions(value) for value, place in bound)
        return isinstance(node, ast.Call) and self._positions_of(node) is not None

    def _positions_of(self, call: ast.Call) -> ast.expr | None:
        """The mask of which a call gives all positions, one tensor for each dimension."""
        operands = self.operands(call)
        if self.calls_only(call, frozenset({"where"})):
            return operands[0] if len(operands) == 1 else None
        return operands[0] if self.calls_only(call, frozenset({"nonzero"})) and _gives_tuple(call) else None

    def _once_a_row(self, call: ast.Call) -> bool:
        """Whether the positions of a mask are distinct along each dimension by itself.

        A mask of one dimension, or one that marks where each token was sent: to no expert twice, as `topk` chooses.
        """
        mask = self._positions_of(call)
        if mask is None:
            return False
        return self.dimensions(mask) == 1 or self._is_unpacked_alone(call) or self._all_made(mask, self._is_of_chosen)

    def _is_unpacked_alone(self, call: ast.Call) -> bool:
        """`(places,) = torch.where(mask)`: of a mask of one dimension."""
        parent = self.index.parent(call)
        targets = parent.targets if isinstance(parent, ast.Assign) else []
        return len(targets) == 1 and isinstance(targets[0], (ast.Tuple, ast.List)) and len(targets[0].elts) == 1

    def _is_of_chosen(self, made: ast.AST) -> bool:
        """Whether a mask tells where something is among what `topk` (or the like) chose, each once in its row."""
        chosen = self._asked_for(made)
        return chosen is not None and self._all_made(chosen, self._is_chosen)

    def _asked_for(self, made: ast.AST) -> ast.expr | None:
        """What a mask looks into: `x` of `one_hot(x)` and of `x == i`."""
        if isinstance(made, ast.Compare) and len(made.ops) == 1 and isinstance(made.ops[0], ast.Eq):
            return made.left
        if isinstance(made, ast.Call) and self.calls_only(made, frozenset({"one_hot"})):
            return next(iter(self.operands(made)), None)
        return None

    def _is_chosen(self, made: ast.AST) -> bool:
        if isinstance(made, ast.Subscript) and isinstance(made.value, ast.Call):
            return self.index.constant(made.slice) == 1 and bool(self.called(made.value) & words("pairs"))
        return isinstance(made, ast.Call) and self.calls_only(made, words("chosen"))

    def perhaps_distinct(self, node: ast.AST | None) -> bool:
        """Whether places may well be distinct, though what would show it is out of sight.

        Positions along one dimension, of a mask of unknown shape or of what experts were chosen for; places counted up
        and moved, each by its own distance.
        """
        return self._all_made(node, self._may_be_distinct)

    def _may_be_distinct(self, made: ast.AST) -> bool:
        if self._distinct(made):
            return True
        if isinstance(made, ast.BinOp) and isinstance(made.op, ast.Add):
            sides = ((made.left, made.right), (made.right, made.left))
            return any(
                isinstance(by, ast.Subscript) and not _is_column(by) and self._all_made(places, self._is_counted)
                for places, by in sides
            )
        if not isinstance(made, ast.Subscript) or not isinstance(made.value, ast.Call):
            return False
        mask = self._positions_of(made.value)
        if mask is not None:
            parent = self.index.parent(made.value)
            unpacked = isinstance(parent, ast.Assign) and isinstance(parent.targets[0], (ast.Tuple, ast.List))
            open_shape = not unpacked and self.dimensions(mask) is None
            return open_shape or self._all_made(mask, self._may_be_of_chosen)
        column = isinstance(made.slice, ast.Tuple) and self.calls_only(made.value, _POSITIONS)
        return column and self.dimensions(next(iter(self.operands(made.value)), None)) in (None, 1)

    def _may_be_of_chosen(self, made: ast.AST) -> bool:
        if isinstance(made, ast.Name):
            return _EXPERT.search(made.id) is not None
        if isinstance(made, ast.Call) and self.calls_only(made, frozenset({"one_hot"})):
            return True
        return self._asked_for(made) is not None and _EXPERT.search(ast.unparse(made)) is not None

    def from_distinct(self, node: ast.AST | None, depth: int = 8) -> bool:
        """Whether places are worked out from distinct ones: products of what `topk` chose, a table read at it."""
        if node is None or depth == 0:
            return False
        if isinstance(node, ast.Name):
            statements = [self.index.statement(binding.node) for binding in self.index.bindings(node)]
            values = [each.value for each in statements if isinstance(each, (ast.Assign, ast.AnnAssign))]
            return any(self.from_distinct(value, depth - 1) for value in values)
        if isinstance(node, ast.Call):
            known = self.called(node) & (words("distinct") | words("distinct_first") | words("pairs"))
            return bool(known) or any(self.from_distinct(operand, depth - 1) for operand in self.operands(node))
        parts = {ast.BinOp: ("left", "right"), ast.Subscript: ("value", "slice"), ast.Attribute: ("value",)}
        return any(self.from_distinct(getattr(node, part), depth - 1) for part in parts.get(type(node), ()))

    # --- read and written back ----------------------------------------------------------------------------------------
    def gathered(self, node: ast.AST | None, index: str, depth: int = 8) -> bool:
        """Whether a tensor is what was gathered at an index (as `ast.dump` has it), changed element by element."""
        if depth == 0:
            return False
        if isinstance(node, ast.Name):
            bound = [self.assigned(binding.node) for binding in self.index.bindings(node)]
            return bool(bound) and all(
                place is None and self.gathered(value, index, depth - 1) for value, place in bound
            )
        if isinstance(node, ast.BinOp):
            sides = (node.left, node.right)
            alike = [isinstance(side, (ast.Constant, ast.Attribute)) for side in sides]
            return not all(alike) and all(
                same or self.gathered(side, index, depth - 1) for side, same in zip(sides, alike, strict=True)
            )
        if not isinstance(node, ast.Call):
            return False
        if self.calls_only(node, frozenset({"gather"})):
            return any(ast.dump(operand) == index for operand in self.operands(node)[1:])
        if self.calls_only(node, frozenset({"where"})):
            return all(self.gathered(operand, index, depth - 1) for operand in self.operands(node)[1:])
        return False

    # --- the way back -------------------------------------------------------------------------------------------------
    def _all_made(
        self,
        node: ast.AST | None,
        holds: Callable[[ast.AST], bool],
        depth: int = 12,
        *,
        flat: bool = False,
        through: str = "views",
    ) -> bool:
        """Whether something holds of everything that a tensor may be made by, views of it (`through`) aside."""
        if node is None or depth == 0:
            return False
        if holds(node):
            return True
        follow = partial(self._all_made, holds=holds, depth=depth - 1, flat=flat, through=through)
        if isinstance(node, ast.Call):
            if self.calls_only(node, words(through)) and not (flat and self._repeats(node)):
                return follow(next(iter(self.operands(node)), None))
            returned = self._returned(node)
            return bool(returned) and all(follow(value) for value in returned)
        if isinstance(node, ast.Attribute) and node.attr == "indices":
            return isinstance(node.value, ast.Call) and bool(self.called(node.value) & words("pairs"))
        if isinstance(node, ast.Subscript):
            return not isinstance(node, _Part) and follow(node.value)
        if isinstance(node, ast.Name):
            return self._name_made(node, follow)
        made = self.made(node)
        return bool(made) and all(follow(origin) for origin in made)

    def _repeats(self, view: ast.Call) -> bool:
        """Whether a view, in the end of one dimension, has places more than once: those of rows, or copies."""
        if self.calls_only(view, words("copies")):
            return True
        inner = next(iter(self.operands(view)), None)
        flattens = self.calls_only(view, words("flattens")) and self.dimensions(inner) != 1
        return flattens and self._all_made(inner, self._is_chosen)

    def _returned(self, call: ast.Call) -> list[ast.expr]:
        """What the functions of the file that a call calls return; [] where another function may be called."""
        functions = [self._run(callee) for callee in self.index.evaluate(call.func).alternatives]
        if self.called(call) or None in functions:
            return []
        returns = [each for function in functions if function is not None for each in self.index.returns(function)]
        values = [each.value for each in returns if each.value is not None]
        return values if len(values) == len(returns) else []

    def _run(self, callee: Value) -> ast.AST | None:
        """The function of the file that calling a value runs: of a module of the file its `forward`."""
        if isinstance(callee, Instance) and isinstance(callee.type, LocalClass):
            method = self.index.method(callee.type, "forward")
            return method.node if method is not None else None
        return callee.node if isinstance(callee, LocalFunction) else None

    def _name_made(self, node: ast.Name, follow: Callable[[ast.AST], bool]) -> bool:
        found = []
        for binding in self.index.bindings(node):
            value, place = self.assigned(binding.node)
            if (
                value is None
                or isinstance(binding.node, ast.arg)
                or isinstance(self.index.parent(binding.node), ast.AugAssign)
            ):
                return False
            found.append(follow(value) if place is None else self._item_made(value, place, follow))
        return bool(found) and all(found)

    def _item_made(self, value: ast.expr, place: int, follow: Callable[[ast.AST], bool]) -> bool:
        """What holds of what unpacking an expression gives at a place."""
        returned = self._returned(value) if isinstance(value, ast.Call) else []
        parts = [each.elts[place] for each in returned if isinstance(each, ast.Tuple) and place < len(each.elts)]
        if parts:
            return len(parts) == len(returned) and all(map(follow, parts))
        return follow(_Part(value=value, slice=ast.Constant(value=place), ctx=ast.Load()))


class _Part(ast.Subscript):
    """One of several values that an expression gives; not a part of one tensor."""


def _gives_tuple(call: ast.Call) -> bool:
    return any(keyword.arg == "as_tuple" for keyword in call.keywords)


def _all_different(values: list[object] | tuple[object, ...]) -> bool:
    return all(isinstance(v, int) for v in values) and len(set(values)) == len(values)


def _is_column(node: ast.expr) -> bool:
    """`starts[:, None]`: the same along the last axis."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple):
        return False
    last = node.slice.elts[-1]
    return isinstance(last, ast.Constant) and last.value is None
