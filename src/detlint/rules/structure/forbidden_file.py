"""DET603: a file that must not be in a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Example
from detlint.rules.structure.base import MARKER, StructureRule, counted, manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.structure import Finding, Structure

_FORBIDDEN = ', "forbidden": ["**/__pycache__/**", ".env"]'


class ForbiddenFile(StructureRule):
    """Files that git ignores are nobody's business."""

    code = "DET603"
    name = "forbidden-file"
    summary = "a file that must not be kept in a project: compiled code, secrets"
    why = """
Compiled code under version control hides which source a run has used, and secrets are read by everybody who can read
the project. Files that git ignores are not reported.

Take the file out of version control (`git rm --cached`), and add it to `.gitignore`. A secret that was kept once is
known: change it.
"""
    severity = Severity.WARNING
    bad = (
        Example(
            "TOKEN=abc  # !\n",
            filename=".env",
            files=((MARKER, 'manifest = ".manifest.json"\n'), manifest("", _FORBIDDEN)),
        ),
    )
    good = (
        Example(
            "TOKEN=\n",
            filename=".env.example",
            files=((MARKER, 'manifest = ".manifest.json"\n'), manifest("", _FORBIDDEN)),
        ),
    )
    sources = ("https://git-scm.com/docs/gitignore",)

    @classmethod
    def check_structure(cls, project: Structure) -> Iterator[Finding]:
        """Match the project's files against the patterns."""
        from detlint.projects.structure import Finding
        from detlint.sources.discovery import spec_of

        patterns = spec_of(project.manifest.forbidden)
        for path in project.files:
            if patterns.match_file(path):
                yield Finding(
                    path,
                    1,
                    "This file must not be kept in the project.",
                    f"Take it out of version control (`git rm --cached {path}`) and add it to `.gitignore`.",
                )

    @classmethod
    def passed(cls, project: Structure) -> str:
        """What was looked for."""
        return f"none of {counted(len(project.files), 'file')} is forbidden"
