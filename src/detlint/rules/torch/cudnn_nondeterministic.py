"""DET206: cuDNN told that it may use nondeterministic algorithms."""

from __future__ import annotations

import ast

from detlint.diagnostics import Confidence
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.torch.repairs import literal_fix
from detlint.rules.torch.switches import DETERMINISTIC, chosen_by_branch, excuse, switches

_FLAGS = "torch.backends.cudnn.flags"
_MESSAGE = (
    "With `cudnn.deterministic` off, cuDNN may use convolution algorithms that add in another order in every run."
)


class CudnnNondeterministic(Rule):
    """The flag, and the context that sets it."""

    code = "DET206"
    name = "cudnn-nondeterministic"
    summary = "`torch.backends.cudnn.deterministic` set to `False`"
    why = """
With `torch.backends.cudnn.deterministic = False`, which is also the default, cuDNN may take algorithms whose
additions happen in any order, so the gradients of convolutions differ between runs.
`torch.use_deterministic_algorithms(True)` covers this and more.

Not reported: values that only a run knows, and a flag that is saved, changed and restored. Where the opposite branch
asks for determinism, somebody chose: the confidence is low.
"""
    scope = "file"
    fix = "unsafe"
    bad = (
        Example(
            "import torch\n\ntorch.backends.cudnn.deterministic = False  # !\n",
            fixed="import torch\n\ntorch.backends.cudnn.deterministic = True\n",
        ),
        Example(
            "from torch.backends import cudnn\n\n\ndef run(model, x):\n"
            "    with cudnn.flags(deterministic=False):  # !\n"
            "        return model(x)\n"
        ),
    )
    good = (
        Example("import torch\n\ntorch.backends.cudnn.deterministic = True\n"),
        Example("import torch\n\n\ndef configure(seed):\n    torch.backends.cudnn.deterministic = seed is not None\n"),
        Example(
            "import torch\n\n\ndef run(model, x):\n    with torch.backends.cudnn.flags(enabled=False):\n"
            "        return model(x)\n"
        ),
    )
    sources = ("https://docs.pytorch.org/docs/stable/notes/randomness.html#cuda-convolution-determinism",)
    candidates = Candidates(calls=(_FLAGS,), settings=(DETERMINISTIC,))

    def check_file(self) -> None:
        """Look at all places that set the flag."""
        index = self.context.index
        for switch in switches(index):
            if switch.subject == DETERMINISTIC and switch.strength == "off":
                excused = excuse(index, switch)
                if excused != "restored":
                    certain = excused == "none" and not chosen_by_branch(index, switch)
                    self._report(switch.blame, certain, switch.value)
        for setting in index.assignments_to(DETERMINISTIC):
            constants = index.constants(setting.value) or ()
            if len(constants) > 1 and False in constants:
                self._report(setting.target.func if isinstance(setting.target, ast.Call) else setting.target, False)
        for call in index.calls_of(_FLAGS):
            given = index.arguments(call).get("deterministic")
            if given is not None and given.value is not None and index.constant(given.value) is False:
                self._report(given.node, True, given.value)

    def _report(self, node: ast.AST, certain: bool, value: ast.expr | None = None) -> None:
        self.report(
            node,
            _MESSAGE,
            "Set it to `True`, or call `torch.use_deterministic_algorithms(True)`.",
            confidence=Confidence.HIGH if certain else Confidence.LOW,
            fix=literal_fix(self.context, value, "True"),
        )
