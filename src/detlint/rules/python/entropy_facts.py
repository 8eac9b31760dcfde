"""What is known of entropy: where values can come from, which functions give some, which generators take a seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from detlint.diagnostics import Confidence
from detlint.index.tree import FunctionNode
from detlint.rules.data import load

if TYPE_CHECKING:
    import ast

FIELDS = frozenset({"dataclasses.field", "attr.ib", "attr.field", "attrs.field", "pydantic.Field"})
"""Callables that declare a field with its default, or with what makes it."""


@dataclass(frozen=True, eq=False)
class Source:
    """An expression whose value differs from run to run.

    `what` ends the sentence "the seed comes from …". `state` is the global random state that is drawn from, where it is
    one: then it is a source only if nothing seeds that state before.
    """

    node: ast.expr
    what: str
    confidence: Confidence = Confidence.HIGH
    state: str | None = None
    call: ast.Call | None = None
    """The call of a function of the file that gave the value: each gives another one."""

    @property
    def cause(self) -> ast.expr:
        """What all uses of the very same value have in common."""
        return self.node if self.call is None else self.call


@dataclass(frozen=True, eq=False)
class Missing:
    """A None that may arrive: the expression that is None, or the declaration of the option that defaults to it."""

    node: ast.AST
    confidence: Confidence = Confidence.HIGH
    what: str = ""


Parameter = tuple[FunctionNode, str]


@dataclass
class Origins:
    """What a value may come from: sources, Nones, and parameters (True: a None of theirs would arrive too)."""

    sources: dict[ast.expr, Source] = field(default_factory=dict)
    nones: dict[ast.AST, Missing] = field(default_factory=dict)
    parameters: dict[Parameter, bool] = field(default_factory=dict)

    def add(self, other: Origins, nones: bool = True) -> None:
        """Take over what another value comes from; without its Nones where a None could not get through."""
        self.sources.update(other.sources)
        if nones:
            self.nones.update(other.nones)
        for parameter, passes in other.parameters.items():
            self.parameters[parameter] = self.parameters.get(parameter, False) or (passes and nones)

    def without_none(self) -> Origins:
        """The same where a None cannot get through."""
        found = Origins()
        found.add(self, nones=False)
        return found


@dataclass(frozen=True)
class Facts:
    """The tables of `data/entropy.toml` and `data/draws.toml` by name."""

    sources: dict[str, str]
    draws: dict[str, tuple[str, str]]
    passes: frozenset[str]


@cache
def facts() -> Facts:
    """The tables, loaded once."""
    entropy = load(__package__, "entropy")
    states: list[dict[str, Any]] = [*load(__package__, "draws")["state"], *entropy["state"]]
    return Facts(
        sources={name: row["what"] for row in entropy["source"] for name in row["names"]},
        draws={name: (row["name"], row["what"]) for row in states for name in row["names"]},
        passes=frozenset(entropy["pass"]["names"]),
    )


@dataclass(frozen=True)
class Generator:
    """A callable or method that takes a seed: a row of `data/entropy.toml`."""

    name: str
    parameter: str | None
    position: int | None
    rule: str
    missing: str
    instead: tuple[str, ...]
    seeded_by: tuple[str, ...]
    code: str


@cache
def generators() -> dict[str, Generator]:
    """The generators and their seeding methods by name."""
    return {
        name: Generator(
            name,
            row.get("parameter"),
            row.get("position"),
            row.get("rule", ""),
            row.get("missing", ""),
            tuple(row.get("instead", ())),
            tuple(row.get("seeded_by", ())),
            row.get("code", "DET104"),
        )
        for row in load(__package__, "entropy")["generator"]
        for name in row["names"]
    }
