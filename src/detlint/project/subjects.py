"""What can be asked of a program: its random states, its modes, the variables that its libraries read.

Packs declare them. Each question has one home: the rules that report an answer, and the map that shows it, call the
same function.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from detlint.environment.project import ProjectFiles
    from detlint.index import FileIndex
    from detlint.project.questions import Finding, States
    from detlint.project.run import Event, Run
    from detlint.versions import Targets


@dataclass(frozen=True, slots=True)
class Program:
    """An entry point with what is around it.

    targets, devices: what it is meant for. files: those around its code; None for a text that is in no project. index:
    of the file in which it starts.
    """

    run: Run
    targets: Targets
    devices: frozenset[str]
    files: ProjectFiles | None
    index: FileIndex

    @property
    def path(self) -> str:
        """The file in which it starts."""
        return self.run.module.path

    def sets(self, name: str) -> bool:
        """Whether a file around the code sets a variable before the program starts."""
        return self.files is not None and self.files.sets(name, self.path)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where the numbers of a draw come from.

    states: those of which one must be seeded for it to repeat; none where no seed reaches it. idle: why nothing hangs
    on the numbers, in words; empty where something does. later: whether they are drawn after the call that is seen.
    """

    states: States
    idle: str = ""
    later: bool = False


@dataclass(frozen=True, slots=True)
class RandomState:
    """A random state that programs share without naming it.

    name: as in effects. words: for people. seed: the call that fixes it. parts: states that the same call fixes, of
    which some can be seeded alone; nothing is drawn from them by name.
    """

    name: str
    words: str
    seed: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mode:
    """A switch that decides whether a library's operations repeat.

    name: as in effects. words: for people. switch: the code that turns it to the good side. good: which side that is.
    library: the subject of `train` effects that it is about; empty for a flag that is told of only where it is set.
    missing: gives the event that needs it where it is not on. settled, avoided: say in words what else turns it on, and
    what makes it unnecessary; nothing where nothing does.
    """

    name: str
    words: str
    switch: str
    good: bool = True
    library: str = ""
    missing: Callable[[Program], Finding | None] | None = None
    settled: Callable[[Program], str] | None = None
    avoided: Callable[[Program], str] | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that libraries read once.

    at_start: whether only the interpreter's start reads it, so that code sets it in vain. missing: gives the
    event that needs it where nothing sets it.
    """

    name: str
    words: str
    at_start: bool = False
    missing: Callable[[Program], Finding | None] | None = None


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a pack can be asked.

    drawn: what a draw comes from; None for draws that are another pack's. doubt: why a draw may not happen, in words.
    late: settings of variables that come when their reader has started: the setting, the start, and when it reads.
    void: why a variable's value does not help, in words; empty where it may.
    """

    states: tuple[RandomState, ...] = ()
    modes: tuple[Mode, ...] = ()
    variables: tuple[Variable, ...] = ()
    drawn: Callable[[Event, Run, Targets], Drawn | None] | None = None
    doubt: Callable[[Event, Run], str] | None = None
    late: Callable[[Run], Iterable[tuple[Event, Event, str]]] | None = None
    void: Callable[[str, str, Targets], str] | None = None


@dataclass(frozen=True, slots=True)
class AllSubjects:
    """What all packs together can be asked."""

    of_packs: tuple[Subjects, ...] = field(default=())

    @property
    def states(self) -> tuple[RandomState, ...]:
        """All random states that are described."""
        return tuple(state for subjects in self.of_packs for state in subjects.states)

    @property
    def modes(self) -> tuple[Mode, ...]:
        """All modes."""
        return tuple(mode for subjects in self.of_packs for mode in subjects.modes)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """All variables."""
        return tuple(variable for subjects in self.of_packs for variable in subjects.variables)

    def drawn(self, event: Event, run: Run, targets: Targets) -> Drawn | None:
        """What an event draws from; None if it draws nothing. A state that no pack describes is its own."""
        if event.effect is None or event.effect.kind != "draw":
            return None
        for subjects in self.of_packs:
            found = subjects.drawn(event, run, targets) if subjects.drawn is not None else None
            if found is not None:
                return found
        return Drawn((event.effect.subject,))

    def doubt(self, event: Event, run: Run) -> str:
        """Why a draw may not happen, in words; empty where it does."""
        asked = (subjects.doubt(event, run) for subjects in self.of_packs if subjects.doubt is not None)
        return next((words for words in asked if words), "")

    def late(self, run: Run) -> list[tuple[Event, Event, str]]:
        """Settings of variables after their reader has started."""
        return [found for subjects in self.of_packs if subjects.late is not None for found in subjects.late(run)]

    def void(self, name: str, value: str, targets: Targets) -> str:
        """Why a variable's value does not help, in words; empty where it may."""
        asked = (subjects.void(name, value, targets) for subjects in self.of_packs if subjects.void is not None)
        return next((words for words in asked if words), "")
