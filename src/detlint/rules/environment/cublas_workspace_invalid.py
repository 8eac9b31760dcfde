"""DET502: a `CUBLAS_WORKSPACE_CONFIG` that torch does not accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.environment.repairs import config_fix, value_fix
from detlint.rules.environment.values import CUBLAS, CUBLAS_VALID
from detlint.rules.environment.writes import EnvWrite, environment_writes

if TYPE_CHECKING:
    from detlint.environment.project import ConfigFile


_REPAIR = "Set it to `:4096:8`, or to `:16:8` where memory is scarce."


class CublasWorkspaceInvalid(Rule):
    """Every known value is compared; of several that it may be, all must be wrong to be certain."""

    code = "DET502"
    name = "cublas-workspace-invalid"
    summary = "`CUBLAS_WORKSPACE_CONFIG` set to a value other than `:4096:8` or `:16:8`"
    why = """
In deterministic mode torch compares `CUBLAS_WORKSPACE_CONFIG` with `:4096:8` and `:16:8`. With any other value, also
one that cuBLAS itself would take, matrix products on CUDA raise an error in deterministic mode, and without it cuBLAS
may use several workspaces, so that sums differ between runs.

Values given to child processes count as well. A test that sets the variable for its own duration is not reported.
"""
    severity = Severity.ERROR
    scope = "file"
    fix = "safe"
    bad = (
        Example('import os\n\nos.environ["CUBLAS_WORKSPACE_CONFIG"] = "4096:8"  # !\n'),
        Example(
            "import os\nimport subprocess\n\n"
            'env = {**os.environ, "CUBLAS_WORKSPACE_CONFIG": ":4096:2"}  # !\n'
            'subprocess.run(["python", "train.py"], env=env)\n'
        ),
    )
    good = (
        Example('import os\n\nos.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":16:8")\n'),
        Example('import os\n\n\ndef configure(value):\n    os.environ["CUBLAS_WORKSPACE_CONFIG"] = value\n'),
    )
    sources = (
        "https://docs.nvidia.com/cuda/cublas/index.html#results-reproducibility",
        "pytorch/pytorch: aten/src/ATen/Context.cpp",
    )
    candidates = Candidates(words=(CUBLAS,))

    def check_file(self) -> None:
        """Compare all values that the file sets."""
        for write in environment_writes(self.context.index):
            if write.name == CUBLAS and write.kind != "scoped":
                self._check(write)

    def check_config(self, file: ConfigFile) -> None:
        """Compare all values that a file around the code sets."""
        for variable in file.facts.variables if CUBLAS in file.text else ():
            value = variable.value
            if variable.name == CUBLAS and value is not None and value not in CUBLAS_VALID:
                place = variable.value_location or variable.location
                self.report_at(place, _message(value), _REPAIR, fix=config_fix(file, variable, CUBLAS_VALID[0]))

    def _check(self, write: EnvWrite) -> None:
        wrong = [value for value in write.values if value not in CUBLAS_VALID]
        if not wrong or write.kind == "append":
            return
        self.report(
            write.value_node or write.node,
            _message(wrong[0]),
            _REPAIR,
            confidence=Confidence.HIGH if len(wrong) == len(write.values) else Confidence.LOW,
            fix=value_fix(self.context, write, CUBLAS_VALID[0]),
        )


def _message(value: str) -> str:
    shown = f"`{value}`" if value else "an empty text"
    return f"torch does not take {shown} for `{CUBLAS}`: in deterministic mode, matrix products on CUDA then raise."
