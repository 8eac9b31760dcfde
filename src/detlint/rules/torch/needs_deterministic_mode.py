"""DET202: an op of torch that is deterministic only under deterministic mode, where the mode is not on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.project.places import is_test
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.modes import state
from detlint.rules.torch import ops
from detlint.rules.torch.nondeterministic_op import places, shown
from detlint.rules.torch.uses import Answer, Uses

if TYPE_CHECKING:
    import libcst as cst

    from detlint.context import Context
    from detlint.triggers import Mention


class TorchNeedsDeterministicMode(Rule):
    """An op written out that `torch.use_deterministic_algorithms(True)` would make deterministic."""

    code = "DET202"
    name = "torch-op-needs-deterministic-mode"
    summary = "an op of torch that is deterministic only under deterministic mode, which is not on"
    why = """
Scatters, index writes and running sums add floats in the order in which threads come along, or let the last write
win, and so differ from run to run, in the forward pass or in the gradient. torch has slower deterministic kernels for
them, which `torch.use_deterministic_algorithms(True)` chooses.

Reported is each such op that an entry point reaches without the mode, and those that none reaches; there, ops whose
gradient alone differs, and running sums, are low. Once a file, as information, where the
entry points turn the mode on and do not come to the op: its callers elsewhere may not. Not reported: what every model
has (convolutions, embeddings, pads and pools: DET203 says once that training lacks the mode), reading
`x[i]` and writing `x[i] = v`, integers being summed, places that are evidently distinct (`arange`, constants, a
permutation, `unique`, positions of a mask, the tokens of one expert), values that are all the same, and gradients of
what needs none. Positions of a mask of unknown shape are low: where none comes twice, nothing differs.
"""
    milder = (Severity.INFO,)
    scope = "project"
    candidates = Candidates(calls=ops.names("switches"))
    bad = (
        Example(
            "import torch\n\n\ndef pooled(x: torch.Tensor, group: torch.Tensor, n: int):\n"
            "    total = torch.zeros(n, x.size(1), device=x.device)\n"
            "    return total.index_add_(0, group, x)  # !\n"
        ),
        Example(
            """\
import torch


def picked(weights: torch.Tensor, index: torch.Tensor):
    return torch.index_select(weights, 0, index)  # !


if __name__ == "__main__":
    torch.manual_seed(0)
    weights = torch.rand(8, 3, requires_grad=True)
    picked(weights, torch.tensor([1, 1, 2])).sum().backward()
"""
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

    @classmethod
    def sought(cls, mention: Mention) -> frozenset[str] | None:
        """The ops that have the effect in the version and on the devices that the file is for."""
        return ops.sought(mention, "switches")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._left_to_callers = False
        self._uses = context.shared(Uses.in_file)

    def concerns(self, candidate: ast.AST) -> bool:
        """Whether the arguments and operands of a call make it such an op; not asked where nothing would be shown."""
        if not isinstance(candidate, ast.Call):
            return False
        unsure = self.context.least > Confidence.LOW and self._may_do_no_harm(candidate)
        if unsure and self.context.project.stands_alone and self._is_unreached(candidate):
            return False
        return self._uses.judge(candidate, "switches") is not None and not (unsure and self._is_unreached(candidate))

    def _may_do_no_harm(self, call: ast.Call) -> bool:
        """Whether it is an op of the kind that does none without a gradient, or on few numbers."""
        known = ops.ops()
        return all(known[name].rests_on_caller for name in self.context.index.callee_names(call) if name in known)

    def _is_unreached(self, call: ast.Call) -> bool:
        return state(self.context, call, "torch") == "unreached"

    def visit_Call(self, node: cst.Call) -> None:
        """Report the callee of a call of such an op, where the mode is not on."""
        call = self.context.ast(node)
        assert isinstance(call, ast.Call)
        use = self._uses.judge(call, "switches")
        mode = state(self.context, call, "torch") if use is not None else "on"
        if use is None or mode == "on" or (mode == "callers" and self._left_to_callers):
            return
        self._left_to_callers = self._left_to_callers or mode == "callers"
        sure = mode != "maybe" and use.answer is Answer.YES and not is_test(self.context.path)
        if mode == "unreached" and use.op.rests_on_caller:
            # Who runs it may well ask for no gradients, or sum so little that nothing differs.
            sure = False
        since = f" (since torch {use.fact.since})" if use.fact.since else ""
        self.report(
            node.func,
            f"{shown(use)} is deterministic only under deterministic mode{since}: "
            f"on {places(use, self.context.devices)}, {use.op.reason}, so results differ between runs.",
            "Call `torch.use_deterministic_algorithms(True)` before it.",
            severity=Severity.INFO if mode == "callers" else None,
            confidence=Confidence.HIGH if sure else Confidence.LOW,
        )
