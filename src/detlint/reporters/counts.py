"""Counts of what was found: the table of `--statistics`, and the line at the end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from detlint.diagnostics import Report, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.reporters import Styled


def by_code(report: Report) -> dict[str, int]:
    """Codes to how often each was found, by code."""
    return dict(sorted(Counter(diagnostic.code for diagnostic in report.diagnostics).items()))


def table(report: Report) -> Iterator[Styled]:
    """The rules found, the most frequent first: count, code, name."""
    names = {diagnostic.code: diagnostic.name for diagnostic in report.diagnostics}
    counts = sorted(by_code(report).items(), key=lambda item: (-item[1], item[0]))
    width = len(str(counts[0][1])) if counts else 0
    for code, count in counts:
        yield [(f"{count:>{width}}  ", "number"), (f"{code}  ", "strong"), (names[code], "")]


def summary(report: Report) -> Styled:
    """One line: how many, of which severity, in how many files."""
    checked = _plural(report.files, "file")
    if not report.diagnostics:
        return [(f"No findings in {checked}.", "good")]
    severities = Counter(diagnostic.severity for diagnostic in report.diagnostics)
    parts = ", ".join(
        _plural(severities[severity], severity.label)
        for severity in sorted(Severity, reverse=True)
        if severities[severity]
    )
    hit = len({diagnostic.path for diagnostic in report.diagnostics})
    return [(f"{_plural(len(report.diagnostics), 'finding')}", "strong"), (f" ({parts}) in {hit} of {checked}.", "")]


def _plural(count: int, word: str) -> str:
    # "info" is a severity, not a thing that can be counted in the plural
    return f"{count:,} {word}" if count == 1 or word == "info" else f"{count:,} {word}s"
