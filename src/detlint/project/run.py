"""A run of an entry point: what happens to random states, modes and the environment, in order, over summaries.

Given a starting function and the links to others, gives events. Every function is run for a few sets of conditions
under which it is reached, and one that does nothing of interest not at all: the cost is linear in what matters.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from detlint.project.conditions import ANY, Facts
from detlint.project.links import is_telling
from detlint.project.objects import Objects, arguments
from detlint.project.summary import FORWARDED, MODULE, UNPACKED, Functions, FunctionSummary, Guard, ModuleSummary, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detlint.diagnostics import Location
    from detlint.project.effects import Effect
    from detlint.project.links import Links

_MAX_DEPTH = 40
_MAX_WAYS = 6
"""Sets of conditions under which a function is run, beside those that hold more often."""
_MAX_EVENTS = 20_000
_MAX_FUNCTIONS = 2_000
"""How often functions are run for one entry point; programs that people write run some hundred of interest."""
_OF_ENVIRONMENT = re.compile(r"(^|[._])(envs?|\w*_envs?|\w*space)\.seed$")
"""`env.seed`, `env.action_space.seed`: what seeds a generator of its own."""
LATER = frozenset({"shuffle", "lazy"})
"""Details of draws that happen when something is iterated, later than the call that is seen."""


def happens_later(effect: Effect) -> bool:
    """Whether an effect comes after the call that is seen, when what it made is used."""
    return effect.later or effect.detail in LATER


Mode = Literal["on", "off", "maybe"]


@dataclass(frozen=True, slots=True)
class Hop:
    """A call on the way from an entry point: where it stands and what it calls.

    `deferred`: perhaps only later; `unseen`: by a callee that nobody sees, which may do anything before.
    """

    path: str
    location: Location
    text: str
    deferred: bool = False
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens in a run. `chain` are the calls that lead to it, outermost first.

    `effect` is None for a call of a function out of sight. `guards` are the branches under which it happens.
    `process` tells spawned processes apart; what a worker of a loader draws comes with `worker`.
    """

    order: int
    path: str
    location: Location
    text: str
    effect: Effect | None
    chain: tuple[Hop, ...]
    guards: frozenset[tuple[str, int, bool]]
    seed_guard: bool
    process: int
    worker: bool
    function: str
    """The key of the function in which it happens."""

    @property
    def conditional(self) -> bool:
        """Whether it happens on some ways only."""
        return bool(self.guards) or (self.effect is not None and self.effect.conditional)


@dataclass(slots=True)
class Visit:
    """One time that a function was entered: its modes then, and how its own calls changed them."""

    modes: dict[str, Mode]
    changes: list[tuple[tuple[int, int], str, Mode]] = field(default_factory=list)


