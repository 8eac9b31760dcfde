"""What a tensor holds: integers (or truths), or floats."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Literal

from detlint.rules.torch.following import SAME_TENSOR, Following, same, words

if TYPE_CHECKING:
    from collections.abc import Iterator

Numbers = Literal["integers", "floats"]
_INTEGERS = frozenset({"int", "builtins.int", "builtins.bool"})
_INTEGER_TENSORS = ("LongTensor", "IntTensor", "BoolTensor", "ByteTensor")
_FLOATS = ("FloatTensor", "HalfTensor", "DoubleTensor", "builtins.float")
_CASTS = frozenset({"int", "long", "short", "bool"})
_DIVIDING = frozenset({"triton.cdiv", "triton.next_power_of_2"})
"""Functions on whole numbers."""
_COUNTED = re.compile(
    r"(^|_)(masks?(_|$)|num_\w+$|(lengths?|lens?|counts?|ids?|idx|indices|index|nums?|n|sizes?|positions?|valid|tokens?"
    r"|labels?|targets?)$)"
)


class NumbersOfTensors(Following):
    """Tells tensors of integers from those of floats, by what made them."""

    def numbers(self, node: ast.AST | None) -> Numbers | None:
        """Whether a tensor holds integers (or truths), or floats; None if that is not known."""
        if node is None:
            return None
        return self.once("numbers", node, None, lambda: self._numbers(node))

    def _numbers(self, node: ast.AST) -> Numbers | None:
        if isinstance(node, ast.Constant):
            return "integers" if isinstance(node.value, int) else "floats" if isinstance(node.value, float) else None
        if isinstance(node, ast.Compare) or (
            isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Invert, ast.Not))
        ):
            return "integers"
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.Div):
                return "floats"
            return _joined(self.numbers(node.left), self.numbers(node.right))
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Call)
            and self.index.constant(node.slice) in {1, 2}
            and self.called(node.value) & {"unique", "unique_consecutive"}
        ):
            return "integers"  # where each value went, and how often it was there
        if isinstance(node, (ast.UnaryOp, ast.Subscript, ast.Starred)):
            return self.numbers(node.operand if isinstance(node, ast.UnaryOp) else node.value)
        if isinstance(node, (ast.Tuple, ast.List)):
            return _joined(*(self.numbers(e) for e in node.elts)) if node.elts else None
        if isinstance(node, ast.IfExp):
            # Rules ask for what runs on CUDA.
            taken = _on_cuda(node.test)
            if taken is not None:
                return self.numbers(node.body if taken else node.orelse)
            return same([self.numbers(node.body), self.numbers(node.orelse)])
        if isinstance(node, ast.Name):
            return same([self._numbers_of_binding(b.node, node) for b in self.index.bindings(node)])
        if isinstance(node, ast.Attribute):
            if node.attr in SAME_TENSOR:
                return self.numbers(node.value)
            buffer = self.buffer(node)
            origins = [buffer] if buffer is not None else self.made(node)
            return same([self.numbers(origin) for origin in origins])
        return self._numbers_of_call(node) if isinstance(node, ast.Call) else None

    def _numbers_of_binding(self, bound: ast.AST, use: ast.Name) -> Numbers | None:
        if isinstance(bound, ast.arg):
            declared = self._annotated(bound)
            return declared or same([self.numbers(origin) for origin in self.made(use)])
        value, place = self.assigned(bound)
        if value is None:
            return None
        if place in {1, 2} and isinstance(value, ast.Call) and self.called(value) & {"unique", "unique_consecutive"}:
            return "integers"
        if (
            place == 1
            and isinstance(value, ast.Call)
            and self.called(value) & (words("pairs") | {"max", "min", "median", "kthvalue", "mode"})
        ):
            return "integers"
        if place is not None and isinstance(value, ast.Attribute) and value.attr in {"shape"}:
            return "integers"
        return self.numbers(value)

    def _numbers_of_call(self, node: ast.Call) -> Numbers | None:
        cast = self._numbers_of_cast(node)
        if cast is not None:
            return cast
        if isinstance(node.func, ast.Attribute) and node.func.attr in _CASTS and not node.args and not node.keywords:
            return "integers"  # whatever kind the receiver seems to be: a comparison of tensors is no bool
        called = self.called(node)
        if not called:
            return same([self.numbers(origin) for origin in self.made(node)])
        if not _DIVIDING.isdisjoint(self.index.callee_names(node)):
            return _joined(*map(self.numbers, node.args)) or "integers"
        if called <= words("integers"):
            return "integers"
        if called <= words("floats"):
            return "floats"
        if called <= {"cat", "concat", "concatenate", "stack", "hstack", "vstack"} and node.args:
            joined = node.args[0]
            return _joined(*map(self.numbers, joined.elts)) if isinstance(joined, (ast.List, ast.Tuple)) else None
        if called <= {"new_tensor"}:
            return self.numbers(self.operands(node)[0])
        if called <= {"arange"}:
            known = [self.numbers(a) for a in node.args]
            return "floats" if "floats" in known else "integers"
        if called <= {"zeros", "ones", "empty", "eye", "new_zeros", "new_ones", "new_empty"}:
            return "floats" if not any(c.startswith("new_") for c in called) else self.numbers(self.operands(node)[0])
        if called <= {"full", "new_full", "tensor", "as_tensor", "scalar_tensor"}:
            place = 1 if called & {"full", "new_full"} else 0
            return self.numbers(node.args[place]) if len(node.args) > place else None
        if called <= words("keeps") | {"zeros_like", "ones_like", "full_like", "where_"}:
            operands = self.operands(node)
            return self.numbers(operands[0]) if operands else None
        if any(name.endswith(".__call__") and name.startswith("torch.nn.") for name in self.index.callee_names(node)):
            return "floats"
        return None

    def _numbers_of_cast(self, node: ast.Call) -> Numbers | None:
        """The numbers that a dtype in the call asks for."""
        arguments = self.index.arguments(node)
        given = [arguments.get("dtype")]
        if self.called(node) & {"to", "type"}:
            given += arguments.positional[:2]
        for argument in given:
            kind = self.numbers_of_type(argument.value) if argument is not None else None
            if kind is not None:
                return kind
        return None

    def numbers_of_type(self, node: ast.expr | None) -> Numbers | None:
        """The numbers of a dtype: `torch.int64`, `int`, `x.dtype`."""
        if node is None:
            return None
        if isinstance(node, ast.Attribute) and node.attr == "dtype":
            return self.numbers(node.value)
        kinds = [_numbers_of_type_name(name) for name in self.index.names(node)]
        return same(kinds)

    def _annotated(self, parameter: ast.arg) -> Numbers | None:
        """What an annotation says: `torch.LongTensor | None`."""
        kinds = {self._kind_of_numbers(part) for part in _parts_of_annotation(parameter.annotation)}
        return kinds.pop() if len(kinds) == 1 else None

    def _kind_of_numbers(self, note: ast.expr) -> Numbers | None:
        # The tensors of one type have no names of their own in the index: they are tensors.
        names = self.index.written_names(note) or self.index.names(note)
        if names and all(name in _INTEGERS or name.endswith(_INTEGER_TENSORS) for name in names):
            return "integers"
        return "floats" if names and all(name.endswith(_FLOATS) for name in names) else None

    def counts_things(self, node: ast.AST | None) -> bool:
        """Whether a tensor is named as integers are: masks, lengths, ids."""
        while isinstance(node, (ast.Subscript, ast.Call)):
            node = node.value if isinstance(node, ast.Subscript) else next(iter(self.operands(node)), None)
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        return bool(_COUNTED.search(name))


def _joined(*numbers: Numbers | None) -> Numbers | None:
    """The numbers of an operation: floats win."""
    if "floats" in numbers:
        return "floats"
    return None if None in numbers else "integers"


def _numbers_of_type_name(name: str) -> Numbers | None:
    head, _, last = name.rpartition(".")
    if head not in {"torch", "builtins", "", "torch.cuda"}:
        return None
    if last in words("integer_types") or last in {"LongTensor", "IntTensor", "BoolTensor", "ByteTensor"}:
        return "integers"
    return "floats" if last in words("float_types") else None


def _on_cuda(test: ast.expr) -> bool | None:
    """What a condition on the device, `x.device.type == "cpu"` or `x.is_cuda`, is on CUDA; None if it is none."""
    if isinstance(test, ast.Attribute) and test.attr == "is_cuda":
        return True
    if not (isinstance(test, ast.Compare) and isinstance(test.left, ast.Attribute) and test.left.attr == "type"):
        return None
    wanted = test.comparators[0]
    names = wanted.elts if isinstance(wanted, (ast.Tuple, ast.List, ast.Set)) else [wanted]
    if len(test.ops) != 1 or not all(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in names):
        return None
    holds = any(isinstance(n, ast.Constant) and n.value == "cuda" for n in names)
    if isinstance(test.ops[0], (ast.Eq, ast.In)):
        return holds
    return not holds if isinstance(test.ops[0], (ast.NotEq, ast.NotIn)) else None


def _parts_of_annotation(note: ast.expr | None) -> Iterator[ast.expr]:
    """The types that an annotation names, None aside: of `X | None`, `Optional[X]`, `Union[X, Y]`."""
    if isinstance(note, ast.BinOp):
        yield from _parts_of_annotation(note.left)
        yield from _parts_of_annotation(note.right)
    elif isinstance(note, ast.Subscript) and ast.unparse(note.value).endswith(("Optional", "Union")):
        for part in note.slice.elts if isinstance(note.slice, ast.Tuple) else [note.slice]:
            yield from _parts_of_annotation(part)
    elif note is not None and not (isinstance(note, ast.Constant) and note.value is None):
        yield note
