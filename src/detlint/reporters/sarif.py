"""SARIF 2.1.0, as code scanning takes it: rules with their help, results with fingerprints, the way to each, repairs.

Paths are percent-encoded and relative to `%SRCROOT%`, the working directory. Columns count characters. In notebooks a
place is the line of the document that holds the cell's line; cell and line are told beside it.
"""

from __future__ import annotations

import json
import os
import textwrap
from typing import TYPE_CHECKING
from urllib.parse import quote

from detlint import __version__
from detlint.diagnostics import Severity
from detlint.fingerprints import fingerprints
from detlint.printable import printable
from detlint.reporters.lines import lines_of, placed, placed_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detlint.diagnostics import Diagnostic, Fix, Location, Report
    from detlint.reporters import Styled, View
    from detlint.rules.base import Example, Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_HOME = "https://detlint.readthedocs.io/"

Json = dict[str, object]


def lines(report: Report, view: View) -> Iterator[Styled]:
    """The document, indented, line by line."""
    found = {item.code: item for item in report.diagnostics}
    codes = {code: place for place, code in enumerate(sorted(found))}
    run = {
        "tool": {
            "driver": {
                "name": "detlint",
                "version": __version__,
                "informationUri": _HOME,
                "rules": [_rule(found[code], view.rule(code)) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [
            _result(item, codes[item.code], fingerprint, view)
            for item, fingerprint in fingerprints(report.diagnostics, view.source)
        ],
    }
    for line in json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2).split("\n"):
        yield [(line, "")]


def uri(path: str) -> str:
    """A path as a reference: percent-encoded byte by byte, so that it also names what is no text."""
    if os.path.isabs(path):
        return "file://" + quote(os.fsencode(path if path.startswith("/") else f"/{path}"))
    return quote(os.fsencode(path))


def _invocation(report: Report) -> Json:
    problems = [*report.problems, *report.internal_errors]
    told = [{"level": "error", "message": _message(problem)} for problem in problems]
    return {"executionSuccessful": not problems, **({"toolExecutionNotifications": told} if told else {})}


def _rule(item: Diagnostic, rule: type[Rule] | None) -> Json:
    """What is told of a rule; of one that only the finding names, as much as that says."""
    described: Json = {"id": item.code, "name": item.name, "helpUri": item.url}
    if rule is None:
        return described | {"shortDescription": _message(item.name)}
    why = textwrap.dedent(rule.why).strip()
    return described | {
        "shortDescription": _message(" ".join(rule.summary.split())),
        "fullDescription": {"text": why or rule.summary},
        "help": {"text": why or rule.summary, "markdown": _help(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["reproducibility", "determinism"],
            "precision": {"high": "very-high", "medium": "high", "low": "medium"}[rule.confidence.label],
            "problem.severity": _PROBLEM[rule.severity],
        },
    }


def _help(rule: type[Rule]) -> str:
    parts = [" ".join(rule.summary.split()), textwrap.dedent(rule.why).strip()]
    for title, examples in (("Bad", rule.bad), ("Good", rule.good)):
        parts += [f"**{title}**\n\n{_fenced(example)}" for example in examples[:1]]
    return "\n\n".join(part for part in parts if part)


def _fenced(example: Example) -> str:
    lines = (
        line.rstrip().removesuffix("# !").rstrip() for line in textwrap.dedent(example.code).strip("\n").split("\n")
    )
    language = "python" if example.filename.endswith((".py", ".ipynb")) else ""
    return f"```{language}\n{chr(10).join(lines)}\n```"


def _result(item: Diagnostic, rule: int, fingerprint: str, view: View) -> Json:
    primary = _location(item.path, item.location, view)
    result: Json = {
        "ruleId": item.code,
        "ruleIndex": rule,
        "level": _LEVELS[item.severity],
        "message": _message(placed_text(item)),
        "locations": [primary],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint, "detlint/v1": fingerprint},
        "properties": {"confidence": item.confidence.label},
    }
    if item.related:
        related = [
            {**_location(each.path, each.location, view), "message": _message(placed(each.message, each.location))}
            for each in item.related
        ]
        first = {**primary, "message": _message(placed_text(item))}
        result["relatedLocations"] = [{"id": number, **each} for number, each in enumerate(related, 1)]
        steps = [{"location": each} for each in (first, *related)]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if item.fix is not None and all(edit.location.cell is None for edit in item.fix.edits):
        result["fixes"] = [_fix(item.path, item.fix)]
    return result


def _location(path: str, location: Location, view: View) -> Json:
    physical = {"artifactLocation": _file(path), "region": _region(path, location, view)}
    place: Json = {"physicalLocation": physical}
    if location.cell is not None:
        place["properties"] = {"cell": location.cell, "line": location.line, "column": location.column}
    return place


def _file(path: str) -> Mapping[str, str]:
    return {"uri": uri(path)} if os.path.isabs(path) else {"uri": uri(path), "uriBaseId": "%SRCROOT%"}


def _region(path: str, location: Location, view: View) -> dict[str, int]:
    first, last = lines_of(path, location, view)
    if location.cell is not None:
        return {"startLine": first, "endLine": last}
    return _span(location)


def _span(location: Location) -> dict[str, int]:
    return {
        "startLine": location.line,
        "startColumn": location.column,
        "endLine": location.end_line,
        "endColumn": location.end_column,
    }


def _fix(path: str, fix: Fix) -> Json:
    replaced: dict[str, list[Json]] = {}
    for each in fix.edits:
        replacement: Json = {"deletedRegion": _span(each.location), "insertedContent": {"text": each.content}}
        replaced.setdefault(each.path or path, []).append(replacement)
    return {
        "description": _message(fix.message),
        "artifactChanges": [
            {"artifactLocation": _file(file), "replacements": found} for file, found in replaced.items()
        ],
        "properties": {"applicability": fix.applicability.value},
    }


def _message(text: str) -> Json:
    return {"text": printable(text)}
