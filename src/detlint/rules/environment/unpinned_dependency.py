"""DET511: a declared dependency on an ML framework without an exact version, and no lock file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Related
from detlint.environment.formats import config_format
from detlint.rules.base import Example, Rule
from detlint.rules.environment.declared import METADATA, constrained, for_documents, frameworks_in, locked, trains
from detlint.sources.discovery import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.environment.facts import Include, Requirement
    from detlint.environment.project import ConfigFile

_DEEPEST = 8
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
Dockerfiles and workflows; files under other names where a requirements file includes them (`-r deps/core`). Not
reported: exact versions (for conda also `=2.4`), what a lock file pins or a file that is installed with it (`-c`,
`-r`), commits of a repository, and ranges in the metadata of a library: of a project in which no entry point trains.
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
        """Report each requirement that leaves the version open, of files under other names where they are included."""
        for requirement in self._open(file):
            self._check(file, requirement)
        for include, other in self._unnamed(file):
            for requirement in self._open(other):
                self.report_at(
                    include.location,
                    f"`{other.path}` leaves the version of `{requirement.name}` open: another installation can compute "
                    "other results.",
                    "Write the exact version, or commit a lock file.",
                    related=(Related(shown_path(other.file, os.curdir), requirement.location, "declared here"),),
                )

    def _open(self, file: ConfigFile) -> list[Requirement]:
        project = self.context.surroundings
        return [
            requirement
            for requirement, framework in frameworks_in(file)
            if not (requirement.pin or requirement.fixed or locked(project, framework.name))
            and not constrained(file, project, requirement)
        ]

    def _unnamed(self, file: ConfigFile, depth: int = 0) -> Iterator[tuple[Include, ConfigFile]]:
        """The files that a file includes and that by their names would be none of requirements, each once."""
        project = self.context.surroundings
        if project is None or file.format.name != "requirements" or depth > _DEEPEST:
            return
        for include, other in project.includes(file):
            if include.kind == "requirements" and config_format(other.file) is None:
                yield include, other
                yield from ((include, inner) for _, inner in self._unnamed(other, depth + 1))

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
