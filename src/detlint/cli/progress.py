"""How far a long run is, on one line of the terminal that is taken away at the end.

Given the terminal; gives what an engine calls after each file. Nothing is shown of a run that ends soon.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

AFTER = 1.0
"""Seconds after which a run is a long one."""

_EVERY = 0.1
_CLEAR = "\r\x1b[K"


class Progress:
    """The line. clock: gives seconds."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._next = clock() + AFTER
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        """Say that so many files of all are done, if it is time to."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + _EVERY
        self._shown = True
        self._stream.write(f"{_CLEAR}detlint: {done:,} of {total:,} files")
        self._stream.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            self._stream.write(_CLEAR)
            self._stream.flush()
            self._shown = False
