"""DET203: an entry point that trains with torch and never turns deterministic mode on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.questions import Finding, mode_missing, training
from detlint.rules.base import Candidates, Example
from detlint.rules.entry_repairs import EntryRepair
from detlint.rules.environment.cublas_workspace_unset import VALUE, VARIABLE, is_unset
from detlint.rules.environment.repairs import joined, outside_setting
from detlint.rules.mode_missing import ModeMissing
from detlint.rules.torch.repairs import raises_under_mode

if TYPE_CHECKING:
    from detlint.diagnostics import Fix
    from detlint.project.model import EntryPoint
    from detlint.project.run import Event
    from detlint.project.subjects import Program

_TRAIN = """import torch
from torch import nn

torch.manual_seed(0)
{mode}device = torch.device("cuda")
model = nn.Linear(4, 1).to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(10):
    loss = model(torch.randn(8, 4, device=device)).mean()
    loss.backward()
    optimizer.step(){mark}
"""


MANAGED = frozenset({"managed"})
"""Training by trainers that have an argument for the mode, of which rules of their own speak."""


def missing(program: Program, left_to_others: frozenset[str] = frozenset()) -> Finding | None:
    """The training of a program that never turns the mode on; low where nothing in reach chooses a device."""
    run = program.run
    if program.devices <= {"cpu"} or program.targets.version("torch") < "1.8":
        return None
    step = training(run, "torch", left_to_others=left_to_others)
    if step is None or any(True for _ in run.of_kind("mode_off", "torch")):
        return None
    found = mode_missing(run, "torch", step)
    devices = (event.effect for event in run.of_kind("device", "torch") if event.effect is not None)
    chosen = any(not device.conditional for device in devices) and not any(True for _ in run.of_kind("device", "tpu"))
    return found if found is None or chosen else replace(found, confidence=Confidence.LOW)


class DeterministicModeMissing(ModeMissing):
    """Training without `torch.use_deterministic_algorithms(True)`."""

    code = "DET203"
    name = "torch-deterministic-mode-missing"
    summary = "an entry point that trains with torch and never turns deterministic mode on"
    why = """
Many of torch's CUDA kernels add with atomics, so that sums differ from run to run even when every seed is set:
gradients of gathers, embeddings and pads among them. Training carries such differences on until the results differ
visibly. `torch.use_deterministic_algorithms(True)` makes torch take deterministic kernels where there are any, and
raise where there are none.

Training is a backward pass together with an optimizer step, or the `fit` of a known trainer. The finding is low, and
so hidden, where nothing in reach chooses a device other than the CPU, or a TPU is chosen (a parameter `device="cpu"`
does where a caller gives another). Lightning and transformers have an argument of their own for the mode, and rules of
their own.
"""
    complaint = (
        "This trains with torch, and nothing turns deterministic mode on, so kernels that add with atomics give other "
        "sums in each run"
    )
    remedy = "Call `torch.use_deterministic_algorithms(True)` before training."
    candidates = Candidates(
        words=(
            "torch",
            "lightning",
            "accelerate",
            "fastai",
            "detectron2",
            "ultralytics",
            "stable_baselines3",
            "__main__",
        )
    )
    bad = (Example(_TRAIN.format(mode="", mark="  # !")),)
    good = (
        Example(_TRAIN.format(mode="torch.use_deterministic_algorithms(True)\n", mark="")),
        Example("""\
import torch


def step(loss, optimizer):
    loss.backward()
    optimizer.step()
"""),
        Example(
            """\
import torch

x = torch.ones(3, device='cuda', requires_grad=True)
x.sum().backward()
print(x.grad)
"""
        ),
    )
    sources = ("https://docs.pytorch.org/docs/stable/generated/torch.use_deterministic_algorithms.html",)

    def missing(self, program: Program) -> Finding | None:
        """As the function of this name."""
        return missing(program, left_to_others=MANAGED)

    def fix_of(self, entry: EntryPoint, step: Event) -> Fix | None:
        """Turn the mode on where the program starts, with the variable that cuBLAS then needs."""
        if raises_under_mode(self.context, [entry.run]):
            return None
        step = self._before_ops(entry, step)
        alone = self._turned_on(entry, step)
        if not is_unset(self.context.program(entry)):
            return alone
        together = self._turned_on(entry, step, f'.setdefault("{VARIABLE}", "{VALUE}")')
        outside = outside_setting(self.context, entry, VARIABLE, VALUE)
        return together if outside is None or alone is None else joined(alone, outside, instead=together)

    def _before_ops(self, entry: EntryPoint, step: Event) -> Event:
        """The first event that may read the variable of cuBLAS, which stands beside the mode, or else the training."""
        first = next(entry.run.of_kind("start", "cublas"), step)
        return first if first.order < step.order and EntryRepair(self.context, entry, first).start is not None else step

    def _turned_on(self, entry: EntryPoint, step: Event, variable: str = "") -> Fix | None:
        start = EntryRepair(self.context, entry, step)
        function = start.name("torch.use_deterministic_algorithms")
        first = f"{start.name('os.environ')}{variable}\n" if variable else ""
        option = start.go_below("torch.backends.cudnn.deterministic")  # which asks for the mode, too
        value = "True" if option is None else start.repair.code(option)
        start.insert(f"{first}{function}({value})")
        return start.repair.unsafe(f"Call `{function}({value})` where the program starts")
