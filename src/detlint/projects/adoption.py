"""Taking a template over into a project that was not made from it: what is missing is added, nothing is replaced.

For projects of mlf-core, whose templates have no newer versions, and for any other. Given a project and answers; gives
a `Plan` as for a newer version of a template.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec

from detlint.projects import mlf_core
from detlint.projects.errors import ProjectError
from detlint.projects.files import read, safe
from detlint.projects.marker import MARKER
from detlint.projects.sync import Plan, Step
from detlint.projects.templates import names, template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from detlint.projects.answers import Answers
    from detlint.projects.templates import Template

_LICENSES = {
    "MIT": "MIT", "BSD": "BSD-3-Clause", "Apache2.0": "Apache-2.0", "Not open source": "proprietary"
}  # fmt: skip
_ANSWERS = {
    "package": "project_slug_no_hyphen", "description": "project_short_description", "full_name": "full_name",
    "email": "email", "github_owner": "github_username", "version": "version",
}  # fmt: skip
"""Which answers of mlf-core's our questions mean."""
_NEEDLESS = (mlf_core.MARKER, mlf_core.CONFIG, "@{package}@/mlf_core", "CHANGELOG.rst", "docs/conf.py", "docs/Makefile",
             ".flake8", ".bandit.yml", "setup.py", "setup.cfg", "MANIFEST.in")  # fmt: skip
"""What only mlf-core's templates need."""


def adopted(root: Path, name: str | None) -> Template:
    """The template to take over: the one that is named, else the heir of mlf-core's; raises `ProjectError`."""
    if read(root, MARKER) is not None:
        raise ProjectError(f"{root} is made from a template already ({MARKER}): detlint sync takes newer versions over")
    if name is not None:
        return template(name)
    marker = mlf_core.read_marker(root)
    if marker is None:
        raise ProjectError(f"which template? --template NAME (of {', '.join(names())})")
    return template(str(marker.template).partition("_")[0])


def known_answers(root: Path) -> dict[str, str]:
    """What a project of mlf-core has answered already, as far as our questions take it."""
    marker = mlf_core.read_marker(root)
    if marker is None:
        return {"project_name": _as_name(root.resolve().name)}
    found = {ours: marker.answers[theirs] for ours, theirs in _ANSWERS.items() if marker.answers.get(theirs)}
    found["project_name"] = _as_name(marker.answers.get("project_slug", root.resolve().name))
    if marker.answers.get("license") in _LICENSES:
        found["license"] = _LICENSES[marker.answers["license"]]
    if "framework" in marker.answers:
        found["library"] = marker.answers["framework"]
    return found


def _as_name(text: str) -> str:
    return text.lower().replace("_", "-").replace(" ", "-")


def make_adoption(root: Path, chosen: Template, answers: Answers) -> Plan:
    """What is to be done to take a template over; nothing is changed. Raises `ProjectError`."""
    plan = Plan(None, chosen, answers)
    managed = GitIgnoreSpec.from_lines(f"/{pattern}" for pattern in chosen.structure["managed"])
    for path, content in chosen.render(answers).items():
        ours = read(root, safe(path, f"template {chosen.label}"))
        if ours is None:
            plan.steps.append(Step(path, "added", content))
        elif ours != content:
            why = "it must become the template's" if managed.match_file(path) else "the project has its own"
            plan.steps.append(Step(path, "kept", why=why))
    plan.remaining = list(_remaining(root, answers))
    return plan


def _remaining(root: Path, answers: Mapping[str, str]) -> Iterator[str]:
    """What is left to a person."""
    package = answers["package"]
    yield f"Call `determinism.prepare(seed)` of `{package}/determinism.py` first in your program."
    yield "Move your own code to where the template has its example, or replace that."
    paths = [path.replace("@{package}@", package) for path in _NEEDLESS]
    needless = [f"`{path}`" for path in paths if (root / path).exists()]
    if mlf_core.read_marker(root) is not None:
        yield f"Remove what only mlf-core needs: {', '.join(needless)}."
    yield "Run `detlint lint`, which tells what else the template asks for."
