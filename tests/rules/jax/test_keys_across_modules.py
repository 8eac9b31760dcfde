"""DET701: keys that functions of other modules of the project use up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment.projects import found

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = """\
import functools

import jax
from jax import random

from net.noise import noise


def dense(key, n, m):
    kw, kb = random.split(key)
    return random.normal(kw, (n, m)), random.normal(kb, (m,))


@functools.partial(jax.jit, static_argnums=1)
def compiled(key, n):
    return random.normal(key, (n,))


def chained(x, *, rng):
    return x + noise(rng)


def maybe(key, on):
    return random.normal(key) if on else 0.0


def folded(key, i):
    return random.normal(random.fold_in(key, i))


def subkeys(key):
    while True:
        key, sub = random.split(key)
        yield sub


def shape(key):
    return key.shape


def recursive(key, n):
    return recursive(key, n - 1) if n else 0


class Net:
    def __init__(self, key, size=3):
        self.w, self.b = dense(key, size, size)
"""
FILES = {
    "net/__init__.py": "from net.layers import dense\n",
    "net/noise.py": "import jax\n\n\ndef noise(key):\n    return jax.random.normal(key)\n",
    "net/layers.py": LAYERS,
}
HEAD = "import jax\nfrom net import dense, layers\nfrom net.layers import Net, chained, compiled, folded, maybe\n\n\n"


@pytest.mark.parametrize(
    "body",
    [
        "w = dense(key, 3, 4)\n    return w, dense(key, 4, 5)",
        "a = layers.compiled(key, 3)\n    return a + compiled(key=key, n=3)",
        "a = jax.random.normal(key)\n    return a + compiled(key, 3)",
        "a = compiled(key, 3)\n    return a + jax.random.normal(key)",
        "a = chained(1.0, rng=key)\n    return a + chained(2.0, rng=key)",
        "a = Net(key)\n    return a, Net(key, size=5)",
        "k1, k2 = jax.random.split(key)\n    return compiled(k1, 2), compiled(k2, 2), compiled(k1, 2)",
    ],
)
def test_a_key_that_another_module_used_up(tmp_path: Path, body: str) -> None:
    code = f"{HEAD}def run(key):\n    {body}\n"
    assert [line for _, line, _ in found(tmp_path, {**FILES, "train.py": code}, "DET701")] == [8]


@pytest.mark.parametrize(
    "body",
    [
        "k1, k2 = jax.random.split(key)\n    return dense(k1, 3, 4), dense(k2, 4, 5)",
        "a = folded(key, 0)\n    return a + folded(key, 1) + compiled(key, 3)",
        "a = maybe(key, True)\n    return a + maybe(key, False)",
        "a = layers.subkeys(key)\n    return a, layers.subkeys(key)",
        "print(layers.shape(key))\n    return compiled(key, 3)",
        "a = layers.recursive(key, 3)\n    return a + layers.recursive(key, 2)",
        "args = (key, 3)\n    return compiled(*args), layers.missing(key), layers.missing(key)",
        "a = dense(jax.random.key(0), 1, 1)\n    return a, dense(jax.random.key(1), 1, 1)",
    ],
)
def test_keys_that_other_modules_leave_usable(tmp_path: Path, body: str) -> None:
    code = f"{HEAD}def run(key):\n    {body}\n"
    assert found(tmp_path, {**FILES, "train.py": code}, "DET701") == []
