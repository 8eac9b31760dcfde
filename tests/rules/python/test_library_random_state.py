"""DET131 and DET151: calls of pandas and other libraries that an argument of theirs would seed."""

from __future__ import annotations

import pytest
from tests.helpers import check, diagnose

from detlint.rules.python.random_states import ENTROPY, draws
from detlint.rules.python.seeding import seeding_functions

IMPORTS = """\
import functools
import random

import albumentations as A
import dask.array as da
import dask.bag as db
import datasets
import gymnasium as gym
import hyperopt
import networkx as nx
import numba
import numpy as np
import optuna
import pandas as pd
import polars as pl
import pymc as pm
import skimage.util
import umap
from faker import Faker
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from imblearn.under_sampling import NearMiss, RandomUnderSampler
from networkx.generators.random_graphs import watts_strogatz_graph
from optuna.samplers import GridSampler, RandomSampler, TPESampler
from pycaret.classification import setup
from ray.tune.search.bayesopt import BayesOptSearch
from ray.tune.search.optuna import OptunaSearch
from scipy import cluster, optimize, sparse, stats
from scipy.stats import norm, qmc
from stable_baselines3 import PPO
"""
START = IMPORTS.count("\n") + 1


def lines(code: str, select: str = "DET151", confidence: str = "medium") -> list[int]:
    """The lines of a piece of code, from 1, on which a code is reported."""
    found = check(IMPORTS + code, select, min_confidence=confidence)
    return [line - START + 1 for line, _ in found]


def used(expression: str, select: str = "DET151", confidence: str = "medium") -> bool:
    """Whether an expression in a function that nobody calls is reported."""
    return lines(f"def use(x, y, unknown, seed):\n    return {expression}\n", select, confidence) == [2]


@pytest.mark.parametrize("expression", [
    "pl.scan_csv(x).filter(y).collect().sample(3)",
    "pl.read_csv(x)['a'].shuffle()",
    "pl.DataFrame(x).lazy().collect().sample(fraction=0.5)",
    "norm.rvs(size=3)",
    "stats.norm(0, 1).rvs(3)",
    "stats.gaussian_kde(x).resample(3)",
    "stats.bootstrap((x,), np.mean)",
    "stats.bootstrap((x,), np.mean, rng=None)",
    "optimize.differential_evolution(x, y, seed=None)",
    "optimize.dual_annealing(x, y)",
    "sparse.random(3, 4)",
    "cluster.vq.kmeans2(x, 3)",
    "qmc.Sobol(3)",
    "qmc.LatinHypercube(d=2)",
    "pl.read_csv(x).sample(3)",
    "pl.DataFrame(x).with_columns(pl.col('a').shuffle())",
    "da.random.default_rng()",
    "db.from_sequence(x).random_sample(0.1)",
    "datasets.load_dataset(x)['train'].shuffle()",
    "datasets.load_dataset(x, split='train').train_test_split(0.1)",
    "SMOTE()",
    "make_pipeline(RandomUnderSampler(), unknown)",
    "umap.UMAP(n_components=2)",
    "TPESampler(multivariate=True)",
    "optuna.create_study(sampler=RandomSampler())",
    "optuna.create_study(direction='minimize')",
    "hyperopt.fmin(x, y, algo=hyperopt.tpe.suggest)",
    "OptunaSearch(metric='loss')",
    "nx.gnp_random_graph(10, 0.1)",
    "nx.gnp_random_graph(10, 0.1, None)",
    "nx.gnp_random_graph(**{'n': 3, 'p': 0.1})",
    "watts_strogatz_graph(10, 4, 0.1)",
    "nx.community.louvain_communities(x)",
    "nx.spring_layout(x)",
    "nx.betweenness_centrality(x, k=10)",
    "functools.partial(nx.gnp_random_graph, 10)(0.1)",
    "setup(data=x, target='y')",
    "skimage.util.random_noise(x)",
    "pm.sample(100)",
    "PPO('MlpPolicy', unknown)",
    "A.Compose([A.Resize(3, 3), A.HorizontalFlip()])",
    "gym.make('CartPole-v1').reset()",
    "gym.make('CartPole-v1').action_space.sample()",
    "Faker().name()",
])  # fmt: skip
def test_draws_of_libraries(expression: str) -> None:
    assert used(expression)


