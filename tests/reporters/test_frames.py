"""Frames: the right line, the mark below the right characters, nothing that a terminal would obey."""

from __future__ import annotations

import pytest

from detlint.diagnostics import Location
from detlint.reporters import LONGEST
from detlint.reporters.frames import frame


def drawn(text: str, location: Location) -> list[str]:
    """A frame as two lines: the code, and the mark below it."""
    shown = frame(text, location)
    assert shown is not None
    return [shown.before + shown.marked + shown.after, " " * shown.indent + "^" * shown.width]


def test_marks_the_span() -> None:
    assert drawn("a = 1\nseed = None\n", Location(2, 8, 2, 12)) == ["seed = None", "       ^^^^"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_end_as_python_ends_them(newline: str) -> None:
    text = newline.join(["a = '\x0c\x1c\u2028'", "b = 2"])
    assert drawn(text, Location(2, 5, 2, 6)) == ["b = 2", "    ^"]


def test_tabs_go_to_stops() -> None:
    assert drawn("\tx =\ty\n", Location(1, 6, 1, 7)) == ["    x = y", "        ^"]


def test_wide_characters_take_two_columns() -> None:
    text = "名 = seed"
    assert drawn(text, Location(1, 5, 1, 9)) == [text, "     ^^^^"]


def test_wide_characters_are_marked_in_full() -> None:
    assert drawn("f('日本')", Location(1, 4, 1, 6))[1] == "   ^^^^"


def test_combining_characters_take_none() -> None:
    text = "e\u0301 = seed"
    assert drawn(text, Location(1, 6, 1, 10)) == [text, "    ^^^^"]


@pytest.mark.parametrize("character", ["\x1b", "\x00", "\x0c", "\u202e", "\x7f", "\x9b", "\u200b"])
def test_control_characters_are_not_printed(character: str) -> None:
    assert drawn(f"'{character}[31m'; x", Location(1, 10, 1, 11)) == ["'?[31m'; x", "         ^"]


def test_a_span_over_lines_is_marked_to_the_end_of_the_first() -> None:
    assert drawn("f(a,\n  b)\n", Location(1, 2, 2, 5)) == ["f(a,", " ^^^"]


def test_an_empty_span_has_a_mark() -> None:
    assert drawn("x =", Location(1, 4, 1, 4)) == ["x =", "   ^"]


def test_a_long_line_is_cut_around_the_mark() -> None:
    text = "a" * 5000 + "SEED" + "b" * 5000
    code, mark = drawn(text, Location(1, 5001, 1, 5005))
    assert len(code) == LONGEST + len("...") * 2
    assert code[mark.index("^") : len(mark)] == "SEED"
    assert code.startswith("...a")
    assert code.endswith("b...")


def test_a_long_mark_is_cut_too() -> None:
    code, mark = drawn("x" * 100_000, Location(1, 1, 1, 100_001))
    assert len(code) <= 2 * LONGEST
    assert len(mark) <= 2 * LONGEST


def test_a_line_that_is_gone_has_no_frame() -> None:
    assert frame("a\n", Location(7, 1, 7, 2)) is None
    assert frame("a\n", Location(1, 9, 1, 10)) is None
