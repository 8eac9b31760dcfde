"""DET102."""

from __future__ import annotations

from detlint.diagnostics import Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.python.seed_flow import seed_findings
from detlint.rules.python.seed_repairs import finding_fix


class UnseededRandomInstance(Rule):
    """`random.Random()` without a seed."""

    code = "DET102"
    name = "unseeded-random-instance"
    summary = "`random.Random()` is made without a seed"
    why = """
A `random.Random` object has a state of its own, which `random.seed` does not reach. Made without a seed, or with None,
it starts from the operating system's entropy, and every run draws other numbers.

An object that is given its state afterwards (`rng.seed(7)`, `rng.setstate(state)`) is not reported; one that another
method replaces by a seeded one has low confidence. `random.SystemRandom` cannot be seeded: DET103 is about it.
"""
    severity = Severity.WARNING
    scope = "file"
    fix = "unsafe"
    candidates = Candidates(calls=("random.Random",))
    bad = (
        Example("import random\n\nrng = random.Random()  # !\nprint(rng.random())\n"),
        Example(
            "from random import Random\n\n\ndef sampler(items, rng=None):\n    rng = rng or Random()  # !\n"
            "    return rng.choice(items)\n"
        ),
        Example("import random\n\nrng = random.Random(None)  # !\n"),
        Example(
            "import random\n\n\nclass Augment:\n    def __init__(self, seed=None):\n"
            "        self.rng = random.Random(seed)\n\n\naugment = Augment()  # !\n"
        ),
    )
    good = (
        Example("import random\n\nrng = random.Random(13)\n"),
        Example("import random\n\nrng = random.Random()\nrng.seed(13)\n"),
        Example(
            "import random\n\n\ndef restored(state):\n    rng = random.Random()\n    rng.setstate(state)\n"
            "    return rng\n"
        ),
        Example("class Random:\n    pass\n\n\nrng = Random()\n"),
    )
    sources = ("https://docs.python.org/3/library/random.html#random.Random",)

    def check_file(self) -> None:
        """Report the findings of this code."""
        for finding in seed_findings(self.context.index):
            if finding.code == self.code:
                self.report(
                    finding.node,
                    f"`{finding.function}` gets no seed and starts from entropy, so each run draws other numbers.",
                    "Give it a fixed seed.",
                    confidence=finding.confidence,
                    fix=finding_fix(self.context, finding),
                )
