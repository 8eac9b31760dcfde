"""Checking the structure of a project by the rules of the pack `structure`.

Given a folder and the settings of its files; gives diagnostics in order, what repairs them, and what holds. What makes
it impossible to open the project is itself a finding, DET612.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from detlint.diagnostics import Applicability, Diagnostic, Location
from detlint.projects.comments import SAID, Comments
from detlint.projects.marker import MarkerError
from detlint.projects.structure import Finding, open_project
from detlint.rules.structure.base import StructureRule
from detlint.rules.structure.invalid_manifest import InvalidManifest
from detlint.selection import Selection, matches

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from detlint.projects.structure import Structure
    from detlint.registry import Registry
    from detlint.settings import Resolver, Settings


@dataclass(slots=True)
class Found:
    """What a rule has found: the diagnostic, and beside it what only findings about structure have.

    applicability: how safe the repair is; None where there is none.
    """

    diagnostic: Diagnostic
    finding: Finding
    applicability: Applicability | None = None


@dataclass(slots=True)
class StructureReport:
    """What is said of a project.

    passed: code, name and words of the rules that found nothing. managed: the files that must stay as they are; None
    where the project cannot be opened, so that nobody knows.
    """

    found: list[Found] = field(default_factory=list)
    passed: list[tuple[str, str, str]] = field(default_factory=list)
    managed: frozenset[str] | None = None


def check_structure(
    root: Path,
    registry: Registry,
    resolver: Resolver,
    manifest: Path | None = None,
    shown: str = "",
    answers: Mapping[str, str] | None = None,
) -> StructureReport:
    """Check a project; raises `ProjectError` if the folder is none.

    manifest: a file that says what the project must have, instead of its template. shown: what paths begin with in
    reports, empty or ending in a slash. answers: those that the project does not record itself, for a manifest.
    """
    settings = resolver.for_file(str(root / "detlint"))
    try:
        project = open_project(root, manifest, registry, answers)
        managed = frozenset(path for path, entry in project.entries.items() if entry.is_managed)
    except MarkerError as error:
        message = str(error) if str(error).endswith((".", "?")) else f"{error}."
        finding = Finding(error.path, error.line, message, "Correct it.")
        found = [] if _is_ignored(finding, InvalidManifest, root, settings) else [finding]
        return StructureReport([_made(each, InvalidManifest, settings, shown) for each in found])
    report = StructureReport(managed=managed)
    _ask(project, registry, settings, shown, report)
    least = settings.min_severity
    report.found = [each for each in report.found if each.diagnostic.severity >= least]
    report.found.sort(key=lambda each: each.diagnostic.sort_key)
    return report


def _ask(project: Structure, registry: Registry, settings: Settings, shown: str, report: StructureReport) -> None:
    """Ask all rules, and leave out what settings and comments hide."""
    selection = Selection(settings.select, settings.ignore, settings.extend_select, settings.extend_ignore)
    rules = [rule for rule in registry.selected(selection) if issubclass(rule, StructureRule) or rule.code in SAID]
    comments = Comments(project, settings, registry.by_code, {rule.code for rule in rules}, shown)
    for rule in rules:
        if not issubclass(rule, StructureRule):
            continue
        findings = list(rule.check_structure(project))
        visible = [each for each in findings if not _is_ignored(each, rule, project.root, settings)]
        found = [_made(each, rule, settings, shown) for each in visible]
        found = [each for each in found if not comments.hide(each.finding.path, each.diagnostic)]
        report.found += found
        if not found:
            hidden = f"{len(findings)} hidden by comments or settings" if findings else rule.passed(project)
            report.passed.append((rule.code, rule.name, hidden))
    for path, diagnostic, content in comments.wrong():
        files = None if content is None else {path: content}
        diagnostic = replace(diagnostic, severity=settings.severity_of(diagnostic.code, diagnostic.severity))
        applicability = _applicability(diagnostic.code, settings, safe=True) if files else None
        finding = Finding(path, diagnostic.location.line, diagnostic.message, diagnostic.repair, files=files)
        report.found.append(Found(diagnostic, finding, applicability))


def _is_ignored(finding: Finding, rule: type[StructureRule], root: Path, settings: Settings) -> bool:
    """Whether `per-file-ignores` hides a finding: of the file that it is reported in, or that it is about."""
    paths = {finding.path, finding.about or finding.path}
    return any(matches(code, rule.code) for path in paths for code in settings.ignored_in(str(root.absolute() / path)))


def _made(finding: Finding, rule: type[StructureRule], settings: Settings, shown: str) -> Found:
    diagnostic = Diagnostic(
        code=rule.code,
        name=rule.name,
        message=finding.message,
        repair=finding.repair,
        severity=settings.severity_of(rule.code, rule.severity),
        confidence=rule.confidence,
        path=f"{shown}{finding.path}",
        location=Location(finding.line, 1, finding.line, 1),
    )
    return Found(diagnostic, finding, _applicability(rule.code, settings, safe=finding.safe) if finding.files else None)


def _applicability(code: str, settings: Settings, *, safe: bool) -> Applicability:
    return settings.applicability_of(code, Applicability.SAFE if safe else Applicability.UNSAFE)
