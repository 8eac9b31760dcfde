"""DET201: an op of torch that has no deterministic implementation."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.index.values import Instance
from detlint.project.places import is_test
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.repairs import Repair
from detlint.rules.torch import ops
from detlint.rules.torch.uses import Answer, Use, Uses

if TYPE_CHECKING:
    import libcst as cst

    from detlint.context import Context
    from detlint.diagnostics import Fix
    from detlint.triggers import Mention

_LOSSES = (
    *("torch.nn.functional.cross_entropy", "torch.nn.functional.nll_loss"),
    *("torch.nn.CrossEntropyLoss", "torch.nn.NLLLoss"),
)
_TAKING_GRADIENTS = ("backward", "grad", "gradcheck", "gradgradcheck", "requires_grad", "requires_grad_")
_DEVICES = {"cpu": "the CPU", "cuda": "CUDA", "mps": "MPS"}


class TorchNondeterministicOp(Rule):
    """An op that raises under deterministic mode, and differs from run to run without it."""

    code = "DET201"
    name = "torch-nondeterministic-op"
    summary = "an op of torch that has no deterministic implementation"
    why = """
Some kernels of torch add with atomics, or leave it to the order of threads which of several values wins, and have no
deterministic counterpart. Results differ from run to run, and under `torch.use_deterministic_algorithms(True)` these
ops raise a `RuntimeError`.

Which ops these are depends on the version of torch (`--target torch=2.4`), on the devices (`--devices`), on arguments
(`interpolate(mode="nearest")` is fine, `mode="linear"` is not), and on whether a gradient is taken. detlint follows
the documented list of each release since 1.8, corrected by what the code of the release does: where torch swaps in a
deterministic decomposition under the mode (`interpolate(mode="bilinear")` since 2.1), the op is not reported.

