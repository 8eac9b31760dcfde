"""DET608: files that carry the project's version carry different ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Example
from detlint.rules.structure.base import MARKER, StructureRule, counted, manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.structure import Finding, Structure

_MARKER = (
    'manifest = ".manifest.json"\n\n[answers]\nversion = "0.2.0"\n\n[bump]\n'
    'files = [".detlint-project.toml", "pyproject.toml"]\n'
)
_FILES = ((MARKER, _MARKER), manifest())


class InconsistentVersion(StructureRule):
    """The version in the marker file is the project's."""

    code = "DET608"
    name = "inconsistent-version"
    summary = "the project's version differs between the files that carry it"
    why = """
The version names the code that a result came from. Where the image, the package and the documentation name different
ones, nobody can tell what was run.

The version under `[answers]` in `.detlint-project.toml` counts; each file that `[bump]` lists must have it. `detlint
bump-version` moves all of them together; `detlint lint --fix` sets the version where it is the only one on a line
about a version.
"""
    severity = Severity.ERROR
    fix = "safe"
    bad = (Example('[project]\nversion = "0.1.0"  # !\n', filename="pyproject.toml", files=_FILES),)
    good = (Example('[project]\nversion = "0.2.0"\n', filename="pyproject.toml", files=_FILES),)
    sources = ("https://semver.org/",)

    @classmethod
    def check_structure(cls, project: Structure) -> Iterator[Finding]:
        """Look for the version in each file that carries it."""
        from detlint.projects.bump import inconsistent

        yield from inconsistent(project)

    @classmethod
    def passed(cls, project: Structure) -> str:
        """How many files carry the version."""
        number = len(project.marker.bump_files) + len(project.marker.marked_files)
        return (
            f"{counted(number, 'file')} with the same version" if number else "no files are said to carry the version"
        )
