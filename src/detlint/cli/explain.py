"""`detlint explain RULE...`: all that a rule's class says, for the person who was just told off."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError
from detlint.cli.output import wants_color, write
from detlint.cli.packs import load, nearest_rule
from detlint.cli.rules import table
from detlint.selection import ALL, matches

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from detlint.registry import Registry
    from detlint.reporters import Styled
    from detlint.rules.base import Example, Rule

_REPAIRS = {
    "safe": "mechanical; keeps what the program does",
    "unsafe": "mechanical, but can change results or speed: look at it",
    "safe or unsafe": "mechanical; in some places it can change results or speed: look at it",
    None: "takes a person's decision",
}


def run(options: argparse.Namespace) -> int:
    """Print the pages of rules; of a prefix, the rules that it stands for."""
    rules = load(options.plugin)
    parts = [_explained(word, rules) for word in options.rules]
    lines = (line for number, part in enumerate(parts) for line in (*([[]] if number else ()), *part))
    write(lines, sys.stdout, color=wants_color(options.color, sys.stdout))
    return 0


def _explained(wanted: str, rules: Registry) -> Iterator[Styled]:
    """What there is to say of a code, a name, a prefix or ALL; an error that names the nearest where there is none."""
    rule = rules.find(wanted.strip())
    if rule is not None:
        return _page(rule)
    selector = rules.selector(wanted.strip())
    if selector is None:
        raise UsageError(f"no such rule: {wanted}{nearest_rule(wanted, rules)}")
    if selector == ALL:
        return _pages(rules)
    return table([rule for rule in rules.rules if matches(selector, rule.code)])


def _pages(rules: Registry) -> Iterator[Styled]:
    for number, rule in enumerate(rules.rules):
        if number:
            yield []
        yield from _page(rule)


def marked_lines(example: Example) -> Iterator[tuple[str, bool]]:
    """An example's lines as they are shown, and whether each is to be reported."""
    for line in textwrap.dedent(example.code).strip("\n").split("\n"):
        code = line.rstrip()
        reported = code.endswith("# !")
        yield (code.removesuffix("# !").rstrip() if reported else code), reported


def _page(rule: type[Rule]) -> Iterator[Styled]:
    yield [(f"{rule.code} {rule.name}", "strong")]
    yield []
    yield [(" ".join(rule.summary.split()), "")]
    yield []
    level = rule.level().replace("off by default", "reported only when selected")
    yield [("level", "label"), (f"  {level}; {rule.confidence.label} confidence", "")]
    yield [("repair", "label"), (f" {_REPAIRS[rule.fix]}", "")]
    yield from _section("Why", [[(line, "")] for line in textwrap.dedent(rule.why).strip().split("\n")])
    for title, examples in (("Bad", rule.bad), ("Good", rule.good)):
        for example in examples:
            yield from _section(f"{title}{_targets(example)}", [_code_line(*line) for line in marked_lines(example)])
            if example.fixed:
                fixed = example.fixed.strip("\n").split("\n")
                yield from _section("After the fix", [_code_line(line, False) for line in fixed])
    if rule.sources:
        yield from _section("Sources", [[(source, "")] for source in rule.sources])


def _section(title: str, lines: list[Styled]) -> Iterator[Styled]:
    yield []
    yield [(title, "label")]
    for line in lines:
        yield [("  ", ""), *line] if any(text.strip() for text, _ in line) else []


def _code_line(code: str, reported: bool) -> Styled:
    return [("> ", "error"), (code, "error")] if reported else [("  ", ""), (code, "")]


def _targets(example: Example) -> str:
    return f" (with {', '.join(example.targets)})" if example.targets else ""
