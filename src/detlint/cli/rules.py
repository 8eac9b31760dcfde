"""`detlint rules`: every rule that the loaded packs give, in the order of their codes."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from detlint.cli.output import wants_color, write
from detlint.cli.packs import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from detlint.reporters import Styled
    from detlint.rules.base import Rule


def run(options: argparse.Namespace) -> int:
    """Print the table, or the rules as JSON."""
    rules = load(options.plugin).rules
    if options.output_format == "json":
        print(json.dumps([as_json(rule) for rule in rules], indent=2))
    else:
        write(table(rules), sys.stdout, color=wants_color(options.color, sys.stdout))
    return 0


def as_json(rule: type[Rule]) -> dict[str, object]:
    """What a rule says of itself, apart from its examples."""
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity.label,
        "milder": [severity.label for severity in rule.milder],
        "confidence": rule.confidence.label,
        "scope": rule.scope,
        "fix": rule.fix,
        "default": rule.default,
        "since": rule.since,
        "why": rule.why.strip(),
        "sources": list(rule.sources),
    }


def table(rules: Sequence[type[Rule]]) -> Iterator[Styled]:
    """A line for each rule: code, name, severity, what is reported."""
    width = max((len(rule.name) for rule in rules), default=0)
    for rule in rules:
        severity = rule.severity.label if rule.default else "off"
        style = rule.severity.label if rule.default else "faint"
        yield [
            (f"{rule.code}  ", "strong"),
            (f"{rule.name:<{width}}  ", ""),
            (f"{severity:<8}", style),
            (f" {' '.join(rule.summary.split())}", "faint"),
        ]
