"""Code that reuses keys, and code that only looks as if it did; all of it runs with JAX on a CPU.

The functions are called at the end, so that JAX's own checker can be asked about the same code.
"""

from __future__ import annotations

HEAD = "import functools\nimport jax\nimport jax.numpy as jnp\nfrom jax import lax\nfrom jax import random as jr\n"

REUSED = {
    "twice": """
def corner(key):
    top = jr.uniform(key)
    left = jr.uniform(key)  # !
    return top, left
corner(jr.key(0))
""",
    "split_after_draw": """
def draw(key):
    x = jr.normal(key, (3,))
    key, sub = jr.split(key)  # !
    return x + jr.normal(sub, (3,))
draw(jr.key(0))
""",
    "parent_after_split": """
def init(rng):
    k1, k2 = jr.split(rng)
    w = jr.normal(k1, (2, 2))
    b = jr.normal(rng, (2,))  # !
    return w, b, k2
init(jr.key(0))
""",
    "stale_subkey": """
key = jr.key(0)
key, sub = jr.split(key)
a = jr.normal(sub)
key, _ = jr.split(key)
b = jr.gumbel(sub)  # !
""",
    "loop": """
def noises(key, n):
    found = []
    for _ in range(n):
        found.append(jr.normal(key))  # !
    return found
noises(jr.key(1), 3)
""",
    "while_loop_of_python": """
def tries(key):
    i = 0
    while i < 3:
        x = jr.normal(key)  # !
        i += 1
    return x
tries(jr.key(1))
""",
    "split_in_loop_without_rebinding": """
def noises(key, n):
    found = []
    for i in range(n):
        _, sub = jr.split(key)  # !
        found.append(jr.normal(sub))
    return found
noises(jr.key(1), 3)
""",
    "comprehension": """
xs = [jr.normal(k, (2,)) for k in [jr.key(0)] * 2]  # !
""",
    "alias": """
def pair(rng):
    other = rng
    a = jr.laplace(rng)
    b = jr.laplace(key=other)  # !
    return a - b
pair(jr.key(0))
""",
    "new_axis_and_reshape": """
def pair(key):
    a = jax.vmap(jr.normal)(key[None])
    b = jr.normal(key.reshape(()))  # !
    return a, b
pair(jr.key(0))
""",
    "item_twice": """
def three(key):
    keys = jr.split(key, 3)
    return jr.normal(keys[0]), jr.normal(keys[1]), jr.normal(keys[0])  # !
three(jr.key(0))
""",
    "item_after_unpacking": """
def three(key):
    keys = jr.split(key, 3)
    first, *rest = keys
    a = jr.normal(first)
    return a + jr.normal(keys[0])  # !
three(jr.key(0))
""",
    "item_then_whole": """
def many(key):
    keys = jr.split(key, 4)
    one = jr.normal(keys[2])
    return one, jax.vmap(jr.normal)(keys)  # !
many(jr.key(0))
""",
    "overlapping_slices": """
def many(key):
    keys = jr.split(key, 4)
    a = jax.vmap(jr.normal)(keys[:3])
    return a, jax.vmap(jr.normal)(keys[2:])  # !
many(jr.key(0))
""",
    "whole_twice": """
def many(key, n):
    keys = jr.split(key, n)
    w = jax.vmap(lambda k: jr.normal(k, (2,)))(keys)
    b = jax.vmap(lambda k: jr.uniform(k, (2,)))(keys)  # !
    return w + b
many(jr.key(0), 3)
""",
    "iterated_twice": """
def many(key):
    keys = jr.split(key, 3)
    a = [jr.normal(k) for k in keys]
    b = [jr.uniform(k) for k in keys]  # !
    return a, b
many(jr.key(0))
""",
    "dict": """
def init(key):
    k1, k2 = jr.split(key)
    rngs = {"params": k1, "dropout": k2}
    a = jr.normal(rngs["params"])
    return a + jr.normal(k1)  # !
init(jr.key(0))
""",
    "after_a_branch": """
def forward(key, train):
    x = jnp.zeros(3)
    if train:
        x = x * jr.bernoulli(key, 0.5, (3,))
    return x + jr.normal(key, (3,))  # !
forward(jr.key(0), True)
""",
    "both_branches_then": """
def forward(key, flag):
    if flag:
        x = jr.normal(key)
    else:
        x = jr.uniform(key)
    return x + jr.gumbel(key)  # !
forward(jr.key(0), True)
""",
    "local_function": """
def draw(rng, shape):
    return jr.normal(rng, shape)
def both(key):
    a = draw(key, (2,))
    return a + draw(key, (2,))  # !
both(jr.key(0))
""",
    "local_function_then_here": """
def layer(key):
    wk, bk = jr.split(key)
    return jr.normal(wk, (2,)), jr.normal(bk)
def net(key):
    first = layer(key)
    return first, jr.normal(key)  # !
net(jr.key(0))
""",
    "given_twice": """
def mix(k1, k2):
    return jr.normal(k1) + jr.uniform(k2)
def run(key):
    return mix(key, key)  # !
run(jr.key(0))
""",
    "returned_key": """
def draw(key):
    return key, jr.normal(key)
def run(key):
    key, x = draw(key)
    return x + jr.normal(key)  # !
run(jr.key(0))
""",
    "jitted": """
@jax.jit
def draw(key):
    return jr.normal(key)
fast = jax.jit(lambda k: jr.uniform(k))
def run(key):
    x = draw(key)
    return x + fast(key)  # !
run(jr.key(0))
""",
    "inside_jit": """
@functools.partial(jax.jit, static_argnames="n")
def run(key, n):
    x = jr.normal(key, (n,))
    return x * jr.bernoulli(key, 0.5, (n,))  # !
run(jr.key(0), n=3)
""",
    "gradient": """
def loss(w, key):
    return jnp.sum(w * jr.normal(key, w.shape))
def step(w, key):
    value, grad = jax.value_and_grad(loss)(w, key)
    noise = jr.normal(key, w.shape)  # !
    return value, grad + noise
step(jnp.ones(2), jr.key(0))
""",
    "same_for_all_lanes_then_again": """
def run(key, xs):
    ys = jax.vmap(lambda x, k: x + jr.normal(k), in_axes=(0, None))(xs, key)
    return ys, jr.normal(key)  # !
run(jr.key(0), jnp.ones(3))
""",
    "scan_carry": """
def walk(key, n):
    def body(carry, _):
        key, x = carry
        x = x + jr.normal(key)  # !
        return (key, x), x
    return lax.scan(body, (key, 0.0), None, length=n)
walk(jr.key(0), 3)
""",
    "scan_keys_then_again": """
def walk(key, n):
    keys = jr.split(key, n)
    end, _ = lax.scan(lambda x, k: (x + jr.normal(k), None), 0.0, keys)
    return end + jr.normal(keys[0])  # !
walk(jr.key(0), 3)
""",
    "fori_loop_carry": """
def walk(key):
    def body(i, carry):
        rng, x = carry
        return rng, x + jr.normal(rng)  # !
    return lax.fori_loop(0, 3, body, (key, 0.0))
walk(jr.key(0))
""",
    "while_loop_carry": """
def draw(key):
    def body(carry):
        rng, x = carry
        return rng, x + jr.exponential(rng)  # !
    return lax.while_loop(lambda c: c[1] < 3.0, body, (key, 0.0))
draw(jr.key(0))
""",
    "after_cond": """
def pick(flag, key):
    x = lax.cond(flag, lambda k: jr.normal(k), lambda k: 0.0, key)
    return x + jr.normal(key)  # !
pick(True, jr.key(0))
""",
    "attribute": """
class Sampler:
    def __init__(self, seed):
        self.key = jr.key(seed)
    def draw(self):
        a = jr.normal(self.key)
        return a + jr.uniform(self.key)  # !
Sampler(0).draw()
""",
    "initializer": """
def init(key):
    w = jax.nn.initializers.lecun_normal()(key, (3, 3))
    v = jax.nn.initializers.orthogonal()(key, (3, 3))  # !
    return w, v
init(jr.key(0))
""",
    "device_put": """
def run(key):
    moved = jax.device_put(key)
    a = jr.normal(key)
    return a + jr.normal(moved)  # !
run(jr.key(0))
""",
    "conditional_expression": """
def run(key, flag):
    x = jr.normal(key) if flag else 0.0
    return x + jr.normal(key)  # !
run(jr.key(0), True)
""",
    "function_as_argument": """
def twice(sample, key):
    return sample(key) + sample(key)  # !
twice(jr.normal, jr.key(0))
""",
    "state_tuple": """
def step(state):
    rng, x = state
    x = x + jr.normal(rng)
    return (rng, x)
def run(key):
    state = (key, 0.0)
    state = step(state)
    return step(state)  # !
run(jr.key(0))
""",
}

