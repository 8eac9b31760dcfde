"""DET231: a Lightning Trainer that does not ask for deterministic mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Related
from detlint.index import UNKNOWN
from detlint.index.values import Mapping
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.command_lines import CommandLine, command_line
from detlint.rules.data import load
from detlint.rules.torch.constructions import constructions
from detlint.rules.torch.given import constant, constants
from detlint.rules.torch.lightning_attribute import assigned_trainers
from detlint.rules.torch.managed_mode import confidence, turned_on
from detlint.rules.torch.repairs import argument_fix, literal_fix, raises_under_mode

if TYPE_CHECKING:
    import ast

    from detlint.diagnostics import Fix
    from detlint.index import Argument

_DATA = load(__package__, "trainers")["lightning"]
_REPAIR = "Give the `Trainer` `deterministic=True`."


class LightningDeterministic(Rule):
    """Trainers by any of Lightning's names, subclasses, command lines."""

    code = "DET231"
    name = "lightning-deterministic"
    summary = 'a Lightning `Trainer` without `deterministic=True`, or with `"warn"` or `False`'
    why = """
Without `deterministic=True`, a Trainer leaves torch's deterministic mode off: kernels that add with atomics give other
sums in each run, even where every seed is set. `"warn"` only prints a warning where an op has no deterministic kernel.

Not reported: a program that calls `torch.use_deterministic_algorithms(True)` by itself, since a Trainer without the
argument leaves the mode as it is, and a Trainer whose `deterministic` is assigned afterwards (which does nothing:
DET232 reports it). The confidence is low, and the finding so hidden, for trainers that are kept on the CPU, whose
arguments are not all in sight, and in tests.
"""
    scope = "file"
    fix = "unsafe"
    bad = (
        Example(
            "from lightning.pytorch import Trainer\n\ntrainer = Trainer(max_epochs=3)  # !\n",
            fixed="from lightning.pytorch import Trainer\n\ntrainer = Trainer(max_epochs=3, deterministic=True)\n",
        ),
        Example('import pytorch_lightning as pl\n\ntrainer = pl.Trainer(max_epochs=3, deterministic="warn")  # !\n'),
        Example("import lightning as L\n\noptions = {'max_epochs': 3}\ntrainer = L.Trainer(**options)  # !\n"),
    )
    good = (
        Example("from lightning.pytorch import Trainer\n\ntrainer = Trainer(max_epochs=3, deterministic=True)\n"),
        Example(
            "import torch\nimport pytorch_lightning as pl\n\ntorch.use_deterministic_algorithms(True)\n"
            "trainer = pl.Trainer(max_epochs=3)\n"
        ),
        Example("from lightning.pytorch import Trainer\n\n\ndef build(**options):\n    return Trainer(**options)\n"),
        Example("from transformers import Trainer\n\n\ndef build(model, args):\n    return Trainer(model, args)\n"),
    )
    sources = (
        "https://lightning.ai/docs/pytorch/stable/common/trainer.html#deterministic",
        "Lightning-AI/pytorch-lightning: accelerator_connector.py, _set_torch_flags",
    )
    candidates = Candidates(calls=(*_DATA["trainers"], *_DATA["parsed"], *_DATA["command_lines"]))

    def check_file(self) -> None:
        """Look at every Trainer that the file makes."""
        if self.context.devices <= {"cpu"}:
            return
        index = self.context.index
        settled = {id(call) for call, attribute in assigned_trainers(index) if attribute == "deterministic"}
        for call in constructions(index, _DATA["trainers"], "deterministic"):
            if id(call) not in settled:
                self._check(call, index.arguments(call).get("deterministic"))
        for call in index.calls_of(*_DATA["parsed"]):
            if id(call) not in settled:
                self._check(call, index.arguments(call).get("deterministic"), low=True)
        for call in index.calls_of(*_DATA["command_lines"]):
            self._check_command_line(call)

    def _check(self, call: ast.Call, given: Argument | None, *, low: bool = False) -> None:
        index = self.context.index
        value = None if given is None else constant(index, given)
        if given is not None and value is not None:
            self._check_value(call, given, value)
            return
        mode = turned_on(self.context, call)
        if mode == "on":
            return
        sure = confidence(self.context, index.arguments(call), _DATA["cpu"])
        self.report(
            call.func,
            "This `Trainer` leaves deterministic mode off, so kernels that add with atomics give other sums in each "
            "run.",
            _REPAIR,
            confidence=Confidence.LOW if low or mode == "maybe" else sure,
            fix=self._fix(call, given),
        )

    def _fix(self, call: ast.Call, given: Argument | None) -> Fix | None:
        """Ask for the mode, where the class is Lightning's own: what the constructor of another takes is not known."""
        if set(self.context.index.names(call.func)).isdisjoint(_DATA["trainers"]):
            return None
        if raises_under_mode(self.context, self.context.project.runs_through(call)):
            return None
        return argument_fix(self.context, call, None if given is None else given.node, "deterministic", "True")

    def _check_value(self, call: ast.Call, given: Argument, value: object) -> None:
        if value is UNKNOWN or not (isinstance(value, bool) or value == "warn"):
            known = None if value is not UNKNOWN else constants(self.context.index, given)
            if known is None or any(v is False or v is None or v == "warn" for v in known):
                self.report(
                    given.node,
                    "Whether deterministic mode is on depends on a value that only a run knows.",
                    _REPAIR,
                    confidence=Confidence.LOW,
                )
        elif value is False:
            self.report(
                given.node,
                "`deterministic=False` leaves the mode off: kernels that add with atomics give other sums in each run.",
                _REPAIR,
                fix=self._fix(call, given),
            )
        elif value == "warn":
            self.report(
                given.node,
                'With `deterministic="warn"`, ops without a deterministic kernel run all the same, and may differ.',
                _REPAIR,
                fix=self._fix(call, given),
            )

    def _check_command_line(self, call: ast.Call) -> None:
        """`LightningCLI`: its defaults for the Trainer, which configuration files and options may change."""
        index = self.context.index
        options = command_line(index, call)
        if options is not None and self._check_configurations(call, options):
            return
        arguments = index.arguments(call)
        defaults = arguments.get("trainer_defaults", 3)
        value = defaults.evaluated if defaults is not None else None
        entry = value.entries.get("deterministic") if isinstance(value, Mapping) else None
        if entry is not None:
            value_given = index.constant(entry.value)
            if value_given is False or value_given == "warn":
                self.report(
                    entry.key_node,
                    "This default of the command line leaves deterministic mode off or weak, so runs may differ.",
                    'Make it `"deterministic": True`.',
                    fix=literal_fix(self.context, entry.value, "True"),
                )
        elif turned_on(self.context, call) == "off":
            self.report(
                call.func,
                "Unless the command line or its configuration says `deterministic`, the `Trainer` leaves the mode off.",
                'Give `trainer_defaults={"deterministic": True}`.',
                confidence=Confidence.LOW,
            )

    def _check_configurations(self, call: ast.Call, options: CommandLine) -> bool:
        """Look at what the files say that commands or the code name; False where one leaves it to the defaults."""
        found = options.values("trainer", "deterministic")
        weak = [option for option in found if option.value is False or option.value == "warn"]
        if weak:
            places = [option.place for option in weak if option.place is not None]
            self.report(
                call.func,
                "The configuration of this command line leaves deterministic mode off or weak, so runs may differ.",
                "Make it `deterministic: true`.",
                related=tuple(Related(each.path, each.location, "the value stands here") for each in places),
            )
        return bool(weak) or all(option.given for option in found)
