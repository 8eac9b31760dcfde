"""The effects of writing environment variables in Python code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detlint.project.effects import Effect
from detlint.rules.environment.writes import environment_writes

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from detlint.index import FileIndex

_MAY_WRITE_ITS_OWN = re.compile(r"environ|putenv|run_line_magic")


def environment_effects(index: FileIndex) -> Iterator[tuple[ast.AST, Effect]]:
    """The writes of the process's own environment, each with the node where the variable is named."""
    if _MAY_WRITE_ITS_OWN.search(index.text) is not None:
        for write in environment_writes(index):
            if write.in_process:
                yield write.node, Effect("setenv", write.name, write.value or "")
