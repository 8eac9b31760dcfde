"""DET207: an entry point that draws from torch's global random state and never seeds it."""

from __future__ import annotations

import re

from detlint.diagnostics import Confidence
from detlint.project.questions import States
from detlint.project.run import Event, Run
from detlint.rules.base import Candidates, Example
from detlint.rules.unseeded import UnseededState


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
Layers draw their initial weights, dropout its masks, loaders their order and `torch.rand*` their numbers from torch's global
generator, which is seeded from the operating system at start. Unless the program seeds it, every run starts from other weights.

`torch.manual_seed` seeds the CPU and every GPU. detlint follows the calls from each entry point to what draws and to what seeds.
Weights that are drawn and then all loaded from a checkpoint do not count; draws from a `torch.Generator` of their own neither.
"""
    state = "torch"
    words = "torch's global random state"
    remedy = "Call `torch.manual_seed(SEED)` before it."
    candidates = Candidates(
        words=("torch", "timm", "lightning", "pytorch_lightning", "transformers", "accelerate", "monai", "__main__")
    )
    bad = (
        Example(
            "import torch\nfrom torch import nn\n\n\ndef main():\n    model = nn.Linear(4, 2)\n    print(model(torch.ones(1, 4)))\n\n\n"
            'if __name__ == "__main__":\n    main()  # !\n'
        ),
        Example("import torch\n\nx = torch.randn(3)  # !\nprint(x)\n"),
    )
    good = (
        Example("import torch\n\ntorch.manual_seed(0)\nx = torch.randn(3)\nprint(x)\n"),
        Example("import torch\n\ng = torch.Generator().manual_seed(0)\nprint(torch.randn(3, generator=g))\n"),
        Example(
            "import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 2)\nmodel.load_state_dict(torch.load('m.pt'))\n"
            "model.eval()\nprint(model(torch.ones(1, 4)))\n"
        ),
        Example("import torch\nfrom torch import nn\n\n\ndef build():\n    return nn.Linear(4, 2)\n"),
    )
    sources = ("https://docs.pytorch.org/docs/stable/notes/randomness.html",)

    def wanted(self, event: Event, run: Run) -> States | None:
        """torch's draws, without weights that are loaded later."""
        states = super().wanted(event, run)
        if states is None or event.effect is None:
            return None
        loaded = _initialises(event) and any(
            load.order > event.order and load.guards <= event.guards for load in run.of_kind("load", "torch")
        )
        return None if loaded else states

    def confidence_of(self, event: Event, run: Run) -> Confidence:
        """Where nothing trains, dropout may be off by an `eval()` that is not seen, and weights loaded in a way that is not."""
        if event.effect is None or any(True for _ in run.of_kind("train")):
            return Confidence.HIGH
        texts = [hop.text for hop in event.chain] + [other.text for other in run.events if other.effect is None]
        loads = _initialises(event) and any(_LOADS.search(text) for text in texts)
        return Confidence.LOW if loads or event.effect.detail == "dropout" else Confidence.HIGH


def _initialises(event: Event) -> bool:
    """Whether a draw gives weights their first values: by a layer, or in the constructor of a class."""
    assert event.effect is not None
    return event.effect.detail == "init" or (not event.effect.detail and event.function.endswith(".__init__"))
