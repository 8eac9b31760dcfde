"""DET114."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.index import NameSet
from detlint.project.places import is_test
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.python.seeding import meaning, seeding_functions

if TYPE_CHECKING:
    from detlint.project.model import Project

_GLOBAL = frozenset({"python", "numpy", "torch", "torch_cuda", "tensorflow", "keras_backend"})
_FUNCTIONS = tuple(
    name
    for name, row in seeding_functions().items()
    if row.kind == "seed" and row.parameter is not None and not _GLOBAL.isdisjoint(row.states)
)
_OWNERS = re.compile(r"seed|determin|reprod|worker|init_fn|^_?(main|run|train|cli|setup|demo|example)\b", re.IGNORECASE)
_SAVING = (
    "numpy.random.get_state", "random.getstate", "torch.get_rng_state", "torch.random.get_rng_state",
    "torch.random.fork_rng",
)  # fmt: skip


class LibrarySeedsGlobally(Rule):
    """A library's function that seeds a state which belongs to its caller."""

    code = "DET114"
    name = "library-seeds-globally"
    summary = "a function that no entry point owns seeds a global random state, and so changes its caller's numbers"
    why = """
`np.random.seed(0)` inside a function of a library starts the stream of its caller again: what the program draws after
it is no longer what its own seed says, and every call gives the same "random" numbers. A generator of one's own
disturbs nobody.

Functions that are there to seed (by their name), workers' initialisers, functions that save the state before, tests,
and code that an entry point of the file reaches are left alone. Off unless selected.
"""
    scope = "project"
    default = False
    candidates = Candidates(calls=_FUNCTIONS)
    bad = (
        Example("""\
import numpy as np


def jitter(x):
    np.random.seed(0)  # !
    return x + np.random.normal(size=len(x))
"""),
    )
    good = (
        Example("""\
import numpy as np


def jitter(x, seed):
    return x + np.random.default_rng(seed).normal(size=len(x))
"""),
        Example("""\
import random


def set_seed(seed):
    random.seed(seed)
"""),
        Example("""\
import numpy as np


def noise(n):
    np.random.seed(0)
    return np.random.normal(size=n)


if __name__ == "__main__":
    print(noise(3))
"""),
    )
    sources = ("https://numpy.org/neps/nep-0019-rng-policy.html",)

    def check_project(self, project: Project) -> None:
        """Report the seeding calls that belong to no entry point."""
        index = self.context.index
        if is_test(self.context.path):
            return
        for call, names in index.find_calls(NameSet(_FUNCTIONS)):
            if meaning(index, call, seeding_functions()[names[0]]) not in {"seed", "maybe"}:
                continue
            if self._is_owned(call) or self.context.project.is_reached(call):
                continue
            self.report(
                call.func,
                f"`{names[0]}` seeds a state that belongs to whoever calls this, whose own draws change.",
                "Draw from a generator of your own, made with the seed.",
            )

    def _is_owned(self, call: ast.Call) -> bool:
        """Whether a function is there to seed, starts a program, or puts the state back."""
        index = self.context.index
        around = [a for a in index.ancestors(call) if isinstance(a, (ast.FunctionDef, ast.AsyncFunctionDef))]
        if not around:
            return any(name.partition(".")[0] == "__main__" for name in index.names(call)) or index.is_script
        if any(_OWNERS.search(function.name) for function in around):
            return True
        return any(index.function(saving) in around for saving in index.calls_of(*_SAVING))
