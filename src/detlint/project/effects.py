"""Effects: what a call does to random states, modes and the environment, as packs' data says it.

A pack gives tables from qualified names to effects. The summary of a module keeps the effects of its calls in the order
in which they run; entry points are judged by running through them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from detlint.index import FileIndex

State = str
"""A random state: `python`, `numpy`, `torch`, `torch_cuda`, `tensorflow`, `keras_backend`, `cupy`, … or a mode."""

Kind = Literal["draw", "seed", "unseed", "mode_on", "mode_off", "train", "device", "op", "start", "env", "no_op"]


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a call does.

    kind:
      draw      draws from the random state `subject`
      seed      fixes the random state `subject`
      unseed    makes the random state `subject` random again (`torch.seed()`): the call's own rule reports it
      mode_on, mode_off   turns the mode `subject` on or off: `torch` (deterministic algorithms), `tensorflow` (op determinism)
      train     a part of training with `subject` (torch, tensorflow): `detail` is backward, step or fit
      device    chooses an accelerator for `subject` (torch)
      start     `subject` reads its environment here at the latest: `cublas`, `tensorflow`, `xla`, `nccl`
      env       sets the environment variable `subject` to `detail`
    conditional: happens only under a condition that the call itself states.
    """

    kind: Kind
    subject: State
    detail: str = ""
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose callee is known, as an effect function sees it."""

    name: str
    node: ast.Call
    index: FileIndex


EffectSource = Mapping[str, "tuple[Effect, ...] | Callable[[Call], Iterable[Effect]]"]
"""Qualified names to effects, or to a function that gives them for one call. A name ending in `.*` stands for all names
directly below it that are not listed themselves."""
