"""A baseline: the findings that a project lives with, so that only what is new is reported.

Given the bytes of a baseline file and diagnostics with their fingerprints; gives what is new, what is still there and
what is gone. Raises `BaselineError` with the reason in the user's words. Nothing is read or written here.

The file is JSON with one line for each finding, sorted, so that a change of it is read line by line; paths are relative
to its folder. `version` is that of the format, and changes when an older detlint would misread it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.fingerprints import fingerprints, line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from detlint.diagnostics import Diagnostic
    from detlint.fingerprints import Source

VERSION = 1
_SHOWN = 100
"""Characters of a line that are kept for the reader of the file."""


class BaselineError(Exception):
    """Why a baseline cannot be used."""


@dataclass(frozen=True, order=True, slots=True)
class Entry:
    """A finding of a baseline. path: relative to the baseline. source: the line it was on, for people."""

    path: str
    code: str
    source: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Findings that are not in the baseline, those that are, and entries that are found no more."""

    new: list[Diagnostic]
    known: list[Diagnostic]
    expired: list[Entry]


def read(data: bytes, name: str) -> list[Entry]:
    """The entries of a baseline file. name: the file, for what is said of it."""
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{name} is no JSON ({error}); repair it, or create it anew") from None
    version = document.get("version") if isinstance(document, dict) else None
    if type(version) is not int:
        raise BaselineError(f"{name} is no baseline: it says no `version`")
    if version > VERSION:
        raise BaselineError(
            f"{name} was written by a newer detlint (format {version}, known is {VERSION}); update detlint"
        )
    try:
        return [
            Entry(path, _text(each["code"]), _text(each["source"]), _text(each["fingerprint"]))
            for path, listed in document["findings"].items()
            for each in listed
        ]
    except (KeyError, TypeError, AttributeError):
        raise BaselineError(f"{name} is no baseline as detlint writes it; repair it, or create it anew") from None


def written(entries: Iterable[Entry]) -> str:
    """The text of a baseline file."""
    by_path: dict[str, list[Entry]] = {}
    for entry in sorted(set(entries)):
        by_path.setdefault(entry.path, []).append(entry)
    files = ",\n".join(f"    {json.dumps(path)}: [\n{_lines(listed)}\n    ]" for path, listed in by_path.items())
    findings = f"{{\n{files}\n  }}" if files else "{}"
    return f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'


def entries_of(
    diagnostics: Iterable[Diagnostic], source: Source, path_of: Callable[[str], str]
) -> Iterator[tuple[Diagnostic, Entry]]:
    """Each diagnostic with its entry. path_of: a path as the baseline has it, by the one that is reported."""
    for item, fingerprint in fingerprints(diagnostics, source, path_of):
        line = " ".join(line_of(item, source).split())
        yield item, Entry(path_of(item.path), item.code, line[:_SHOWN], fingerprint)


def compare(
    entries: Iterable[Entry], found: Iterable[tuple[Diagnostic, Entry]], concerned: Callable[[Entry], bool]
) -> Comparison:
    """What is new, known and gone. concerned: whether a run would have found what an entry says."""
    left = {entry.fingerprint: entry for entry in entries}
    comparison = Comparison([], [], [])
    for item, entry in found:
        known = left.pop(entry.fingerprint, None)
        (comparison.new if known is None else comparison.known).append(item)
    comparison.expired.extend(sorted(entry for entry in left.values() if concerned(entry)))
    return comparison


def _lines(entries: Iterable[Entry]) -> str:
    return ",\n".join(
        f"      {json.dumps({'code': each.code, 'fingerprint': each.fingerprint, 'source': each.source})}"
        for each in entries
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
