"""DET506: an environment variable set to the value that makes runs differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.environment.repairs import config_fix, value_fix
from detlint.rules.environment.values import BadValue, bad_values
from detlint.rules.environment.writes import EnvWrite, environment_writes
from detlint.rules.guards import inside, opposite_branches, position, version_guarded

if TYPE_CHECKING:
    from detlint.environment.project import ConfigFile


class EnvNondeterministic(Rule):
    """The table says which values; here is only where they do not count."""

    code = "DET506"
    name = "env-nondeterministic"
    summary = "an environment variable set to the value that takes determinism away"
    why = """
Some variables switch determinism off: `TF_DETERMINISTIC_OPS=0`, `PYTHONHASHSEED=random`,
`TF_DISABLE_SEGMENT_REDUCTION_OP_DETERMINISM_EXCEPTIONS=1` and the like. They act on the whole process and on its
children, and win over what the code asks for.

Not reported: a branch for certain versions of the library, a value that is put back afterwards, tests that set a
variable for their own duration. Where the opposite branch sets the deterministic value, somebody chose: the
confidence is low.
"""
    severity = Severity.ERROR
    scope = "file"
    fix = "safe"
    bad = (
        Example('import os\n\nos.environ["TF_DETERMINISTIC_OPS"] = "0"  # !\n'),
        Example(
            "import os\nimport subprocess\n\n"
            'subprocess.run(["python", "train.py"], env=dict(os.environ, PYTHONHASHSEED="random"))  # !\n'
        ),
    )
    good = (
        Example('import os\n\nos.environ["TF_DETERMINISTIC_OPS"] = "1"\n'),
        Example(
            "import os\n\nimport tensorflow as tf\n\n"
            'if tf.__version__.startswith("2.5"):\n'
            '    os.environ["TF_DISABLE_SEGMENT_REDUCTION_OP_DETERMINISM_EXCEPTIONS"] = "1"\n'
        ),
        Example(
            "import os\n\n\ndef configure(deterministic):\n"
            '    os.environ["TF_DETERMINISTIC_OPS"] = "1" if deterministic else "0"\n'
        ),
    )
    sources = (
        "NVIDIA/framework-reproducibility: doc/d9m/tensorflow.md",
        "https://docs.python.org/3/using/cmdline.html#envvar-PYTHONHASHSEED",
    )
    candidates = Candidates(words=tuple(bad_values()))

    def check_file(self) -> None:
        """Look up all variables that the file sets."""
        writes = environment_writes(self.context.index)
        for write in writes:
            row = bad_values().get(write.name)
            if row is not None and write.kind != "scoped" and row.read_by(self.context.targets):
                self._check(write, row, [other for other in writes if other.name == write.name and other is not write])

    def check_config(self, file: ConfigFile) -> None:
        """Look up all variables that a file around the code sets."""
        if not any(name in file.text for name in bad_values()):
            return
        variables = file.facts.variables
        for variable in variables:
            row = bad_values().get(variable.name)
            if (
                row is None
                or variable.value is None
                or not row.holds(variable.value)
                or not row.read_by(self.context.targets)
            ):
                continue
            others = [item.value for item in variables if item.name == variable.name and item is not variable]
            chosen = any(value is None or not row.holds(value) for value in others)
            self.report_at(
                variable.value_location or variable.location,
                _message(row, variable.value),
                row.repair,
                confidence=Confidence.LOW if chosen else Confidence.HIGH,
                fix=None if chosen else config_fix(file, variable, row.mended(variable.value)),
            )

    def _check(self, write: EnvWrite, row: BadValue, others: list[EnvWrite]) -> None:
        index = self.context.index
        bad = [value for value in write.values if row.holds(value)]
        if not bad or version_guarded(index, write.node, tries=False) or self._put_back(write, others):
            return
        branches = list(opposite_branches(index, write.statement))
        chosen = any(inside(index, other.node, branch) for other in others for branch in branches)
        certain = len(bad) == len(write.values) and not chosen
        self.report(
            write.value_node or write.node,
            _message(row, bad[0]),
            row.repair,
            confidence=Confidence.HIGH if certain else Confidence.LOW,
            fix=value_fix(self.context, write, row.mended(bad[0])) if certain else None,
        )

    def _put_back(self, write: EnvWrite, others: list[EnvWrite]) -> bool:
        """Whether the same function gives the variable a value that was kept, after this."""
        function = self.context.index.function(write.node)
        return any(
            other.in_process
            and not other.values
            and self.context.index.function(other.node) is function
            and position(other.node) > position(write.node)
            for other in others
        )


def _message(row: BadValue, value: str) -> str:
    shown = f"{row.name}={value}" if row.values else value
    return f"`{shown}`: {row.why}."
