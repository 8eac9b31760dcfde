"""DET221: loader workers that draw from what nothing seeds for them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Related
from detlint.index import UNKNOWN
from detlint.index.values import Instance, LocalClass
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.repairs import Repair
from detlint.rules.torch.given import value_of
from detlint.rules.torch.worker_data import Workers, words

if TYPE_CHECKING:
    from detlint.diagnostics import Fix
    from detlint.rules.torch.worker_data import Draw, Loader

_SEED_EVERYTHING = tuple(load(__package__, "trainers")["lightning"]["seeding"])
_INIT = re.compile(r"_?(seed_worker|worker_seed|worker_init(_fn)?|init_fn|init_worker|worker_init_function)")
"""Names of functions that seed the workers of loaders."""
_REMADE = frozenset({"numpy.random.default_rng", "numpy.random.RandomState", "random.Random"})
"""Generators that a seed makes."""
_LOADERS = tuple(load(__package__, "loading")["loaders"]["names"])

_NOISY = """import numpy as np
from torch.utils.data import DataLoader, Dataset


class Noisy(Dataset):
    def __init__(self, arrays):
        self.arrays = arrays

    def __len__(self):
        return len(self.arrays)

    def __getitem__(self, index):
        return self.arrays[index] + np.random.normal()


def load(arrays):
    return DataLoader(Noisy(arrays), num_workers={workers})
"""
_COPIED = """import numpy as np
from torch.utils.data import DataLoader, Dataset


class Noisy(Dataset):
    def __init__(self, arrays):
        self.arrays = arrays
        self.rng = np.random.default_rng(0)

    def __getitem__(self, index):
        return self.arrays[index] + self.rng.normal()


def load(arrays):
    return DataLoader(Noisy(arrays), num_workers=4)  # !
"""


class DataloaderWorkerSeed(Rule):
    """Followed from the loader to the data set, its transforms and what these call."""

    code = "DET221"
    name = "dataloader-worker-seed"
    summary = "a loader with workers whose data set draws from a state that the workers do not seed"
    why = """
Workers are copies of the process that starts them. torch seeds its own state and `random` in each worker, and since 1.9
NumPy's global state. What else a data set draws from starts the same in every worker: each of them draws the same
numbers, and which sample gets which depends on the number of workers. That holds for NumPy before torch 1.9, for states
of other libraries, and for a generator that is made in `__init__` in any version.

