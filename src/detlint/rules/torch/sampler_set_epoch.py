"""DET224: a distributed sampler that is never told which epoch it is."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.index import UNKNOWN
from detlint.index.values import Const, Instance
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.repairs import Repair
from detlint.rules.torch.constructions import origins
from detlint.rules.torch.given import value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Fix

_DATA = load(__package__, "loading")["samplers"]
_SAMPLERS: tuple[str, ...] = tuple(_DATA["distributed"])
_LOADERS = frozenset(load(__package__, "loading")["loaders"]["names"])
_MANAGED = frozenset(_DATA["managed"])
_ITERATING = (
    "builtins.",
    "tqdm.",
    "itertools.",
    "rich.progress.",
    "torch.utils.data.",
    "collections.",
    "more_itertools.",
)
_ELEMENT = "torch.Tensor"
_TRAINING = frozenset({"fit", "train", "prepare", "setup", "setup_dataloaders", "run"})
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_EVALUATES = re.compile(r"(^|_)(val|valid|validation|eval|test|dev)(_|$|set|loader|sampler|data)", re.IGNORECASE)

_LOOP = """from torch.utils.data import DataLoader, DistributedSampler


def train(model, data, epochs):
    sampler = DistributedSampler(data){mark}
    loader = DataLoader(data, batch_size=8, sampler=sampler)
    for epoch in range(epochs):
{call}        for batch in loader:
            model.step(batch)
"""


class SamplerSetEpoch(Rule):
    """Followed from the sampler to the loader, and to the loops that run over it."""

    code = "DET224"
    name = "sampler-set-epoch"
    summary = "a `DistributedSampler` that shuffles, iterated over epochs without `set_epoch`"
    why = """
A `DistributedSampler` shuffles by a generator seeded with its seed and the epoch's number. Without
`sampler.set_epoch(epoch)` the number stays 0, and every epoch has the same order: the shuffling that was asked for
does not take place, and a run that is resumed cannot be told from one that starts.

