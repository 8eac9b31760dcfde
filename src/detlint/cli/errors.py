"""What stops a command: a mistake of the user, said in one line, with what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class UsageError(Exception):
    """The command cannot do its job; the text says why. The exit status is 2."""


def suggestion(wrong: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """`; did you mean X?` for the nearest known word, or nothing."""
    import difflib

    known = list(known)
    by_lower = {word.lower(): word for word in known}
    close = difflib.get_close_matches(wrong.lower(), by_lower, n=1, cutoff=cutoff)
    return f"; did you mean {by_lower[close[0]]}?" if close else ""


def one_of(words: Sequence[str]) -> str:
    """`A, B or C`."""
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
