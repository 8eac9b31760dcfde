"""Checking the structure of a project by the rules of the pack `structure`.

Given a folder and the settings of its files; gives diagnostics in order, what repairs them, and what holds. What makes
it impossible to open the project is itself a finding, DET612.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.diagnostics import Diagnostic, Location
from detlint.projects.marker import MarkerError
from detlint.projects.structure import Finding, open_project
from detlint.rules.structure.base import StructureRule
from detlint.rules.structure.invalid_manifest import InvalidManifest
from detlint.selection import Selection, longest, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from detlint.registry import Registry
    from detlint.settings import Resolver, Settings


@dataclass(slots=True)
class Found:
    """What a rule has found: the diagnostic, and beside it what only findings about structure have."""

    diagnostic: Diagnostic
    finding: Finding


@dataclass(slots=True)
class StructureReport:
    """passed: code, name and words of the rules that found nothing."""

    found: list[Found] = field(default_factory=list)
    passed: list[tuple[str, str, str]] = field(default_factory=list)


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
    report = StructureReport()
    settings = resolver.for_file(str(root / "detlint"))
    try:
        project = open_project(root, manifest, registry, answers)
        project.entries  # noqa: B018 - paths that lead out are said before anything else
    except MarkerError as error:
        message = str(error).rstrip(".") + "."
        _add(report, InvalidManifest, [Finding(error.path, error.line, message, "Correct it.")], settings, shown, root)
        return report
    for rule in structure_rules(registry, settings):
        findings = list(rule.check_structure(project))
        _add(report, rule, findings, settings, shown, root)
        if not findings:
            report.passed.append((rule.code, rule.name, rule.passed(project)))
    report.found.sort(key=lambda each: each.diagnostic.sort_key)
    return report


def structure_rules(registry: Registry, settings: Settings) -> list[type[StructureRule]]:
    """The rules about structure that are to be asked."""
    selection = Selection(settings.select, settings.ignore, settings.extend_select, settings.extend_ignore)
    return [rule for rule in registry.selected(selection) if issubclass(rule, StructureRule)]


def _add(
    report: StructureReport,
    rule: type[StructureRule],
    findings: Iterable[Finding],
    settings: Settings,
    shown: str,
    root: Path,
) -> None:
    for finding in findings:
        if any(matches(code, rule.code) for code in settings.ignored_in(str(root.absolute() / finding.path))):
            continue
        chosen = max(settings.severity, key=lambda code: longest((code,), rule.code), default=None)
        severity = finding.severity or rule.severity
        if chosen is not None and matches(chosen, rule.code):
            severity = settings.severity[chosen]
        diagnostic = Diagnostic(
            code=rule.code,
            name=rule.name,
            message=finding.message,
            repair=finding.repair,
            severity=severity,
            confidence=rule.confidence,
            path=f"{shown}{finding.path}",
            location=Location(finding.line, 1, finding.line, 1),
        )
        report.found.append(Found(diagnostic, finding))
