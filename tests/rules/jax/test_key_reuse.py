"""DET701: which uses of keys are reuse."""

from __future__ import annotations

import pytest
from tests.helpers import check, diagnose, marked_lines, unmarked
from tests.rules.jax.key_cases import FINE, HEAD, REUSED

UNSEEN_BY_JAX = frozenset({"new_axis_and_reshape", "item_after_unpacking", "iterated_twice", "device_put"})
"""Reuse that JAX's checker does not follow: it sees single calls of a program, each with its own arrays."""


@pytest.mark.parametrize("name", REUSED)
def test_a_key_that_is_used_again_is_reported_at_the_second_use(name: str) -> None:
    code = HEAD + REUSED[name]
    assert [line for line, _ in check(code, select="DET701")] == marked_lines(code)


@pytest.mark.parametrize("name", FINE)
def test_what_only_looks_like_reuse_is_left_alone(name: str) -> None:
    assert check(HEAD + FINE[name], select="DET701") == []


@pytest.mark.parametrize("name", sorted(set(REUSED) - UNSEEN_BY_JAX))
def test_jax_reports_the_same(name: str) -> None:
    jax = pytest.importorskip("jax")
    errors = pytest.importorskip("jax.errors")
    with jax.debug_key_reuse(True), pytest.raises(errors.KeyReuseError):
        exec(unmarked(HEAD + REUSED[name]), {"__name__": "cases"})


@pytest.mark.parametrize("name", FINE)
def test_jax_leaves_the_same_alone(name: str) -> None:
    jax = pytest.importorskip("jax")
    with jax.debug_key_reuse(True):
        exec(HEAD + FINE[name], {"__name__": "cases"})


def test_the_first_use_is_shown() -> None:
    [found] = diagnose(HEAD + "\nkey = jr.PRNGKey(0)\na = jr.normal(key)\nb = jr.normal(key)\n", select="DET701")
    assert [related.location.line for related in found.related] == [8]
    assert found.location.line == 9


def test_legacy_keys_are_keys() -> None:
    code = "from jax import random\nk = random.PRNGKey(3)\nx = random.normal(k)\ny = random.bits(k)\n"
    assert check(code, select="DET701") == [(4, "DET701")]


@pytest.mark.parametrize(
    "lines",
    [
        "params = model.init(key, x)\nnoise = jr.normal(key)\n",
        "a = jr.normal(key)\nb = model.apply(p, x, rngs={'dropout': key})\n",
        "a = helper(key)\nb = jr.uniform(key)\n",
        "def f(x):\n    return x + jr.normal(key)\ny = f(1.0) + f(2.0)\n",
    ],
)
def test_functions_out_of_sight_and_closures_are_low(lines: str) -> None:
    code = HEAD + "from somewhere import helper, model, p, x\nkey = jr.key(0)\n" + lines
    assert check(code, select="DET701") == []
    assert len(check(code, select="DET701", min_confidence="low")) == 1


def test_tests_may_draw_the_same_numbers_again() -> None:
    code = HEAD + REUSED["twice"]
    assert check(code, filename="tests/test_draws.py", select="DET701") == []
    assert check(code, filename="tests/test_draws.py", select="DET701", min_confidence="low") == [(9, "DET701")]


GIVING_NEW_KEYS = [
    """
import haiku as hk
rng = hk.PRNGSequence(42)
a = jax.random.normal(next(rng))
b = jax.random.normal(next(rng))
""",
    """
import haiku as hk
def f():
    return jax.random.normal(hk.next_rng_key()) + jax.random.normal(hk.next_rng_key())
""",
    """
from flax import nnx
rngs = nnx.Rngs(0)
a = jax.random.normal(rngs.params())
b = jax.random.normal(rngs.params())
""",
    """
from flax import nnx
rngs = nnx.Rngs(params=jax.random.key(0))
a = nnx.Linear(2, 3, rngs=rngs)
b = nnx.Linear(2, 3, rngs=rngs)
""",
    """
import flax.linen as nn
class Drop(nn.Module):
    @nn.compact
    def __call__(self, x):
        a = jax.random.normal(self.make_rng("noise"))
        return a + jax.random.normal(self.make_rng("noise"))
""",
    """
class Step(Base):
    def run(self):
        return jax.random.normal(self.rng) + jax.random.normal(self.rng)
""",
    """
def f(agent):
    a = jax.random.normal(agent.key)
    agent.advance()
    return a + jax.random.normal(agent.key)
""",
    """
def f(state, batch):
    a = jax.random.normal(state.rng)
    state = update(state, batch)
    return a + jax.random.normal(state.rng)
""",
    """
def stream(key):
    while True:
        key, sub = jax.random.split(key)
        yield jax.random.normal(sub)
""",
    """
def f(key, n):
    for i in range(n):
        if i == 0:
            x = jax.random.normal(key)
    return x
""",
]


