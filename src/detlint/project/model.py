"""The project around a file, as far as summaries of its modules show it: entry points, their runs, modes at a place.

Given the summary of a file and a way to get those of others, gives entry points and answers about them. Never reads
trees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from detlint.project.places import is_test
from detlint.project.run import Event, Mode, Run, happens_later
from detlint.project.summary import MODULE, FunctionSummary, ModuleSummary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detlint.project.links import Links


class EntryPoint:
    """Where a program starts: a script's top level with its guard, or a function that a command runs."""

    def __init__(self, module: ModuleSummary, function: FunctionSummary, links: Links) -> None:
        self.module = module
        self.function = function
        self._links = links

    @cached_property
    def run(self) -> Run:
        """What happens when it runs; worked out once, whichever file's check asks first."""
        runs = self.module.functions.runs
        if self.function.key not in runs:
            runs[self.function.key] = Run(self._links, self.module, self.function)
        return runs[self.function.key]

    def reaches(self, path: str, key: str) -> bool:
        """Whether its run comes to a function; run only where calls lead there."""
        return self._may_reach(path, key) and self.run.reaches(path, key)

    def turns_on(self, mode: str) -> bool:
        """Whether it turns a mode on, on some way; run only where something that it calls does."""
        return self._may_turn_on(mode) and any(True for _ in self.run.of_kind("mode_on", mode))

    def _may_turn_on(self, mode: str) -> bool:
        steps = (*self.module.functions[MODULE].steps, *self.function.steps)
        return any(
            step.effect.kind == "mode_on"
            if step.effect is not None
            else any(self._links.may(*found, "mode_on", mode) for found in self._links.called_by(self.module, step))
            for step in steps
        )

    def trains(self, subject: str) -> bool:
        """Whether it has a part in training with a framework."""
        return any(True for _ in self.run.of_kind("train", subject))

    def _may_reach(self, path: str, key: str) -> bool:
        if path == self.module.path or key == MODULE:
            return True
        ahead = self._ahead  # which gives numbers to what has none yet
        number = self._links.number(path, key)
        return number is not None and bool(ahead >> number & 1)

    @cached_property
    def _ahead(self) -> int:
        functions = 0
        for function in (self.module.functions[MODULE], self.function):
            for step in function.steps:
                for found in self._links.called_by(self.module, step):
                    functions |= self._links.ahead(*found).functions
        return functions


@dataclass(frozen=True, slots=True)
class RunHere:
    """A run that comes to a file. path: the file's there. starts: whether it is an entry point's."""

    run: Run
    path: str
    starts: bool


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Starts:
    """What is known from outside of the programs that start in a file.

    commands: the names of functions that commands run. chosen: whether the settings name the file. is_started: tells
    whether a command starts the file; asked only where the file does not show it.
    """

    commands: tuple[str, ...] = ()
    chosen: bool = False
    is_started: Callable[[], bool] = _never


