"""Edits in notebooks: what is no part of an edited line stays to the byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detlint.diagnostics import Edit, Location
from detlint.fixes.editing import CannotEditError, edited_text
from detlint.fixes.notebooks import edited_notebook
from detlint.sources.source import SourceFile

LINES = st.lists(st.text(alphabet=st.sampled_from('ab "\\é\U0001f600\t/'), max_size=8), max_size=5)


def cell(text: str, *, as_list: bool = True, kind: str = "code") -> dict[str, Any]:
    """A cell as nbformat has it."""
    source = text.splitlines(keepends=True) if as_list else text
    extra = {"outputs": [{"output_type": "stream", "source": ["x = 1"]}], "execution_count": 1}
    return {
        "cell_type": kind,
        "metadata": {"source": "not this"},
        "source": source,
        **(extra if kind == "code" else {}),
    }


def document(*cells: dict[str, Any]) -> dict[str, Any]:
    """A notebook."""
    return {"cells": list(cells), "metadata": {"é": "\U0001f600"}, "nbformat": 4, "nbformat_minor": 5}


@st.composite
def notebooks(draw: st.DrawFn) -> tuple[bytes, dict[str, Any], int, list[Edit], str]:
    """A notebook's bytes, its JSON, the number of a cell, edits in it, and the text that the cell has then."""
    texts = draw(st.lists(LINES.map("\n".join), min_size=1, max_size=3))
    made = document(*(cell(text, as_list=draw(st.booleans())) for text in texts))
    number = draw(st.integers(1, len(texts)))
    text = texts[number - 1]
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    source = SourceFile("", text)
    edits = []
    for start, end in zip(places[::2], places[1::2], strict=False):
        at = source.between(start, end)
        content = draw(st.text(alphabet=st.sampled_from('x"\\é\n'), max_size=4))
        edits.append(Edit(at, content))
    expected = edited_text(text, edits)
    in_cell = [
        Edit(
            Location(e.location.line, e.location.column, e.location.end_line, e.location.end_column, number), e.content
        )
        for e in edits
    ]
    layout: dict[str, Any] = draw(st.sampled_from([{"indent": 1}, {"indent": 4, "ensure_ascii": False}, {}]))
    return json.dumps(made, **layout).encode(), made, number, in_cell, expected


@given(notebooks())
def test_a_notebook_after_edits_says_the_same_but_for_the_cell(
    case: tuple[bytes, dict[str, Any], int, list[Edit], str],
) -> None:
    data, before, number, edits, expected = case
    after = json.loads(edited_notebook(data, edits))
    assert "".join(after["cells"][number - 1].pop("source")) == expected
    before["cells"][number - 1].pop("source")
    assert after == before


@given(notebooks())
def test_no_edits_no_change(case: tuple[bytes, dict[str, Any], int, list[Edit], str]) -> None:
    assert edited_notebook(case[0], []) == case[0]


def test_only_edited_lines_are_written_anew() -> None:
    made = document(cell("# \u00e9", kind="markdown"), cell("import os\nx = 'é'  # \u00e9\ny = 2"))
    data = json.dumps(made, indent=1).encode()
    after = edited_notebook(data, [Edit(Location(3, 5, 3, 6, 2), "3"), Edit(Location(1, 1, 1, 1, 2), "import re\n")])
    assert after == data.replace(b'"import os\\n"', b'"import re\\n",\n    "import os\\n"').replace(
        b'"y = 2"', b'"y = 3"'
    )


def test_escapes_in_a_line_stay_as_they_are_written() -> None:
    data = rb'{"cells": [{"cell_type": "code", "source": ["x = \"\u0041\/\ud83d\ude00\" + 1"]}], "nbformat": 4}'
    assert edited_notebook(data, [Edit(Location(1, 13, 1, 14, 1), "2")]) == data.replace(b"+ 1", b"+ 2")


def test_line_ends_within_a_cell_stay() -> None:
    data = rb'{"cells": [{"cell_type": "code", "source": ["a\r\n", "b"]}], "nbformat": 4}'
    assert edited_notebook(data, [Edit(Location(2, 2, 2, 2, 1), "\nc")]) == data.replace(rb'"b"', rb'"b\r\n", "c"')


def test_older_notebooks_have_their_cells_in_sheets() -> None:
    data = b'{"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"], "outputs": []}]}], "nbformat": 3}'
    assert edited_notebook(data, [Edit(Location(1, 5, 1, 6, 1), "2")]) == data.replace(b"x = 1", b"x = 2")


def test_a_byte_order_mark_stays() -> None:
    data = b'\xef\xbb\xbf{"cells": [{"cell_type": "code", "source": "x = 1"}]}'
    assert edited_notebook(data, [Edit(Location(1, 5, 1, 6, 1), "2")]) == data.replace(b"1", b"2")


@pytest.mark.parametrize(
    "source",
    [b'{"cells": [{"cell_type": "code", "source": ["a\\r", "\\nb"]}]}', b'{"cells": [{"cell_type": "code"}]}'],
)
def test_what_cannot_be_edited_in_place_is_refused(source: bytes) -> None:
    with pytest.raises(CannotEditError):
        edited_notebook(source, [Edit(Location(1, 1, 1, 1, 1), "x")])


def test_of_two_keys_of_one_name_the_last_counts() -> None:
    data = b'{"cells": [{"cell_type": "code", "source": ["a"], "source": ["b"]}]}'
    assert edited_notebook(data, [Edit(Location(1, 1, 1, 2, 1), "c")]) == data.replace(b'"b"', b'"c"')
