"""DET511: a declared dependency on an ML framework without an exact version, and no lock file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.rules.base import Example, Rule
from detlint.rules.environment.declared import METADATA, constrained, for_documents, frameworks_in, locked, trains

if TYPE_CHECKING:
    from detlint.environment.facts import Requirement
    from detlint.environment.project import ConfigFile

_AUTOMATION = frozenset({"github", "gitlab"})


class UnpinnedDependency(Rule):
    """Which files declare dependencies, and what a pin is, the readers know."""

    code = "DET511"
    name = "unpinned-dependency"
    summary = "a dependency on an ML framework without an exact version, and no lock file"
    why = """
The kernels behind an op, their defaults and the order in which they add change from version to version of a framework.
Where the version is not written down, two installations of the same project can compute different results, and what
the determinism settings cover differs as well.

Read from requirements files, conda environment files, `pyproject.toml`, setup files, and the `pip install` lines of
Dockerfiles and workflows. Not reported: exact versions (for conda also `=2.4`), what a lock file or a constraints file
pins, commits of a repository, and ranges in the metadata of a library: of a project in which no entry point trains.
"""
    scope = "project"
    bad = (
        Example("torch>=2.0  # !\nnumpy==1.26.4\nxgboost  # !\n", filename="requirements.txt"),
        Example("name: demo\nchannels: [conda-forge]\ndependencies:\n  - pytorch  # !\n", filename="environment.yml"),
        Example("FROM python:3.11.9-slim\nRUN pip install tensorflow~=2.17  # !\n", filename="Dockerfile"),
    )
    good = (
        Example("torch==2.4.0\nrequests\n", filename="requirements.txt"),
        Example("name: demo\nchannels: [pytorch]\ndependencies:\n  - pytorch=2.4\n", filename="environment.yml"),
        Example('[project]\nname = "layers"\ndependencies = ["torch>=2.0"]\n', filename="pyproject.toml"),
        Example('[build-system]\nrequires = ["setuptools", "torch"]\n', filename="pyproject.toml"),
    )
    sources = (
        "https://pytorch.org/docs/stable/notes/randomness.html",
        "https://pip.pypa.io/en/stable/topics/repeatable-installs/",
    )

    def check_config(self, file: ConfigFile) -> None:
        """Report each requirement that leaves the version open."""
        for requirement, framework in frameworks_in(file):
            if requirement.pin or requirement.fixed or locked(self.context.surroundings, framework.name):
                continue
            if not constrained(file, self.context.surroundings, requirement):
                self._check(file, requirement)

    def _check(self, file: ConfigFile, requirement: Requirement) -> None:
        metadata = file.format.name in METADATA
        automated = file.format.name in _AUTOMATION and self._is_package
        if (metadata or automated) and not trains(self.context):
            return
        wanted = f"{requirement.name}{requirement.specifier}"
        self.report_at(
            requirement.location,
            f"`{wanted}` leaves the version open: another installation can compute other results.",
            "Write the exact version, or commit a lock file.",
            confidence=Confidence.LOW if for_documents(file) else Confidence.HIGH,
        )

    @property
    def _is_package(self) -> bool:
        """Whether the project is one that others install."""
        project = self.context.surroundings
        return project is not None and any(file.format.name in METADATA for file in project.dependency_files)
