"""DET207: an entry point that draws from torch's global random state and never seeds it."""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.questions import loaded_if_given, only_in_training, surely_happens
from detlint.project.subjects import Drawn
from detlint.rules.base import Candidates, Example
from detlint.rules.torch.partial_cuda_seed import partial_seed
from detlint.rules.torch.unseeded_generation import unseeded_generation
from detlint.rules.unseeded import UnseededState

if TYPE_CHECKING:
    from detlint.project.model import Project
    from detlint.project.questions import States
    from detlint.project.run import Event, Run
    from detlint.versions import Targets

# Functions out of sight that may give a model its weights: of an unpickled network, a checkpoint, a hub.
_LOADS = re.compile(r"(^|[._])(load|restore|copy_params|from_checkpoint|from_pretrained|legacy)", re.IGNORECASE)


class UnseededTorch(UnseededState):
    """Weights, dropout, shuffling or random tensors, from an entry point that never calls `torch.manual_seed`."""

    code = "DET207"
    name = "unseeded-torch"
    summary = (
        "an entry point from which torch's global RNG is consumed (init, dropout, rand*, shuffle) and never seeded"
    )
    why = """
Layers draw their initial weights, dropout its masks, loaders their order and `torch.rand*` their numbers from torch's
global generator, which is seeded from the operating system at start. Unless the program seeds it, every run starts
from other weights.

`torch.manual_seed` seeds the CPU and every GPU. detlint follows the calls from each entry point to what draws and to
what seeds. Weights that are drawn and then all loaded from a checkpoint do not count; draws from a `torch.Generator`
of their own neither.
"""
    state = "torch"
    words = "torch's global random state"
    remedy = "Call `torch.manual_seed(SEED)` before it."
    candidates = Candidates(
        words=("torch", "timm", "lightning", "pytorch_lightning", "transformers", "accelerate", "monai", "__main__")
    )
    bad = (
        Example(
            """\
import torch
from torch import nn


def main():
    model = nn.Linear(4, 2)
    print(model(torch.ones(1, 4)))


if __name__ == "__main__":
    main()  # !
"""
        ),
        Example("""\
import torch

x = torch.randn(3)  # !
print(x)
"""),
    )
    good = (
        Example("""\
import torch

torch.manual_seed(0)
x = torch.randn(3)
print(x)
"""),
        Example("""\
import torch

g = torch.Generator().manual_seed(0)
print(torch.randn(3, generator=g))
"""),
        Example(
            """\
import torch
from torch import nn

model = nn.Linear(4, 2)
model.load_state_dict(torch.load('m.pt'))
model.eval()
print(model(torch.ones(1, 4)))
"""
        ),
        Example("""\
import torch
from torch import nn


def build():
    return nn.Linear(4, 2)
"""),
    )
    sources = ("https://docs.pytorch.org/docs/stable/notes/randomness.html",)

    def check_project(self, project: Project) -> None:
        """Look at the entry points of which neither DET208 nor DET242 says it."""
        self._left = {id(entry.run) for entry in project.entry_points if _said_by_others(entry.run)}
        super().check_project(project)

    def wanted(self, event: Event, run: Run) -> States | None:
        """Torch's draws, without weights that are loaded later."""
        found = drawn(event, run, self.context.targets)
        return None if found is None or found.idle or id(run) in self._left else found.states

    def confidence_of(self, event: Event, run: Run) -> Confidence:
        """Where nothing trains, dropout may be off by an `eval()` that is not seen, and weights loaded."""
        return Confidence.LOW if doubt(event, run) else Confidence.HIGH


def drawn(event: Event, run: Run, targets: Targets) -> Drawn | None:
    """What a draw from torch's state comes from; None for other events."""
    effect = event.effect
    if effect is None or effect.kind != "draw" or effect.subject != "torch":
        return None
    loaded = _initialises(event) and surely_happens(
        [load for load in run.of_kind("load", "torch") if event.order < load.order < _training_after(run, event)], event
    )
    return Drawn(("torch",), "the weights are loaded afterwards" if loaded else "")


def _training_after(run: Run, draw: Event) -> float:
    """When training starts after a draw: weights that are loaded later do not replace those that it started from."""
    return next((event.order for event in run.of_kind("train", "torch") if event.order > draw.order), inf)


def doubt(event: Event, run: Run) -> str:
    """Why a draw from torch's state may not happen, in words; empty where it does."""
    effect = event.effect
    if effect is None or effect.subject != "torch" or any(True for _ in run.of_kind("train")):
        return ""
    if run.module.only_tries_out:
        return "what the file defines is only tried out here"
    if effect.detail == "dropout" or only_in_training(run, event):
        return "nothing trains here, and `eval()` turns dropout off"
    if effect.detail == "lazy" and event.path != run.module.path:
        return "nothing trains here, and augmentations are made for training"
    if _only_builds(run):
        return "a model is only built here"
    if _initialises(event) and loaded_if_given(run, event, run.of_kind("load", "torch")):
        return "weights are loaded afterwards, where a file of them is given"
    later = (load for load in run.of_kind("load", "torch") if load.order > event.order)
    if _initialises(event) and any(_LOADS.search(hop.text) for load in later for hop in load.chain):
        return "weights are loaded afterwards, at least in part"
    texts = [hop.text for hop in event.chain] + [other.text for other in run.hidden]
    loads = _initialises(event) and any(_LOADS.search(text) for text in texts)
    return "weights may be loaded afterwards, out of sight" if loads else ""


def _only_builds(run: Run) -> bool:
    """Whether a program gives the classes of its models their first weights, and does nothing else that is seen."""
    if any(True for _ in run.of_kind("start", "cublas")):
        return False
    return all(_initialises(draw) and draw.effect is not None and draw.chain for draw in run.of_kind("draw"))


def _said_by_others(run: Run) -> bool:
    """Whether a run seeds CUDA alone, or samples from a language model unseeded: the cause is the same."""
    partial, generation = partial_seed(run), unseeded_generation(run)
    return (partial is not None and partial[1] > Confidence.LOW) or (
        generation is not None and generation.confidence > Confidence.LOW
    )


def _initialises(event: Event) -> bool:
    """Whether a draw gives weights their first values: by a layer, or in the constructor of a class."""
    assert event.effect is not None
    return event.effect.detail == "init" or (not event.effect.detail and event.function.endswith(".__init__"))