@pytest.mark.parametrize("expression", [
    "norm.rvs(size=3, random_state=0)",
    "norm(0, 1).pdf(x)",
    "stats.norm(0, 1).rvs(3, random_state=seed)",
    "stats.multivariate_normal(x, seed=3).rvs()",
    "stats.bootstrap((x,), np.mean, rng=0)",
    "stats.bootstrap((x,), np.mean, random_state=seed)",
    "optimize.minimize(x, y)",
    "optimize.shgo(x, y)",
    "sparse.random(3, 4, 0.1, 'coo', None, 7)",
    "cluster.vq.kmeans2(x, 3, minit='matrix')",
    "qmc.Sobol(3, scramble=False)",
    "qmc.Halton(3, rng=1)",
    "pl.read_csv(x).sample(3, seed=1)",
    "pl.read_csv(x).sort('a').head(3)",
    "db.from_sequence(x).random_sample(0.1, 7)",
    "datasets.load_dataset(x)['train'].shuffle(seed=1)",
    "datasets.load_dataset(x, split='train').train_test_split(0.1, shuffle=False)",
    "SMOTE(random_state=1)",
    "NearMiss()",
    "umap.UMAP(random_state=1)",
    "TPESampler(**dict(seed=1))",
    "TPESampler(**unknown)",
    "RandomSampler(17)",
    "GridSampler({'x': [1, 2]})",
    "optuna.create_study(sampler=TPESampler(seed=1))",
    "optuna.create_study(sampler=unknown)",
    "optuna.load_study(study_name='x', storage=x).trials",
    "optuna.pruners.MedianPruner()",
    "hyperopt.fmin(x, y, rstate=np.random.default_rng(1))",
    "OptunaSearch(metric='loss', seed=1)",
    "BayesOptSearch()",
    "nx.gnp_random_graph(10, 0.1, 7)",
    "nx.gnp_random_graph(10, 0.1, seed=unknown)",
    "nx.path_graph(10)",
    "watts_strogatz_graph(10, 4, 0)",
    "nx.betweenness_centrality(x)",
    "nx.spring_layout(x, pos=unknown)",
    "nx.community.greedy_modularity_communities(x)",
    "setup(data=x, target='y', session_id=1)",
    "skimage.util.random_noise(x, rng=1)",
    "skimage.util.random_noise(x, seed=1)",
    "pm.sample(100, random_seed=1)",
    "pm.find_MAP()",
    "PPO('MlpPolicy', unknown, seed=1)",
    "A.Compose([A.Resize(3, 3), A.Normalize()])",
    "A.Compose([A.HorizontalFlip()], seed=1)",
    "gym.make('CartPole-v1').reset(seed=3)",
    "gym.make('CartPole-v1').step(unknown)",
    "unknown.reset()",
    "unknown.sample()",
    "unknown.shuffle()",
    "Faker().seed_instance(3)",
    "Faker(['de_DE'])",
])  # fmt: skip
def test_seeded_or_not_random(expression: str) -> None:
    assert not used(expression)


@pytest.mark.parametrize(("seed", "draw"), [
    ("np.random.seed(1)", "print(norm.rvs(size=3))"),
    ("np.random.seed(1)", "print(SMOTE().fit_resample([[1]], [1]))"),
    ("random.seed(1)", "print(nx.gnp_random_graph(10, 0.1).edges)"),
    ("pl.set_random_seed(1)", "print(pl.read_csv('x').sample(3))"),
    ("Faker.seed(1)", "print(Faker().name())"),
    ("da.random.seed(1)", "print(da.random.normal(size=3))"),
])  # fmt: skip
def test_the_state_is_seeded(seed: str, draw: str) -> None:
    assert lines(f"{seed}\n{draw}\n") == []
    assert lines(f"print()\n{draw}\n") == [2]


@pytest.mark.parametrize("draw", [
    "TPESampler()", "qmc.Sobol(3)", "umap.UMAP()", "da.random.default_rng()",
    "stats.bootstrap(([1],), np.mean, rng=None)",
])  # fmt: skip
def test_no_global_seed_reaches_entropy(draw: str) -> None:
    assert lines(f"np.random.seed(1)\nrandom.seed(1)\nprint({draw})\n") == [3]


def test_one_thread_lets_numpys_seed_reach_umap() -> None:
    assert lines("np.random.seed(1)\numap.UMAP(n_jobs=1).fit([[1]])\n") == []


def test_a_written_none_that_is_a_seed_is_reported_once() -> None:
    code = "def use():\n    return nx.gnp_random_graph(9, 0.1, seed=None), TPESampler(seed=None)\n"
    assert {code for _, code in check(IMPORTS + code, ("DET104", "DET151"))} == {"DET104"}


def test_draws_of_the_state_itself_are_told_instead() -> None:
    code = "print(random.random(), nx.gnp_random_graph(10, 0.1).edges)\n"
    assert {code for _, code in check(IMPORTS + code, ("DET101", "DET151"))} == {"DET101"}


