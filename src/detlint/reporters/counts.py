"""Counts of what was found: the table of `--statistics`, and the line at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.diagnostics import Applicability, Report, Severity
from detlint.fixes.choosing import is_wanted
from detlint.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.reporters import Styled, View


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


def table(report: Report, view: View) -> Iterator[Styled]:
    """The statistics as lines: count, code, whether all (`[*]`) or some (`[-]`) can be fixed as asked, name."""
    counts = statistics(report)
    width = len(str(counts[0].count)) if counts else 0
    fixable = Counter(item.code for item in report.diagnostics if is_wanted(item, unsafe=view.unsafe_fixes))
    for item in counts:
        sign = "[*] " if fixable[item.code] == item.count else "[-] " if fixable[item.code] else "[ ] "
        mark = [(sign, "good" if fixable[item.code] else "faint")] if fixable and not view.fixing else []
        yield [(f"{item.count:>{width}}  ", "number"), (f"{item.code}  ", "strong"), *mark, (item.name, "")]


def summary(report: Report, view: View) -> Iterator[Styled]:
    """What was fixed; how many findings there are, of which severity, in how many files; who can repair them.

    Nothing where no file could be looked at and that is said elsewhere.
    """
    yield from _fixed(report)
    skipped = f" ({report.skipped:,} skipped)" if report.skipped else ""
    checked = f"{number_of(report.files, 'file')}{skipped}"
    if not report.diagnostics and not report.files:
        if not report.problems:
            yield [(f"No files to check{skipped}.", "")]
        return
    if not report.diagnostics:
        yield [(f"No findings {'left ' if report.fixed else ''}in {checked}.", "good")]
        return
    severities = Counter(diagnostic.severity for diagnostic in report.diagnostics)
    parts = ", ".join(
        number_of(severities[severity], severity.label)
        for severity in sorted(Severity, reverse=True)
        if severities[severity]
    )
    hit = len({diagnostic.path for diagnostic in report.diagnostics})
    count = number_of(len(report.diagnostics), "finding")
    left = " left" if report.fixed else ""
    yield [(count, "strong"), (f"{left} ({parts}) in {hit} of {checked}.", "")]
    yield from _fixable(report, view)


def _fixed(report: Report) -> Iterator[Styled]:
    """What was repaired, file by file."""
    if not report.fixed:
        return
    count = sum(sum(codes.values()) for codes in report.fixed.values())
    files = number_of(len(report.fixed), "file")
    yield [(f"Fixed {number_of(count, 'finding')}", "good"), (f" in {files}:", "")]
    for path, codes in sorted(report.fixed.items()):
        listed = ", ".join(f"{number} x {code}" for code, number in codes.items()) or "as part of these"
        yield [("  ", ""), (printable(path), "path"), (f": {listed}", "")]


def _fixable(report: Report, view: View) -> Iterator[Styled]:
    """How many of the findings can be fixed, and how; the rest is for a person."""
    with_fix = [item.fix.applicability for item in report.diagnostics if item.fix is not None]
    safe = with_fix.count(Applicability.SAFE)
    unsafe = len(with_fix) - safe
    now = 0 if view.fixing else safe + (unsafe if view.unsafe_fixes else 0)
    more = 0 if view.unsafe_fixes else unsafe
    parts = []
    if now:
        option = "--fix --unsafe-fixes" if view.unsafe_fixes and unsafe else "--fix"
        parts.append(f"[*] {now:,} can be fixed with `{option}`")
    if more:
        parts.append(f"{more:,}{' more' if now else ''} can be fixed with `--unsafe-fixes`, which can change results")
    if parts or view.fixing:
        by_hand = len(report.diagnostics) - now - more
        parts += [f"{by_hand:,} {'needs' if by_hand == 1 else 'need'} a person"] if by_hand else []
        yield [("; ".join(parts) + ".", "faint")]


def number_of(count: int, word: str) -> str:
    """A number with what it counts: `1 finding`, `2 findings`."""
    # "info" is a severity, not a thing that can be counted in the plural
    return f"{count:,} {word}" if count == 1 or word == "info" else f"{count:,} {word}s"
