"""DET104."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Related, Severity
from detlint.index import NameSet
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.python.entropy_questions import written
from detlint.rules.python.seed_flow import SeedFinding, seed_findings, taking_seeds, words_for_seeds
from detlint.rules.python.seed_repairs import finding_fix
from detlint.rules.python.seeding import Seeding, seeding_functions

if TYPE_CHECKING:
    import ast


class NondeterministicSeed(Rule):
    """A seed that is another one in each run."""

    code = "DET104"
    name = "nondeterministic-seed"
    summary = "a seed comes from the clock, the process, entropy, an unseeded generator, `None` or nothing"
    why = """
A seed makes runs repeatable only if it is the same in each run. A value from the clock, the process number,
`os.urandom`, `secrets`, `uuid4`, `id()`, the salted `hash()` of text, or a draw from a generator that nothing seeds is
not; nor is None (or nothing) where that means entropy: `random.seed()`, `numpy.random.seed(None)`, `torch.seed()`.

Values are followed through arithmetic, conversions, variables, attributes, defaults (`seed or int(time.time())`,
`os.environ.get("SEED", time.time())`), functions of the file, and parameters: then the call that passes the value is
reported. One value that seeds several libraries is one finding, at the first seeding call. Clocks and identifiers that
name files, measure time or are logged are left alone. A draw from a global random state counts as entropy only if
nothing in the file seeds that state before; where callers in other files may do so, or where an entropy value called
`seed` reaches no seeding call in sight, confidence is low.
"""
    severity = Severity.ERROR
    scope = "file"
    fix = "unsafe"
    candidates = Candidates(calls=taking_seeds(), words=words_for_seeds())
    bad = (
        Example("import time\n\nimport numpy as np\n\nnp.random.seed(int(time.time()))  # !\n"),
        Example("import random\n\nrandom.seed()  # !\n"),
        Example("import torch\n\ntorch.seed()  # !\n"),
        Example(
            "import os\nimport random\n\nimport torch\n\nseed = os.getpid()\nrandom.seed(seed)  # !\n"
            "torch.manual_seed(seed)\n"
        ),
        Example(
            "import random\nimport time\n\n\ndef set_seed(seed):\n    random.seed(seed)\n\n\n"
            "set_seed(time.time_ns() % 2**32)  # !\n"
        ),
        Example(
            "import random\n\n\ndef begin(seed=None):\n"
            "    random.seed(seed if seed is not None else hash('run'))  # !\n"
        ),
        Example("import random\n\nimport numpy as np\n\nnp.random.seed(random.randint(0, 100))  # !\n"),
    )
    good = (
        Example(
            "import random\nimport time\n\nrandom.seed(7)\nstarted = time.time()\n"
            "print(random.random(), time.time() - started)\n"
        ),
        Example("import random\n\nimport numpy as np\n\nrandom.seed(1)\nnp.random.seed(random.randint(0, 100))\n"),
        Example(
            "import random\n\n\ndef begin(seed=None):\n    if seed is None:\n        seed = 20240501\n"
            "    random.seed(seed)\n"
        ),
        Example(
            "import numpy as np\nimport torch\n\n\ndef init_worker(worker_id):\n"
            "    np.random.seed(torch.initial_seed() % 2**32)\n"
        ),
    )
    sources = (
        "https://docs.python.org/3/library/random.html#random.seed",
        "https://numpy.org/doc/stable/reference/random/generated/numpy.random.seed.html",
        "https://pytorch.org/docs/stable/generated/torch.seed.html",
    )

    def check_file(self) -> None:
        """Report the findings of this code."""
        for finding in seed_findings(self.context.index):
            if finding.code == self.code:
                self.report(
                    finding.node,
                    _message(finding),
                    _repair(finding),
                    confidence=finding.confidence,
                    related=self._related(finding),
                    fix=finding_fix(self.context, finding),
                )

        self._check_old_versions()

    def _check_old_versions(self) -> None:
        """Functions that take entropy without a seed in the version that the project states."""
        old = {name: row for name, row in seeding_functions().items() if row.before and self._is_older(row)}
        for call, names in self.context.index.find_calls(NameSet(old)):
            row = old[names[0]]
            arguments = self.context.index.arguments(call)
            given = arguments.get(row.parameter or "", row.position)
            if given is None and arguments.open:
                continue
            if given is None or self.context.index.constant(given.value) is None:
                finding = SeedFinding(self.code, call.func, written(call.func), "missing", self.confidence)
                self.report(finding.node, _message(finding), _repair(finding))

    def _is_older(self, row: Seeding) -> bool:
        framework = row.name.partition(".")[0]
        targets = self.context.targets
        version, meaning = row.before or ("", "")
        return meaning == "entropy" and targets.stated(framework) and targets.version(framework) < version

    def _related(self, finding: SeedFinding) -> tuple[Related, ...]:
        origin: ast.AST | None = finding.origin
        if origin is None:
            return ()
        words = "the value that differs is drawn here" if finding.kind == "entropy" else "`None` comes from here"
        return (Related(self.context.path, self.context.location(origin), words),)


def _message(finding: SeedFinding) -> str:
    if finding.kind == "missing":
        return f"`{finding.function}()` takes a new seed from the operating system, so runs differ."
    if finding.kind == "none":
        words = f" ({finding.what})" if finding.what else ""
        gets = "gets" if finding.written and not words else "may get"
        return f"`{finding.function}` {gets} `None` as seed{words}, which means entropy, so runs differ."
    where = f"The seed given to `{finding.function}`" if finding.function else "This seed"
    return f"{where} comes from {finding.what}, so it is another one in each run."


def _repair(finding: SeedFinding) -> str:
    if finding.kind == "none":
        return "Give it a fixed seed." if finding.written else "Fall back to a fixed seed."
    return "Use a fixed seed, or let the user give one and default to a fixed one."