class Project:
    """What is known around one file."""

    def __init__(self, summary: Callable[[], ModuleSummary], links: Links, starts: Starts | None = None) -> None:
        """`starts` is what is known from outside of the programs that start here; by default nothing."""
        self._summary = summary
        self.links = links
        self._starts = Starts() if starts is None else starts
        self._loose_runs: dict[str, Run] = {}

    @cached_property
    def module(self) -> ModuleSummary:
        """The file's summary."""
        return self._summary()

    # ---------------------------------------------------------------------------------------------- entry points
    @cached_property
    def entry_points(self) -> list[EntryPoint]:
        """The entry points of the file, in the order of the source."""
        module = self.module
        if is_test(module.path) and not self._starts.chosen:
            return []
        top = module.functions[MODULE]
        found: list[EntryPoint] = []
        named = module.has_guard or module.path.endswith((".ipynb", "__main__.py"))
        if named or self._works or self._starts.is_started():
            found.append(EntryPoint(module, top, self.links))
        scripts = (module.exports.get(name, "") for name in self._starts.commands)
        for key in dict.fromkeys((*module.commands, *(key for key in scripts if key in module.functions))):
            if not any(entry.reaches(module.path, key) for entry in found):
                function = module.functions[key]
                found.append(EntryPoint(module, function, self.links))
        return found

    def start(self, name: str) -> EntryPoint | None:
        """A function of the file as if a program started there, whoever calls it; its top level for ""."""
        key = MODULE if not name else name if name in self.module.functions else self.module.exports.get(name, "")
        if key not in self.module.functions:
            return None
        function = self.module.functions[key]
        return EntryPoint(self.module, function, self.links)

    @property
    def _works(self) -> bool:
        """Whether the top level does work of its own; not so in a file that can only be imported."""
        module = self.module
        if module.relative or module.path.endswith("__init__.py"):
            return False
        # A module of the very package that it imports may make objects of its own for others.
        in_package = not module.imports.isdisjoint(re.split(r"[/\\]", module.path)[:-1])
        events = Run(self.links, module, module.functions[MODULE], imports=False).events
        return any(works(event) and not (in_package and event.function.endswith(".__init__")) for event in events)

    def loose_runs(self, kind: str, subject: str | None = None, *, in_file: bool = False) -> Iterator[Run]:
        """Runs of the functions that no entry point reaches, each after the module's top level.

        Of those in which there may be an effect of a kind, and of a subject if one is given: most functions of a
        project have none. in_file: such an effect must stand in this file.
        """
        module, top = self.module, self.module.functions[MODULE]
        may = self.links.may_in_file if in_file else self.links.may
        on_top = (
            may(module, top, kind, subject) if in_file else self.links.may(module, top, kind, subject, imports=False)
        )
        for key in self._unreached:
            if on_top or may(module, module.functions[key], kind, subject):
                yield self._loose(key)

    def runs_here(self, kind: str, subject: str | None = None) -> Iterator[RunHere]:
        """The runs that come to the file: those of its entry points, those of others, then of functions by themselves.

        Of functions that no entry point of the file reaches, those in which there may be an effect of a kind in this
        file, and of a subject if one is given.
        """
        yield from (RunHere(entry.run, self.module.path, starts=True) for entry in self.entry_points)
        seen: set[int] = set()
        for run in self.loose_runs(kind, subject, in_file=True):
            others = list(self.runs_from_elsewhere(run.function.key))
            yield from (RunHere(other, path, starts=True) for path, other in others if id(other) not in seen)
            seen.update(id(other) for _, other in others)
            if not others:
                yield RunHere(run, self.module.path, starts=False)

    def runs_from_elsewhere(self, key: str) -> Iterator[tuple[str, Run]]:
        """The runs of other files' entry points that come to a function of this one, with its path there."""
        return iter(())

    @cached_property
    def _unreached(self) -> list[str]:
        module = self.module
        return [
            key
            for key in list(module.functions)
            if not any(entry.reaches(module.path, key) for entry in self.entry_points)
        ]

    def _loose(self, key: str) -> Run:
        known = self._loose_runs.get(key)
        if known is None:
            known = self._loose_runs[key] = Run(
                self.links, self.module, self.module.functions[key], main=False, imports=False
            )
        return known

    # --------------------------------------------------------------------------------------------------- questions
    def reached(self, key: str) -> bool:
        """Whether an entry point of the file reaches one of its functions."""
        return any(entry.reaches(self.module.path, key) for entry in self.entry_points)

    def modes_at(self, key: str, place: tuple[int, int], mode: str) -> list[Mode]:
        """The states of a mode at a place, over all entry points that reach it; else as the file itself has it."""
        runs = [entry.run for entry in self.entry_points if entry.reaches(self.module.path, key)]
        if not runs:
            runs = [self._loose(key)]
        return [state for run in runs for state in run.modes_at(self.module.path, key, place, mode)]


def works(event: Event) -> bool:
    """Whether an event of a top level is work, so that its file is a script: building a model is not."""
    effect = event.effect
    if effect is None:
        return False
    return (effect.kind == "draw" and effect.detail != "init" and not happens_later(effect)) or effect.kind in {
        "train",
        "op",
    }
