"""Methods that are called by a name: `getattr(self, event)(…)`."""

from __future__ import annotations

import pytest
from tests.helpers import check

_PROGRAM = """
import random

class Runner:
    seed = 3

    def on_start(self):
        random.seed(self.seed)

    def on_end(self):
        print("end")

    def tell(self, event):
        {call}

    def run(self):
        self.tell("{event}")
        print(random.random())

Runner().run()
"""


@pytest.mark.parametrize(
    ("call", "event", "reported", "low"),
    [
        ("getattr(self, event)()", "on_start", False, False),
        ("getattr(self, event)()", "on_end", True, True),
        ("getattr(self, f'on_{event}')()", "start", False, True),
        ("getattr(self, f'{event}_start')()", "on", False, True),
        ("getattr(self, f'on_{event}_late')()", "start", True, True),
        ("getattr(self, event)", "on_start", True, True),
        ("getattr(other, event)()", "on_start", True, True),
    ],
)
def test_a_seed_in_a_method_called_by_name(call: str, event: str, *, reported: bool, low: bool) -> None:
    code = _PROGRAM.format(call=call, event=event)
    assert bool(check(code, "DET101")) is reported
    assert bool(check(code, "DET101", min_confidence="low")) is low
