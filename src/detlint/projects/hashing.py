"""Digests of input data. Given a file or a folder; gives the SHA-256 of its content, whatever the machine."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from detlint.projects.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = 1 << 20


def hash_file(file: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise ProjectError(f"{file} cannot be read: {error.strerror or error}") from error
    return digest.hexdigest()


def hash_folder(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file below a folder, by path with slashes, in the order of paths.

    A symbolic link counts as what it leads to; raises `ProjectError` for one that leads nowhere, or in a circle.
    """
    files = {file.relative_to(folder).as_posix(): file for file in _below(folder, ())}
    return {path: hash_file(files[path]) for path in sorted(files)}


def _below(folder: Path, above: tuple[Path, ...]) -> Iterator[Path]:
    place = folder.resolve()
    if place in above:
        raise ProjectError(f"{folder} is a symbolic link to a folder around it")
    try:
        for file in folder.iterdir():
            if file.is_dir():
                yield from _below(file, (*above, place))
            elif file.is_file():
                yield file
            elif file.is_symlink():
                raise ProjectError(f"{file} is a symbolic link that leads nowhere")
    except OSError as error:
        raise ProjectError(f"{folder} cannot be read: {error.strerror or error}") from error


def digest_of(path: Path) -> tuple[str, dict[str, str]]:
    """The digest of a file or folder, and those of the files in it; raises `ProjectError` if there is nothing."""
    if path.is_file():
        return hash_file(path), {}
    if not path.is_dir():
        raise ProjectError(f"{path} is neither a file nor a folder" if path.exists() else f"there is no {path}")
    files = hash_folder(path)
    if not files:
        raise ProjectError(f"there are no files in {path}")
    lines = "".join(f"{digest}  {name}\n" for name, digest in files.items())
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest(), files
