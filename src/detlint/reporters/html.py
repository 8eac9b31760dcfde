"""A report as one page that works from disk: summary, findings with their lines of code, a filter, the map.

All that comes from the project is escaped, and nothing is loaded from anywhere. jinja2 is imported when a page is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from detlint import __version__
from detlint.diagnostics import Severity
from detlint.fixes.choosing import is_wanted
from detlint.pages import templates, text_of
from detlint.printable import printable
from detlint.reporters.concise import position
from detlint.reporters.counts import statistics, summary
from detlint.reporters.frames import Frame, frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment

    from detlint.diagnostics import Diagnostic, Report
    from detlint.reporters import Styled, View


@dataclass(frozen=True, slots=True)
class _Finding:
    """A diagnostic as the page has it. words: what the filter looks in."""

    item: Diagnostic
    place: str
    frame: Frame | None
    related: list[str]
    fixable: bool
    words: str


def lines(report: Report, view: View) -> Iterator[Styled]:
    """The document, line by line."""
    for line in page(report, view).removesuffix("\n").split("\n"):
        yield [(line, "")]


def page(report: Report, view: View) -> str:
    """The document."""
    found = [_finding(item, view) for item in report.diagnostics]
    values = {
        "title": printable("".join(text for text, _ in next(iter(summary(report, view)), []))),
        "said": ["".join(text for text, _ in line).strip() for line in summary(report, view)],
        "problems": [printable(each) for each in (*report.problems, *report.internal_errors)],
        "counts": statistics(report),
        "urls": {item.code: item.url for item in report.diagnostics},
        "severities": [
            (severity.label, count)
            for severity in sorted(Severity, reverse=True)
            if (count := sum(item.severity is severity for item in report.diagnostics))
        ],
        "groups": [(path, list(group)) for path, group in groupby(found, lambda each: printable(each.item.path))],
        "map": view.map(),
        "version": __version__,
        "style": text_of("detlint.reporters", "report.css"),
        "script": text_of("detlint.reporters", "report.js"),
    }
    return _templates().get_template("report.html.jinja").render(values)


def _finding(item: Diagnostic, view: View) -> _Finding:
    text = view.source(item.path, item.location)
    related = [printable(f"{each.path}:{position(each.location)}: {each.message}") for each in item.related]
    words = " ".join((item.path, item.code, item.name, item.text, *related)).lower()
    shown = None if text is None else frame(text, item.location)
    fixable = is_wanted(item, unsafe=True)
    return _Finding(item, position(item.location), shown, related, fixable, printable(words))


@cache
def _templates() -> Environment:
    return templates("detlint.reporters", printable=printable, marked=_marked)


def _marked(text: str) -> str:
    """A text in which what stands between backticks is code."""
    from markupsafe import Markup, escape

    parts = [escape(part) for part in printable(text).split("`")]
    if len(parts) % 2 == 0:  # one is left over
        parts[-2:] = [Markup("`").join(parts[-2:])]
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in enumerate(parts)
    )
