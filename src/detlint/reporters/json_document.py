"""All diagnostics as one JSON document.

`version` is the version of this format: it changes only when a key changes its meaning or goes.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from detlint.reporters.counts import by_code, statistics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Diagnostic, Edit, Fix, Location, Related, Report
    from detlint.reporters import Styled, View

VERSION = 1


def lines(report: Report, view: View) -> Iterator[Styled]:
    """The document, indented, line by line."""
    document = {
        "version": VERSION,
        "diagnostics": [as_json(diagnostic) for diagnostic in report.diagnostics],
        "summary": {
            "files": report.files,
            "skipped": report.skipped,
            "diagnostics": len(report.diagnostics),
            "codes": by_code(report),
            "fixed": dict(sorted(sum(map(Counter, report.fixed.values()), Counter[str]()).items())),
            **({"statistics": [asdict(item) for item in statistics(report)]} if view.statistics else {}),
            "problems": [*report.problems, *report.internal_errors],
        },
    }
    for line in json.dumps(document, indent=2).split("\n"):
        yield [(line, "")]


def as_json(diagnostic: Diagnostic) -> dict[str, object]:
    """One diagnostic as JSON has it. Lines, columns and cells count from 1; ends are exclusive."""
    place = diagnostic.location
    cell = {} if place.cell is None else {"cell": place.cell}
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "message": diagnostic.text,
        "severity": diagnostic.severity.label,
        "confidence": diagnostic.confidence.label,
        "path": diagnostic.path,
        "location": _start(place),
        "end_location": _end(place),
        **cell,
        "related": [_related(related) for related in diagnostic.related],
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix),
        "url": diagnostic.url,
    }


def _start(place: Location) -> dict[str, int]:
    return {"line": place.line, "column": place.column}


def _end(place: Location) -> dict[str, int]:
    return {"line": place.end_line, "column": place.end_column}


def _related(related: Related) -> dict[str, object]:
    cell = {} if related.location.cell is None else {"cell": related.location.cell}
    return {"path": related.path, "location": _start(related.location), **cell, "message": related.message}


def _fix(fix: Fix) -> dict[str, object]:
    return {
        "applicability": fix.applicability.value,
        "message": fix.message,
        "edits": [_edit(edit) for edit in fix.edits],
    }


def _edit(edit: Edit) -> dict[str, object]:
    path = {"path": edit.path} if edit.path else {}
    cell = {} if edit.location.cell is None else {"cell": edit.location.cell}
    place = {"location": _start(edit.location), "end_location": _end(edit.location)}
    return {**path, **place, **cell, "content": edit.content}
