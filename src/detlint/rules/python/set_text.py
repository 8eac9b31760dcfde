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
_SET = re.compile(r"set\b")
_OTHER_FORMS = re.compile(rf"\b(?:{'|'.join(SET_WORDS[2:])})\b|\.keys\(\)\s*[-&|^]")
_GIVEN = re.compile(r"(?:(?<![=!])=|[(,\[:|&^*<>+-]|\b(?:return|yield|or|and|else|not|if)|\bfor\b[^\n]*\bin)\s*\Z")
"""What stands before a display that is given, returned, joined to others or gone through; not one of a comparison."""
_ASKED = re.compile(r"(?:\blen\(|\bin )\Z")
_LOOPED = re.compile(r"\bfor\b[^\n]*\bin\s*\Z")
_NAMED = re.compile(r"[:=(\[|>]\s*\Z")
"""What stands before the type that is named: `defaultdict(set)`, `names: set`."""
_ONE_OF = re.compile(r"\bisinstance\(\s*[\w.]+,\s*\Z")
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
    return text.remembered("sets", _may_keep)


def _may_keep(text: FileText) -> bool:
    bare = text.bare
    if any(_GIVEN.search(_before(bare, found)) for found in re.finditer(SET_DISPLAY, bare)):
        return True
    if any(_is_kept(bare, found) for found in _SET.finditer(bare)):
        return True
    return _OTHER_FORMS.search(bare) is not None or _QUOTED.search(text.code) is not None


def _is_kept(bare: str, found: re.Match[str]) -> bool:
    """Whether a word that ends in `set` makes or names sets that are more than asked for an element."""
    before = _before(bare, found).removesuffix("frozen")
    if before[-1:] == "." or before[-1:].isalnum() or before[-1:] == "_":
        return False
    after = bare[found.end() : found.end() + 20].lstrip()[:1]
    if after in {"(", "["}:
        return _ASKED.search(before) is None or _LOOPED.search(before) is not None
    if _NAMED.search(before) is not None:
        return after != "."
    # `dict[str, set]`, but not `(list, tuple, set)`.
    return before.rstrip()[-1:] == "," and (after == "]" or (after == ")" and _ONE_OF.search(before) is not None))


def _before(bare: str, found: re.Match[str]) -> str:
    """What stands before a match on its line, or on the last line above that is not empty where it begins one."""
    last = found.start()
    while last and bare[last - 1].isspace():
        last -= 1
    return bare[bare.rfind("\n", 0, last) + 1 : found.start()]
