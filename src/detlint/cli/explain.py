"""`detlint explain RULE...`: all that a rule's class says, for the person who was just told off."""

from __future__ import annotations

import json
import sys
import textwrap
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError
from detlint.cli.output import wants_color, write
from detlint.cli.packs import load, nearest_rule
from detlint.cli.rules import as_json as described
from detlint.cli.rules import table
from detlint.selection import ALL, matches

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

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
    """Print the pages of rules, or them as JSON; of a prefix, the rules that it stands for."""
    rules = load(options.plugin)
    if options.output_format == "json":
        meant = {rule: None for word in options.rules for rule in _meant(word, rules)}
        print(json.dumps([as_json(rule) for rule in meant], indent=2))
        return 0
    parts = [_explained(word, rules) for word in options.rules]
    lines = (line for number, part in enumerate(parts) for line in (*([[]] if number else ()), *part))
    write(lines, sys.stdout, color=wants_color(options.color, sys.stdout))
    return 0


def _explained(wanted: str, rules: Registry) -> Iterator[Styled]:
    """What there is to say of a code, a name, a prefix or ALL; an error that names the nearest where there is none."""
    meant = _meant(wanted, rules)
    if rules.find(wanted.strip()) is not None or rules.selector(wanted.strip()) == ALL:
        return _pages(meant)
    return table(meant)


def _meant(wanted: str, rules: Registry) -> list[type[Rule]]:
    """The rules that a code, a name, a prefix or ALL stands for."""
    rule = rules.find(wanted.strip())
    if rule is not None:
        return [rule]
    selector = rules.selector(wanted.strip())
    if selector is None:
        raise UsageError(f"no such rule: {wanted}{nearest_rule(wanted, rules)}")
    return [rule for rule in rules.rules if matches(selector, rule.code)]


def as_json(rule: type[Rule]) -> dict[str, object]:
    """All that a rule says of itself: what `detlint rules` has of it, and its examples."""
    examples = {"bad": rule.bad, "good": rule.good}
    return {**described(rule), **{kind: [_example(each) for each in found] for kind, found in examples.items()}}


def _example(example: Example) -> dict[str, object]:
    """An example with the numbers of the lines that are reported, from 1."""
    lines = list(marked_lines(example))
    return {
        "code": "".join(f"{line}\n" for line, _ in lines),
        "lines": [number for number, (_, reported) in enumerate(lines, 1) if reported],
        "filename": example.filename,
        "targets": list(example.targets),
        "devices": list(example.devices),
    }


def _pages(rules: Iterable[type[Rule]]) -> Iterator[Styled]:
    for number, rule in enumerate(rules):
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
