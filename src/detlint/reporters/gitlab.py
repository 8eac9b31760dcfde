"""GitLab's code quality report: a JSON list that merge requests show, by fingerprints that stay when lines move."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.fingerprints import fingerprints
from detlint.printable import printable
from detlint.reporters.lines import lines_of, placed_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Report
    from detlint.reporters import Styled, View

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def lines(report: Report, view: View) -> Iterator[Styled]:
    """The list, indented, line by line."""
    issues = []
    for diagnostic, fingerprint in fingerprints(report.diagnostics, view.source):
        first, last = lines_of(diagnostic.path, diagnostic.location, view)
        issues.append(
            {
                "description": printable(f"{diagnostic.code} {placed_text(diagnostic)}"),
                "check_name": diagnostic.code,
                "fingerprint": fingerprint,
                "severity": _SEVERITIES[diagnostic.severity],
                "location": {"path": diagnostic.path, "lines": {"begin": first, "end": last}},
            }
        )
    for line in json.dumps(issues, indent=2).split("\n"):
        yield [(line, "")]
