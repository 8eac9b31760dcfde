"""How property-based tests run: the same examples each time, without a time limit, since machines are shared.

`pytest --hypothesis-profile explore` looks for new ones.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2_000)
settings.load_profile("repeatable")
