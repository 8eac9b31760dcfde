"""DET002."""

from __future__ import annotations

from detlint.diagnostics import Severity
from detlint.rules.base import Example, Rule


class UnusedSuppression(Rule):
    """An ignore comment that hides nothing; found after all other rules have reported."""

    code = "DET002"
    name = "unused-suppression"
    summary = "an ignore comment, or a code in it, hides nothing"
    why = """
A comment outlives its reason: the code was repaired or moved, and the comment now only waits to hide the next finding
on its line. It also tells readers of a problem that is not there.

Reported are `# detlint: ignore[...]` comments and those codes of `# noqa: ...` that belong to detlint, if the rule is
switched on in this run: with `--select DET1` nobody knows whether a `DET205` in a comment is needed. A comment hides
what begins on its line; after a string of several lines or a backslash, what begins on any of these lines.
"""
    severity = Severity.WARNING
    fix = "safe"
    scope = "file"
    bad = (
        Example("import random\n\nrandom.seed(3)\nx = random.random()  # detlint: ignore[DET201]  # !\n"),
        Example("x = 1  # noqa: E501,DET205  # !\n", fixed="x = 1  # noqa: E501\n"),
        Example("x = 1  # detlint: ignore  # !\n", fixed="x = 1\n"),
    )
    good = (
        Example("import torch\n\ntorch.backends.cudnn.benchmark = True  # detlint: ignore[DET205] for inference\n"),
        Example("x = 1  # noqa: E501\n"),
        Example('text = "# detlint: ignore[DET205]"\n'),
    )
    sources = ("https://docs.astral.sh/ruff/rules/unused-noqa/",)
