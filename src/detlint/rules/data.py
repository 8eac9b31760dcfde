"""Facts of packs: TOML files beside their code, read once a process."""

from __future__ import annotations

import sys
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@cache
def load(package: str, name: str) -> Mapping[str, Any]:
    """The table in `data/<name>.toml` of a package: `load("detlint.rules.torch", "ops")`. Shared: not to be changed."""
    table: dict[str, Any] = tomllib.loads((files(package) / "data" / f"{name}.toml").read_text("utf-8"))
    return table
