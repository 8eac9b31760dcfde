"""Putting new bytes in the place of a file's old ones, whole or not at all.

Given a path, the bytes that were read and those to write; raises `CannotWriteError` with the reason in the user's
words, and then the file is as it was. A reader never sees half a file: the bytes go into a new file beside it, which is
flushed to disk and then takes the name.
"""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress


class CannotWriteError(Exception):
    """Why a file was left as it is."""


def replace_contents(file: str, before: bytes, after: bytes) -> None:
    """Write a file anew if it still holds `before`; its mode is kept, a symbolic link stays one."""
    target = os.path.realpath(file)
    try:
        status = os.stat(target)
        _refuse(target, status)
        with open(target, "rb") as stream:
            if stream.read() != before:
                raise CannotWriteError("it was changed while it was being checked")
        _replace(target, status, after)
    except OSError as error:
        raise CannotWriteError(error.strerror or str(error)) from None


def _refuse(target: str, status: os.stat_result) -> None:
    """Raise for a file that its owner protects, or that would lose its other names."""
    if not stat.S_IMODE(status.st_mode) & 0o222 or not os.access(target, os.W_OK):
        raise CannotWriteError("it is read-only")
    if status.st_nlink > 1:
        raise CannotWriteError(f"it has {status.st_nlink} names (hard links), which would no longer be one file")


def _replace(target: str, status: os.stat_result, content: bytes) -> None:
    folder, name = os.path.split(target)
    handle, temporary = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".detlint", dir=folder)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        _own(temporary, status)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _own(file: str, status: os.stat_result) -> None:
    """Give a file the owner, as far as the system lets us, and the mode of another."""
    if hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(file, status.st_uid, status.st_gid)
    os.chmod(file, stat.S_IMODE(status.st_mode))
