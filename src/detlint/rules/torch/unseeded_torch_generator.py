"""DET209: a `torch.Generator` used without `manual_seed`."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.index.values import Instance, LocalFunction
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.repairs import Repair
from detlint.rules.torch.repairs import is_repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Fix

_GENERATOR = "torch.Generator"
_SEEDS = frozenset({"manual_seed", "seed", "set_state", "graphsafe_set_state"})
"""Methods that settle where a generator starts; that `seed` takes entropy is for DET104 to say."""
_NEUTRAL = frozenset(
    {
        "builtins.isinstance",
        "builtins.print",
        "builtins.id",
        "builtins.repr",
        "builtins.str",
        "builtins.type",
        "builtins.bool",
    }
)
_USERS = (
    "torch.",
    "torchvision.",
    "torch_geometric.",
    "diffusers.",
    "lightning.",
    "accelerate.",
    "transformers.",
    "torchaudio.",
)


_SETTING = re.compile(r"seed|state|sync|rng", re.IGNORECASE)
"""What a function is called that may set the state of a generator that it is given."""


@dataclass(slots=True)
class _Life:
    """What happens to one generator: where it is used, whether it is seeded or goes out of sight."""

    uses: list[ast.AST] = field(default_factory=list)
    seeded: bool = False
    escaped: bool = False


class UnseededTorchGenerator(Rule):
    """Follows each generator through names, attributes and functions of the file."""

    code = "DET209"
    name = "unseeded-torch-generator"
    summary = "a `torch.Generator` used without `manual_seed`"
    why = """
A generator of one's own does not follow `torch.manual_seed`. One that is never seeded starts from a constant inside
torch: its numbers are the same whatever seed was asked for, which is rarely what was meant. (`g.seed()` takes a seed
from the operating system: DET104 reports it.)

