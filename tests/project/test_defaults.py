"""Defaults of functions: an object that is made for callers draws, but a later seed is not late for that alone."""

from __future__ import annotations

import pytest
from tests.helpers import check

_PROGRAM = """
import random

class Layer:
    def __init__(self):
        self.number = random.randint(0, 9)

def both(size, merge={default}):
    return size, merge

{call}
random.seed(3)
print(random.random())
"""


@pytest.mark.parametrize(
    ("default", "call", "late"),
    [
        ("Layer()", "", False),
        ("None", "", False),
        ("Layer()", "print(both(2))", True),
        ("random.random()", "", True),
        ("None", "merge = Layer()", True),
    ],
)
def test_a_default_that_nobody_in_sight_takes(default: str, call: str, *, late: bool) -> None:
    assert bool(check(_PROGRAM.format(default=default, call=call), "DET109")) is late


def test_a_default_that_is_never_seeded_is_told() -> None:
    code = _PROGRAM.format(default="Layer()", call="").replace("random.seed(3)", "")
    assert check(code, "DET101")
