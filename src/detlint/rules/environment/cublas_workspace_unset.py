"""DET501: deterministic mode on CUDA without `CUBLAS_WORKSPACE_CONFIG`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.questions import environment, place, way
from detlint.rules.base import Candidates, Example, Rule

if TYPE_CHECKING:
    from detlint.project.model import Project
    from detlint.project.run import Event

_CODE = """import os

import torch

{env}torch.use_deterministic_algorithms(True){mark}
torch.manual_seed(0)
x = torch.rand(4, 4, device="cuda")
print(x @ x)
"""
VARIABLE = "CUBLAS_WORKSPACE_CONFIG"


class CublasWorkspaceUnset(Rule):
    """The mode is on, the variable that cuBLAS needs is not set."""

    code = "DET501"
    name = "cublas-workspace-unset"
    summary = "torch on CUDA with deterministic mode on, and no place sets `CUBLAS_WORKSPACE_CONFIG`"
    why = """
From CUDA 10.2 on, cuBLAS is deterministic only with a fixed workspace. With deterministic mode on, torch raises at
the first matrix product on the GPU unless `CUBLAS_WORKSPACE_CONFIG` is `:4096:8` or `:16:8`; with `warn_only` results
may differ. The variable must be set before the first such op: in the environment of the process, or at the top of the
entry module.

Lightning's `deterministic=True` and transformers' `enable_full_determinism` set it themselves.
"""
    scope = "project"
    of_entry_points = True
    fix = "unsafe"
    candidates = Candidates(
        words=("use_deterministic_algorithms", "set_deterministic_debug_mode", "set_deterministic", "__main__")
    )
    bad = (Example(_CODE.format(env="", mark="  # !")),)
    good = (
        Example(_CODE.format(env='os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"\n', mark="")),
        Example(_CODE.format(env='os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":16:8")\n', mark="")),
        Example("""\
import torch

torch.use_deterministic_algorithms(True)
print(torch.ones(3))
"""),
    )
    sources = (
        "https://docs.nvidia.com/cuda/cublas/#results-reproducibility",
        "aten/src/ATen/Context.cpp of pytorch/pytorch",
    )

    def _is_set(self, program: str) -> bool:
        """Whether a file around the code sets the variable for a program."""
        files = self.context.surroundings
        return files is not None and files.sets(VARIABLE, program)

    def _is_full(self, event: Event) -> bool:
        """Whether the mode is really on: one that only warns, or a setter that torch removed, other rules report."""
        assert event.effect is not None
        removed = event.text.endswith("set_deterministic") and self.context.targets.version("torch") >= "1.10"
        return event.effect.detail != "warn" and not removed

    def check_project(self, project: Project) -> None:
        """Report each entry point that turns the mode on and sets no variable."""
        if "cuda" not in self.context.devices:
            return
        for entry in project.entry_points:
            run = entry.run
            switch = next(filter(self._is_full, run.of_kind("mode_on", "torch")), None)
            if (
                switch is None
                or any(True for _ in environment(run, VARIABLE))
                or VARIABLE in entry.module.sets_environment
                or self._is_set(entry.module.path)
            ):
                continue
            chosen = any(True for _ in run.of_kind("device", "torch"))
            self.report_at(
                place(run, switch),
                f"Deterministic mode is on, but nothing sets `{VARIABLE}`, without which cuBLAS is not deterministic "
                "and torch raises.",
                f"Set `{VARIABLE}=:4096:8` in the environment, or at the top of this file before CUDA is used.",
                confidence=Confidence.LOW if switch.conditional or not chosen else Confidence.HIGH,
                related=way(run, switch, "the mode is turned on here"),
            )
