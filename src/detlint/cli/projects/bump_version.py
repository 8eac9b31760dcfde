"""`detlint bump-version`: a project's version, moved in all files together."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError
from detlint.projects.bump import current_version, plan
from detlint.projects.files import write
from detlint.projects.marker import no_project
from detlint.projects.structure import any_marker

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Move the version, or print it."""
    if options.show and options.version is not None and options.folder == ".":
        options.folder, options.version = options.version, None
    root = Path(options.folder)
    marker = any_marker(root)
    if marker is None:
        raise UsageError(no_project(root))
    if options.show:
        print(current_version(marker))
        return 0
    if options.version is None:
        raise UsageError(f"to which version? The project is at {current_version(marker)}")
    today = datetime.date.today().isoformat()
    bump = plan(root, marker, options.version, today, downgrade=options.downgrade)
    for change in bump.changes:
        print(f"{change.path}:{change.line}: {change.before} -> {change.after}")
    for line in bump.sections:
        print(line)
    if not options.dry_run:
        write(root, bump.files)
    print(f"{bump.old} -> {bump.new}{' (nothing was changed)' if options.dry_run else ''}")
    return 0
