"""The bytes of files: those on disk, or what stands in for them while fixes are tried out.

Given a path; gives the file's bytes. All that reads files of a project reads them here, so that rules about one file
see what has become of the others.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

_stand_ins: Mapping[str, bytes] = {}


def read_bytes(file: str | os.PathLike[str], limit: int) -> bytes | None:
    """All bytes of a file, None if there are more than `limit`; raises `OSError` and `ValueError` as `open` does."""
    known = stand_in(file)
    if known is not None:
        return known if len(known) <= limit else None
    with open_file(file) as stream:
        data = stream.read(limit + 1)
    return data if len(data) <= limit else None


def stand_in(file: str | os.PathLike[str]) -> bytes | None:
    """What stands in for a file; None where the file stands for itself."""
    return _stand_ins.get(os.path.realpath(file)) if _stand_ins else None


def open_file(file: str | os.PathLike[str]) -> BinaryIO:
    """Open a file to read its bytes. Pipes, sockets and devices, which may never end, are refused by an `OSError`."""
    mode = os.stat(file).st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device", os.fspath(file))
    return open(file, "rb")


@contextmanager
def standing_in(contents: Mapping[str, bytes]) -> Iterator[None]:
    """Let these bytes, by real path, stand in for what is on disk; processes forked meanwhile see them too."""
    global _stand_ins
    before, _stand_ins = _stand_ins, contents
    try:
        yield
    finally:
        _stand_ins = before


def also_standing_in(contents: Mapping[str, bytes]) -> AbstractContextManager[None]:
    """Let these bytes stand in beside those that do already."""
    return standing_in({**_stand_ins, **contents})
