"""The map as a table for terminals: good on 80 columns, and without colour, since words say what colours say."""

from __future__ import annotations

import io
import re
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from detlint.map.model import WORDS, ModeRow, StateRow
from detlint.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detlint.map.model import Entry, ProjectMap, Row, Tone, Use, VariableRow

_STYLES: dict[Tone, str] = {"bad": "bold red", "doubt": "yellow", "good": "green", "none": "dim"}
_NAME = 26
_TAKEN = _NAME + 12 + 7 + 6
"""Columns that are left of the places."""


def render(project: ProjectMap, *, color: bool = False, width: int = 80) -> str:
    """The map as text. width: the columns of the terminal."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        highlight=False,
        emoji=False,
        markup=False,
    )
    for entry in project.entries:
        if entry.rows:
            console.print(Text.assemble((printable(entry.name), "bold"), (f"  {entry.kind}", "dim")))
            console.print(_table(entry, max(width - _TAKEN, 20)))
            for line in _versions(entry):
                console.print(line)
            console.print()
    quiet = [printable(entry.name) for entry in project.entries if not entry.rows]
    if quiet:
        console.print(Text(f"Nothing random is in reach of {', '.join(quiet)}.", style="dim"))
        console.print()
    console.print(Text(project.summary))
    return re.sub(" +$", "", stream.getvalue(), flags=re.MULTILINE)


def _table(entry: Entry, room: int) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(min_width=_NAME, overflow="fold")
    table.add_column(min_width=12, no_wrap=True)
    table.add_column(min_width=6, no_wrap=True)
    table.add_column(overflow="fold")
    for row in entry.rows:
        name = Text(f"  {printable(row.words if isinstance(row, (StateRow, ModeRow)) else row.name)}")
        first: tuple[Text, Text] = (name, Text(WORDS[row.verdict], style=_STYLES[row.tone]))
        for label, words in list(_details(row, room)) or [("", "")]:
            table.add_row(*first, Text(label), Text(printable(words), style="" if label else "dim"))
            first = (Text(), Text())
    return table


def _versions(entry: Entry) -> Iterator[Text]:
    for source, versions in groupby(entry.versions, key=lambda version: version.source):
        names = ", ".join(f"{item.framework} {item.version or '(any version)'}" for item in versions)
        yield Text(f"  {names}").append(f"  {printable(source)}", style="dim")


def _details(row: Row, room: int) -> Iterator[tuple[str, str]]:
    """The lines beside a row: a label and words; without a label, what else there is to say."""
    if isinstance(row, StateRow):
        yield from _of_state(row, room)
    elif isinstance(row, ModeRow):
        yield from _of_mode(row, room)
    else:
        yield from _of_variable(row, room)


def _of_state(row: StateRow, room: int) -> Iterator[tuple[str, str]]:
    deciding = [use for use in row.draws if use.verdict == row.verdict]
    if deciding:
        yield from _lines("drawn", deciding, row.draw_count, room)
    if row.seeds:
        yield from _lines("seeded", row.seeds, len(row.seeds), room)
    elif row.seed:
        yield "seeded", "nowhere"


def _of_mode(row: ModeRow, room: int) -> Iterator[tuple[str, str]]:
    for use in row.switches:
        yield from _lines(use.what, [use], 1, room)
    if row.needed_by is not None and row.tone != "good":
        yield from _lines("trains", [row.needed_by], 1, room)
    if row.note:
        yield "", row.note


def _of_variable(row: VariableRow, room: int) -> Iterator[tuple[str, str]]:
    for use in (*row.files, *row.code):
        yield "set", f"{_short(use, room)}{f' = {use.what}' if use.what else ''}"
        if use.note:
            yield "", use.note
    if row.needed_by is not None:
        yield from _lines("needed", [row.needed_by], 1, room)
    if row.note:
        yield "", row.note


def _lines(label: str, uses: Sequence[Use], count: int, room: int) -> Iterator[tuple[str, str]]:
    """The first of several places, how many there are, and what is to say of it."""
    first = uses[0]
    yield label, f"{_short(first, room)} {first.place.text}{f' (+{count - 1})' if count > 1 else ''}"
    if first.note:
        yield "", first.note


def _short(use: Use, room: int) -> str:
    """A place, without the first folders of a path that is too long for a line."""
    words = str(use.place)
    while len(words) > room and "/" in words.removeprefix(".../"):
        words = f".../{words.removeprefix('.../').partition('/')[2]}"
    return words
