"""From paths to files: what of a tree is looked at.

Given paths, a working directory and what is excluded, gives the files in a stable order, what could not be listed,
and what does not exist. Honours `.gitignore` (nested ones too) and `.git/info/exclude` up to the folder that holds
`.git`; git itself is never run, and a user's global ignore file is not read, so that a tree gives the same on every
machine. Links to directories are not followed. Must not read the files it finds, nor know of settings files.

A new kind of code is one entry in `KINDS`, a new file around the code one of `detlint.environment.formats`; who reads
the files decides by `Found.kind`.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.environment.formats import config_format
from detlint.printable import printable
from detlint.sources.contents import open_file
from detlint.sources.source import Problem, unreadable

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

KINDS: Mapping[str, str] = {".py": "python", ".pyi": "python", ".ipynb": "notebook"}
"""What is looked for in a directory: the end of a name to the kind of file. `config` are the files around the code."""

DEFAULT_EXCLUDE = (
    ".bzr", ".cache", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".hypothesis", ".ipynb_checkpoints",
    ".mypy_cache", ".nox", ".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv",
    ".vscode", "__pycache__", "__pypackages__", "_build", "buck-out", "build", "dist", "node_modules", "site-packages",
    "venv",
)  # fmt: skip
"""Names of files and directories that are left out of a walk unless the setting `exclude` says otherwise."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to look at. file: to open it. path: the one in reports, relative to the working directory, with `/`."""

    file: str
    path: str
    kind: str
    explicit: bool = False


@dataclass(slots=True)
class Discovery:
    """What a walk gives. unreadable: directories that could not be listed, by their path in reports; each is a DET001.

    problems: sentences about paths that make it impossible to do what was asked. notes: what the user may want to know.
    """

    files: list[Found] = field(default_factory=list)
    unreadable: dict[str, Problem] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Patterns:
    """Patterns of a `.gitignore` or of the setting `exclude`, relative to the directory `base`."""

    def __init__(self, base: str, patterns: Iterable[str]) -> None:
        self.base = os.path.join(base, "")
        self._lines = [line for line in patterns if line.strip() and not line.startswith("#")]
        # Names alone are compared without pathspec, whose import takes longer than a walk.
        self._names = frozenset(self._lines)
        self._spec = None if all(map(_is_plain_name, self._names)) else spec_of(self._lines)

    def __bool__(self) -> bool:
        return bool(self._lines)

    def verdict(self, file: str, *, is_dir: bool) -> bool | None:
        """True: left out. False: taken in by a `!` pattern. None: these patterns do not say."""
        if self._spec is None:
            return True if os.path.basename(file) in self._names else None
        if not file.startswith(self.base):
            return None
        relative = file[len(self.base) :].replace(os.sep, "/")
        return self._spec.check_file(f"{relative}/" if is_dir else relative).include

    def covers(self, folder: str) -> bool:
        """Whether a directory, or one between it and `base`, is left out."""
        while folder.startswith(self.base) and folder != self.base:
            if self.verdict(folder, is_dir=True):
                return True
            folder = os.path.dirname(folder)
        return False

    def below(self, start: str) -> Patterns:
        """These patterns without those that leave out `start` itself: who names a directory wants to see into it."""
        if self._spec is None or not self.covers(start):
            return self
        base = self.base.rstrip(os.sep) or os.sep
        return Patterns(base, (line for line in self._lines if not Patterns(base, (line,)).covers(start)))


Exclusion = Sequence[Patterns]
"""Patterns of which each may leave a path out on its own."""


def discover(
    paths: Iterable[str],
    *,
    cwd: str | None = None,
    exclusion: Callable[[str], Exclusion] | None = None,
    force_exclude: bool = False,
) -> Discovery:
    """Find the files that `paths` (files and directories, relative to `cwd`) stand for.

    exclusion: an absolute directory to what is left out in it, by default `DEFAULT_EXCLUDE`; asked once for each
    directory walked. A file that is named is always taken, whatever its name, unless `force_exclude` and the excludes
    leave it out; a directory that is named is walked likewise, also where something above ignores it.
    """
    home = os.path.abspath(cwd or os.curdir)
    default = (Patterns(home, DEFAULT_EXCLUDE),)
    result = Discovery()
    found: dict[str, Found] = {}
    for path in paths:
        for file in _from(path, home, exclusion or (lambda _: default), force_exclude, result):
            found.setdefault(file.file, file)
    result.files = sorted(found.values(), key=lambda file: (file.path, file.file))
    return result


def relative_path(file: str, home: str) -> str:
    """A path as reports hold it, so that who reads them can open it: relative to `home`, with forward slashes."""
    try:
        path = os.path.relpath(file, home)
    except ValueError:  # on another drive
        path = file
    return path.replace(os.sep, "/")


def shown_path(file: str, home: str) -> str:
    """A path for a person: as reports hold it, without anything that cannot be printed."""
    return printable(relative_path(file, home))


def kind_of(file: str) -> str | None:
    """The kind of a file by its name, and that of its folder; None if it is none that a walk takes."""
    kind = KINDS.get(os.path.splitext(file)[1])
    return kind or ("config" if config_format(file) else None)


