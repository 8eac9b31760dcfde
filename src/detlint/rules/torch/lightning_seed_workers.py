"""DET233: Lightning's `seed_everything` that leaves the workers of loaders alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.index import UNKNOWN
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.repairs import Repair
from detlint.rules.torch.given import value_of
from detlint.rules.torch.worker_data import Workers

if TYPE_CHECKING:
    import ast

    from detlint.diagnostics import Fix

_SEEDING = tuple(load(__package__, "trainers")["lightning"]["seeding"])


class LightningSeedWorkers(Rule):
    """Matters where workers draw from what nothing else seeds for them."""

    code = "DET233"
    name = "lightning-seed-workers"
    summary = "`seed_everything(...)` without `workers=True` where loaders have workers"
    why = """
With `workers=True`, Lightning gives each worker of a loader seeds of its own for `random`, NumPy and torch. torch does
so itself since 1.9; before, NumPy had the same state in every worker, so that all of them drew the same numbers. A
generator that a data set makes in `__init__` is copied to every worker in any version.

A warning where torch is older than 1.9 or a data set in sight holds a generator of its own, information otherwise.
Nothing is reported where no loader of the file is known to have workers.
"""
    milder = (Severity.INFO,)
    scope = "file"
    fix = "safe"
    bad = (
        Example(
            "import pytorch_lightning as pl\nfrom torch.utils.data import DataLoader\n\n\ndef main(data, model):\n"
            "    pl.seed_everything(7)  # !\n"
            "    pl.Trainer(deterministic=True).fit(model, DataLoader(data, num_workers=4))\n",
            targets=("torch=1.8",),
            fixed="import pytorch_lightning as pl\nfrom torch.utils.data import DataLoader\n\n\n"
            "def main(data, model):\n    pl.seed_everything(7, workers=True)\n"
            "    pl.Trainer(deterministic=True).fit(model, DataLoader(data, num_workers=4))\n",
        ),
    )
    good = (
        Example(
            "import pytorch_lightning as pl\nfrom torch.utils.data import DataLoader\n\n\ndef main(data, model):\n"
            "    pl.seed_everything(7, workers=True)\n"
            "    pl.Trainer(deterministic=True).fit(model, DataLoader(data, num_workers=4))\n",
            targets=("torch=1.8",),
        ),
        Example(
            "import pytorch_lightning as pl\nfrom torch.utils.data import DataLoader\n\n\ndef main(data, model):\n"
            "    pl.seed_everything(7)\n    pl.Trainer(deterministic=True).fit(model, DataLoader(data))\n",
            targets=("torch=1.8",),
        ),
    )
    sources = ("Lightning-AI/pytorch-lightning: src/lightning/fabric/utilities/seed.py",)
    candidates = Candidates(calls=_SEEDING)

    def check_file(self) -> None:
        """Report seeding that leaves workers out, if there are any."""
        index = self.context.index
        calls = [call for call in index.calls_of(*_SEEDING) if self._leaves_out(call)]
        if not calls:
            return
        workers = Workers(self.context)
        loaders = [loader for loader in workers.loaders() if loader.workers == "some" and not loader.initialised]
        if not loaders:
            return
        matters = self.context.targets.version("torch") < "1.9" or any(
            found.state == "generator" for loader in loaders for found in workers.draws(loader)
        )
        for call in calls:
            self.report(
                call.func,
                "Without `workers=True`, the workers of loaders get no seeds from Lightning"
                + (", so what they draw from NumPy or generators of their own repeats or differs." if matters else "."),
                "Call `seed_everything(seed, workers=True)`.",
                severity=Severity.WARNING if matters else Severity.INFO,
                fix=self._fix(call),
            )

    def _fix(self, call: ast.Call) -> Fix | None:
        if len(call.args) > 1:
            return None
        repair = Repair(self.context)
        repair.set_argument(call, "workers", "True")
        return repair.safe("Seed the workers too")

    def _leaves_out(self, call: ast.Call) -> bool:
        index = self.context.index
        value = value_of(index, index.arguments(call), "workers", 1, default=False)
        return value is not UNKNOWN and not value
