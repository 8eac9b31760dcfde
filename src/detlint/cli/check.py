"""`detlint check`: from options to settings, from paths to a report, from the report to output and exit status."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from detlint.cli.errors import UsageError
from detlint.cli.output import longest, say, wants_color, wants_links, width, write, write_file
from detlint.cli.packs import load, selectors, verify
from detlint.diagnostics import Checked, Report
from detlint.printable import printable
from detlint.reporters import FOR_PEOPLE, LONGEST, View, render
from detlint.settings import Resolver, options_from
from detlint.sources.source import read_stream

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from detlint.changes import Changes
    from detlint.cli.progress import Progress
    from detlint.diagnostics import Location
    from detlint.map.html import Fragment
    from detlint.registry import Registry
    from detlint.reporters import Styled
    from detlint.reporters.notebook_lines import NotebookLines
    from detlint.settings import Settings
    from detlint.sources.discovery import Discovery, Found
    from detlint.sources.source import SourceFile

_SELECTIONS = ("select", "ignore", "extend_select", "extend_ignore")


def run(options: argparse.Namespace) -> int:
    """Check what the options say, once or until the user ends it; gives the exit status."""
    if options.watch:
        from detlint.cli.watching import watch

        return watch(options, once)
    return once(options)


def once(options: argparse.Namespace) -> int:
    """Check what the options say; gives the exit status."""
    job = Job(options)
    if options.show_files:
        return _show_files(job)
    if options.add_ignores:
        return _ignore(job)
    if options.fix or options.diff:
        return _fix(job)
    report = job.report()
    _print(job, report, sys.stdout)
    return _status(job, report, bool(report.diagnostics))


def _fix(job: Job) -> int:
    """Repair what can be repaired, or show how; gives the exit status."""
    from detlint.cli import fixing

    if job.options.diff:
        report, changed = fixing.tried(job)
        fixing.show(job, changed)
        return _status(job, report, bool(changed))
    report, source = fixing.applied(job)
    if source is None:
        _print(job, report, sys.stdout)
    else:
        # Standard output is for what has become of standard input.
        sys.stdout.buffer.write(source)
        sys.stdout.flush()
        _print(job, report, sys.stderr)
    found = bool(report.diagnostics) or (job.options.exit_non_zero_on_fix and bool(report.fixed))
    return _status(job, report, found)


def _ignore(job: Job) -> int:
    """Write comments that hide all that is found, or show them; with --fix, of what is left after fixing."""
    from detlint.cli import fixing, ignoring

    if job.options.diff:
        fixed = fixing.tried(job)[1] if job.options.fix else []
        report, changed, count = ignoring.tried(job, fixed)
        fixing.show(job, changed)
        if not job.options.quiet:
            say(f"Would write comments for {_findings(count)}.")
        return _status(job, report, bool(changed))
    first = fixing.applied(job)[0] if job.options.fix and not job.is_standard_input else Report()
    report, count = ignoring.applied(job)
    report.fixed = first.fixed
    report.problems = [*first.problems, *report.problems]
    if not job.options.quiet:
        say(f"Wrote comments for {_findings(count)}.")
    _print(job, report, sys.stdout)
    return _status(job, report, bool(report.diagnostics))


def _findings(count: int) -> str:
    return f"{count} {'finding' if count == 1 else 'findings'}"


def _status(job: Job, report: Report, found: bool) -> int:
    """Say what went wrong; gives the exit status."""
    for line in (*report.problems, *report.internal_errors):
        say(f"detlint: error: {line}")
    if report.problems or report.internal_errors:
        return 2
    return 1 if found and not job.options.exit_zero else 0


@dataclass
class Job:
    """What one run is about. The settings and sources that it meets are kept for the report."""

    options: argparse.Namespace
    sources: dict[str, SourceFile | None] = field(default_factory=dict)
    met: dict[int, Settings] = field(default_factory=dict)
    documents: dict[str, NotebookLines] = field(default_factory=dict)
    _given: bytes | None = None  # what was checked last of standard input, or of what has become of it

    @cached_property
    def paths(self) -> list[str]:
        """The paths that were named; this folder if none was."""
        return self.options.paths or ["."]

    @cached_property
    def registry(self) -> Registry:
        """All rules: of the packs that the options name, and of those that the settings ask for."""
        plain = self._resolver({name: value for name, value in vars(self.options).items() if name not in _SELECTIONS})
        required = {name for path in ("", *self.paths) for name in plain.for_file(path).plugins}
        return load(self.options.plugin, sorted(required))

    @cached_property
    def resolver(self) -> Resolver:
        """Gives the settings of files."""
        values = dict(vars(self.options))
        for name in _SELECTIONS:
            if values[name] is not None:
                words = [word for words in values[name] for word in words]
                values[name] = selectors(words, f"--{name.replace('_', '-')}", self.registry)
        return self._resolver(values)

    def settings_for(self, file: str) -> Settings:
        """The settings of a file; codes in them that mean no rule are an error."""
        settings = self.resolver.for_file(file)
        if id(settings) not in self.met:
            verify(settings, self.registry)
            self.met[id(settings)] = settings
        return settings

    @cached_property
    def here(self) -> Settings:
        """The settings of the working directory: they decide what is not about a file."""
        return self.settings_for("detlint")

    @cached_property
    def discovered(self) -> Discovery:
        """The files to check; walked once."""
        return self.discover()

    def discover(self) -> Discovery:
        """The files that the paths stand for."""
        from detlint.sources.discovery import discover

        return discover(self.paths, exclusion=self.resolver.exclusion, force_exclude=self.here.force_exclude)

    def report(self) -> Report:
        """Check the files, or standard input."""
        return self.report_of(None)

    @property
    def is_standard_input(self) -> bool:
        """Whether standard input is to be checked; it cannot be together with files."""
        if "-" in self.paths and self.paths != ["-"]:
            raise UsageError("- (standard input) cannot be checked together with other paths")
        return "-" in self.paths

    @cached_property
    def standard_input(self) -> bytes | None:
        """All of standard input; None if it is too large."""
        return read_stream(sys.stdin.buffer, self.settings_for(self.standard_name).max_file_size)

    @property
    def standard_name(self) -> str:
        """The file that standard input stands for."""
        return self.options.stdin_filename or "stdin.py"

    @property
    def shown_standard_name(self) -> str:
        """The path that reports have for standard input."""
        from detlint.sources.discovery import relative_path

        name = self.options.stdin_filename
        return relative_path(os.path.abspath(name), os.curdir) if name else "<stdin>"

    @property
    def baseline_file(self) -> str | None:
        """The baseline that an option or a settings file names."""
        name = self.here.baseline
        if name is None or self.here.origin("baseline").kind != "file":
            return name
        from detlint.sources.discovery import relative_path

        return relative_path(os.path.join(self.here.root, name), os.curdir)

    def report_of(self, standard_input: bytes | None, only: Collection[str] | None = None) -> Report:
        """Check the files, or standard input, or what has become of it; report what is wanted of what is found.

        only: the real paths of the files to which the check is limited.
        """
        report = self.everything(standard_input, only)
        self._keep_to_files(report)
        baseline = self.baseline_file
        if baseline is not None and not self.is_standard_input:
            from detlint.cli.baseline import narrowed

            narrowed(self, report, baseline)
        if self.options.diff_base is not None:
            self._keep_changes(report, self.options.diff_base)
        return report

    def _keep_changes(self, report: Report, revision: str) -> None:
        """Leave out of a report what is on lines that have not changed since a revision."""
        from detlint.sources.contents import stand_in

        changes = self._changes

        def is_new(path: str, place: Location) -> bool:
            line = place.line if place.cell is None else self.document_line(path, place) or 1
            file = os.path.abspath(self.standard_name if self.is_standard_input else path)
            text = self._given if self.is_standard_input else stand_in(file)
            return changes.touches(file, line, place.end_line if place.cell is None else line, text)

        new = [item for item in report.diagnostics if is_new(item.path, item.location)]
        left = len(report.diagnostics) - len(new)
        if left:
            report.notes.append(f"{left:,} not shown: on lines that are as in {revision}")
        report.diagnostics = new

    @cached_property
    def _changes(self) -> Changes:
        """What has changed since the revision that an option names."""
        from detlint.changes import Changes, ChangesError

        if self.is_standard_input and not self.options.stdin_filename:
            raise UsageError("--diff-base with - needs --stdin-filename: the file whose lines are compared")
        path = self.standard_name if self.is_standard_input else self.paths[0]
        try:
            folder = path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
            return Changes(self.options.diff_base, folder)
        except ChangesError as error:
            raise UsageError(f"--diff-base: {error}") from None

    def everything(self, standard_input: bytes | None, only: Collection[str] | None = None) -> Report:
        """Check the files, or some of them, or standard input, or what has become of it; report all that is found."""
        from detlint.engine import check

        self.sources, self.documents = {}, {}  # what has been fixed stands in for files meanwhile

        registry = self.registry  # a pack that cannot be loaded is said first
        if self.is_standard_input:
            return self._report_of_standard_input(standard_input)
        found = self.discovered
        self._keep_from_overwriting(found.files)
        files = found.files if only is None else [each for each in found.files if os.path.realpath(each.file) in only]
        with self._progress() as progress:
            report = check(files, self.settings_for, registry, found.unreadable, self.options.jobs, progress)
        report.problems = [*found.problems, *report.problems]
        report.notes = [*found.notes, *report.notes, *self._idle_selection()]
        return report

    def _keep_to_files(self, report: Report) -> None:
        """Take away fixes that would edit other files than those that are checked: who names files means these."""
        left: dict[str, set[str]] = {}
        for place, item in enumerate(report.diagnostics):
            if item.fix is None or not item.fix.others:
                continue
            files = ((path, os.path.realpath(checked.file)) for path, checked in item.fix.others)
            outside = [path for path, file in files if file not in self._real_paths]
            if outside:
                report.diagnostics[place] = replace(item, fix=item.fix.instead)
            if outside and item.fix.instead is None:
                left.setdefault(", ".join(outside), set()).add(item.code)
        if self.options.fix or self.options.diff:
            for outside_paths, codes in sorted(left.items()):
                report.notes.append(
                    f"{', '.join(sorted(codes))} not fixed: that takes {printable(outside_paths)}, which is not checked"
                )

    @cached_property
    def _real_paths(self) -> frozenset[str]:
        """The files that may be edited."""
        files = () if self.is_standard_input else self.discovered.files
        return frozenset(os.path.realpath(found.file) for found in files)

    def _idle_selection(self) -> Iterator[str]:
        """Why nothing is reported where only rules about projects made from templates were selected."""
        words = [word for words in self.options.select or () for word in words]
        codes = tuple(selectors(words, "--select", self.registry))
        chosen = [rule for rule in self.registry.rules if rule.code.startswith(codes)] if codes else []
        if chosen and all(rule.of_projects for rule in chosen):
            yield f"{', '.join(words)}: asked only by `detlint lint`, about projects made from templates"

    @contextmanager
    def _progress(self) -> Iterator[Progress | None]:
        """What says how far a run is, where a person waits for it."""
        if self.options.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            yield None
            return
        from detlint.cli.progress import Progress

        progress = Progress(sys.stderr)
        try:
            yield progress
        finally:
            progress.end()

    def source(self, path: str, location: Location) -> str | None:
        """A file's text again, for code frames."""
        if path not in self.sources:
            from detlint.sources.source import SourceFile, read_source

            source = read_source(path)
            # diagnostics come file by file, so one is enough to remember
            self.sources = {path: source if isinstance(source, SourceFile) else None}
        known = self.sources[path]
        return None if known is None else known.shown(location)

    def document_line(self, path: str, location: Location) -> int | None:
        """The line of a notebook's file on which a line of one of its cells is."""
        if path not in self.documents:
            from detlint.reporters.notebook_lines import NotebookLines
            from detlint.sources.contents import read_bytes

            data = self._given if path == self.shown_standard_name else None
            try:
                data = read_bytes(path, self.here.max_file_size) if data is None else data
            except (OSError, ValueError):
                data = None
            self.documents = {path: NotebookLines((data or b"").decode("utf-8-sig", "replace"))}
        return self.documents[path].line(location.cell or 0, location.line)

    def map(self) -> Fragment | None:
        """The map of the entry points among the files; None if there are none."""
        from detlint.map.find import EntryPoints
        from detlint.map.html import fragment
        from detlint.map.model import ProjectMap

        if self.is_standard_input:
            return None
        points = EntryPoints(self.registry, self.settings_for)
        files = (file for file in self.discovered.files if points.is_candidate(file))
        entries = [entry for file in files for entry in points.of_file(file)]
        return fragment(ProjectMap.of(entries), heading=3) if entries else None

    def _keep_from_overwriting(self, files: Iterable[Found]) -> None:
        """Refuse to write the report over what is checked: `-o *.py` is written soon."""
        name = self.options.output_file
        if name is not None and os.path.abspath(name) in {found.file for found in files}:
            raise UsageError(f"--output-file: {name} is one of the files to check; name another for the report")

    def _report_of_standard_input(self, data: bytes | None) -> Report:
        from detlint.engine import Checker
        from detlint.sources.source import Problem, decode, too_large

        name = self.standard_name
        settings = self.settings_for(name)
        path = self.shown_standard_name
        checker = Checker(settings, self.registry)
        data = self._given = self.standard_input if data is None else data
        if data is None:
            reason = too_large(settings.max_file_size).reason
            return Report(skipped=1, notes=[f"{printable(path)}: skipped: {reason}"])
        source = decode(data, path)
        if isinstance(source, Problem):
            return Report(checker.problem(source, path), files=1)
        self.sources[path] = source
        result = checker.check(source, file=os.path.abspath(name))
        report = Report(result.diagnostics, files=1, internal_errors=result.errors)
        if any(item.fix for item in result.diagnostics):
            report.fixable[path] = Checked("", "python", source.digest)
        return report

    def _resolver(self, values: Mapping[str, object]) -> Resolver:
        options = {name: value for name, value in values.items() if value is not None}
        return Resolver(options=options_from(options), config=self.options.config, isolated=self.options.isolated)


