"""DET211: memory that is read before anything is written to it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.guards import position
from detlint.rules.repairs import Repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Fix

_DATA = load(__package__, "kernels")["memory"]
_MAKERS: tuple[str, ...] = (*_DATA["functions"], *_DATA["methods"])
_OUTSIDE = frozenset(_DATA["outside"])
_SAME = frozenset(_DATA["same"])
_NEUTRAL = frozenset(_DATA["neutral"]) | _SAME
_COMPUTING = (
    "torch.Tensor.",
    "torch.nn.functional.",
    "torch.linalg.",
    "torch.fft.",
    "torch.special.",
    *_DATA["computing"],
)
_ZEROS = {"empty": "zeros", "new_empty": "new_zeros", "empty_like": "zeros_like"}
_READING = (ast.BinOp, ast.Compare, ast.UnaryOp, ast.JoinedStr, ast.FormattedValue)


class UninitializedMemory(Rule):
    """`torch.empty` and kin, by what happens to them first."""

    code = "DET211"
    name = "uninitialized-memory"
    summary = "`torch.empty` and kin whose contents are read before they are written"
    why = """
`torch.empty` hands out memory with whatever was in it. Reading it before writing gives numbers that depend on what the
process did before. Off by default: most such tensors are filled where this rule cannot see it.

detlint follows a tensor to its first use in the same block: arithmetic, comparison, and functions and methods of
torch read; methods that end in `_`, assignments to items, `out=` and `torch.nn.init` write. What is stored, returned
or handed to other functions is left alone. Under deterministic mode torch fills such memory (since 2.2).
"""
    scope = "file"
    fix = "unsafe"
    default = False
    bad = (
        Example(
            "import torch\n\nx = torch.empty(3)  # !\ny = x + 1\n",
            fixed="import torch\n\nx = torch.zeros(3)\ny = x + 1\n",
        ),
        Example("import torch\n\ntotal = torch.empty(3, 4).sum()  # !\n"),
        Example("import torch\n\n\ndef grow(x: torch.Tensor):\n    y = x.new_empty(4)  # !\n    return torch.exp(y)\n"),
    )
    good = (
        Example("import torch\n\nx = torch.empty(3)\nx.fill_(0)\ny = x + 1\n"),
        Example("import torch\n\nx = torch.empty(3).uniform_(0, 1)\n"),
        Example("import torch\n\nx = torch.empty(3)\nx[:] = 2\nprint(x.sum())\n"),
        Example("import torch\n\nx = torch.empty(3)\ntorch.add(torch.ones(3), 1, out=x)\nprint(x)\n"),
        Example("import torch\n\nprint(torch.empty(3).shape)\n"),
    )
    sources = (
        "https://docs.pytorch.org/docs/stable/generated/torch.empty.html",
        "https://docs.pytorch.org/docs/stable/deterministic.html#torch.utils.deterministic.fill_uninitialized_memory",
    )
    candidates = Candidates(calls=_MAKERS)

    def check_file(self) -> None:
        """Follow each such tensor to its first use."""
        index = self.context.index
        for call in index.calls_of(*_MAKERS):
            if 0 in [index.constant(argument) for argument in call.args] or self._is_filled(call):
                continue
            if self._reads(call) or self._read_first(call):
                self.report(
                    call.func,
                    "This memory holds whatever was there before, and is read before anything is written to it.",
                    "Use `torch.zeros`, or fill it first.",
                    fix=self._fix(call),
                )

    def _fix(self, call: ast.Call) -> Fix | None:
        name = getattr(call.func, "attr", "")
        if name not in _ZEROS or any(keyword.arg in (None, "memory_format", "names") for keyword in call.keywords):
            return None
        repair = Repair(self.context)
        repair.rename(call.func, _ZEROS[name])
        return repair.unsafe("Fill it with zeros")

    def _is_filled(self, call: ast.Call) -> bool:
        if self.context.targets.version("torch") < _DATA["filled"]:
            return False
        return self.context.project.is_in_mode(call, "torch")

    def _read_first(self, call: ast.Call) -> bool:
        """Whether the name that a tensor is bound to is read first."""
        index = self.context.index
        statement = index.parent(call)
        while isinstance(statement, ast.Attribute) and statement.attr in _SAME:
            statement = index.parent(index.parent(statement) or statement)
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            return False
        first = next(self._following_uses(statement, statement.targets[0].id), None)
        return first is not None and self._reads(first)

    def _following_uses(self, statement: ast.stmt, name: str) -> Iterator[ast.Name]:
        """The uses of a name in the statements after one in its block; none once a block inside may or may not run."""
        index = self.context.index
        block = next(
            (
                b
                for f in ("body", "orelse", "finalbody")
                if isinstance(b := getattr(index.parent(statement), f, None), list) and statement in b
            ),
            [],
        )
        for later in block[block.index(statement) + 1 :] if block else []:
            uses = [node for node in ast.walk(later) if isinstance(node, ast.Name) and node.id == name]
            yield from sorted(uses, key=position)

    def _reads(self, node: ast.expr) -> bool:
        """Whether the place of a tensor reads its contents."""
        index = self.context.index
        if isinstance(getattr(node, "ctx", None), ast.Store):
            return False
        parent = index.parent(node)
        if isinstance(parent, ast.Attribute):
            if parent.attr in _OUTSIDE or parent.attr.endswith("_"):
                return False
            outer = index.parent(parent)
            if parent.attr in _SAME and isinstance(outer, ast.Call):
                return self._reads(outer)
            return isinstance(outer, ast.Call) and outer.func is parent and self._is_of_torch(outer)
        if isinstance(parent, ast.Call) and node in parent.args:
            return self._is_of_torch(parent)
        return isinstance(parent, _READING)

    def _is_of_torch(self, call: ast.Call) -> bool:
        """Whether a call is of a function or method of torch that makes a tensor from the contents of another."""
        names = self.context.index.callee_names(call)
        lasts = {name.rpartition(".")[2] for name in names}
        return (
            bool(names)
            and all(name.startswith(_COMPUTING) for name in names)
            and lasts.isdisjoint(_NEUTRAL)
            and not any(last.endswith(("_", "_like")) for last in lasts)
            and self.context.index.is_type(call, "torch.Tensor")
        )
