"""What every rule is given of a file, of whatever kind: its path, what it is meant for, and where diagnostics go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Diagnostic, Fix, Location, Related, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from detlint.environment.project import ProjectFiles
    from detlint.project.model import EntryPoint
    from detlint.rules.base import Rule
    from detlint.versions import Targets


class FileContext:
    """A file that rules look at.

    path: as reports show it. surroundings: the files around it; None for a text that is in no project. find_entries:
    gives the entry points of the project at a root.
    """

    def __init__(
        self,
        path: str,
        targets: Targets,
        devices: frozenset[str],
        surroundings: ProjectFiles | None = None,
        find_entries: Callable[[str, Callable[[str, str], bool] | None], Iterable[EntryPoint]] | None = None,
    ) -> None:
        self.path = path
        self.targets = targets
        self.devices = devices
        self.surroundings = surroundings
        self._find_entries = find_entries
        self.diagnostics: list[Diagnostic] = []

    @property
    def entry_points(self) -> Iterable[EntryPoint]:
        """The entry points of the project around the file; none for a text that is in none. Not cheap."""
        return self.entry_points_in(None)

    def entry_points_in(self, chosen: Callable[[str, str], bool] | None) -> Iterable[EntryPoint]:
        """The entry points in the files chosen by their path in the project and their text."""
        if self._find_entries is None or self.surroundings is None:
            return ()
        return self._find_entries(self.surroundings.root, chosen)

    def add_at(
        self,
        rule: Rule,
        place: Location,
        message: str,
        repair: str = "",
        *,
        severity: Severity,
        confidence: Confidence,
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
    ) -> None:
        """Add a diagnostic at a place; rules call `report_at`, which fills in what the rule says of itself."""
        self.diagnostics.append(
            Diagnostic(
                code=rule.code,
                name=rule.name,
                message=message,
                repair=repair,
                severity=severity,
                confidence=confidence,
                path=self.path,
                location=place,
                related=related,
                # Who is not sure of a finding does not repair it.
                fix=fix if confidence > Confidence.LOW else None,
            )
        )
