"""DET605: a determinism setting that the template requires of a program or the environment is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Example
from detlint.rules.structure.base import MARKER, StructureRule, counted, manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.structure import Finding, Structure

_FILES = (
    (MARKER, 'manifest = ".manifest.json"\n'),
    manifest("", ', "settings": [{"file": "train.py", "needs": "seed torch"}]'),
    ("repro.py", "import torch\n\n\ndef prepare():\n    torch.manual_seed(0)\n"),
)
_PINS = (
    (MARKER, 'manifest = ".manifest.json"\n'),
    manifest("", ', "settings": [{"file": "requirements.txt", "needs": "pins"}]'),
)


class MissingSetting(StructureRule):
    """By meaning: where and how the setting is made does not matter, only that the program comes to it."""

    code = "DET605"
    name = "missing-setting"
    summary = "a determinism setting that the project's template requires of a program or the environment is gone"
    why = """
The template requires that the training program seeds all random states in use and turns deterministic modes on, also
where the code of the present day draws nothing: what is added tomorrow then repeats as well.

The program is followed through the files of the project, so it does not matter where the setting is made and how it
is spelled; a function that is defined and never called makes no setting.

Of the files that say what is installed it requires an exact version of each dependency: a later one of any library can
change what is read, drawn or written. Frameworks that compute are DET511's.
"""
    severity = Severity.ERROR
    bad = (
        Example(
            'import repro  # !\n\nif __name__ == "__main__":\n    print("training")\n',
            filename="train.py",
            files=_FILES,
        ),
        Example("numpy==2.4.6\npandas>=2  # !\n", filename="requirements.txt", files=_PINS),
    )
    good = (
        Example(
            'import repro\n\nif __name__ == "__main__":\n    repro.prepare()\n    print("training")\n',
            filename="train.py",
            files=_FILES,
        ),
        Example("numpy==2.4.6\npandas==2.3.1\n", filename="requirements.txt", files=_PINS),
    )
    sources = ("https://docs.pytorch.org/docs/stable/notes/randomness.html",)

    @classmethod
    def check_structure(cls, project: Structure) -> Iterator[Finding]:
        """Ask the programs of each file for the settings that it needs."""
        from detlint.projects.programs import missing_settings

        yield from missing_settings(project)

    @classmethod
    def passed(cls, project: Structure) -> str:
        """How many settings were found."""
        asked = project.manifest.settings_for(project.answers)
        number = sum(project.exists(path) for path, _ in asked)
        return f"{counted(number, 'determinism setting')} made" if number else "none is required"
