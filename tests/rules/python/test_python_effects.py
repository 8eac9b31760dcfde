"""What calls draw from the global random states of Python and NumPy."""

from __future__ import annotations

import ast

import pytest

from detlint.index import FileIndex, Knowledge
from detlint.project.effects import Call, Effect
from detlint.rules.python.effects import DRAWS
from detlint.rules.python.library import LIBRARY

IMPORTS = """
import random
import networkx as nx
import numpy as np
import pandas as pd
import scipy.stats
from datasets import Dataset
from scipy.optimize import differential_evolution
frame = pd.read_csv("a.csv")
data = Dataset.from_dict({})
"""


def draws(expression: str) -> list[tuple[str, str, bool]]:
    """The states that an expression draws from, with the rule that reports it, and whether it is certain."""
    code = IMPORTS + expression + "\n"
    index = FileIndex(ast.parse(code), Knowledge([LIBRARY]), "example.py", code)
    found: list[Effect] = []
    for call in index.calls:
        for name in index.callee_names(call):
            effects = DRAWS.get(name, ())
            if call.lineno > IMPORTS.count("\n"):
                found.extend(effects(Call(name, call, index)) if callable(effects) else effects)
    assert all(effect.kind == "draw" for effect in found)
    return [(effect.subject, effect.detail, effect.conditional) for effect in found]


@pytest.mark.parametrize(
    "expression",
    [
        "random.random()",
        "random.shuffle([1])",
        "random.gauss(0, 1)",
        "random.sample([1, 2], 1)",
        "random.getrandbits(8)",
    ],
)
def test_functions_of_random_draw_from_its_state(expression: str) -> None:
    assert draws(expression) == [("python", "", False)]


@pytest.mark.parametrize(
    "expression",
    [
        "np.random.rand(3)",
        "np.random.shuffle([1])",
        "np.random.permutation(4)",
        "np.random.choice([1])",
        "np.random.zipf(2)",
        "np.random.multivariate_normal([0], [[1]])",
        "np.random.ranf()",
        "np.random.bytes(3)",
    ],
)
def test_functions_of_numpy_random_draw_from_its_state(expression: str) -> None:
    assert draws(expression) == [("numpy", "", False)]


@pytest.mark.parametrize(
    "expression",
    [
        "frame.sample(3)",
        "frame['a'].sample(frac=0.5)",
        "frame.groupby('a').sample(2)",
        "frame.sample(3, random_state=None)",
        "frame.dropna().head().sample(3)",
    ],
)
def test_sampling_with_pandas_draws_from_numpy(expression: str) -> None:
    assert draws(expression) == [("numpy", "DET131", False)]


@pytest.mark.parametrize(
    ("expression", "state"),
    [
        ("nx.erdos_renyi_graph(10, 0.1)", "python"),
        ("nx.spring_layout(graph)", "numpy"),
        ("nx.betweenness_centrality(graph, k=3)", "python"),
        ("scipy.stats.norm.rvs(size=3)", "numpy"),
        ("differential_evolution(f, [])", "numpy"),
        ("differential_evolution(f, [], seed=None)", "numpy"),
        ("data.shuffle()", "numpy"),
        ("data.train_test_split(0.2)", "numpy"),
    ],
)
def test_other_libraries_draw_without_a_seed_of_their_own(expression: str, state: str) -> None:
    assert draws(expression) == [(state, "DET151", False)]


@pytest.mark.parametrize(
    "expression",
    [
        "np.random.default_rng(3).normal()",
        "np.random.RandomState(3).rand()",
        "random.Random(3).random()",
        "random.seed(3)",
        "np.random.seed(3)",
        "random.getstate()",
        "np.random.SeedSequence(3)",
        "frame.sample(3, random_state=1)",
        "frame.sample(3, False, None, None, 1)",
        "frame.sum()",
        "nx.erdos_renyi_graph(10, 0.1, seed=4)",
        "nx.path_graph(3)",
        "nx.gnp_random_graph(10, 0.1, 4)",
        "nx.betweenness_centrality(graph)",
        "nx.spring_layout(graph, pos=places)",
        "scipy.stats.norm.rvs(size=3, random_state=2)",
        "scipy.stats.norm.pdf(3)",
        "differential_evolution(f, [], rng=None)",
        "differential_evolution(f, [], seed=3)",
        "data.shuffle(seed=3)",
        "data.shuffle(3)",
        "data.train_test_split(0.2, shuffle=False)",
        "unknown.sample(3)",
        "frame.sample(3, **options)",
    ],
)
def test_what_is_seeded_or_draws_elsewhere_is_no_draw(expression: str) -> None:
    assert draws(expression) == []
