"""Packs for tests: small rules that show what the engine does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.checker import Checker, Result
from detlint.diagnostics import Confidence, Severity
from detlint.plugins import Library, Pack
from detlint.registry import Registry
from detlint.rules.base import Candidates, Rule
from detlint.settings import Settings
from detlint.sources.source import SourceFile

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

    import libcst as cst


class Called(Rule):
    """Reports calls of `acme.roll`, whatever they are called."""

    code = "ACM001"
    name = "acme-called"
    summary = "a call of acme.roll"
    why = "It is what the tests look for, and nothing else is."
    candidates = Candidates(calls=("acme.roll", "acme.Dice.throw", "acme.Dice.__call__"))

    def visit_Call(self, node: cst.Call) -> None:
        if set(self.context.names(node.func)) & set(self.candidates.calls):
            self.report(node.func, "Rolls.", "Do not.")


class Set(Rule):
    """Reports assignments to `acme.fair`."""

    code = "ACM002"
    name = "acme-set"
    summary = "acme.fair is set"
    why = "It is what the tests look for, and nothing else is."
    severity = Severity.ERROR
    confidence = Confidence.MEDIUM
    candidates = Candidates(settings=("acme.fair",), prefixes=("acme.table.",))

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            if any(name == "acme.fair" or name.startswith("acme.table.") for name in self.context.names(target.target)):
                self.report(target, "Sets.")


class Whole(Rule):
    """Reports the first statement of a file."""

    code = "ACM003"
    name = "acme-whole"
    summary = "a file with acme in it"
    why = "It is what the tests look for, and nothing else is."
    scope = "file"
    default = False
    confidence = Confidence.LOW
    candidates = Candidates(words=("acme",))

    def check_file(self) -> None:
        self.report(self.context.index.tree.body[0], "Has acme.")


class Broken(Rule):
    """Raises on every call of `acme.roll`."""

    code = "ACM004"
    name = "acme-broken"
    summary = "nothing"
    why = "It is what the tests look for, and nothing else is."
    default = False
    candidates = Candidates(calls=("acme.roll",))

    def visit_Call(self, node: cst.Call) -> None:
        self.report(node, "Before it breaks.")
        raise ZeroDivisionError("on purpose")


PACK = Pack(
    name="acme",
    prefix="ACM",
    rules=(Called, Set, Whole, Broken),
    library=Library(
        aliases={"acme_dice.throw_all": "acme.roll", "acme_compat": "acme"},
        returns={"lucky.make": "acme.Dice", "acme.dice": "acme.Dice"},
    ),
    versions={"acme": "3.1"},
)
REGISTRY = Registry((PACK,))


def run(code: str, settings: Settings | None = None, *, tree: ast.Module | None = None, path: str = "x.py") -> Result:
    """Check a piece of code with the rules above only."""
    return Checker(settings or Settings(), REGISTRY).check(SourceFile(path, code), tree)


def found(code: str, select: Sequence[str] | None = None) -> list[tuple[int, int, str]]:
    """Line, column and code of all that is reported, low confidence included."""
    settings = Settings(
        select=tuple(select) if select is not None else None,
        min_confidence=Confidence.LOW,
        min_severity=Severity.INFO,
    )
    result = run(code, settings)
    assert not result.errors
    return [(d.location.line, d.location.column, d.code) for d in result.diagnostics]
