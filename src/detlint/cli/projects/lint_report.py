"""What `detlint lint` prints: what was repaired, what passed, what warned, what failed; for people or as JSON.

Given findings and repairs, sorted into groups; gives lines, or a document.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from detlint.cli.output import wants_color, write
from detlint.diagnostics import Applicability, Severity
from detlint.reporters.json_document import as_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from detlint.diagnostics import Diagnostic
    from detlint.reporters import Styled

MOST_LINES = 60
"""Of a difference; a file with other line ends differs in all of them."""
Fixed = dict[str, Counter[str]]
"""How many findings of each code were repaired, by path."""


@dataclass(frozen=True, slots=True)
class Row:
    """A finding. diff: the difference from the template, for people. applicability: of its repair, if there is one."""

    diagnostic: Diagnostic
    diff: str = ""
    applicability: Applicability | None = None


@dataclass
class Groups:
    """What a run gives: what was repaired, what passed in words, and what did not."""

    fixed: Fixed = field(default_factory=dict)
    passed: list[tuple[str, str, str]] = field(default_factory=list)
    warned: list[Row] = field(default_factory=list)
    failed: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Add a finding where it belongs."""
        group = self.failed if row.diagnostic.severity is Severity.ERROR else self.warned
        group.append(row)

    @property
    def rows(self) -> list[Row]:
        """All that did not pass."""
        return [*self.warned, *self.failed]


def print_groups(groups: Groups, options: argparse.Namespace) -> None:
    """Print what the options ask for."""
    if options.output_format == "json":
        print(json.dumps(_document(groups), indent=2))
        return
    write(_lines(groups, options), sys.stdout, color=wants_color(options.color, sys.stdout))


def _lines(groups: Groups, options: argparse.Namespace) -> Iterator[Styled]:
    if groups.fixed:
        yield [(f"{_total(groups.fixed)} repaired", "good")]
        for path, codes in sorted(groups.fixed.items()):
            listed = ", ".join(f"{number} x {code}" for code, number in sorted(codes.items()))
            yield [("  ", ""), (path, "path"), (f": {listed}", "")]
        yield []
    yield [(f"{len(groups.passed)} passed", "good")]
    for code, name, words in groups.passed:
        yield [(f"  {code:<8}", ""), (f"{name:<26}", ""), (words, "faint")]
    for title, style, found in (("warned", "warning", groups.warned), ("failed", "error", groups.failed)):
        if found:
            yield []
            yield [(f"{len(found)} {title}", style)]
        for row in found:
            yield from _finding(row)
    yield []
    counts = f"{len(groups.passed)} passed, {len(groups.warned)} warned, {len(groups.failed)} failed"
    yield [(counts, "bad" if groups.failed else "good")]
    hint = _hint(groups, options)
    if hint:
        yield [(hint, "faint")]


def _finding(row: Row) -> Iterator[Styled]:
    diagnostic = row.diagnostic
    place = f"{diagnostic.path}:{diagnostic.location.line}"
    yield [("  ", ""), (place, "path"), (f": {diagnostic.code} ", "strong"), (diagnostic.text, "")]
    lines = row.diff.split("\n")[2:] if row.diff else []
    for line in lines[:MOST_LINES]:
        yield [("      ", ""), *styled(line)]
    if len(lines) > MOST_LINES:
        yield [(f"      … {len(lines) - MOST_LINES} more lines: detlint lint --diff --unsafe-fixes", "faint")]


def _hint(groups: Groups, options: argparse.Namespace) -> str:
    """How much of what is left can be repaired, and how."""
    found = [row.applicability for row in groups.rows]
    safe, unsafe = found.count(Applicability.SAFE), found.count(Applicability.UNSAFE)
    parts = []
    if safe and not options.fix:
        parts.append(f"{safe} can be repaired with `--fix`")
    if unsafe and not (options.fix and options.unsafe_fixes):
        parts.append(f"{unsafe}{' more' if parts else ''} can be repaired with `--fix --unsafe-fixes`")
    return f"{'; '.join(parts)}." if parts else ""


def _total(fixed: Fixed) -> int:
    return sum(codes.total() for codes in fixed.values())


def _document(groups: Groups) -> dict[str, Any]:
    def rows(found: list[Row]) -> list[dict[str, object]]:
        return [{**as_json(row.diagnostic), "diff": row.diff or None, "repair": _word(row)} for row in found]

    return {
        "version": 1,
        "fixed": {path: dict(sorted(codes.items())) for path, codes in sorted(groups.fixed.items())},
        "passed": [{"code": code, "name": name, "message": words} for code, name, words in groups.passed],
        "warned": rows(groups.warned),
        "failed": rows(groups.failed),
        "summary": {
            "fixed": _total(groups.fixed),
            "passed": len(groups.passed),
            "warned": len(groups.warned),
            "failed": len(groups.failed),
            "problems": groups.problems,
        },
    }


def _word(row: Row) -> str | None:
    return None if row.applicability is None else row.applicability.value


def styled(line: str) -> Styled:
    """A line of a difference."""
    return [(line, "good" if line.startswith("+") else "bad" if line.startswith("-") else "faint")]
