"""DET122."""

from __future__ import annotations

from detlint.diagnostics import Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.python.entropy_facts import generators
from detlint.rules.python.seed_flow import seed_findings
from detlint.rules.python.seed_repairs import finding_fix


class UnseededNumpyGenerator(Rule):
    """A NumPy generator, seed sequence or bit generator without a seed."""

    code = "DET122"
    name = "unseeded-numpy-generator"
    summary = "`default_rng()`, `RandomState()`, `SeedSequence()` or a bit generator is made without a seed"
    why = """
A generator has a state of its own: `numpy.random.seed` does not reach `default_rng()`. Without a seed, or with None, it
starts from the operating system's entropy, and every run draws other numbers.

`Generator(PCG64())` is reported once, at the bit generator. A function's parameter that defaults to None is not
reported as long as every call in sight gives it a seed: the call that leaves it alone is. Generators whose state is set
afterwards (`rng.bit_generator.state = …`, `state.seed(7)`) are not reported, nor is `Philox(key=…)`.
"""
    severity = Severity.WARNING
    scope = "file"
    fix = "unsafe"
    candidates = Candidates(calls=tuple(name for name, row in generators().items() if row.rule == "DET122"))
    bad = (
        Example("import numpy as np\n\nrng = np.random.default_rng()  # !\n"),
        Example("from numpy.random import RandomState\n\nnoise = RandomState().normal(size=3)  # !\n"),
        Example("from numpy.random import PCG64, Generator\n\nrng = Generator(PCG64())  # !\n"),
        Example("import numpy as np\n\nrng = np.random.default_rng(seed=None)  # !\n"),
        Example(
            "import numpy as np\n\n\ndef noise(n, rng=None):\n    if rng is None:\n"
            "        rng = np.random.default_rng()  # !\n    return rng.normal(size=n)\n"
        ),
        Example(
            "import numpy as np\n\n\ndef make(seed=None):\n    return np.random.default_rng(seed)\n\n\n"
            "rng = make()  # !\n"
        ),
    )
    good = (
        Example("import numpy as np\n\nrng = np.random.default_rng(42)\n"),
        Example(
            "import numpy as np\n\n\ndef make(seed=None):\n    return np.random.default_rng(seed)\n\n\nrng = make(3)\n"
        ),
        Example("import numpy as np\n\nrng = np.random.Generator(np.random.Philox(key=7))\n"),
        Example(
            "import numpy as np\n\n\ndef restored(state):\n    rng = np.random.default_rng()\n"
            "    rng.bit_generator.state = state\n    return rng\n"
        ),
    )
    sources = (
        "https://numpy.org/doc/stable/reference/random/generator.html",
        "https://numpy.org/doc/stable/reference/random/bit_generators/index.html",
    )

    def check_file(self) -> None:
        """Report the findings of this code."""
        for finding in seed_findings(self.context.index):
            if finding.code == self.code:
                self.report(
                    finding.node,
                    f"`{finding.function}` gets no seed and starts from entropy, so each run draws other numbers.",
                    "Give it a fixed seed, or a generator that has one.",
                    confidence=finding.confidence,
                    fix=finding_fix(self.context, finding),
                )
