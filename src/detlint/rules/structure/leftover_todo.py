"""DET606: something that the template left to do was not done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Example
from detlint.rules.structure.base import MARKER, StructureRule, counted, manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.structure import Finding, Structure

_TODO = re.compile(r"TODO[ :]*\(?template\)?:|TODO MLF-CORE\b|MLF-CORE TODO\b", re.IGNORECASE)
_FILES = ((MARKER, 'manifest = ".manifest.json"\n'), manifest())


class LeftoverTodo(StructureRule):
    """TODOs of the project's own are its own."""

    code = "DET606"
    name = "leftover-todo"
    summary = "something that the template left to do is still to be done"
    why = """
A template marks what only you can fill in: a description, the source of the data. While the mark is there, readers
find the template's words instead of yours.

Looked for are `TODO(template):`, mlf-core's `TODO MLF-CORE:`, and the texts that the manifest names under `todo`.
Other TODOs are not reported.
"""
    severity = Severity.WARNING
    bad = (
        Example("# Shapes\n\nTODO(template): say where the data is from  # !\n", filename="README.md", files=_FILES),
    )
    good = (Example("# Shapes\n\nTODO: better pictures\n", filename="README.md", files=_FILES),)
    sources = ("https://cookiecutter.readthedocs.io/",)

    @classmethod
    def check_structure(cls, project: Structure) -> Iterator[Finding]:
        """Search all texts but the manifest."""
        from detlint.projects.structure import Finding

        texts = [re.escape(text) for text in project.manifest.todo]
        pattern = re.compile("|".join([_TODO.pattern, *texts]), re.IGNORECASE)
        for path, text in project.texts():
            if path != project.marker.manifest:
                for match in pattern.finditer(text):
                    line = text.count("\n", 0, match.start()) + 1
                    yield Finding(path, line, f"`{match[0]}` is left from the template.", "Do it, and remove the mark.")

    @classmethod
    def passed(cls, project: Structure) -> str:
        """What was searched."""
        return f"nothing left to do in {counted(len(project.files), 'file')}"
