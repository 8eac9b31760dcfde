"""DET232: an attribute of a Lightning Trainer assigned after its constructor has read it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.repairs import Repair
from detlint.rules.torch.constructions import origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Fix
    from detlint.index import FileIndex

_DATA = load(__package__, "trainers")["lightning"]
_TRAINER = "lightning.pytorch.Trainer"
_CALLBACK = "lightning.pytorch.callbacks.Callback"
_ATTRIBUTES: tuple[str, ...] = tuple(_DATA["constructor_only"])


class LightningAttribute(Rule):
    """`trainer.deterministic = True`: the Trainer exists already, and looks at it no more."""

    code = "DET232"
    name = "lightning-attribute"
    summary = "`trainer.deterministic` or `trainer.benchmark` assigned after construction: no effect"
    why = """
A Trainer turns on deterministic mode and sets cuDNN's flag in its constructor. Assigning `trainer.deterministic` or
`trainer.benchmark` afterwards sets an attribute that nothing reads: the run is as nondeterministic as before, and the
code says otherwise.

Trainers are known by their construction, `from_argparse_args`, an annotation, `self.trainer` of a LightningModule and
the parameter `trainer` of a callback's hooks. Trainers of other libraries are not meant.
"""
    severity = Severity.ERROR
    scope = "file"
    fix = "safe"
    bad = (
        Example(
            "import pytorch_lightning as pl\n\ntrainer = pl.Trainer(max_epochs=3)\ntrainer.deterministic = True  # !\n"
            "trainer.benchmark = False  # !\n",
            fixed="import pytorch_lightning as pl\n\n"
            "trainer = pl.Trainer(max_epochs=3, deterministic=True, benchmark=False)\n",
        ),
        Example(
            "from lightning.pytorch import Trainer\n\n\ndef prepare(trainer: Trainer):\n"
            '    setattr(trainer, "deterministic", True)  # !\n'
        ),
    )
    good = (
        Example("import pytorch_lightning as pl\n\ntrainer = pl.Trainer(deterministic=True, benchmark=False)\n"),
        Example("import pytorch_lightning as pl\n\ntrainer = pl.Trainer(deterministic=True)\ntrainer.note = 'a run'\n"),
        Example("class Trainer:\n    pass\n\n\ntrainer = Trainer()\ntrainer.deterministic = True\n"),
    )
    sources = ("Lightning-AI/pytorch-lightning: src/lightning/pytorch/trainer/trainer.py, Trainer.__init__",)
    candidates = Candidates(settings=tuple(f"{_TRAINER}.{name}" for name in _ATTRIBUTES))

    def check_file(self) -> None:
        """Report every such assignment."""
        for target, owner, attribute in _assignments(self.context.index):
            self.report(
                target.func if isinstance(target, ast.Call) else target,
                f"A `Trainer` reads `{attribute}` in its constructor only: this assignment has no effect.",
                f"Give `{attribute}=…` to the `Trainer` where it is made.",
                fix=self._fix(target, owner, attribute),
            )

    def _fix(self, target: ast.expr, owner: ast.expr, attribute: str) -> Fix | None:
        """Move a constant into the construction, where that stands in the same block."""
        index = self.context.index
        made = list(origins(index, owner))
        statement = index.statement(target)
        if isinstance(target, ast.Call):
            value = target.args[2] if isinstance(index.parent(target), ast.Expr) else None
        else:
            value = statement.value if isinstance(statement, ast.Assign) and statement.targets == [target] else None
        if (
            len(made) != 1
            or not isinstance(value, ast.Constant)
            or set(index.names(made[0].func)).isdisjoint(_DATA["trainers"])
            or index.parent(index.statement(made[0])) is not index.parent(statement)
            or any(keyword.arg is None for keyword in made[0].keywords)
        ):
            return None
        repair = Repair(self.context)
        repair.set_argument(made[0], attribute, repair.code(value))
        repair.remove_statement(statement)
        return repair.safe("Give it to the constructor")


def assigned_trainers(index: FileIndex) -> Iterator[tuple[ast.Call, str]]:
    """The constructions of trainers of which an attribute is assigned later, with the attribute."""
    for _, owner, attribute in _assignments(index):
        yield from ((call, attribute) for call in origins(index, owner))


def _assignments(index: FileIndex) -> Iterator[tuple[ast.expr, ast.expr, str]]:
    """Assignments to such attributes of trainers: the target (or the `setattr` call), the trainer, the attribute."""
    for store in index.attribute_stores:
        if store.attr in _ATTRIBUTES and _is_trainer(index, store.value):
            yield store, store.value, store.attr
    for call in index.calls:
        if isinstance(call.func, ast.Name) and call.func.id == "setattr" and len(call.args) == 3:
            attribute = index.constant(call.args[1])
            if isinstance(attribute, str) and attribute in _ATTRIBUTES and _is_trainer(index, call.args[0]):
                yield call, call.args[0], attribute


def _is_trainer(index: FileIndex, node: ast.expr) -> bool:
    if index.is_type(node, _TRAINER):
        return True
    if not isinstance(node, ast.Name):
        return False
    bindings = index.bindings(node)
    return node.id == "trainer" and len(bindings) == 1 and _of_hook(index, bindings[0].node)


def _of_hook(index: FileIndex, parameter: ast.AST) -> bool:
    """Whether a name is a parameter of a callback's method."""
    owner = index.class_of(parameter)
    return isinstance(parameter, ast.arg) and owner is not None and _CALLBACK in index.bases(owner)
