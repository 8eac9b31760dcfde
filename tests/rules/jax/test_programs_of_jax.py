"""Keys and flags of JAX in whole programs, and what only looks like them.

A line that must be reported ends in `# !` and the codes.
"""

from __future__ import annotations

import pytest
from tests.rules.ways import found, marked

CODES = ("DET104", "DET113", "DET122", "DET701", "DET702")

PROGRAMS = {
    "flags first": '''\
"""XLA's flags come before the backend starts."""
import os

import jax

os.environ["XLA_FLAGS"] = "--xla_gpu_deterministic_ops=true"
jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp  # noqa: E402


def main():
    key = jax.random.key(0)
    print(jnp.ones(3), jax.random.normal(key))


if __name__ == "__main__":
    main()
''',
    "flags late main": '''\
"""XLA's flags come after the first key was made."""
import os

import jax
import jax.numpy as jnp


def main():
    key = jax.random.key(0)
    flags = os.environ.get("XLA_FLAGS", "")
    os.environ["XLA_FLAGS"] = flags + " --xla_gpu_deterministic_ops=true"  # ! DET113
    print(jnp.ones(3), jax.random.normal(key))


if __name__ == "__main__":
    main()
''',
    "keys in models": '''\
"""Keys in models, training steps and samplers."""
import functools
import time
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn
from jax import lax, random
from jax.random import PRNGKey, normal, split, uniform as unif


class State(NamedTuple):
    key: jax.Array
    params: dict


def init(key, sizes):
    params = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        params.append(normal(key, (n_in, n_out)))  # ! DET701
    return params


def init_split(key, sizes):
    params = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        key, sub = split(key)
        params.append(normal(sub, (n_in, n_out)))
    return params


def init_zip(key, sizes):
    keys = split(key, len(sizes) - 1)
    return [normal(k, (m, n)) for k, m, n in zip(keys, sizes[:-1], sizes[1:])]


def init_comprehension(key, sizes):
    return [normal(key, (m, n)) for m, n in zip(sizes[:-1], sizes[1:])]  # ! DET701


def init_folded(key, sizes):
    return [normal(random.fold_in(key, i), (n,)) for i, n in enumerate(sizes)]


def dense(key, m, n):
    return normal(key, (m, n)) / jnp.sqrt(m), jnp.zeros(n)


def two_layers(key):
    return dense(key, 4, 8), dense(key, 8, 2)  # ! DET701


def two_layers_split(key):
    a, b = split(key)
    return dense(a, 4, 8), dense(b, 8, 2)


def indexed(seed):
    keys = split(PRNGKey(seed), 3)
    return normal(keys[0]), normal(keys[1]), unif(keys[2])


def indexed_twice(seed):
    keys = split(PRNGKey(seed), 3)
    return normal(keys[0]), unif(keys[0])  # ! DET701


def starred(key):
    key, *subs = split(key, 4)
    return [normal(k) for k in subs], normal(key)


def after_split(key):
    a, b = split(key)
    return normal(a) + unif(b) + normal(key)  # ! DET701


def early(key, flag):
    if flag:
        return normal(key)
    return unif(key)


def branch_then(key, flag):
    x = 0.0
    if flag:
        x = normal(key)
    return x + unif(key)  # ! DET701


def ternary(key, flag):
    return normal(key) if flag else unif(key)


class Sampler:
    def __init__(self, seed):
        self.key = random.key(seed)

    def next(self):
        self.key, sub = split(self.key)
        return normal(sub)

    def stuck(self):
        a = normal(self.key)
        return a + unif(self.key)  # ! DET701


@partial(jax.jit, static_argnames="n")
def batch(key, n):
    return jax.vmap(lambda k: normal(k, (2,)))(split(key, n))


def train(params, key, steps):
    for step in range(steps):
        step_key = random.fold_in(key, step)
        params = params + normal(step_key, params.shape)
    return params


def train_stuck(params, key, steps):
    for step in range(steps):
        params = params + normal(key, params.shape)  # ! DET701
    return params


def while_loop(key):
    total = 0.0
    while total < 3:
        key, sub = split(key)
        total += unif(sub)
    return total


def dropout(model: nn.Module, params, x, key):
    a = model.apply(params, x, rngs={"dropout": key})
    b = unif(key, x.shape)
    return a + b


def clock():
    return PRNGKey(int(time.time() * 1000) % 2**31)  # ! DET702


def clock_default(seed=None):
    seed = seed or time.time_ns()
    return random.key(seed)  # ! DET702


def numpy_seed():
    return random.key(np.random.default_rng().integers(1 << 30))  # ! DET702


def numpy_seed_fixed():
    return random.key(np.random.default_rng(1).integers(1 << 30))


def fresh(shape):
    a = normal(PRNGKey(0), shape)
    b = normal(PRNGKey(0), shape)
    return a, b


def cloned(key):
    other = random.clone(key)
    return normal(key), normal(other)


def scan(key, xs):
    def f(carry, x):
        carry, sub = split(carry)
        return carry, x + normal(sub)

    return lax.scan(f, key, xs)


def state_step(state: State):
    key, sub = split(state.key)
    return state._replace(key=key), normal(sub)


def metropolis(key, x, steps):
    def step(i, carry):
        x, key = carry
        key, k1, k2 = split(key, 3)
        y = x + normal(k1, x.shape)
        accept = unif(k2) < jnp.exp(-y.sum())
        return jnp.where(accept, y, x), key

    return lax.fori_loop(0, steps, step, (x, key))


def metropolis_same(key, x):
    key, sub = split(key)
    y = x + normal(sub, x.shape)
    accept = unif(sub) < jnp.exp(-y.sum())  # ! DET701
    return jnp.where(accept, y, x), key


def try_again(key):
    try:
        return normal(key)
    except RuntimeError:
        return jnp.zeros(())


def helper_consumes(key):
    noise = functools.partial(normal, key)
    return noise((2,)) + noise((2,))  # ! DET701


def order(key, x):
    perm = random.permutation(key, x)
    pick = random.choice(key, x)  # ! DET701
    return perm, pick


def shapes(key, x):
    print(key.shape, key.dtype)
    return normal(key, x.shape)
''',
    "nnx and haiku": '''\
"""Keys of flax, haiku, equinox and plain JAX in classes and generators."""
import equinox as eqx
import haiku as hk
import jax
import jax.numpy as jnp
import jax.random as jrandom
import optax
from flax import linen as nn
from flax import nnx


class Mlp(eqx.Module):
    layers: list

    def __init__(self, sizes, key):
        keys = jrandom.split(key, len(sizes) - 1)
        self.layers = [eqx.nn.Linear(a, b, key=k) for a, b, k in zip(sizes[:-1], sizes[1:], keys)]


class Tied(eqx.Module):
    a: eqx.nn.Linear
    b: eqx.nn.Linear

    def __init__(self, size, key):
        self.a = eqx.nn.Linear(size, size, key=key)
        self.b = eqx.nn.Linear(size, size, key=key)  # ! DET701


def rngs(seed):
    return nnx.Rngs(seed), nnx.Rngs(params=0, dropout=1)


def keys(seed):
    key = jrandom.key(seed)
    while True:
        key, sub = jrandom.split(key)
        yield sub


def sequence(seed):
    rng = hk.PRNGSequence(seed)
    return jrandom.normal(next(rng)), jrandom.uniform(next(rng))


def init_and_apply(module: nn.Module, x, seed):
    key = jrandom.key(seed)
    params_key, drop_key = jrandom.split(key)
    params = module.init({"params": params_key, "dropout": drop_key}, x)
    return module.apply(params, x, rngs={"dropout": jrandom.fold_in(key, 1)})


def batches(key, data, size):
    order = jrandom.permutation(key, len(data))
    for start in range(0, len(data), size):
        yield data[order[start : start + size]]


def epochs(key, data, n):
    for epoch in range(n):
        for batch in batches(key, data, 8):  # ! DET701
            yield epoch, batch


def epochs_folded(key, data, n):
    for epoch in range(n):
        yield from batches(jrandom.fold_in(key, epoch), data, 8)


def draw_or_not(key, shape, noisy):
    x = jnp.zeros(shape)
    if noisy:
        x += jrandom.normal(key, shape)
    if not noisy:
        x += jrandom.uniform(key, shape)
    return x


def two_returns(key, kind):
    if kind == "a":
        return jrandom.normal(key)
    elif kind == "b":
        return jrandom.gamma(key, 2.0)
    return jrandom.beta(key, 1.0, 2.0)


def matched(key, kind):
    match kind:
        case "a":
            return jrandom.normal(key)
        case _:
            return jrandom.gumbel(key)


def dictionary(key):
    k1, k2, k3 = jrandom.split(key, 3)
    params = {"w": jrandom.normal(k1, (2, 2)), "b": jrandom.normal(k2, (2,)), "c": jrandom.normal(k3)}
    params["d"] = jrandom.normal(k1, (4,))  # ! DET701
    return params


def stacked(key):
    keys = jrandom.split(key, 4).reshape(2, 2, -1)
    return jax.vmap(jax.vmap(jrandom.normal))(keys)


def carried(key, x, n):
    for _ in range(n):
        key, *subs = jrandom.split(key, 3)
        x = x + jrandom.normal(subs[0], x.shape) * jrandom.uniform(subs[1], x.shape)
    return x


def carried_wrong(key, x, n):
    _, sub = jrandom.split(key)
    for _ in range(n):
        x = x + jrandom.normal(sub, x.shape)  # ! DET701
    return x


def noise_transform(seed):
    return optax.add_noise(0.1, 0.5, jrandom.key(seed))


def host(seed):
    import numpy as np

    rng = np.random.default_rng(seed)
    return jrandom.key(rng.integers(2**31)), jrandom.key(seed)


def walrus(key):
    return jrandom.normal((pair := jrandom.split(key))[0]) + jrandom.normal(pair[1])


def lambda_twice(key, x):
    f = lambda k: jrandom.normal(k, x.shape)  # noqa: E731
    return f(key) + f(key)  # ! DET701


def lambda_once(key, x):
    f = lambda k: jrandom.normal(k, x.shape)  # noqa: E731
    a, b = jrandom.split(key)
    return f(a) + f(b)


def with_key_data(key):
    print(jrandom.key_data(key))
    return jrandom.normal(key)
''',
    "training loop": '''\
"""A training script with keys in a loop, dropout and data order."""
import argparse

import jax
import jax.numpy as jnp
import optax


def init_params(key, sizes=(4, 8, 1)):
    keys = jax.random.split(key, len(sizes) - 1)
    return [
        {"w": jax.random.normal(k, (a, b)) * 0.1, "b": jnp.zeros(b)} for k, a, b in zip(keys, sizes, sizes[1:])
    ]


def apply(params, x, key, rate=0.1):
    for layer in params[:-1]:
        key, sub = jax.random.split(key)
        x = jax.nn.relu(x @ layer["w"] + layer["b"])
        x = x * jax.random.bernoulli(sub, 1 - rate, x.shape)
    return x @ params[-1]["w"] + params[-1]["b"]


@jax.jit
def loss(params, batch, key):
    x, y = batch
    return jnp.mean((apply(params, x, key) - y) ** 2)


def train(seed, steps):
    key = jax.random.PRNGKey(seed)
    init_key, data_key, key = jax.random.split(key, 3)
    params = init_params(init_key)
    x = jax.random.normal(data_key, (64, 4))
    y = jax.random.normal(data_key, (64, 1))  # ! DET701
    optimizer = optax.adam(1e-2)
    state = optimizer.init(params)
    for step in range(steps):
        key, drop_key = jax.random.split(key)
        value, grads = jax.value_and_grad(loss)(params, (x, y), drop_key)
        updates, state = optimizer.update(grads, state)
        params = optax.apply_updates(params, updates)
    return value


def train_stuck(seed, steps):
    key = jax.random.PRNGKey(seed)
    params = init_params(key)
    for step in range(steps):
        value = loss(params, (jnp.ones((2, 4)), jnp.ones((2, 1))), key)  # ! DET701
    return value


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    print(train(args.seed, 10), train_stuck(args.seed, 2))
''',
}


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_programs(code: str) -> None:
    assert found(code, CODES) == marked(code)
