"""What a rule about the structure of a project is: it is given the whole project, and gives findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.structure import Finding, Structure

MANIFEST = ".manifest.json"
"""The file name of the manifest in examples."""
MARKER = ".detlint-project.toml"


class StructureRule(Rule):
    """Asked by `detlint lint` once a project."""

    scope = "project"
    of_projects = True

    @classmethod
    def check_structure(cls, project: Structure) -> Iterator[Finding]:
        """Look at a project."""
        raise NotImplementedError

    @classmethod
    def passed(cls, project: Structure) -> str:
        """What holds where nothing was found, in words."""
        raise NotImplementedError


def manifest(files: str = "", more: str = "") -> tuple[str, str]:
    """A manifest for an example: the rows of its files, and other keys."""
    return MANIFEST, f'{{"manifest": 1, "name": "example", "files": [{files}]{more}}}'


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
