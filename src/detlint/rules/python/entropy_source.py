"""DET103."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.python.seed_flow import seed_findings

if TYPE_CHECKING:
    import libcst as cst

_SOURCES = (
    "os.urandom", "os.getrandom", "random.SystemRandom", "secrets.SystemRandom", "secrets.choice", "secrets.randbelow",
    "secrets.randbits", "secrets.token_bytes", "secrets.token_hex", "secrets.token_urlsafe", "uuid.uuid1", "uuid.uuid4",
)  # fmt: skip


class EntropySource(Rule):
    """A value from the operating system's entropy."""

    code = "DET103"
    name = "entropy-source"
    summary = "a value from the operating system's entropy, which no seed repeats"
    why = """
`os.urandom`, `secrets`, `random.SystemRandom`, `uuid1` and `uuid4` give other values in each run, and no seed reaches
them. That is right for keys, tokens and names of temporary files, and wrong for anything that a result depends on;
only a person can tell, so this is off unless it is selected. Where such a value is a seed, DET104 says so instead.
"""
    default = False
    candidates = Candidates(calls=_SOURCES)
    bad = (
        Example("import uuid\n\n\ndef label():\n    return str(uuid.uuid4())  # !\n"),
        Example("import secrets\n\nwinner = secrets.choice(['a', 'b'])  # !\n"),
        Example("from random import SystemRandom\n\nrng = SystemRandom()  # !\n"),
    )
    good = (
        Example("import uuid\n\n\ndef label(name):\n    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))\n"),
        Example("import random\n\nrng = random.Random(7)\nprint(rng.choice('ab'))\n"),
        Example("import secrets\n\n\ndef same(a, b):\n    return secrets.compare_digest(a, b)\n"),
    )
    sources = (
        "https://docs.python.org/3/library/os.html#os.urandom",
        "https://docs.python.org/3/library/secrets.html",
    )

    def visit_Call(self, node: cst.Call) -> None:
        """Report calls of the sources whose value is no seed."""
        names = [name for name in self.context.names(node.func) if name in _SOURCES]
        if names and not self._is_seed(self.context.ast(node)):
            self.report(
                node.func,
                f"`{names[0]}` gives another value in each run, and no seed repeats it.",
                "Draw from a seeded generator if results depend on it.",
            )

    def _is_seed(self, call: ast.AST) -> bool:
        for finding in seed_findings(self.context.index):
            if finding.kind == "entropy":
                seeding = self.context.index.parent(finding.node)
                if finding.origin is call or (seeding is not None and call in ast.walk(seeding)):
                    return True
        return False
