"""JUnit's XML, which test reports of most CI systems show: a suite for each file, a failed test for each finding."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from detlint.printable import printable
from detlint.reporters.concise import position
from detlint.reporters.frames import frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Diagnostic, Report
    from detlint.reporters import Styled, View


def lines(report: Report, view: View) -> Iterator[Styled]:
    """The document, line by line. A run that found nothing is one test that passed: an empty report is an error."""
    for line in _document(report, view):
        yield [(line, "")]


def _document(report: Report, view: View) -> Iterator[str]:
    problems = [*report.problems, *report.internal_errors]
    failures = len(report.diagnostics)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    tests = failures + len(problems) or 1
    yield _open("testsuites", name="detlint", tests=tests, failures=failures, errors=len(problems))
    for path, group in groupby(report.diagnostics, lambda item: item.path):
        yield from _suite(path, list(group), view)
    if problems or not failures:
        yield _open("testsuite", name="detlint", tests=len(problems) or 1, failures=0, errors=len(problems))
        for problem in problems:
            yield _open("testcase", name="run", classname="detlint")
            yield _whole("error", message=problem)
            yield "</testcase>"
        if not problems:
            yield _whole("testcase", name=f"no findings in {report.files} files", classname="detlint")
        yield "</testsuite>"
    yield "</testsuites>"


def _suite(path: str, items: list[Diagnostic], view: View) -> Iterator[str]:
    yield _open("testsuite", name=path, tests=len(items), failures=len(items), errors=0)
    for item in items:
        place = position(item.location)
        name = f"{item.code} {item.name} ({place})"
        yield _open("testcase", name=name, classname=path, file=path, line=item.location.line)
        yield _open("failure", type=item.severity.label, message=item.text)
        yield from (_text(line) for line in _details(item, place, view))
        yield "</failure>"
        yield "</testcase>"
    yield "</testsuite>"


def _details(item: Diagnostic, place: str, view: View) -> Iterator[str]:
    yield f"{item.path}:{place}: {item.code} {item.text}"
    text = view.source(item.path, item.location)
    shown = None if text is None else frame(text, item.location, view.longest)
    if shown is not None:
        yield f"  {shown.before}{shown.marked}{shown.after}"
        yield f"  {' ' * shown.indent}{'^' * shown.width}"
    for related in item.related:
        yield f"{related.path}:{position(related.location)}: {related.message}"
    yield item.url


def _open(tag: str, **attributes: object) -> str:
    # what XML cannot hold at all (controls, half of a pair of surrogates) is not printable
    listed = "".join(f" {name}={quoteattr(printable(str(value)))}" for name, value in attributes.items())
    return f"<{tag}{listed}>"


def _whole(tag: str, **attributes: object) -> str:
    return _open(tag, **attributes).removesuffix(">") + "/>"


def _text(text: str) -> str:
    return escape(printable(text))
