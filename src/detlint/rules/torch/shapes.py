"""How many dimensions a tensor has, where that is evident."""

from __future__ import annotations

import ast
from functools import cache

from detlint.index.values import Const, Sequence
from detlint.rules.data import load
from detlint.rules.torch.following import Following, same, words


@cache
def _layer_dimensions() -> dict[str, int]:
    table = load("detlint.rules.torch", "tensors")["layers"]
    return {f"torch.nn.{name}": int(number) for number, names in table.items() for name in names.split()}


_SIZED = frozenset(
    {"zeros", "ones", "empty", "rand", "randn", "view", "reshape", "permute", "new_zeros", "new_ones", "expand"}
)
_SEGMENTATION = "torchvision.models.segmentation."


class Shapes(Following):
    """Counts dimensions, by sizes that are written out and by the layers that tensors come from."""

    def dimensions(self, node: ast.AST | None) -> int | None:
        """How many dimensions a tensor has; None if that is not known."""
        if node is None:
            return None
        return self.once("dimensions", node, None, lambda: self._dimensions(node))

    def _dimensions(self, node: ast.AST) -> int | None:
        if isinstance(node, ast.Name):
            bound = same([self._dimensions_of_binding(b.node, node) for b in self.index.bindings(node)])
            return self._dimensions_by_use(node) if bound is None else bound
        if isinstance(node, ast.BinOp):
            known = [self.dimensions(side) for side in (node.left, node.right) if not isinstance(side, ast.Constant)]
            return max((d for d in known if d is not None), default=None) if None not in known else None
        if isinstance(node, ast.Compare):
            return self.dimensions(node.left)
        if isinstance(node, ast.Attribute):
            return same([self.dimensions(origin) for origin in self.made(node)])
        if isinstance(node, ast.Subscript):
            return self._dimensions_of_item(node)
        return self._dimensions_of_call(node) if isinstance(node, ast.Call) else None

    def _dimensions_of_binding(self, bound: ast.AST, use: ast.Name) -> int | None:
        if isinstance(bound, ast.arg):
            return same([self.dimensions(origin) for origin in self.made(use)])
        value, place = self.assigned(bound)
        return self.dimensions(value) if place is None else None

    def _dimensions_by_use(self, node: ast.Name) -> int | None:
        """By what else is done with it: `F.one_hot(masks, n).permute(0, 3, 1, 2)` has one dimension more."""
        bindings = [binding.node for binding in self.index.bindings(node)]
        for load_ in self.index.loads(node.id):
            unpacked = self._unpacked(load_)
            if unpacked is not None and [binding.node for binding in self.index.bindings(load_)] == bindings:
                return unpacked
            call = self.index.parent(load_)
            if not (isinstance(call, ast.Call) and call.args[:1] == [load_] and self.called(call) == {"one_hot"}):
                continue
            method = self.index.parent(call)
            moved = self.index.parent(method) if isinstance(method, ast.Attribute) else None
            same_value = [binding.node for binding in self.index.bindings(load_)] == bindings
            if same_value and isinstance(moved, ast.Call) and self.called(moved) == {"permute"}:
                return _plus(self._length(moved.args), -1)
        return None

    def _unpacked(self, name: ast.Name) -> int | None:
        """How many sizes are taken of a tensor: `n, h, w = x.shape`, `n, c, h, w = x.size()`."""
        attribute = self.index.parent(name)
        if not isinstance(attribute, ast.Attribute) or attribute.attr not in {"shape", "size"}:
            return None
        sizes = self.index.parent(attribute) if attribute.attr == "size" else attribute
        statement = self.index.parent(sizes) if sizes is not None else None
        if not isinstance(statement, ast.Assign) or (isinstance(sizes, ast.Call) and sizes.args):
            return None
        target = statement.targets[0]
        whole = isinstance(target, ast.Tuple) and not any(isinstance(each, ast.Starred) for each in target.elts)
        return len(target.elts) if whole and isinstance(target, ast.Tuple) else None

    def _dimensions_of_item(self, node: ast.Subscript) -> int | None:
        before = self.dimensions(node.value)
        if before is None:
            return None
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for item in items:
            if isinstance(item, ast.Constant) and item.value is None:
                before += 1
            elif isinstance(item, ast.Constant) and isinstance(item.value, int) and not isinstance(item.value, bool):
                before -= 1
            elif not isinstance(item, ast.Slice) and not (
                isinstance(item, ast.Constant) and (item.value is ... or isinstance(item.value, str))
            ):
                return None
        return before

    def _dimensions_of_call(self, node: ast.Call) -> int | None:
        called = self.called(node)
        if not called:
            return same([self.dimensions(origin) for origin in self.made(node)])
        operands = self.operands(node)
        if called <= _SIZED:
            sizes = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg in {"size", "shape"})]
            skipped = 1 if called <= {"reshape", "permute"} and not self.is_method(node) else 0
            return self._length(sizes[skipped:])
        if called <= {"randint", "full", "new_full"}:
            return self._length([s for s in operands if isinstance(s, (ast.Tuple, ast.List))])
        if called <= {"unsqueeze", "one_hot"}:
            return _plus(self.dimensions(operands[0]), 1)
        if called <= {"argmax", "argmin", "squeeze"} and len(operands) + len(node.keywords) > 1:
            return _plus(self.dimensions(operands[0]), -1)
        if called <= {"flatten"} and len(operands) == 2 and self.index.constant(operands[1]) == 1:
            return 2
        if called <= words("same_shape") and operands:
            return self.dimensions(operands[0])
        layers = [_layer_dimensions().get(name.removesuffix(".__call__")) for name in self.index.callee_names(node)]
        if layers and None not in layers:
            return same(layers)
        if self._segments(node):
            return 4
        last = self._last_layer(node)
        return _layer_dimensions().get(last) if last else self._dimensions_of_resized(node)

    def _dimensions_of_resized(self, node: ast.Call) -> int | None:
        if "torch.nn.functional.interpolate" not in self.index.callee_names(node):
            return None
        mode = self.index.arguments(node).get("mode", 3)
        return {"linear": 3, "bilinear": 4, "bicubic": 4, "trilinear": 5}.get(
            str(self.index.constant(mode.value)) if mode else ""
        )

    def _segments(self, node: ast.Call) -> bool:
        """Whether a segmentation model of torchvision is called, whose results are read by text."""
        made = [origin for origin in [node.func, *self.made(node.func)] if isinstance(origin, ast.Call)]
        return any(name.startswith(_SEGMENTATION) for origin in made for name in self.index.callee_names(origin))

    def _last_layer(self, node: ast.Call) -> str:
        """The last layer of a Sequential that is called."""
        if "torch.nn.Sequential.__call__" not in self.index.callee_names(node):
            return ""
        for origin in self.made(node.func):
            if isinstance(origin, ast.Call) and origin.args and isinstance(origin.args[-1], ast.Call):
                return next(iter(self.index.callee_names(origin.args[-1])), "")
        return ""

    def _length(self, sizes: list[ast.expr]) -> int | None:
        if len(sizes) == 1:
            value = self.index.evaluate(sizes[0])
            if isinstance(value, Sequence):
                return None if value.open else len(value.elements)
            if not isinstance(value, Const) and self.index.types(sizes[0]) != ("int",):
                return None
        if any(isinstance(size, ast.Starred) for size in sizes):
            return None
        return len(sizes) or None


def _plus(number: int | None, more: int) -> int | None:
    return None if number is None else number + more
