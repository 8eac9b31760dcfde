"""`detlint fix-artifact-paths`: recorded MLflow runs that were copied from another machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from detlint.projects.artifacts import fixed
from detlint.projects.files import write

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Make paths those of this machine."""
    folder = Path(options.path)
    files = fixed(folder)
    for path in files:
        print(folder / path)
    if not options.dry_run:
        write(folder, files)
    number = "1 file" if len(files) == 1 else f"{len(files)} files"
    print(f"{number} {'would be changed' if options.dry_run else 'changed'}")
    return 0
