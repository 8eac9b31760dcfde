"""`detlint baseline`: write what is found today into a file, bring that up to date, or show how they differ."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from detlint.baseline import BaselineError, Comparison, Entry, compare, entries_of, read, written
from detlint.cli.check import Job
from detlint.cli.errors import UsageError
from detlint.cli.output import say, wants_color, write
from detlint.fixes.writing import CannotWriteError, replace_contents
from detlint.printable import printable
from detlint.reporters import View
from detlint.reporters.concise import place
from detlint.selection import Selection
from detlint.sources.discovery import relative_path

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from detlint.diagnostics import Diagnostic, Report
    from detlint.reporters import Styled

DEFAULT = "detlint-baseline.json"


def run(options: argparse.Namespace) -> int:
    """Do what the options say with a baseline; gives the exit status."""
    job = Job(options)
    if job.is_standard_input:
        raise UsageError("a baseline is of files, not of standard input")
    known = Known(job, job.baseline_file or DEFAULT)
    if options.action == "create":
        if os.path.lexists(known.file):
            raise UsageError(f"{known.file} is there already; `detlint baseline update` brings it up to date")
        entries = []
    else:
        entries = known.entries  # a broken file is said before there is any work
    report = job.everything(None)
    if _failed(report):
        return 2
    found = list(known.found(report))
    compared = compare(entries, found, known.concerned)
    if options.action == "show":
        lines = _shown(compared)
        write(lines, sys.stdout, color=wants_color(options.color, sys.stdout))
        return 1 if compared.new or compared.expired else 0
    kept = [entry for entry in entries if not known.concerned(entry)]
    known.write(written([*kept, *(entry for _, entry in found)]))
    lines = _counts(compared) if options.action == "update" else _created(known.file, len(found))
    write(lines, sys.stdout, color=wants_color(options.color, sys.stdout))
    return 0


class Known:
    """A baseline file, and the run that it is compared with."""

    def __init__(self, job: Job, file: str) -> None:
        self._job = job
        self.file = file
        self._home = os.path.dirname(os.path.abspath(file))

    @cached_property
    def _data(self) -> bytes:
        try:
            with open(self.file, "rb") as stream:
                return stream.read()
        except FileNotFoundError:
            raise UsageError(f"no such baseline: {self.file}; `detlint baseline create` makes one") from None
        except OSError as error:
            raise UsageError(f"cannot read the baseline {self.file}: {error.strerror or error}") from None

    @property
    def entries(self) -> list[Entry]:
        """What the file holds."""
        try:
            return read(self._data, self.file)
        except BaselineError as error:
            raise UsageError(f"baseline: {error}") from None

    def found(self, report: Report) -> Iterator[tuple[Diagnostic, Entry]]:
        """The findings of a report with their entries."""
        return entries_of(report.diagnostics, self._job.source, self._path)

    def compare(self, report: Report) -> Comparison:
        """A report and the file."""
        return compare(self.entries, self.found(report), self.concerned)

    def concerned(self, entry: Entry) -> bool:
        """Whether the run looked for what an entry says: its file was checked or is gone, its rule is on."""
        file = os.path.join(self._home, entry.path)
        return entry.code in self._codes and (entry.path in self._checked or not os.path.lexists(file))

    @cached_property
    def _checked(self) -> set[str]:
        return {self._path(found.path) for found in self._job.discovered.files}

    @cached_property
    def _codes(self) -> set[str]:
        here = self._job.here
        selection = Selection(here.select, here.ignore, here.extend_select, here.extend_ignore)
        return {rule.code for rule in self._job.registry.selected(selection)}

    def _path(self, path: str) -> str:
        return relative_path(os.path.abspath(path), self._home)

    def write(self, text: str) -> None:
        """Write the file, whole or not at all."""
        data = text.encode("utf-8")
        try:
            if os.path.lexists(self.file):
                replace_contents(self.file, self._data, data)
            else:
                _create(self.file, data)
        except (OSError, CannotWriteError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UsageError(f"cannot write the baseline {self.file}: {reason}") from None


def _create(file: str, data: bytes) -> None:
    with open(file, "xb") as stream:
        try:
            stream.write(data)
            stream.flush()
        except OSError:
            with suppress(OSError):
                os.unlink(file)
            raise


def narrowed(job: Job, report: Report, file: str) -> None:
    """Leave out of a report what is in a baseline, and note how much that is."""
    compared = Known(job, file).compare(report)
    report.diagnostics = compared.new
    if compared.known:
        report.notes.append(f"{_findings(len(compared.known))} not shown: in the baseline {printable(file)}")
    if compared.expired:
        gone = f"{_findings(len(compared.expired))} of the baseline {printable(file)}"
        report.notes.append(f"{gone} found no more: `detlint baseline update` takes them out")


def _failed(report: Report) -> bool:
    for line in (*report.problems, *report.internal_errors):
        say(f"detlint: error: {line}")
    return bool(report.problems or report.internal_errors)


def _created(file: str, count: int) -> Iterator[Styled]:
    yield [(f"{printable(file)}: {_findings(count)}. `--baseline {printable(file)}`, or the setting", "")]
    yield [(f"`baseline`, leaves {'it' if count == 1 else 'them'} out of reports.", "")]


def _shown(compared: Comparison) -> Iterator[Styled]:
    for title, items in (("New", compared.new), ("Still there", compared.known)):
        if items:
            yield [(f"{title}:", "strong")]
            for item in items:
                yield [("  ", ""), *place(item, View()), (f" {item.code} {printable(item.message)}", "")]
    if compared.expired:
        yield [("Found no more:", "strong")]
        for entry in compared.expired:
            yield [("  ", ""), (printable(entry.path), "path"), (f": {entry.code} {printable(entry.source)}", "")]
    yield from _counts(compared)


def _counts(compared: Comparison) -> Iterator[Styled]:
    new, gone, known = len(compared.new), len(compared.expired), len(compared.known)
    yield [(f"{new:,} new, {gone:,} found no more, {known:,} still there.", "")]


def _findings(count: int) -> str:
    return "1 finding" if count == 1 else f"{count:,} findings"