Not reported: a generator that is seeded anywhere in the file or gets a saved state, that is handed to a function out
of sight, or that is not used.
"""
    scope = "file"
    fix = "unsafe"
    bad = (
        Example("import torch\n\ng = torch.Generator()  # !\nx = torch.randn(3, generator=g)\n"),
        Example("import torch\n\nx = torch.randperm(10, generator=torch.Generator())  # !\n"),
    )
    good = (
        Example("import torch\n\ng = torch.Generator()\ng.manual_seed(0)\nx = torch.randn(3, generator=g)\n"),
        Example('import torch\n\nx = torch.randn(3, generator=torch.Generator("cpu").manual_seed(0))\n'),
        Example(
            "import torch\nfrom helpers import seeded\n\ng = torch.Generator()\nseeded(g)\n"
            "x = torch.randn(3, generator=g)\n"
        ),
    )
    sources = (
        "https://docs.pytorch.org/docs/stable/generated/torch.Generator.html",
        "pytorch/pytorch: c10/core/GeneratorImpl.h, default_rng_seed_val",
    )
    candidates = Candidates(calls=(_GENERATOR,))

    def check_file(self) -> None:
        """Follow every generator that the file makes."""
        made = {id(call): (call, _Life()) for call in self.context.index.calls_of(_GENERATOR)}
        if not made:
            return
        for node in ast.walk(self.context.index.tree):
            if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript) and not _is_store(node):
                for origin in self._origins(node):
                    if id(origin) in made:
                        self._live(node, made[id(origin)][1])
        for call, life in made.values():
            self._report(call, life)

    def _origins(self, node: ast.expr) -> Iterator[ast.AST]:
        if isinstance(node, ast.Call):
            # Only the construction itself: what a method or function returns is the same generator again.
            if _GENERATOR in self.context.index.names(node.func):
                yield node
            return
        for value in self.context.index.evaluate(node).alternatives:
            if isinstance(value, Instance) and value.type == _GENERATOR and value.origin is not None:
                yield value.origin

    def _live(self, node: ast.expr, life: _Life) -> None:
        """One place where a generator stands."""
        index = self.context.index
        parent = index.parent(node)
        if isinstance(parent, ast.IfExp | ast.BoolOp | ast.NamedExpr):
            if isinstance(parent, ast.IfExp) and node is parent.test:
                return
            node, parent = parent, index.parent(parent)
        if isinstance(parent, ast.Attribute):
            life.seeded |= parent.attr in _SEEDS
        elif isinstance(parent, ast.keyword):
            call = index.parent(parent)
            self._passed(call, parent.arg == "generator", parent.arg, node, life) if isinstance(
                call, ast.Call
            ) else None
        elif isinstance(parent, ast.Call) and node is not parent.func:
            self._passed(parent, False, None, node, life)
        elif isinstance(parent, ast.Assign | ast.AnnAssign):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            life.escaped |= not all(_is_followed(target) for target in targets)
        elif not isinstance(parent, ast.Compare | ast.Expr | ast.If | ast.Assert | ast.UnaryOp):
            life.escaped = True

    def _passed(self, call: ast.Call, named: bool, keyword: str | None, node: ast.expr, life: _Life) -> None:
        index = self.context.index
        names = index.names(call.func)
        if names and all(name in _NEUTRAL for name in names):
            return
        functions = [value for value in index.evaluate(call.func).alternatives if isinstance(value, LocalFunction)]
        if functions:
            parameters = [self._parameter(function, call, keyword, node) for function in functions]
            if None in parameters or any(
                self._seeds(function.node, str(name)) for function, name in zip(functions, parameters, strict=True)
            ):
                life.escaped = True
            else:
                life.uses.append(call)
        elif any(_SETTING.search(name.rpartition(".")[2]) for name in names):
            life.escaped = True
        elif _is_user(names) or (named and not names and isinstance(call.func, ast.Attribute)):
            life.uses.append(call)
        else:
            life.escaped = True

    def _parameter(self, function: LocalFunction, call: ast.Call, keyword: str | None, node: ast.expr) -> str | None:
        """The parameter of a function of this file that takes a generator."""
        if keyword is not None:
            return keyword
        arguments = function.node.args
        names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
        skipped = 1 if function.owner is not None else 0
        place = next((i for i, argument in enumerate(call.args) if argument is node), None)
        return names[place + skipped] if place is not None and place + skipped < len(names) else None

    def _seeds(self, function: ast.AST, parameter: str) -> bool:
        """Whether a function seeds its parameter, or hands it on."""
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id == parameter and isinstance(node.ctx, ast.Load):
                parent = self.context.index.parent(node)
                if isinstance(parent, ast.Attribute):
                    if parent.attr in _SEEDS:
                        return True
                elif isinstance(parent, ast.Call | ast.keyword):
                    call = parent if isinstance(parent, ast.Call) else self.context.index.parent(parent)
                    names = self.context.index.names(call.func) if isinstance(call, ast.Call) else ()
                    method = (
                        isinstance(call, ast.Call)
                        and isinstance(call.func, ast.Attribute)
                        and isinstance(parent, ast.keyword)
                    )
                    if not method and not (
                        names and all(name.startswith(_USERS) or name in _NEUTRAL for name in names)
                    ):
                        return True
                elif not isinstance(parent, ast.Compare | ast.If | ast.IfExp | ast.BoolOp | ast.UnaryOp):
                    return True
        return False

    def _report(self, call: ast.Call, life: _Life) -> None:
        if life.uses and not life.seeded and not life.escaped:
            fallback = any(
                isinstance(ancestor, ast.IfExp | ast.BoolOp)
                for ancestor in list(self.context.index.ancestors(call))[:2]
            )
            self.report(
                call.func,
                "This generator is used without a seed: it starts from a constant of torch's, not from your seed.",
                "Give it yours: `torch.Generator().manual_seed(seed)`.",
                confidence=Confidence.LOW if fallback else Confidence.HIGH,
                fix=self._fix(call),
            )

    def _fix(self, call: ast.Call) -> Fix | None:
        if is_repeated(self.context, call):
            return None
        repair = Repair(self.context)
        repair.wrap(call, "", f".manual_seed({repair.seed(call)})")
        return repair.unsafe("Give it a fixed seed")


def _is_user(names: tuple[str, ...]) -> bool:
    """Whether a callee is of a library that draws from a generator given to it."""
    return bool(names) and all(name.startswith(_USERS) for name in names)


def _is_store(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def _is_followed(target: ast.expr) -> bool:
    """Names, and attributes of `self`: the index knows what they hold."""
    return isinstance(target, ast.Name) or (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name))
