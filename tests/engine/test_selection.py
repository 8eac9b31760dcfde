"""Which codes are reported."""

from __future__ import annotations

import pytest

from detlint.selection import Selection


@pytest.mark.parametrize(
    ("selection", "code", "default", "wanted"),
    [
        (Selection(), "DET201", True, True),
        (Selection(), "DET103", False, False),
        (Selection(select=("DET2",)), "DET201", True, True),
        (Selection(select=("DET2",)), "DET301", True, False),
        (Selection(select=()), "DET201", True, False),
        (Selection(select=("ALL",)), "ACM001", True, True),
        (Selection(select=("ALL",)), "DET103", False, False),
        (Selection(select=("DET1",)), "DET103", False, False),
        (Selection(select=("DET103",)), "DET103", False, True),
        (Selection(extend_select=("DET103",)), "DET103", False, True),
        (Selection(extend_select=("DET103",)), "DET201", True, True),
        (Selection(select=("DET2",), extend_select=("DET301",)), "DET301", True, True),
        (Selection(ignore=("DET2",)), "DET201", True, False),
        (Selection(ignore=("DET2",)), "DET301", True, True),
        (Selection(extend_ignore=("DET201",)), "DET201", True, False),
        (Selection(select=("DET201",), ignore=("DET2",)), "DET201", True, True),
        (Selection(select=("DET2",), ignore=("DET201",)), "DET201", True, False),
        (Selection(select=("DET201",), ignore=("DET201",)), "DET201", True, False),
        (Selection(ignore=("ALL",)), "DET201", True, False),
        (Selection(select=("DET",), ignore=("ALL",)), "DET201", True, True),
        (Selection(ignore=("DET2",), extend_select=("DET205",)), "DET205", True, True),
    ],
)
def test_the_selector_that_says_more_wins(selection: Selection, code: str, default: bool, wanted: bool) -> None:
    assert selection.decide(code, default=default) is wanted
