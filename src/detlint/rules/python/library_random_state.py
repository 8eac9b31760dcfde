"""DET151."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.rules.base import Candidates, Example
from detlint.rules.python.jitted import JITTED, unseeded_jitted_draws
from detlint.rules.python.random_states import names_of
from detlint.rules.python.seed_flow import seed_findings
from detlint.rules.python.unseeded_calls import UnseededCalls

if TYPE_CHECKING:
    from detlint.project.model import Project
    from detlint.rules.python.random_states import Unfixed

_ADVICE = {
    "optuna.create_study": "Give it `sampler=TPESampler(seed=SEED)`.",
    "optuna.load_study": "Give it `sampler=TPESampler(seed=SEED)`.",
    "gymnasium.spaces.Space.sample": "Call the space's `seed(SEED)` before.",
    "gym.spaces.Space.sample": "Call the space's `seed(SEED)` before.",
    "faker.Faker.*": "Call `Faker.seed(SEED)`, or `seed_instance(SEED)` of the object, before.",
    "ray.tune.schedulers.PopulationBasedTraining": "Call `random.seed(SEED)` before.",
    "hyperopt.fmin": "Give it `rstate=np.random.default_rng(SEED)`.",
    "gymnasium.Env.reset": "Give the first `reset` a `seed=SEED`.",
    "gym.Env.reset": "Give the first `reset` a `seed=`.",
}

_OF_A_SHAPE = frozenset({"ones_like", "zeros_like", "empty_like", "full_like", "shape", "size", "dtype", "ndim", "len"})


class LibraryRandomState(UnseededCalls):
    """A random call of another library without the seed that it takes."""

    code = "DET151"
    name = "library-random-state"
    summary = "a random call of another library without the seed that its own argument takes"
    why = """
Many libraries take a seed as an argument: `rng=` or `random_state=` in SciPy, `seed=` in networkx, Polars, Optuna,
`rstate=` in hyperopt, `session_id=` in PyCaret, `reset(seed=)` in gymnasium. Left out, some draw from the global state
of Python or NumPy, which the program may seed; others take a new seed from the operating system, which no other call
reaches: Optuna's samplers, Dask, PyMC, scikit-image, quasi-random engines. One table says for each what an absent seed
means, what None means, and under which arguments nothing random happens.

Functions that numba compiles draw from a generator of their own: `np.random.seed` reaches it from compiled code only.

`seed=None` written out is DET104's to report; draws of an entry point that already has DET101 or DET121 are theirs.
"""
    candidates = Candidates(
        calls=tuple(name for name in names_of("DET151") if not name.endswith(".*")) + JITTED,
        prefixes=tuple(name[:-1] for name in names_of("DET151") if name.endswith(".*")),
    )
    bad = (
        Example("""\
import networkx as nx
from optuna.samplers import TPESampler


def graph(n):
    return nx.gnp_random_graph(n, 0.1)  # !


def sampler():
    return TPESampler(multivariate=True)  # !
"""),
        Example("""\
import numpy as np
from scipy import optimize

np.random.seed(3)
print(optimize.differential_evolution(abs, [(-1, 1)], rng=None))  # !
"""),
        Example("""\
import gymnasium as gym


def episode():
    env = gym.make("CartPole-v1")
    return env.reset()  # !
"""),
    )
    good = (
        Example("""\
import networkx as nx
from optuna.samplers import TPESampler


def graph(n):
    return nx.gnp_random_graph(n, 0.1, seed=3), nx.path_graph(n)


def sampler(seed):
    return TPESampler(multivariate=True, seed=seed)
"""),
        Example("""\
import numpy as np
from scipy import stats

np.random.seed(3)
print(stats.norm.rvs(size=3))
"""),
        Example("""\
import gymnasium as gym


def episodes(n):
    env = gym.make("CartPole-v1")
    env.reset(seed=3)
    return [env.reset() for _ in range(n)]
"""),
    )
    sources = (
        "https://docs.scipy.org/doc/scipy/reference/stats.html",
        "https://optuna.readthedocs.io/en/stable/faq.html#how-can-i-obtain-reproducible-optimization-results",
        "https://networkx.org/documentation/stable/reference/randomness.html",
        "run in fresh processes: without a seed, after the global seeds, with None",
    )

    def check_project(self, project: Project) -> None:
        """Report the calls, and draws in compiled functions."""
        super().check_project(project)
        for call in unseeded_jitted_draws(self.context.index):
            if self.is_told(call, "numpy") or self.is_told(call, "python"):
                continue
            self.report(
                call.func,
                "Compiled by numba, this draws from a state of numba's own, which no compiled function seeds, so runs "
                "differ.",
                "Call `np.random.seed(SEED)` inside a compiled function, or pass a `Generator`.",
            )

    def applies(self, found: Unfixed) -> bool:
        """Whether a call is to be reported here: not if its `seed=None` is reported as a seed that differs."""
        written = found.none and isinstance(found.node, ast.keyword) and found.node.arg == "seed"
        if written and any(other.node is found.node for other in seed_findings(self.context.index)):
            return False
        return super().applies(found) and not self._only_looked_at(found) and not self._only_shows_a_shape(found)

    def _only_shows_a_shape(self, found: Unfixed) -> bool:
        """Whether what is drawn says only how large it is: `np.ones_like(space.sample())`, `space.sample().shape`."""
        index = self.context.index
        call = index.parent(found.node)
        if not found.draw.name.endswith("Space.sample") or not isinstance(call, ast.Call):
            return False
        around = index.parent(call)
        if isinstance(around, ast.Attribute):
            return around.attr in _OF_A_SHAPE
        callee = getattr(around, "func", None)
        return getattr(callee, "attr", getattr(callee, "id", "")) in _OF_A_SHAPE

    def _only_looked_at(self, found: Unfixed) -> bool:
        """Whether a study that there is already is loaded to see its trials: nothing around asks it for more."""
        index = self.context.index
        call = index.parent(found.node)
        if found.draw.name.endswith(".create_study") and isinstance(call, ast.Call):
            known = index.arguments(call).get("load_if_exists")
            if known is None or index.constant(known.value) is not True:
                return False
        elif not found.draw.name.endswith(".load_study"):
            return False
        used = [*index.attribute_loads("optimize"), *index.attribute_loads("ask")]
        function = index.function(found.node)
        return not any(isinstance(index.parent(load), ast.Call) and index.function(load) is function for load in used)

    def repair(self, found: Unfixed, parameter: str) -> str:
        """What to do; not every call has an argument for it."""
        return _ADVICE.get(found.draw.name) or super().repair(found, parameter)
