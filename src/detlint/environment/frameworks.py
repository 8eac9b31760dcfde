"""Which distributions are which framework, and the newest release that a range of versions allows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from detlint.environment.requirements import specifier_clauses
from detlint.rules.data import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detlint.environment.facts import Requirement


@dataclass(frozen=True)
class Framework:
    """A row of `data/frameworks.toml`."""

    name: str
    pip: tuple[str, ...]
    conda: tuple[str, ...]
    images: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    ml: bool = False
    modules: tuple[str, ...] = ()

    @cached_property
    def releases(self) -> tuple[str, ...]:
        """The first version of each series that was released: `1.12`, `1.13`, `2.0`."""
        found: list[str] = []
        for text in self.series:
            first, _, last = text.partition("-")
            major, low = first.split(".")
            found += (f"{major}.{minor}" for minor in range(int(low), int(last.split(".")[1]) + 1))
        return tuple(found)


@cache
def frameworks() -> dict[str, Framework]:
    """All frameworks by name."""
    return {row["name"]: Framework(**_frozen(row)) for row in load(__package__, "frameworks")["framework"]}


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


@cache
def _by_distribution() -> dict[tuple[str, str], Framework]:
    found: dict[tuple[str, str], Framework] = {}
    for framework in frameworks().values():
        for kind in ("pip", "conda"):
            found.update(((kind, name), framework) for name in getattr(framework, kind))
        found.update((("image", name), framework) for name in framework.images)
    return found


def framework_of(requirement: Requirement) -> Framework | None:
    """The framework that a requirement brings, if any."""
    return _by_distribution().get((requirement.kind, requirement.name))


_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)*")


def newest_allowed(name: str, specifier: str, known: str) -> str:
    """The newest release of a framework that a specifier allows; empty if it allows none, or says nothing.

    known: the newest that the rules know; newer ones are not guessed.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    clauses = specifier_clauses(specifier)
    try:
        allowed = SpecifierSet(",".join(f"{operator}{version}" for operator, version in clauses))
        texts = [known, *frameworks()[name].releases, *(version.removesuffix(".*") for _, version in clauses)]
        candidates = sorted((Version(text) for text in texts if text), reverse=True)  # of equal ones, the first stays
    except (InvalidSpecifier, InvalidVersion):
        return ""
    for version in candidates:
        if version in allowed and not (known and version > Version(known) and _is_bound(str(version), clauses)):
            return str(version)
    below = next((version for operator, version in clauses if operator == "<" and _NUMBER.fullmatch(version)), "")
    return f"{below}.dev0" if below else ""


def _is_bound(version: str, clauses: list[tuple[str, str]]) -> bool:
    """Whether a version only stands there as a limit: `<=3` does not mean that there is a 3."""
    return any(operator == "<=" and text == version for operator, text in clauses)
