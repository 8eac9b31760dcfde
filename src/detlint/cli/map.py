"""`detlint map`: from options and paths to entry points, from these to their map, and to its output."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError, suggestion
from detlint.cli.output import say, wants_color, write_file
from detlint.cli.packs import load, verify
from detlint.map.find import EntryPoints
from detlint.map.model import ProjectMap
from detlint.project.places import COMMAND_LIBRARIES
from detlint.settings import Resolver, options_from
from detlint.sources.discovery import discover

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from detlint.map.model import Entry
    from detlint.registry import Registry
    from detlint.settings import Settings


def run(options: argparse.Namespace) -> int:
    """Print the map of what the options say; 2 where there is no entry point."""
    job = _Job(options)
    project = ProjectMap.of(job.entries())
    for problem in job.problems:
        say(f"detlint: error: {problem}")
    if project.entries:
        _print(options, project)
    elif not job.problems:
        raise UsageError(_nothing_found(job))
    return 2 if job.problems else 0


@dataclass
class _Job:
    """What one run is about. problems: paths that do not exist. looked_at: how many files were looked at."""

    options: argparse.Namespace
    problems: list[str] = field(default_factory=list)
    looked_at: int = 0
    met: set[int] = field(default_factory=set)

    @property
    def paths(self) -> list[str]:
        """The paths that were named; this folder if none was."""
        return self.options.paths or ["."]

    @cached_property
    def registry(self) -> Registry:
        """All packs: those that the options name, and those that the settings ask for."""
        settings = [self.resolver.for_file(path) for path in ("", *self.paths)]
        return load(self.options.plugin, sorted({name for each in settings for name in each.plugins}))

    @cached_property
    def resolver(self) -> Resolver:
        """Gives the settings of files."""
        given = {name: getattr(self.options, name) for name in ("target", "devices", "exclude", "extend_exclude")}
        return Resolver(options=options_from(given), config=self.options.config, isolated=self.options.isolated)

    def settings_for(self, file: str) -> Settings:
        """The settings of a file; what they name must exist."""
        settings = self.resolver.for_file(file)
        if id(settings) not in self.met:
            verify(settings, self.registry)
            self.met.add(id(settings))
        return settings

    def entries(self) -> Iterable[Entry]:
        """The entry points that were named, else all in the paths."""
        self.settings_for("detlint")  # a mistake in the settings is said before there is any work
        points = EntryPoints(self.registry, self.settings_for)
        if self.options.entry_point:
            return [entry for name in self.options.entry_point for entry in _named(points, name)]
        found = discover(self.paths, exclusion=self.resolver.exclusion)
        self.problems += found.problems
        files = [file for file in found.files if points.is_candidate(file)]
        self.looked_at = len(files)
        return [entry for file in files for entry in points.of_file(file)]


def _named(points: EntryPoints, name: str) -> list[Entry]:
    """The entry points that a name means: `train.py`, `train.py:main`."""
    path, function = _split(name)
    if not os.path.isfile(path):
        raise UsageError(f"--entry-point: there is no file {path}{_nearest_file(path)}")
    file = os.path.abspath(path)
    project = points.project(file)
    if project is None:
        raise UsageError(f"--entry-point: {path} cannot be read as Python")
    entries = points.named(project, file, function)
    if not entries:
        functions = [key for key in project.module.functions if not key.startswith("<")]
        raise UsageError(f"--entry-point: {path} has no function {function}{suggestion(function, functions)}")
    return entries


def _split(name: str) -> tuple[str, str]:
    """The file and the function of `train.py:main`. A colon may also be part of the file's name, as on Windows."""
    path, colon, function = name.rpartition(":")
    if os.path.isfile(name) or not colon or not function.replace(".", "").isidentifier():
        return name, ""
    return path, function


def _nearest_file(path: str) -> str:
    folder = os.path.dirname(path)
    names = sorted(os.listdir(folder or ".")) if os.path.isdir(folder or ".") else []
    return suggestion(path, [os.path.join(folder, name) for name in names if name.endswith((".py", ".ipynb"))])


def _nothing_found(job: _Job) -> str:
    """What was looked for where there is no entry point, and how to name one."""
    files = f"{job.looked_at} Python file{'s' * (job.looked_at != 1)}"
    libraries = ", ".join(sorted(COMMAND_LIBRARIES - {"rich_click"}))
    return (
        f"no entry point in {', '.join(job.paths)} ({files})\n"
        'looked for: code under `if __name__ == "__main__":`, scripts that draw or train at their top level, '
        f"notebooks, commands of {libraries}, and console scripts in pyproject.toml, setup.cfg and setup.py; "
        "tests do not count\n"
        "name one: detlint map --entry-point train.py, or --entry-point train.py:main"
    )


def _print(options: argparse.Namespace, project: ProjectMap) -> None:
    to_terminal = options.output_file is None and options.output_format == "text"
    color = to_terminal and wants_color(options.color, sys.stdout)
    text = _rendered(options.output_format, project, color=color)
    if options.output_file is None:
        print(text, end="")
    else:
        write_file([[(line, "")] for line in text.removesuffix("\n").split("\n")], options.output_file)


def _rendered(output_format: str, project: ProjectMap, *, color: bool) -> str:
    if output_format == "json":
        from detlint.map import json_document

        return json_document.render(project)
    if output_format == "html":
        from detlint.map import html

        return html.page(project)
    from detlint.map import text

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 80
    return text.render(project, color=color, width=width)
