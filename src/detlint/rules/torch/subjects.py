"""What the pack `torch` can be asked of a program: torch's generators, its deterministic mode, cuDNN's flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.questions import Finding
from detlint.project.subjects import Mode, RandomState, Subjects
from detlint.rules.torch.deterministic_mode_missing import missing
from detlint.rules.torch.flag_effects import MODES
from detlint.rules.torch.switches import BENCHMARK, DETERMINISTIC
from detlint.rules.torch.unseeded_torch import doubt, drawn

if TYPE_CHECKING:
    from detlint.project.subjects import Program

_FIRST_MODE = "1.8"


def subjects() -> Subjects:
    """Give them."""
    return Subjects(
        states=(RandomState("torch", "torch", "torch.manual_seed(SEED)", ("torch_cuda", "torch_mps", "torch_xpu")),),
        modes=(
            Mode(
                "torch",
                "torch deterministic mode",
                "torch.use_deterministic_algorithms(True)",
                library="torch",
                missing=_missing,
                avoided=_avoided,
            ),
            Mode(MODES[DETERMINISTIC], "cuDNN deterministic", f"{DETERMINISTIC} = True"),
            Mode(MODES[BENCHMARK], "cuDNN benchmark", f"{BENCHMARK} = False", good=False),
        ),
        drawn=drawn,
        doubt=doubt,
    )


def _missing(program: Program) -> Finding | None:
    """What needs the mode where it is not on: also the training of a trainer that has an argument of its own for it."""
    found = missing(program)
    if found is not None or _avoided(program):
        return found
    if any(not event.conditional for event in program.run.of_kind("mode_on", "torch")):
        return None
    for event in program.run.of_kind("train", "torch"):
        if event.effect is not None and event.effect.detail == "managed":
            return Finding(event, Confidence.LOW, "unless an argument of the trainer turns it on")
    return None


def _avoided(program: Program) -> str:
    """Why nothing needs the mode, in words; empty where something may."""
    if program.devices <= {"cpu"}:
        return "only the CPU is asked for"
    version = program.targets.version("torch")
    return f"torch {version} has no such mode, it came with {_FIRST_MODE}" if version < _FIRST_MODE else ""
