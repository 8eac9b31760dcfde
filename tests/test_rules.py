"""What holds for every rule: its examples are its tests, and its documentation is complete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from detlint.registry import registry
from tests.helpers import check, in_project, marked_lines

if TYPE_CHECKING:
    from detlint.rules.base import Example, Rule

RULES = registry().rules
BAD = [pytest.param(rule, example, id=f"{rule.code}-{n}") for rule in RULES for n, example in enumerate(rule.bad)]
GOOD = [pytest.param(rule, example, id=f"{rule.code}-{n}") for rule in RULES for n, example in enumerate(rule.good)]

REPAIRS = {
    "safe": """
        DET002 DET110 DET111 DET208 DET210 DET232 DET233 DET310 DET402 DET502 DET506 DET608
    """,
    "unsafe": """
        DET101 DET102 DET104 DET108 DET113 DET121 DET122 DET131 DET141 DET151 DET201 DET203 DET204 DET205
        DET206 DET207 DET209 DET211 DET213 DET221 DET222 DET223 DET224 DET231 DET241 DET242 DET301 DET303
        DET304 DET305 DET306 DET307 DET308 DET309 DET403 DET404 DET411 DET501 DET503 DET504 DET505 DET601
        DET602 DET604 DET701
    """,
    "safe or unsafe": """
        DET105 DET106 DET401
    """,
}
"""The applicability of the repairs of each rule; where a rule is in none of these, a person decides."""


def reported(rule: type[Rule], example: Example) -> list[int]:
    """The lines on which a rule reports an example."""
    if rule.of_projects:
        return in_project(rule.code, example)
    # Whether a comment is needed is known only where the rules that it names are on.
    select = None if rule.code.startswith("DET00") else rule.code
    found = check(example.code, select, example.targets, example.devices, filename=example.filename)
    return sorted({line for line, code in found if code == rule.code})


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_a_bad_example_is_reported_on_its_marked_lines(rule: type[Rule], example: Example) -> None:
    marked = marked_lines(example.code)
    assert marked, "no line of this example is marked"
    assert reported(rule, example) == marked


@pytest.mark.parametrize(("rule", "example"), GOOD)
def test_a_good_example_is_left_alone(rule: type[Rule], example: Example) -> None:
    assert not marked_lines(example.code)
    assert reported(rule, example) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_documented(rule: type[Rule]) -> None:
    assert re.fullmatch(r"[A-Z]{3}\d{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert rule.summary == rule.summary.strip()
    assert "\n" not in rule.summary
    assert not rule.summary.endswith(".")
    assert len(rule.why.strip()) > 40
    assert rule.bad
    assert rule.good
    assert rule.sources


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_applicability_of_repairs(rule: type[Rule]) -> None:
    assert rule.fix == next((fix for fix, codes in REPAIRS.items() if rule.code in codes.split()), None)


def test_the_table_of_repairs_holds_each_rule_once() -> None:
    codes = [code for listed in REPAIRS.values() for code in listed.split()]
    assert len(codes) == len(set(codes))
    assert set(codes) <= {rule.code for rule in RULES}
