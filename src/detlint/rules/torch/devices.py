"""What an expression that stands where a device is expected chooses.

Given the index and an expression, tells an accelerator from the CPU, from a device that is only followed (`x.device`,
the device of a model's parameters), and from what is no device at all (a dtype).
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Literal

from detlint.index.values import Const, Instance, LocalClass, Ref, Sequence, Value

if TYPE_CHECKING:
    from detlint.index import FileIndex

Choice = Literal["accelerator", "cpu", "same", "none", "unknown"]

_CPU = ("cpu", "meta", "mps", "xla", "xpu", "npu", "hpu")
_FOLLOWED = frozenset({"torch.Tensor", "torch.nn.Module", "torch.nn.Parameter"})
_CHOOSERS = (
    "self", "cls", "args", "opt", "opts", "options", "cfg", "conf", "config", "hparams", "params", "flags",
    "accelerator", "fabric", "trainer", "settings", "state", "ctx", "env",
)  # fmt: skip
_CURRENT = frozenset(
    {"torch.cuda.current_device", "torch.accelerator.current_accelerator", "torch.accelerator.current_device"}
)
_DEVICE = re.compile(r"dev|gpu|cuda|rank|accel|backend|place|target|where|loc|dst|^to$|_id$")
"""What the name of an attribute has in it that holds a device."""
_PARTS = frozenset({"type", "index"})
"""Attributes of a device that stand for it."""
_DEPTH = 4


def choice(index: FileIndex, node: ast.expr | None, depth: int = _DEPTH) -> Choice:
    """What `node` chooses as a device; of several alternatives, the one that goes furthest."""
    if node is None or depth == 0:
        return "unknown"
    if isinstance(node, ast.Call):
        made = _of_call(index, node, depth)
        if made is not None:
            return made
    if isinstance(node, ast.Attribute) and node.attr == "device":
        return _of_attribute(index, node, depth)
    if isinstance(node, ast.Attribute) and node.attr in _PARTS:
        return choice(index, node.value, depth - 1)
    if isinstance(node, ast.IfExp):
        return furthest({choice(index, node.body, depth - 1), choice(index, node.orelse, depth - 1)})
    if isinstance(node, ast.JoinedStr):
        head = node.values[0] if node.values else None
        return of_constant(head.value) if isinstance(head, ast.Constant) else "unknown"
    given = [_assigned(index, binding.node) for binding in index.bindings(node)] if isinstance(node, ast.Name) else []
    if given and None not in given:
        return furthest({choice(index, each, depth - 1) for each in given})
    return furthest({_of_value(index, each, node, depth) for each in index.evaluate(node).alternatives})


def _assigned(index: FileIndex, target: ast.AST) -> ast.expr | None:
    """The attribute that a name is bound to, also by `kind, device = x.dtype, x.device`; None for anything else."""
    statement = index.statement(target)
    if not isinstance(statement, ast.Assign):
        return None
    given: ast.expr | None = statement.value
    if isinstance(given, ast.Tuple):
        holder = index.parent(target)
        same = isinstance(holder, ast.Tuple) and len(holder.elts) == len(given.elts)
        given = given.elts[holder.elts.index(target)] if same else None  # type: ignore[union-attr]
    return given if isinstance(given, ast.Attribute) else None


def furthest(choices: set[Choice]) -> Choice:
    """Of several alternatives, the one that goes furthest towards an accelerator."""
    order: tuple[Choice, ...] = ("accelerator", "unknown", "cpu", "same", "none")
    return next((known for known in order if known in choices), "unknown")


def of_constant(value: object) -> Choice:
    """What a constant chooses: `"cuda:0"`, `0`, `"cpu"`; None and a bool are no devices."""
    if isinstance(value, str):
        if value.startswith(("cuda", "gpu", "torch.cuda", "auto")):
            return "accelerator"
        return "cpu" if value.startswith(_CPU) else "none"
    if isinstance(value, int) and not isinstance(value, bool):
        return "accelerator" if value >= 0 else "cpu"
    return "none"


def _of_call(index: FileIndex, node: ast.Call, depth: int) -> Choice | None:
    names = index.names(node.func)
    if "torch.device" in names:
        given = index.arguments(node).get("device", 0) or index.arguments(node).get("type", 0)
        return choice(index, given.value, depth - 1) if given is not None else "unknown"
    if not _CURRENT.isdisjoint(names):
        return "accelerator"
    return None


def _of_attribute(index: FileIndex, node: ast.Attribute, depth: int) -> Choice:
    """`x.device` follows a tensor or model; `args.device` is a choice made elsewhere."""
    owner = node.value
    if isinstance(owner, ast.Call) or set(index.types(owner)) & _FOLLOWED:
        return "same"
    if any(
        isinstance(value, Instance) and isinstance(value.type, LocalClass)
        for value in index.evaluate(owner).alternatives
    ):
        return "unknown"
    known = index.evaluate(node)
    if isinstance(known, Const | Instance):
        return _of_value(index, known, node, depth)
    last = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return (
        "unknown"
        if last.lower().strip("_") in _CHOOSERS or last.lower().endswith(("args", "config", "cfg"))
        else "same"
    )


def _of_value(index: FileIndex, value: Value, node: ast.expr, depth: int) -> Choice:
    if isinstance(value, Const):
        return of_constant(value.value)
    if isinstance(value, Instance):
        if value.type == "torch.device" and isinstance(value.origin, ast.Call) and value.origin is not node:
            return choice(index, value.origin, depth - 1)
        if value.type == "torch.dtype":
            return "none"
        return "same" if value.type in _FOLLOWED else "unknown"
    if isinstance(value, Ref):
        return (
            "accelerator"
            if value.name.startswith("torch.cuda.")
            else "none"
            if value.name.startswith("torch.")
            else _by_name(node)
        )
    if isinstance(value, Sequence):
        return furthest({choice(index, element, depth - 1) for element in value.elements}) if value.elements else "none"
    return _by_name(node)


def _by_name(node: ast.expr) -> Choice:
    """What is not known by its value: an attribute that is not called a device is a tensor, `x.to(layer.weight)`."""
    name = _last_name(node).lower()
    if "dtype" in name:
        return "none"
    return "same" if isinstance(node, ast.Attribute) and not _DEVICE.search(name) else "unknown"


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
