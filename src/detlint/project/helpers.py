"""A project's own functions and entry points, as its settings name them.

Given qualified names; gives what calls of these functions do. A function in sight does it besides what its code shows,
so that it counts however it is imported; one out of sight does it by its name.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.project.effects import EVERY, Effect

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEEDS = re.compile(r"(?P<name>[\w.]+)(?:\[(?P<states>[^\]]*)\])?")
_STATES = {
    "random": ("python",),
    "torch": ("torch", "torch_cuda", "torch_mps", "torch_xpu"),
    "tensorflow": ("tensorflow",),
    "keras": ("python", "numpy", "tensorflow", "keras_backend"),
}
"""Words of settings to the states that they mean; any other word is the name of a state."""
_MODES = (Effect("mode_on", "torch", "helper"), Effect("mode_on", "tensorflow", "helper"))
TENSOR = "torch.Tensor"


@dataclass(frozen=True, slots=True)
class Helpers:
    """What settings say of a project.

    effects: what a function does, by qualified name. tensors: the functions that return tensors. entry_points: files,
    or functions as `module:function`. root: the folder that files are relative to and in which modules are looked for.
    """

    effects: Mapping[str, tuple[Effect, ...]]
    tensors: tuple[str, ...] = ()
    entry_points: tuple[str, ...] = ()
    root: str = ""

    @classmethod
    def named(
        cls,
        seeds: tuple[str, ...] = (),
        modes: tuple[str, ...] = (),
        tensors: tuple[str, ...] = (),
        entry_points: tuple[str, ...] = (),
        root: str = "",
    ) -> Helpers:
        """The helpers of these settings. seeds: names, or `name[state,state]` for a function that seeds these alone."""
        effects: dict[str, tuple[Effect, ...]] = {}
        for text in seeds:
            match = _SEEDS.fullmatch(text)
            if match is not None:
                effects[match["name"]] = tuple(Effect("seed", state) for state in _states(match["states"]))
        for name in modes:
            effects[name] = (*effects.get(name, ()), *_MODES)
        return cls(effects, tensors, entry_points, root)

    @property
    def files(self) -> frozenset[str]:
        """The files among the entry points, by real path."""
        found = (entry for entry in self.entry_points if _function(entry) is None)
        return frozenset(os.path.realpath(os.path.join(self.root, entry)) for entry in found)

    @property
    def functions(self) -> tuple[tuple[str, str], ...]:
        """The functions among the entry points: module and name."""
        return tuple(found for entry in self.entry_points if (found := _function(entry)) is not None)


def _function(entry: str) -> tuple[str, str] | None:
    module, colon, function = entry.partition(":")
    return (module, function) if colon and re.fullmatch(r"[\w.]+", module) else None


def _states(text: str | None) -> tuple[str, ...]:
    if text is None:
        return (EVERY,)
    words = (word.strip() for word in text.split(","))
    return tuple(dict.fromkeys(state for word in words for state in _STATES.get(word, (word,))))
