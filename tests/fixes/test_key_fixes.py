"""Repairs of JAX keys that are used twice: DET701."""

from __future__ import annotations

import textwrap

import pytest

from tests.fixes.helpers import fixed

FIXED = {
    "a split that comes too late": (
        """
        from jax import random


        def task(key):
            a = random.uniform(key)
            key, _ = random.split(key)
            b = random.normal(key)
            return a + b
        """,
        """
        from jax import random


        def task(key):
            key, subkey = random.split(key)
            a = random.uniform(subkey)
            b = random.normal(key)
            return a + b
        """,
    ),
    "a part that was forgotten": (
        """
        import jax


        def train(key, steps):
            for _ in range(steps):
                key, subkey = jax.random.split(key)
                print(jax.random.normal(key))
        """,
        """
        import jax


        def train(key, steps):
            for _ in range(steps):
                key, subkey = jax.random.split(key)
                print(jax.random.normal(subkey))
        """,
    ),
    "each round of a loop": (
        """
        import jax


        def draws(rng, n):
            found = []
            for _ in range(n):
                found.append(jax.random.normal(rng))
            return found
        """,
        """
        import jax


        def draws(rng, n):
            found = []
            for _ in range(n):
                rng, subkey = jax.random.split(rng)
                found.append(jax.random.normal(subkey))
            return found
        """,
    ),
    "a use in a branch": (
        """
        import jax


        def noise(key, more):
            x = 0.0
            if more:
                x = jax.random.normal(key)
            return x + jax.random.uniform(key)
        """,
        """
        import jax


        def noise(key, more):
            x = 0.0
            if more:
                key, subkey = jax.random.split(key)
                x = jax.random.normal(subkey)
            return x + jax.random.uniform(key)
        """,
    ),
    "three uses": (
        """
        import jax


        def three(key):
            a = jax.random.normal(key)
            b = jax.random.normal(key)
            c = jax.random.normal(key)
            return a, b, c
        """,
        """
        import jax


        def three(key):
            key, subkey = jax.random.split(key)
            a = jax.random.normal(subkey)
            key, subkey = jax.random.split(key)
            b = jax.random.normal(subkey)
            c = jax.random.normal(key)
            return a, b, c
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), FIXED.values(), ids=FIXED)
def test_keys_are_split(before: str, after: str) -> None:
    code, left = fixed(before, "DET701")
    assert code == textwrap.dedent(after)
    assert left == []


NO_FIX = {
    "a lambda": "import jax\n\n\ndef f(key):\n    g = lambda: jax.random.normal(key)\n"
    "    return g() + jax.random.normal(key)\n",
    "an attribute": "import jax\n\n\nclass A:\n    def f(self, keys):\n"
    "        return jax.random.normal(keys[0]) + jax.random.normal(keys[0])\n",
}


@pytest.mark.parametrize("code", NO_FIX.values(), ids=NO_FIX)
def test_a_person_splits(code: str) -> None:
    assert fixed(code, "DET701")[0] == code


@pytest.mark.parametrize("second", ["jax.random.normal(key, (3,))", "key = jax.random.split(key, num=1)[0]"])
def test_what_is_shown_of_a_key_is_left(second: str) -> None:
    shown = f"import jax\n\nkey = jax.random.key(0)\njax.random.normal(key, (3,))\n{second}\n"
    code, left = fixed(shown, "DET701")
    assert (code, len(left)) == (shown, 1)
