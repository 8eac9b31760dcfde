"""One JSON object a line and diagnostic, for tools that read as the lines come. No summary: a line is a diagnostic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from detlint.reporters.json_document import as_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Report
    from detlint.reporters import Styled, View


def lines(report: Report, view: View) -> Iterator[Styled]:
    """A line for each diagnostic."""
    for diagnostic in report.diagnostics:
        yield [(json.dumps(as_json(diagnostic)), "")]