Not reported: tensors that are visibly on the CPU, where the CPU's kernel is deterministic; ops whose gradient
differs, under `no_grad` or on tensors that need none; `cross_entropy` and `NLLLoss`, unless targets evidently have
two dimensions or more; adaptive average pooling to size 1, which is a mean. A layer is reported once, where it is
made. The confidence is low for spectra and other work on recorded sound, unless it is part of a loss or done on what a
model gives, and for tests that take no gradient.
"""
    severity = Severity.ERROR
    fix = "unsafe"
    candidates = Candidates(calls=ops.names("raises"))
    bad = (
        Example(
            "import torch\nimport torch.nn.functional as F\n\n\ndef loss(net, image):\n"
            "    mask = torch.zeros(4, 8, 8, dtype=torch.long)\n"
            "    return F.cross_entropy(net(image), mask)  # !\n",
            fixed="import torch\nimport torch.nn.functional as F\n\n\ndef loss(net, image):\n"
            "    mask = torch.zeros(4, 8, 8, dtype=torch.long)\n"
            "    return F.cross_entropy(net(image).movedim(1, -1).flatten(0, -2), mask.flatten())\n",
        ),
        Example(
            "import torch.nn.functional as F\n\n\n"
            "def warp(image, grid):\n    return F.grid_sample(image, grid, align_corners=False)  # !\n"
        ),
        Example("import torch\n\n\ndef level(x: torch.Tensor):\n    return x.median(dim=1).values  # !\n"),
        Example(
            "from torch import nn\n\n\nclass Head(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
            "        self.pool = nn.AdaptiveAvgPool2d((3, 3))  # !\n\n"
            "    def forward(self, x):\n        return self.pool(x)\n"
        ),
        Example(
            "import torch\n\n\ndef cdf(weights: torch.Tensor):\n    return torch.cumsum(weights, dim=-1)  # !\n",
            targets=("torch=2.4",),
        ),
    )
    good = (
        Example(
            "import torch\nimport torch.nn.functional as F\n\n\n@torch.no_grad()\n"
            "def warp(image, grid):\n    return F.grid_sample(image, grid, align_corners=False)\n"
        ),
        Example("import torch\n\n\ndef level(x: torch.Tensor):\n    return x.median()\n"),
        Example("from torch import nn\n\npool = nn.AdaptiveAvgPool2d(1)\n"),
        Example("import pandas as pd\n\n\ndef level(x: pd.DataFrame):\n    return x.median(axis=1)\n"),
        Example("import torch\n\n\ndef cdf(weights: torch.Tensor):\n    return torch.cumsum(weights, dim=-1)\n"),
    )
    sources = (
        "https://docs.pytorch.org/docs/stable/generated/torch.use_deterministic_algorithms.html",
        "torch/nn/functional.py of each release",
        "torch/testing/_internal/common_methods_invocations.py: what each operator's samples reach",
    )

    @classmethod
    def sought(cls, mention: Mention) -> frozenset[str] | None:
        """The ops that have the effect in the version and on the devices that the file is for."""
        return ops.sought(mention, "raises")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._uses = context.shared(Uses.in_file)

    def concerns(self, candidate: ast.AST) -> bool:
        """Whether the arguments and operands of a call make it such an op."""
        return isinstance(candidate, ast.Call) and self._uses.judge(candidate, "raises") is not None

    def visit_Call(self, node: cst.Call) -> None:
        """Report the callee of a call of such an op."""
        call: ast.Call = self.context.ast(node)  # type: ignore[assignment]
        use = self._uses.judge(call, "raises")
        if use is not None:
            self.report(
                node.func,
                _message(use, self.context.devices),
                use.fact.repair,
                confidence=Confidence.HIGH if self._is_sure(use, call) else Confidence.LOW,
                fix=self._flattened(call) if use.name.removesuffix(".__call__") in _LOSSES else None,
            )

    def check_file(self) -> None:
        """Report what makes layers of the file's own that derive from such a layer."""
        for cls in self.context.index.classes:
            for call, use in self._uses.derived(cls, "raises"):
                sure = self._is_sure(use, call)
                self.report(
                    call.func,
                    _message(use, self.context.devices),
                    use.fact.repair,
                    confidence=Confidence.HIGH if sure else Confidence.LOW,
                )

    def _is_sure(self, use: Use, call: ast.Call) -> bool:
        """Whether it surely differs: not where a test looks at results alone, and the gradient is what differs."""
        index, path = self.context.index, self.context.path
        if use.answer is not Answer.YES or not (use.op.gradient and is_test(path)):
            return use.answer is Answer.YES
        taken = (load for name in _TAKING_GRADIENTS for load in (*index.attribute_loads(name), *index.loads(name)))
        return any(index.function(load) is index.function(call) for load in taken)

    def _flattened(self, call: ast.Call) -> Fix | None:
        """The same loss over all places at once: classes last, one row for each place."""
        settings = self._settings(call)
        if len(call.args) != 2 or settings is None or self.context.targets.version("torch") < "1.7":
            return None
        given = self.context.index.arguments(settings)
        reduction = given.get("reduction")
        is_mean = reduction is None or self.context.index.constant(reduction.value) in ("mean", "sum")
        if not is_mean or given.get("reduce") is not None or given.get("size_average") is not None:
            return None
        scores, targets = call.args
        if any(not isinstance(each, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)) for each in call.args):
            return None
        repair = Repair(self.context)
        repair.wrap(scores, "", ".movedim(1, -1).flatten(0, -2)")
        repair.wrap(targets, "", ".flatten()")
        return repair.unsafe("Flatten scores and targets")

    def _settings(self, call: ast.Call) -> ast.Call | None:
        """The call that says how a loss is reduced: that of the function, or the one that made the layer."""
        made = self.context.index.evaluate(call.func).alternatives
        if not any(isinstance(value, Instance) for value in made):
            return call
        origin = made[0].origin if len(made) == 1 and isinstance(made[0], Instance) else None
        return origin if isinstance(origin, ast.Call) else None


def _message(use: Use, devices: frozenset[str]) -> str:
    if use.fact.exact:
        where = places(use, devices)
        return f"Deterministic mode refuses {shown(use)} on {where}, though its results are the same in every run."
    return (
        f"{shown(use)} has no deterministic implementation on {places(use, devices)}: {use.op.reason}, "
        "so results differ between runs."
    )


def places(use: Use, devices: frozenset[str]) -> str:
    """The devices on which a fact holds, of those that the code is meant for."""
    return " and ".join(_DEVICES.get(device, device) for device in sorted(use.fact.devices & devices))


def shown(use: Use) -> str:
    """A call of an op in words: its name, with the arguments that matter."""
    arguments = [
        f"{parameter}={wanted[0]!r}"
        for parameter, wanted in use.fact.when.items()
        if not isinstance(wanted, str) and len(wanted) == 1
    ]
    return f"`{use.name.removesuffix('.__call__')}`" + (f" with `{', '.join(arguments)}`" if arguments else "")
