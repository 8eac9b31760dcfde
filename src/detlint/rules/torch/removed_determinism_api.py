"""DET210: a determinism function that the target version of torch no longer has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.guards import falls_back, inside, version_guarded
from detlint.rules.repairs import Repair

if TYPE_CHECKING:
    import ast

    from detlint.diagnostics import Fix

_REMOVED = {row["name"]: row for row in load(__package__, "removed")["function"]}


class RemovedDeterminismApi(Rule):
    """By target version; what a version check guards is left alone."""

    code = "DET210"
    name = "removed-determinism-api"
    summary = "`torch.set_deterministic`, `torch.is_deterministic`: gone since torch 1.10"
    why = """
torch 1.7 had `torch.set_deterministic` and `torch.is_deterministic`; 1.8 renamed them, 1.10 removed the old names.
The call now raises `AttributeError`, or, where that is caught, the mode stays off.

Not reported: a branch behind `hasattr`, a version check or `except AttributeError`, and projects whose torch is older
than 1.10.
"""
    severity = Severity.ERROR
    scope = "file"
    fix = "safe"
    bad = (
        Example(
            "import torch\n\ntorch.set_deterministic(True)  # !\n",
            fixed="import torch\n\ntorch.use_deterministic_algorithms(True)\n",
        ),
        Example("import torch\n\nprint(torch.is_deterministic())  # !\n", targets=("torch=1.10",)),
    )
    good = (
        Example(
            "import torch\n\ntorch.use_deterministic_algorithms(True)\n"
            "print(torch.are_deterministic_algorithms_enabled())\n"
        ),
        Example("import torch\n\ntorch.set_deterministic(True)\n", targets=("torch=1.7",)),
        Example(
            "import torch\n\nif hasattr(torch, 'use_deterministic_algorithms'):\n"
            "    torch.use_deterministic_algorithms(True)\n"
            "else:\n    torch.set_deterministic(True)\n"
        ),
    )
    sources = (
        "https://docs.pytorch.org/docs/1.8.0/generated/torch.set_deterministic.html",
        "pytorch/pytorch: release notes of 1.10.0",
    )
    candidates = Candidates(calls=tuple(_REMOVED))

    def check_file(self) -> None:
        """Look at all calls of removed functions."""
        index = self.context.index
        version = self.context.targets.version("torch")
        for call in index.calls_of(*_REMOVED):
            rows = [_REMOVED.get(name) for name in index.names(call.func)]
            row = rows[0]
            if None in rows or row is None:
                continue
            if version >= row["removed"] and not self._is_guarded(call, row["replacement"]):
                self.report(
                    call.func,
                    f"`{row['name']}` was removed in torch {row['removed']}: the call raises, and the mode is not set."
                    if row["name"].endswith("set_deterministic")
                    else f"`{row['name']}` was removed in torch {row['removed']}: the call raises.",
                    f"Call `{row['replacement']}`.",
                    fix=self._fix(call, row["replacement"]),
                )

    def _fix(self, call: ast.Call, replacement: str) -> Fix | None:
        if call.keywords:
            return None  # the parameter has another name
        repair = Repair(self.context)
        if hasattr(call.func, "attr"):
            repair.rename(call.func, replacement.rpartition(".")[2])
        else:
            repair.replace(call.func, repair.name(replacement, call))
            repair.forget(call.func)
        return repair.safe(f"Call `{replacement}`")

    def _is_guarded(self, call: ast.Call, replacement: str) -> bool:
        """Whether other versions take another way: behind a version check, or on the other side of a `try`."""
        index = self.context.index
        if version_guarded(index, call, tries=False):
            return True
        others = list(falls_back(index, call))
        return any(inside(index, other, branch) for other in index.calls_of(replacement) for branch in others)
