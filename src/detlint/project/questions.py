"""What rules ask about a run: what is drawn unseeded, what is seeded too late, what trains, which mode is on."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Location, Related
from detlint.project.effects import EVERY, OF_A_SEED
from detlint.project.run import Event, Run, happens_later

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from detlint.project.subjects import Drawn

States = tuple[str, ...]

# Names of functions out of sight that may seed, or turn a mode on.
_SETUP = r"^(setup|set_up|bootstrap|init(?=_))(_env|_environment|_run|_all|_experiment)?$"
_MAY_SEED = re.compile(rf"seed|determin|reprod|rng|random_state|{_SETUP}", re.IGNORECASE)
_MAY_SET_MODE = re.compile(rf"determin|reprod|{_SETUP}", re.IGNORECASE)

_FRAMEWORKS = {
    "torch": frozenset({"torch", "lightning", "pytorch_lightning", "fastai", "accelerate"}),
    "tensorflow": frozenset({"tensorflow", "keras", "tf_keras"}),
}
_BACKENDS = {"torch": {"torch", "pytorch"}, "tensorflow": {"tensorflow", "tf", "keras"}}
"""What folders and files of a framework's backend are named."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An event that a rule reports, how sure it is, and on which condition a seed or mode depends, if on any."""

    event: Event
    confidence: Confidence
    only_when: str = ""


def unseeded(run: Run, wanted: Callable[[Event], States | None]) -> Finding | None:
    """The first draw of a run that nothing seeds before it.

    `wanted` gives the states of which one must be seeded for a draw to repeat, None for draws that are of no
    interest. A seed on some ways only makes the finding low, as does a function out of sight whose name may mean
    seeding.
    """
    low: Finding | None = None
    for event in run.of_kind("draw"):
        states = wanted(event)
        if states is None:
            continue
        assert event.effect is not None
        verdict = seeded(run, event, states)
        if verdict is True:
            continue
        if verdict is False and not event.effect.conditional:
            return Finding(event, Confidence.HIGH)
        low = low or Finding(event, Confidence.LOW, verdict if isinstance(verdict, str) else "")
    return low


def seeded(run: Run, draw: Event, states: States) -> bool | str:
    """True: a seed surely ran before a draw; False: none did; else, in words, when one does.

    states: those of which one must be seeded for the draw to repeat; in a worker of a loader, torch's will do.
    """
    if draw.worker:
        states = (*states, "torch")
    later = draw.effect is not None and happens_later(draw.effect)
    conditional: list[Event] = []
    for event in _seeds(run, states):
        if event.order > draw.order and not later:
            # A seed that surely comes after the draw is another rule's to report.
            certain = event.effect is not None and not event.effect.conditional and is_meant(event, draw)
            if certain and is_seen(event, draw):
                return True
            continue
        if not _reaches(event, draw):
            continue
        assert event.effect is not None
        if event.effect.kind == "unseed" or (event.guards <= draw.guards and not event.effect.conditional):
            return True
        conditional.append(event)
    if _complete(conditional, draw):
        return True
    if draw.process and draw.guards:
        # Where spawning is a choice, so is whether the seed of the process that spawns counts.
        conditional += [event for event in _seeds(run, states) if not event.process]
    if conditional:
        return f"seeded only on some ways ({conditional[0].path}:{conditional[0].location.line})"
    hidden = run.hides(_MAY_SEED, sys.maxsize - 1 if later else draw.order)
    if any(hop.unseen for hop in draw.chain):
        return "what runs it is out of sight and may seed it"
    return "a function out of sight may seed it" if hidden else False


def _seeds(run: Run, states: States) -> list[Event]:
    """What seeds one of some states, or makes it random again, in order."""
    found = [*run.of_kind("seed"), *run.of_kind("unseed")]
    found.sort(key=lambda event: event.order)
    return [event for event in found if event.effect is not None and any(map(event.effect.is_about, states))]


