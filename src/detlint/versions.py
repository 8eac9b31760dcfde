"""Versions of frameworks, and which of them code is meant for.

Given texts such as `2.4`, `1.13.1+cu117` or `2.8.0rc1`; gives values that compare as releases do. Small on purpose: it
is asked for every op in every file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache, total_ordering
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION = re.compile(
    r"""v?(\d+(?:\.\d+)*)(?:\.\*)?                                       # the release, also as `2.4.*`
    (?:[._-]?(dev|alpha|beta|preview|pre|rc|a|b|c)[._-]?(\d*))?        # before it
    (?:[._-]?post\d*)?(?:\.dev\d*)?(?:\+.*)?                           # after it, and local parts
    """,
    re.IGNORECASE | re.VERBOSE,
)
_STAGES = {"dev": -4, "alpha": -3, "a": -3, "beta": -2, "b": -2, "c": -1, "rc": -1, "pre": -1, "preview": -1}
_RELEASED = (0, 0)


@total_ordering
class Version:
    """A released version; compares with versions and with texts: `version >= "2.4"`.

    Zeros at the end, local parts (`+cu121`) and post releases make no difference; pre-releases come before their
    release. Raises `ValueError` for a text that is none.
    """

    __slots__ = ("_key", "text")

    def __init__(self, text: str) -> None:
        match = _VERSION.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"not a version: {text!r}")
        self.text = text.strip()
        release = [int(part) for part in match[1].split(".")]
        while len(release) > 1 and not release[-1]:
            release.pop()
        stage = (_STAGES[match[2].lower()], int(match[3] or 0)) if match[2] else _RELEASED
        self._key = (tuple(release), stage)

    @property
    def meant(self) -> Version:
        """The release that a pre-release is for, which has what that one has; else itself."""
        return self if self._key[1] == _RELEASED else Version(".".join(map(str, self._key[0])))

    def __eq__(self, other: object) -> bool:
        return self._key == _version(other)._key if isinstance(other, (str, Version)) else NotImplemented

    def __lt__(self, other: str | Version) -> bool:
        return self._key < _version(other)._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Version({self.text!r})"

    @property
    def release(self) -> tuple[int, ...]:
        """The numbers, without zeros at the end: `(2, 4)`."""
        return self._key[0]


@lru_cache(maxsize=512)
def _parsed(text: str) -> Version:
    return Version(text)


def _version(value: str | Version) -> Version:
    return value if isinstance(value, Version) else _parsed(value)


_NEWEST = Version("99999")


@dataclass(frozen=True, slots=True)
class Target:
    """A framework's version, and who said so (`--target`, a settings file, a lock file)."""

    version: Version
    source: str


@dataclass(frozen=True, slots=True)
class Targets:
    """The versions that code is meant for.

    given: what was stated, by framework. newest: the newest version of each framework that the packs know; assumed
    where nothing was stated.
    """

    given: Mapping[str, Target] = field(default_factory=dict)
    newest: Mapping[str, str] = field(default_factory=dict)

    def version(self, framework: str) -> Version:
        """The version of a framework: as stated, else the newest known."""
        target = self.given.get(framework)
        if target is not None:
            return target.version
        known = self.newest.get(framework)
        return _parsed(known) if known is not None else _NEWEST

    def stated(self, framework: str) -> bool:
        """Whether somebody said which version it is."""
        return framework in self.given

    def source(self, framework: str) -> str:
        """Who said which version it is."""
        return self.given[framework].source if framework in self.given else "the newest that detlint knows"

    def described(self) -> list[str]:
        """A line for each framework: its version and where that comes from, for `--verbose`."""
        known = sorted({*self.given, *self.newest})
        return [f"{framework} {self.version(framework)} ({self.source(framework)})" for framework in known]
