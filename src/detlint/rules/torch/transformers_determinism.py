"""DET241: training by transformers' Trainer without full determinism, or without a seed."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.index import UNKNOWN
from detlint.index.values import Const, Instance, LocalClass
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.repairs import Repair
from detlint.rules.torch.constructions import constructions, origins
from detlint.rules.torch.given import constant
from detlint.rules.torch.managed_mode import confidence, turned_on
from detlint.rules.torch.repairs import argument_fix, raises_under_mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Fix
    from detlint.index import Argument

_DATA = load(__package__, "trainers")["transformers"]
_TRAINERS: dict[str, int] = dict(_DATA["trainers"])
_OPTION = "full_determinism"
_PREPARING = re.compile(r"(^|_)(data_?sets?|data|tokenizers?|templates?|collators?|processors?)(_|$)")
_REPAIR = "Give the arguments `full_determinism=True`."


class TransformersDeterminism(Rule):
    """`TrainingArguments`, what derives from it, and Trainers that make their own."""

    code = "DET241"
    name = "transformers-determinism"
    summary = "training arguments of transformers without `full_determinism=True`, or with `seed=None`"
    why = """
A Trainer of transformers seeds everything (with 42 unless told otherwise), but leaves torch's deterministic mode off:
kernels that add with atomics give other sums in each run. With `full_determinism=True` it calls
`enable_full_determinism`, which turns the mode on and sets the environment variables that go with it.

