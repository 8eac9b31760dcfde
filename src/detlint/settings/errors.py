"""What is wrong with settings, in words for the person who wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class SettingsError(Exception):
    """Settings that cannot be used. The text names the file or option, the key, and what to do; exit status 2."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """`; did you mean `X`?` for the nearest known word, or nothing."""
    import difflib

    near = difflib.get_close_matches(wrong.replace("_", "-").lower(), list(known), n=1, cutoff=0.7)
    return f"; did you mean `{near[0]}`?" if near else ""