GIVING_NEW_KEYS.append(
    """
def shuffled(tables, rng):
    n = tables["a"].shape[0]
    keys = jax.random.split(rng, n * len(tables))
    place = 0
    for name in tables:
        part = keys[place * n : (place + 1) * n]
        tables[name] = jax.vmap(lambda row, key: jax.random.permutation(key, row))(tables[name], part)
        place += 1
"""
)


@pytest.mark.parametrize("code", GIVING_NEW_KEYS)
def test_what_gives_new_keys_is_left_alone(code: str) -> None:
    assert check("import jax\nfrom elsewhere import Base, update\n" + code, select="DET701") == []


def test_sequences_of_haiku_use_up_their_key() -> None:
    code = (
        "import haiku as hk\nimport jax\nkey = jax.random.key(0)\nrng = hk.PRNGSequence(key)\n"
        "x = jax.random.normal(key)\n"
    )
    assert check(code, select="DET701") == [(5, "DET701")]


@pytest.mark.parametrize(
    ("parameter", "is_key"),
    [
        ("start: int", False),
        ("start=0", False),
        ("*, start: int = 3", False),
        ("start", True),
        ("start: object", True),
        ("seed", False),
        ("config.seed", False),
        ("config.key", True),
    ],
)
def test_sequences_of_haiku_from_a_number(parameter: str, is_key: bool) -> None:
    given = parameter if "." in parameter else parameter.replace("*, ", "").partition(":")[0].partition("=")[0]
    code = (
        f"import haiku as hk\nimport jax\n\ndef build({parameter.partition('.')[0]}):\n"
        f"    return hk.PRNGSequence({given}), hk.PRNGSequence({given})\n"
    )
    assert check(code, select="DET701") == ([(5, "DET701")] if is_key else [])


def test_layers_of_equinox_draw_from_their_key() -> None:
    code = (
        "import equinox as eqx\nimport jax\nkey = jax.random.key(0)\na = eqx.nn.Linear(2, 3, key=key)\n"
        "b = eqx.nn.Linear(3, 1, key=key)\n"
    )
    assert check(code, select="DET701") == [(5, "DET701")]


@pytest.mark.parametrize(
    "spelling", ["import jax.random as r", "from jax import random as r", "import jax\nr = jax.random"]
)
def test_spellings_of_imports(spelling: str) -> None:
    code = f"{spelling}\nk = r.key(0)\nr.normal(k)\nr.split(k)\n"
    assert [line for line, _ in check(code, select="DET701")] == [len(code.splitlines())]


def test_endless_nesting_ends() -> None:
    body = "".join(f"    if c{i}:\n        key, s{i} = jax.random.split(key)\n" for i in range(40))
    code = f"import jax\ndef f(key):\n{body}    return jax.random.normal(key)\n"
    assert check(code, select="DET701") == []


def test_recursion_ends() -> None:
    code = (
        "import jax\ndef tree(key, n):\n    if n == 0:\n        return jax.random.normal(key)\n"
        "    a, b = jax.random.split(key)\n    return tree(a, n - 1), tree(b, n - 1)\ntree(jax.random.key(0), 3)\n"
    )
    assert check(code, select="DET701") == []


def test_deep_expressions_end() -> None:
    deep = " + ".join(["jax.random.normal(key)"] * 900)
    first = "a = jax.random.normal(other)\nb = jax.random.normal(other)\n"
    code = f"import jax\nkey = jax.random.key(0)\nother = jax.random.key(1)\n{first}x = {deep}\n"
    assert (5, "DET701") in check(code, select="DET701")


_GENERATOR = """
import jax

def noise(key, steps):
    for _ in range(steps):
        key, sub = jax.random.split(key)
        yield jax.random.normal(sub, (3,))

def main(seed):
    key = jax.random.PRNGKey(seed)
    {use}
    return jax.random.uniform(key)
"""


@pytest.mark.parametrize(
    ("use", "reported"),
    [
        ("for x in noise(key, 3): print(x)", True),
        ("for i, x in enumerate(noise(key, 3)): print(i, x)", True),
        ("print(list(noise(key, 3)), [1])", True),
        ("print([x + 1 for x in noise(key, 3)])", True),
        ("print(next(noise(key, 3)))", True),
        ("key, sub = jax.random.split(key)\n    print(list(noise(sub, 3)))", False),
        ("waiting = noise(key, 3)", False),
        ("waiting = (x for x in noise(key, 3))", False),
    ],
)
def test_a_key_that_a_generator_uses_up_where_it_is_iterated(use: str, *, reported: bool) -> None:
    assert bool(check(_GENERATOR.format(use=use), "DET701")) is reported
