"""A project as the rules about structure see it: its files, what it was made from, what it must have.

Given a folder; gives a `Structure`, which reads each file once. Decides nothing: the rules do. Nothing is executed but
git, which lists files.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from detlint.projects import git, mlf_core
from detlint.projects.errors import ProjectError
from detlint.projects.files import inside, read_text
from detlint.projects.manifest import from_json, placed
from detlint.projects.marker import MARKER, Marker, MarkerError, no_project, read_marker
from detlint.projects.templates import manifest_file, template
from detlint.sources.discovery import spec_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from detlint.projects.manifest import Entry, Manifest
    from detlint.projects.templates import Template
    from detlint.registry import Registry


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule about structure reports.

    path: in the project. diff: what is different, for people. files: what repairs it, by path. safe: whether the repair
    needs no look. about: the file that it is about, where that is not there to report it in.
    """

    path: str
    line: int
    message: str
    repair: str = ""
    diff: str = ""
    files: Mapping[str, bytes] | None = None
    safe: bool = False
    about: str = ""


@dataclass
class Structure:
    """A project. template: what it was made from, if that is at hand; else only the manifest speaks."""

    root: Path
    marker: Marker
    manifest: Manifest
    template: Template | None = None
    registry: Registry | None = None
    _texts: dict[str, str | None] = field(default_factory=dict)

    @property
    def answers(self) -> Mapping[str, str]:
        """What was answered when the project was made."""
        return self.marker.answers

    @property
    def about_template(self) -> tuple[str, int] | None:
        """The place that speaks of the template, for findings about what is not there; None if the project has none."""
        if not self.marker.text:
            return None
        keys = ("template", "template_handle", "manifest")
        return self.marker.path, max(self.marker.line(key) for key in keys)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """What the manifest says of files, by path; raises `ProjectError`."""
        return dict(self.manifest.for_answers(self.answers))

    @cached_property
    def rendered(self) -> dict[str, bytes]:
        """The files as the template has them for this project; empty where its sources are not at hand."""
        return {} if self.template is None else render(self.template, self.answers)

    @cached_property
    def files(self) -> list[str]:
        """The files that belong to the project: what git keeps or does not ignore. Links out of it are left alone."""
        listed = git.files(self.root)
        listed = self._not_ignored() if listed is None else listed
        root = self.root.resolve()
        files = ((path, self.root / path) for path in listed)
        return sorted(path for path, file in files if file.is_file() and file.resolve().is_relative_to(root))

    def exists(self, path: str) -> bool:
        """Whether there is a file. What a symbolic link out of the project leads to is none of it."""
        return not self.leads_out(path) and (self.root / path).is_file()

    def leads_out(self, path: str) -> bool:
        """Whether a symbolic link leads out of the project."""
        return not (self.root / path).resolve().is_relative_to(self.root.resolve())

    def has(self, path: str, entry: Entry) -> bool:
        """Whether there is a file that the manifest speaks of, under this path or another that will do as well."""
        return any(self.exists(each) for each in (path, *(placed(each, self.answers) for each in entry.alternatives)))

    def text(self, path: str) -> str | None:
        """The text of a file; None if there is none, or if it is no text."""
        if path not in self._texts:
            try:
                text = read_text(self.root, path)
            except ProjectError:
                text = None
            self._texts[path] = None if text is not None and "\0" in text else text
        return self._texts[path]

    def raw(self, path: str) -> bytes:
        """The content of a file that exists."""
        return inside(self.root, path).read_bytes()

    def texts(self) -> Iterator[tuple[str, str]]:
        """All files that are texts and small enough to be written by hand."""
        for path in self.files:
            file = self.root / path
            with suppress(FileNotFoundError):
                if not file.is_symlink() and file.stat().st_size <= LARGEST_TEXT:
                    text = self.text(path)
                    if text is not None:
                        yield path, text

    def _not_ignored(self) -> list[str]:
        """All files but those that the project's `.gitignore` names, where there is no git to ask."""
        ignored = spec_of((self.text(".gitignore") or "").splitlines())
        return [path for path in self._walk() if not ignored.match_file(path)]

    def _walk(self) -> Iterator[str]:
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in _SKIPPED)
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.root).replace(os.sep, "/")


LARGEST_TEXT = 1_000_000
"""Bytes of the largest file that is searched for what a template left."""
_SKIPPED = frozenset({".git", ".venv", "venv", "__pycache__", "node_modules", "mlruns", ".mypy_cache", ".pytest_cache",
                      ".ruff_cache"})  # fmt: skip


def open_project(
    root: Path,
    manifest: Path | None = None,
    registry: Registry | None = None,
    answers: Mapping[str, str] | None = None,
) -> Structure:
    """The project in a folder; raises `MarkerError` where its own files are at fault, else `ProjectError`.

    manifest: a file that says what the project must have, instead of its template. answers: more than it records.
    """
    if not root.is_dir():
        raise ProjectError(f"{root} is no folder")
    marker = any_marker(root)
    if manifest is not None:
        said = marker or Marker(MARKER)
        said = replace(said, answers={**said.answers, **(answers or {})})
        return Structure(root, said, read_manifest(manifest), registry=registry)
    if marker is None:
        raise ProjectError(
            f"{no_project(root)} (detlint check looks at code anywhere, --manifest FILE says what a project must have)"
        )
    if marker.path == mlf_core.MARKER:
        return Structure(root, marker, mlf_core.manifest_of(marker), registry=registry)
    if marker.manifest is not None:
        return Structure(root, marker, _own_manifest(root, marker), registry=registry)
    chosen = template_of(marker)
    check_answers(chosen, marker)
    known = read_manifest(manifest_file(chosen.name, chosen.version))
    return Structure(root, marker, known, chosen, registry)


def any_marker(root: Path) -> Marker | None:
    """The marker of a project: of ours, else of mlf-core's."""
    return read_marker(root) or mlf_core.read_marker(root)


def template_of(marker: Marker) -> Template:
    """The template that a marker names; raises `MarkerError` if it is not known."""
    try:
        return template(str(marker.template), str(marker.version))
    except ProjectError as error:
        key = "template-version" if "version" in str(error) else "template"
        raise MarkerError(f"{marker.path}: {error}", marker.line(key)) from error


def check_answers(chosen: Template, marker: Marker) -> None:
    """Raise `MarkerError` for answers that the template does not accept, or that are missing."""
    for question in chosen.questions:
        if question.name not in marker.answers:
            raise MarkerError(f"{marker.path}: there is no answer to {question.name}", marker.line("answers"))
        try:
            question.check(marker.answers[question.name])
        except ProjectError as error:
            raise MarkerError(f"{marker.path}: {error}", marker.line(question.name)) from error


def render(chosen: Template, answers: Mapping[str, str]) -> dict[str, bytes]:
    """A template's files for recorded answers; questions of this version that were not asked take their defaults."""
    names = {question.name for question in chosen.questions}
    return chosen.render(chosen.answers({name: value for name, value in answers.items() if name in names}))


def read_manifest(file: Path) -> Manifest:
    """The manifest in a file; raises `ProjectError`."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return from_json(text, str(file))


def _own_manifest(root: Path, marker: Marker) -> Manifest:
    """The manifest that a project keeps itself."""
    path = str(marker.manifest)
    try:
        text = read_text(root, path)
        if text is not None:
            return from_json(text, path)
    except ProjectError as error:
        raise MarkerError(f"{marker.path}: {error}", marker.line("manifest")) from error
    raise MarkerError(f"{marker.path}: there is no {path}", marker.line("manifest"))
