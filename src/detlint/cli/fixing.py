"""`--fix` and `--diff`: fixing what a job is about, on disk, on standard output, or only to be shown."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError
from detlint.cli.output import say, wants_color, write, write_file
from detlint.fixes.difference import difference
from detlint.fixes.rounds import Rounds
from detlint.fixes.writing import CannotWriteError, Replacement, replace_together
from detlint.sources.contents import standing_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from detlint.cli.check import Job
    from detlint.diagnostics import Report
    from detlint.fixes.rounds import Changed

_STDIN = ""
"""What stands for a path where there is none."""


@dataclass(frozen=True, slots=True)
class Around:
    """What is already decided about files, by real path: what some have become of, and which are to be left alone."""

    contents: Mapping[str, bytes] = field(default_factory=dict)
    left: Collection[str] = ()


_NOTHING = Around()


def tried(job: Job, around: Around = _NOTHING) -> tuple[Report, list[Changed]]:
    """Fix, and write nothing: what would be left, and what would be changed."""
    rounds = _rounds(job, around)
    return rounds.run(), rounds.changed


def applied(job: Job, around: Around = _NOTHING) -> tuple[Report, bytes | None]:
    """Fix, and write the files; of standard input, what has become of it. Gives what is left."""
    rounds = _rounds(job, around)
    if job.is_standard_input:
        data = job.standard_input
        if data is None:
            raise UsageError("standard input is too large; raise --max-file-size to fix it")
        report = rounds.run()
        return report, rounds.changed[0].after if rounds.changed else data
    report = rounds.run()
    while not _write(rounds):
        report = rounds.run()
    return report, None


def show(job: Job, changed: Iterable[Changed]) -> None:
    """Write a diff where the report would go, and how much it would fix to standard error."""
    changed = list(changed)
    options = job.options
    lines = (line for each in changed for line in difference(each.before, each.after, each.path, each.kind))
    if options.output_file is not None:
        write_file(lines, options.output_file)
    else:
        write(lines, sys.stdout, color=wants_color(options.color, sys.stdout))
    if not options.quiet and (options.fix or not options.add_ignores):
        count = sum(each.fixed.total() for each in changed)
        say(f"Would fix {count} {'finding' if count == 1 else 'findings'}." if count else "Nothing would be fixed.")


def _rounds(job: Job, around: Around) -> Rounds:
    def check(contents: Mapping[str, bytes], only: Collection[str] | None) -> Report:
        with standing_in({**around.contents, **contents}):
            return job.report_of(contents.get(_STDIN), only)

    def read(file: str) -> bytes:
        if file == _STDIN:
            return job.standard_input or b""
        if file in around.contents:
            return around.contents[file]
        with open(file, "rb") as stream:
            return stream.read()

    return Rounds(check, read, unsafe=job.options.unsafe_fixes, left=around.left)


def _write(rounds: Rounds) -> bool:
    """Write what has changed; False if a file had to be left, so that others may have to be looked at again."""
    complete = True
    for together in list(rounds.unwritten):
        try:
            replace_together([Replacement(each.file, each.on_disk, each.after) for each in together])
        except CannotWriteError as error:
            rounds.leave(error.file, str(error))
            complete = False
            continue
        for each in together:
            each.on_disk = each.after
    return complete
