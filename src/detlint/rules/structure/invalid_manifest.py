"""DET612: the file that says what a project was made from, or what it must have, cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Example
from detlint.rules.structure.base import MARKER, StructureRule, manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.structure import Finding, Structure


class InvalidManifest(StructureRule):
    """Found when the project is opened; then no other rule can look at it."""

    code = "DET612"
    name = "invalid-manifest"
    summary = "the project's marker file or manifest cannot be read, or names a template that is not known"
    why = """
Without it nobody knows what the project must have, so nothing else about its structure can be checked. The message
names the key or the line. A template or version that is not known usually means that the project was made by a newer
detlint.

Paths that lead out of the project are refused.
"""
    severity = Severity.ERROR
    bad = (
        Example('template = "mlflow-pytorch  # !\n', filename=MARKER),
        Example('template = "mlflow-torch"  # !\ntemplate-version = "1.0.0"\n', filename=MARKER),
        Example('manifest = "../outside.json"  # !\n', filename=MARKER),
    )
    good = (Example('manifest = ".manifest.json"\n', filename=MARKER, files=(manifest(),)),)
    sources = ("https://toml.io/en/v1.0.0",)

    @classmethod
    def check_structure(cls, project: Structure) -> Iterator[Finding]:
        """A project that could be opened can be read."""
        yield from ()

    @classmethod
    def passed(cls, project: Structure) -> str:
        """What was read."""
        return f"{project.marker.path if project.marker.text else 'the manifest'} is valid"
