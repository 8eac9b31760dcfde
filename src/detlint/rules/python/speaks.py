"""Where the rules about orders and entropy speak up: code that computes is to be repeatable, a web framework is not.

Given a file and what the project around it declares, gives the severity of a finding in it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from detlint.diagnostics import Related, Severity
from detlint.rules.data import load
from detlint.sources.discovery import discover
from detlint.sources.source import SourceFile, read_source
from detlint.triggers import outside_strings

if TYPE_CHECKING:
    from detlint.context import Context
    from detlint.environment.project import ProjectFiles
    from detlint.index import FileIndex
    from detlint.rules.python.order import OrderFinding


def numeric_project(index: FileIndex, surroundings: ProjectFiles | None = None) -> bool:
    """Whether a file belongs to a project that computes: it does unless the file or its project shows the contrary.

    A file that imports a numeric or ML library does. One that does not shows the contrary where it imports a web
    framework, or where its project declares dependencies, none of them is numeric, and no module imports such a one.
    """
    if index.imports & _imports("numeric"):
        return True
    if index.imports & _imports("web"):
        return False
    declared = _declared(surroundings)
    if not declared or any(_is_numeric(name) for name in declared):
        return True
    return surroundings is not None and _computes(surroundings.root)


@cache
def _computes(root: str) -> bool:
    """Whether a module of the project at `root` imports a numeric or ML library."""
    for file in discover([root]).files:
        source = read_source(file.file) if file.kind == "python" else None
        if isinstance(source, SourceFile) and _importing_numeric().search(source.text) is not None:
            return True
    return False


def _declared(surroundings: ProjectFiles | None) -> frozenset[str]:
    """The distributions that a project, or one around it, declares to depend on."""
    found: set[str] = set()
    while surroundings is not None:
        for file in surroundings.dependency_files:
            asked = (item for item in file.facts.requirements if item.kind != "image")
            found.update(item.name for item in asked if item.name != "python")
        surroundings = surroundings.parent
    return frozenset(found)


def _is_numeric(distribution: str) -> bool:
    """Whether a distribution is a numeric or ML library, or an edition of one: `torch`, `tensorflow-gpu`."""
    return any(distribution == name or distribution.startswith(f"{name}-") for name in _numeric_distributions())


def greatest_severity(text: str, severity: Severity) -> Severity:
    """What `severity_in` gives at most for a file of this text: INFO where code imports a web framework."""
    return Severity.INFO if _is_of_the_web(text) else severity


@lru_cache(maxsize=1)
def _is_of_the_web(text: str) -> bool:
    if not any(name in text for name in _imports("web")):
        return False
    importing = _importing_web().search(text)
    return importing is not None and outside_strings(text, importing.start()) and _numeric().search(text) is None


@cache
def _importing_numeric() -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*(?:from|import)[ \t]+(?:{'|'.join(sorted(_imports('numeric')))})\b", re.MULTILINE)


@cache
def _importing_web() -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*(?:from|import)[ \t]+(?:{'|'.join(sorted(_imports('web')))})\b", re.MULTILINE)


@cache
def _numeric() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(_imports('numeric')))})\b")


def severity_in(context: Context, severity: Severity) -> Severity:
    """The severity of a finding in a file of a rule with a severity."""
    return severity if numeric_project(context.index, context.surroundings) else Severity.INFO


def related(context: Context, finding: OrderFinding) -> tuple[Related, ...]:
    """Where the order shows, if that is not where it is reported."""
    location = context.location(finding.shows)
    if location.line == context.location(finding.node).line:
        return ()
    return (Related(context.path, location, f"here {finding.how}"),)


@cache
def _numeric_distributions() -> frozenset[str]:
    names = {name.lower().replace("_", "-") for name in _imports("numeric")}
    return frozenset(names) | _imports("distributions")


@cache
def _imports(kind: str) -> frozenset[str]:
    return frozenset(load(__package__, "projects")[kind])
