"""Following an expression of a tensor back to what made it, through names, attributes, calls and saved states.

Given the index of a file. What functions of torch keep of their operands is data (`data/tensors.toml`).
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from detlint.index.values import UNKNOWN, Const, Instance, LocalClass, Sequence
from detlint.rules.data import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detlint.index import FileIndex

T = TypeVar("T")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SAME_TENSOR = frozenset({"T", "mT", "H", "mH", "real", "imag", "values"})
STATE = re.compile(r"(^|_)(state_?dict|checkpoint|ckpt|pretrained_dict|sd)$")
_LIBRARIES = frozenset({"torch", "torchvision", "torch_scatter", "torch_geometric", "copy"})


@cache
def words(key: str) -> frozenset[str]:
    """One of the lists of `data/tensors.toml`."""
    return frozenset(load("detlint.rules.torch", "tensors")[key].split())


class Following:
    """Where the tensors of one file come from; each answer of the classes that derive from this is found once."""

    def __init__(self, index: FileIndex) -> None:
        self.index = index
        self._known: dict[tuple[str, ast.AST], object] = {}

    def operands(self, call: ast.Call) -> list[ast.expr]:
        """What a call works on, the receiver of a method first, then what is given by position and by keyword."""
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        return [call.func.value, *given] if self.is_method(call) and isinstance(call.func, ast.Attribute) else given

    def receiver(self, call: ast.Call) -> ast.expr | None:
        """The first operand of a call: the receiver of a method, else what is given first."""
        return next(iter(self.operands(call)), None)

    def is_method(self, call: ast.Call) -> bool:
        """Whether a call's receiver is its first operand: it is no module or class."""
        if not isinstance(call.func, ast.Attribute):
            return False
        names = self.index.callee_names(call)
        written = self.index.written_names(call.func.value)
        derives = self.index.knowledge.derives
        return not written and (not names or any(derives(name.rpartition(".")[0], "torch.Tensor") for name in names))

    def called(self, call: ast.Call) -> frozenset[str]:
        """The last parts of the names that a call calls; `?` for names that are not of torch.

        A method of an unknown receiver counts by its name alone.
        """
        names = self.index.callee_names(call)
        if not names and isinstance(call.func, ast.Attribute) and self.index.evaluate(call.func) is UNKNOWN:
            return frozenset({call.func.attr})
        if any(
            isinstance(v, Instance) and isinstance(v.type, LocalClass)
            for v in self.index.evaluate(call.func).alternatives
        ):
            return frozenset()  # What it gives is in sight.
        return frozenset(
            name.removesuffix(".__call__").rpartition(".")[2] if name.partition(".")[0] in _LIBRARIES else "?"
            for name in names
        )

    def calls_only(self, call: ast.Call, names: frozenset[str]) -> bool:
        """Whether all that a call may call is among some names."""
        called = self.called(call)
        return bool(called) and called <= names

    def of_torch(self, call: ast.Call) -> bool:
        """Whether a call is of torch's functions or of a tensor's method: no layer with weights of its own."""
        return all(
            name.startswith("torch.") and not name.endswith(".__call__") and bool(self.index.knowledge.result(name))
            for name in self.index.callee_names(call)
        )

    def made(self, node: ast.AST) -> list[ast.AST]:
        """What made the objects that an expression may be; [] if one of them came from out of sight."""
        origins: list[ast.AST] = []
        for value in self.index.evaluate(node).alternatives:
            origin = value.origin if isinstance(value, (Instance, Sequence)) else None
            if isinstance(value, Const):
                continue
            if not isinstance(origin, ast.expr) or origin is node or self._is_annotation(origin):
                return []
            origins.append(origin)
        return origins

    def _is_annotation(self, node: ast.AST) -> bool:
        child = node
        for parent in self.index.ancestors(node):
            if isinstance(parent, ast.arg) or (isinstance(parent, FUNCTIONS) and parent.returns is child):
                return True
            if isinstance(parent, ast.stmt):
                return isinstance(parent, ast.AnnAssign) and parent.annotation is child
            child = parent
        return False

    def assigned(self, bound: ast.AST) -> tuple[ast.expr | None, int | None]:
        """The expression whose value a binding takes, and the place in it where it is unpacked."""
        parent = self.index.parent(bound)
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.AugAssign)):
            return parent.value, None
        if isinstance(parent, (ast.Tuple, ast.List)):
            place = next((i for i, e in enumerate(parent.elts) if e is bound), 0)
            outer = self.index.parent(parent)
            if isinstance(outer, ast.Assign):
                if isinstance(outer.value, (ast.Tuple, ast.List)) and len(outer.value.elts) == len(parent.elts):
                    return outer.value.elts[place], None
                return outer.value, place
            if isinstance(outer, (ast.For, ast.comprehension)):
                return outer.iter, place
        if isinstance(parent, (ast.For, ast.comprehension)):
            return parent.iter, 0
        return None, None

    def buffer(self, node: ast.Attribute) -> ast.expr | None:
        """The tensor of a buffer that a class registers under a name."""
        owner = self.index.class_of(node)
        if owner is None or not isinstance(node.value, ast.Name):
            return None
        for call in self.index.calls:
            if (
                isinstance(call.func, ast.Attribute)
                and call.func.attr == "register_buffer"
                and len(call.args) > 1
                and self.index.constant(call.args[0]) == node.attr
                and self.index.class_of(call) is owner
            ):
                return call.args[1]
        return None

    def stored(self, node: ast.Attribute) -> list[ast.expr] | None:
        """What the methods of a class assign to `self.name`; None if something else does, or nothing."""
        owner = self.index.class_of(node)
        if owner is None or not (isinstance(node.value, ast.Name) and node.value.id == "self"):
            return None
        nothing: dict[str, list[ast.expr | None]] = {}
        values = self.once("stored", owner, nothing, lambda: self._stores(owner)).get(node.attr)
        return None if not values or None in values else [value for value in values if value is not None]

    def _stores(self, owner: ast.ClassDef) -> dict[str, list[ast.expr | None]]:
        found: dict[str, list[ast.expr | None]] = {}
        for node in ast.walk(owner):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
                parent = self.index.parent(node)
                assigned = parent.value if isinstance(parent, (ast.Assign, ast.AnnAssign)) else None
                found.setdefault(node.attr, []).append(assigned if node.value.id == "self" else None)
        return found

    def from_state(self, node: ast.AST | None, depth: int = 6) -> bool:
        """Whether an expression is (an item of) a saved state."""
        if node is None or depth == 0:
            return False
        if isinstance(node, ast.Name):
            if STATE.search(node.id):
                return True
            assigned = [self.assigned(b.node)[0] for b in self.index.bindings(node) if not isinstance(b.node, ast.arg)]
            return bool(assigned) and all(self.from_state(value, depth - 1) for value in assigned)
        if isinstance(node, ast.Call):
            names = self.index.callee_names(node)
            if isinstance(node.func, ast.Attribute):
                if node.func.attr == "state_dict" or "torch.load" in names:
                    return True
                return node.func.attr in {"items", "values", "get", "pop"} and self.from_state(
                    node.func.value, depth - 1
                )
            return "torch.load" in names
        if isinstance(node, ast.Subscript):
            return self.from_state(node.value, depth - 1)
        return False

    def _made_by(self, node: ast.AST | None, key: str) -> bool:
        """Whether a call of one of the functions of a list stands on the way back."""
        return node is not None and any(
            isinstance(part, ast.Call) and bool(self.called(part) & words(key)) for part in self._chain(node)
        )

    def _chain(self, node: ast.AST, depth: int = 8) -> Iterator[ast.AST]:
        """An expression and what it is made from, along first operands."""
        yield node
        if depth == 0:
            return
        if isinstance(node, ast.Call):
            following: list[ast.AST] = list(self.operands(node)[:1])
        elif isinstance(node, ast.Name):
            following = [v for b in self.index.bindings(node) for v, _ in (self.assigned(b.node),) if v is not None]
        else:
            following = [origin for origin in self.made(node) if origin is not node]
        for step in following:
            yield from self._chain(step, depth - 1)

    def once(self, question: str, node: ast.AST, cycle: T, answer: Callable[[], T]) -> T:
        """An answer, found once; an expression that needs itself sees `cycle`."""
        key = (question, node)
        if key in self._known:
            return self._known[key]  # type: ignore[return-value]
        self._known[key] = cycle
        found = answer()
        self._known[key] = found
        return found


def same(values: list[T | None]) -> T | None:
    """The value that all are; None if they differ or one is not known."""
    first = values[0] if values else None
    return first if all(value == first for value in values) else None