def _print(job: Job, report: Report, stream: TextIO) -> None:
    """Write the report where it should go, and what there is to say beside it to standard error."""
    options = job.options
    output_format = job.here.output_format
    if options.group_by is not None and output_format == "text":
        output_format = "grouped"
    if options.verbose:
        for line in _assumptions(job):
            say(line)
        if report.unparsed:
            share = f"{report.unparsed} of {report.files} files"
            say(f"detlint: not parsed, since no rule looks for anything in them: {share}")
            say("detlint:   their syntax is not checked (detlint explain DET001)")
    if not options.quiet:
        for note in dict.fromkeys(report.notes):
            say(f"detlint: {note}")
    to_stream = options.output_file is None
    view = View(
        job.source,
        job.registry.by_code.get,
        job.document_line,
        job.map,
        statistics=bool(options.statistics),
        summary=not options.quiet,
        unsafe_fixes=options.unsafe_fixes,
        fixing=options.fix,
        longest=longest(stream) if to_stream else LONGEST,
        width=width(stream) if to_stream else None,
        links=to_stream and output_format in FOR_PEOPLE and wants_links(options.color, stream),
        group_by=options.group_by or "file",
    )
    lines = render(output_format, report, view)
    if options.output_file is not None:
        write_file(lines, options.output_file)
    else:
        color = output_format in FOR_PEOPLE and wants_color(options.color, stream)
        write(lines, stream, color=color, links=view.links)
    if options.statistics and output_format == "jsonl":  # where a line is a diagnostic
        from detlint.reporters.counts import table

        write(table(report, view), sys.stderr, color=False)