detlint looks at the data set's class where it is in sight, its transforms and what these call. Not reported: loaders
with a `worker_init_fn`, data sets that make their generator in the worker or seed by the index, and loaders without
workers. Where the number of workers is not known, the confidence is low.
"""
    scope = "file"
    fix = "unsafe"
    bad = (
        Example(_NOISY.replace("{workers}", "4").replace("workers=4)", "workers=4)  # !"), targets=("torch=1.8",)),
        Example(_COPIED),
    )
    good = (
        Example(_NOISY.replace("{workers}", "4")),
        Example(_NOISY.replace("{workers}", "0"), targets=("torch=1.8",)),
        Example(_COPIED.replace("  # !", "").replace("workers=4", "workers=4, worker_init_fn=lambda i: None")),
    )
    sources = (
        "https://docs.pytorch.org/docs/stable/notes/randomness.html#dataloader",
        "pytorch/pytorch: torch/utils/data/_utils/worker.py",
    )
    candidates = Candidates(calls=_LOADERS)

    def check_file(self) -> None:
        """Look at every loader that has, or may have, workers."""
        workers = Workers(self.context)
        for loader in workers.loaders():
            if loader.workers == "none" or loader.initialised:
                continue
            for draw in workers.draws(loader):
                if draw.state == "generator" or not self._lightning_seeds_workers():
                    self._report(loader, draw)
                    break

    def _lightning_seeds_workers(self) -> bool:
        """Whether Lightning gives the workers their seeds, as far as this file shows."""
        index = self.context.index
        for call in index.calls_of(*_SEED_EVERYTHING):
            value = value_of(index, index.arguments(call), "workers", 1, default=False)
            if value is UNKNOWN or value:
                return True
        return False

    def _report(self, loader: Loader, draw: Draw) -> None:
        self.report(
            loader.call.func,
            f"The workers of this loader draw from {words(draw.state)} (`{draw.text}`), which nothing seeds for each "
            "of them, so they repeat each other's numbers.",
            "Give the loader a `worker_init_fn` that seeds it from `torch.initial_seed()`, or make it in the worker.",
            confidence=Confidence.HIGH if loader.workers == "some" and draw.sure else Confidence.LOW,
            related=(Related(draw.path, draw.location, "drawn here"),),
            fix=self._fix(loader.call, draw),
        )

    def _fix(self, call: ast.Call, draw: Draw) -> Fix | None:
        """Give the loader the file's function that seeds workers, else a new one."""
        index = self.context.index
        at = next(statement for statement in index.tree.body if statement in (call, *index.ancestors(call)))
        repair = Repair(self.context)
        if draw.state == "generator":
            name, what = "", "Make the generator anew in each worker"
            body = self._remade(repair, call, draw, at)
        elif draw.state == "numpy":
            name, what = self._known(), "Seed NumPy in each worker"
            body = [] if name else [f"{repair.name('numpy.random.seed', at)}({self._seed(repair, at)})"]
        else:
            return None
        if not name:
            name = "seed_worker"
            if not body or any(name in scope for scope in index.visible(call)):
                return None
            repair.define("\n    ".join((f"def {name}(worker_id):", *body)), at)
        repair.set_argument(call, "worker_init_fn", name)
        return repair.unsafe(what)

    def _known(self) -> str:
        """The function of the file that seeds workers."""
        functions = (each for each in self.context.index.tree.body if isinstance(each, ast.FunctionDef))
        return next((each.name for each in functions if _INIT.fullmatch(each.name) and len(each.args.args) == 1), "")

    def _seed(self, repair: Repair, at: ast.stmt) -> str:
        """What differs between workers, and is the same in each run."""
        return f"{repair.name('torch.initial_seed', at)}() % 2**32"

    def _remade(self, repair: Repair, call: ast.Call, draw: Draw, at: ast.stmt) -> list[str]:
        """Statements that give the data set of a worker its own generator, where its class makes one in this file."""
        index = self.context.index
        attribute = draw.text.removeprefix("self.")
        made = next((each.value for each in self._assigned(attribute) if index.function(each) is not None), None)
        if not isinstance(made, ast.Call) or not attribute.isidentifier() or not self._is_own(call, made):
            return []
        kind = next((name for name in index.names(made.func) if name in _REMADE), "")
        if not kind:
            return []
        info = f"{repair.name('torch.utils.data.get_worker_info', at)}()"
        return [f"{info}.dataset.{attribute} = {repair.name(kind, at)}({self._seed(repair, at)})"]

    def _assigned(self, attribute: str) -> list[ast.Assign]:
        """The statements of the file that set an attribute of `self`; none where there are several."""
        found = [
            each
            for each in self.context.index.nodes(ast.Assign)
            if isinstance(each, ast.Assign)
            and any(ast.unparse(target) == f"self.{attribute}" for target in each.targets)
        ]
        return found if len(found) == 1 else []

    def _is_own(self, call: ast.Call, made: ast.Call) -> bool:
        """Whether the data set of a loader is itself an object of the class that makes something."""
        index = self.context.index
        owner = next((each for each in index.ancestors(made) if isinstance(each, ast.ClassDef)), None)
        given = index.arguments(call).get("dataset", 0)
        values = index.evaluate(given.value).alternatives if given is not None and given.value is not None else ()
        return bool(values) and all(
            isinstance(each, Instance) and isinstance(each.type, LocalClass) and each.type.node is owner
            for each in values
        )
