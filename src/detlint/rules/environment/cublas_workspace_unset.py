"""DET501: deterministic mode on CUDA without `CUBLAS_WORKSPACE_CONFIG`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.questions import Finding, environment, place, way
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.environment.repairs import set_at_start

if TYPE_CHECKING:
    from detlint.project.model import Project
    from detlint.project.run import Event
    from detlint.project.subjects import Program
    from detlint.versions import Targets

_CODE = """import os

import torch

{env}torch.use_deterministic_algorithms(True){mark}
torch.manual_seed(0)
x = torch.rand(4, 4, device="cuda")
print(x @ x)
"""
VARIABLE = "CUBLAS_WORKSPACE_CONFIG"
VALUE = ":4096:8"


def missing(program: Program) -> Finding | None:
    """Where a program turns the mode on and nothing sets the variable."""
    run = program.run
    if "cuda" not in program.devices:
        return None
    switch = next((event for event in run.of_kind("mode_on", "torch") if _is_full(event, program.targets)), None)
    if switch is None or not is_unset(program):
        return None
    chosen = any(True for _ in run.of_kind("device", "torch"))
    return Finding(switch, Confidence.LOW if switch.conditional or not chosen else Confidence.HIGH)


def is_unset(program: Program) -> bool:
    """Whether nothing sets the variable for a program."""
    run = program.run
    return not (
        any(True for _ in environment(run, VARIABLE))
        or VARIABLE in run.module.sets_environment
        or program.sets(VARIABLE)
    )


def _is_full(event: Event, targets: Targets) -> bool:
    """Whether the mode is really on: one that only warns, or a setter that torch removed, other rules report.

    What a project's own function does besides is not known.
    """
    assert event.effect is not None
    removed = event.text.endswith("set_deterministic") and targets.version("torch") >= "1.10"
    return event.effect.detail not in ("warn", "helper") and not removed


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

    def check_project(self, project: Project) -> None:
        """Report each entry point that turns the mode on and sets no variable."""
        for entry in project.entry_points:
            found = missing(self.context.program(entry))
            if found is None:
                continue
            run, switch = entry.run, found.event
            self.report_at(
                place(run, switch),
                f"Deterministic mode is on, but nothing sets `{VARIABLE}`, without which cuBLAS is not deterministic "
                "and torch raises.",
                f"Set `{VARIABLE}=:4096:8` in the environment, or at the top of this file before CUDA is used.",
                confidence=found.confidence,
                related=way(run, switch, "the mode is turned on here"),
                fix=set_at_start(self.context, entry, switch, VARIABLE, VALUE),
            )
