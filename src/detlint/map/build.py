"""Makes the map of entry points: asks what the rules ask, and keeps all answers instead of the first.

Given entry points with what is around them, and what packs can be asked; gives the values of `model`. It analyses
nothing itself: whether a draw is seeded, a mode on or a variable needed is what `project.questions` and the packs say.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.environment.frameworks import frameworks
from detlint.map.model import (
    STATE_TONES,
    TONES,
    Entry,
    ModeRow,
    ModeVerdict,
    Place,
    StateRow,
    StateVerdict,
    Tone,
    Use,
    VariableRow,
    VariableVerdict,
    VersionRow,
    judged,
)
from detlint.project.questions import environment, is_seen, seeded, seeded_late, training
from detlint.project.run import happens_later
from detlint.project.subjects import RandomState
from detlint.project.summary import MODULE
from detlint.sources.discovery import shown_path
from detlint.sources.source import SourceFile, read_source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detlint.diagnostics import Location
    from detlint.project.model import EntryPoint
    from detlint.project.questions import Finding, States
    from detlint.project.run import Event, Run
    from detlint.project.subjects import AllSubjects, Mode, Program, Variable
    from detlint.versions import Targets

MOST_DRAWS = 100
"""Places that are listed of one state: those that are not seeded first. A big model has thousands of layers."""

_RANK = {verdict: rank for rank, verdict in enumerate(STATE_TONES)}
_WHAT = {
    "init": "initial weights",
    "dropout": "dropout",
    "shuffle": "order of data",
    "lazy": "augmentation",
    "sample": "samples",
    "generate": "generated text",
}
"""What numbers are for, by the details of draws. Draws of Keras say it in their subject, after a colon."""
_OTHER_STATES = {
    "cupy": RandomState("cupy", "CuPy", "cupy.random.seed(SEED)"),
    "generation": RandomState("generation", "language model service", "`seed=` of the call"),
    "entropy": RandomState("entropy", "operating system", ""),
}
"""States that no pack describes, where their name alone would not say what they are."""


class Places:
    """Places as people know them: of a notebook, by its cells. Files are read once."""

    def __init__(self) -> None:
        self._sources: dict[str, SourceFile | None] = {}

    def place(self, path: str, location: Location, text: str = "") -> Place:
        """A place that a summary gave."""
        source = self._source(path)
        known = location if source is None else source.origin(location)
        return Place(path, known.line, known.column, known.cell, text)

    def _source(self, path: str) -> SourceFile | None:
        if path not in self._sources:
            source = read_source(path)
            self._sources[path] = source if isinstance(source, SourceFile) and source.cells else None
        return self._sources[path]

    def words(self, text: str) -> str:
        """A text that names lines of notebooks, with their cells."""
        from detlint.checker import with_cells

        for path, source in self._sources.items():
            if source is not None and path in text:
                text = with_cells(text, path, source)
        return text


class Mapper:
    """Makes the rows of entry points."""

    def __init__(self, subjects: AllSubjects, newest: Iterable[str]) -> None:
        """`newest` are the frameworks of which the packs know versions."""
        self._subjects = subjects
        self._newest = frozenset(newest)
        self._places = Places()
        self._states = {state.name: state for state in subjects.states}
        self._whole = {part: state.name for state in subjects.states for part in state.parts}

    def entry(self, entry: EntryPoint, program: Program, *, named: bool = False) -> Entry:
        """The map of one entry point. named: whether the user named it, since nothing shows that it is one."""
        top = entry.function.key == MODULE
        notebook = entry.module.path.endswith(".ipynb")
        states = tuple(self._state_rows(program))
        modes = tuple(row for mode in self._subjects.modes for row in self._mode_rows(mode, program))
        variables = (row for item in self._subjects.variables for row in self._variable_rows(item, program))
        return Entry(
            path=entry.module.path,
            function=None if top else entry.function.key,
            kind="named" if named else "notebook" if notebook else "script" if top else "command",
            line=1 if top else entry.function.line,
            states=states,
            modes=modes,
            # what files set for all programs is of interest only where something is random
            variables=tuple(row for row in variables if states or modes or row.verdict != "set" or row.code),
            versions=tuple(self._versions(program.run, program.targets)),
        )

    # ------------------------------------------------------------------------------------------------ random states
    def _state_rows(self, program: Program) -> Iterable[StateRow]:
        draws = self._draws(program)
        seeds = self._seeds(program.run)
        names = dict.fromkeys((*self._states, *sorted({*draws, *seeds})))
        for name in names:
            if name in draws or name in seeds:
                yield self._state_row(name, draws.get(name, []), seeds.get(name, []))

    def _state_row(self, name: str, draws: list[Use], seeds: list[Use]) -> StateRow:
        verdict: StateVerdict = min((judged(use) for use in draws), key=_RANK.__getitem__, default="unused")
        state = self._states.get(name) or _OTHER_STATES.get(name) or RandomState(name, name, "")
        first = sorted(draws, key=lambda use: (TONES.index(STATE_TONES[judged(use)]), use.order))[:MOST_DRAWS]
        return StateRow(
            name,
            state.words,
            verdict,
            STATE_TONES[verdict],
            tuple(sorted(first, key=lambda use: use.order)),
            len(draws),
            tuple(seeds),
            state.seed,
        )

    def _draws(self, program: Program) -> dict[str, list[Use]]:
        """The draws by state, one for each place: the worst where it is reached in several ways."""
        run = program.run
        late = self._late_seeds(program)
        asked: set[object] = set()
        worst: dict[tuple[str, str, Location], tuple[StateVerdict, str, Event]] = {}
        for event in run.of_kind("draw"):
            situation = (event.path, event.location, event.effect, event.guards, event.process, event.worker)
            if situation in asked:
                continue
            asked.add(situation)
            state, verdict, note = self._judge(event, program, late)
            key = (state, event.path, event.location)
            if key not in worst or _RANK[verdict] < _RANK[worst[key][0]]:
                worst[key] = (verdict, note, event)
        found: dict[str, list[Use]] = {}
        for (state, _, _), (verdict, note, event) in worst.items():
            found.setdefault(state, []).append(self._use(event, verdict=verdict, note=note, what=_purpose(event)))
        return found

    def _judge(self, event: Event, program: Program, late: dict[str, int]) -> tuple[str, StateVerdict, str]:
        """The state that a draw comes from, whether it is seeded, and what else there is to say."""
        run = program.run
        drawn = self._subjects.drawn(event, run, program.targets)
        assert drawn is not None
        assert event.effect is not None
        state = drawn.states[0] if drawn.states else event.effect.subject.partition(":")[0]
        if drawn.idle:
            return state, "idle", drawn.idle
        if not drawn.states:
            return state, "unseeded", "no global seed reaches it"
        answer = seeded(run, event, drawn.states)
        if answer is True:
            later = happens_later(event.effect) or drawn.later or event.worker
            if event.order < late.get(state, -1) and not later:
                return state, "late", "drawn before the seed"
            if not later and not _is_seeded_before(run, event, drawn.states):
                return state, "maybe", "drawn before the seed, on some ways"
            varying = _varying_seed(run, event, drawn.states)
            if varying:
                return state, "maybe", self._places.words(varying)
            random = any(run.of_kind("unseed", name) for name in drawn.states if not any(run.of_kind("seed", name)))
            return (state, "unseeded", "made random on purpose") if random else (state, "seeded", "")
        if isinstance(answer, str):
            return state, "maybe", self._places.words(answer)
        doubt = "drawn on some ways only" if event.effect.conditional else self._subjects.doubt(event, run)
        return state, "maybe" if doubt else "unseeded", doubt

    def _late_seeds(self, program: Program) -> dict[str, int]:
        """The states that are seeded too late, with the time of that seed."""
        drawn = partial(self._subjects.drawn, run=program.run, targets=program.targets)
        late = seeded_late(program.run, self._states.__contains__, drawn)
        return {seed.effect.subject: seed.order for seed, _ in late if seed.effect is not None}

    def _seeds(self, run: Run) -> dict[str, list[Use]]:
        """The seeds by state, one for each place; those of a part of a state with it, unless they fix it whole."""
        found: dict[str, dict[object, Use]] = {}
        for event in run.events:
            effect = event.effect
            if effect is None or effect.kind not in ("seed", "unseed"):
                continue
            state = self._whole.get(effect.subject, effect.subject)
            place = (event.path, event.location)
            if place in found.setdefault(state, {}):
                continue
            notes = [
                f"{effect.subject.rpartition('_')[2].upper()} only" if state != effect.subject else "",
                "makes it random again" if effect.kind == "unseed" else "",
                "in the workers of a loader" if event.worker else "",
                "on some ways only" if event.conditional else "",
                f"the seed may come from {effect.detail}" if effect.detail else "",
            ]
            certain = not event.conditional and not effect.detail
            verdict = "unseeded" if effect.kind == "unseed" else "seeded" if certain else "maybe"
            found[state][place] = self._use(event, verdict=verdict, note=", ".join(filter(None, notes)))
        return {state: list(uses.values()) for state, uses in found.items()}

    # -------------------------------------------------------------------------------------------------------- modes
    def _mode_rows(self, mode: Mode, program: Program) -> Iterable[ModeRow]:
        run = program.run
        on, off = list(run.of_kind("mode_on", mode.name)), list(run.of_kind("mode_off", mode.name))
        missing = mode.missing(program) if mode.missing is not None else None
        train = training(run, mode.library) or next(run.of_kind("train", mode.library), None) if mode.library else None
        if not on and not off and missing is None and train is None:
            return
        settled = mode.settled(program) if mode.settled is not None else ""
        avoided = mode.avoided(program) if mode.avoided is not None else ""
        verdict, tone, note = self._mode_verdict(mode, on, off, missing, settled)
        if verdict == "unneeded":
            note = self._places.words(avoided)
        needed = missing.event if missing is not None else train
        yield ModeRow(
            mode.name,
            mode.words,
            verdict,
            tone,
            tuple(self._switches(on, off)),
            None if needed is None else self._use(needed, what="trains"),
            note,
            mode.switch,
        )

    def _mode_verdict(
        self, mode: Mode, on: list[Event], off: list[Event], missing: Finding | None, settled: str
    ) -> tuple[ModeVerdict, Tone, str]:
        certain = [event for event in on if not event.conditional]
        if off and (not on or max(event.order for event in off) > max(event.order for event in on)):
            sure = not on and any(not event.conditional for event in off)
            good: Tone = "bad" if mode.good else "good"
            return ("turned-off", good, "") if sure or not mode.good else ("maybe", "doubt", "")
        if not mode.good:
            return ("on", "bad", "") if certain else ("maybe", "doubt", "")
        if settled:
            return "on", "good", self._places.words(settled)
        if certain or (on and missing is None and mode.library):
            weak = all(event.effect is not None and event.effect.detail == "warn" for event in on)
            return ("warns", "doubt", "") if weak else ("on", "good", "")
        if missing is not None and not on:
            tone: Tone = "bad" if missing.confidence > Confidence.LOW else "doubt"
            return "off", tone, self._places.words(missing.only_when)
        if on:
            return "maybe", "doubt", self._places.words(missing.only_when) if missing is not None else ""
        return "unneeded", "none", ""

    def _switches(self, on: list[Event], off: list[Event]) -> Iterable[Use]:
        seen: set[object] = set()
        for event in sorted((*on, *off), key=lambda event: event.order):
            assert event.effect is not None
            key = (event.path, event.location, event.effect.kind)
            if key not in seen:
                seen.add(key)
                what = "off" if event.effect.kind == "mode_off" else "warns" if event.effect.detail == "warn" else "on"
                yield self._use(event, what=what, note="on some ways only" if event.conditional else "")

    # ---------------------------------------------------------------------------------------------------- variables
    def _variable_rows(self, variable: Variable, program: Program) -> Iterable[VariableRow]:
        found = [] if program.files is None else list(program.files.variables(variable.name))
        files = [item for item in found if item.holds_for(program.path)]
        events = list(environment(program.run, variable.name))
        missing = variable.missing(program) if variable.missing is not None else None
        if not files and not events and missing is None:
            return
        late = [event for event, _, _ in self._subjects.late(program.run) if event in events]
        values = [item.variable.value for item in files]
        values += [event.effect.detail or None for event in events if event.effect is not None]
        void = self._void(variable.name, values, program.targets)
        verdict, tone = self._variable_verdict(variable, bool(files), events, late, missing)
        yield VariableRow(
            variable.name,
            variable.words,
            "void" if void else verdict,
            "bad" if void else tone,
            tuple(
                Use(
                    Place(shown_path(item.file.file, os.curdir), at.line, at.column, text=item.file.format.name),
                    what=item.variable.value or "",
                    note=f"for {item.variable.command}" if item.variable.scope == "command" else "",
                )
                for item in files
                for at in (item.variable.location,)
            ),
            tuple(self._written(events, late)),
            None if missing is None or missing.event in events else self._use(missing.event),
            void or (self._places.words(missing.only_when) if missing is not None else ""),
        )

    def _variable_verdict(
        self, variable: Variable, in_files: bool, events: list[Event], late: list[Event], missing: Finding | None
    ) -> tuple[VariableVerdict, Tone]:
        if in_files:
            return "set", "good"
        if events and variable.at_start:
            return ("vain", "bad") if missing is not None else ("set", "good")
        if not events:
            return "missing", "bad" if missing is not None and missing.confidence > Confidence.LOW else "doubt"
        if all(event in late for event in events):
            return "late", "bad"
        return ("maybe", "doubt") if all(event.conditional for event in events) else ("set", "good")

    def _void(self, name: str, values: list[str | None], targets: Targets) -> str:
        """Why none of the values that are known helps, in words."""
        reasons = [self._subjects.void(name, value, targets) if value is not None else "" for value in values]
        return reasons[0] if reasons and all(reasons) else ""

    def _written(self, events: list[Event], late: list[Event]) -> Iterable[Use]:
        seen: set[object] = set()
        for event in events:
            assert event.effect is not None
            if (event.path, event.location) not in seen:
                seen.add((event.path, event.location))
                note = "too late" if event in late else "on some ways only" if event.conditional else ""
                yield self._use(event, what=event.effect.detail, note=note)

    # ----------------------------------------------------------------------------------------------------- versions
    def _versions(self, run: Run, targets: Targets) -> Iterable[VersionRow]:
        imported = {name for module in run.modules.values() for name in module.imports}
        known = {name: {name, *framework.modules} for name, framework in frameworks().items()}
        known.update({name: {name} for name in self._newest if name not in known})
        for name, modules in known.items():
            if not imported.isdisjoint(modules):
                version = str(targets.version(name)) if targets.stated(name) or name in self._newest else None
                source = targets.source(name)
                shown = shown_path(source, os.curdir) if os.path.isabs(source) else source
                yield VersionRow(name, version, targets.stated(name), shown)

    # ------------------------------------------------------------------------------------------------------- shared
    def _use(self, event: Event, *, what: str = "", verdict: str = "", note: str = "") -> Use:
        way = tuple(self._places.place(hop.path, hop.location, hop.text) for hop in event.chain)
        place = self._places.place(event.path, event.location, event.text)
        return Use(place, way, what, verdict, note, event.order)


def _is_seeded_before(run: Run, draw: Event, states: States) -> bool:
    """Whether anything seeds a state before a draw, on whatever ways."""
    return any(
        event.order < draw.order
        and event.effect is not None
        and event.effect.subject in states
        and is_seen(event, draw)
        for kind in ("seed", "unseed")
        for event in run.of_kind(kind)
    )


def _varying_seed(run: Run, draw: Event, states: States) -> str:
    """What is to say of the seed of a draw that may be another one in each run; empty where some seed is not."""
    seeds = [
        event
        for event in run.of_kind("seed")
        if event.effect is not None
        and event.effect.subject in states
        and event.order < draw.order
        and is_seen(event, draw)
    ]
    if not seeds or not all(event.effect is not None and event.effect.detail for event in seeds):
        return ""
    first = seeds[0]
    assert first.effect is not None
    return f"the seed may come from {first.effect.detail} ({first.path}:{first.location.line})"


def _purpose(event: Event) -> str:
    """What numbers are drawn for, in words; empty where that is not known."""
    assert event.effect is not None
    _, _, of_keras = event.effect.subject.partition(":")
    words = _WHAT.get(of_keras, of_keras) if of_keras else _WHAT.get(event.effect.detail, "")
    return f"{words}, in workers of a loader" if words and event.worker else words
