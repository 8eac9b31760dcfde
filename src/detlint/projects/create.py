"""Making a project: all of it, or nothing.

Given a template, answers and a folder that is not there yet, or empty; gives the paths that were written. A project is
written beside its place (into it, where the folder is there) and then renamed, so that whoever interrupts it finds
nothing half done.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from detlint.projects.errors import ProjectError
from detlint.projects.files import cannot_write, safe, umask

if TYPE_CHECKING:
    from detlint.projects.answers import Answers
    from detlint.projects.templates import Template


def create(template: Template, answers: Answers, target: Path) -> list[str]:
    """Write the project; raises `ProjectError` where something stands in the way."""
    check_target(target)
    files = template.render(answers)
    for path in files:
        safe(path, f"template {template.label}")
    place = target.absolute()
    is_there = place.is_dir()
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place if is_there else place.parent))
    except OSError as error:
        raise cannot_write(target, error) from error
    try:
        for path, content in files.items():
            file = made / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        check_target(target, besides=made.name)
        if is_there:
            _move_into(place, made)
        else:
            made.chmod(0o777 & ~umask())
            os.rename(made, place)
    except BaseException as error:
        shutil.rmtree(made, ignore_errors=True)
        if isinstance(error, OSError):
            raise cannot_write(target, error) from error
        raise
    return list(files)


def _move_into(place: Path, made: Path) -> None:
    """Move what was made up into an empty folder, which stays the same for those who are in it; all or nothing."""
    entries = sorted(made.iterdir())
    try:
        for entry in entries:
            os.rename(entry, place / entry.name)
        made.rmdir()
    except BaseException:
        for entry in entries:
            if (place / entry.name).exists():
                os.rename(place / entry.name, entry)
        raise


def check_target(target: Path, besides: str = "") -> None:
    """Raise `ProjectError` unless a project can be made at a place: there is nothing, or an empty folder.

    A repository without files is empty. besides: the name of what may be there, too.
    """
    if not target.absolute().parent.is_dir():
        raise ProjectError(f"{target.parent} is no folder; make it first")
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise ProjectError(f"{target} is there already, and is no folder")
    if target.is_dir() and any(file.name not in (".git", besides) for file in target.iterdir()):
        raise ProjectError(f"{target} is there already, and is not empty; choose another place")
