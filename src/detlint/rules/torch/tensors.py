"""What code shows of a tensor: whether a gradient can flow into it, its numbers, its dimensions, the device it is on.

Given the index of a file and expressions, follows names and calls back to what made a tensor (`data/tensors.toml` says what
functions keep). What is not in sight is taken as it usually is: a gradient is possible, numbers, shape and device unknown.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeVar

from detlint.index.values import UNKNOWN, Const, Instance, Sequence
from detlint.rules.data import load
from detlint.rules.torch.devices import choice

if TYPE_CHECKING:
    from detlint.index import FileIndex

Numbers = Literal["integers", "floats"]
Device = Literal["cpu", "cuda", "mps"]
T = TypeVar("T")

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_OFF = frozenset({"torch.no_grad", "torch.inference_mode"})
_SWITCH = "torch.set_grad_enabled"
_STATE = re.compile(r"(^|_)(state_?dict|checkpoint|ckpt|pretrained_dict|sd)$")
_COUNTED = re.compile(r"(^|_)(masks?|lengths?|lens?|counts?|ids?|idx|indices|index|num|nums|n|sizes?|positions?|valid)$")
_NO_GRADIENT = frozenset({"data", "grad", "shape", "indices"})
_SAME_TENSOR = frozenset({"T", "mT", "H", "mH", "real", "imag", "values"})
_WITHOUT_GRADIENT_STEPS = {
    "lightning.pytorch.LightningModule": frozenset({"validation_step", "test_step", "predict_step"}),
    "torch.autograd.Function": frozenset({"forward", "backward"}),
    "torch.optim.Optimizer": frozenset({"step"}),
    "torchmetrics.Metric": frozenset({"update", "compute"}),
}
_DEPTH = 24


@cache
def words(key: str) -> frozenset[str]:
    """One of the lists of `data/tensors.toml`."""
    return frozenset(load("detlint.rules.torch", "tensors")[key].split())


@cache
def _layer_dimensions() -> dict[str, int]:
    table = load("detlint.rules.torch", "tensors")["layers"]
    return {f"torch.nn.{name}": int(number) for number, names in table.items() for name in names.split()}


class Tensors:
    """Answers about the tensors of one file; each answer is found once."""

    def __init__(self, index: FileIndex) -> None:
        self.index = index
        self._known: dict[tuple[str, ast.AST], object] = {}

    # --- gradient -----------------------------------------------------------------------------------------------------
    def recorded(self, node: ast.AST) -> bool:
        """Whether autograd may record what runs at a place: it is not within `no_grad` and the like."""
        return self._once("recorded", node, False, lambda: self._recorded(node))

    def _recorded(self, node: ast.AST) -> bool:
        for ancestor in self.index.ancestors(node):
            if isinstance(ancestor, (ast.With, ast.AsyncWith)):
                for item in reversed(ancestor.items):
                    state = None if _inside(self.index, node, item) else self._grad_mode(item.context_expr)
                    if state is not None:
                        return state
            elif isinstance(ancestor, _FUNCTIONS):
                for decorator in ancestor.decorator_list:
                    state = self._grad_mode(decorator)
                    if state is not None:
                        return state
                if self._runs_without_gradient(ancestor) or not self._called_with_gradient(ancestor):
                    return False
        return True

    def _grad_mode(self, node: ast.expr) -> bool | None:
        """What a context manager or decorator does to recording; None if nothing."""
        call = node if isinstance(node, ast.Call) else None
        names = self.index.names(call.func if call is not None else node)
        if call is not None and not names:
            names = tuple(v.type for v in self.index.evaluate(node).alternatives if isinstance(v, Instance) and isinstance(v.type, str))
        if _SWITCH in names and call is not None:
            argument = self.index.arguments(call).get("mode", 0)
            state = self.index.constant(argument.value) if argument is not None else UNKNOWN
            return state if isinstance(state, bool) else None
        if "torch.enable_grad" in names:
            return True
        if not _OFF.isdisjoint(names):
            argument = self.index.arguments(call).get("mode", 0) if call is not None else None
            return argument is not None and self.index.constant(argument.value) is False
        return None

    def _runs_without_gradient(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether a framework calls this method without recording."""
        owner = self.index.owner(function)
        if owner is None:
            return False
        bases = self.index.bases(owner)
        return any(base in bases and function.name in steps for base, steps in _WITHOUT_GRADIENT_STEPS.items())

    def _called_with_gradient(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether some call of a function may be recorded; those of a private one, or of a script's, are all in sight."""
        if self.index.owner(function) is not None or not (function.name.startswith("_") or self.index.is_script):
            return True
        calls = self.index.local_calls(function)
        return not calls or any(self.recorded(call) for call in calls)

    def gradient(self, node: ast.AST | None) -> bool:
        """Whether a gradient may flow into an expression."""
        if node is None:
            return True
        return self._once("gradient", node, False, lambda: self._gradient(node), deep=True)

    def _gradient(self, node: ast.AST) -> bool:
        if isinstance(node, (ast.Constant, ast.Compare, ast.JoinedStr)):
            return False
        if isinstance(node, ast.Name):
            return self._gradient_of_name(node)
        if isinstance(node, ast.Attribute):
            return self._gradient_of_attribute(node)
        if isinstance(node, ast.Subscript):
            return not self._from_state(node.value) and self.gradient(node.value)
        if isinstance(node, ast.Call):
            return self._gradient_of_call(node)
        parts = _parts(node)
        return True if parts is None else any(self.gradient(part) for part in parts)

    def _gradient_of_name(self, node: ast.Name) -> bool:
        bindings = self.index.bindings(node)
        if not bindings or self._written_to(node):
            return True
        return any(self._gradient_of_binding(binding.node, node) for binding in bindings)

    def _gradient_of_binding(self, bound: ast.AST, use: ast.Name) -> bool:
        if isinstance(bound, ast.arg):
            return self._gradient_of_parameter(bound, use)
        value, place = self._assigned(bound)
        if value is None:
            return True
        if place is not None and isinstance(value, ast.Call) and place == 1 and self._called(value) & words("pairs"):
            return False
        if self._from_state(value):
            return False
        parent = self.index.parent(bound)
        if isinstance(parent, ast.AugAssign):
            return self.gradient(value) or any(
                self._gradient_of_binding(b.node, use) for b in self.index.bindings(use) if b.node is not bound)  # fmt: skip
        return self.gradient(value)

    def _gradient_of_parameter(self, parameter: ast.arg, use: ast.Name) -> bool:
        if _STATE.search(parameter.arg) or self._annotated(parameter) == "integers":
            return False
        made = self._made(use)
        return any(self.gradient(origin) for origin in made) if made else True

    def _gradient_of_attribute(self, node: ast.Attribute) -> bool:
        if node.attr in _NO_GRADIENT:
            return False
        if node.attr in _SAME_TENSOR and self.index.is_type(node.value, "torch.Tensor"):
            return self.gradient(node.value)
        if self.index.types(node) == ("torch.nn.Parameter",):
            return True
        buffer = self._buffer(node)
        if buffer is not None:
            return self.gradient(buffer)
        made = self._made(node)
        return any(self.gradient(origin) for origin in made) if made else True

    def _gradient_of_call(self, node: ast.Call) -> bool:
        called = self._called(node)
        asked = self.index.arguments(node).get("requires_grad")
        if asked is not None:
            return self.index.constant(asked.value) is not False
        if not called:
            made = self._made(node)
            return any(self.gradient(origin) for origin in made) if made else not self._from_state(node)
        if called & {"detach", "detach_", "item", "numpy", "tolist", "state_dict"} or self._numbers_of_cast(node) == "integers":
            return False
        if "requires_grad_" in called:
            given = self.index.arguments(node).get("requires_grad", 0)
            return given is None or self.index.constant(given.value) is not False
        if called <= words("fresh") | words("integers"):
            return False
        if not self._of_torch(node):
            return True
        operands = self.operands(node)
        return any(self.gradient(operand) for operand in (operands[:1] if called <= words("keeps") else operands))

    def _written_to(self, name: ast.Name) -> bool:
        """Whether a gradient may come into a tensor after it was made: it is asked for, or values are written into it."""
        function = self.index.function(name)
        for load_ in self.index.loads(name.id):
            if self.index.function(load_) is not function:
                continue
            parent = self.index.parent(load_)
            if isinstance(parent, ast.Subscript) and parent.value is load_ and not isinstance(parent.ctx, ast.Load):
                statement = self.index.parent(parent)
                value = statement.value if isinstance(statement, (ast.Assign, ast.AugAssign)) else None
                if self.gradient(value):
                    return True
            elif isinstance(parent, ast.Attribute):
                if parent.attr == "requires_grad" and not isinstance(parent.ctx, ast.Load):
                    return True
                call = self.index.parent(parent)
                if isinstance(call, ast.Call) and call.func is parent and (
                    parent.attr == "requires_grad_"
                    or (parent.attr in words("written") and any(self.gradient(a) for a in [*call.args, *(k.value for k in call.keywords)]))
                ):
                    return True
        return False

    # --- numbers ------------------------------------------------------------------------------------------------------
    def numbers(self, node: ast.AST | None) -> Numbers | None:
        """Whether a tensor holds integers (or truths), or floats; None if that is not known."""
        if node is None:
            return None
        return self._once("numbers", node, None, lambda: self._numbers(node), deep=True)

    def _numbers(self, node: ast.AST) -> Numbers | None:
        if isinstance(node, ast.Constant):
            return "integers" if isinstance(node.value, int) else "floats" if isinstance(node.value, float) else None
        if isinstance(node, ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Invert, ast.Not))):
            return "integers"
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.Div):
                return "floats"
            return _joined(self.numbers(node.left), self.numbers(node.right))
        if isinstance(node, (ast.UnaryOp, ast.Subscript, ast.Starred)):
            return self.numbers(node.operand if isinstance(node, ast.UnaryOp) else node.value)
        if isinstance(node, (ast.Tuple, ast.List)):
            return _joined(*(self.numbers(e) for e in node.elts)) if node.elts else None
        if isinstance(node, ast.IfExp):
            return _same([self.numbers(node.body), self.numbers(node.orelse)])
        if isinstance(node, ast.Name):
            return _same([self._numbers_of_binding(b.node, node) for b in self.index.bindings(node)])
        if isinstance(node, ast.Attribute):
            if node.attr in _SAME_TENSOR:
                return self.numbers(node.value)
            buffer = self._buffer(node)
            origins = [buffer] if buffer is not None else self._made(node)
            return _same([self.numbers(origin) for origin in origins])
        return self._numbers_of_call(node) if isinstance(node, ast.Call) else None

    def _numbers_of_binding(self, bound: ast.AST, use: ast.Name) -> Numbers | None:
        if isinstance(bound, ast.arg):
            declared = self._annotated(bound)
            return declared or _same([self.numbers(origin) for origin in self._made(use)])
        value, place = self._assigned(bound)
        if value is None:
            return None
        if place == 1 and isinstance(value, ast.Call) and self._called(value) & (words("pairs") | {"max", "min", "median", "kthvalue", "mode"}):
            return "integers"
        if place is not None and isinstance(value, ast.Attribute) and value.attr in {"shape"}:
            return "integers"
        return self.numbers(value)

    def _numbers_of_call(self, node: ast.Call) -> Numbers | None:
        cast = self._numbers_of_cast(node)
        if cast is not None:
            return cast
        called = self._called(node)
        if not called:
            return _same([self.numbers(origin) for origin in self._made(node)])
        if called <= words("integers"):
            return "integers"
        if called <= words("floats"):
            return "floats"
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
        if self._called(node) & {"to", "type"}:
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
        return _same(kinds)

    def _annotated(self, parameter: ast.arg) -> Numbers | None:
        note = parameter.annotation
        if note is None:
            return None
        names = self.index.names(note)
        if names and all(name in {"int", "builtins.int", "builtins.bool"} or name.endswith(("LongTensor", "IntTensor", "BoolTensor", "ByteTensor")) for name in names):
            return "integers"
        return "floats" if names and all(name.endswith(("FloatTensor", "HalfTensor", "DoubleTensor", "builtins.float")) for name in names) else None

    def counts_things(self, node: ast.AST | None) -> bool:
        """Whether a tensor is named as integers are: masks, lengths, ids."""
        while isinstance(node, (ast.Subscript, ast.Call)):
            node = node.value if isinstance(node, ast.Subscript) else next(iter(self.operands(node)), None)
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        return bool(_COUNTED.search(name))

    # --- dimensions ---------------------------------------------------------------------------------------------------
    def dimensions(self, node: ast.AST | None) -> int | None:
        """How many dimensions a tensor has; None if that is not known."""
        if node is None:
            return None
        return self._once("dimensions", node, None, lambda: self._dimensions(node), deep=True)

    def _dimensions(self, node: ast.AST) -> int | None:
        if isinstance(node, ast.Name):
            return _same([self._dimensions_of_binding(b.node, node) for b in self.index.bindings(node)])
        if isinstance(node, ast.BinOp):
            known = [self.dimensions(side) for side in (node.left, node.right) if not isinstance(side, ast.Constant)]
            return max((d for d in known if d is not None), default=None) if None not in known else None
        if isinstance(node, ast.Compare):
            return self.dimensions(node.left)
        if isinstance(node, ast.Attribute):
            return _same([self.dimensions(origin) for origin in self._made(node)])
        if isinstance(node, ast.Subscript):
            return self._dimensions_of_item(node)
        return self._dimensions_of_call(node) if isinstance(node, ast.Call) else None

    def _dimensions_of_binding(self, bound: ast.AST, use: ast.Name) -> int | None:
        if isinstance(bound, ast.arg):
            return _same([self.dimensions(origin) for origin in self._made(use)])
        value, place = self._assigned(bound)
        return self.dimensions(value) if place is None else None

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
            elif not isinstance(item, ast.Slice) and not (isinstance(item, ast.Constant) and item.value is ...):
                return None
        return before

    def _dimensions_of_call(self, node: ast.Call) -> int | None:
        called = self._called(node)
        if not called:
            return _same([self.dimensions(origin) for origin in self._made(node)])
        operands = self.operands(node)
        sizes = operands[1:] if self._is_method(node) else operands
        if called <= {"zeros", "ones", "empty", "rand", "randn", "view", "reshape", "permute", "new_zeros", "new_ones", "expand"}:
            if not self._is_method(node) and called <= {"reshape", "permute"}:
                sizes = sizes[1:]
            return self._length(sizes)
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
            return _same(layers)
        last = self._last_layer(node)
        return _layer_dimensions().get(last) if last else self._dimensions_of_resized(node)

    def _dimensions_of_resized(self, node: ast.Call) -> int | None:
        if "torch.nn.functional.interpolate" not in self.index.callee_names(node):
            return None
        mode = self.index.arguments(node).get("mode", 3)
        return {"linear": 3, "bilinear": 4, "bicubic": 4, "trilinear": 5}.get(str(self.index.constant(mode.value)) if mode else "")

    def _last_layer(self, node: ast.Call) -> str:
        """The last layer of a Sequential that is called."""
        if "torch.nn.Sequential.__call__" not in self.index.callee_names(node):
            return ""
        for origin in self._made(node.func):
            if isinstance(origin, ast.Call) and origin.args and isinstance(origin.args[-1], ast.Call):
                return next(iter(self.index.callee_names(origin.args[-1])), "")
        return ""

    def _length(self, sizes: list[ast.expr]) -> int | None:
        if len(sizes) == 1:
            value = self.index.evaluate(sizes[0])
            if isinstance(value, Sequence):
                return None if value.open else len(value.elements)
            if not isinstance(value, Const) and not isinstance(sizes[0], ast.Constant):
                return None
        if any(isinstance(size, ast.Starred) for size in sizes):
            return None
        return len(sizes) or None

    # --- device and the like ------------------------------------------------------------------------------------------
    def device(self, node: ast.AST | None) -> Device | None:
        """The device that a tensor is visibly put on; None if it is not visible."""
        if node is None:
            return None
        return self._once("device", node, None, lambda: self._device(node), deep=True)

    def _device(self, node: ast.AST) -> Device | None:
        if isinstance(node, ast.Name):
            return _same([self._device_of_binding(b.node, node) for b in self.index.bindings(node)])
        if isinstance(node, (ast.Subscript, ast.Starred)):
            return self.device(node.value)
        if isinstance(node, ast.UnaryOp):
            return self.device(node.operand)
        if isinstance(node, (ast.BinOp, ast.Compare)):
            sides = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.left, *node.comparators]
            return next((d for d in map(self.device, sides) if d is not None), None)
        if isinstance(node, ast.Attribute):
            if node.attr in _SAME_TENSOR | {"data", "indices"}:
                return self.device(node.value)
            return _same([self.device(origin) for origin in self._made(node)])
        return self._device_of_call(node) if isinstance(node, ast.Call) else None

    def _device_of_binding(self, bound: ast.AST, use: ast.Name) -> Device | None:
        if isinstance(bound, ast.arg):
            return _same([self.device(origin) for origin in self._made(use)])
        return self.device(self._assigned(bound)[0])

    def _device_of_call(self, node: ast.Call) -> Device | None:
        called = self._called(node)
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
        if not called:
            return _same([self.device(origin) for origin in self._made(node)])
        if not self._of_torch(node):
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
        return not any(isinstance(v, type(UNKNOWN)) for v in self.index.evaluate(node).alternatives) and len(
            self.index.evaluate(node).alternatives) == 1  # fmt: skip

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
        return self._all_made(node, lambda made: isinstance(made, ast.Constant) or (
            isinstance(made, ast.Call) and self._called(made) <= words("uniform") or self._scalar(made)))  # fmt: skip

    def distinct(self, node: ast.AST | None) -> bool:
        """Whether places are visibly distinct: counted up, a permutation, constants."""
        return self._all_made(node, self._distinct)

    def _distinct(self, made: ast.AST) -> bool:
        if isinstance(made, (ast.List, ast.Tuple)):
            values = self.index.constant(made)
            return isinstance(values, (list, tuple)) and _all_different(values)
        if isinstance(made, ast.Subscript) and isinstance(made.value, ast.Call):
            return self.index.constant(made.slice) == 1 and bool(self._called(made.value) & words("pairs"))
        if not isinstance(made, ast.Call):
            return False
        called = self._called(made)
        if called and called <= {"tensor", "as_tensor", "LongTensor"} and made.args:
            values = self.index.constant(made.args[0])
            return isinstance(values, (list, tuple)) and _all_different(values) or isinstance(values, int)
        return bool(called) and called <= words("distinct")

    def _scalar(self, made: ast.AST) -> bool:
        """Whether a call makes a tensor of one number."""
        if not (isinstance(made, ast.Call) and made.args and self._called(made) <= {"tensor", "as_tensor", "scalar_tensor"}):
            return False
        return isinstance(self.index.constant(made.args[0]), (int, float))

    def _all_made(self, node: ast.AST | None, holds: Callable[[ast.AST], bool], depth: int = 8) -> bool:
        """Whether something holds of everything that a tensor may be made by, views of it aside."""
        if node is None or depth == 0:
            return False
        if holds(node):
            return True
        if isinstance(node, ast.Call) and (self._called(node) or {""}) <= words("views"):
            return self._all_made(next(iter(self.operands(node)), None), holds, depth - 1)
        if isinstance(node, ast.Attribute) and node.attr == "indices":
            return isinstance(node.value, ast.Call) and bool(self._called(node.value) & words("pairs"))
        if isinstance(node, ast.Subscript):
            return self._all_made(node.value, holds, depth - 1)
        if isinstance(node, ast.Name):
            return self._name_made(node, holds, depth - 1)
        made = [] if isinstance(node, ast.Call) else self._made(node)
        return bool(made) and all(self._all_made(origin, holds, depth - 1) for origin in made)

    def _name_made(self, node: ast.Name, holds: Callable[[ast.AST], bool], depth: int) -> bool:
        found = []
        for binding in self.index.bindings(node):
            value, place = self._assigned(binding.node)
            if value is None or isinstance(binding.node, ast.arg) or isinstance(self.index.parent(binding.node), ast.AugAssign):
                return False
            if place is None:
                found.append(self._all_made(value, holds, depth))
            else:
                found.append(holds(ast.Subscript(value=value, slice=ast.Constant(value=place), ctx=ast.Load())))
        return bool(found) and all(found)

    def _made_by(self, node: ast.AST | None, key: str) -> bool:
        return node is not None and self._once(key, node, False, lambda: any(
            isinstance(part, ast.Call) and bool(self._called(part) & words(key)) for part in self._chain(node)))  # fmt: skip

    def _chain(self, node: ast.AST, depth: int = 8) -> Iterator[ast.AST]:
        """An expression and what it is made from, along first operands."""
        yield node
        if depth == 0:
            return
        if isinstance(node, ast.Call):
            following: list[ast.AST] = list(self.operands(node)[:1])
        elif isinstance(node, ast.Name):
            following = [v for b in self.index.bindings(node) for v, _ in (self._assigned(b.node),) if v is not None]
        else:
            following = [origin for origin in self._made(node) if origin is not node]
        for step in following:
            yield from self._chain(step, depth - 1)

    # --- following ----------------------------------------------------------------------------------------------------
    def operands(self, call: ast.Call) -> list[ast.expr]:
        """What a call works on, the receiver of a method first, then what is given by position and by keyword."""
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        return [call.func.value, *given] if self._is_method(call) and isinstance(call.func, ast.Attribute) else given

    def _is_method(self, call: ast.Call) -> bool:
        """Whether a call's receiver is its first operand: it is no module or class."""
        if not isinstance(call.func, ast.Attribute):
            return False
        names = self.index.callee_names(call)
        written = self.index.written_names(call.func.value)
        return not written and (not names or any(name.startswith("torch.Tensor.") for name in names))

    def _called(self, call: ast.Call) -> frozenset[str]:
        """The last parts of the names that a call calls; those of unknown receivers only where no other type has them."""
        names = self.index.callee_names(call)
        return frozenset(name.removesuffix(".__call__").rpartition(".")[2] for name in names)

    def _of_torch(self, call: ast.Call) -> bool:
        """Whether a call is of torch's functions or of a tensor's method: no layer with weights of its own."""
        return all(
            name.startswith("torch.") and not name.endswith(".__call__") and bool(self.index.knowledge.result(name))
            for name in self.index.callee_names(call)
        )

    def _made(self, node: ast.AST) -> list[ast.AST]:
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
            if isinstance(parent, ast.arg) or (isinstance(parent, _FUNCTIONS) and parent.returns is child):
                return True
            if isinstance(parent, ast.stmt):
                return isinstance(parent, ast.AnnAssign) and parent.annotation is child
            child = parent
        return False

    def _assigned(self, bound: ast.AST) -> tuple[ast.expr | None, int | None]:
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

    def _buffer(self, node: ast.Attribute) -> ast.expr | None:
        """The tensor of a buffer that a class registers under a name."""
        owner = self.index.class_of(node)
        if owner is None or not isinstance(node.value, ast.Name):
            return None
        for call in self.index.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "register_buffer" and len(call.args) > 1:
                if self.index.constant(call.args[0]) == node.attr and self.index.class_of(call) is owner:
                    return call.args[1]
        return None

    def _from_state(self, node: ast.AST | None, depth: int = 6) -> bool:
        """Whether an expression is (an item of) a saved state."""
        if node is None or depth == 0:
            return False
        if isinstance(node, ast.Name):
            if _STATE.search(node.id):
                return True
            assigned = [self._assigned(b.node)[0] for b in self.index.bindings(node) if not isinstance(b.node, ast.arg)]
            return bool(assigned) and all(self._from_state(value, depth - 1) for value in assigned)
        if isinstance(node, ast.Call):
            names = self.index.callee_names(node)
            if isinstance(node.func, ast.Attribute):
                if node.func.attr == "state_dict" or "torch.load" in names:
                    return True
                return node.func.attr in {"items", "values", "get", "pop"} and self._from_state(node.func.value, depth - 1)
            return "torch.load" in names
        if isinstance(node, ast.Subscript):
            return self._from_state(node.value, depth - 1)
        return False

    def _once(self, question: str, node: ast.AST, cycle: T, answer: Callable[[], T], *, deep: bool = False) -> T:
        """An answer, found once; an expression that needs itself sees `cycle`."""
        key = (question, node)
        if key in self._known:
            return self._known[key]  # type: ignore[return-value]
        self._known[key] = cycle
        found = answer()
        self._known[key] = found
        return found


