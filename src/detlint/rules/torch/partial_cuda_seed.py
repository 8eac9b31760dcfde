"""DET208: torch seeded on the GPU and not on the CPU, or on one GPU of several."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.repairs import Repair, call_at

if TYPE_CHECKING:
    from detlint.diagnostics import Fix, Location
    from detlint.project.model import Project
    from detlint.project.run import Event, Run

_CURRENT = "manual_seed"
_CUDA_SEEDS = ("torch.cuda.manual_seed", "torch.cuda.manual_seed_all")
_OF_CUDA = re.compile(r"manual_seed_all|\bcuda\s*\.\s*manual_seed|\bfrom\s+torch\.cuda\b|\btorch\.cuda\s+as\b")
_CUDA = re.compile(r"cuda|gpu|device", re.IGNORECASE)
_MAY_SEED = ("seed", "determin", "reprod")


class PartialCudaSeed(Rule):
    """Judged by what a run seeds altogether."""

    code = "DET208"
    name = "partial-cuda-seed"
    summary = "torch's generators of CUDA seeded, and that of the CPU not"
    why = """
`torch.cuda.manual_seed` seeds the generator of the current GPU, `torch.cuda.manual_seed_all` those of all GPUs; neither
seeds the CPU's, from which weights are usually drawn, loaders shuffle and workers get their seeds.
`torch.manual_seed` seeds the CPU and every GPU.

Reported at the seeding call, or at the entry point's call that leads to it, and in a function that no entry point in
sight reaches where it seeds other libraries and CUDA, but not torch's CPU generator. Not reported where anything in
the run seeds torch as a whole, in whatever order.
"""
    scope = "project"
    fix = "safe"
    bad = (
        Example(
            "import torch\n\ntorch.cuda.manual_seed(0)  # !\nprint(torch.randn(3))\n",
            fixed="import torch\n\ntorch.manual_seed(0)\ntorch.cuda.manual_seed(0)\nprint(torch.randn(3))\n",
        ),
        Example(
            "import random\n\nimport numpy as np\nimport torch\n\n\ndef seed_all(seed):\n    random.seed(seed)\n"
            "    np.random.seed(seed)\n    torch.cuda.manual_seed_all(seed)  # !\n\n\n"
            'if __name__ == "__main__":\n    seed_all(1)\n    print(torch.nn.Linear(3, 3))\n'
        ),
    )
    good = (
        Example("import torch\n\ntorch.manual_seed(0)\ntorch.cuda.manual_seed(0)\nprint(torch.randn(3))\n"),
        Example("import torch\n\ntorch.manual_seed(0)\nprint(torch.randn(3, device='cuda'))\n"),
        Example(
            "import torch\nfrom lightning import seed_everything\n\nseed_everything(3)\ntorch.cuda.manual_seed_all(3)\n"
            "print(torch.randn(3))\n"
        ),
    )
    sources = (
        "https://docs.pytorch.org/docs/stable/generated/torch.cuda.manual_seed.html",
        "https://docs.pytorch.org/docs/stable/generated/torch.manual_seed.html",
    )
    candidates = Candidates(calls=_CUDA_SEEDS, words=("manual_seed_all", "__main__"))

    def check_project(self, project: Project) -> None:
        """Look at the runs of all entry points, then at functions that none of them reaches."""
        # A seed is reported where it is called, so a file that names none of CUDA's has none to report.
        if _OF_CUDA.search(self.context.index.text) is None:
            for entry in project.entry_points:
                self._check(entry.run)
            return
        done: set[Location] = set()
        for here in project.runs_here("seed", "torch_cuda"):
            run = here.run
            if here.starts:
                if run.module.path == here.path:
                    self._check(run)
                continue  # said in the file where it starts
            found = partial_seed(run)
            if found is not None and found[0].path == here.path and found[0].location not in done:
                done.add(found[0].location)
                self._report(found[0].location, found[0], found[1] if _seeds_others(run) else Confidence.LOW)

    def _check(self, run: Run) -> None:
        found = partial_seed(run)
        if found is not None:
            self._report(_place(run, found[0]), found[0], found[1])

    def _report(self, location: Location, event: Event, confidence: Confidence) -> None:
        one = event.text.rpartition(".")[2] == _CURRENT
        devices = "the current GPU" if one else "the GPUs"
        self.report_at(
            location,
            f"`{event.text}` seeds {devices} only: what is drawn on the CPU, initial weights and shuffling among it, "
            "differs in each run.",
            "Call `torch.manual_seed(seed)`, which seeds the CPU and all GPUs.",
            confidence=confidence,
            fix=self._fix(event),
        )

    def _fix(self, event: Event) -> Fix | None:
        """Seed the CPU with the same seed, right before; also where there is no GPU."""
        index = self.context.index
        call = call_at(self.context, event.location) if event.path == self.context.path else None
        if call is None or len(call.args) + len(call.keywords) != 1 or not isinstance(index.parent(call), ast.Expr):
            return None
        seed = call.args[0] if call.args else call.keywords[0].value
        if not isinstance(seed, (ast.Name, ast.Attribute, ast.Constant, ast.Subscript)):
            return None
        before: ast.AST = index.statement(call)
        outer = index.parent(before)
        if isinstance(outer, ast.If) and before in outer.body and _CUDA.search(ast.unparse(outer.test)):
            if outer in getattr(index.parent(outer), "orelse", ()):
                return None  # `elif`
            before = outer
        repair = Repair(self.context)
        repair.insert_before(before, f"{repair.name('torch.manual_seed', before)}({repair.code(seed)})")
        return repair.safe("Seed the CPU too")


def partial_seed(run: Run) -> tuple[Event, Confidence] | None:
    """The call that seeds torch on CUDA in a run that never seeds it on the CPU; low where a seed is not certain."""
    seeds = [event for event in run.of_kind("seed", "torch_cuda") if _on_cuda_alone(event)]
    if not seeds:
        return None
    whole = [
        event for kind in ("seed", "unseed") for event in run.of_kind(kind, "torch") if not _excludes(event, seeds[0])
    ]
    if any(event.guards <= seeds[0].guards or not event.conditional for event in whole):
        return None
    hidden = any(
        event.effect is None and any(word in event.text.rpartition(".")[2].lower() for word in _MAY_SEED)
        for event in run.events
    )
    return seeds[0], Confidence.LOW if whole or hidden else Confidence.HIGH


def _excludes(event: Event, other: Event) -> bool:
    """Whether two events are on ways of which a run takes one: `if gpu: seed CUDA`, `else: seed the CPU`."""
    return any((path, number, not branch) in other.guards for path, number, branch in event.guards)


def _on_cuda_alone(event: Event) -> bool:
    """Whether a seed is a call of CUDA's own functions, not the restoring of a saved state."""
    return event.text.rpartition(".")[2] in {"manual_seed", "manual_seed_all"} or "cuda" in event.text


def _seeds_others(run: Run) -> bool:
    """Whether a function seeds `random` or NumPy as well: it means to seed everything."""
    return any(
        event.effect is not None and event.effect.kind == "seed" and event.effect.subject in {"python", "numpy"}
        for event in run.events
    )


def _place(run: Run, event: Event) -> Location:
    """The seeding call, if it is in the run's file; else the innermost call of this file that leads to it."""
    if event.path == run.module.path:
        return event.location
    places = [hop.location for hop in event.chain if hop.path == run.module.path]
    return places[-1] if places else event.location
