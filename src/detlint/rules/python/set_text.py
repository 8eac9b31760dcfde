"""What the text of a file shows of sets, before it is parsed.

Words and forms are what nearly every file without sets lacks, and quick to look for. Where they let a file pass, the
code without what its strings hold is looked at once more: most of what looks like a display of a set stands in texts,
and most sets are only asked whether they have an element.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detlint.triggers import FileText

SET_WORDS = ("set", "frozenset", "Set", "FrozenSet", "AbstractSet", "MutableSet")
"""Of which one stands in a file that makes or names sets otherwise than by a display."""
SET_DISPLAY = r"\{(?!\s*\*\*)(?=[^{}:]*\})[^{},:]*?(?:,|\bfor\b)"
"""What a display or comprehension of a set looks like: in braces, without a colon, not one name alone."""
_NO_SENTENCE = r"\b(?!\.\s|[ \t]+(?!(?:if|else|for|and|or|in|is|not|as|import)\b)\w)"
SET_FORMS = (
    ("", SET_DISPLAY),
    *((word, rf"{word}(?<![.\w]{word}){_NO_SENTENCE}") for word in SET_WORDS),
    *((word, rf"\.{word}\b") for word in SET_WORDS[1:]),
    ("keys", r"\.keys\(\)\s*[-&|^]"),
)
"""What code that makes or names a set looks like, unlike the word in a sentence: the words with it, for a quick search
that begins with plain letters."""
_ANY_WORD = re.compile(rf"\b(?:{'|'.join(SET_WORDS)})\b")
_SET = r"(?:frozen)?set\b"
_KEPT = re.compile(
    "|".join(
        (
            # A display that is given, returned or joined to others, not one of a comparison or after `in`.
            rf"(?:(?<![=!])=|[(,\[:|&^*<>+-]|\b(?:return|yield|or|and|else|not|if))\s*{SET_DISPLAY}",
            rf"\bfor\b[^\n]*?\bin\s*(?:\{{|{_SET})",
            rf"(?<!\blen\()(?<!\bin )\b{_SET}\s*[(\[]",
            r"\b(?:AbstractSet|MutableSet|FrozenSet|Set)\b",
            # `defaultdict(set)`, `names: set`, `dict[str, set]`, but not `(list, tuple, set)`.
            rf"[:=(\[|>]\s*{_SET}(?!\s*[.(\[])|,\s*{_SET}\s*\]|\bisinstance\(\s*[\w.]+,\s*{_SET}\s*\)",
            r"\.keys\(\)\s*[-&|^]",
        )
    )
)
_QUOTED = re.compile(rf"[:>]\s*[\"'][^\"'\n]*\b(?:{'|'.join(SET_WORDS)})\b")
"""An annotation in quotes."""


def mentions_sets(text: str) -> bool:
    """Whether a text may make sets."""
    return names_sets(text) or displays_sets(text)


def names_sets(text: str) -> bool:
    """Whether a text has a word that makes or names sets."""
    return _ANY_WORD.search(text) is not None


def displays_sets(text: str) -> bool:
    """Whether a text may have a display or a comprehension of a set."""
    return re.search(SET_DISPLAY, text) is not None


def may_keep_sets(text: FileText) -> bool:
    """Whether code that passed by its words and forms may have a set that is more than asked for an element."""
    return _KEPT.search(text.bare) is not None or _QUOTED.search(text.code) is not None
