"""Where the rules about orders and entropy speak up: code that computes is to be repeatable, a web framework is not.

Given the index of a file, gives the severity of a finding in it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from detlint.diagnostics import Related, Severity
from detlint.rules.data import load
from detlint.triggers import outside_strings

if TYPE_CHECKING:
    from detlint.context import Context
    from detlint.index import FileIndex
    from detlint.rules.python.order import OrderFinding


def numeric_project(index: FileIndex) -> bool:
    """Whether a file belongs to a project that computes: it does unless the file shows the contrary.

    A file that imports a web framework and no numeric or ML library shows the contrary.
    """
    return not index.imports & _imports("web") or bool(index.imports & _imports("numeric"))


def greatest_severity(text: str, severity: Severity) -> Severity:
    """What `severity_in` gives at most for a file of this text: INFO where code imports a web framework."""
    importing = _importing_web().search(text)
    if importing is None or not outside_strings(text, importing.start()):
        return severity
    return severity if _numeric().search(text) is not None else Severity.INFO


@cache
def _importing_web() -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*(?:from|import)[ \t]+(?:{'|'.join(sorted(_imports('web')))})\b", re.MULTILINE)


@cache
def _numeric() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(_imports('numeric')))})\b")


def severity_in(index: FileIndex, severity: Severity) -> Severity:
    """The severity of a finding in a file of a rule with a severity."""
    return severity if numeric_project(index) else Severity.INFO


def related(context: Context, finding: OrderFinding) -> tuple[Related, ...]:
    """Where the order shows, if that is not where it is reported."""
    location = context.location(finding.shows)
    if location.line == context.location(finding.node).line:
        return ()
    return (Related(context.path, location, f"here {finding.how}"),)


@cache
def _imports(kind: str) -> frozenset[str]:
    return frozenset(load(__package__, "projects")[kind])
