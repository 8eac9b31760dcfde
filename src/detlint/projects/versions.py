"""Semantic versions as projects and templates have them: 1.2.3, or 1.2.3-SNAPSHOT on the way to 1.2.3."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from detlint.projects.errors import ProjectError

VERSION = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})(-SNAPSHOT)?")
SNAPSHOT = "-SNAPSHOT"
DEVELOPMENT = ".dev0"
"""A snapshot in the metadata of a Python package, whose tools take no other form."""
LEVELS = ("major", "minor", "patch")


@dataclass(frozen=True, order=True, slots=True)
class Version:
    """A version. A snapshot comes before the release that it is on the way to."""

    numbers: tuple[int, int, int]
    released: bool = True
    text: str = field(default="", compare=False)

    @classmethod
    def parse(cls, text: str) -> Version:
        """The version that a text means; raises `ProjectError`."""
        match = VERSION.fullmatch(text)
        if match is None:
            raise ProjectError(f"{text!r} is no version: it must look like 1.2.3 or 1.2.3-SNAPSHOT")
        return cls((int(match[1]), int(match[2]), int(match[3])), match[4] is None, text)

    def __str__(self) -> str:
        return self.text

    def written_in(self, path: str) -> str:
        """The version as a file has it: in a package's metadata as Python's tools read it."""
        return as_python(self.text) if path.endswith("pyproject.toml") else self.text

    def level_to(self, other: Version) -> str:
        """The level on which another version differs: major, minor or patch."""
        for level, mine, theirs in zip(LEVELS, self.numbers, other.numbers, strict=True):
            if mine != theirs:
                return level
        return "patch"

    def following(self, level: str) -> Version:
        """The version that follows on a level. A snapshot is on its way to one already, which may be that."""
        _, minor, patch = self.numbers
        numbers = dict(zip(reversed(LEVELS), self.next(), strict=True))[level]
        is_level = {"patch": True, "minor": not patch, "major": not (minor or patch)}[level]
        return Version.parse(".".join(map(str, self.numbers if not self.released and is_level else numbers)))

    def next(self) -> tuple[tuple[int, int, int], ...]:
        """The numbers that may follow: of the next patch, minor and major version."""
        major, minor, patch = self.numbers
        return (major, minor, patch + 1), (major, minor + 1, 0), (major + 1, 0, 0)


def as_python(text: str) -> str:
    """A version as the metadata of a Python package has it."""
    return text.replace(SNAPSHOT, DEVELOPMENT)
