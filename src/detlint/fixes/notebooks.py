r"""Edits in the cells of a notebook, in place: outputs, metadata, indentation and escapes elsewhere stay to the byte.

Given the bytes of an `.ipynb` and edits by cell; gives the new bytes. The file is not written anew from its JSON: only
those strings of a cell's `source` are that hold edited lines, and in these every character that stays keeps its escape.
"""

from __future__ import annotations

import codecs
import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.fixes.choosing import span
from detlint.fixes.editing import CannotEditError, edited_text
from detlint.sources.notebook import cell_text, cells_of
from detlint.sources.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.diagnostics import Edit

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_ESCAPED_LETTER = re.compile(r"\\u(?!00[01])[0-9a-fA-F]{4}")


def edited_notebook(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes of a notebook after edits whose places are cells, lines and columns in these."""
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data[len(bom) :].decode("utf-8")
    by_cell: dict[int, list[Edit]] = {}
    for edit in edits:
        by_cell.setdefault(edit.location.cell or 0, []).append(edit)
    sources = cell_sources(text)
    style = _Style(text.isascii() and _ESCAPED_LETTER.search(text) is not None)
    parts: list[str] = []
    end = 0
    for number in sorted(by_cell):
        if number not in sources:
            raise CannotEditError(f"cell {number} has no source that can be edited")
        start, stop, content = _edited_cell(text, sources[number], by_cell[number], style)
        parts += [text[end:start], content]
        end = stop
    parts.append(text[end:])
    result = "".join(parts)
    if _meaning(text, by_cell) != _meaning(result, {}):
        raise CannotEditError("its JSON is not written as notebooks are")
    return bom + result.encode("utf-8")


def _meaning(text: str, edits: dict[int, list[Edit]]) -> object:
    """What a document says, with the sources of its cells as one text each, edited."""
    document = json.loads(text, parse_constant=str)
    cells = cells_of(document)
    for number, cell in enumerate(cells if isinstance(cells, list) else (), 1):
        source = cell_text(cell) if isinstance(cell, dict) else None
        if isinstance(cell, dict) and source is not None:
            cell.pop("input", None)
            cell["source"] = edited_text(source, edits.get(number, ()))
    return document


@dataclass(frozen=True, slots=True)
class CellSource:
    """Where a cell's source stands: its strings (start and end in the document, quotes included), and in a list or not.

    start: of what there is before the first string, for the indentation of a list.
    """

    start: int
    strings: tuple[tuple[int, int], ...]
    is_list: bool


@dataclass(frozen=True, slots=True)
class _Style:
    """How the document writes characters that are not ASCII."""

    ascii_only: bool

    def written(self, text: str) -> str:
        """A text as it stands between quotes."""
        return json.dumps(text, ensure_ascii=self.ascii_only)[1:-1]


# ----------------------------------------------------------------------------------------------------- the document
def cell_sources(text: str) -> dict[int, CellSource]:
    """Where the sources of all cells stand in a document, by the number of the cell."""
    scanner = _Scanner(text)
    scanner.run()
    found: dict[int, CellSource] = {}
    numbers = {path: number for number, path in enumerate(scanner.cells, 1)}
    for path, source in scanner.sources.items():
        if path in numbers:
            found[numbers[path]] = source
    return found


Path = tuple[str | int, ...]


class _Scanner:
    """Reads JSON that `json` has accepted, for positions only."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _TOKEN.finditer(text)
        self.cells: list[Path] = []
        self.sources: dict[Path, CellSource] = {}

    def run(self) -> None:
        """Walk through the document with a stack of what is open, not by recursion: depth is the writer's choice."""
        path: list[str | int] = []
        is_list: list[bool] = []
        key = False  # whether the next string is a key
        list_start, strings = 0, list[tuple[int, int]]()
        for match in self._tokens:
            token = match.group()
            if token not in "}],:" and not key and self._is_cell(path):
                self.cells.append(tuple(path))
            if token in "{[":
                if self._is_source(path) and token == "[":
                    list_start, strings = match.end(), []
                is_list.append(token == "[")
                path.append(0 if token == "[" else "")
                key = token == "{"
            elif token in "}]":
                is_list.pop()
                path.pop()
                if token == "]" and self._is_source(path):
                    self.sources[tuple(path[:-1])] = CellSource(list_start, tuple(strings), is_list=True)
                key = False
            elif token == ",":
                if is_list[-1]:
                    path[-1] = int(path[-1]) + 1
                key = not is_list[-1]
            elif token == ":":
                key = False
            elif key:
                path[-1] = json.loads(token)
            elif token[0] == '"' and self._is_source(path):
                self.sources[tuple(path[:-1])] = CellSource(match.start(), (match.span(),), is_list=False)
            elif token[0] == '"' and self._is_source(path[:-1]):
                strings.append(match.span())

    def _is_cell(self, path: list[str | int]) -> bool:
        """Whether a path is that of a cell: in `cells`, or, in older notebooks, in those of a work sheet."""
        if len(path) == 2:
            return path[0] == "cells"
        return len(path) == 4 and path[0] == "worksheets" and path[2] == "cells"

    def _is_source(self, path: list[str | int]) -> bool:
        return bool(path) and path[-1] in ("source", "input") and self._is_cell(path[:-1])


# ---------------------------------------------------------------------------------------------------------- a cell
@dataclass(slots=True)
class _Character:
    """A character of a cell's text, and how it is written; string: the number of the string that holds it."""

    text: str
    raw: str
    string: int


def _characters(text: str, source: CellSource) -> list[_Character]:
    r"""The characters of a cell, with `\r\n` as one, as notebooks are read."""
    found: list[_Character] = []
    for number, (start, end) in enumerate(source.strings):
        for match in _CHARACTER.finditer(text, start + 1, end - 1):
            raw = match.group()
            character = json.loads(f'"{raw}"', strict=False) if raw[0] == "\\" else raw
            if character == "\n" and found and found[-1].text == "\r":
                if found[-1].string != number:
                    raise CannotEditError("a line end of a cell stands in two strings")
                found[-1] = _Character("\n", found[-1].raw + raw, number)
                continue
            found.append(_Character(character, raw, number))
    for each in found:
        if each.text == "\r":
            each.text = "\n"
    return found


def _edited_cell(text: str, source: CellSource, edits: list[Edit], style: _Style) -> tuple[int, int, str]:
    """What of the document is replaced for the edits of one cell, and by what."""
    characters = _characters(text, source)
    lines = SourceFile("", "".join(each.text for each in characters))
    spans = [(*_offsets(lines, edit), edit.content) for edit in sorted(edits, key=span)]
    newline = next((each.raw for each in characters if each.text == "\n"), "\\n")
    first, last = _touched(characters, spans, len(source.strings))
    kept = [place for place, each in enumerate(characters) if first <= each.string <= last]
    low = kept[0] if kept else 0
    pieces: list[tuple[str, bool]] = []  # what is written, and whether it ends a string of a list
    end = low
    for start, stop, content in spans:
        if start < end:
            raise CannotEditError("two edits overlap")
        pieces += _as_they_are(characters, end, start)
        for line in _LINE.findall(content):
            ends = line.endswith("\n")
            pieces.append((style.written(line.removesuffix("\n")) + (newline if ends else ""), ends))
        end = stop
    pieces += _as_they_are(characters, end, kept[-1] + 1 if kept else 0)
    return _rendered(text, source, first, last, pieces)


def _offsets(lines: SourceFile, edit: Edit) -> tuple[int, int]:
    place = edit.location
    return lines.offset(place.line, place.column), lines.offset(place.end_line, place.end_column)


def _touched(characters: list[_Character], spans: list[tuple[int, int, str]], strings: int) -> tuple[int, int]:
    """The first and last string that the edits change."""
    if not characters:
        return 0, max(strings - 1, 0)
    starts = [
        place for place, each in enumerate(characters) if not place or each.string != characters[place - 1].string
    ]
    numbers = [characters[place].string for place in starts]

    def holding(offset: int) -> int:
        return max(bisect_right(starts, min(offset, len(characters) - 1)) - 1, 0)

    first = numbers[holding(min(start for start, _, _ in spans))]
    last = numbers[holding(max(max(stop, start) for start, stop, _ in spans))]
    return first, last


def _as_they_are(characters: list[_Character], start: int, end: int) -> Iterator[tuple[str, bool]]:
    """Characters that stay, string by string."""
    part = ""
    for place in range(start, end):
        each = characters[place]
        part += each.raw
        following = characters[place + 1] if place + 1 < len(characters) else None
        ends = following is None or following.string != each.string
        if ends and each.text == "\n":
            yield part, True
            part = ""
    if part:
        yield part, False


def _rendered(
    text: str, source: CellSource, first: int, last: int, pieces: list[tuple[str, bool]]
) -> tuple[int, int, str]:
    """The strings from the first to the last, with new contents: as one string, or as a list's."""
    if not source.is_list:
        start, end = source.strings[0]
        return start, end, f'"{"".join(part for part, _ in pieces)}"'
    strings = [""]
    for part, ends in pieces:
        strings[-1] += part
        if ends:
            strings.append("")
    if not strings[-1] and len(strings) > 1:
        strings.pop()
    if not source.strings:
        return source.start, source.start, ", ".join(f'"{part}"' for part in strings)
    start, end = source.strings[first][0], source.strings[last][1]
    return start, end, _separator(text, source).join(f'"{part}"' for part in strings)


def _separator(text: str, source: CellSource) -> str:
    """What stands between two strings of a list."""
    (start, end), *others = source.strings
    return text[end : others[0][0]] if others else "," + (text[source.start : start] or " ")
