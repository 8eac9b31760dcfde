"""`detlint op NAME`: what the packs know of an operation."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from detlint import ops
from detlint.cli.errors import UsageError
from detlint.cli.output import wants_color, write
from detlint.cli.packs import load
from detlint.settings import parse_targets
from detlint.versions import Version

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from detlint.ops import OpFact
    from detlint.plugins import Pack
    from detlint.reporters import Styled


def run(options: argparse.Namespace) -> int:
    """Print the facts of an op, those that hold for the targets marked; 0 where something is known, else 2."""
    packs = load(options.plugin).packs
    facts = ops.describe(options.name, packs)
    if not facts:
        raise UsageError(f"nothing is known of {options.name}{_hint(options.name, packs)}")
    targets = {name: Version(version) for name, version in parse_targets(options.target or ()).items()}
    facts = [fact for fact in facts if _concerns(fact, options.devices)]
    if options.output_format == "json":
        print(json.dumps([{**asdict(fact), "applies": applies(fact, targets)} for fact in facts], indent=2))
    else:
        write(_page(facts, targets), sys.stdout, color=wants_color(options.color, sys.stdout))
    return 0


def applies(fact: OpFact, targets: dict[str, Version]) -> bool | None:
    """Whether a fact holds for the stated version of its framework; None where none was stated."""
    version = targets.get(fact.framework)
    if version is None:
        return None
    return (fact.first is None or version >= fact.first) and (fact.last is None or version <= fact.last)


def _concerns(fact: OpFact, devices: Sequence[str] | None) -> bool:
    return not devices or not fact.devices or bool(set(devices) & set(fact.devices))


def _hint(name: str, packs: Sequence[Pack]) -> str:
    close = ops.nearest(name, packs)
    return (
        f"; did you mean {' or '.join(close)}?"
        if close
        else ": no listed op; it may be deterministic, or not looked at"
    )


def _page(facts: list[OpFact], targets: dict[str, Version]) -> Iterator[Styled]:
    if not facts:
        yield [("Nothing is known against it on these devices.", "good")]
    name = ""
    for fact in facts:
        if fact.name != name:
            if name:
                yield []
            name = fact.name
            yield [(name, "strong")]
        yield from _fact(fact, applies(fact, targets))


def _fact(fact: OpFact, holds: bool | None) -> Iterator[Styled]:
    mark, style = {None: ("-", ""), True: ("!", "error"), False: (" ", "faint")}[holds]
    where = [f"{fact.framework} {_versions(fact)}", f"on {', '.join(fact.devices) or 'any device'}"]
    if fact.condition:
        where.append(f"if {fact.condition}")
    if fact.gradient:
        where.append("when a gradient is taken")
    yield [(f"  {mark} {', '.join(where)}:", style)]
    yield [
        (f"      {ops.EFFECTS.get(fact.effect, fact.effect)}", style),
        (f"  [{fact.code}]" if fact.code else "", "faint"),
    ]
    if fact.replacement:
        yield [("      instead: ", "label"), (fact.replacement, "")]
    if fact.source:
        yield [("      source: ", "label"), (fact.source, "faint")]


def _versions(fact: OpFact) -> str:
    if fact.first and fact.last:
        return fact.first if fact.first == fact.last else f"{fact.first} to {fact.last}"
    if fact.last:
        return f"up to {fact.last}"
    return f"{fact.first} and newer" if fact.first else "in all versions"
