"""Edits in texts and in the bytes of files."""

from __future__ import annotations

import codecs
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detlint.diagnostics import Applicability, Confidence, Diagnostic, Edit, Fix, Location, Severity
from detlint.fixes.choosing import Wanted, chosen, is_wanted, span
from detlint.fixes.editing import CannotEditError, broken, edited, edited_text
from detlint.sources.source import SourceFile

TEXTS = st.text(alphabet=st.sampled_from("ab é\U0001f600\t\n\r\f"), max_size=40)


def edit(text: str, start: int, end: int, content: str, *, shared: str = "") -> Edit:
    """The edit that replaces what stands between two offsets."""
    return Edit(SourceFile("", text).between(start, end), content, shared)


def found(*edits: Edit, line: int = 1, applicability: Applicability = Applicability.SAFE) -> Diagnostic:
    """A diagnostic with a fix."""
    place = Location(line, 1, line, 2)
    fix = Fix(applicability, "Repair it", edits)
    return Diagnostic("DET900", "test", "", "", Severity.WARNING, Confidence.HIGH, "a.py", place, fix=fix)


@st.composite
def texts_and_edits(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]]]:
    """A text and edits in it that do not overlap, by their offsets; none cuts a line end in two."""
    text = draw(TEXTS)
    inside = {place + 1 for place in range(len(text)) if text[place : place + 2] == "\r\n"}
    places = sorted(draw(st.lists(st.sampled_from([p for p in range(len(text) + 1) if p not in inside]), max_size=6)))
    spans = list(zip(places[::2], places[1::2], strict=False))
    return text, [(start, end, draw(st.text(alphabet="xy", max_size=3))) for start, end in spans]


@given(texts_and_edits(), st.randoms())
def test_a_text_after_edits_is_made_of_the_edits_and_the_rest(
    case: tuple[str, list[tuple[int, int, str]]], random: object
) -> None:
    text, changes = case
    expected, end = "", 0
    for start, stop, content in changes:
        expected += text[end:start] + content
        end = stop
    edits = [edit(text, start, stop, content) for start, stop, content in changes]
    if len(set(map(span, edits))) == len(edits):  # those at one place stand in the order given
        random.shuffle(edits)  # type: ignore[attr-defined]
    assert edited_text(text, edits) == expected + text[end:]


