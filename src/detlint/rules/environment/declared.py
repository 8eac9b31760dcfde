"""What declared dependencies are: pinned, locked, metadata of a library."""

from __future__ import annotations

import os
import re
import weakref
from typing import TYPE_CHECKING

from detlint.environment.frameworks import framework_of
from detlint.project.questions import training

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.environment.facts import Requirement
    from detlint.environment.frameworks import Framework
    from detlint.environment.project import ConfigFile, ProjectFiles
    from detlint.file_context import FileContext

METADATA = frozenset({"pyproject", "ini", "setup"})
"""Formats in which a library says what it can work with."""
_DECLARING = frozenset({"requirements", "conda", "pipfile", "pixi", "dockerfile", "github", "gitlab"}) | METADATA
_EXAMPLES = re.compile(r"(?:^|/)(?:examples?|docs?|tutorials?|benchmarks?|demos?|asv_bench|ci|integration_tests)/")
_TRAINING = re.compile(r"(?<!pre)train(?!ed)|\bfit\b|backward|optimi[sz]|learn|minimi[sz]e", re.IGNORECASE)
_known: weakref.WeakKeyDictionary[ProjectFiles, bool] = weakref.WeakKeyDictionary()
_DOCUMENTS = re.compile(r"(?:^|[-_.])(?:(?:readthe)?docs?|documentation|rtd|sphinx)(?=[-_.]|$)")
_TRAINED = ("torch", "tensorflow", "jax", "xgboost", "lightgbm", "catboost", "sklearn")


def frameworks_in(file: ConfigFile) -> Iterator[tuple[Requirement, Framework]]:
    """The requirements of a file on frameworks that compute, as people declare them."""
    if file.format.name not in _DECLARING or file.path.endswith(("tox.ini", "pytest.ini")):
        return
    for requirement in file.facts.requirements:
        framework = framework_of(requirement)
        if framework is not None and framework.ml:
            yield requirement, framework


def locked(project: ProjectFiles | None, framework: str) -> bool:
    """Whether a lock file of the project, or of one around it, says which version of a framework is installed."""
    while project is not None:
        if any(item.file.format.name == "lock" for item in project.declared.get(framework, ())):
            return True
        project = project.parent
    return False


def constrained(file: ConfigFile, project: ProjectFiles | None, requirement: Requirement) -> bool:
    """Whether what is installed together with a file pins a requirement, or what was compiled from it does."""
    if project is None:
        return False
    if project.pins(file, requirement.name):
        return True
    compiled = file.path.removesuffix(".in") + ".txt" if file.path.endswith(".in") else None
    return any(
        other.path == compiled
        for other in project.dependency_files
        if any(item.name == requirement.name and item.pin for item in other.facts.requirements)
    )


def trains(context: FileContext) -> bool:
    """Whether an entry point of the project trains; examples and benchmarks of a library do not make it another."""
    project = context.surroundings
    if project is None:
        return False
    if project not in _known:
        _known[project] = any(
            training(entry.run, framework) is not None
            for entry in context.entry_points_in(_may_train)
            for framework in _TRAINED
        )
    return _known[project]


def _may_train(path: str, text: str) -> bool:
    return not _EXAMPLES.search(path) and _TRAINING.search(text) is not None


def for_documents(file: ConfigFile) -> bool:
    """Whether a file says what is needed to build documents."""
    folder, name = os.path.split(os.path.abspath(file.file))
    return os.path.basename(folder) in ("doc", "docs") or _DOCUMENTS.search(name) is not None
