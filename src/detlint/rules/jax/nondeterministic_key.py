"""DET702."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Related, Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.python.entropy_facts import generators
from detlint.rules.python.seed_flow import seed_findings

if TYPE_CHECKING:
    import ast


class JaxNondeterministicKey(Rule):
    """A PRNG key that is another one in each run."""

    code = "DET702"
    name = "jax-nondeterministic-key"
    summary = "a JAX PRNG key is made from the clock, entropy or an unseeded generator"
    why = """
All randomness of JAX comes from the first key. Made from the clock, the process number, `os.urandom`, `secrets`, the
salted `hash()` of text, or a draw that nothing seeds, it is another one in each run, and so is everything after it. The
same holds for what is folded into a key.

Values are followed as for DET104. A seed that several libraries get is one finding, at the first of them.
"""
    severity = Severity.ERROR
    scope = "file"
    candidates = Candidates(calls=tuple(name for name, row in generators().items() if row.code == "DET702"))
    bad = (
        Example("import time\n\nimport jax\n\nkey = jax.random.key(int(time.time()))  # !\n"),
        Example(
            "import os\n\nfrom jax import random\n\nseed = int.from_bytes(os.urandom(4), 'big')\n"
            "rng = random.PRNGKey(seed)  # !\n"
        ),
        Example(
            "import jax\nimport numpy as np\n\nrng = np.random.default_rng()\n"
            "key = jax.random.key(rng.integers(2**31))  # !\n"
        ),
    )
    good = (
        Example("import time\n\nimport jax\n\nstarted = time.time()\nkey = jax.random.key(42)\n"),
        Example(
            "import jax\nimport numpy as np\n\nrng = np.random.default_rng(3)\n"
            "key = jax.random.key(rng.integers(2**31))\n"
        ),
        Example(
            "import jax\n\n\ndef worker_key(seed):\n    key = jax.random.key(seed)\n"
            "    return jax.random.fold_in(key, jax.process_index())\n"
        ),
    )
    sources = ("https://docs.jax.dev/en/latest/jax.random.html",)

    def check_file(self) -> None:
        """Report the findings of this code."""
        for finding in seed_findings(self.context.index):
            if finding.code != self.code:
                continue
            origin: ast.AST | None = finding.origin
            related = (
                ()
                if origin is None
                else (
                    Related(self.context.path, self.context.location(origin), "the value that differs is drawn here"),
                )
            )
            self.report(
                finding.node,
                f"The key that `{finding.function}` makes comes from {finding.what}, so it is another one in each run.",
                "Use a fixed seed, or let the user give one and default to a fixed one.",
                confidence=finding.confidence,
                related=related,
            )
