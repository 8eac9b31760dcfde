"""Files of a project: paths that stay inside it, texts that can be read, writing that leaves nothing half done.

Given a root and a path with slashes; gives contents, or raises `ProjectError`.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from detlint.projects.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LARGEST = 5_000_000
"""Bytes of the largest file that is looked into: what is larger was not written by hand."""

_RESERVED = re.compile(r'[\x00-\x1f<>:"|?*\\]')
_LONGEST_NAME = 255
"""Bytes of the longest name that file systems have room for."""


def safe(path: str, source: str) -> str:
    """A path of a template, manifest or settings; raises `ProjectError` unless it stays inside the project.

    source: where the path is from, for the message.
    """
    parts = path.split("/")
    if any(len(part.encode()) > _LONGEST_NAME for part in parts):
        raise ProjectError(f"{source}: {path[:40]!r}… is longer than names of files can be")
    if _RESERVED.search(path) or any(part in ("", ".", "..") or part != part.strip() for part in parts):
        raise ProjectError(f"{source}: {path!r} is no path inside the project")
    if parts[0].lower() == ".git":
        raise ProjectError(f"{source}: {path!r} is git's own")
    return path


def inside(root: Path, path: str) -> Path:
    """A file of a project by its path; raises `ProjectError` where a symbolic link leads out of it."""
    file = root / path
    if not file.resolve().is_relative_to(root.resolve()):
        raise ProjectError(f"{path} leads out of the project by a symbolic link; nothing there is looked at or changed")
    return file


def read(root: Path, path: str) -> bytes | None:
    """The content of a file of a project; None if there is no such file. Raises `ProjectError` if it is unreadable."""
    file = inside(root, path)
    try:
        if not file.is_file():
            return None
        if file.stat().st_size > LARGEST:
            raise ProjectError(f"{path} is larger than {LARGEST:,} bytes")
        return file.read_bytes()
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror or error}") from error


def read_text(root: Path, path: str) -> str | None:
    """The text of a file of a project; None if there is none. Raises `ProjectError` if it is not UTF-8."""
    content = read(root, path)
    try:
        return None if content is None else content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path} is no text in UTF-8: {error}") from error


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """What a TOML text says; raises `ProjectError`."""
    from detlint.toml import TOMLDecodeError, loads

    try:
        found: dict[str, Any] = loads(text)
    except (TOMLDecodeError, RecursionError) as error:
        raise ProjectError(f"{name} is no valid TOML: {error}") from error
    return found


def read_toml(file: Path) -> dict[str, Any]:
    """What a TOML file says; raises `ProjectError`."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return parse_toml(text, str(file))


def write(root: Path, files: Mapping[str, bytes | None]) -> None:
    """Write files of a project, all or none; None deletes. All are written beside their places first, then renamed."""
    targets = {inside(root, safe(path, "write")): content for path, content in files.items()}
    for file in targets:
        if file.is_dir():
            raise ProjectError(f"{file} is a folder")
    written: dict[Path, str] = {}
    file = root
    try:
        for file, content in targets.items():
            if content is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
                written[file] = _beside(file, content)
        for file, name in written.items():
            os.replace(name, file)
        for file in targets.keys() - written.keys():
            file.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(file, error) from error
    finally:
        for name in written.values():
            with suppress(OSError):
                os.unlink(name)


def replace(file: Path, content: bytes) -> None:
    """Write a file by renaming a complete one over it; its permissions stay. Raises `ProjectError`."""
    try:
        name = _beside(file, content)
        try:
            os.replace(name, file)
        finally:
            with suppress(OSError):
                os.unlink(name)
    except OSError as error:
        raise cannot_write(file, error) from error


def cannot_write(file: Path, error: OSError) -> ProjectError:
    """What is said where a file or folder cannot be written."""
    return ProjectError(f"{file} cannot be written: {error.strerror or error}")


def _beside(file: Path, content: bytes) -> str:
    """Write a content into a new file beside the one that it is for; gives its name."""
    mode = file.stat().st_mode & 0o7777 if file.exists() else 0o666 & ~umask()
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(name, mode)
    except BaseException:
        os.unlink(name)
        raise
    return name


def umask() -> int:
    """The permissions that new files of this process lack."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
