"""`detlint lint`: structure and code of a project, in three groups; repairs of both."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from detlint.cli import fixing
from detlint.cli.arguments import parse
from detlint.cli.check import Job
from detlint.cli.errors import UsageError
from detlint.cli.output import say, wants_color, write
from detlint.cli.projects.create import given_answers
from detlint.cli.projects.lint_report import Fixed, Groups, Row, print_groups, styled
from detlint.diagnostics import Applicability
from detlint.fixes.difference import difference as difference_of_code
from detlint.projects.check import Found, StructureReport, check_structure
from detlint.projects.comparison import difference
from detlint.projects.files import write as write_files
from detlint.sources.discovery import relative_path

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping

    from detlint.diagnostics import Report
    from detlint.fixes.rounds import Changed
    from detlint.reporters import Styled

MOST_ROUNDS = 5
"""More than any structure needs: a file that was restored may still carry another version, or a needless comment."""


def run(options: argparse.Namespace) -> int:
    """Lint a project."""
    root = Path(options.folder)
    if not root.is_dir():
        raise UsageError(f"{options.folder} is no folder")
    job = _job(options)
    structure = _structure(root, job, options)
    if options.diff:
        return _show(root, job, structure, options)
    groups = Groups()
    code = None
    if options.fix:
        structure = _repair(root, job, structure, options, groups.fixed)
    if not options.no_code:
        # where the marker cannot be used, nobody knows which files belong to the template: no code is changed
        is_fixed = options.fix and structure.managed is not None
        code = fixing.applied(job, _around(root, structure))[0] if is_fixed else job.report()
        if code.fixed:
            structure = _structure(root, job, options)
    _fill(groups, structure, code, _prefix(root))
    print_groups(groups, options)
    return _status(groups.problems, failed=bool(groups.failed or (options.strict and groups.warned)))


def _structure(root: Path, job: Job, options: argparse.Namespace) -> StructureReport:
    manifest = None if options.manifest is None else Path(options.manifest)
    return check_structure(root, job.registry, job.resolver, manifest, _prefix(root), given_answers(options))


def _prefix(root: Path) -> str:
    """What paths of the project begin with in reports."""
    shown = relative_path(os.path.abspath(root), os.curdir)
    return "" if shown == "." else f"{shown.rstrip('/')}/"


def _job(options: argparse.Namespace) -> Job:
    """The run of `check` over the project, which also knows the settings and the rules."""
    chosen = parse("check", ["--", options.folder])
    shared = {name: value for name, value in vars(options).items() if name in vars(chosen)}
    shared["min_severity"] = options.min_severity or "info"
    shared["output_format"] = None  # its report is not shown
    vars(chosen).update(shared)
    return Job(chosen)


def _fill(groups: Groups, structure: StructureReport, code: Report | None, prefix: str) -> None:
    groups.passed += structure.passed
    for each in structure.found:
        groups.add(Row(each.diagnostic, each.finding.diff, each.applicability))
    if code is None:
        return
    left = {f"{prefix}{path}" for path in structure.managed or ()}
    for diagnostic in code.diagnostics:
        fix = None if diagnostic.path in left else diagnostic.fix
        groups.add(Row(diagnostic, applicability=None if fix is None else fix.applicability))
    for path, codes in code.fixed.items():
        groups.fixed.setdefault(path, Counter()).update(codes)
    groups.problems += [*code.problems, *code.internal_errors]
    if not code.diagnostics:
        groups.passed.append(("code", "", f"no findings in {code.files} files"))


def _status(problems: Iterable[str], *, failed: bool) -> int:
    status = 1 if failed else 0
    for line in problems:
        say(f"detlint: error: {line}")
        status = 2
    return status


# ------------------------------------------------------------------------------------------------------------- repairs
def _repair(
    root: Path, job: Job, structure: StructureReport, options: argparse.Namespace, fixed: Fixed
) -> StructureReport:
    """Repair the structure until nothing more is repaired; gives what is left."""
    for _ in range(MOST_ROUNDS):
        repairs = _repairs(structure, options)
        if not repairs:
            break
        write_files(root, _contents(repairs))
        for each in repairs:
            path = f"{_prefix(root)}{each.finding.about or each.finding.path}"
            fixed.setdefault(path, Counter())[each.diagnostic.code] += 1
        structure = _structure(root, job, options)
    return structure


def _repairs(structure: StructureReport, options: argparse.Namespace) -> list[Found]:
    """The findings that are to be repaired, those first whose repair replaces the most of a file."""
    wanted = (Applicability.SAFE, Applicability.UNSAFE) if options.unsafe_fixes else (Applicability.SAFE,)
    found = [each for each in structure.found if each.applicability in wanted]
    taken: set[str] = set()
    chosen = []
    for each in sorted(found, key=lambda each: each.finding.safe):
        paths = set(each.finding.files or ())
        if not paths & taken:
            chosen.append(each)
            taken |= paths
    return chosen


def _contents(repairs: Iterable[Found]) -> dict[str, bytes]:
    return {path: content for each in repairs for path, content in (each.finding.files or {}).items()}


def _around(root: Path, structure: StructureReport, contents: Mapping[str, bytes] | None = None) -> fixing.Around:
    """What repairs of code must heed: what the structure's repairs write, and files that belong to the template."""
    real = os.path.realpath
    return fixing.Around(
        {real(root / path): content for path, content in (contents or {}).items()},
        frozenset(real(root / path) for path in structure.managed or ()),
    )


def _show(root: Path, job: Job, structure: StructureReport, options: argparse.Namespace) -> int:
    """Show what repairs would change; gives the exit status."""
    contents = _contents(_repairs(structure, options))
    problems: list[str] = []
    changed: list[Changed] = []
    if not options.no_code and structure.managed is not None:
        report, changed = fixing.tried(job, _around(root, structure, contents))
        problems = [*report.problems, *report.internal_errors]
    by_code = {each.file: each for each in changed}
    color = wants_color(options.color, sys.stdout)
    for path, content in sorted(contents.items()):
        file = root / path
        known = by_code.pop(os.path.realpath(file), None)
        before = file.read_bytes().decode("utf-8", "replace") if file.is_file() else ""
        after = content if known is None else known.after
        write(_lines_of_difference(before, after.decode("utf-8", "replace"), path), sys.stdout, color=color)
    for each in by_code.values():
        write(difference_of_code(each.before, each.after, each.path, each.kind), sys.stdout, color=color)
    return _status(problems, failed=bool(contents or changed))


def _lines_of_difference(before: str, after: str, path: str) -> Iterator[Styled]:
    yield [(f"--- {path}", "strong")]
    yield [(f"+++ {path} (repaired)", "strong")]
    yield from map(styled, difference(before, after, path).split("\n")[2:])
