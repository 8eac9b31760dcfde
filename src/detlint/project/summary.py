"""Summaries: what each function of a file does to random states, modes and the environment, in order.

Small, and without any tree, so that a run of an entry point goes over summaries alone, whichever files they come from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.diagnostics import Location
from detlint.project.conditions import Condition, Known

if TYPE_CHECKING:
    from detlint.project.effects import Effect
    from detlint.project.links import Ahead
    from detlint.project.run import Run
    from detlint.project.taking import Handed

MODULE = "<module>"
HOOKS = "<hooks>"
"""In place of a method's name: all those that a framework calls on an object that it is given."""
TESTING_HOOKS = "<testing hooks>"
"""Those that it calls when it does not train."""
COMMANDS = "<commands>"
"""All those that a library for command lines makes commands of."""
BY_OTHERS = "?"
"""Among what is given: whoever calls the function, others do, and may give what is None, or the device "cpu", by
default."""
UNPACKED = "**"
"""Among what is given: more by keyword, of which nothing is known. Before a name: given by that keyword to a function
that has no such parameter, for its `**kwargs`."""
FORWARDED = "**="
"""Among what is given: what the calling function's own `**kwargs` holds."""
GIVEN = "function:"
"""Before the key of a function that a function gives."""

# Methods that a framework calls on an object of a class that derives from one of its own.
FRAMEWORK_METHODS = re.compile(
    r"^(forward|call|build|__call__|__getitem__|__getitems__|__iter__|__next__|__len__|training_step|validation_step|test_step|"
    r"predict_step|configure_\w+|train_dataloader|val_dataloader|test_dataloader|predict_dataloader|setup|prepare_data|on_\w+|"
    r"train_step|compute_loss|transform|fit_transform|collate_fn|get_train_dataloader|training_epoch_end|run|step|reset)$"
)

# Of these, the ones that only training calls.
TRAINING_METHODS = re.compile(
    r"^(train_\w+|training_\w+|compute_loss|get_train_\w+|configure_optimizers|on_(train|fit)_\w+)$"
)