def _from(
    path: str, home: str, exclusion: Callable[[str], Exclusion], force_exclude: bool, result: Discovery
) -> Iterator[Found]:
    """What one path that was named stands for."""
    start = os.path.normpath(os.path.join(home, path))
    is_dir = os.path.isdir(start)
    if not path or not (is_dir or os.path.exists(start)):
        result.problems.append(f"{printable(path) or repr(path)}: no such file or directory")
    elif what := _no_file(start):
        result.problems.append(
            f"{printable(path)}: is {what}, not a file; what comes from it can be given to `detlint -`"
        )
    elif force_exclude and _is_excluded(start, is_dir, exclusion):
        return
    elif is_dir:
        yield from _walk(_Folder(start, relative_path(start, home), _ignores_above(start)), home, exclusion, result)
    else:
        yield Found(start, relative_path(start, home), kind_of(start) or "python", explicit=True)


_NO_FILES = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def _no_file(start: str) -> str:
    """What a path is that exists and is neither file nor directory: to read it may never end. Empty for these."""
    mode = os.stat(start).st_mode
    return next((what for is_it, what in _NO_FILES if is_it(mode)), "")


@dataclass(frozen=True, slots=True)
class _Folder:
    file: str
    path: str
    ignores: Sequence[Patterns]
    """`.gitignore` patterns that apply here, the nearest last."""


def _walk(start: _Folder, home: str, exclusion: Callable[[str], Exclusion], result: Discovery) -> Iterator[Found]:
    pending = [start]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder.file) as scan:
                entries = list(scan)
        except OSError as error:
            result.unreadable[folder.path] = unreadable(error)
            continue
        names = {entry.name for entry in entries}
        if "pyvenv.cfg" in names and folder is not start:
            continue
        ignores = _ignores_in(folder.file, names, folder.ignores)
        excluded = [patterns.below(start.file) for patterns in exclusion(folder.file)]
        prefix = "" if folder.path == "." else f"{folder.path}/"
        for entry in entries:
            kind = kind_of(entry.path)
            is_dir = _is_dir(entry)
            if not is_dir and (kind is None or not _is_file(entry)):
                continue
            if any(patterns.verdict(entry.path, is_dir=is_dir) for patterns in excluded):
                continue
            if _ignored(entry.path, is_dir, ignores):
                continue
            path = prefix + entry.name
            if is_dir:
                if os.path.join(home, "").startswith(os.path.join(entry.path, "")):
                    path = relative_path(
                        entry.path, home
                    )  # `.` or `..`, on the way from above to the working directory
                pending.append(_Folder(entry.path, path, ignores))
            elif kind is not None:
                yield Found(entry.path, path, kind)


def _is_dir(entry: os.DirEntry[str]) -> bool:
    """Whether to walk into it. Links are not followed, so there are no loops and nothing is found twice."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether to read it; a pipe or a link to a directory or to nothing is no file."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _ignored(file: str, is_dir: bool, ignores: Sequence[Patterns]) -> bool:
    """As git decides: by the nearest `.gitignore` that says anything."""
    verdicts = (patterns.verdict(file, is_dir=is_dir) for patterns in reversed(ignores))
    return next((verdict for verdict in verdicts if verdict is not None), False)


def _ignores_in(folder: str, names: set[str], inherited: Sequence[Patterns]) -> Sequence[Patterns]:
    """What applies to the entries of a folder. One that holds `.git` is a repository of its own."""
    own: list[Patterns] = []
    if ".git" in names:
        inherited = ()
        own.append(_read_ignore_file(folder, os.path.join(folder, ".git", "info", "exclude")))
    if ".gitignore" in names:
        own.append(_read_ignore_file(folder, os.path.join(folder, ".gitignore")))
    own = [patterns for patterns in own if patterns]
    return (*inherited, *own) if own else inherited


def _ignores_above(start: str) -> Sequence[Patterns]:
    """What the folders above say about `start`'s entries: those of the repository that it lies in, none if in none."""
    above: list[str] = []
    folder = start
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return ()
        above.append(parent)
        folder = parent
    ignores: Sequence[Patterns] = ()
    for folder in reversed(above):
        names = {name for name in (".git", ".gitignore") if os.path.lexists(os.path.join(folder, name))}
        ignores = _ignores_in(folder, names, ignores)
    return [patterns.below(start) for patterns in ignores]


def _is_excluded(start: str, is_dir: bool, exclusion: Callable[[str], Exclusion]) -> bool:
    """Whether the excludes would have kept a walk away from a path that was named."""
    folder = os.path.dirname(start)
    return any(patterns.covers(folder) or patterns.verdict(start, is_dir=is_dir) for patterns in exclusion(folder))


def _read_ignore_file(base: str, file: str) -> Patterns:
    """The patterns of an ignore file; one that cannot be read ignores nothing."""
    try:
        with open_file(file) as stream:
            text = stream.read().decode("utf-8-sig", "surrogateescape")
    except OSError:
        return Patterns(base, ())
    return Patterns(base, text.replace("\r\n", "\n").split("\n"))


def _is_plain_name(pattern: str) -> bool:
    return pattern == pattern.strip() and not set("/\\*?[]!") & set(pattern)


_NO_PATTERN = (ValueError, re.error)
"""What pathspec raises: the second for a range from high to low, as `[z-a]`."""


def spec_of(lines: Sequence[str]) -> GitIgnoreSpec:
    """Compile patterns; a line that cannot be one is left out, as git does."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except _NO_PATTERN:
        return GitIgnoreSpec.from_lines([line for line in lines if _compiles(line)])


def matches_something(pattern: str) -> bool:
    """Whether a pattern is one: git passes silently over what is none, as `[`."""
    if _is_plain_name(pattern):
        return True
    from pathspec import GitIgnoreSpec

    return _compiles(pattern) and any(
        part.include is not None for part in GitIgnoreSpec.from_lines((pattern,)).patterns
    )


def _compiles(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines((line,))
    except _NO_PATTERN:
        return False
    return True
