"""What a rule reports of code with marks (`# !` at the end of each line that must be reported)."""

from __future__ import annotations

import textwrap

from tests.helpers import diagnose, marked_lines


def marked(
    code: str, rule: str, *, targets: tuple[str, ...] = (), severity: str | None = None, confidence: str = "medium"
) -> tuple[list[int], list[int]]:
    """The lines that a rule reports (with that severity only, if one is given), and those that are marked."""
    source = textwrap.dedent(code).strip("\n") + "\n"
    found = diagnose(source, rule, targets, min_confidence=confidence)
    lines = {item.location.line for item in found if severity is None or item.severity.label == severity}
    return sorted(lines), marked_lines(source)