def _reaches(seed: Event, draw: Event) -> bool:
    """Whether a draw can see a seed, and they do not happen on ways that exclude each other."""
    if not is_seen(seed, draw):
        return False
    return not any((path, number, not branch) in draw.guards for path, number, branch in seed.guards)


def is_meant(seed: Event, draw: Event) -> bool:
    """Whether a seed that comes too late is there for what is drawn: it runs whenever that does, or where one is given.

    What a library seeds on a way of its own is another thing.
    """
    return seed.guards <= draw.guards or (seed.seed_guard and draw.guards <= seed.guards)


def is_seen(setting: Event, event: Event) -> bool:
    """Whether what happens in one process can be seen by another: workers and children do nothing to the program."""
    if setting.process != event.process or (setting.worker and not event.worker):
        return False
    return _child(setting) in (None, _child(event))


def _child(event: Event) -> Location | None:
    """Where the process is made in which something happens, if the program makes it by `Process(target=…)`.

    A child that is forked has the states of its parent, and changes them for itself.
    """
    return next((hop.location for hop in event.chain if hop.text.rpartition(".")[2] == "Process"), None)


def surely_happens(events: list[Event], event: Event) -> bool:
    """Whether one of some events happens in every run in which another one does."""
    return any(each.guards <= event.guards for each in events) or _complete(events, event)


def loaded_if_given(run: Run, draw: Event, loads: Iterable[Event]) -> bool:
    """Whether weights are loaded after a draw wherever the program is given a file of them."""
    return any(
        draw.order < load.order
        and (asked := load.guards - draw.guards)
        and all(branch and number in run.guards_of(path).of_files for path, number, branch in asked)
        for load in loads
    )


def only_in_training(run: Run, event: Event) -> bool:
    """Whether an event needs a model that trains, in a program that trains nothing."""
    if any(True for _ in run.of_kind("train")):
        return False
    return any((number, branch) in run.guards_of(path).in_training for path, number, branch in event.guards)


def _complete(seeds: list[Event], draw: Event) -> bool:
    """Whether seeds on several ways cover all ways to a draw together: both branches of one condition."""
    open_guards = [
        seed.guards - draw.guards for seed in seeds if seed.effect is not None and not seed.effect.conditional
    ]
    singles = {next(iter(guards)) for guards in open_guards if len(guards) == 1}
    return any((path, number, not branch) in singles for path, number, branch in singles)


def seeded_late(
    run: Run, subjects: Callable[[str], bool], drawn: Callable[[Event], Drawn | None]
) -> Iterator[tuple[Event, Event]]:
    """Seeds whose state was drawn from before and never seeded until then, with the first such draw.

    `drawn` says which states a draw comes from.
    """
    first_draws: dict[tuple[str, int], Event] = {}
    seeded: set[tuple[str, int]] = set()
    processes: set[int] = set()
    """Those in which every state is seeded."""
    for event in run.events:
        effect = event.effect
        if event.process in processes or event.worker:
            continue
        if effect is not None and effect.kind in {"seed", "unseed"} and _child(event) is not None:
            continue
        if effect is None:
            if _MAY_SEED.search(event.text.rpartition(".")[2]) and "seed" in event.text.lower():
                return
            continue
        if effect.kind == "draw":
            if effect.detail == OF_A_SEED:
                continue
            unsure = happens_later(effect) or effect.conditional or any(hop.deferred for hop in event.chain)
            found = None if unsure else drawn(event)
            if found is not None and not found.idle and not found.later:
                keys = {(state, event.process) for state in found.states}
                for key in keys if seeded.isdisjoint(keys) else ():
                    first_draws.setdefault(key, event)
        elif effect.kind == "seed" and effect.subject == EVERY:
            processes.add(event.process)
            for (state, process), early in first_draws.items():
                open_then = process == event.process and (state, process) not in seeded and subjects(state)
                if open_then and early.guards <= event.guards and is_meant(event, early):
                    yield replace(event, effect=replace(effect, subject=state)), early
        elif effect.kind in {"seed", "unseed"} and subjects(effect.subject):
            key = (effect.subject, event.process)
            draw = first_draws.get(key)
            late = draw is not None and key not in seeded and effect.kind == "seed"
            if draw is not None and late and draw.guards <= event.guards and is_meant(event, draw):
                yield event, draw
            seeded.add(key)