FINE = {
    "split": """
def corner(key):
    k1, k2 = jr.split(key)
    return jr.uniform(k1), jr.uniform(k2)
corner(jr.key(0))
""",
    "rebinding": """
def run(key):
    found = []
    for _ in range(3):
        key, sub = jr.split(key)
        found.append(jr.normal(sub))
    return found, jr.normal(key)
run(jr.key(0))
""",
    "new_keys": """
a = jr.normal(jr.key(0))
b = jr.normal(jr.key(0))
key = jr.key(0)
c = jr.normal(key)
key = jr.key(0)
d = jr.normal(key)
""",
    "fold_in": """
def run(key):
    xs = [jr.normal(jr.fold_in(key, i)) for i in range(3)]
    return xs, jr.normal(key)
run(jr.key(0))
""",
    "clone": """
def run(key):
    a = jr.normal(key)
    return a, jr.normal(jr.clone(key))
run(jr.key(0))
""",
    "branches": """
def run(key, kind):
    if kind == "normal":
        return jr.normal(key)
    if kind == "uniform":
        return jr.uniform(key)
    return jr.gumbel(key)
run(jr.key(0), "uniform")
""",
    "same_condition_twice": """
def run(key, train):
    x = 0.0
    if train:
        x = jr.normal(key)
    y = x * 2
    if not train:
        y = jr.uniform(key)
    return y
run(jr.key(0), False)
""",
    "different_constants": """
def run(key, kind):
    x = 0.0
    if kind == "a":
        x = jr.normal(key)
    if kind == "b":
        x = jr.uniform(key)
    return x
run(jr.key(0), "b")
""",
    "conditional_expression": """
def run(key, flag):
    return jr.normal(key) if flag else jr.uniform(key)
run(jr.key(0), True)
""",
    "items_once_each": """
def run(key):
    keys = jr.split(key, 3)
    return jr.normal(keys[0]), jr.normal(keys[1]), jr.normal(keys[-1])
run(jr.key(0))
""",
    "items_by_index": """
def run(key, n):
    keys = jr.split(key, n)
    return [jr.normal(keys[i]) for i in range(n)]
run(jr.key(0), 3)
""",
    "items_by_running_index": """
def run(key):
    keys = jr.split(key, 4)
    i = 0
    found = []
    for shape in [(1,), (2,), (3,)]:
        found.append(jr.normal(keys[i], shape))
        i += 1
    return found
run(jr.key(0))
""",
    "zip": """
def run(key, shapes):
    return [jr.normal(k, s) for k, s in zip(jr.split(key, len(shapes)), shapes)]
run(jr.key(0), [(1,), (2,)])
""",
    "enumerate": """
def run(key):
    total = 0.0
    for i, k in enumerate(jr.split(key, 3)):
        total += jr.normal(k) * i
    return total
run(jr.key(0))
""",
    "next": """
def run(key):
    keys = iter(jr.split(key, 3))
    return jr.normal(next(keys)) + jr.normal(next(keys))
run(jr.key(0))
""",
    "disjoint_slices": """
def run(key, n):
    keys = jr.split(key, 4)
    return jax.vmap(jr.normal)(keys[:2]), jax.vmap(jr.normal)(keys[2:])
run(jr.key(0), 2)
""",
    "starred": """
def run(key):
    key, *subs = jr.split(key, 4)
    return [jr.normal(s) for s in subs], jr.normal(key)
run(jr.key(0))
""",
    "pop": """
def run(key):
    keys = list(jr.split(key, 3))
    return jr.normal(keys.pop()) + jr.normal(keys.pop())
run(jr.key(0))
""",
    "dict": """
def run(key):
    a, b = jr.split(key)
    rngs = {"params": a, "dropout": b}
    return jr.normal(rngs["params"]) + jr.normal(rngs["dropout"])
run(jr.key(0))
""",
    "vmap": """
def run(key, n):
    keys = jr.split(key, n)
    pairs = jax.vmap(jr.split)(keys)
    return jax.vmap(jr.normal)(pairs[:, 0]) + jax.vmap(jr.normal)(pairs[:, 1])
run(jr.key(0), 3)
""",
    "scan": """
def run(key, n):
    def body(carry, _):
        key, x = carry
        key, sub = jr.split(key)
        return (key, x + jr.normal(sub)), x
    (key, end), _ = lax.scan(body, (key, 0.0), None, length=n)
    return end + jr.normal(key)
run(jr.key(0), 3)
""",
    "scan_over_keys": """
def run(key, n):
    return lax.scan(lambda x, k: (x + jr.normal(k), x), 0.0, jr.split(key, n))
run(jr.key(0), 3)
""",
    "scan_folded": """
def run(key, n):
    def body(x, i):
        return x + jr.normal(jr.fold_in(key, i)), None
    return lax.scan(body, 0.0, jnp.arange(n))
run(jr.key(0), 3)
""",
    "cond": """
def run(flag, key):
    return lax.cond(flag, lambda k: jr.normal(k), lambda k: jr.uniform(k), key)
run(True, jr.key(0))
""",
    "switch": """
def run(i, key):
    return lax.switch(i, [jr.normal, jr.uniform, lambda k: jr.gumbel(k)], key)
run(1, jr.key(0))
""",
    "early_return": """
def run(key, rate):
    if rate == 0.0:
        return jr.normal(key)
    key, sub = jr.split(key)
    return jr.normal(sub) * rate + jr.normal(key)
run(jr.key(0), 0.5)
""",
    "use_and_leave_the_loop": """
def run(key, names):
    for name in names:
        if name == "noise":
            x = jr.normal(key)
            break
    else:
        x = jr.uniform(key)
    return x
run(jr.key(0), ["a", "noise"])
""",
    "function_returns_key": """
def draw(key):
    key, sub = jr.split(key)
    return key, jr.normal(sub)
def run(key):
    key, a = draw(key)
    key, b = draw(key)
    return a + b + jr.normal(key)
run(jr.key(0))
""",
    "attribute_rebound": """
class Sampler:
    def __init__(self, seed):
        self.key = jr.key(seed)
    def next_key(self):
        self.key, sub = jr.split(self.key)
        return sub
    def draw(self):
        return jr.normal(self.next_key()) + jr.normal(self.next_key())
Sampler(0).draw()
""",
    "property": """
class Sampler:
    def __init__(self, seed):
        self._key = jr.key(seed)
    @property
    def key(self):
        self._key, sub = jr.split(self._key)
        return sub
    def draw(self):
        return jr.normal(self.key) + jr.normal(self.key)
Sampler(0).draw()
""",
    "nonlocal": """
def run(key):
    def fresh():
        nonlocal key
        key, sub = jr.split(key)
        return sub
    return jr.normal(fresh()) + jr.uniform(fresh())
run(jr.key(0))
""",
    "global": """
KEY = jr.key(0)
def fresh():
    global KEY
    KEY, sub = jr.split(KEY)
    return sub
a = jr.normal(fresh())
b = jr.normal(fresh())
c = jr.normal(KEY)
""",
    "default_key": """
def run(key=None):
    if key is None:
        key = jr.key(0)
    return jr.normal(key)
a = run()
b = run()
""",
    "looked_at": """
def run(key):
    print(key.shape)
    jr.key_data(key)
    assert key.dtype == key.dtype
    return jr.normal(key)
run(jr.key(0))
""",
    "shape_only": """
def init(key):
    return jr.normal(key, (3,))
def run(key):
    shapes = jax.eval_shape(init, key)
    return init(key), shapes
run(jr.key(0))
""",
    "try": """
def run(key):
    try:
        raise ValueError
        return jr.normal(key)
    except ValueError:
        return jr.uniform(key)
run(jr.key(0))
""",
    "constant_argument": """
def dropout(key, x, train):
    if not train:
        return x
    return x * jr.bernoulli(key, 0.5, x.shape)
def run(key, x):
    return dropout(key, x, False), dropout(key, x, True)
run(jr.key(0), jnp.ones(3))
""",
    "split_again_in_branch": """
def run(key, more):
    if more:
        key, sub = jr.split(key)
        extra = jr.normal(sub)
    else:
        extra = 0.0
    return extra + jr.normal(key)
run(jr.key(0), True)
""",
    "tree": """
def run(key, shapes):
    keys = dict(zip(shapes, jr.split(key, len(shapes))))
    return {name: jr.normal(keys[name], shape) for name, shape in shapes.items()}
run(jr.key(0), {"w": (2,), "b": (1,)})
""",
    "checker_switched_off": """
def run(key):
    with jax.debug_key_reuse(False):
        return jr.normal(key) + jr.normal(key)
run(jr.key(0))
""",
    "numpy_generator": """
import numpy as np
def run(rng):
    return rng.normal() + rng.normal()
run(np.random.default_rng(0))
""",
}
