"""The effects of setting cuDNN's flags in code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.project.effects import Effect
from detlint.rules.torch.switches import BENCHMARK, DETERMINISTIC, switches

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from detlint.index import FileIndex

MODES = {DETERMINISTIC: "cudnn_deterministic", BENCHMARK: "cudnn_benchmark"}
"""Flags of cuDNN, and the modes that they are in effects."""


def flag_effects(index: FileIndex) -> Iterator[tuple[ast.AST, Effect]]:
    """The settings of cuDNN's flags, each with the node that is assigned to."""
    for switch in switches(index) if "cudnn" in index.text else ():
        mode = MODES.get(switch.subject)
        if mode is not None:
            # a switch is on where its flag has the value that repeats
            on = (switch.strength == "on") is (switch.subject == DETERMINISTIC)
            unknown = switch.strength == "unknown"
            yield switch.blame, Effect("mode_on" if on or unknown else "mode_off", mode, conditional=unknown)
