"""`detlint sync`: a newer template, merged on a branch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from detlint.cli.output import say
from detlint.projects.sync import available, carry_out, check_tree, make_plan, open_marker
from detlint.projects.versions import Version

if TYPE_CHECKING:
    import argparse

    from detlint.projects.sync import Plan


def run(options: argparse.Namespace) -> int:
    """Merge the newer template."""
    root = Path(options.folder)
    marker = open_marker(root)
    version = Version.parse(options.to) if options.to else available(marker)
    if version is None:
        print(f"nothing to do: {marker.template} {marker.version} is the newest (level: {marker.sync_level})")
        return 0
    if options.check:
        print(f"{marker.template} {version} is there; this project is at {marker.version}: detlint sync")
        return 1
    if not options.dry_run:
        check_tree(root)
    plan = make_plan(root, marker, version)
    for step in plan.steps:
        print(f"{step.kind:<9}{step.path}{f' ({step.why})' if step.why else ''}")
    for path in plan.excluded:
        print(f"{'excluded':<9}{path}")
    if options.dry_run:
        return 1 if plan.conflicts else 0
    committed = carry_out(root, plan, commit_conflicts=options.commit_conflicts)
    if options.body is not None:
        Path(options.body).write_text(plan.body(), encoding="utf-8", newline="\n")
    return _end(plan, committed=committed)


def _end(plan: Plan, *, committed: bool) -> int:
    if committed:
        print(f"committed on the branch {plan.branch}: {plan.title}")
        return 1 if plan.conflicts else 0
    say(
        f"detlint: {len(plan.conflicts)} files in conflict on the branch {plan.branch}; "
        "edit them, then git add and git commit"
    )
    return 1
