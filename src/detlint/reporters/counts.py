"""Counts of what was found: the table of `--statistics`, and the line at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.diagnostics import Report, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.reporters import Styled


def by_code(report: Report) -> dict[str, int]:
    """Codes to how often each was found, by code."""
    return dict(sorted(Counter(diagnostic.code for diagnostic in report.diagnostics).items()))


@dataclass(frozen=True, slots=True)
class Count:
    """How often a rule was found, and for how many of these there is a fix."""

    code: str
    name: str
    count: int
    fixable: int


def statistics(report: Report) -> list[Count]:
    """The rules found, the most frequent first."""
    by_rule = Counter((diagnostic.code, diagnostic.name) for diagnostic in report.diagnostics)
    fixable = Counter(diagnostic.code for diagnostic in report.diagnostics if diagnostic.fix is not None)
    counts = [Count(code, name, count, fixable[code]) for (code, name), count in by_rule.items()]
    return sorted(counts, key=lambda item: (-item.count, item.code))


def table(report: Report) -> Iterator[Styled]:
    """The statistics as lines: count, code, name."""
    counts = statistics(report)
    width = len(str(counts[0].count)) if counts else 0
    for item in counts:
        yield [(f"{item.count:>{width}}  ", "number"), (f"{item.code}  ", "strong"), (item.name, "")]


def summary(report: Report) -> Styled:
    """One line: how many, of which severity, in how many files; empty where nothing could be looked at."""
    skipped = f" ({report.skipped:,} skipped)" if report.skipped else ""
    checked = f"{_plural(report.files, 'file')}{skipped}"
    if not report.diagnostics and not report.files:
        return [] if report.problems else [(f"No files to check{skipped}.", "")]
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
