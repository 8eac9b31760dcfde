"""DET604: a file that belongs to the template is not as the template has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Example
from detlint.rules.structure.base import MARKER, StructureRule, counted, manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.structure import Finding, Structure

_ROW = (
    '{"path": "seeds.py", "level": "required", "slots": [[5, "seed"]], '
    '"sha256": "83cc88ddb569a287e0c3c3f1ebf89dcb172ce2fec3a3a4a9d076694737f300a0"}'
)
_MARKER = (MARKER, 'manifest = ".manifest.json"\n\n[answers]\nseed = "7"\n')


class ModifiedTemplateFile(StructureRule):
    """Says in which way a file differs, and gives the difference where the template's sources are at hand."""

    code = "DET604"
    name = "modified-template-file"
    summary = "a file that belongs to the project's template was changed"
    why = """
The module that seeds, checks and reports is the template's, so that all projects made from it give the same promise,
and so that a newer version can replace it. A change in it is easily lost, and easily takes a seed away that nobody
misses.

The hash of the file, with the project's answers put back to their placeholders, is compared with the template's. The
message tells apart: a file that is that of another version of the template (`detlint sync` was not finished), one
where only line ends or spaces differ, and one that was edited; the report shows the difference. Code of your own
belongs into another file. `detlint lint --fix --unsafe-fixes` restores the file.
"""
    severity = Severity.ERROR
    fix = "unsafe"
    bad = (Example("SEED=8  # !\n", filename="seeds.py", files=(_MARKER, manifest(_ROW))),)
    good = (Example("SEED=7\n", filename="seeds.py", files=(_MARKER, manifest(_ROW))),)
    sources = ("https://copier.readthedocs.io/en/stable/updating/",)

    @classmethod
    def check_structure(cls, project: Structure) -> Iterator[Finding]:
        """Compare each managed file that is there."""
        from detlint.projects.comparison import compare

        for path, entry in project.entries.items():
            if entry.is_managed and project.exists(path):
                found = compare(project, path, entry)
                if found is not None:
                    yield found

    @classmethod
    def passed(cls, project: Structure) -> str:
        """How many files were compared."""
        number = sum(entry.is_managed and project.exists(path) for path, entry in project.entries.items())
        return f"{counted(number, 'file')} of the template unchanged"
