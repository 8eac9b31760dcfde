"""What code shows of a tensor: its device, whether it is sparse or quantized, or the same number everywhere.

Given the index of a file and expressions. With what `gradients`, `numbers`, `shapes` and `places` tell, this is all
that rules ask.
"""

from __future__ import annotations

import ast
from typing import Literal

from detlint.index.values import UNKNOWN
from detlint.rules.torch.devices import choice
from detlint.rules.torch.following import FUNCTIONS, SAME_TENSOR, same, words
from detlint.rules.torch.gradients import Gradients
from detlint.rules.torch.places import FROM_DATA, Places

Device = Literal["cpu", "cuda", "mps"]
_GRAPHS = ("torch_geometric.datasets.", "ogb.")
"""Where the data sets of graphs are, which are read into main memory."""
_DATA_SETS = frozenset({"torch.utils.data.Dataset", "torch.utils.data.IterableDataset"})


class Tensors(Gradients, Places):
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
            if self._of_data_set(node.value):
                return "cpu"
            if node.attr in SAME_TENSOR | {"data", "indices"}:
                return self.device(node.value)
            return same([self.device(origin) for origin in self.made(node)])
        return self._device_of_call(node) if isinstance(node, ast.Call) else None

    def _of_data_set(self, node: ast.expr) -> bool:
        """Whether this is an item of a data set of graphs, as it was read: `dataset[0]`, not moved to a device."""
        if isinstance(node, ast.Subscript):
            made = self._bound(node.value) if isinstance(node.value, ast.Name) else [node.value]
            return bool(made) and all(isinstance(each, ast.Call) and self._makes_graphs(each) for each in made)
        if not isinstance(node, ast.Name):
            return False
        bound = self._bound(node)
        read = bool(bound) and all(isinstance(each, ast.Subscript) and self._of_data_set(each) for each in bound)
        moved = (self.index.parent(load) for load in self.index.loads(node.id)) if read else ()
        return read and not any(isinstance(each, ast.Attribute) and each.attr in {"to", "cuda"} for each in moved)

    def _bound(self, name: ast.Name) -> list[ast.expr | None]:
        return [self.assigned(binding.node)[0] for binding in self.index.bindings(name)]

    def _makes_graphs(self, call: ast.Call) -> bool:
        names = self.index.callee_names(call)
        moves = any("ToDevice" in ast.dump(keyword.value) for keyword in call.keywords if keyword.arg)
        return bool(names) and not moves and all(name.startswith(_GRAPHS) for name in names)

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

    def _scalar(self, made: ast.AST) -> bool:
        """Whether a call makes a tensor of one number."""
        if not (isinstance(made, ast.Call) and made.args and self.calls_only(made, FROM_DATA)):
            return False
        return isinstance(self.index.constant(made.args[0]), (int, float))
