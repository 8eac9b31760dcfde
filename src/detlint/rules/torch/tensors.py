"""What code shows of a tensor: its device, whether it is sparse or quantized, whether what it holds is distinct.

Given the index of a file and expressions. With what `gradients`, `numbers` and `shapes` tell, this is all that rules
ask.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from detlint.index.values import UNKNOWN
from detlint.rules.torch.devices import choice
from detlint.rules.torch.following import FUNCTIONS, SAME_TENSOR, same, words
from detlint.rules.torch.gradients import Gradients
from detlint.rules.torch.shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable

Device = Literal["cpu", "cuda", "mps"]
_DATA_SETS = frozenset({"torch.utils.data.Dataset", "torch.utils.data.IterableDataset"})
_FROM_DATA = frozenset({"tensor", "as_tensor", "scalar_tensor", "LongTensor"})


class Tensors(Gradients, Shapes):
    """Answers about the tensors of one file."""

    def device(self, node: ast.AST | None) -> Device | None:
        """The device that a tensor is visibly put on; None if it is not visible."""
        if node is None:
            return None
        return self.once("device", node, None, lambda: self._device(node))

    def _device(self, node: ast.AST) -> Device | None:
        if isinstance(node, ast.Name):
            return same([self._device_of_binding(b.node, node) for b in self.index.bindings(node)])
        if isinstance(node, (ast.Subscript, ast.Starred)):
            return self.device(node.value)
        if isinstance(node, ast.UnaryOp):
            return self.device(node.operand)
        if isinstance(node, (ast.BinOp, ast.Compare)):
            sides = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.left, *node.comparators]
            return next((d for d in map(self.device, sides) if d is not None), None)
        if isinstance(node, ast.Attribute):
            if node.attr in SAME_TENSOR | {"data", "indices"}:
                return self.device(node.value)
            return same([self.device(origin) for origin in self.made(node)])
        return self._device_of_call(node) if isinstance(node, ast.Call) else None

    def _device_of_binding(self, bound: ast.AST, use: ast.Name) -> Device | None:
        if isinstance(bound, ast.arg):
            return same([self.device(origin) for origin in self.made(use)])
        return self.device(self.assigned(bound)[0])

    def _device_of_call(self, node: ast.Call) -> Device | None:
        called = self.called(node)
        if "cpu" in called:
            return "cpu"
        if "cuda" in called:
            return "cuda"
        arguments = self.index.arguments(node)
        given = arguments.get("device") or (arguments.get("device", 0) if "to" in called else None)
        if given is not None and given.value is not None:
            chosen = self._device_of_choice(given.value)
            if chosen is not None or not (isinstance(given.value, ast.Attribute) or self.numbers_of_type(given.value)):
                return chosen
        if called and called <= {"from_numpy", "frombuffer", "read_image", "decode_image"}:
            return "cpu"
        if "load" in called:
            mapped = arguments.get("map_location", 1)
            return None if mapped is None or mapped.value is None else self._device_of_choice(mapped.value)
        if not called:
            return same([self.device(origin) for origin in self.made(node)])
        if not self.of_torch(node):
            return None
        return next((d for d in map(self.device, self.operands(node)[:2]) if d is not None), None)

    def _device_of_choice(self, node: ast.expr) -> Device | None:
        if isinstance(node, ast.Attribute) and node.attr == "device":
            return self.device(node.value)
        text = self.index.constant(node)
        if isinstance(text, str) and text.startswith("mps"):
            return "mps"
        chosen = choice(self.index, node)
        return "cuda" if chosen == "accelerator" and self._certain(node) else "cpu" if chosen == "cpu" else None

    def _certain(self, node: ast.expr) -> bool:
        """Whether a device is written out rather than chosen when the program runs."""
        value = self.index.evaluate(node)
        return value is not UNKNOWN and len(value.alternatives) == 1

    def loads_data(self, node: ast.AST) -> Literal["no", "maybe", "yes"]:
        """Whether code prepares data, which runs on the CPU: given to `Dataset.map`, or in a data set."""
        for function in self.index.ancestors(node):
            if not isinstance(function, FUNCTIONS):
                continue
            owner = self.index.owner(function)
            if owner is not None and not _DATA_SETS.isdisjoint(self.index.bases(owner)):
                return "maybe"
            for load in self.index.loads(function.name):
                parent = self.index.parent(load)
                if isinstance(parent, ast.keyword) and parent.arg == "collate_fn":
                    return "maybe"
                call = self.index.parent(parent) if isinstance(parent, ast.keyword) else parent
                if isinstance(call, ast.Call) and load is not call.func and self._maps_data_set(call):
                    return "yes"
        return "no"

    def _maps_data_set(self, call: ast.Call) -> bool:
        mapped = isinstance(call.func, ast.Attribute) and call.func.attr in {"map", "filter", "with_transform"}
        return mapped and "datasets" in self.index.imports

    def sparse(self, node: ast.AST | None) -> bool:
        """Whether a tensor is visibly sparse."""
        return self._made_by(node, "sparse")

    def quantized(self, node: ast.AST | None) -> bool:
        """Whether a tensor is visibly quantized."""
        return self._made_by(node, "quantized")

    def uniform(self, node: ast.AST | None) -> bool:
        """Whether a tensor (or number) is visibly the same everywhere."""
        if isinstance(node, ast.UnaryOp):
            return self.uniform(node.operand)
        return self._all_made(node, self._uniform)

    def _uniform(self, made: ast.AST) -> bool:
        if isinstance(made, ast.Constant):
            return True
        return isinstance(made, ast.Call) and (self.calls_only(made, words("uniform")) or self._scalar(made))

    def distinct(self, node: ast.AST | None) -> bool:
        """Whether places are visibly distinct: counted up, a permutation, constants."""
        return self._all_made(node, self._distinct)

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
            return self.index.constant(made.slice) == 1 and bool(self.called(made.value) & words("pairs"))
        if not isinstance(made, ast.Call):
            return False
        if self.calls_only(made, _FROM_DATA) and made.args:
            values = self.index.constant(made.args[0])
            return isinstance(values, int) or (isinstance(values, (list, tuple)) and _all_different(values))
        return self.calls_only(made, words("distinct"))

    def _shifted(self, places: ast.expr, by: ast.expr) -> bool:
        """`arange(n) + start`: all places moved alike; not `starts[:, None] + arange(n)`, whose windows may overlap."""
        one = isinstance(by, (ast.Constant, ast.Name, ast.Attribute)) and not self._all_made(by, self._is_counted)
        return one and not _is_column(places) and self._all_made(places, self._is_counted)

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

    def _is_counted(self, made: ast.AST) -> bool:
        return isinstance(made, ast.Call) and self.calls_only(made, words("counted"))

    def positions(self, node: ast.AST | None) -> bool:
        """Whether indices are all positions at which a condition holds, so that none comes twice."""
        if isinstance(node, ast.Name):
            bound = [self.assigned(binding.node) for binding in self.index.bindings(node)]
            return bool(bound) and all(place is None and self.positions(value) for value, place in bound)
        if not isinstance(node, ast.Call):
            return False
        if self.calls_only(node, frozenset({"where"})):
            return len(self.operands(node)) == 1
        as_tuple = self.index.arguments(node).get("as_tuple")
        return self.calls_only(node, frozenset({"nonzero"})) and as_tuple is not None

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

    def _scalar(self, made: ast.AST) -> bool:
        """Whether a call makes a tensor of one number."""
        if not (isinstance(made, ast.Call) and made.args and self.calls_only(made, _FROM_DATA)):
            return False
        return isinstance(self.index.constant(made.args[0]), (int, float))

    def _all_made(self, node: ast.AST | None, holds: Callable[[ast.AST], bool], depth: int = 8) -> bool:
        """Whether something holds of everything that a tensor may be made by, views of it aside."""
        if node is None or depth == 0:
            return False
        if holds(node):
            return True
        if isinstance(node, ast.Call) and self.calls_only(node, words("views")):
            return self._all_made(next(iter(self.operands(node)), None), holds, depth - 1)
        if isinstance(node, ast.Attribute) and node.attr == "indices":
            return isinstance(node.value, ast.Call) and bool(self.called(node.value) & words("pairs"))
        if isinstance(node, ast.Subscript):
            return self._all_made(node.value, holds, depth - 1)
        if isinstance(node, ast.Name):
            return self._name_made(node, holds, depth - 1)
        made = [] if isinstance(node, ast.Call) else self.made(node)
        return bool(made) and all(self._all_made(origin, holds, depth - 1) for origin in made)

    def _name_made(self, node: ast.Name, holds: Callable[[ast.AST], bool], depth: int) -> bool:
        found = []
        for binding in self.index.bindings(node):
            value, place = self.assigned(binding.node)
            if (
                value is None
                or isinstance(binding.node, ast.arg)
                or isinstance(self.index.parent(binding.node), ast.AugAssign)
            ):
                return False
            if place is None:
                found.append(self._all_made(value, holds, depth))
            else:
                found.append(holds(ast.Subscript(value=value, slice=ast.Constant(value=place), ctx=ast.Load())))
        return bool(found) and all(found)


def _all_different(values: list[object] | tuple[object, ...]) -> bool:
    return all(isinstance(v, int) for v in values) and len(set(values)) == len(values)


def _is_column(node: ast.expr) -> bool:
    """`starts[:, None]`: the same along the last axis."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple):
        return False
    last = node.slice.elts[-1]
    return isinstance(last, ast.Constant) and last.value is None
