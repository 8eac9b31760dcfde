"""DET611: a newer version of the template is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Example
from detlint.rules.structure.base import MARKER, StructureRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.structure import Finding, Structure

_ANSWERS = """
[answers]
project_name = "shapes"
package = "shapes"
description = "Tells shapes apart"
full_name = "Ada Lovelace"
email = "ada@example.org"
github_owner = "ada"
version = "0.1.0"
license = "MIT"
year = "2026"
"""


class OutdatedTemplate(StructureRule):
    """Worth knowing; nothing is wrong yet."""

    code = "DET611"
    name = "outdated-template"
    summary = "there is a newer version of the project's template"
    why = """
Newer versions of a template have newer frameworks, and know of settings that older ones do not make. `detlint sync`
merges what has changed into the project, on a branch of its own.
"""
    severity = Severity.INFO
    bad = (
        Example(
            f'template = "mlflow-pytorch"\ntemplate-version = "1.0.0"  # !\n{_ANSWERS}',
            filename=MARKER,
        ),
    )
    good = (
        Example(
            f'template = "mlflow-pytorch"\ntemplate-version = "1.1.0"\n{_ANSWERS}',
            filename=MARKER,
        ),
    )
    sources = ("https://copier.readthedocs.io/en/stable/updating/",)

    @classmethod
    def check_structure(cls, project: Structure) -> Iterator[Finding]:
        """Compare the version that is recorded with the newest."""
        from detlint.projects.structure import Finding
        from detlint.projects.templates import versions

        if project.template is None:
            return
        newest = versions(project.template.name)[-1]
        if newest > project.template.version:
            yield Finding(
                project.marker.path,
                project.marker.line("template-version"),
                f"The template {project.template.name} has the version {newest}.",
                "Take it over with `detlint sync`.",
            )

    @classmethod
    def passed(cls, project: Structure) -> str:
        """Which version it is."""
        return f"{project.template.label} is the newest" if project.template else "no template that has versions"
