"""The packs and rules that a command speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.plugins import Pack, load_packs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detlint.rules.base import Rule


def load(plugins: Sequence[str] | None) -> tuple[Pack, ...]:
    """The built-in and installed packs, and those of modules named by `--plugin`."""
    return tuple(load_packs(tuple(plugins or ())))


def rules_of(packs: Sequence[Pack]) -> list[type[Rule]]:
    """All rules, by code."""
    return sorted((rule for pack in packs for rule in pack.rules), key=lambda rule: rule.code)