def training(run: Run, subject: str, *, left_to_others: frozenset[str] = frozenset()) -> Event | None:
    """The event that shows that a run trains: a fit, or a step where there is a backward pass as well."""
    parts: dict[str, Event] = {}
    others: set[tuple[str, Location]] = set()
    """Where trainers are started that rules of their own speak of: what they run is theirs."""
    for event in run.of_kind("train", subject):
        assert event.effect is not None
        if event.effect.detail in left_to_others:
            others.add((event.path, event.location))
        elif not event.effect.conditional and not any((hop.path, hop.location) in others for hop in event.chain):
            parts.setdefault(event.effect.detail, event)
    whole = parts.get("fit") or parts.get("graph")
    if whole is not None:
        return whole
    return parts["step"] if "step" in parts and "backward" in parts else None


def environment(run: Run, variable: str | None = None) -> Iterator[Event]:
    """The settings of environment variables, or of one of them, by the code itself or as a side of something else."""
    for event in run.events:
        if (
            event.effect is not None
            and event.effect.kind in {"env", "setenv"}
            and variable in {None, event.effect.subject}
        ):
            yield event


def mode_missing(run: Run, mode: str, event: Event) -> Finding | None:
    """The finding that a mode is never turned on in a run, for the event that needs it; None if it is."""
    turned = list(run.of_kind("mode_on", mode))
    if any(not other.conditional or other.guards <= event.guards for other in turned):
        return None
    if turned:
        return Finding(
            event, Confidence.LOW, f"turned on only on some ways ({turned[0].path}:{turned[0].location.line})"
        )
    hidden = any(other.effect is None and _MAY_SET_MODE.search(other.text.rpartition(".")[2]) for other in run.events)
    return Finding(event, Confidence.LOW if hidden or _of_other_backend(run, mode, event) else Confidence.HIGH)


def _of_other_backend(run: Run, framework: str, event: Event) -> bool:
    """Whether an event is in a library's file for a framework that the program does not use: it uses another."""
    others = [each for each in _FRAMEWORKS if each != framework]
    if event.path == run.module.path or not any(_FRAMEWORKS[each] & run.module.imports for each in others):
        return False
    parts = {part for piece in re.split(r"[/\\]", event.path) for part in re.split(r"[._-]", piece)}
    return not _FRAMEWORKS[framework] & run.module.imports and not _BACKENDS[framework].isdisjoint(parts)


def place(run: Run, event: Event) -> Location:
    """Where an entry-point finding stands: in the entry's file, on the call that leads to the event."""
    for hop in event.chain:
        if hop.path == run.module.path:
            return hop.location
    return event.location


def way(run: Run, event: Event, message: str) -> tuple[Related, ...]:
    """The calls from the entry point to an event, and the event itself, as related locations."""
    start = place(run, event)
    related = [Related(hop.path, hop.location, f"calls {hop.text}") for hop in event.chain if hop.location != start]
    if event.location != start or event.path != run.module.path:
        related.append(Related(event.path, event.location, message))
    return tuple(related)


def meeting(run: Run, late: Event, early: Event) -> Location:
    """The call, in the innermost function that leads to both, that leads to the later of two events."""
    depth = 0
    while depth < min(len(late.chain), len(early.chain)) and late.chain[depth] == early.chain[depth]:
        depth += 1
    hops = [(hop.path, hop.location) for hop in late.chain] + [(late.path, late.location)]
    for path, location in hops[depth:]:
        if path == run.module.path:
            return location
    return place(run, late)
