"""How qualified names may be written: which words must stand in code that means them.

Given what the packs know of libraries; gives, for names, the words of their spellings and the top-level modules from
which they may come. Knows no rules and no files.
"""

from __future__ import annotations

import builtins
import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detlint.plugins import Library

_METHODS_OF_THE_OBJECT = {"__call__", "__init__", "__new__"}


class Vocabulary:
    """How names may be written, by the packs' libraries."""

    def __init__(self, libraries: Sequence[Library]) -> None:
        self._spellings: defaultdict[str, set[str]] = defaultdict(set)
        """A canonical name to the last parts of other names for it, and of what gives objects of it."""
        sources: defaultdict[str, set[str]] = defaultdict(set)
        for library in libraries:
            for name, meaning in _meanings(library):
                sources[_first(meaning)].add(_first(name))
                self._spellings[meaning].add(_last(name))
        self._roots = {root: frozenset(_closure(root, sources)) for root in sources}

    def roots(self, name: str) -> frozenset[str]:
        """The top-level modules of which one must be named for a name to be meant; none for what is built in.

        `set.pop` is also meant by `{1, 2}.pop()`, and `?.step` is a method of that name on anything.
        """
        root = _first(name)
        if root in ("?", "builtins") or hasattr(builtins, root):
            return frozenset()
        return self._roots.get(root, frozenset({root}))

    def written(self, name: str) -> set[str]:
        """Give the words of which one must be written for a name: its last part, and that of all other spellings."""
        head, _, last = name.rpartition(".")
        if last == "*" or last in _METHODS_OF_THE_OBJECT:
            return self.written(head)
        if last.startswith("__") and head:
            # An operation on an object: no word is certain but those that lead to its type.
            return {_first(name), *self._roots.get(_first(name), ())}
        return {last, *self._spellings.get(name, ())}


def _meanings(library: Library) -> Iterator[tuple[str, str]]:
    """All that a library's tables say as pairs: what is written, and what name or type it stands for or gives."""
    yield from library.aliases.items()
    for table in (library.returns, library.attributes, library.elements, library.parameters):
        for name, kind in table.items():
            yield from ((name, part) for part in _types(kind))
    for name, bases in library.bases.items():
        yield from ((name, base) for base in bases)


def _types(kind: str) -> list[str]:
    """The type in the text of a result: `tuple[torch.Tensor]` is about `torch.Tensor`."""
    return [part for part in re.findall(r"[\w.]+", kind) if "." in part]


def _closure(root: str, sources: dict[str, set[str]]) -> set[str]:
    found = {root}
    pending = [root]
    while pending:
        for source in sources.get(pending.pop(), ()):
            if source not in found:
                found.add(source)
                pending.append(source)
    return found


def _first(name: str) -> str:
    return name.partition(".")[0]


def _last(name: str) -> str:
    head, _, last = name.rpartition(".")
    return _last(head) if head and (last == "*" or last in _METHODS_OF_THE_OBJECT) else last
