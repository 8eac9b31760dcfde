"""Reports: one module for each output format.

Given a `Report` and a `View` (how the user wants it shown, and how to get a file's text again); gives lines of text,
made as they are asked for. Reporters do not sort, filter, open files or write: the engine and the command line do.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detlint.diagnostics import Location, Report
    from detlint.map.html import Fragment
    from detlint.rules.base import Rule

LONGEST = 160
"""Characters of a line of code that are shown where nothing says how wide the output is."""

Styled = list[tuple[str, str]]
"""One line of output: pieces of text, each with the name of its style (empty: plain).

A style may be followed by a space and the address that the text leads to, where terminals can show that.
"""

_MODULES = {
    "text": "detlint.reporters.text",
    "grouped": "detlint.reporters.grouped",
    "concise": "detlint.reporters.concise",
    "json": "detlint.reporters.json_document",
    "jsonl": "detlint.reporters.json_lines",
    "sarif": "detlint.reporters.sarif",
    "github": "detlint.reporters.github",
    "gitlab": "detlint.reporters.gitlab",
    "junit": "detlint.reporters.junit",
    "rdjson": "detlint.reporters.rdjson",
    "markdown": "detlint.reporters.markdown",
    "html": "detlint.reporters.html",
}

FORMATS = tuple(_MODULES)
"""The values of `--output-format`."""

FOR_PEOPLE = ("text", "grouped", "concise")
"""Those that are read in a terminal, and may be coloured."""


def _no_source(path: str, location: Location) -> str | None:
    return None


def _no_rule(code: str) -> type[Rule] | None:
    return None


def _no_notebook(path: str, location: Location) -> int | None:
    return None


def _no_map() -> Fragment | None:
    return None


@dataclass(frozen=True, slots=True)
class View:
    """What a report shows beside its diagnostics.

    source: gives the text that a location counts its lines in (of the file, or of the notebook cell), None where it
    cannot be read any more.
    rule: gives the rule of a code. document_line: gives the line of the file that a place in a notebook's cell is on.
    map: gives the map of the project's entry points, for a page.
    statistics: give counts by rule, too. summary: end with a line that says how many. unsafe_fixes: whether unsafe
    fixes count as fixes. fixing: whether fixes have been applied.
    longest: the most characters that are shown of a line of code, around what is marked.
    width: the columns of the terminal, at which texts are wrapped; None where there is none. links: whether codes lead
    to their documentation, and paths to the files. group_by: what `grouped` has its headings of.
    """

    source: Callable[[str, Location], str | None] = _no_source
    rule: Callable[[str], type[Rule] | None] = _no_rule
    document_line: Callable[[str, Location], int | None] = _no_notebook
    map: Callable[[], Fragment | None] = _no_map
    statistics: bool = False
    summary: bool = True
    unsafe_fixes: bool = False
    fixing: bool = False
    longest: int = LONGEST
    width: int | None = None
    links: bool = False
    group_by: Literal["file", "rule"] = "file"


def leading(style: str, address: str) -> str:
    """A style for text that leads to an address."""
    return f"{style} {address}"


class _Format(Protocol):
    def lines(self, report: Report, view: View) -> Iterator[Styled]: ...


def render(output_format: str, report: Report, view: View) -> Iterator[Styled]:
    """The lines of a report in one of `FORMATS`, without line ends."""
    return cast("_Format", import_module(_MODULES[output_format])).lines(report, view)
