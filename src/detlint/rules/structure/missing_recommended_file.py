"""DET602: a file that the template recommends is not there."""

from __future__ import annotations

from detlint.diagnostics import Severity
from detlint.rules.base import Example
from detlint.rules.structure.base import MARKER, manifest
from detlint.rules.structure.missing_file import MissingFile


class MissingRecommendedFile(MissingFile):
    """As DET601, of files that a project can do without."""

    code = "DET602"
    name = "missing-recommended-file"
    summary = "a file that the project's template recommends is not there"
    why = """
What a template recommends keeps a project usable by others: workflows that train on each change, a code of conduct,
forms for issues. A project may do without; then ignore the rule for it, or leave the file out on purpose.

`detlint lint --fix --unsafe-fixes` writes the file as the template has it.
"""
    severity = Severity.WARNING
    wanted = "recommended"
    verb = "recommends"
    bad = (
        Example(
            'manifest = ".manifest.json"  # !\n',
            filename=MARKER,
            files=(manifest('{"path": ".editorconfig", "level": "recommended"}'),),
        ),
    )
    good = (
        Example(
            'manifest = ".manifest.json"\n',
            filename=MARKER,
            files=(manifest('{"path": ".editorconfig", "level": "recommended"}'), (".editorconfig", "root = true\n")),
        ),
    )
