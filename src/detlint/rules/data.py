"""Facts of packs: TOML files beside their code, read once a process."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from detlint import toml

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def load(package: str, name: str) -> Mapping[str, Any]:
    """The table in `data/<name>.toml` of a package: `load("detlint.rules.torch", "ops")`. Shared: not to be changed."""
    table: dict[str, Any] = toml.loads((files(package) / "data" / f"{name}.toml").read_text("utf-8"))
    return table
