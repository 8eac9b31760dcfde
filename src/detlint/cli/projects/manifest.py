"""`detlint manifest`: what any folder or git repository asks of projects that are made from it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError
from detlint.cli.projects.create import given_answers
from detlint.projects import git
from detlint.projects.files import replace
from detlint.projects.manifest import Policy, of_files, to_json

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Make the manifest."""
    policy = Policy(*(tuple(getattr(options, key)) for key in ("managed", "required", "recommended", "forbidden")))
    if not (policy.managed or policy.required or policy.recommended):
        raise UsageError("a manifest asks for something: give --managed, --required or --recommended")
    source = Path(options.source)
    if source.is_dir() and options.rev is None:
        files = _of_folder(source)
    else:
        files = _of_repository(options.source, options.rev)
    name = options.name or Path(options.source.rstrip("/")).resolve().name.removesuffix(".git")
    manifest = of_files(name, files, given_answers(options), policy)
    if not manifest.entries:
        raise UsageError(f"no file of {options.source} matches a pattern")
    text = to_json(manifest)
    if options.output_file is None:
        print(text, end="")
    else:
        replace(Path(options.output_file), text.encode())
    return 0


def _of_folder(folder: Path) -> dict[str, bytes]:
    listed = git.files(folder)
    if listed is None:
        found = (file for file in folder.rglob("*") if ".git" not in file.relative_to(folder).parts)
        listed = [file.relative_to(folder).as_posix() for file in found]
    return {path: (folder / path).read_bytes() for path in sorted(listed) if _is_plain(folder / path)}


def _of_repository(source: str, rev: str | None) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as place:
        clone = Path(place) / "clone"
        git.run(Path.cwd(), "clone", "-q", "--no-checkout", "--", source, str(clone))
        git.run(clone, "checkout", "-q", "--detach", rev if rev is not None else "HEAD", "--")
        return _of_folder(clone)


def _is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()
