"""DET701."""

from __future__ import annotations

from detlint.diagnostics import Confidence, Related, Severity
from detlint.project.places import is_test
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.jax.facts import key_facts
from detlint.rules.jax.key_elsewhere import Modules
from detlint.rules.jax.key_flow import key_reuses, keys_used_up
from detlint.rules.jax.key_repairs import split_fix
from detlint.rules.python.entropy_questions import written

_LONGEST = 60


class JaxKeyReuse(Rule):
    """A PRNG key that is consumed twice."""

    code = "DET701"
    name = "jax-key-reuse"
    summary = "the same JAX PRNG key is consumed twice"
    why = """
A key is a value: a function of `jax.random` gives the same numbers for the same key. Drawing twice with one key, or
drawing with a key that was split already, gives numbers that depend on each other. No error is raised, and two initial
weights, a dropout mask and the noise, or all rounds of a loop are no longer independent.

What consumes a key is as in `jax.experimental.key_reuse`: sampling and `split` do, `fold_in`, `clone` and copies do
not, and each `key(0)` is a new key. Keys are followed through other names, tuples, dicts and arrays (`keys[0]`),
attributes, loops, branches, functions of the file and of the project's other modules, `jit`, `vmap`, `grad`, and the
functions given to `scan`, `cond`, `while_loop` and `fori_loop`. The second use is reported; in a loop it may be the
same call, in its next round.

What functions out of sight do with a key is not known: a key given to two of them is a finding of low confidence. So
is a key that a function takes from around it instead of as an argument, and what stands in tests, which often draw the
same numbers twice to compare them. Blocks under `jax.debug_key_reuse(False)` are left alone.
"""
    severity = Severity.ERROR
    scope = "project"
    fix = "unsafe"
    candidates = Candidates(
        calls=tuple(sorted((*key_facts().consuming, *key_facts().making, *key_facts().classes))),
        prefixes=tuple(f"{module}." for module in key_facts().modules),
    )
    bad = (
        Example(
            "import jax\n\n\ndef corner(key, shape):\n    top = jax.random.uniform(key, shape)\n"
            "    left = jax.random.uniform(key, shape)  # !\n    return top, left\n",
            fixed="import jax\n\n\ndef corner(key, shape):\n    key, subkey = jax.random.split(key)\n"
            "    top = jax.random.uniform(subkey, shape)\n"
            "    left = jax.random.uniform(key, shape)\n    return top, left\n",
        ),
        Example(
            "from jax import random\n\nkey = random.PRNGKey(0)\nx = random.normal(key, (3,))\n"
            "key, subkey = random.split(key)  # !\n"
        ),
        Example("import jax\n\n\ndef noises(key, n):\n    return [jax.random.normal(key) for _ in range(n)]  # !\n"),
        Example(
            "import jax\n\n\ndef draw(key):\n    return jax.random.normal(key)\n\n\ndef both(key):\n"
            "    first = draw(key)\n    return first + draw(key)  # !\n"
        ),
    )
    good = (
        Example(
            "import jax\n\n\ndef corner(key, shape):\n    top_key, left_key = jax.random.split(key)\n"
            "    return jax.random.uniform(top_key, shape), jax.random.uniform(left_key, shape)\n"
        ),
        Example(
            "import jax\n\n\ndef noises(key, n):\n    found = []\n    for i in range(n):\n"
            "        found.append(jax.random.normal(jax.random.fold_in(key, i)))\n    return found\n"
        ),
        Example(
            "import jax\n\n\ndef noise(key, shape, uniform):\n    if uniform:\n"
            "        return jax.random.uniform(key, shape)\n    return jax.random.normal(key, shape)\n"
        ),
        Example(
            "import jax\n\nkeys = jax.random.split(jax.random.key(0), 3)\na = jax.random.normal(keys[0])\n"
            "b = jax.random.normal(keys[1])\n"
        ),
    )
    sources = (
        "https://docs.jax.dev/en/latest/jax.experimental.key_reuse.html",
        "https://docs.jax.dev/en/latest/random-numbers.html",
    )

    def check_file(self) -> None:
        """Report each second use."""
        in_tests = is_test(self.context.path)
        for reuse in key_reuses(self.context.index, Modules(self.context.project, keys_used_up)):
            again = reuse.first is reuse.node
            callee = written(reuse.node)
            named = f"`{callee}`" if 0 < len(callee) <= _LONGEST and "\n" not in callee else "This call"
            if reuse.certain or again:
                words = "gets the same key in each round" if again else "gets a key that was used before"
                message = f"{named} {words}, so its numbers depend on those drawn already."
            else:
                message = f"{named} gets a key that may be used up: a function that was called before gets it too."
            self.report(
                reuse.node,
                message,
                "Split the key first (`key, subkey = jax.random.split(key)`) and use each part once.",
                confidence=Confidence.HIGH if reuse.certain and not in_tests else Confidence.LOW,
                related=(Related(self.context.path, self.context.location(reuse.first), "the key is used here first"),),
                fix=split_fix(self.context, reuse) if reuse.certain and not in_tests else None,
            )
