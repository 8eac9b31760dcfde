"""The map as HTML: one page that works from disk, and its parts for other pages.

`fragment` gives markup, style and script of a map, to be put into any page; `page` a whole document. All that comes
from the project is escaped. Nothing is loaded from anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from detlint import __version__
from detlint.map.model import TONE_WORDS, TONES, WORDS
from detlint.map.tree import picture
from detlint.pages import templates, text_of

if TYPE_CHECKING:
    from jinja2 import Environment

    from detlint.map.model import Entry, ProjectMap, Row

FEW = 4
"""So many entry points are shown open; more are closed, below an overview."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A map for a page: `html` goes into its body, `style` into a style element, `script` at its end.

    Everything stands in one element of the class `detlint-map`, to which all of the style is limited.
    """

    html: str
    style: str
    script: str


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the overview: what its rows are named, and the words above it."""

    key: tuple[str, str]
    words: str


def fragment(project: ProjectMap, *, heading: int = 2) -> Fragment:
    """The parts of a map. heading: the level of its headings, from 1 to 5."""
    html = _templates().get_template("map.html.jinja").render(**_values(project), heading=heading)
    return Fragment(html, text_of("detlint.map", "map.css"), text_of("detlint.map", "map.js"))


def page(project: ProjectMap) -> str:
    """A whole document."""
    template = _templates().get_template("page.html.jinja")
    return template.render(map=fragment(project), project=project, version=__version__)


def _values(project: ProjectMap) -> dict[str, object]:
    columns = _columns(project)
    return {
        "project": project,
        "columns": columns,
        "overview": [(entry, _cells(entry, columns)) for entry in project.entries],
        "open": len(project.entries) <= FEW,
        "tones": [(tone, TONE_WORDS[tone], project.count(tone)) for tone in TONES if project.count(tone)],
        "words": WORDS,
        "picture": picture,
    }


def _columns(project: ProjectMap) -> list[_Column]:
    """States, modes and variables of any entry point, each after what stands before it in one of them."""
    found: list[_Column] = []
    for kind in ("states", "modes", "variables"):
        of_kind: list[_Column] = []
        for entry in project.entries:
            place = 0
            for row in getattr(entry, kind):
                column = _Column((kind, row.name), row.name if kind == "variables" else row.words)
                if column not in of_kind:
                    of_kind.insert(place, column)
                place = of_kind.index(column) + 1
        found += of_kind
    return found


def _cells(entry: Entry, columns: list[_Column]) -> list[Row | None]:
    rows = {(kind, row.name): row for kind in ("states", "modes", "variables") for row in getattr(entry, kind)}
    return [rows.get(column.key) for column in columns]


@cache
def _templates() -> Environment:
    return templates("detlint.map", breakable=_breakable)


def _breakable(path: str) -> str:
    """A path that may be broken after its slashes."""
    from markupsafe import Markup, escape

    return Markup("/<wbr>").join(escape(part) for part in path.split("/"))