@given(texts_and_edits(), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_bytes_outside_of_edits_stay(case: tuple[str, list[tuple[int, int, str]]], encoding: str) -> None:
    text, changes = case
    data = text.encode(encoding)
    edits = [edit(text, *change) for change in changes]
    assert edited(data, "a.py", "python", edits) == edited_text(text, edits).encode(encoding)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_new_lines_end_as_those_around_them(newline: str) -> None:
    text = f"a{newline}b"
    assert edited_text(text, [edit(text, 0, 0, "x\n")]) == f"x{newline}a{newline}b"
    assert edited_text(text, [edit(text, len(text), len(text), "\ny")]) == f"a{newline}b{newline}y"


def test_in_a_file_of_mixed_line_ends_each_place_keeps_its_own() -> None:
    text = "a\r\nb\nc"
    assert edited_text(text, [edit(text, 0, 0, "x\n"), edit(text, 3, 3, "y\n")]) == "x\r\na\r\ny\nb\nc"


def test_the_encoding_of_the_file_is_kept() -> None:
    data = "# -*- coding: latin-1 -*-\nname = 'é'\n".encode("latin-1")
    text = data.decode("latin-1")
    after = edited(data, "a.py", "python", [edit(text, len(text), len(text), "x = 1\n")])
    assert after == data + b"x = 1\n"
    with pytest.raises(CannotEditError, match="iso8859-1"):
        edited(data, "a.py", "python", [edit(text, len(text), len(text), "x = '\u20ac'\n")])


def test_a_byte_order_mark_is_kept() -> None:
    data = codecs.BOM_UTF8 + b"x = 1\n"
    assert edited(data, "a.py", "python", [edit("x = 1\n", 4, 5, "2")]) == codecs.BOM_UTF8 + b"x = 2\n"


def test_what_is_not_read_byte_for_byte_is_not_written() -> None:
    with pytest.raises(CannotEditError, match="not those"):
        edited(b"FROM python\xff\n", "Dockerfile", "config", [edit("FROM python?", 0, 4, "from")])


def test_a_databricks_source_is_edited_as_the_file_that_it_is() -> None:
    text = "# Databricks notebook source\n# MAGIC %sql select 1\n\n# COMMAND ----------\n\nx = 1\r\n"
    place = Location(6, 5, 6, 6)
    assert edited(text.encode(), "a.py", "python", [Edit(place, "2")]).decode() == text.replace("x = 1", "x = 2")


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(CannotEditError):
        edited_text("abc", [edit("abc", 0, 2, ""), edit("abc", 1, 3, "")])


@pytest.mark.parametrize(
    ("before", "after", "wrong"),
    [
        ("x = 1\n", "x = 2\n", False),
        ("x = 1\n", "x = (\n", True),
        ("x = 1\n", "f(a=1, a=2)\n", True),
        ("x = 1\n", "return 1\n", True),
        ("return 1\n", "return 2\n", False),
        ("x = (\n", "x = (1\n", True),
    ],
)
def test_code_that_does_not_compile_is_told(before: str, after: str, wrong: bool) -> None:
    assert bool(broken(before.encode(), after.encode(), "a.py", "python")) is wrong


# ---------------------------------------------------------------------------------------------------------- choosing
def taken(items: list[Diagnostic]) -> tuple[list[Diagnostic], list[Edit]]:
    """What is chosen of the fixes of one file, and the edits."""
    groups = chosen(Wanted(item, "a.py", {"a.py": list(item.fix.edits)}) for item in items if item.fix)
    assert len(groups) <= 1
    fixed = [each.item for group in groups for each in group.fixes]
    return fixed, [each for group in groups for each in group.edits["a.py"]]


def test_what_a_fix_edits_in_several_files_is_one_group() -> None:
    one, two, three = (edit("abc", place, place + 1, "x") for place in (0, 1, 2))
    first = Wanted(found(one), "a", {"a": [one], "c": [three]})
    second = Wanted(found(two), "b", {"b": [two]})
    third = Wanted(found(one), "d", {"d": [one], "c": [one]})
    groups = chosen([second, third, first])
    assert [sorted(group.edits) for group in groups] == [["a", "c", "d"], ["b"]]
    assert set(groups[0].edits["c"]) == {three, one}


def test_of_a_fix_in_several_files_all_edits_are_taken_or_none() -> None:
    one, two = edit("abc", 0, 2, "x"), edit("abc", 1, 3, "y")
    first = Wanted(found(one), "a", {"a": [one], "c": [one]})
    second = Wanted(found(two), "b", {"b": [two], "c": [two]})
    (group,) = chosen([second, first])
    assert (group.fixes, sorted(group.edits)) == ([first], ["a", "c"])


def test_the_first_by_position_wins() -> None:
    first, second = found(edit("abcdef", 1, 3, "x")), found(edit("abcdef", 2, 4, "y"))
    assert taken([second, first])[0] == [first]


def test_fixes_that_meet_wait_for_the_next_round() -> None:
    first, second = found(edit("abcdef", 1, 3, "x")), found(edit("abcdef", 3, 4, "y"))
    assert taken([first, second])[0] == [first]


def test_a_fix_is_applied_as_a_whole_or_not_at_all() -> None:
    first = found(edit("abcdefgh", 2, 3, "x"))
    second = found(edit("abcdefgh", 2, 4, "y"), edit("abcdefgh", 6, 7, "y"))
    third = found(edit("abcdefgh", 6, 7, "z"))
    assert taken([first, second, third]) == ([first, third], [*first.fix.edits, *third.fix.edits])  # type: ignore[union-attr]


def test_an_edit_that_several_fixes_want_is_made_once() -> None:
    shared = edit("abcdef", 0, 0, "import random\n", shared="import random")
    first, second = found(shared, edit("abcdef", 2, 3, "x")), found(shared, edit("abcdef", 5, 6, "y"))
    fixed, edits = taken([first, second])
    assert fixed == [first, second]
    assert edits.count(shared) == 1


def test_what_fixes_share_is_not_made_at_two_places() -> None:
    first = found(edit("abcdef", 0, 0, "S = 1", shared="S = 1"), edit("abcdef", 2, 3, "x"))
    second = found(edit("abcdef", 4, 4, "S = 1", shared="S = 1"), edit("abcdef", 5, 6, "y"))
    assert taken([first, second])[0] == [first]


def test_the_same_text_at_the_same_place_is_not_always_meant_once() -> None:
    outer = found(edit("f(g(x))", 0, 0, "a("), edit("f(g(x))", 7, 7, ")"))
    inner = found(edit("f(g(x))", 2, 2, "b("), edit("f(g(x))", 7, 7, ")"))
    assert taken([outer, inner])[0] == [outer]


def test_unsafe_fixes_are_for_those_who_ask() -> None:
    unsafe = found(edit("abc", 0, 1, "x"), applicability=Applicability.UNSAFE)
    assert not is_wanted(unsafe, unsafe=False)
    assert is_wanted(unsafe, unsafe=True)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4)), max_size=10))
def test_edits_that_are_chosen_never_touch(places: list[tuple[int, int]]) -> None:
    text = "x" * 20
    diagnostics = [found(edit(text, start, start + size, "y")) for start, size in places]
    _, edits = taken(diagnostics)
    spans = sorted(map(span, edits))
    assert all(first[1] < second[0] for first, second in itertools.pairwise(spans))
