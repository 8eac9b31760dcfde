"""DET205: cuDNN chooses its algorithms by timing them."""

from __future__ import annotations

import ast

from detlint.diagnostics import Confidence
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.torch.repairs import literal_fix
from detlint.rules.torch.switches import BENCHMARK, chosen_by_branch, excuse, switches

_FLAGS = "torch.backends.cudnn.flags"
_SET_FLAGS = "torch.backends.cudnn.set_flags"
_TRAINERS = ("lightning.pytorch.Trainer", "lightning.Trainer", "pytorch_lightning.Trainer")
_MESSAGE = (
    "With `benchmark` on, cuDNN times its algorithms and takes the fastest, which may be another one in the next run."
)


class CudnnBenchmark(Rule):
    """The flag, the context that sets it, and the trainer's argument."""

    code = "DET205"
    name = "cudnn-benchmark"
    summary = "cuDNN's benchmark mode on: algorithms chosen by timing"
    why = """
`torch.backends.cudnn.benchmark = True` lets cuDNN time several convolution algorithms for each new input size and
keep the fastest. Which one wins depends on the load of the machine, and different algorithms give different sums.

Not reported: values that only a run knows, and a flag that is saved, changed and restored. Where the opposite branch
asks for determinism, somebody chose: the confidence is low.
"""
    scope = "file"
    fix = "unsafe"
    bad = (
        Example(
            "import torch\n\ntorch.backends.cudnn.benchmark = True  # !\n",
            fixed="import torch\n\ntorch.backends.cudnn.benchmark = False\n",
        ),
        Example(
            "import torch\n\n\ndef run(model, x):\n    with torch.backends.cudnn.flags(benchmark=True):  # !\n"
            "        return model(x)\n"
        ),
        Example("from lightning.pytorch import Trainer\n\ntrainer = Trainer(max_epochs=3, benchmark=True)  # !\n"),
    )
    good = (
        Example("import torch\n\ntorch.backends.cudnn.benchmark = False\n"),
        Example(
            "import torch\n\n\ndef configure(args):\n    torch.backends.cudnn.benchmark = not args.deterministic\n"
        ),
        Example(
            "import torch\n\n\ndef timed(model, x):\n    saved = torch.backends.cudnn.benchmark\n"
            "    torch.backends.cudnn.benchmark = True\n    y = model(x)\n"
            "    torch.backends.cudnn.benchmark = saved\n    return y\n"
        ),
    )
    sources = ("https://docs.pytorch.org/docs/stable/notes/randomness.html#cuda-convolution-benchmarking",)
    candidates = Candidates(calls=(_FLAGS, _SET_FLAGS, *_TRAINERS), settings=(BENCHMARK,))

    def check_file(self) -> None:
        """Look at all places that set the flag."""
        index = self.context.index
        for switch in switches(index):
            if switch.subject == BENCHMARK and switch.strength == "off":
                excused = excuse(index, switch)
                if excused != "restored":
                    certain = excused == "none" and not chosen_by_branch(index, switch)
                    self._report(switch.blame, certain, switch.value)
        for setting in index.assignments_to(BENCHMARK):
            if self._is_either(setting.value):
                self._report(setting.target.func if isinstance(setting.target, ast.Call) else setting.target, False)
        self._calls()

    def _calls(self) -> None:
        index = self.context.index
        for call in index.calls_of(_FLAGS, _SET_FLAGS, *_TRAINERS):
            names = set(index.names(call.func))
            place = 1 if names & {_FLAGS, _SET_FLAGS} else None
            arguments = index.arguments(call)
            given = arguments.get("_benchmark" if _SET_FLAGS in names else "benchmark", place)
            if given is None or given.value is None:
                continue
            if index.constant(given.value) is True:
                self._report(given.node, True, given.value)
            elif self._is_either(given.value):
                self._report(given.node, False)

    def _is_either(self, node: ast.expr) -> bool:
        """Whether a value is True or something else, by what is in sight."""
        constants = self.context.index.constants(node)
        return constants is not None and len(constants) > 1 and True in constants

    def _report(self, node: ast.AST, certain: bool, value: ast.expr | None = None) -> None:
        self.report(
            node,
            _MESSAGE,
            "Leave it off.",
            confidence=Confidence.HIGH if certain else Confidence.LOW,
            fix=literal_fix(self.context, value, "False"),
        )
