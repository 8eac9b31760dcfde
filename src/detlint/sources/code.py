"""The code in a text of Python: the text without comments and long strings, for questions that are asked of words.

Nearly all that a program's documentation says is about names that its code does not use. Knows nothing of rules.
"""

from __future__ import annotations

import re
from functools import lru_cache

_ASIDE = re.compile(
    r'''"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'''
    r"""|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"""
    r"""|\#[^\n\r]*"""
    r'''|"[^"\\\n]*(?:\\.[^"\\\n]*)*"'''
    r"""|'[^'\\\n]*(?:\\.[^'\\\n]*)*'""",
    re.DOTALL,
)


@lru_cache(maxsize=4)
def code_of(text: str) -> str:
    """A text of Python with a space for each comment and each string between triple quotes that holds no expressions.

    Short strings stay: they name ops, settings and variables. What is no Python gives a text with more left out.
    """
    parts = []
    last = 0
    for match in _ASIDE.finditer(text):
        start = match.start()
        if text[start] == "#" or (text.startswith(text[start] * 3, start) and not _formatted(text, start)):
            parts.append(text[last:start])
            last = match.end()
    parts.append(text[last:])
    return " ".join(parts)


def without_strings(text: str) -> str:
    """A text of Python without comments and without what strings hold, but for those that hold expressions."""

    def kept(match: re.Match[str]) -> str:
        return match[0] if _formatted(text, match.start()) else "" if match[0][0] == "#" else '""'

    return _ASIDE.sub(kept, text)


def _formatted(text: str, quote: int) -> bool:
    """Whether the letters before a quote make it an f-string or t-string."""
    letters = text[max(quote - 2, 0) : quote].lower()
    return letters.endswith(("f", "t")) or (letters[:1] in "ft" and letters.endswith("r"))
