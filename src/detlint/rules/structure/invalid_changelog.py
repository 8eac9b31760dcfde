"""DET609: a changelog that does not have the form that people and `bump-version` rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Example
from detlint.rules.structure.base import MARKER, StructureRule, manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.structure import Finding, Structure

_FILES = ((MARKER, 'manifest = ".manifest.json"\n\n[bump]\nchangelog = "CHANGELOG.md"\n'), manifest())
_RST = ((MARKER, 'manifest = ".manifest.json"\n\n[bump]\nchangelog = "CHANGELOG.rst"\n'), manifest())


class InvalidChangelog(StructureRule):
    """Markdown as in Keep a Changelog, or reStructuredText as mlf-core has it."""

    code = "DET609"
    name = "invalid-changelog"
    summary = "the changelog has no sections, or sections without version or date, twice, or not newest first"
    why = """
The changelog says which version changed results. Its sections are the versions, newest first, each with the day of
its release; `detlint bump-version` adds one, and finds its place by this form.

In Markdown a section is `## [1.2.0] - 2026-01-31` or `## [Unreleased]`, with parts as `### Added`. In
reStructuredText it is `1.2.0 (2026-01-31)` with a line of hyphens below that is as long, and the parts are
`**Added**`, `**Fixed**`, `**Dependencies**` and `**Deprecated**`, in this order.
"""
    severity = Severity.WARNING
    bad = (
        Example("# Changelog\n\n## [0.1.0]  # !\n", filename="CHANGELOG.md", files=_FILES),
        Example("## [0.1.0] - 2026-01-01\n\n## [0.2.0] - 2026-02-01  # !\n", filename="CHANGELOG.md", files=_FILES),
        Example("Changelog\n=========\n\n0.1.0  # !\n-----\n", filename="CHANGELOG.rst", files=_RST),
    )
    good = (
        Example(
            "## [Unreleased]\n\n### Added\n\n- Rings\n\n## [0.1.0] - 2026-01-31\n",
            filename="CHANGELOG.md",
            files=_FILES,
        ),
        Example(
            "Changelog\n=========\n\n0.1.0 (2026-01-31)\n------------------\n\n**Added**\n",
            filename="CHANGELOG.rst",
            files=_RST,
        ),
    )
    sources = ("https://keepachangelog.com/en/1.1.0/",)

    @classmethod
    def check_structure(cls, project: Structure) -> Iterator[Finding]:
        """Read the changelog that the marker file names."""
        from detlint.projects.changelog import problems
        from detlint.projects.structure import Finding

        path = project.marker.changelog
        text = project.text(path) if path is not None else None
        if path is not None and text is not None:
            for line, message, repair in problems(path, text):
                yield Finding(path, line, message, repair)

    @classmethod
    def passed(cls, project: Structure) -> str:
        """Which file was read."""
        path = project.marker.changelog
        return f"{path} in form" if path is not None and project.text(path) is not None else "there is no changelog"
