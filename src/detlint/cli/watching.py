"""`--watch`: check, wait until a file changes, comes or goes, and check again, until the user ends it.

Files are looked at by their size and time, without help of the system, so that it works on every one and over networks.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from detlint.cli.check import Job
from detlint.cli.errors import UsageError
from detlint.cli.output import say
from detlint.settings import SettingsError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

PAUSE = 0.5
"""Seconds between two looks; longer where a look takes long."""

_SHARE = 10
"""A look takes at most such a part of the time."""

Seen = frozenset[tuple[str, int, int]]


def watch(options: argparse.Namespace, check: Callable[[argparse.Namespace], int]) -> int:
    """Check again and again; gives the exit status of the last time. Mistakes that can be mended do not end it."""
    if Job(options).is_standard_input:
        raise UsageError("--watch waits for files to change; - (standard input) does not")
    status = 0
    try:
        while True:
            before = seen(options)
            status = _checked(options, check)
            say(f"detlint: {time.strftime('%H:%M:%S')}: waiting for changes; Ctrl-C ends")
            _wait(options, before)
            if sys.stdout.isatty():
                print("\x1b[2J\x1b[H", end="", flush=True)
    except KeyboardInterrupt:
        return status


def _checked(options: argparse.Namespace, check: Callable[[argparse.Namespace], int]) -> int:
    try:
        return check(options)
    except (UsageError, SettingsError, OSError) as error:
        say(f"detlint: error: {error}")
        return 2


def _wait(options: argparse.Namespace, before: Seen) -> None:
    pause = PAUSE
    while True:
        time.sleep(pause)
        start = time.monotonic()
        if seen(options) != before:
            return
        pause = max(PAUSE, _SHARE * (time.monotonic() - start))


def seen(options: argparse.Namespace) -> Seen:
    """The files that a check would look at and the settings that it would read, each with its time and size."""
    job = Job(options)
    try:
        files = [found.file for found in job.discover().files]
        settings = [job.settings_for(file) for file in files] + [job.here]
    except (UsageError, SettingsError, OSError):
        return frozenset()
    origins = (origin for each in {id(each): each for each in settings}.values() for origin in each.origins.values())
    return frozenset(map(_state, {*files, *(origin.name for origin in origins if origin.kind == "file")}))


def _state(file: str) -> tuple[str, int, int]:
    try:
        status = os.stat(file)
    except OSError:
        return file, 0, 0
    return file, status.st_mtime_ns, status.st_size
