"""DET516: nothing states the version of Python."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from detlint.diagnostics import Location
from detlint.environment.formats import is_aside
from detlint.rules.base import Example, Rule
from detlint.rules.environment.declared import frameworks_in

if TYPE_CHECKING:
    from detlint.environment.project import ConfigFile

_PYTHON_IMAGE = re.compile(r"(?:^|/)python:\d|py(?:thon)?-?3\.?\d")


class UnpinnedPython(Rule):
    """Asked once a project, at its first file of dependencies."""

    code = "DET516"
    name = "unpinned-python"
    summary = "a project that declares its dependencies, and nothing states the version of Python"
    why = """
Hashing, the order of some algorithms, and which versions of libraries can be installed depend on the version of Python.
It is stated by `requires-python`, `.python-version`, `runtime.txt`, a conda environment, or the tag of a base image.

Off by default: many projects run on several versions on purpose.
"""
    scope = "project"
    default = False
    bad = (Example("torch==2.4.0  # !\n", filename="requirements.txt"),)
    good = (
        Example(
            '[project]\nname = "a"\nrequires-python = ">=3.11"\ndependencies = ["torch==2.4.0"]\n',
            filename="pyproject.toml",
        ),
        Example(
            "name: a\nchannels: [defaults]\ndependencies:\n  - python=3.11\n  - pytorch=2.4\n",
            filename="environment.yml",
        ),
    )
    sources = ("https://packaging.python.org/en/latest/specifications/core-metadata/#requires-python",)

    def check_config(self, file: ConfigFile) -> None:
        """Report the first file of dependencies of a project in which nothing states the version."""
        if file.format.rank > 6 or is_aside(file.path) or file.facts.python or next(frameworks_in(file), None) is None:
            return
        if not self._is_first(file) or self._stated():
            return
        first = next(requirement for requirement, _ in frameworks_in(file))
        place = Location(first.location.line, 1, first.location.end_line, first.location.end_column)
        self.report_at(place, "Nothing here states which version of Python the project runs on.", "State it.")

    def _is_first(self, file: ConfigFile) -> bool:
        project = self.context.surroundings
        if project is None:
            return True
        return next((other for other in project.dependency_files if next(frameworks_in(other), None)), file) == file

    def _stated(self) -> bool:
        project = self.context.surroundings
        if project is None:
            return False
        if any(
            os.path.exists(os.path.join(project.root, name))
            for name in (".python-version", "runtime.txt", ".tool-versions")
        ):
            return True
        return any(
            other.facts.python or any(_PYTHON_IMAGE.search(image.reference) for image in other.facts.images)
            for other in project.files
            if other.format.name in ("conda", "pyproject", "pipfile", "pixi", "ini", "setup", "dockerfile", "lock")
        )
