"""A file that belongs to a template, compared with what the template has.

Given a project, a path and what the manifest says of it; gives a finding that tells in which way it differs.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from detlint.projects.errors import ProjectError
from detlint.projects.mlf_core import hash_line
from detlint.projects.structure import Finding, render
from detlint.projects.templates import template, versions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.projects.manifest import Entry
    from detlint.projects.structure import Structure

_LINE_END = re.compile(r"\r\n|\r|\n")


def compare(project: Structure, path: str, entry: Entry) -> Finding | None:
    """What is to be said of a managed file that exists; None if it is as the template has it."""
    content = project.raw(path)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return Finding(path, 1, "This file belongs to the template, and is no text in UTF-8 any more.", _RESTORE)
    if entry.lines:
        return _by_lines(project, path, entry, text)
    if entry.matches(text, project.answers):
        return None
    wanted = project.rendered.get(path)
    if wanted is None:
        return _by_hash(project, path, entry, text)
    files = {path: wanted}
    expected = wanted.decode("utf-8")
    diff = difference(expected, text, path)
    line = first_difference(expected, text)
    if squeezed(text) == squeezed(expected):
        message = f"This file belongs to the template; only {_differs(_blanks(expected, text))}."
        return Finding(path, line, message, _REWRITE, diff=diff, files=files)
    other = next(_versions_with(project, path, text), None)
    if other is not None:
        message = f"This file belongs to the template, and is that of its version {other}, not {_version(project)}."
        return Finding(path, line, message, "Finish `detlint sync`, or restore it.", diff=diff, files=files)
    added, removed = (sum(line.startswith(sign) for line in diff.splitlines()[2:]) for sign in "+-")
    message = f"This file belongs to the template and was edited (lines added: {added}, removed: {removed})."
    return Finding(path, line, message, _RESTORE, diff=diff, files=files)


_RESTORE = "Put your own code elsewhere and restore it: `detlint lint --fix --unsafe-fixes`."
_REWRITE = "Restore it: `detlint lint --fix --unsafe-fixes`."
_MARK = "\ufeff"
"""What some editors write before a text in UTF-8."""


def difference(expected: str, found: str, path: str) -> str:
    """The unified difference from the template to the project."""
    lines = difflib.unified_diff(_lines(expected), _lines(found), f"template/{path}", f"project/{path}", lineterm="")
    return "\n".join(lines)


def first_difference(expected: str, found: str) -> int:
    """The first line of a file that differs; the first one where only line ends do."""
    mine, theirs = _LINE_END.split(expected), _LINE_END.split(found)
    pairs = enumerate(zip(mine, theirs, strict=False), 1)
    longer = 1 if len(mine) == len(theirs) else min(len(mine), len(theirs))
    return next((number for number, (line, other) in pairs if line != other), longer)


def squeezed(text: str) -> str:
    """A text without what only editors and git change: the kind of line ends, spaces and empty lines at the ends."""
    return "\n".join(line.rstrip() for line in _LINE_END.split(text)).rstrip("\n").removeprefix(_MARK)


def _lines(text: str) -> list[str]:
    """Lines with what cannot be seen at their ends made visible."""
    parts = re.split(r"(\r\n|\r|\n)", text)
    ends = [*parts[1::2], ""]
    shown = {"\r\n": "\\r\\n", "\r": "\\r"}
    lines = [f"{line}{shown.get(end, '')}" for line, end in zip(parts[::2], ends, strict=True)]
    return lines if lines[-1] else lines[:-1]


def _blanks(expected: str, found: str) -> list[str]:
    """What differs of a text that is the same but for what cannot be seen."""
    one, other = (_LINE_END.sub("\n", text).removeprefix(_MARK) for text in (expected, found))
    kinds = {
        "the byte order mark": found.startswith(_MARK),
        "line ends": set(_LINE_END.findall(expected)) != set(_LINE_END.findall(found)),
        "spaces and empty lines at the ends": one != other,
    }
    return [words for words, differ in kinds.items() if differ]


def _differs(kinds: list[str]) -> str:
    verb = "differs" if kinds == ["the byte order mark"] else "differ"
    return f"{' and '.join(kinds)} {verb}"


def _by_hash(project: Structure, path: str, entry: Entry, text: str) -> Finding:
    """What is to be said where only the hash is at hand."""
    if entry.matches(f"{squeezed(text)}\n", project.answers):
        message = "This file must stay as it was made; only line ends, or spaces and empty lines at the ends, differ."
    else:
        message = "This file must stay as it was made, and was changed: its hash is not that of the manifest."
    return Finding(path, 1, message, "Restore it.")


def _by_lines(project: Structure, path: str, entry: Entry, text: str) -> Finding | None:
    """What is to be said where the hashes of lines are known: how many of them are gone, at least."""
    present = {hash_line(line) for line in _LINE_END.split(text)}
    gone, lines = min(((len(set(lines) - present), lines) for lines in entry.lines), key=lambda each: each[0])
    if not gone:
        return None
    verb = "is" if gone == 1 else "are"
    message = (
        f"This file belongs to the template {project.manifest.name}; {gone} of its {len(lines)} lines {verb} gone."
    )
    return Finding(path, 1, message, "Compare it with what the template published, and restore it.")


def _versions_with(project: Structure, path: str, text: str) -> Iterator[str]:
    """The other versions of the template that have this text, but for what cannot be seen."""
    if project.template is None:
        return
    for version in versions(project.template.name):
        if version != project.template.version:
            try:
                files = render(template(project.template.name, str(version)), project.answers)
            except ProjectError:
                continue
            if path in files and squeezed(files[path].decode()) == squeezed(text):
                yield str(version)


def _version(project: Structure) -> str:
    return str(project.template.version) if project.template is not None else "?"
