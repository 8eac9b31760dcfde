"""Digests of input data. Given a file or a folder; gives the SHA-256 of its content, whatever the machine."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from detlint.projects.errors import ProjectError

if TYPE_CHECKING:
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
    """The SHA-256 of each file below a folder, by path with slashes, in the order of paths. Links are not followed."""
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if not file.is_symlink()}
    return {path: hash_file(files[path]) for path in sorted(files) if files[path].is_file()}


def digest_of(path: Path) -> tuple[str, dict[str, str]]:
    """The digest of a file or folder, and those of the files in it; raises `ProjectError` if there is nothing."""
    if path.is_file():
        return hash_file(path), {}
    if not path.is_dir():
        raise ProjectError(f"there is no {path}")
    files = hash_folder(path)
    if not files:
        raise ProjectError(f"there are no files in {path}")
    lines = "".join(f"{digest}  {name}\n" for name, digest in files.items())
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest(), files
