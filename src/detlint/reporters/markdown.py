"""A summary in Markdown, for job summaries, comments and mails: what was found how often, and a table of all of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detlint.printable import printable
from detlint.reporters.concise import mark, position
from detlint.reporters.counts import statistics, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Diagnostic, Report
    from detlint.reporters import Styled, View

_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&]")


def lines(report: Report, view: View) -> Iterator[Styled]:
    """The summary, line by line."""
    for line in _document(report, view):
        yield [(line, "")]


def _document(report: Report, view: View) -> Iterator[str]:
    yield "# detlint"
    yield ""
    for said in summary(report, view):
        yield escaped("".join(text for text, _ in said).strip()) + "  "
    for problem in (*report.problems, *report.internal_errors):
        yield f"Error: {escaped(problem)}  "
    if not report.diagnostics:
        return
    urls = {item.code: item.url for item in report.diagnostics}
    yield ""
    yield from _table("Rule", "", "Findings", "With a fix")
    for count in statistics(report):
        name = f"[{escaped(count.name)}]({urls[count.code]})"
        yield _row(count.code, name, str(count.count), str(count.fixable))
    yield ""
    yield from _table("Place", "Rule", "Finding")
    for item in report.diagnostics:
        yield _row(escaped(f"{item.path}:{position(item.location)}"), item.code, _words(item, view))


def _words(item: Diagnostic, view: View) -> str:
    fixable = "".join(text for text, _ in mark(item, view)).strip()
    parts = [f"**{item.severity.label}**:" if item.severity.label == "error" else "", escaped(item.text)]
    parts += [f"({escaped(f'{each.path}:{position(each.location)}: {each.message}')})" for each in item.related]
    return " ".join(part for part in (*parts, escaped(fixable)) if part)


def _table(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield _row(*("---" for _ in titles))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    """A text that Markdown shows as it is, in a table as well; what stands between backticks stays code."""
    text = printable(text)
    parts: list[str] = []
    end = 0
    for span in _SPAN.finditer(text):
        # in a table a bar ends the cell also within code, and a backslash before it is not shown
        parts += [_plain(text[end : span.start()]), span.group().replace("|", "\\|")]
        end = span.end()
    return "".join([*parts, _plain(text[end:])])


def _plain(text: str) -> str:
    return _SPECIAL.sub(lambda match: f"\\{match.group()}", text)
