"""The scalars of a TOML text with their keys and places, which `tomllib` does not tell.

Lenient: what is no TOML gives what can be made of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<string>\"\"\"(?:\\.|[^\\])*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    |(?P<bare>[^\s\[\]{}=,\#"']+)
    |(?P<mark>[\[\]{}=,\n])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value: its keys from the top, its text without quotes, and the offsets of the text.

    table: the number of the `[header]` that it stands below, so that entries of `[[package]]` can be told apart.
    key: the offsets of its nearest key.
    """

    path: tuple[str, ...]
    value: str
    start: int
    end: int
    table: int
    key: tuple[int, int]
    string: bool


class _Reader:
    def __init__(self) -> None:
        self.header: tuple[str, ...] = ()
        self.table = 0
        self.keys: list[tuple[tuple[str, ...], tuple[int, int]]] = []
        self.pending: list[tuple[str, int, int]] = []
        self.brackets: list[str] = []
        self.in_header = False
        self.in_value = False

    def feed(self, match: re.Match[str]) -> Iterator[Scalar]:
        kind, text = match.lastgroup, match.group()
        if kind == "mark":
            self._mark(text)
        elif kind != "comment":
            word = _unquoted(text) if kind == "string" else text
            if self.in_value and not self._expects_key:
                yield self._scalar(match, word, kind == "string")
            else:
                self.pending.append((word if kind == "string" else word.strip(), match.start(), match.end()))

    @property
    def _expects_key(self) -> bool:
        return bool(self.brackets) and self.brackets[-1] == "{"

    def _scalar(self, match: re.Match[str], word: str, string: bool) -> Scalar:
        start, end = match.span()
        if string:
            width = 3 if match.group()[:3] in ('"""', "'''") else 1
            start, end = start + width, end - width
        path = self.header + tuple(name for names, _ in self.keys for name in names)
        return Scalar(path, word, start, end, self.table, self.keys[-1][1] if self.keys else (start, end), string)

    def _mark(self, text: str) -> None:
        if not self.in_value:
            self._mark_outside(text)
        elif text in "[{":
            self.brackets.append(text)
        elif text == "=":
            self._key()
            self.brackets.append("=")
        elif text in "]}," or (text == "\n" and (not self.brackets or self.brackets == ["="])):
            self._close(text)

    def _mark_outside(self, text: str) -> None:
        if text == "[" and not self.pending:
            self.in_header = True
        elif text == "]" and self.in_header:
            self.header = _dotted(self.pending)
            self.table += bool(self.pending)
            self.pending, self.in_header = [], False
        elif text == "=" and self.pending:
            self._key()
            self.in_value = True
        elif text == "\n":
            self.pending, self.in_header = [], False

    def _key(self) -> None:
        place = (self.pending[0][1], self.pending[-1][2]) if self.pending else (0, 0)
        self.keys.append((_dotted(self.pending), place))
        self.pending = []

    def _close(self, text: str) -> None:
        if self.brackets and self.brackets[-1] == "=" and text in "},":
            self.brackets.pop()
            self.keys.pop()
        if text in "]}" and self.brackets and self.brackets[-1] == {"]": "[", "}": "{"}[text]:
            self.brackets.pop()
        if text == "\n":
            self.keys, self.pending, self.brackets, self.in_value = [], [], [], False


def _dotted(words: list[tuple[str, int, int]]) -> tuple[str, ...]:
    names: list[str] = []
    for word, start, end in words:
        names += [word] if end - start != len(word) else [part for part in word.split(".") if part]
    return tuple(names)


def _unquoted(text: str) -> str:
    width = 3 if text[:3] in ('"""', "'''") else 1
    inner = text[width : len(text) - width]
    return _ESCAPE.sub(r"\1", inner) if text[0] == '"' else inner


def scalars(text: str) -> Iterator[Scalar]:
    """All scalars of a text in their order."""
    reader = _Reader()
    for match in _TOKEN.finditer(text):
        yield from reader.feed(match)
