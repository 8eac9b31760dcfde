"""The lines that have changed since a revision of git.

Given a revision and a folder; gives the lines of each file that are new or changed: on disk, or in a text that stands
in for the file. Raises `ChangesError` with the reason in the user's words. A renamed file is compared with what
it was. git is called for reading alone: no hook, no monitor, no other program of a repository.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from pathlib import Path

from detlint.projects import git
from detlint.projects.errors import ProjectError

Ranges = list[tuple[int, int]]
"""First and last lines."""

_PLAIN = ("--text", "--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", "--ignore-submodules=all")
_PREFIXES = ("--src-prefix=a/", "--dst-prefix=b/", "--unified=0", "--inter-hunk-context=0")
_HUNK = re.compile(rb"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')
_ESCAPES = dict(zip(b'abtnvfr"\\', b'\a\b\t\n\v\f\r"\\', strict=True))


class ChangesError(Exception):
    """Why it cannot be told what has changed."""


class Changes:
    """What differs between a revision and the files on disk. `REV...` means where this branch left REV."""

    def __init__(self, revision: str, folder: str) -> None:
        self._ranges: dict[str, Ranges] = {}
        self._names: dict[str, str] = {}  # before they were renamed
        self._new: set[str] = set()
        self._of_texts: dict[tuple[str, bytes], Ranges | None] = {}
        try:
            self._read(revision, Path(folder))
        except ProjectError as error:
            raise ChangesError(str(error)) from None

    def touches(self, file: str, first: int, last: int, text: bytes | None = None) -> bool:
        """Whether one of some lines of a file, given by its absolute path, is new or changed.

        text: what the file has become of, or will; by default it is as it is on disk.
        """
        name = os.path.realpath(file)
        if name in self._new:
            return True
        ranges = self._ranges.get(name, []) if text is None else self._of_text(name, text)
        return ranges is None or any(start <= last and first <= end for start, end in ranges)

    def _of_text(self, name: str, text: bytes) -> Ranges | None:
        """The lines of a text that are not in the revision of a file; None if the revision has no such file."""
        key = (name, hashlib.sha256(text).digest())
        if key not in self._of_texts:
            known = self._at_revision(name)
            self._of_texts[key] = None if known is None else new_lines(known, text)
        return self._of_texts[key]

    def _at_revision(self, name: str) -> bytes | None:
        """A file as the revision has it."""
        path = self._names.get(name) or os.path.relpath(name, self._root).replace(os.sep, "/")
        blob = f"{self._commit}:{path}"
        if git.status(self._root, "cat-file", "-e", blob) != 0:
            return None
        return git.run(self._root, "cat-file", "blob", blob)

    def _read(self, revision: str, folder: Path) -> None:
        if not git.found("git"):
            raise ChangesError("git is not installed")
        if git.status(folder, "rev-parse", "--is-inside-work-tree") != 0:
            raise ChangesError(f"{folder} is in no git repository")
        root = self._root = Path(git.text(folder, "rev-parse", "--show-toplevel"))
        commit = self._commit = _commit(revision, root)
        diff = git.run(root, "diff", *_PLAIN, *_PREFIXES, commit, "--")
        self._ranges = {_real(root, path): ranges for path, ranges in changed_lines(diff).items()}
        self._names = {_real(root, path): os.fsdecode(before) for path, before in renamed(diff).items()}
        others = git.run(root, "ls-files", "-z", "--others", "--exclude-standard", "--full-name").split(b"\0")
        self._new = {_real(root, path) for path in others if path}


def new_lines(before: bytes, after: bytes) -> Ranges:
    """The lines of a text that another one has not, whatever ends them."""
    old, new = ([line.removesuffix(b"\r") for line in text.split(b"\n")] for text in (before, after))
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    ends = 0
    while ends < min(len(old), len(new)) - same and old[-1 - ends] == new[-1 - ends]:
        ends += 1
    inner = difflib.SequenceMatcher(None, old[same : len(old) - ends], new[same : len(new) - ends], autojunk=False)
    return [
        (same + start + 1, same + end)
        for kind, _, _, start, end in inner.get_opcodes()
        if kind != "equal" and end > start
    ]


def _commit(revision: str, root: Path) -> str:
    """The commit that is compared with."""
    name = revision.removesuffix("...")
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    commit = git.run(root, *asked, accepted=(0, 1, 128)).decode().strip()
    if not commit:
        raise ChangesError(f"no such revision: {name}")
    if name == revision:
        return commit
    base = git.run(root, "merge-base", commit, "HEAD", accepted=(0, 1)).decode().strip()
    if not base:
        raise ChangesError(f"{name} and this branch have no commit in common")
    return base


def changed_lines(diff: bytes) -> dict[bytes, Ranges]:
    """The new lines of each file in a unified diff without context, by the path from the root."""
    found: dict[bytes, Ranges] = {}
    here: Ranges = []
    left = 0  # lines of a hunk that are still to come: text, whatever it looks like
    for line in diff.split(b"\n"):
        if left and line[:1] == b"+":
            left -= 1
        elif not left and line.startswith(b"+++ "):
            here = found.setdefault(_path(line[4:]), [])
        elif match := None if left else _HUNK.match(line):
            start, count = int(match[1]), int(match[2] or 1)
            left = count
            if count:
                here.append((start, start + count - 1))
    return found


def renamed(diff: bytes) -> dict[bytes, bytes]:
    """The paths that files had before they were renamed, by those that they have, in a unified diff."""
    pairs = re.finditer(rb"^rename from (.*)\nrename to (.*)$", diff, re.MULTILINE)
    return {_unquoted(match[2]): _unquoted(match[1]) for match in pairs}


def _real(root: Path, path: bytes) -> str:
    return os.path.realpath(os.path.join(root, os.fsdecode(path)))


def _path(written: bytes) -> bytes:
    """A path as git writes it in a diff: in quotes where it is odd, with a tab behind where it has spaces."""
    return _unquoted(written).removesuffix(b"\t").removeprefix(b"b/")


def _unquoted(written: bytes) -> bytes:
    return _ESCAPE.sub(_unescaped, written[1 : written.rindex(b'"')]) if written.startswith(b'"') else written


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8) if len(code) == 3 else _ESCAPES[code[0]]])
