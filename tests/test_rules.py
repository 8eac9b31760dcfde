"""What holds for every rule: its examples are its tests, and its documentation is complete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from detlint.registry import registry
from tests.helpers import check, marked_lines

if TYPE_CHECKING:
    from detlint.rules.base import Example, Rule

RULES = registry().rules
BAD = [pytest.param(rule, example, id=f"{rule.code}-{n}") for rule in RULES for n, example in enumerate(rule.bad)]
GOOD = [pytest.param(rule, example, id=f"{rule.code}-{n}") for rule in RULES for n, example in enumerate(rule.good)]


def reported(rule: type[Rule], example: Example) -> list[int]:
    """The lines on which a rule reports an example."""
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
