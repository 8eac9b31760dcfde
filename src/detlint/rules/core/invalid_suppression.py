"""DET003."""

from __future__ import annotations

from detlint.diagnostics import Severity
from detlint.rules.base import Example, Rule


class InvalidSuppression(Rule):
    """An ignore comment that does not say what was meant; found after all other rules have reported."""

    code = "DET003"
    name = "invalid-suppression"
    summary = "an ignore comment names a code that does not exist, or is malformed"
    why = """
Such a comment does not hide what it is meant to hide, and looks as if it did. The form is
`# detlint: ignore[DET201, DET205] reason`; the brackets hold codes or prefixes of codes, the reason is free. Without
brackets (`# detlint: ignore`) it hides everything that begins on its line, and `# detlint: skip-file` everything in
the file. In a `# noqa: ...` only codes of detlint's rule packs are looked at.

With the setting `require-reason`, a comment without a reason is reported, too.
"""
    severity = Severity.WARNING
    scope = "file"
    bad = (
        Example("x = 1  # detlint: ignore[DET099]  # !\n"),
        Example("x = 1  # detlint: ignore[DET205  # !\n"),
        Example("x = 1  # detlint: ignore DET205  # !\n"),
        Example("x = 1  # detlint: disable[DET205]  # !\n"),
        Example("x = 1  # noqa: DET099  # !\n"),
    )
    good = (
        Example("import torch\n\ntorch.backends.cudnn.benchmark = True  # detlint: ignore[DET205] for inference\n"),
        Example("x = 1  # noqa: E999\n"),
        Example("x = 1  # detlint: reads this file, too\n"),
    )
    sources = ("https://docs.astral.sh/ruff/rules/invalid-noqa-code/",)