Reported where the arguments are made, or at a Trainer that is given none. Not reported: programs that turn the mode on
by themselves, arguments whose `full_determinism` is set afterwards, and those that `HfArgumentParser` reads. The
confidence is low, and the finding so hidden, where training is kept on the CPU, where more arguments may be given
unseen, and in tests.
"""
    scope = "file"
    fix = "unsafe"
    bad = (
        Example(
            'from transformers import TrainingArguments\n\nargs = TrainingArguments("out", max_steps=100)  # !\n',
            fixed="from transformers import TrainingArguments\n\n"
            'args = TrainingArguments("out", max_steps=100, full_determinism=True)\n',
        ),
        Example(
            "from transformers import TrainingArguments\n\n\ndef make(folder):\n"
            "    return TrainingArguments(folder, full_determinism=True, seed=None)  # !\n"
        ),
        Example(
            "from transformers import Trainer\n\n\ndef build(model, data):\n"
            "    return Trainer(model=model, train_dataset=data)  # !\n"
        ),
    )
    good = (
        Example(
            'from transformers import TrainingArguments\n\nargs = TrainingArguments("out", full_determinism=True)\n'
        ),
        Example(
            "from transformers import TrainingArguments, enable_full_determinism\n\nenable_full_determinism(3)\n"
            'args = TrainingArguments("out")\n'
        ),
        Example(
            "from transformers import HfArgumentParser, Trainer, TrainingArguments\n\n\ndef main(model):\n"
            "    (args,) = HfArgumentParser(TrainingArguments).parse_args_into_dataclasses()\n"
            "    Trainer(model, args).train()\n"
        ),
    )
    sources = (
        "https://huggingface.co/docs/transformers/main_classes/trainer#transformers.TrainingArguments.full_determinism",
        "huggingface/transformers: src/transformers/trainer.py, Trainer.__init__",
    )
    candidates = Candidates(calls=(*_DATA["arguments"], *_TRAINERS))

    def check_file(self) -> None:
        """Look at the arguments that the file makes, and at Trainers without any."""
        if self.context.devices <= {"cpu"}:
            return
        index = self.context.index
        settled = {id(call) for call in self._set_later()}
        for call in constructions(index, _DATA["arguments"], _OPTION):
            self._check_seed(call)
            if id(call) not in settled:
                self._check_arguments(call)
        for call in constructions(index, list(_TRAINERS), "args"):
            self._check_trainer(call)

    def _set_later(self) -> Iterator[ast.Call]:
        """The constructions whose option is assigned afterwards."""
        index = self.context.index
        for store in index.attribute_stores:
            if store.attr == _OPTION:
                value = getattr(index.statement(store), "value", None)
                if index.constant(value) is not False:
                    yield from origins(index, store.value)

    def _check_arguments(self, call: ast.Call) -> None:
        index = self.context.index
        arguments = index.arguments(call)
        given = arguments.get(_OPTION)
        value = constant(index, given) if given is not None else self._of_class(call)
        if value is True:
            return
        if value is UNKNOWN:
            if given is not None:
                self.report(
                    given.node,
                    "Whether deterministic mode is on depends on a value that only a run knows.",
                    _REPAIR,
                    confidence=Confidence.LOW,
                )
            return
        mode = turned_on(self.context, call)
        if mode != "on":
            sure = confidence(self.context, arguments, _DATA["cpu"])
            self.report(
                call.func if given is None else given.node,
                "Training by these arguments leaves deterministic mode off, so kernels that add with atomics give "
                "other sums in each run.",
                _REPAIR,
                confidence=Confidence.LOW if mode == "maybe" or self._only_prepares(call) else sure,
                fix=self._fix(call, given),
            )

    def _only_prepares(self, call: ast.Call) -> bool:
        """Whether the arguments are handed on in sight, but only to what loads data or tokens."""
        index, statement = self.context.index, self.context.index.parent(call)
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if not isinstance(target, ast.Name):
            return False
        loads = [each for each in index.loads(target.id) if any(b.node is target for b in index.bindings(each))]
        return bool(loads) and all(self._is_given_to(load, _PREPARING) for load in loads)

    def _is_given_to(self, node: ast.expr, names: re.Pattern[str]) -> bool:
        """Whether an expression is an argument of a call of what has such a name."""
        parent = self.context.index.parent(node)
        call = self.context.index.parent(parent) if isinstance(parent, ast.keyword) else parent
        func = call.func if isinstance(call, ast.Call) and call.func is not node else None
        return bool(names.search(getattr(func, "attr", getattr(func, "id", ""))))

    def _fix(self, call: ast.Call, given: Argument | None) -> Fix | None:
        """Ask for the mode, where the class is the library's own."""
        if set(self.context.index.names(call.func)).isdisjoint(_DATA["arguments"]):
            return None
        if raises_under_mode(self.context, self.context.project.runs_through(call)):
            return None
        return argument_fix(self.context, call, None if given is None else given.node, _OPTION, "True")

    def _of_class(self, call: ast.Call) -> object:
        """The option's default in a class of the file that derives from the library's."""
        index = self.context.index
        for value in index.evaluate(call.func).alternatives:
            if isinstance(value, LocalClass):
                for statement in value.node.body:
                    if (
                        isinstance(statement, ast.AnnAssign)
                        and isinstance(statement.target, ast.Name)
                        and statement.target.id == _OPTION
                    ):
                        return index.constant(statement.value)
        return None

    def _check_seed(self, call: ast.Call) -> None:
        seed = self.context.index.arguments(call).get("seed")
        if seed is not None and seed.evaluated == Const(None):
            self.report(
                seed.node,
                "With `seed=None`, the `Trainer` has no seed to fix weights, dropout and the order of the data.",
                "Give it a number; the default is 42.",
                fix=self._seed_fix(call, seed.node),
            )

    def _seed_fix(self, call: ast.Call, given: ast.AST) -> Fix | None:
        if not isinstance(given, ast.keyword) or given not in call.keywords:
            return None
        repair = Repair(self.context)
        repair.replace(given.value, repair.seed(call))
        return repair.unsafe("Give it a fixed seed")

    def _check_trainer(self, call: ast.Call) -> None:
        """A Trainer without arguments makes its own, with the defaults."""
        index = self.context.index
        arguments = index.arguments(call)
        position = next((_TRAINERS[name] for name in index.callee_names(call) if name in _TRAINERS), 1)
        given = arguments.get("args", position)
        if given is not None and given.evaluated != Const(None):
            return
        mode = turned_on(self.context, call)
        if mode != "on" and not self._only_evaluates(call):
            self.report(
                call.func,
                "Without `args`, the `Trainer` takes the defaults, which leave deterministic mode off, so runs differ.",
                "Give it arguments with `full_determinism=True`.",
                confidence=Confidence.LOW if mode == "maybe" else confidence(self.context, arguments, {}),
            )

    def _only_evaluates(self, call: ast.Call) -> bool:
        """Whether the Trainer is asked for predictions in the file, and never to train."""
        index = self.context.index
        asked = {
            other.func.attr
            for other in index.calls
            if isinstance(other.func, ast.Attribute)
            and any(
                isinstance(value, Instance) and value.origin is call
                for value in index.evaluate(other.func.value).alternatives
            )
        }
        return bool(asked & {"evaluate", "predict"}) and "train" not in asked
