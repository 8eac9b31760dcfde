"""What the rules about training without a framework's deterministic mode have in common: DET203, DET303."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from detlint.project.questions import Finding, place, way
from detlint.rules.base import Rule

if TYPE_CHECKING:
    from detlint.diagnostics import Fix
    from detlint.project.model import EntryPoint, Project
    from detlint.project.run import Event
    from detlint.project.subjects import Program


class ModeMissing(Rule):
    """Reports, once an entry point, training that never turns the mode on."""

    scope = "project"
    of_entry_points = True
    fix = "unsafe"
    complaint: ClassVar[str]
    """What is wrong, as a sentence without its full stop."""
    remedy: ClassVar[str]
    """What to do, as a sentence."""

    def missing(self, program: Program) -> Finding | None:
        """The training of a program that lacks the mode."""
        raise NotImplementedError

    def check_project(self, project: Project) -> None:
        """Report each entry point that trains without the mode."""
        for entry in project.entry_points:
            found = self.missing(self.context.program(entry))
            if found is None:
                continue
            run, step = entry.run, found.event
            condition = f" ({found.only_when})" if found.only_when else ""
            self.report_at(
                place(run, step),
                f"{self.complaint}{condition}.",
                self.remedy,
                confidence=found.confidence,
                related=way(run, step, f"`{step.text}` trains here"),
                fix=self.fix_of(entry, step),
            )

    def fix_of(self, entry: EntryPoint, step: Event) -> Fix | None:
        """The fix that turns the mode on where the program starts."""
        raise NotImplementedError
