"""DET204: torch's deterministic mode turned off, or weakened."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.repairs import Repair
from detlint.rules.torch.repairs import literal_fix, raises_under_mode
from detlint.rules.torch.switches import DEBUG_MODE, FILL, MODE, OLD_MODE, Switch, chosen_by_branch, excuse, switches

if TYPE_CHECKING:
    from detlint.diagnostics import Fix

_REMOVED = {row["name"]: row["removed"] for row in load(__package__, "removed")["function"]}


class TorchDeterministicModeWeakened(Rule):
    """What is restored, unknown or without effect is left alone."""

    code = "DET204"
    name = "torch-deterministic-mode-weakened"
    summary = "torch's deterministic mode turned off, or weakened to warnings"
    why = """
`torch.use_deterministic_algorithms(False)` lets all ops after it run on nondeterministic kernels again. With
`warn_only=True`, or `set_deterministic_debug_mode("warn")`, ops without a deterministic implementation run and print
a warning instead of raising. `torch.utils.deterministic.fill_uninitialized_memory = False` lets `torch.empty` hand
out whatever was in memory.

Not reported: a mode that is saved, changed and restored, by hand or in a context manager; turning it off and on again
with nothing run between; values that only a run knows. Where the opposite branch turns the mode on, somebody chose:
the confidence is low.
"""
    scope = "file"
    fix = "unsafe"
    bad = (
        Example("import torch\n\ntorch.use_deterministic_algorithms(False)  # !\nprint(torch.ones(2, 2).sum())\n"),
        Example(
            "import torch\n\ntorch.use_deterministic_algorithms(True, warn_only=True)  # !\n",
            fixed="import torch\n\ntorch.use_deterministic_algorithms(True)\n",
        ),
        Example('import torch\n\ntorch.set_deterministic_debug_mode("warn")  # !\n'),
        Example("import torch\n\ntorch.utils.deterministic.fill_uninitialized_memory = False  # !\n"),
    )
    good = (
        Example("import torch\n\ntorch.use_deterministic_algorithms(True)\n"),
        Example(
            "import torch\n\n\ndef histogram(x):\n    saved = torch.are_deterministic_algorithms_enabled()\n"
            "    torch.use_deterministic_algorithms(False)\n    result = torch.histc(x)\n"
            "    torch.use_deterministic_algorithms(saved)\n    return result\n"
        ),
        Example("import torch\n\n\ndef configure(args):\n    torch.use_deterministic_algorithms(args.deterministic)\n"),
        Example('import torch\n\ntorch.set_deterministic_debug_mode("error")\n'),
    )
    sources = (
        "https://docs.pytorch.org/docs/stable/generated/torch.use_deterministic_algorithms.html",
        "https://docs.pytorch.org/docs/stable/generated/torch.set_deterministic_debug_mode.html",
        "https://docs.pytorch.org/docs/stable/deterministic.html",
    )
    candidates = Candidates(calls=(MODE, DEBUG_MODE), settings=(FILL,))

    def check_file(self) -> None:
        """Look at all places that switch the mode or the filling of memory."""
        for switch in switches(self.context.index):
            if switch.subject in (MODE, FILL) and switch.strength in ("off", "weak") and self._exists(switch):
                self._check(switch)

    def _exists(self, switch: Switch) -> bool:
        """Whether what switches is there in the target version: else the call raises, which DET210 says."""
        names = self.context.index.names(switch.node.func) if isinstance(switch.node, ast.Call) else ()
        return OLD_MODE not in names or self.context.targets.version("torch") < _REMOVED[OLD_MODE]

    def _check(self, switch: Switch) -> None:
        index = self.context.index
        excused = excuse(index, switch)
        if excused == "restored":
            return
        certain = excused == "none" and not chosen_by_branch(index, switch)
        self.report(
            switch.blame,
            *self._text(switch),
            confidence=Confidence.HIGH if certain else Confidence.LOW,
            fix=self._fix(switch),
        )

    def _fix(self, switch: Switch) -> Fix | None:
        """Let ops raise, turn the mode on; what turns it off elsewhere than where it is on was meant."""
        others = [each for each in switches(self.context.index) if each.subject == MODE and each is not switch]
        if switch.subject == FILL:
            return literal_fix(self.context, switch.value, "True")
        runs = self.context.project.runs_through(switch.node)
        if (switch.strength == "off" and others) or raises_under_mode(self.context, runs):
            return None
        if isinstance(switch.blame, ast.keyword) and switch.blame.arg == "warn_only":
            repair = Repair(self.context)
            repair.remove_argument(switch.node, switch.blame)
            return repair.unsafe("Let ops without a deterministic implementation raise")
        is_debug = isinstance(switch.node, ast.Call) and DEBUG_MODE in self.context.index.names(switch.node.func)
        return literal_fix(self.context, switch.value, '"error"' if is_debug else "True")

    def _text(self, switch: Switch) -> tuple[str, str]:
        if switch.subject == FILL:
            return (
                "Without `fill_uninitialized_memory`, `torch.empty` and its kin hold whatever was in memory.",
                "Leave it `True` while the deterministic mode is on.",
            )
        written = ast.unparse(switch.node)
        if switch.strength == "weak":
            return (
                f"`{written}` only warns: ops without a deterministic implementation still run, and may differ.",
                "Let them raise: `torch.use_deterministic_algorithms(True)`.",
            )
        return (
            f"`{written}` turns deterministic mode off: results of ops after it may differ between runs.",
            "Leave the mode on, or save it and restore it around the op that needs this.",
        )