def _assumptions(job: Job) -> Iterator[str]:
    """What the run took for granted, and where each came from."""
    from detlint.engine import Checker
    from detlint.sources.discovery import shown_path

    for settings in job.met.values() or [job.here]:
        files = sorted({origin.name for origin in settings.origins.values() if origin.kind == "file"})
        names = ", ".join(shown_path(file, ".") for file in files)
        yield f"detlint: settings: {names or 'defaults; no settings file applies'}"
        for name in sorted(settings.origins):
            origin = settings.origins[name]
            if origin.kind != "file":
                yield f"detlint:   {name}: {origin}"
        devices = _with_origin(", ".join(settings.devices), str(settings.origin("devices")))
        yield f"detlint:   devices: {devices}"
        for line in Checker(settings, job.registry).targets.described():
            yield f"detlint:   target: {line}"
    yield from _pinned(job)


def _pinned(job: Job) -> Iterator[str]:
    """What the files of the projects that were checked say about versions."""
    from detlint.environment.project import Surroundings
    from detlint.sources.discovery import shown_path
    from detlint.versions import Targets

    surroundings = Surroundings()
    base = Targets(newest=job.registry.versions)
    found = [] if "-" in job.paths else job.discover().files
    for project in dict.fromkeys(surroundings.of(file.file) for file in found):
        targets = surroundings.targets(project, base)
        if targets.given:
            yield f"detlint: project: {shown_path(project.root, '.')}"
            for name in sorted(targets.given):
                yield f"detlint:   {name} {targets.version(name)} ({targets.given[name].source})"


def _with_origin(value: str, origin: str) -> str:
    return f"{value} ({'assumed' if origin == 'default' else origin})"


def _show_files(job: Job) -> int:
    found = job.discover()
    lines: Iterable[Styled] = ([(printable(file.path), "")] for file in found.files)
    write(lines, sys.stdout, color=False)
    for problem in found.problems:
        say(f"detlint: error: {problem}")
    return 2 if found.problems else 0
