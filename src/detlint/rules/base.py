"""What a rule is.

A rule is a class: its attributes are its documentation and its tests, its visit methods the few lines that decide.
One instance is made for each file. Rules of scope `node` are LibCST visitors: for each statement that holds one of
their candidates, `visit_Call(node)`, `visit_Assign(node)` and so on are called on the nodes of that statement, all
rules in one traversal. Rules of scope `file` implement `check_file`, and ask the index; rules of scope `project`
implement `check_project`, and ask the project model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from detlint.diagnostics import Confidence, Fix, Location, Related, Severity

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    import libcst as cst

    from detlint.context import Context
    from detlint.environment.project import ConfigFile
    from detlint.project.model import Project
    from detlint.triggers import Mention


@dataclass(frozen=True, slots=True)
class Example:
    """A piece of code that a rule reports (`bad`) or leaves alone (`good`).

    The lines to be reported end in `# !`; the mark is not part of the code that is shown or checked. `targets` are
    given as on the command line (`torch=2.4`), `devices` likewise. `fixed`: a bad example's code after its fix.
    `files`: others of the same project, path and text.
    """

    code: str
    targets: tuple[str, ...] = ()
    devices: tuple[str, ...] = ("cuda", "cpu")
    filename: str = "example.py"
    fixed: str = ""
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a rule looks at, as canonical qualified names; a name's last part is also what a file must contain.

    `calls`: callables whose calls are of interest; methods as `torch.Tensor.median`, calling an object of a class as
    `torch.nn.AvgPool3d.__call__`. `settings`: attributes whose assignment is of interest (also by `setattr`).
    `prefixes`: every call or assignment under these names (`torch.backends.`): the part before the final dot is what
    a file must contain. `words`: further words (identifiers or parts of strings) that let a file pass the trigger
    scan, for rules whose candidates are not names; a file or project rule fires only in files that contain one of its
    words or names. `patterns`: regular expressions that let a file pass as well, for what no word gives away (a
    display of a set). `forms`: what a file must contain besides a word or name, looked for only in files that have
    these: one of these pairs of a word and a regular expression, which is tried only where the word stands. An empty
    word always does; an empty expression matches.
    """

    calls: Iterable[str] = ()
    settings: Iterable[str] = ()
    prefixes: Iterable[str] = ()
    words: Iterable[str] = ()
    patterns: Iterable[str] = ()
    forms: Iterable[tuple[str, str]] = ()


Scope = Literal["node", "file", "project"]


class Rule:
    """The base of all rules. Subclasses set the class attributes and implement one or more of the checks."""

    code: ClassVar[str]
    """Three letters and three digits, stable for ever once released."""
    name: ClassVar[str]
    """kebab-case."""
    summary: ClassVar[str]
    """One line: what is reported."""
    why: ClassVar[str]
    """Markdown: why runs can differ, when it matters, what is not reported."""
    severity: ClassVar[Severity] = Severity.WARNING
    milder: ClassVar[tuple[Severity, ...]] = ()
    """The severities of cases that matter less."""
    confidence: ClassVar[Confidence] = Confidence.HIGH
    scope: ClassVar[Scope] = "node"
    fix: ClassVar[Literal["safe", "unsafe", "safe or unsafe"] | None] = None
    """The applicability that a repair of this rule has; None where only a person can decide."""
    of_entry_points: ClassVar[bool] = False
    """True: of a file in which no program can start, the rule has nothing to say."""
    default: ClassVar[bool] = True
    """False: reported only when selected by code."""
    only_in_notebooks: ClassVar[bool] = False
    """True: the rule is about the cells of notebooks, and is not asked about other files."""
    of_projects: ClassVar[bool] = False
    """True: the rule is about a project made from a template; `detlint lint` asks it, `check` does not."""
    since: ClassVar[str] = "0.1.0"
    bad: ClassVar[tuple[Example, ...]] = ()
    good: ClassVar[tuple[Example, ...]] = ()
    sources: ClassVar[tuple[str, ...]] = ()
    """Where the facts are from: addresses or file names in public projects."""
    candidates: ClassVar[Candidates] = Candidates()

    def __init__(self, context: Context) -> None:
        self.context = context

    @classmethod
    def level(cls) -> str:
        """The severity in words, for who reads about the rule."""
        milder = " or ".join(severity.label for severity in cls.milder)
        words = f"{cls.severity.label}, in milder cases {milder}" if milder else cls.severity.label
        return words if cls.default else f"{words}, off by default"

    @classmethod
    def greatest_severity(cls, text: str) -> Severity:
        """The most that a diagnostic can be in a file of this text: where that is hidden, nobody need look."""
        return Severity.ERROR

    @classmethod
    def sought(cls, mention: Mention) -> frozenset[str] | None:
        """The candidates to look for in a file, by name, as far as its text tells; None: all.

        None at all: the rule has nothing to say there. Asked before the file is parsed, after its words and forms have
        let it pass.
        """
        return None

    def concerns(self, candidate: ast.AST) -> bool:
        """Whether a candidate is worth a look at its LibCST nodes, which are made only where a rule wants them."""
        return True

    def report(
        self,
        node: cst.CSTNode | ast.AST,
        message: str,
        repair: str = "",
        *,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        related: Iterable[Related] = (),
        fix: Fix | None = None,
    ) -> None:
        """Report a diagnostic at a node: of LibCST in a visitor, of `ast` elsewhere.

        For a call, give its callee (`node.func`); for a keyword argument, the argument; for a dict entry, its key.
        A fix is made with `detlint.rules.repairs`.
        """
        self.context.add(
            self,
            node,
            message,
            repair,
            severity=self.severity if severity is None else severity,
            confidence=self.confidence if confidence is None else confidence,
            related=tuple(related),
            fix=fix,
        )

    def report_at(
        self,
        location: Location,
        message: str,
        repair: str = "",
        *,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        related: Iterable[Related] = (),
        fix: Fix | None = None,
    ) -> None:
        """Report a diagnostic at a place of this file that a summary gave."""
        self.context.add_at(
            self,
            location,
            message,
            repair,
            severity=self.severity if severity is None else severity,
            confidence=self.confidence if confidence is None else confidence,
            related=tuple(related),
            fix=fix,
        )

    def check_file(self) -> None:
        """Look at the whole file through `self.context.index`."""

    def check_project(self, project: Project) -> None:
        """Look at this file's entry points through the project model (`self.context.path` tells which file)."""

    def check_config(self, file: ConfigFile) -> None:
        """Look at a file around the code: a Dockerfile, a requirements file and the like, as its reader gives it.

        It is no code: of `self.context` there is only what `FileContext` has. Report with `report_at`.
        """
