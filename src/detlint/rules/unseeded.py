"""What the rules about unseeded global states have in common."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from detlint.diagnostics import Confidence
from detlint.project.effects import OF_A_SEED
from detlint.project.questions import States, only_in_training, place, unseeded, way
from detlint.rules.base import Rule
from detlint.rules.seed_functions import SEEDING, seeding_fix

if TYPE_CHECKING:
    from detlint.diagnostics import Fix
    from detlint.project.model import EntryPoint, Project
    from detlint.project.questions import Finding
    from detlint.project.run import Event, Run


class UnseededState(Rule):
    """Reports, once an entry point, a random state that is drawn from and never seeded."""

    scope = "project"
    of_entry_points = True
    fix = "unsafe"
    state: ClassVar[str]
    """The state's name in effects."""
    words: ClassVar[str]
    """The state in words, as the subject of a sentence."""
    remedy: ClassVar[str]
    """What to do, as a sentence."""

    def wanted(self, event: Event, run: Run) -> States | None:
        """The states of which one must be seeded for a draw to repeat; None if it is none of this rule's draws."""
        effect = event.effect
        if effect is None or effect.kind != "draw" or effect.subject != self.state or effect.detail == OF_A_SEED:
            return None
        return (self.state,)

    def confidence_of(self, event: Event, run: Run) -> Confidence:
        """How sure a finding about a draw can be at most."""
        idle = run.module.only_tries_out or only_in_training(run, event)
        return Confidence.LOW if idle else Confidence.HIGH

    def described(self, event: Event, run: Run) -> str:
        """What is wrong, as the beginning of a sentence."""
        return f"{self.words} is drawn from here (by `{event.text}`) and never seeded"

    def remedy_of(self, event: Event) -> str:
        """What to do about a draw, as a sentence."""
        return self.remedy

    def check_project(self, project: Project) -> None:
        """Report the first unseeded draw of each entry point."""
        for entry in project.entry_points:
            found = self._first(entry.run)
            if found is None:
                continue
            event = found.event
            confidence = min(found.confidence, self.confidence_of(event, entry.run))
            condition = f" ({found.only_when})" if found.only_when else ""
            self.report_at(
                place(entry.run, event),
                f"{self.described(event, entry.run)}, so each run gives other numbers{condition}.",
                self.remedy_of(event),
                confidence=confidence,
                related=way(entry.run, event, f"`{event.text}` draws here"),
                fix=self.fix_of(project, entry, event),
            )

    def _first(self, run: Run) -> Finding | None:
        """The first unseeded draw of a run; where it may not happen, the first of those that do."""
        wanted = partial(self.wanted, run=run)
        found = unseeded(run, wanted)
        if found is None or self.confidence_of(found.event, run) is Confidence.HIGH:
            return found
        surer = unseeded(run, lambda event: wanted(event) if self._is_sure(event, run) else None)
        return found if surer is None or surer.confidence < Confidence.HIGH else surer

    def _is_sure(self, event: Event, run: Run) -> bool:
        return self.confidence_of(event, run) is Confidence.HIGH

    def fix_of(self, project: Project, entry: EntryPoint, event: Event) -> Fix | None:
        """The fix that seeds the state where the program starts."""
        return seeding_fix(self.context, project, entry, event, self.state) if self.state in SEEDING else None