def test_an_environment_is_seeded_by_its_first_reset() -> None:
    code = """\
def seeded():
    env = gym.make("CartPole-v1")
    env.reset(seed=1)
    env.action_space.seed(1)
    while env.step(env.action_space.sample())[2]:
        env.reset()


def unseeded():
    env = gym.make("CartPole-v1")
    env.reset()
    while env.step(env.action_space.sample())[2]:
        env.reset()


def wrapped():
    env = gym.wrappers.RecordEpisodeStatistics(gym.make("CartPole-v1"))
    env.reset(seed=1)
    return env.reset()
"""
    assert lines(code) == [11, 12]


def test_an_environment_of_ones_own() -> None:
    code = """\
class Maze(gym.Env):
    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.start, {}
"""
    assert lines(code) == []


def test_a_faker_is_told_once() -> None:
    code = "fake = Faker()\n\n\ndef person():\n    return fake.name(), fake.unique.email(), fake.city()\n"
    assert lines(code) == [5]
    assert lines(code.replace("\n\n\n", "\nfake.seed_instance(1)\n\n\n", 1)) == []


def test_numba_has_a_state_of_its_own() -> None:
    code = """\
@numba.njit
def walk(n):
    {first}
    return np.random.normal(0, 1, n).sum() + np.random.rand()


np.random.seed(1)
print(walk(3))
"""
    assert lines(code.format(first="pass")) == [4]
    assert lines(code.format(first="np.random.seed(1)")) == []
    assert lines(code.format(first="pass").replace("@numba.njit", "@functools.cache")) == []
    assert lines(code.format(first="pass").replace("numba.njit", "numba.jit(forceobj=True)")) == []


def test_the_version_in_which_compositions_take_entropy() -> None:
    code = "import albumentations as A\n\nA.Compose([A.HorizontalFlip()])\n"
    assert check(code, "DET151") == [(3, "DET151")]
    assert check(code, "DET151", targets=("albumentations=1.3.1",)) == []


def test_each_state_of_the_table_has_something_that_seeds_it() -> None:
    seeded = {state for row in seeding_functions().values() for state in row.states}
    assert {draw.state for draw in draws().values()} - {ENTROPY} <= seeded


# ------------------------------------------------------------------------------------------------------------- DET131
@pytest.mark.parametrize("expression", [
    "pd.read_csv(x).sample(3)",
    "pd.read_csv(x).sample(frac=1).reset_index(drop=True)",
    "pd.DataFrame(x).sample(3, random_state=None)",
    "pd.DataFrame(x).sample(3, False, None, None)",
    "pd.Series(x).sample(3)",
    "pd.read_csv(x)['a'].sample(3)",
    "pd.read_csv(x)[y > 3].sample(3)",
    "pd.read_csv(x).loc[y].sample(3)",
    "pd.read_csv(x).query('a > 3').drop(columns='a').sample(n=4)",
    "pd.read_csv(x).groupby('a').sample(2)",
    "pd.read_csv(x).groupby('a')['b'].sample(2)",
    "pd.concat([x, y]).sample(frac=1)",
    "pd.read_csv(x).sample(3, random_state=np.random)",
    "pd.read_csv(x).sample(**{'n': 3})",
    "pd.read_csv(x).groupby('a').apply(lambda rows: rows.sample(2))",
    "pd.read_csv(x).groupby('a')['b'].apply(lambda column: column.sample(2))",
    "pd.read_csv(x).pipe(lambda table: table.sample(2))",
])  # fmt: skip
def test_pandas_samples(expression: str) -> None:
    assert used(expression, "DET131")


@pytest.mark.parametrize("expression", [
    "pd.read_csv(x).sample(3, random_state=1)",
    "pd.read_csv(x).sample(3, random_state=seed)",
    "pd.read_csv(x).sample(3, False, None, 1, 7)",
    "pd.read_csv(x).sample(**unknown)",
    "pd.read_csv(x).sample(3, random_state=np.random.default_rng(1))",
    "pd.read_csv(x).head(3)",
    "pd.read_csv(x).resample('D')",
    "pl.read_csv(x).sample(3)",
    "random.sample(x, 3)",
    "unknown.sample(3)",
    "unknown.groupby('a').apply(lambda rows: rows.sample(2))",
    "pd.read_csv(x).groupby('a').apply(lambda rows: rows.sample(2, random_state=1))",
    "unknown.map(lambda rows: rows.sample(2))",
    "unknown.sample(n=3, seed=1)",
    "unknown.sample(frac=0.5, random_state=seed)",
    "stats.norm(0, 1).sample(3)",
])  # fmt: skip
def test_not_pandas_or_seeded(expression: str) -> None:
    assert not used(expression, "DET131")


def test_a_fraction_shows_pandas_where_nothing_else_has_it() -> None:
    code = "import pandas as pd\n{more}\n\ndef part(table):\n    return table.sample(frac=0.1)\n"
    assert check(code.format(more=""), "DET131") == [(5, "DET131")]
    assert check(code.format(more="import dask"), "DET131") == []
    assert check("def part(table):\n    return table.sample(frac=0.1)\n", "DET131") == []


