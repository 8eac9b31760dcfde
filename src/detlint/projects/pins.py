"""Dependencies without an exact version, in a file whose template requires exact ones of all.

Given a project and a file of requirements or a conda environment; gives findings. Frameworks that compute are left to
`detlint check`, which reports them anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.environment.formats import config_format
from detlint.environment.frameworks import framework_of
from detlint.projects.structure import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.environment.facts import Requirement
    from detlint.projects.structure import Structure

NEED = "pins"
_LEFT_ALONE = "MLF-CORE IGNORE"
_INSTALLERS = frozenset({"pip", "setuptools", "wheel", "uv", "conda"})
"""What installs, and does not run afterwards."""


def unpinned(project: Structure, path: str) -> Iterator[Finding]:
    """The dependencies in a file that may be installed in several versions."""
    form, text = config_format(path), project.text(path)
    if form is None or text is None:
        return
    lines = text.split("\n")
    for each in form.read(text).requirements:
        if not _is_exact(each) and _LEFT_ALONE not in lines[each.location.line - 1]:
            yield Finding(
                path,
                each.location.line,
                f"The template requires an exact version of each dependency, and `{each.name}` leaves it open.",
                f"Write `{each.name}{'=' if each.kind == 'conda' else '=='}…`.",
            )


def _is_exact(requirement: Requirement) -> bool:
    framework = framework_of(requirement)
    elsewhere = requirement.name in _INSTALLERS or (framework is not None and framework.ml)
    return bool(requirement.pin or requirement.fixed or elsewhere)
