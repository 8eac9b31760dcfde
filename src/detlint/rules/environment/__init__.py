"""The pack `environment`: variables, dependencies and images around the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.plugins import Pack, hookimpl

if TYPE_CHECKING:
    from detlint.project.subjects import Subjects


@hookimpl
def detlint_pack() -> Pack:
    """Give the pack."""
    from detlint.rules.environment.conda_environment_invalid import CondaEnvironmentInvalid
    from detlint.rules.environment.cublas_workspace_invalid import CublasWorkspaceInvalid
    from detlint.rules.environment.cublas_workspace_unset import CublasWorkspaceUnset
    from detlint.rules.environment.effects import environment_effects
    from detlint.rules.environment.env_nondeterministic import EnvNondeterministic
    from detlint.rules.environment.hashseed_unset import HashseedUnset
    from detlint.rules.environment.mlproject_invalid import MlprojectInvalid
    from detlint.rules.environment.nondeterministic_version import NondeterministicVersion
    from detlint.rules.environment.tf_determinism_env import TfDeterminismEnv
    from detlint.rules.environment.tf_env_unset import TfEnvUnset
    from detlint.rules.environment.unpinned_base_image import UnpinnedBaseImage
    from detlint.rules.environment.unpinned_dependency import UnpinnedDependency
    from detlint.rules.environment.unpinned_python import UnpinnedPython
    from detlint.rules.environment.xla_flags_unset import XlaFlagsUnset

    return Pack(
        name="environment",
        prefix="DET",
        rules=(
            TfDeterminismEnv,
            CublasWorkspaceUnset,
            CublasWorkspaceInvalid,
            HashseedUnset,
            TfEnvUnset,
            XlaFlagsUnset,
            EnvNondeterministic,
            UnpinnedDependency,
            NondeterministicVersion,
            UnpinnedBaseImage,
            CondaEnvironmentInvalid,
            MlprojectInvalid,
            UnpinnedPython,
        ),
        statements=(environment_effects,),
        subjects=_subjects,
    )


def _subjects() -> Subjects:
    from detlint.rules.environment.subjects import subjects

    return subjects()