def test_parts_of_a_split_table_are_tables() -> None:
    code = (
        "train, test = train_test_split(pd.read_csv('x'), random_state=1)\nprint(train.sample(3), test.sample(n=3))\n"
    )
    code = "from sklearn.model_selection import train_test_split\n" + code
    assert lines(code, "DET131") == [3, 3]


def test_a_function_that_is_handed_to_groups_gets_tables() -> None:
    code = "def part(rows):\n    return rows.sample(2)\n\n\nprint(pd.read_csv('x').groupby('a').apply(part))\n"
    assert lines(code, "DET131") == [2]
    assert lines(code + "print(part([1, 2]))\n", "DET131") == []


def test_an_annotation_shows_pandas() -> None:
    assert lines("def part(table: pd.DataFrame):\n    return table.sample(5)\n", "DET131") == [2]


def test_pandas_after_numpys_seed() -> None:
    assert lines("np.random.seed(1)\nprint(pd.read_csv('x').sample(3))\n", "DET131") == []
    assert lines("print(pd.read_csv('x').sample(3))\n", "DET131") == [1]
    told = check(IMPORTS + "print(np.random.rand(3), pd.read_csv('x').sample(3))\n", ("DET121", "DET131"))
    assert {code for _, code in told} == {"DET121"}


def test_what_an_ensemble_seeds() -> None:
    code = """\
from imblearn.ensemble import EasyEnsembleClassifier
from sklearn.ensemble import AdaBoostClassifier

boosted = AdaBoostClassifier()
EasyEnsembleClassifier(estimator=boosted)
"""
    assert check(code, ("DET141", "DET151")) == [(5, "DET151")]


def test_compiled_draws_of_an_entry_point_without_any_seed() -> None:
    code = "@numba.njit\ndef walk(n):\n    return np.random.rand(n)\n\n\nprint(walk(3))\n"
    assert {code for _, code in check(IMPORTS + code, ("DET121", "DET151"))} == {"DET121"}


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("import gymnasium as gym\n\ndef f(env: gym.Env):\n    return env.reset()\n", []),
        (
            "import gymnasium as gym\n\nclass A:\n    def __init__(self, env: gym.Env):\n        self.env = env\n\n"
            "    def act(self):\n        return self.env.action_space.sample()\n",
            [],
        ),
        ("import gymnasium as gym\n\ndef f():\n    env = gym.make('A-v1')\n    return env.reset()\n", [5]),
        (
            "import gymnasium as gym\n\ndef f(env: gym.Env):\n    env = gym.wrappers.TimeLimit(env, 3)\n"
            "    return env.reset()\n",
            [],
        ),
        (
            "import gymnasium as gym\nimport numpy\n"
            "env = gym.make('A')\nx = numpy.ones_like(env.action_space.sample())\n",
            [],
        ),
        ("import gymnasium as gym\nenv = gym.make('A')\nprint(env.action_space.sample().shape)\n", []),
        ("import gymnasium as gym\nenv = gym.make('A')\nprint(env.action_space.sample())\n", [3]),
        ("import optuna\nstudy = optuna.create_study(storage='s', load_if_exists=True)\nprint(study.trials)\n", []),
        ("import optuna\nstudy = optuna.create_study(storage='s', load_if_exists=True)\nstudy.optimize(f)\n", [2]),
        ("import optuna\nstudy = optuna.create_study(storage='s')\nprint(study.trials)\n", [2]),
    ],
)
def test_objects_made_elsewhere_and_draws_of_which_only_the_shape_counts(code: str, lines: list[int]) -> None:
    assert [item.location.line for item in diagnose(code, "DET151")] == lines


def test_hyperopt_is_advised_to_take_a_generator() -> None:
    code = "import hyperopt\n\nhyperopt.fmin(score, space, algo=hyperopt.tpe.suggest, max_evals=9)\n"
    (found,) = diagnose(code, select="DET151")
    assert "`rstate=np.random.default_rng(SEED)`" in found.repair


@pytest.mark.parametrize(
    ("made", "reported"),
    [
        ("env = gym.wrappers.RecordEpisodeStatistics(env, deque_size=3)", False),
        ("env = Monitor(gym.wrappers.TimeLimit(env))", False),
        ("env = gym.wrappers.TimeLimit(gym.make('CartPole-v1'))", True),
        ("env = gym.make('CartPole-v1')", True),
    ],
)
def test_an_environment_around_one_that_is_given(made: str, reported: bool) -> None:
    code = f"import gym\n\ndef evaluate(agent, env: gym.Env):\n    {made}\n    return agent(env.reset())\n"
    assert bool(check(code, select="DET151")) is reported
