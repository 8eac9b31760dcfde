"""What the pack `environment` can be asked of a program: the variables that decide whether its libraries repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.project.subjects import Subjects, Variable
from detlint.rules.environment import cublas_workspace_unset, hashseed_unset, tf_env_unset, xla_flags_unset
from detlint.rules.environment.values import CUBLAS, CUBLAS_VALID, bad_values

if TYPE_CHECKING:
    from detlint.versions import Targets

_KNOWN = (
    Variable(CUBLAS, "cuBLAS reads it at the first product on CUDA", missing=cublas_workspace_unset.missing),
    Variable(
        hashseed_unset.VARIABLE,
        "Python reads it when the interpreter starts",
        at_start=True,
        missing=hashseed_unset.missing,
    ),
    Variable(tf_env_unset.OPS, "TensorFlow reads it at the first op that asks", missing=tf_env_unset.missing),
    Variable(tf_env_unset.OLD, "TensorFlow reads it at the first op that asks"),
    Variable(xla_flags_unset.FLAGS, "XLA reads it when its backend starts", missing=xla_flags_unset.missing),
)


def subjects() -> Subjects:
    """Give them."""
    named = {variable.name for variable in _KNOWN}
    others = tuple(Variable(name, "") for name in bad_values() if name not in named)
    return Subjects(variables=(*_KNOWN, *others), void=_void)


def _void(name: str, value: str, targets: Targets) -> str:
    """Why a value does not help: one of those that take determinism away, or none that the library takes."""
    row = bad_values().get(name)
    if row is not None and row.holds(value) and row.read_by(targets):
        return row.why
    return f"only {' and '.join(CUBLAS_VALID)} are taken" if name == CUBLAS and value not in CUBLAS_VALID else ""
