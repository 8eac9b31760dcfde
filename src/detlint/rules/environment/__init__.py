"""The pack `environment`: variables, dependencies and images around the code."""

from __future__ import annotations

from detlint.plugins import Pack, hookimpl


@hookimpl
def detlint_pack() -> Pack:
    """Give the pack."""
    from detlint.rules.environment.cublas_workspace_invalid import CublasWorkspaceInvalid
    from detlint.rules.environment.cublas_workspace_unset import CublasWorkspaceUnset
    from detlint.rules.environment.effects import environment_effects
    from detlint.rules.environment.env_nondeterministic import EnvNondeterministic

    return Pack(
        name="environment",
        prefix="DET",
        rules=(CublasWorkspaceUnset, CublasWorkspaceInvalid, EnvNondeterministic),
        statements=(environment_effects,),
    )
