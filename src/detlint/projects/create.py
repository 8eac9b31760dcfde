"""Making a project: all of it, or nothing.

Given a template, answers and a folder that is not there yet; gives the paths that were written. A project is written
beside its place and then renamed, so that whoever interrupts it finds nothing half done.
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
    try:
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.absolute().parent))
    except OSError as error:
        raise cannot_write(target, error) from error
    try:
        for path, content in files.items():
            file = beside / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        beside.chmod(0o777 & ~umask())
        check_target(target)
        if target.is_dir():
            target.rmdir()
        os.rename(beside, target)
    except BaseException as error:
        shutil.rmtree(beside, ignore_errors=True)
        if isinstance(error, OSError):
            raise cannot_write(target, error) from error
        raise
    return list(files)


def check_target(target: Path) -> None:
    """Raise `ProjectError` unless a project can be made at a place: there is nothing, or an empty folder."""
    if not target.absolute().parent.is_dir():
        raise ProjectError(f"{target.parent} is no folder; make it first")
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise ProjectError(f"{target} is there already, and is no folder")
    if target.is_dir() and any(target.iterdir()):
        raise ProjectError(f"{target} is there already, and is not empty; choose another place")