class Run:
    """The events of one entry point."""

    def __init__(
        self,
        links: Links,
        module: ModuleSummary,
        function: FunctionSummary,
        *,
        main: bool = True,
        imports: bool = True,
    ) -> None:
        self.module = module
        self.function = function
        self.events: list[Event] = []
        self.hidden: list[Event] = []
        """The calls of functions out of sight, in order."""
        self._by_kind: dict[str, list[Event]] = {}
        self._first_hidden: dict[re.Pattern[str], int] = {}
        self._visits: dict[tuple[str, str], list[Visit]] = {}
        self._silent: dict[tuple[tuple[str, Mode], ...], int] = {}
        self._quiet: dict[tuple[tuple[str, Mode], ...], set[str]] = {}
        """The real paths of modules that are only imported and do nothing then, by the modes at that time."""
        self._modules: dict[str, ModuleSummary] = {}
        self._links = links
        self._main = main
        self._follows_imports = imports
        self._seen: dict[tuple[object, ...], list[frozenset[tuple[str, int, bool]]]] = {}
        self._objects = Objects(links, module, function)
        self._imported: set[str] = set()
        self._frames: list[Visit] = []
        self._places: list[tuple[int, int]] = []
        self._functions: list[str] = []
        self._modes: dict[str, Mode] = {}
        self._processes = 0
        self._count = 0
        top = module.functions[MODULE]
        if function is not top:
            self._imported.add(module.path)
            self._expand(module, top, {}, (), frozenset(), False, 0, False)
        else:
            self._imported.add(module.path)
        # Who calls a function that no program here reaches may give it anything: its defaults say nothing.
        given = {} if main else dict.fromkeys((*function.parameters, UNPACKED), ANY)
        self._expand(module, function, given, (), frozenset(), False, 0, False)

    # --------------------------------------------------------------------------------------------------- running
    def _expand(
        self,
        module: ModuleSummary,
        function: FunctionSummary,
        given: Mapping[str, str],
        chain: tuple[Hop, ...],
        guards: frozenset[tuple[str, int, bool]],
        seed_guard: bool,
        process: int,
        worker: bool,
    ) -> None:
        key = (module.path, function.key)
        if chain:
            ahead = self._links.ahead(module, function)
            if not ahead.effects:
                modes = tuple(self._modes.items())
                self._silent[modes] = self._silent.get(modes, 0) | ahead.functions
                return
        self._modules[module.path] = module
        visit = Visit(dict(self._modes))
        self._visits.setdefault((module.path, function.plain or function.key), []).append(visit)
        values = {**function.defaults, **given}
        facts = self._objects.facts(module, function, values)
        known: tuple[object, ...] = (self._objects.version, *(values.get(name, ANY) for name in function.asks))
        if FORWARDED in function.asks:
            known += tuple(sorted(item for item in values.items() if item[0].startswith(UNPACKED)))
        # What a callee out of sight runs says less than what the program runs itself, which may come later.
        unseen = any(hop.unseen for hop in chain)
        seen = self._seen.setdefault((*key, process, worker, unseen, known), [])
        if any(earlier <= guards for earlier in seen):
            return
        if len(seen) >= _MAX_WAYS and not any(guards < earlier for earlier in seen):
            return
        if len(chain) > _MAX_DEPTH or len(self.events) > _MAX_EVENTS or self._count >= _MAX_FUNCTIONS:
            return
        self._count += 1
        seen.append(guards)
        self._frames.append(visit)
        self._places.append((0, 0))
        self._functions.append(function.plain or function.key)
        for step in function.steps:
            taken = self._guards(module, step.guards, facts, process)
            if taken is None:
                continue
            own, seeds = taken
            self._places[-1] = (step.location.line, step.location.column)
            self._step(module, step, chain, guards | own, seed_guard or seeds, process, worker, facts)
        self._frames.pop()
        self._places.pop()
        self._functions.pop()

    def _guards(
        self, module: ModuleSummary, guards: tuple[Guard, ...], facts: Facts, process: int
    ) -> tuple[frozenset[tuple[str, int, bool]], bool] | None:
        """The guards that stay open for what is known; None if the step is never reached."""
        kept = []
        seeds = False
        for guard in guards:
            condition = guard.condition
            if condition.kind == "main":
                holds: bool | None = self._main and not process and module.path == self.module.path
            else:
                holds = facts.holds(condition)
            if holds is None:
                kept.append((module.path, guard.number, guard.branch))
                seeds = seeds or condition.kind == "seed" or "seed" in condition.name.lower()
            elif holds is not guard.branch:
                return None
        return frozenset(kept), seeds

    def _step(
        self,
        module: ModuleSummary,
        step: Step,
        chain: tuple[Hop, ...],
        guards: frozenset[tuple[str, int, bool]],
        seed_guard: bool,
        process: int,
        worker: bool,
        facts: Facts,
    ) -> None:
        if step.effect is not None:
            self._add(module, step, step.effect, chain, guards, seed_guard, process, worker)
            return
        if step.module:
            if self._follows_imports:
                self._import(module, step, chain, guards, process)
            return
        if step.deferred and self._functions[-1] == MODULE and module.path != self.module.path:
            return  # a module that is imported keeps functions there for those who call it
        found = self._links.find(module, step.target)
        if not found:
            if "." in step.target and is_telling(step):
                self._add(module, step, None, chain, guards, seed_guard, process, worker)
            return
        if step.takers and self._links.leaves_alone(module, step):
            return
        unseen = step.takers is not None and not any(self._links.is_seen(module, name) for name in step.takers)
        hop = Hop(module.path, step.location, step.text, step.deferred, unseen)
        if step.spawned:
            # A fresh process imports the function's module again, without what stands under its guard.
            self._processes += 1
            process = self._processes
            for other in {id(other): other for other, _ in found}.values():
                self._expand(other, other.functions[MODULE], {}, (*chain, hop), guards, seed_guard, process, False)
        for other, function in found:
            given = arguments(step, function, facts)
            self._objects.made(other, function, given)
            self._expand(other, function, given, (*chain, hop), guards, seed_guard, process, worker or step.worker)

    def _import(
        self,
        module: ModuleSummary,
        step: Step,
        chain: tuple[Hop, ...],
        guards: frozenset[tuple[str, int, bool]],
        process: int,
    ) -> None:
        quiet = self._links.quiet_import(module, step.target)
        if quiet is not None:
            self._quiet.setdefault(tuple(self._modes.items()), set()).add(quiet)
            return
        other = self._links.find_module(module, step.target)
        if other is None or other.path in self._imported:
            return
        self._imported.add(other.path)
        self._expand(
            other,
            other.functions[MODULE],
            {},
            (*chain, Hop(module.path, step.location, step.text)),
            guards,
            False,
            process,
            False,
        )

    def _add(
        self,
        module: ModuleSummary,
        step: Step,
        effect: Effect | None,
        chain: tuple[Hop, ...],
        guards: frozenset[tuple[str, int, bool]],
        seed_guard: bool,
        process: int,
        worker: bool,
    ) -> None:
        if worker and effect is not None and effect.kind in {"mode_on", "mode_off"}:
            return  # a worker of a loader sets it for itself alone
        event = Event(
            len(self.events),
            module.path,
            step.location,
            step.text or step.target,
            effect,
            chain,
            guards,
            seed_guard,
            process,
            worker,
            self._functions[-1],
        )
        self.events.append(event)
        (self.hidden if effect is None else self._by_kind.setdefault(effect.kind, [])).append(event)
        if effect is not None and effect.kind in {"mode_on", "mode_off"}:
            state: Mode = "off" if effect.kind == "mode_off" else "on"
            if event.conditional and self._modes.get(effect.subject, "off") != state:
                state = "maybe"
            self._modes[effect.subject] = state
            for frame, place in zip(self._frames, self._places, strict=False):
                frame.changes.append((place, effect.subject, state))

    # -------------------------------------------------------------------------------------------------- questions
    def of_kind(self, kind: str, subject: str | None = None) -> Iterator[Event]:
        """The events with an effect of a kind, in order."""
        for event in self._by_kind.get(kind, ()):
            if not subject or (event.effect is not None and event.effect.is_about(subject)):
                yield event

    def hides(self, words: re.Pattern[str], until: int) -> bool:
        """Whether a function out of sight, whose name has one of some words, is called before an event's order."""
        if words not in self._first_hidden:
            named = (
                event.order
                for event in self.hidden
                if words.search(event.text.rpartition(".")[2]) and not _OF_ENVIRONMENT.search(event.text)
            )
            self._first_hidden[words] = next(named, sys.maxsize)
        return self._first_hidden[words] <= until

    @property
    def modules(self) -> dict[str, ModuleSummary]:
        """The modules of which something runs, by path."""
        silent = (module for functions in self._silent.values() for module in self._links.modules(functions))
        return {**self._modules, **{module.path: module for module in silent}}

    def guards_of(self, path: str) -> Functions:
        """The functions of a module in which something happened, which know its guards."""
        return self._modules[path].functions

    def reaches(self, path: str, key: str) -> bool:
        """Whether the run comes to a function."""
        return (path, key) in self._visits or any(True for _ in self._in_silence(path, key))

    def _in_silence(self, path: str, key: str) -> Iterator[tuple[tuple[str, Mode], ...]]:
        """The modes with which the run comes to a function in which nothing of interest happens."""
        number = self._links.number(path, key)
        if number is not None:
            yield from (modes for modes, functions in self._silent.items() if functions >> number & 1)
        if key == MODULE:
            yield from (modes for modes, paths in self._imported_quietly.items() if path in paths)

    @cached_property
    def _imported_quietly(self) -> dict[tuple[tuple[str, Mode], ...], set[str]]:
        """The paths of all modules that run without doing anything, by the modes at that time."""
        return {modes: self._links.imported_with(files) for modes, files in self._quiet.items()}

    def modes_at(self, path: str, key: str, place: tuple[int, int], mode: str) -> list[Mode]:
        """The states of a mode at a place in a function, for each time that the run entered it."""
        found: list[Mode] = []
        found += [dict(modes).get(mode, "off") for modes in self._in_silence(path, key)]
        for visit in self._visits.get((path, key), ()):
            state: Mode = visit.modes.get(mode, "off")
            for changed, subject, value in visit.changes:
                if subject == mode and changed < place:
                    state = value
            found.append(state)
        return found
