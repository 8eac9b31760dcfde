"""`detlint sync`: a newer template, merged on a branch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError
from detlint.cli.output import say
from detlint.cli.projects.create import given_answers
from detlint.projects import mlf_core
from detlint.projects.adoption import adopted, known_answers, make_adoption
from detlint.projects.files import replace
from detlint.projects.marker import read_marker
from detlint.projects.sync import available, carry_out, check_tree, make_plan, open_marker
from detlint.projects.templates import versions
from detlint.projects.user import read_config
from detlint.projects.versions import Version

if TYPE_CHECKING:
    import argparse

    from detlint.projects.marker import Marker
    from detlint.projects.sync import Plan


def run(options: argparse.Namespace) -> int:
    """Merge the newer template, or adopt one."""
    root = Path(options.folder)
    if options.adopt:
        return _adopt(root, options)
    given = [name for name in ("template", "answers", "answers_file") if getattr(options, name)]
    if given:
        raise UsageError(f"--{given[0].replace('answers_file', 'answers').replace('_', '-')} goes with --adopt")
    predecessor = mlf_core.read_marker(root) if read_marker(root) is None else None
    if predecessor is not None:
        print(
            f"nothing to do: {predecessor.template} is a template of mlf-core, which has no newer versions; "
            "detlint sync --adopt takes detlint's own over, on a branch"
        )
        return 0
    marker = open_marker(root)
    version = Version.parse(options.to) if options.to else available(marker)
    if version is None:
        print(f"nothing to do: {_why_nothing(marker)}")
        return 0
    if options.check:
        print(f"{marker.template} {version} is there; this project is at {marker.version}: detlint sync")
        return 1
    if not options.dry_run:
        check_tree(root)
    return _carry_out(root, make_plan(root, marker, version), options)


def _why_nothing(marker: Marker) -> str:
    newest = versions(str(marker.template))[-1]
    if marker.version is not None and newest > marker.version:
        return (
            f"{marker.template} {newest} is a smaller step than the project takes (level: {marker.sync_level}); "
            f"detlint sync --to {newest} takes it"
        )
    return f"{marker.template} {marker.version} is the newest"


def _adopt(root: Path, options: argparse.Namespace) -> int:
    if options.check or options.to:
        raise UsageError("--adopt goes with neither --check nor --to")
    chosen = adopted(root, options.template)
    names = {question.name for question in chosen.questions}
    known = {name: value for name, value in known_answers(root).items() if name in names}
    answers = chosen.answers({**known, **given_answers(options)}, None, **read_config())
    if not options.dry_run:
        check_tree(root)
    return _carry_out(root, make_adoption(root, chosen, answers), options)


def _carry_out(root: Path, plan: Plan, options: argparse.Namespace) -> int:
    for step in plan.steps:
        print(f"{step.kind:<9}{step.path}{f' ({step.why})' if step.why else ''}")
    for path in plan.excluded:
        print(f"{'excluded':<9}{path}")
    if options.body is not None and not Path(options.body).absolute().parent.is_dir():
        raise UsageError(f"--body: {Path(options.body).parent} is no folder")
    if not options.dry_run:
        committed = carry_out(root, plan, commit_conflicts=options.commit_conflicts)
        if options.body is not None:
            replace(Path(options.body), plan.body().encode())
        _end(plan, committed=committed)
    else:
        print("(nothing was changed)")
    for words in plan.remaining:
        print(f"to do: {words}")
    return 1 if plan.conflicts else 0


def _end(plan: Plan, *, committed: bool) -> None:
    if committed:
        print(f"committed on the branch {plan.branch}: {plan.title}")
        return
    say(
        f"detlint: in conflict on the branch {plan.branch}: {', '.join(plan.conflicts)}; "
        "edit them, then git add and git commit"
    )
