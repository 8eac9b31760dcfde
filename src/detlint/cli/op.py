"""`detlint op NAME`: what the packs know of an operation: its facts, or else the rules that speak of it."""

from __future__ import annotations

import ast
import json
import keyword
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from detlint import ops
from detlint.cli.errors import UsageError, one_of
from detlint.cli.output import wants_color, write
from detlint.cli.packs import load
from detlint.cli.rules import table
from detlint.settings import parse_targets
from detlint.settings.model import KEYS
from detlint.versions import Version

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from detlint.ops import OpFact
    from detlint.plugins import Pack
    from detlint.project.effects import Effect
    from detlint.registry import Registry
    from detlint.reporters import Styled
    from detlint.rules.base import Rule

_STYLES = {"raises": "error", "varies": "error", "switches": "warning"}


def run(options: argparse.Namespace) -> int:
    """Print the facts of an op, those that hold for the targets marked; 0 where something is known, else 2."""
    registry = load(options.plugin)
    facts = ops.describe(options.name, registry.packs)
    rules = [] if facts else rules_about(ops.canonical(options.name, registry.packs), registry)
    if not facts and not rules:
        raise UsageError(f"nothing is known of {options.name}{_hint(options.name, registry.packs)}")
    targets = {name: Version(version) for name, version in parse_targets(options.target or ()).items()}
    devices = cast("tuple[str, ...]", KEYS["devices"].kind.parse(options.devices)) if options.devices else ()
    facts = [fact for fact in facts if not devices or not fact.devices or not set(fact.devices).isdisjoint(devices)]
    if options.output_format == "json":
        print(json.dumps([{**asdict(fact), "applies": applies(fact, targets)} for fact in facts], indent=2))
    elif rules:
        write(_spoken_of(rules), sys.stdout, color=wants_color(options.color, sys.stdout))
    else:
        write(_page(facts, targets), sys.stdout, color=wants_color(options.color, sys.stdout))
    return 0


def applies(fact: OpFact, targets: dict[str, Version]) -> bool | None:
    """Whether a fact holds for the stated version of its framework; None where none was stated."""
    version = targets.get(fact.framework)
    if version is None:
        return None
    return (fact.first is None or version >= fact.first) and (fact.last is None or version <= fact.last)


def rules_about(name: str, registry: Registry) -> list[type[Rule]]:
    """The rules that look for calls of a name, or for draws from the random states that such a call draws from."""
    states = {effect.subject for effect in _effects(name, registry) if effect.kind == "draw"}

    def looks_for(rule: type[Rule]) -> bool:
        calls = rule.candidates.calls
        return name in calls or ("." not in name and any(call.endswith(f".{name}") for call in calls))

    return [rule for rule in registry.rules if looks_for(rule) or getattr(rule, "state", None) in states]


def _effects(name: str, registry: Registry) -> list[Effect]:
    """What a bare call of a name does."""
    from detlint.project.build import ProjectBuilder

    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in name.split(".")):
        return []
    code = f"import {name.partition('.')[0]}\n{name}()\n"
    tree = ast.parse(code)
    index = ProjectBuilder(registry).index(tree, "", code)
    return [
        effect for node in ast.walk(tree) if isinstance(node, ast.Call) for effect in registry.effects.of(node, index)
    ]


def _hint(name: str, packs: Sequence[Pack]) -> str:
    close = ops.nearest(name, packs)
    return f"; did you mean {one_of(close)}?" if close else ": no listed op; it may be deterministic, or not looked at"


def _spoken_of(rules: Sequence[type[Rule]]) -> Iterator[Styled]:
    yield [("No facts by version and device; what detlint looks at:", "")]
    yield from ([("  ", ""), *line] for line in table(rules))


def _page(facts: list[OpFact], targets: dict[str, Version]) -> Iterator[Styled]:
    """What holds for the targets, op by op; everything where no version of the op's framework was stated."""
    if not facts:
        yield [("Nothing is known against it on these devices.", "good")]
    for name in dict.fromkeys(fact.name for fact in facts):
        of_name = [fact for fact in facts if fact.name == name]
        holding = [fact for fact in of_name if applies(fact, targets) is not False]
        yield [(name, "strong")]
        for fact in holding:
            yield from _fact(fact)
        if not holding:
            framework = of_name[0].framework
            yield [(f"  {framework} {targets[framework]}: nothing is known against it", "good")]
        if len(holding) < len(of_name):
            yield [("  without --target: what holds in other versions", "faint")]


def _fact(fact: OpFact) -> Iterator[Styled]:
    where = [f"{fact.framework} {_versions(fact)}", f"on {', '.join(fact.devices) or 'any device'}"]
    if fact.condition:
        where.append(f"if {fact.condition}")
    if fact.gradient:
        where.append("when a gradient is taken")
    yield [(f"  {', '.join(where)}:", "")]
    yield [
        ("    ", ""),
        (ops.EFFECTS.get(fact.effect, fact.effect), _STYLES.get(fact.effect, "")),
        (_by(fact), "faint"),
    ]
    if fact.replacement:
        yield [("    instead: ", "label"), (fact.replacement, "")]
    if fact.source:
        yield [("    source: ", "label"), (fact.source, "faint")]


def _by(fact: OpFact) -> str:
    return f"  [{fact.code}]" if fact.code else ""


def _versions(fact: OpFact) -> str:
    if fact.first and fact.last:
        return fact.first if fact.first == fact.last else f"{fact.first} to {fact.last}"
    if fact.last:
        return f"up to {fact.last}"
    return f"{fact.first} and newer" if fact.first else "in all versions"
