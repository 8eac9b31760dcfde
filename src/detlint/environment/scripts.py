"""The commands that a project's metadata makes of its functions: console scripts and the like.

Given texts of `pyproject.toml`, `setup.cfg` and `setup.py`; gives modules and the names of functions.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTRY = re.compile(r"""["']\s*[\w.-]+\s*=\s*([\w.]+)\s*:\s*([\w.]+)""")
_INI_KEY = re.compile(r"^\s+([\w.-]+\s*=)", re.MULTILINE)
_TABLES = (("project",), ("tool", "poetry"), ("tool", "flit"))
METADATA = ("pyproject.toml", "setup.cfg", "setup.py")


def scripts_of(name: str, text: str) -> Iterator[tuple[str, str]]:
    """The functions that a file of metadata makes commands, each with its module."""
    if name == "pyproject.toml":
        yield from _of_pyproject(text) if "scripts" in text else ()
    elif "console_scripts" in text or "gui_scripts" in text:
        yield from _ENTRY.findall(text if name == "setup.py" else _INI_KEY.sub(r'"\1', text))


def _of_pyproject(text: str) -> Iterator[tuple[str, str]]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for path in _TABLES:
        table = _table(data, *path)
        for key in ("scripts", "gui-scripts"):
            for target in _table(table, key).values():
                module, _, function = str(target).partition(":")
                if function:
                    yield module.strip(), function.strip().partition(" ")[0]


def _table(data: Any, *path: str) -> dict[str, Any]:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}
