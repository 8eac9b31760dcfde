"""DET202: an op of torch that is deterministic only under deterministic mode, where the mode is not on."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.summary import MODULE
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.torch import ops
from detlint.rules.torch.nondeterministic_op import shown
from detlint.rules.torch.uses import Answer, Use, Uses

if TYPE_CHECKING:
    import libcst as cst

    from detlint.context import Context
    from detlint.diagnostics import Location
    from detlint.project.model import Project
    from detlint.project.run import Mode

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class _Place:
    """A use, where it is reported, and the function around it: its qualified name and line, None at top level."""

    use: Use
    location: Location
    function: tuple[str, int] | None


class TorchNeedsDeterministicMode(Rule):
    """An op written out that `torch.use_deterministic_algorithms(True)` would make deterministic."""

    code = "DET202"
    name = "torch-op-needs-deterministic-mode"
    summary = "an op of torch that is deterministic only under deterministic mode, which is not on"
    why = """
Scatters, index writes and running sums add floats in the order in which threads come along, or let the last write
win, and so differ from run to run, in the forward pass or in the gradient. torch has slower deterministic kernels for
them, which `torch.use_deterministic_algorithms(True)` chooses.

Reported is each such op that an entry point reaches without the mode, and those that none reaches. Not reported: what
every model has (convolutions, embeddings, pads and pools: DET203 says once that training lacks the mode), reading
`x[i]` and writing `x[i] = v`, integers being summed, places that are evidently distinct (`arange`, constants, a
permutation), values that are all the same, and gradients of what needs none.
"""
    scope = "project"
    candidates = Candidates(calls=ops.names("switches"))
    bad = (
        Example(
            "import torch\n\n\ndef pooled(x: torch.Tensor, group: torch.Tensor, n: int):\n"
            "    total = torch.zeros(n, x.size(1), device=x.device)\n"
            "    return total.index_add_(0, group, x)  # !\n"
        ),
        Example(
            "import torch\n\n\ndef spread(x: torch.Tensor, times: torch.Tensor):\n"
            "    return torch.repeat_interleave(x, times, dim=0)  # !\n"
        ),
    )
    good = (
        Example(
            "import torch\n\n\ndef pooled(x: torch.Tensor, group: torch.Tensor, n: int):\n"
            "    torch.use_deterministic_algorithms(True)\n"
            "    return torch.zeros(n, x.size(1), device=x.device).index_add_(0, group, x)\n"
        ),
        Example("import torch\n\n\ndef twice(x: torch.Tensor):\n    return x.repeat_interleave(2, dim=0)\n"),
        Example("import torch\n\n\ndef marked(x: torch.Tensor, i: torch.Tensor):\n    return x.scatter_(1, i, 1.0)\n"),
    )
    sources = ("https://docs.pytorch.org/docs/stable/generated/torch.use_deterministic_algorithms.html",)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._uses = Uses(context.index, context.targets.version("torch"), context.devices)
        self._places: list[_Place] = []

    def visit_Call(self, node: cst.Call) -> None:
        """Note a call of such an op; whether the mode is on there is known when entry points have been followed."""
        call = self.context.ast(node)
        assert isinstance(call, ast.Call)
        use = self._uses.judge(call, "switches")
        if use is not None:
            self._places.append(_Place(use, self.context.location(node.func), self._function(call)))

    def _function(self, node: ast.AST) -> tuple[str, int] | None:
        function = self.context.index.function(node)
        if function is None:
            return None
        around = [function, *self.context.index.ancestors(function)]
        names = [
            getattr(scope, "name", "<lambda>") for scope in around if isinstance(scope, (*_FUNCTIONS, ast.ClassDef))
        ]
        return ".".join(reversed(names)), function.lineno

    def check_project(self, project: Project) -> None:
        """Report those that run, or may run, without the mode."""
        for place in self._places:
            states = _modes(project, place)
            if "off" in states or "maybe" in states:
                sure = place.use.answer is Answer.YES and "off" in states
                since = f" (since torch {place.use.fact.since})" if place.use.fact.since else ""
                self.report_at(
                    place.location,
                    f"{shown(place.use)} is deterministic only under deterministic mode{since}: {place.use.op.reason}.",
                    "Call `torch.use_deterministic_algorithms(True)` before it.",
                    confidence=Confidence.HIGH if sure else Confidence.LOW,
                )


def _modes(project: Project, place: _Place) -> list[Mode]:
    """The states of deterministic mode at a use: one for each way on which an entry point comes there."""
    key = MODULE
    if place.function is not None:
        name, line = place.function
        key = f"{name}@{line}" if f"{name}@{line}" in project.module.functions else name
    if key not in project.module.functions:
        return ["off"]
    return project.modes_at(key, (place.location.line, place.location.column), "torch")