def _parts(node: ast.AST) -> list[ast.expr] | None:
    """The expressions of which an expression is made; None for what is not understood."""
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, (ast.Starred, ast.NamedExpr)):
        return [node.value]
    if isinstance(node, (ast.Tuple, ast.List)):
        return node.elts
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        return [node.elt]
    return None


def _joined(*numbers: Numbers | None) -> Numbers | None:
    """The numbers of an operation: floats win."""
    if "floats" in numbers:
        return "floats"
    return None if None in numbers else "integers"


def _same(values: list[T | None]) -> T | None:
    """The value that all are; None if they differ or one is not known."""
    first = values[0] if values else None
    return first if all(value == first for value in values) else None


def _plus(number: int | None, more: int) -> int | None:
    return None if number is None else number + more


def _all_different(values: list[object] | tuple[object, ...]) -> bool:
    return all(isinstance(v, int) for v in values) and len(set(values)) == len(values)


def _numbers_of_type_name(name: str) -> Numbers | None:
    head, _, last = name.rpartition(".")
    if head not in {"torch", "builtins", "", "torch.cuda"}:
        return None
    if last in words("integer_types") or last in {"LongTensor", "IntTensor", "BoolTensor", "ByteTensor"}:
        return "integers"
    return "floats" if last in words("float_types") else None


def _inside(index: FileIndex, node: ast.AST, item: ast.withitem) -> bool:
    """Whether a node is part of a `with` item itself."""
    return any(ancestor is item for ancestor in index.ancestors(node))
