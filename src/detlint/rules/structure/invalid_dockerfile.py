"""DET610: a Dockerfile from which no image can be built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Example
from detlint.rules.structure.base import MARKER, StructureRule, manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.structure import Finding, Structure

_FILES = ((MARKER, 'manifest = ".manifest.json"\n'), manifest())


class InvalidDockerfile(StructureRule):
    """A comment that says FROM is none."""

    code = "DET610"
    name = "invalid-dockerfile"
    summary = "the Dockerfile is empty, or has no `FROM` before what is done in the image"
    why = """
The image fixes what a run depends on beside the code: the operating system, the libraries and the variables. A
Dockerfile without `FROM` builds nothing, and runs take what each machine has. Only `ARG` may stand before it.
"""
    severity = Severity.ERROR
    bad = (
        Example("# FROM python:3.12.11  # !\n", filename="Dockerfile", files=_FILES),
        Example("ENV PYTHONHASHSEED=0  # !\nFROM python:3.12.11\n", filename="Dockerfile", files=_FILES),
    )
    good = (Example("ARG TAG=3.12.11\nFROM python:$TAG\n", filename="Dockerfile", files=_FILES),)
    sources = ("https://docs.docker.com/reference/dockerfile/",)

    @classmethod
    def check_structure(cls, project: Structure) -> Iterator[Finding]:
        """Look at the Dockerfile of the project, if it has one."""
        from detlint.environment.dockerfile import instructions
        from detlint.environment.facts import Text
        from detlint.projects.structure import Finding

        text = project.text("Dockerfile")
        if text is None:
            return
        place = Text(text)
        found = [each for each in instructions(place) if each.word != "ARG"]
        if not any(each.word == "FROM" and each.text.strip() for each in found):
            state = "has no `FROM`" if text.strip() else "is empty"
            yield Finding("Dockerfile", 1, f"This Dockerfile {state}, so no image can be built.", "Name the image.")
        elif found[0].word != "FROM":
            line, _ = place.position(found[0].start)
            message = f"`{found[0].word}` stands before the first `FROM`, so no image can be built."
            yield Finding("Dockerfile", line, message, "Put `FROM` first.")

    @classmethod
    def passed(cls, project: Structure) -> str:
        """Whether there is one."""
        return "the Dockerfile names an image" if project.text("Dockerfile") is not None else "there is no Dockerfile"
