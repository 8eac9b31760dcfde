"""Putting new bytes in the place of files' old ones, whole or not at all.

Given paths, the bytes that were read and those to write; raises `CannotWriteError` with the reason in the user's words,
and then all files are as they were. A reader never sees half a file: the bytes go into a new file beside it, which is
flushed to disk and then takes the name.
"""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class CannotWriteError(Exception):
    """Why files were left as they are. file: the one that cannot be written."""

    def __init__(self, reason: str, file: str = "") -> None:
        super().__init__(reason)
        self.file = file


@dataclass(frozen=True, slots=True)
class Replacement:
    """A file to write anew, if it still holds `before`."""

    file: str
    before: bytes
    after: bytes


def replace_contents(file: str, before: bytes, after: bytes) -> None:
    """Write a file anew if it still holds `before`; its mode is kept, a symbolic link stays one."""
    replace_together([Replacement(file, before, after)])


def replace_together(files: Iterable[Replacement]) -> None:
    """Write files anew, all of them or none: nothing takes a name before all can be written."""
    with ExitStack() as cleaning:
        staged = [(each, *_staged(each, cleaning)) for each in files]
        done: list[tuple[str, Replacement]] = []
        for each, target, temporary in staged:
            try:
                os.replace(temporary, target)
            except BaseException as error:
                _put_back(done)
                if isinstance(error, OSError):
                    raise CannotWriteError(error.strerror or str(error), each.file) from None
                raise
            done.append((target, each))


def _staged(each: Replacement, cleaning: ExitStack) -> tuple[str, str]:
    """The real path of a file, and the new file beside it with what it is to hold."""
    target = os.path.realpath(each.file)
    try:
        status = os.stat(target)
        _refuse(target, status)
        with open(target, "rb") as stream:
            if stream.read() != each.before:
                raise CannotWriteError("it was changed while it was being checked")
        return target, _written_beside(target, status, each.after, cleaning)
    except OSError as error:
        raise CannotWriteError(error.strerror or str(error), each.file) from None
    except CannotWriteError as error:
        raise CannotWriteError(str(error), each.file) from None


def _put_back(done: Iterable[tuple[str, Replacement]]) -> None:
    """Give files that were written what they held before."""
    for target, each in done:
        with suppress(OSError), ExitStack() as cleaning:
            os.replace(_written_beside(target, os.stat(target), each.before, cleaning), target)


def _refuse(target: str, status: os.stat_result) -> None:
    """Raise for a file that its owner protects, or that would lose its other names."""
    if not stat.S_IMODE(status.st_mode) & 0o222 or not os.access(target, os.W_OK):
        raise CannotWriteError("it is read-only")
    if status.st_nlink > 1:
        raise CannotWriteError(f"it has {status.st_nlink} names (hard links), which would no longer be one file")


def _written_beside(target: str, status: os.stat_result, content: bytes, cleaning: ExitStack) -> str:
    """A new file beside another, on disk, with the mode of that one; what becomes of it or not, no trace is left."""
    folder, name = os.path.split(target)
    handle, temporary = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".detlint", dir=folder)
    cleaning.callback(_removed, temporary)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    _own(temporary, status)
    return temporary


def _removed(file: str) -> None:
    with suppress(OSError):
        os.unlink(file)


def _own(file: str, status: os.stat_result) -> None:
    """Give a file the owner, as far as the system lets us, and the mode of another."""
    if hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(file, status.st_uid, status.st_gid)
    os.chmod(file, stat.S_IMODE(status.st_mode))