Given = tuple[tuple[str, Known], ...]
"""What is known of arguments, by parameter; in calls of functions elsewhere also by position as `#0`, and `**`."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One branch around a step: the number of the condition in its file, the branch taken, the condition."""

    number: int
    branch: bool
    condition: Condition


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a function does: an effect, or a call of a function (`target`) in this file or another.

    `given` says what is known of the arguments, by the parameter's name. `spawned`: the callee, to which the function
    is given, calls it in a fresh process; `worker`: in the workers of a loader; `module`: the target is a module that
    is imported. `own`: the method's name, where a method calls one of its own object; with `>` before it, where it
    calls its parent's by `super()`. `deferred`: the callee, of the project or out of sight, may call it later.
    `takers`: where an object is handed to such a callee, which runs it as it likes, what the callee may be; `taken`: by
    which parameter, or `#0` by position.
    """

    location: Location
    guards: tuple[Guard, ...]
    effect: Effect | None = None
    target: str = ""
    text: str = ""
    given: Given = ()
    spawned: bool = False
    worker: bool = False
    module: bool = False
    own: str = ""
    deferred: bool = False
    takers: tuple[str, ...] | None = None
    taken: str = ""

    @property
    def in_main(self) -> bool:
        """Whether it stands under a `__main__` guard."""
        return any(guard.condition.kind == "main" and guard.branch for guard in self.guards)


@dataclass(slots=True)
class FunctionSummary:
    """A function, or a module's top level under the key `<module>`.

    `returns` are the objects that it gives, by their classes: `class:NAME` of the file, else qualified names; functions
    of its own, as `function:KEY`. `plain` is the key of the function itself, where this is what it does as a method of
    a class that derives from its own. `owner` is the class of a method; `keeps` is what a constructor keeps in
    attributes, None for other functions.
    `asks` are the parameters on which it depends what the function does, `runs` those whose objects it may run, `hands`
    those whose objects it hands to functions of other files.
    """

    key: str
    line: int
    location: Location
    parameters: tuple[str, ...] = ()
    defaults: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    returns: tuple[str, ...] = ()
    plain: str = ""
    owner: str = ""
    keeps: dict[str, Known] | None = None
    asks: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    hands: tuple[Handed, ...] = ()


class Functions(Mapping[str, FunctionSummary]):
    """The functions of a file by key; each is summarised when it is asked for, since most are never reached."""

    def __init__(self) -> None:
        self._makers: dict[str, Callable[[], FunctionSummary] | None] = {}
        self._made: dict[str, FunctionSummary] = {}
        self._inner: list[str] = []
        self._reopen: Callable[[], None] | None = None
        self.guards = 0
        """How many guards have been numbered."""
        self.in_training: set[tuple[int, bool]] = set()
        """Their branches that are taken only while a model trains."""
        self.of_files: set[int] = set()
        """The guards that ask for a file of weights which a call then gets: `if path: load(path)`."""
        self.runs: dict[str, Run] = {}
        """The runs of programs that start with one of the functions."""
        self.tolerant = False
        """Whether a function nested too deeply, as generated code is, counts as doing nothing; else that raises."""

    def add(self, key: str, make: Callable[[], FunctionSummary], *, inner: bool = False) -> None:
        """Add a function by what summarises it. inner: it was found while another one was summarised."""
        if key not in self._made:
            self._makers[key] = make
            if inner:
                self._inner.append(key)

    def settle(self) -> None:
        """Summarise all of them now, and let go of the tree."""
        for key, make in self._makers.items():
            if make is None and key not in self._made:
                self._made[key] = _nothing(key)  # the file has changed meanwhile
        while len(self._made) < len(self._makers):
            for key in list(self._makers):
                self[key]
        self.put_away(_settled)

    def put_away(self, reopen: Callable[[], None]) -> None:
        """Let go of the tree. `reopen` is called when a function is asked for that was not yet summarised.

        It adds the functions again, from a new tree.
        """
        while self._inner:
            self[self._inner.pop()]
        self._makers = dict.fromkeys(self._makers)
        self._reopen = reopen

    def __getitem__(self, key: str) -> FunctionSummary:
        known = self._made.get(key)
        if known is None:
            make = self._makers[key]
            if make is None:
                assert self._reopen is not None
                self._reopen()
                make = self._makers[key]
            if make is None:
                return self._made.setdefault(key, _nothing(key))  # settled, or gone with a change of the file
            try:
                known = self._made[key] = make()
            except RecursionError:
                if not self.tolerant:
                    raise
                known = self._made[key] = _nothing(key)
        return known

    def __contains__(self, key: object) -> bool:
        return key in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def _nothing(key: str) -> FunctionSummary:
    return FunctionSummary(key, 1, Location(1, 1, 1, 1))


def _settled() -> None:
    raise LookupError("all functions are summarised")


@dataclass(slots=True)
class ModuleSummary:
    """A file: its functions, what its names stand for to other files, and what makes it a script."""

    path: str
    functions: Functions = field(default_factory=Functions)
    commands: tuple[str, ...] = ()
    """Keys of functions that a command line runs (click, typer, hydra, …)."""
    exports: dict[str, str] = field(default_factory=dict)
    """A top-level name to a key of `functions`, `class:NAME` or an imported qualified name."""
    classes: dict[str, tuple[dict[str, str], tuple[str, ...]]] = field(default_factory=dict)
    """A class to its methods' keys and to the qualified names (or local names) of its bases, "" for a library's."""
    stars: tuple[str, ...] = ()
    imports: frozenset[str] = frozenset()
    has_guard: bool = False
    only_tries_out: bool = False
    relative: bool = False
    sets_environment: tuple[str, ...] = ()
    changes: dict[str, frozenset[str]] = field(default_factory=dict)
    """Attributes of objects that are assigned elsewhere than in the constructor, with the keys of the functions."""
    found: dict[str, tuple[tuple[ModuleSummary, FunctionSummary], ...]] = field(default_factory=dict, repr=False)
    """The functions that its names stand for, as far as they have been asked for."""
    ahead: dict[str, Ahead] = field(default_factory=dict, repr=False)
    """What its functions lead to, as far as that has been asked for."""
