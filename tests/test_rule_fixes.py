"""What holds for every fix: the finding is gone, nothing new is found, it compiles, and a second run does nothing."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from detlint.diagnostics import Severity
from detlint.registry import registry
from tests.fixes.helpers import fixed
from tests.helpers import diagnose, unmarked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detlint.diagnostics import Diagnostic
    from detlint.rules.base import Example, Rule

RULES = registry().rules
DEFAULT = tuple(rule.code for rule in RULES if rule.default)
BAD = [
    pytest.param(rule, example, id=f"{rule.code}-{n}")
    for rule in RULES
    for n, example in enumerate(rule.bad)
    if example.filename.endswith(".py")
]


def shown(items: Iterable[Diagnostic]) -> list[Diagnostic]:
    """What is reported unless more is asked for."""
    return [item for item in items if item.severity > Severity.INFO]


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_fixes_of_examples(rule: type[Rule], example: Example) -> None:
    settings = (example.targets, example.devices)
    codes = (*DEFAULT, rule.code)
    before = diagnose(example.code, codes, *settings, filename=example.filename)
    own = [item for item in before if item.code == rule.code]
    fixable = [item for item in own if item.fix is not None]
    assert bool(example.fixed) <= bool(fixable), "the example shows a fix, and there is none"
    if not fixable:
        return
    assert rule.fix is not None, "the rule does not say that it has fixes"
    assert {item.fix.applicability.value for item in fixable if item.fix} <= set(rule.fix.split(" or "))

    # Whether a comment is needed is known only where the rules that it names are on.
    select = codes if rule.code.startswith("DET00") else (rule.code,)
    code, left = fixed(example.code, select, *settings, filename=example.filename)
    ast.parse(code)
    compile(code, example.filename, "exec")
    least = min(item.severity for item in fixable)
    counted = [item for item in own if item.severity >= least]
    same = [item for item in left if item.code == rule.code and item.severity >= least]
    assert len(same) == len(counted) - len(fixable)
    if example.fixed:
        assert code == unmarked(example.fixed)

    after = Counter(item.code for item in shown(diagnose(code, codes, *settings, filename=example.filename)))
    new = after - Counter(item.code for item in before)
    assert not new, f"the fix makes new findings: {new}\n{code}"
    again, _ = fixed(code, select, *settings, filename=example.filename)
    assert again == code
