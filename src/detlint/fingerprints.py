"""What tells a finding from others for longer than its line number does.

Given diagnostics in the order of a report and what gives the text of each; gives a fingerprint for each, of its path,
its code, the line that it is on without white space, and which of its kind on equal lines of its file it is. Lines and
cells that move change nothing; a file that is renamed or a line that is written anew makes a new finding.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from detlint.diagnostics import Location
from detlint.reporters import frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.diagnostics import Diagnostic

Source = Callable[[str, Location], "str | None"]
"""Gives the text that a location of a path counts its lines in; None where it cannot be read."""

_LENGTH = 32
"""Digits that are kept: enough that no two lines of any project meet."""


def fingerprints(
    diagnostics: Iterable[Diagnostic], source: Source, path_of: Callable[[str], str] = str
) -> Iterator[tuple[Diagnostic, str]]:
    """Each diagnostic with its fingerprint. path_of: a path as it is to count, by the one that is reported."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for item in diagnostics:
        key = (path_of(item.path), item.code, "".join(line_of(item, source).split()))
        yield item, _digest(*key, str(seen[key]))
        seen[key] += 1


def line_of(item: Diagnostic, source: Source) -> str:
    """The line that a diagnostic starts on, without its end; empty where it cannot be read any more."""
    text = source(item.path, item.location)
    return "" if text is None else frames.line_of(text, item.location.line) or ""


def _digest(*parts: str) -> str:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:_LENGTH]