Not reported: samplers with `shuffle=False`, files that call `set_epoch`, and those that hand their loaders to
Lightning, Accelerate or another trainer, which call it. The confidence is low for samplers of validation data and where
no loop over epochs is in sight.
"""
    scope = "file"
    fix = "unsafe"
    bad = (
        Example(
            _LOOP.format(mark="  # !", call=""), fixed=_LOOP.format(mark="", call="        sampler.set_epoch(epoch)\n")
        ),
    )
    good = (
        Example(_LOOP.format(mark="", call="        sampler.set_epoch(epoch)\n")),
        Example(_LOOP.format(mark="", call="").replace("Sampler(data)", "Sampler(data, shuffle=False)")),
        Example(_LOOP.format(mark="", call="        loader.sampler.set_epoch(epoch)\n")),
    )
    sources = ("https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.distributed.DistributedSampler",)
    candidates = Candidates(calls=_SAMPLERS)

    def check_file(self) -> None:
        """Look at every distributed sampler that the file makes."""
        index = self.context.index
        if not index.imports.isdisjoint(_MANAGED):
            return
        told = list(self._told())
        if None in told:
            return
        for call in index.calls_of(*_SAMPLERS):
            if call not in told:
                self._check(call)

    def _told(self) -> Iterator[ast.Call | None]:
        """The samplers whose `set_epoch` is called; None for one that is not known."""
        index = self.context.index
        for node in ast.walk(index.tree):
            if isinstance(node, ast.Attribute) and node.attr == "set_epoch":
                yield from self._made(node.value)
            elif isinstance(node, ast.Constant) and node.value == "set_epoch":
                yield None

    def _made(self, node: ast.expr) -> Iterator[ast.Call | None]:
        """The calls that made an object, of a loader's `sampler` those that made the sampler; None if out of sight."""
        index = self.context.index
        if isinstance(node, ast.Attribute) and node.attr in {"sampler", "batch_sampler"}:
            made = list(origins(index, node.value))
            given = [self._sampler_of(loader) for loader in made]
            if made and None not in given:
                for sampler in given:
                    yield from self._made(sampler) if sampler is not None else ()
                return
        for value in index.evaluate(node).alternatives:
            if value != Const(None):
                origin = value.origin if isinstance(value, Instance) else None
                yield origin if isinstance(origin, ast.Call) else None

    def _sampler_of(self, loader: ast.Call) -> ast.expr | None:
        """The expression that a loader is given as sampler."""
        index = self.context.index
        if not set(index.callee_names(loader)) & _LOADERS:
            return None
        given = index.arguments(loader).get("sampler", 3)
        return None if given is None else given.value

    def _check(self, call: ast.Call) -> None:
        index = self.context.index
        shuffles = value_of(index, index.arguments(call), "shuffle", 3, default=True)
        if shuffles is not UNKNOWN and not shuffles:
            return
        uses = [use for made in (call, *self._loaders(call)) for use in self._uses(made)]
        sure = (
            shuffles is True
            and any(self._in_loop(use) for use in uses)
            and not any(self._out_of_sight(use) for use in uses)
            and not self._evaluates(call)
        )
        self.report(
            call.func,
            "Nothing calls `set_epoch` on this sampler, so it shuffles every epoch in the same order.",
            "Call `sampler.set_epoch(epoch)` at the start of each epoch.",
            confidence=Confidence.HIGH if sure else Confidence.LOW,
            fix=self._fix(call, uses) if sure else None,
        )

    def _fix(self, call: ast.Call, uses: list[ast.Name | ast.Attribute]) -> Fix | None:
        """Tell the epoch first thing in the loop over epochs, where sampler and loop are in one function."""
        index = self.context.index
        statement = index.statement(call)
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            return None
        target, made = statement.targets[0], statement.value
        of_loader = isinstance(made, ast.Call) and self._sampler_of(made) is call
        if made is not call and not of_loader:
            return None
        if not isinstance(target, ast.Name) or not self._is_bound_once(target):
            return None
        around = index.parent(statement)
        for use in uses:
            loop = self._epochs(use)
            if (
                loop is None
                or not isinstance(loop.target, ast.Name)
                or index.function(loop) is not index.function(call)
                or not any(ancestor is around for ancestor in index.ancestors(loop))
            ):
                continue
            repair = Repair(self.context)
            sampler = f"{target.id}.sampler" if of_loader else target.id
            repair.insert_before(loop.body[0], f"{sampler}.set_epoch({loop.target.id})")
            return repair.unsafe("Tell the sampler the epoch")
        return None

    def _is_bound_once(self, name: ast.Name) -> bool:
        return len(next(self.context.index.visible(name)).get(name.id, ())) == 1

    def _epochs(self, use: ast.expr) -> ast.For | None:
        """The loop over numbers around a use, which is no loop over the loader."""
        index = self.context.index
        child: ast.AST = use
        for ancestor in index.ancestors(use):
            if isinstance(ancestor, _FUNCTIONS):
                return None
            if isinstance(ancestor, ast.For) and child in ancestor.body and self._counts(ancestor):
                return ancestor
            child = ancestor
        return None

    def _counts(self, loop: ast.For) -> bool:
        """Whether a loop is over `range(...)`, with a name for the number."""
        counted = [call for call in ast.walk(loop.iter) if isinstance(call, ast.Call)]
        name = getattr(loop.target, "id", "")
        is_range = any("builtins.range" in self.context.index.callee_names(call) for call in counted)
        return is_range and name.strip("_") != "" and not self._once(loop)

    def _loaders(self, sampler: ast.Call) -> Iterator[ast.Call]:
        """The loaders that are given a sampler."""
        index = self.context.index
        for call in index.calls_of(*_LOADERS):
            given = index.arguments(call).get("sampler", 3)
            if given is not None and any(
                isinstance(value, Instance) and value.origin is sampler for value in given.evaluated.alternatives
            ):
                yield call

    def _uses(self, made: ast.Call) -> Iterator[ast.Name | ast.Attribute]:
        """Where a sampler or loader is named."""
        index = self.context.index
        for node in ast.walk(index.tree):
            if (
                isinstance(node, ast.Name | ast.Attribute)
                and isinstance(node.ctx, ast.Load)
                and any(
                    isinstance(value, Instance) and value.origin is made and value.type != _ELEMENT
                    for value in index.evaluate(node).alternatives
                )
            ):
                yield node

    def _out_of_sight(self, node: ast.expr) -> bool:
        """Whether it is given to a function of another file, or to a trainer, which may call `set_epoch`."""
        index = self.context.index
        parent = index.parent(node)
        call = index.parent(parent) if isinstance(parent, ast.keyword) else parent
        if not isinstance(call, ast.Call) or node is call.func:
            return isinstance(parent, ast.Return | ast.Dict)
        if isinstance(call.func, ast.Attribute) and call.func.attr in _TRAINING:
            return True
        names = index.callee_names(call)
        return bool(names) and not all(name.startswith(_ITERATING) for name in names)

    def _in_loop(self, node: ast.expr) -> bool:
        """Whether it is iterated in a loop, or given to a call in one."""
        index = self.context.index
        iterated: ast.AST = node
        parent = index.parent(node)
        while isinstance(parent, ast.Call | ast.keyword):
            # `enumerate(loader)`, `tqdm(loader)`, `train(model, loader)`
            iterated, parent = parent, index.parent(parent)
        loop = parent if isinstance(parent, _LOOPS) and getattr(parent, "iter", None) is iterated else None
        if loop is None and iterated is node:
            return False
        return self._repeated(loop or iterated)

    def _repeated(self, node: ast.AST, depth: int = 3) -> bool:
        """Whether code runs several times: in a loop over more than one thing, or in a function called in one."""
        index = self.context.index
        child = node
        for ancestor in index.ancestors(node):
            if isinstance(ancestor, _LOOPS) and child in ancestor.body and not self._once(ancestor):
                return True
            if isinstance(ancestor, _FUNCTIONS):
                return depth > 0 and any(self._repeated(call, depth - 1) for call in self._calls(ancestor))
            child = ancestor
        return False

    def _once(self, loop: ast.AST) -> bool:
        counted = getattr(loop, "iter", None)
        return (
            isinstance(counted, ast.Call)
            and "builtins.range" in self.context.index.callee_names(counted)
            and [self.context.index.constant(argument) for argument in counted.args] == [1]
        )

    def _calls(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.Call]:
        """The calls of a function or method, by what they evaluate to."""
        for call in self.context.index.calls:
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
            if name == function.name and any(
                getattr(value, "node", None) is function
                for value in self.context.index.evaluate(call.func).alternatives
            ):
                yield call

    def _evaluates(self, call: ast.Call) -> bool:
        """Whether a sampler is of validation data, by the names around it."""
        statement = self.context.index.statement(call)
        return any(
            _EVALUATES.search(name)
            for node in ast.walk(statement)
            for name in [getattr(node, "id", None) or getattr(node, "attr", None)]
            if isinstance(name, str)
        )
