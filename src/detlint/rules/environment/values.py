"""What values of environment variables mean: the table behind the rules about them, wherever a variable is set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from detlint.rules.data import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detlint.versions import Targets


@dataclass(frozen=True, slots=True)
class BadValue:
    """A variable with values that take determinism away; the fields are those of `data/variables.toml`."""

    name: str
    why: str
    repair: str
    good: str
    values: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    framework: str = ""
    since: str = ""
    until: str = ""

    def holds(self, value: str) -> bool:
        """Whether a value is one of these."""
        return value.strip().lower() in self.values or any(part in value.lower() for part in self.contains)

    def read_by(self, targets: Targets) -> bool:
        """Whether the framework's target version reads the variable."""
        if not self.framework:
            return True
        version = targets.version(self.framework)
        return not (self.since and version < self.since) and not (self.until and version >= self.until)

    def mended(self, value: str) -> str:
        """A value with which runs are the same, in place of one that the table lists."""
        if self.values:
            return self.good
        for part in self.contains:
            value = value.replace(part, self.good)
        return value


@cache
def bad_values() -> dict[str, BadValue]:
    """The table, by the variable's name."""
    return {row["name"]: BadValue(**_frozen(row)) for row in load(__package__, "variables")["nondeterministic"]}


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


CUBLAS: str = load(__package__, "variables")["cublas"]["name"]
CUBLAS_VALID: tuple[str, ...] = tuple(load(__package__, "variables")["cublas"]["valid"])
