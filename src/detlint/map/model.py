"""What a map says: plain values, in a stable order, that every form of output shows alike.

Knows no project model and no output format.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

Tone = Literal["bad", "doubt", "good", "none"]
"""How a row is judged: something is wrong, may be wrong, is in order; or nothing hangs on it."""

TONES: tuple[Tone, ...] = ("bad", "doubt", "good", "none")
"""From what matters most to what matters least."""

StateVerdict = Literal["unseeded", "late", "maybe", "seeded", "idle", "unused"]
ModeVerdict = Literal["off", "turned-off", "warns", "maybe", "on", "unneeded"]
VariableVerdict = Literal["missing", "vain", "void", "late", "maybe", "set"]

STATE_TONES: dict[StateVerdict, Tone] = {
    "unseeded": "bad",
    "late": "bad",
    "maybe": "doubt",
    "seeded": "good",
    "idle": "none",
    "unused": "none",
}
"""Verdicts about random states, the worst first: a state's verdict is the worst of its draws'."""

TONE_WORDS: dict[Tone, str] = {
    "bad": "with problems",
    "doubt": "in doubt",
    "good": "in order",
    "none": "with nothing random",
}
"""How entry points of a tone are counted."""

WORDS: dict[str, str] = {
    "unseeded": "not seeded",
    "late": "too late",
    "maybe": "not certain",
    "seeded": "seeded",
    "idle": "no effect",
    "unused": "no draw seen",
    "off": "off",
    "turned-off": "turned off",
    "warns": "only warns",
    "on": "on",
    "unneeded": "not needed",
    "missing": "not set",
    "vain": "set in vain",
    "void": "wrong value",
    "set": "set",
}
"""Verdicts as people read them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, and the code that stands there. Lines, columns and cells count from 1."""

    path: str
    line: int
    column: int
    cell: int | None = None
    text: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.cell is None else f"{self.path}:cell {self.cell}:{self.line}"


@dataclass(frozen=True, slots=True)
class Use:
    """Something that an entry point does: draws, seeds, switches, sets.

    way: the calls that lead there, outermost first. what: what the numbers are for, or the value that is set. note:
    what else there is to say. verdict: of draws and seeds. order: when it happens in the run.
    """

    place: Place
    way: tuple[Place, ...] = ()
    what: str = ""
    verdict: str = ""
    note: str = ""
    order: int = 0


def judged(use: Use) -> StateVerdict:
    """The verdict about a draw, or a seed."""
    return cast("StateVerdict", use.verdict)


@dataclass(frozen=True, slots=True)
class StateRow:
    """A random state of an entry point. draws: the first ones, of `draw_count` places. seed: what would seed it."""

    name: str
    words: str
    verdict: StateVerdict
    tone: Tone
    draws: tuple[Use, ...]
    draw_count: int
    seeds: tuple[Use, ...]
    seed: str = ""


@dataclass(frozen=True, slots=True)
class ModeRow:
    """A mode of an entry point: where it is switched, and what needs it. switch: the code for the good side."""

    name: str
    words: str
    verdict: ModeVerdict
    tone: Tone
    switches: tuple[Use, ...]
    needed_by: Use | None = None
    note: str = ""
    switch: str = ""


@dataclass(frozen=True, slots=True)
class VariableRow:
    """An environment variable: where files around the code set it, where the code does, and what needs it."""

    name: str
    words: str
    verdict: VariableVerdict
    tone: Tone
    files: tuple[Use, ...]
    code: tuple[Use, ...]
    needed_by: Use | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A framework that the entry point imports; version: None where nothing says and no newest one is known."""

    framework: str
    version: str | None
    stated: bool
    source: str


Row = StateRow | ModeRow | VariableRow


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry point. function: None for the top level of a file."""

    path: str
    function: str | None
    kind: Literal["script", "command", "notebook", "named"]
    line: int
    states: tuple[StateRow, ...]
    modes: tuple[ModeRow, ...]
    variables: tuple[VariableRow, ...]
    versions: tuple[VersionRow, ...]

    @property
    def name(self) -> str:
        """How it is named on the command line."""
        return self.path if self.function is None else f"{self.path}:{self.function}"

    @property
    def rows(self) -> tuple[Row, ...]:
        """All that is judged."""
        return (*self.states, *self.modes, *self.variables)

    @property
    def tone(self) -> Tone:
        """The worst of its rows."""
        return min((row.tone for row in self.rows), key=TONES.index, default="none")


@dataclass(frozen=True, slots=True)
class ProjectMap:
    """The entry points of what was looked at, by path."""

    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> ProjectMap:
        """A map of entry points in any order, each once."""
        unique = {entry.name: entry for entry in entries}
        return cls(tuple(sorted(unique.values(), key=lambda entry: (entry.path, entry.line, entry.name))))

    def count(self, tone: Tone) -> int:
        """How many entry points are judged so."""
        return sum(entry.tone == tone for entry in self.entries)

    @property
    def summary(self) -> str:
        """How many entry points there are, and how they are judged, as a sentence."""
        total = len(self.entries)
        parts = [f"{self.count(tone)} {words}" for tone, words in TONE_WORDS.items() if self.count(tone)]
        return f"{total} entry point{'s' * (total != 1)}: {', '.join(parts)}."
