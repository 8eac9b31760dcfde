"""`detlint lint`: structure and code of a project, in three groups; repairs of the structure."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detlint.cli.arguments import parse
from detlint.cli.check import Job
from detlint.cli.errors import UsageError
from detlint.cli.output import say, wants_color, write
from detlint.cli.projects.create import given_answers
from detlint.diagnostics import Severity
from detlint.projects.check import Found, StructureReport, check_structure
from detlint.projects.comparison import difference
from detlint.projects.files import write as write_files
from detlint.reporters.json_document import as_json
from detlint.sources.discovery import relative_path

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from detlint.diagnostics import Diagnostic, Report
    from detlint.projects.structure import Finding
    from detlint.reporters import Styled


@dataclass
class Groups:
    """What a run gives: what passed in words, and what did not, with the difference for people where there is one."""

    passed: list[tuple[str, str, str]] = field(default_factory=list)
    warned: list[tuple[Diagnostic, str]] = field(default_factory=list)
    failed: list[tuple[Diagnostic, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, diagnostic: Diagnostic, diff: str = "") -> None:
        """Add a finding where it belongs."""
        group = self.failed if diagnostic.severity is Severity.ERROR else self.warned
        group.append((diagnostic, diff))


def run(options: argparse.Namespace) -> int:
    """Lint a project."""
    root = Path(options.folder)
    if not root.is_dir():
        raise UsageError(f"{options.folder} is no folder")
    structure = _structure(root, options)
    if options.fix or options.diff:
        repairs = list(_repairs(structure.found, options))
        if options.diff:
            _show(repairs, root)
            return 1 if repairs else 0
        _apply(repairs, root)
        structure = _structure(root, options)
    groups = Groups(passed=structure.passed)
    for each in structure.found:
        groups.add(each.diagnostic, each.finding.diff)
    if not options.no_code:
        _add_code(groups, _job(options, options.folder).report())
    _print(groups, options)
    for line in groups.problems:
        say(f"detlint: error: {line}")
    if groups.problems:
        return 2
    return 1 if groups.failed or (options.strict and groups.warned) else 0


def _structure(root: Path, options: argparse.Namespace) -> StructureReport:
    job = _job(options, options.folder)
    prefix = relative_path(os.path.abspath(root), os.curdir)
    shown = "" if prefix == "." else f"{prefix.rstrip('/')}/"
    manifest = None if options.manifest is None else Path(options.manifest)
    return check_structure(root, job.registry, job.resolver, manifest, shown, given_answers(options))


def _job(options: argparse.Namespace, folder: str) -> Job:
    """The run of `check` over the project, which also knows the settings and the rules."""
    chosen = [f"--{name}={value}" for name in ("select", "ignore") for value in getattr(options, name) or ()]
    return Job(parse("check", [*chosen, "--min-severity=info", "--", folder]))


def _add_code(groups: Groups, report: Report) -> None:
    for diagnostic in report.diagnostics:
        groups.add(diagnostic)
    groups.problems += [*report.problems, *report.internal_errors]
    if not report.diagnostics:
        groups.passed.append(("code", "", f"no findings in {report.files} files"))


# ------------------------------------------------------------------------------------------------------------- repairs
def _repairs(found: list[Found], options: argparse.Namespace) -> Iterator[Finding]:
    for each in found:
        if each.finding.files and (each.finding.safe or options.unsafe_fixes):
            yield each.finding


def _show(repairs: list[Finding], root: Path) -> None:
    for path, content in sorted(_contents(repairs).items()):
        file = root / path
        before = file.read_bytes().decode("utf-8", "replace") if file.is_file() else ""
        lines = difference(before, content.decode("utf-8", "replace"), path).split("\n")
        print("\n".join([f"--- {path}", f"+++ {path} (repaired)", *lines[2:]]))


def _apply(repairs: list[Finding], root: Path) -> None:
    contents = _contents(repairs)
    write_files(root, contents)
    for path in sorted(contents):
        say(f"detlint: repaired {path}")


def _contents(repairs: list[Finding]) -> dict[str, bytes]:
    return {path: content for finding in repairs for path, content in (finding.files or {}).items()}


# -------------------------------------------------------------------------------------------------------------- output
def _print(groups: Groups, options: argparse.Namespace) -> None:
    if options.output_format == "json":
        print(json.dumps(_document(groups), indent=2))
        return
    write(_lines(groups), sys.stdout, color=wants_color(options.color, sys.stdout))


def _lines(groups: Groups) -> Iterator[Styled]:
    yield [(f"{len(groups.passed)} passed", "good")]
    for code, name, words in groups.passed:
        yield [(f"  {code:<8}", ""), (f"{name:<26}", ""), (words, "faint")]
    for title, style, found in (("warned", "warning", groups.warned), ("failed", "error", groups.failed)):
        if found:
            yield []
            yield [(f"{len(found)} {title}", style)]
        for diagnostic, diff in found:
            yield from _finding(diagnostic, diff)
    yield []
    counts = f"{len(groups.passed)} passed, {len(groups.warned)} warned, {len(groups.failed)} failed"
    yield [(counts, "bad" if groups.failed else "good")]


def _finding(diagnostic: Diagnostic, diff: str) -> Iterator[Styled]:
    place = f"{diagnostic.path}:{diagnostic.location.line}"
    yield [("  ", ""), (place, "path"), (f": {diagnostic.code} ", "strong"), (diagnostic.text, "")]
    for line in diff.split("\n")[2:] if diff else ():
        yield [("      ", ""), (line, "good" if line.startswith("+") else "bad" if line.startswith("-") else "faint")]


def _document(groups: Groups) -> dict[str, Any]:
    def rows(found: list[tuple[Diagnostic, str]]) -> list[dict[str, object]]:
        return [{**as_json(diagnostic), "diff": diff or None} for diagnostic, diff in found]

    return {
        "version": 1,
        "passed": [{"code": code, "name": name, "message": words} for code, name, words in groups.passed],
        "warned": rows(groups.warned),
        "failed": rows(groups.failed),
        "summary": {
            "passed": len(groups.passed),
            "warned": len(groups.warned),
            "failed": len(groups.failed),
            "problems": groups.problems,
        },
    }
