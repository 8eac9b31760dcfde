"""The pack `core`: what detlint says of files that it cannot read and of the comments that are meant for it.

The engine and `suppressions` find these; the classes here say what they mean.
"""

from __future__ import annotations

from detlint.plugins import Pack, hookimpl


@hookimpl
def detlint_pack() -> Pack:
    """Give the pack."""
    from detlint.rules.core.invalid_suppression import InvalidSuppression
    from detlint.rules.core.syntax_error import SyntaxProblem
    from detlint.rules.core.unused_suppression import UnusedSuppression

    return Pack(name="core", prefix="DET", rules=(SyntaxProblem, UnusedSuppression, InvalidSuppression))
