"""DET607: template syntax that was not filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Example
from detlint.rules.structure.base import MARKER, StructureRule, counted, manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.structure import Finding, Structure

_OURS = r"@\{ ?\w+(?: ?\| ?\w+)? ?\}@|@%-? \w+.*?-?%@"
_COOKIECUTTER = r"\{\{-? ?cookiecutter\.\w+.*?\}\}|\{%-? ?(?:if|elif|for)\b[^%\n]*\bcookiecutter\.\w+.*?%\}"
_FILES = ((MARKER, 'manifest = ".manifest.json"\n\n[answers]\npackage = "shapes"\n'), manifest())


class UnrenderedPlaceholder(StructureRule):
    """Syntax of other templates (of Jinja in web pages, of workflows) is not looked at, unless it names an answer."""

    code = "DET607"
    name = "unrendered-placeholder"
    summary = "a placeholder of the template was left in a file of the project"
    why = """
A placeholder in a project is a part that no answer has come to: a name in a command, a path, a version. It was copied
from the template by hand, or comes from a merge that went wrong.

Looked for are the placeholders of detlint's templates (`@{ name }@`), those of cookiecutter (`{{ cookiecutter.name
}}`), and `{{ name }}` with the name of one of the project's answers.
"""
    severity = Severity.ERROR
    bad = (
        Example("FROM python:3.12.11\nCOPY @{ package }@ .  # !\n", filename="Dockerfile", files=_FILES),
        Example("# {{ cookiecutter.project_name }}  # !\n", filename="README.md", files=_FILES),
        Example("name: {{ package }}  # !\n", filename="environment.yml", files=_FILES),
    )
    good = (
        Example("run: echo ${{ github.actor }}\n", filename=".github/workflows/lint.yml", files=_FILES),
        Example("<p>{{ user }}</p>{% if cookies %}{% endif %}\n", filename="page.html", files=_FILES),
    )
    sources = ("https://jinja.palletsprojects.com/en/stable/templates/",)

    @classmethod
    def check_structure(cls, project: Structure) -> Iterator[Finding]:
        """Search all texts."""
        from detlint.projects.structure import Finding

        names = "|".join(map(re.escape, project.answers))
        named = [rf"\{{\{{ ?(?:{names}) ?\}}\}}"] if names else []
        pattern = re.compile("|".join([_OURS, _COOKIECUTTER, *named]))
        for path, text in project.texts():
            if path == project.marker.manifest:
                continue
            for match in pattern.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                yield Finding(path, line, f"`{match[0]}` is template syntax that was not filled in.", "Fill it in.")

    @classmethod
    def passed(cls, project: Structure) -> str:
        """What was searched."""
        return f"no template syntax in {counted(len(project.files), 'file')}"
