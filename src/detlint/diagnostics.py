"""What detlint has to say: diagnostics, their places, related places and fixes.

Given nothing and knowing nothing of files, rules or output formats: these are the values that rules make, the engine
sorts and filters, and reporters print.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Severity(enum.IntEnum):
    """How much it matters; ordered, so that a minimum can be asked for."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The lower-case word used on the command line and in reports."""
        return self.name.lower()


class Confidence(enum.IntEnum):
    """How sure detlint is; ordered. What is shown by default is at least medium."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def label(self) -> str:
        """The lower-case word used on the command line and in reports."""
        return self.name.lower()


class Applicability(enum.Enum):
    """Whether a fix keeps the program's meaning (or clearly what was meant)."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, order=True, slots=True)
class Location:
    """A span of text. Lines, columns and cells count from 1, columns in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a diagnostic: the consumer, a call on the way to it, the value's origin."""

    path: str
    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    r"""Replace the text at `location` by `content`, whose lines end in `\n` whatever the file's do.

    shared: what the edit brings that other fixes may want as well (an import, a constant): it is made once, and a fix
    that would have it elsewhere waits. path: of the file that is edited, where that is not the one reported; then its
    place is told as in the file itself.
    """

    location: Location
    content: str
    shared: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file with fixes, as it was when it was checked. kind: `config` for one that is no code, as discovery has it."""

    file: str
    kind: str
    digest: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that repair a diagnostic, applied together or not at all.

    others: the files that are edited beside the one reported, each with the path that is shown. instead: what repairs
    it where these must not be edited.
    """

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]
    others: tuple[tuple[str, Checked], ...] = ()
    instead: Fix | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `message` says what is wrong here and why runs can differ; `repair` says what to do. Each is at most a sentence, and
    formats that have one text field join them. `path` is relative to the working directory, with forward slashes; it is
    the real one, which may hold what cannot be printed.
    """

    code: str
    name: str
    message: str
    repair: str
    severity: Severity
    confidence: Confidence
    path: str
    location: Location
    related: tuple[Related, ...] = ()
    fix: Fix | None = None

    @property
    def text(self) -> str:
        """Message and repair as one text."""
        return f"{self.message} {self.repair}".strip()

    @property
    def url(self) -> str:
        """Where the rule is documented."""
        return f"https://detlint.readthedocs.io/en/stable/rules/{self.name}/"

    @property
    def sort_key(self) -> tuple[str, int, int, int, str, str]:
        """The stable order of output: path, cell, line, column, code, message."""
        place = self.location
        return (self.path, place.cell or 0, place.line, place.column, self.code, self.message)


@dataclass(slots=True)
class Report:
    """What a run gives: the diagnostics, and what it could not do.

    files: how many were looked at; skipped: how many were left out, each with a note that says why; unparsed:
    how many hold no word that a rule looks for, and are too long to be parsed for their syntax alone. `internal_errors`
    and `problems` are texts for standard error; either of them makes the exit status 2. `fixable`: the files that have
    fixes, by the path that is shown. `fixed`: of the files that were repaired, how many findings by code; none for one
    that was edited with another.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    files: int = 0
    skipped: int = 0
    unparsed: int = 0
    internal_errors: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fixable: dict[str, Checked] = field(default_factory=dict)
    fixed: dict[str, dict[str, int]] = field(default_factory=dict)
