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

EVERY: State = "*"
"""All random states: what a function seeds of which nothing more is said."""

OF_A_SEED = "seed"
"""The detail of a draw that gives a seed, of which a rule about seeds tells."""

Kind = Literal[
    "draw",
    "seed",
    "unseed",
    "mode_on",
    "mode_off",
    "train",
    "device",
    "op",
    "start",
    "compile",
    "env",
    "setenv",
    "load",
]


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a call does.

    kind:
      draw      draws from the random state `subject`; `detail` says what for: `init` (fresh weights), `shuffle` (when a
                loader or data set is iterated, so later than the call), else anything
      seed      fixes the random state `subject`; `detail` says what the seed may come from that differs from run to run
      unseed    makes the random state `subject` random again (`torch.seed()`): the call's own rule reports it
      mode_on, mode_off   turns the mode `subject` on or off: `torch` (deterministic algorithms), `tensorflow` (op
                determinism)
      train     a part of training with `subject` (torch, tensorflow): `detail` is backward, step or fit, managed (by a
                trainer that has an argument for the mode) or graph (of TensorFlow 1)
      device    chooses an accelerator for `subject` (torch, tensorflow)
      op        runs an operation that a pack asks about; `subject` and `detail` are the pack's
      start     `subject` reads its environment here at the latest: `cublas`, `tensorflow`, `xla`, `nccl`
      compile   has code of `subject` (tensorflow) compiled by XLA
      env       sets the environment variable `subject` to `detail`, as a side of something else
      setenv    sets the environment variable `subject` to `detail` where the code says so
      load      puts saved values into the state `subject` (weights of a model)
    conditional: happens only under a condition that the call itself states.
    later: what the call makes does it, when it is used: an estimator draws when it is fitted.
    unless: the argument of the call that takes its place, whatever it is if it is not None: `generator`.
    chosen_by: the argument of the call (name, position if it has one) with which it happens, and `idle`, the texts with
      which it does not, nor with None: a device that is "cpu".
    """

    kind: Kind
    subject: State
    detail: str = ""
    conditional: bool = False
    later: bool = False
    unless: str = ""
    chosen_by: tuple[str, int | None] | None = None
    idle: tuple[str, ...] = ()

    def is_about(self, subject: State) -> bool:
        """Whether it is about a state or mode."""
        return self.subject in (subject, EVERY)


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose callee is known, as an effect function sees it."""

    name: str
    node: ast.Call
    index: FileIndex


EffectSource = Mapping[str, "tuple[Effect, ...] | Callable[[Call], Iterable[Effect]]"]
"""Qualified names to effects, or to a function that gives them for one call. A name ending in `.*` stands for all names
directly below it that are not listed themselves. `?.step` is a method of that name on a receiver of unknown type."""

StatementEffects = Callable[["FileIndex"], "Iterable[tuple[ast.AST, Effect]]"]
"""Effects of statements that are no calls (assignments to `os.environ`), found in one look at a file."""


class EffectTable:
    """The effects of all packs, merged: what a call does, by the names of its callee."""

    def __init__(
        self,
        sources: Iterable[EffectSource] = (),
        statements: Iterable[StatementEffects] = (),
        helpers: EffectSource | None = None,
    ) -> None:
        """`helpers` are functions of projects, whose modules are no libraries."""
        self._entries: dict[str, list[tuple[Effect, ...] | Callable[[Call], Iterable[Effect]]]] = {}
        for source in sources:
            for name, effect in source.items():
                self._entries.setdefault(name, []).append(effect)
        self.statements = tuple(statements)
        self._roots = frozenset(name.partition(".")[0] for name in self._entries if not name.startswith("?"))
        for name, effect in (helpers or {}).items():
            self._entries.setdefault(name, []).append(effect)

    @property
    def names(self) -> frozenset[str]:
        """The names that have effects, `?.` fallbacks and `.*` included."""
        return frozenset(self._entries)

    @property
    def libraries(self) -> frozenset[str]:
        """The top-level modules of the libraries that the packs describe."""
        return self._roots

    def knows(self, root: str) -> bool:
        """Whether a top-level module is one of the libraries that the packs describe."""
        return root in self._roots

    def of(self, call: ast.Call, index: FileIndex) -> list[Effect]:
        """The effects of a call, in order."""
        names = index.callee_names(call)
        found: list[Effect] = []
        matched = False
        for name in names:
            entries = self._entries.get(name) or self._entries.get(name.rpartition(".")[0] + ".*")
            for entry in entries or ():
                matched = True
                effects = entry if isinstance(entry, tuple) else tuple(entry(Call(name, call, index)))
                found.extend(effect for effect in effects if effect not in found)
        if not matched and isinstance(call.func, ast.Attribute):
            name = f"?.{call.func.attr}"
            for entry in self._entries.get(name, ()):
                effects = entry if isinstance(entry, tuple) else tuple(entry(Call(name, call, index)))
                found.extend(effect for effect in effects if effect not in found)
        return found
