"""DET113: a determinism variable that is set after the library has read it."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Location, Related
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.repairs import Repair

if TYPE_CHECKING:
    from detlint.diagnostics import Fix
    from detlint.project.model import Project
    from detlint.project.run import Event, Run

READERS = {
    "CUBLAS_WORKSPACE_CONFIG": ("cublas", "cuBLAS reads it when the first op on CUDA that needs it runs"),
    "XLA_FLAGS": ("xla", "XLA reads it when its backend starts"),
    "TF_DETERMINISTIC_OPS": ("tensorflow", "TensorFlow reads it when the first op asks for it"),
    "TF_CUDNN_DETERMINISTIC": ("tensorflow", "TensorFlow reads it when the first op asks for it"),
}
"""A variable to what reads it (the subject of a `start` effect), and when."""
_NAMED = re.compile(r"environ|putenv")
_NCCL = ("nccl", "NCCL reads it when the process group is made")


class EnvSetTooLate(Rule):
    """A variable that is set when it is read already does nothing."""

    code = "DET113"
    name = "env-set-too-late"
    summary = "a determinism variable set after the library reads it"
    why = """
Libraries read such variables once: cuBLAS at the first matrix product on CUDA, XLA when its backend starts (the first
array, key or `jax.devices()`), TensorFlow at the first op that asks, NCCL when the process group is made. A later
value changes nothing, and nothing says so. Imports, seeds and turning a mode on are not yet such a use.
"""
    scope = "project"
    fix = "unsafe"
    candidates = Candidates(words=(*READERS, "NCCL_"))
    bad = (
        Example(
            """\
import os

import torch

x = torch.ones(4, 4, device="cuda")
y = x @ x
z = torch.matmul(x, y)
os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"  # !
"""
        ),
        Example(
            """\
import os

import torch.distributed as dist


def setup(rank):
    dist.init_process_group("nccl", rank=rank)
    os.environ["NCCL_ALGO"] = "Ring"  # !
"""
        ),
    )
    good = (
        Example(
            """\
import os

import torch

os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
x = torch.ones(4, 4, device="cuda")
z = torch.matmul(x, x)
"""
        ),
        Example(
            """\
import os

import torch

torch.manual_seed(0)
torch.use_deterministic_algorithms(True)
os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
"""
        ),
        Example(
            """\
import os

import torch.distributed as dist


def setup(rank):
    os.environ["NCCL_ALGO"] = "Ring"
    dist.init_process_group("nccl", rank=rank)
"""
        ),
        Example(
            """\
import os

import torch.distributed as dist


def setup(rank):
    dist.init_process_group("nccl", rank=rank)
    os.environ["MASTER_PORT"] = "29500"
"""
        ),
    )
    sources = ("aten/src/ATen/Context.cpp of pytorch/pytorch", "https://docs.jax.dev/en/latest/xla_flags.html")

    def check_project(self, project: Project) -> None:
        """Report variables that an entry point, or a function by itself, sets after their reader has started."""
        # What is reported stands in this file, so one that names no environment has nothing of the kind.
        named = _NAMED.search(self.context.index.text) is not None
        surest: dict[Location, tuple[Confidence, Event, Event, str]] = {}
        for here in project.runs_here("setenv") if named else ():
            for event, start, when in late(here.run):
                confidence = _confidence(here.run, event, start)
                known = surest.get(event.location)
                if event.path == here.path and (known is None or confidence > known[0]):
                    surest[event.location] = confidence, event, start, when
        for place, (confidence, event, start, when) in surest.items():
            assert event.effect is not None
            self.report_at(
                place,
                f"`{event.effect.subject}` is set too late, so it does nothing: {when}, which it has by now.",
                "Set it in the environment of the process, or before that call.",
                confidence=confidence,
                related=(Related(start.path, start.location, "it is read here at the latest"),),
                fix=self._fix(event, start),
            )

    def _fix(self, event: Event, start: Event) -> Fix | None:
        """Move the setting to where it counts: before the statement of the same block that leads to the reader."""
        index = self.context.index
        setting = self._statement(event.location)
        block = None if setting is None else _block(index.parent(setting), setting)
        if setting is None or block is None or start.path != event.path:
            return None
        places = [hop.location for hop in start.chain if hop.path == event.path] + [start.location]
        wholes = [(each, self.context.source.location(each)) for each in block[: block.index(setting)]]
        leads = next((each for each, whole in wholes if any(_holds(whole, place) for place in places)), None)
        names = [each for each in ast.walk(setting) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)]
        if leads is None or any(self._is_bound_between(name, leads) for name in names):
            return None
        repair = Repair(self.context)
        repair.insert_before(leads, repair.code(setting))
        repair.remove_statement(setting)
        return repair.unsafe("Set it before it is read")

    def _statement(self, place: Location) -> ast.stmt | None:
        """The innermost statement at a place."""
        found = [
            each
            for each in self.context.index.nodes(ast.Assign, ast.Expr)
            if _holds(self.context.source.location(each), place)
        ]
        return found[-1] if found else None

    def _is_bound_between(self, name: ast.Name, leads: ast.stmt) -> bool:
        """Whether a name is first bound below the place to which its use would move."""
        return any(getattr(each.node, "lineno", 0) >= leads.lineno for each in self.context.index.bindings(name))


def late(run: Run) -> list[tuple[Event, Event, str]]:
    """The settings of variables in a run whose reader has started: the setting, the start, and when it reads."""
    started: dict[str, Event] = {}
    perhaps: dict[str, Event] = {}
    found = []
    for event in run.events:
        effect = event.effect
        if effect is None:
            continue
        if effect.kind == "start":
            if effect.subject != "cublas" or _on_cuda(run, event):
                if effect.detail == "model" and _has_model(run, event):
                    effect = replace(effect, conditional=False)
                    event = replace(event, effect=effect)
                (perhaps if effect.conditional else started).setdefault(effect.subject, event)
        elif effect.kind == "setenv":
            reader, when = READERS.get(effect.subject, _NCCL if effect.subject.startswith("NCCL_") else ("", ""))
            start = started.get(reader) or perhaps.get(reader)
            if start is not None and start.process == event.process and not _exclusive(start, event):
                found.append((event, start, when))
    return found


def _block(parent: ast.AST | None, statement: ast.stmt) -> list[ast.stmt] | None:
    """The block that a statement stands in."""
    blocks = (getattr(parent, name, None) for name in ("body", "orelse", "finalbody"))
    return next((block for block in blocks if isinstance(block, list) and statement in block), None)


def _holds(whole: Location, place: Location) -> bool:
    return (whole.line, whole.column) <= (place.line, place.column) < (whole.end_line, whole.end_column)


def _on_cuda(run: Run, start: Event) -> bool:
    """Whether something chose a device before."""
    return any(event.order < start.order for event in run.of_kind("device", "torch"))


def _has_model(run: Run, start: Event) -> bool:
    """Whether a model was surely made before: then what is called as one is named, and is unknown there, is one."""
    return any(
        event.order < start.order and event.guards <= start.guards
        for event in run.of_kind("draw", "torch")
        if event.effect is not None and event.effect.detail == "init"
    )


def _exclusive(first: Event, second: Event) -> bool:
    return any((path, number, not branch) in second.guards for path, number, branch in first.guards)


def _confidence(run: Run, event: Event, start: Event) -> Confidence:
    sure = start.effect is not None and not start.effect.conditional
    return Confidence.HIGH if sure and start.guards <= event.guards else Confidence.LOW
