"""DET601: a file that the template requires is not there. DET602 says the same of what it recommends."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from detlint.diagnostics import Severity
from detlint.rules.base import Example
from detlint.rules.structure.base import MARKER, StructureRule, counted, manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.manifest import Entry
    from detlint.projects.structure import Finding, Structure

_MARKER = 'manifest = ".manifest.json"  # !\n'


class MissingFile(StructureRule):
    """Reported where the marker names the template: there is no better place for what is not there."""

    code = "DET601"
    name = "missing-file"
    summary = "a file that the project's template requires is not there"
    why = """
The template requires a file because a run depends on it: the environment with its versions, the module that seeds and
checks, the MLproject with its variables. Without it a run still works on the machine where everything happens to be
installed, and gives other results elsewhere.

`detlint lint --fix --unsafe-fixes` writes the file as the template has it.
"""
    severity = Severity.ERROR
    fix = "unsafe"
    wanted: ClassVar[str] = "required"
    verb: ClassVar[str] = "requires"
    bad = (Example(_MARKER, filename=MARKER, files=(manifest('{"path": "environment.yml", "level": "required"}'),)),)
    good = (
        Example(
            'manifest = ".manifest.json"\n',
            filename=MARKER,
            files=(manifest('{"path": "environment.yml", "level": "required"}'), ("environment.yml", "name: a\n")),
        ),
    )
    sources = ("https://mlflow.org/docs/latest/ml/projects/",)

    @classmethod
    def check_structure(cls, project: Structure) -> Iterator[Finding]:
        """Look for each file of the level."""
        from detlint.projects.structure import Finding

        for path, entry in project.entries.items():
            if entry.level == cls.wanted and not project.has(path, entry):
                content = project.rendered.get(path)
                where, line = project.about_template or (path, 1)
                if project.leads_out(path):
                    message = f"`{path}`, which the template {cls.verb}, is a symbolic link out of the project."
                    yield Finding(where, line, message, "Put the file itself there.", about=path)
                    continue
                yield Finding(
                    where,
                    line,
                    f"`{path}` is not there, which the template {cls.verb}.{_elsewhere(project, path, entry)}",
                    "Restore it: `detlint lint --fix --unsafe-fixes` writes it." if content else "Restore it.",
                    files=None if content is None else {path: content},
                    about=path,
                )

    @classmethod
    def passed(cls, project: Structure) -> str:
        """How many files there are."""
        number = sum(entry.level == cls.wanted for entry in project.entries.values())
        return f"{counted(number, f'{cls.wanted} file')} found"


def _elsewhere(project: Structure, path: str, entry: Entry) -> str:
    """Where a file that belongs to the template was moved to, in words; its place belongs to it, too."""
    if not entry.is_managed:
        return ""
    name = path.rpartition("/")[2].lower()
    named = (each for each in project.files if each.rpartition("/")[2].lower() == name and each not in project.entries)
    moved = next(named, None)
    return "" if moved is None else f" It may have been moved to `{moved}`."
