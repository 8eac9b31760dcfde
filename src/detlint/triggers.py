"""The trigger scan: which rules can fire in a file, told from its words alone, before anything is parsed.

Given the rules and what the packs know of libraries, works out what a file must contain for each rule: one of the words of
its candidates (the last part of a name: `import torch.nn.functional as F; F.interpolate(...)` and `from
torch.nn.functional import interpolate as up` both contain `interpolate`) together with the top-level module from which that
name must come (`torch`, under any of the names that aliases and types of other libraries give it).

The scan splits a file into its words and looks each of them up. That takes the same time for ten words as for ten thousand,
and is faster than one regular expression for all of them.
"""

from __future__ import annotations

import builtins
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detlint.plugins import Library
    from detlint.registry import Registry
    from detlint.rules.base import Rule

_IDENTIFIER = re.compile(r"\w+")
_TO_SPACES = bytes(
    byte if byte > 127 or chr(byte).isalnum() or byte == ord("_") else ord(" ") for byte in range(256)
)  # fmt: skip
_METHODS_OF_THE_OBJECT = {"__call__", "__init__", "__new__"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """A file must contain one of `words`, and one of `roots` if there are any."""

    words: frozenset[bytes]
    roots: frozenset[bytes] = frozenset()

    def met(self, present: frozenset[bytes]) -> bool:
        """Whether these words, found in a file, are enough."""
        return not self.words.isdisjoint(present) and (not self.roots or not self.roots.isdisjoint(present))


class Triggers:
    """For a set of rules: what a file must contain so that each of them can fire."""

    def __init__(self, rules: Iterable[type[Rule]], registry: Registry) -> None:
        vocabulary = _Vocabulary([pack.library for pack in registry.packs])
        effects = sorted(registry.effects.names)
        self._always: list[type[Rule]] = []
        self._requirements: list[tuple[type[Rule], tuple[Requirement, ...]]] = []
        of_effects: tuple[Requirement, ...] | None = None
        for rule in rules:
            requirements = tuple(vocabulary.requirements(rule))
            if not requirements and rule.scope == "project":
                if of_effects is None:
                    of_effects = tuple(vocabulary.of_names(effects))
                requirements = of_effects
            if requirements:
                self._requirements.append((rule, requirements))
            elif _checks_something(rule):
                self._always.append(rule)
        self._words = frozenset(
            word for _, requirements in self._requirements for needed in requirements for word in needed.words | needed.roots
        )
        # `NCCL_` stands for all words that begin so.
        self._fragments = [word for word in self._words if word.endswith(b"_") and not word.endswith(b"__")]

    def rules(self, text: str) -> list[type[Rule]]:
        """The rules that can fire in a file of this text."""
        data = text.encode("utf-8", "surrogatepass")
        return self.rules_for(words_of(data, self._words).union(part for part in self._fragments if part in data))

    def rules_for(self, present: frozenset[bytes]) -> list[type[Rule]]:
        """The rules that can fire in a file with these words."""
        active = list(self._always)
        if present:
            active += (rule for rule, needed in self._requirements if any(one.met(present) for one in needed))
        return active


def words_of(data: bytes, wanted: frozenset[bytes]) -> frozenset[bytes]:
    """Find those of the wanted words that stand in a text, in UTF-8."""
    return wanted.intersection(data.translate(_TO_SPACES).split())


def _checks_something(rule: type[Rule]) -> bool:
    from detlint.rules.base import Rule as Base

    return rule.check_file is not Base.check_file or rule.check_project is not Base.check_project


class _Vocabulary:
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

    def requirements(self, rule: type[Rule]) -> Iterator[Requirement]:
        """What a file must contain for a rule."""
        candidates = rule.candidates
        yield from self.of_names([*candidates.calls, *candidates.settings], candidates.prefixes)
        words = frozenset(word for text in candidates.words for word in _words(text))
        if words:
            yield Requirement(words)

    def of_names(self, names: Iterable[str], prefixes: Iterable[str] = ()) -> Iterator[Requirement]:
        """What a file must contain to mean one of these names: one requirement for each top-level module."""
        by_root: defaultdict[str, set[str]] = defaultdict(set)
        for name in names:
            # `?.step`: a method of that name on anything.
            by_root["builtins" if name.startswith("?.") else _first(name)].update(self._written(name))
        for prefix in prefixes:
            by_root[_first(prefix)].update(self._written(prefix.rstrip(".")))
        for root, words in by_root.items():
            # What is built in needs no import: `set.pop` is also meant by `{1, 2}.pop()`.
            imported = root != "builtins" and not hasattr(builtins, root)
            yield Requirement(_encoded(words), _encoded(self._roots.get(root, {root}) if imported else ()))

    def _written(self, name: str) -> set[str]:
        """The words of which one must be written for a name; the last part, and that of all other spellings."""
        head, _, last = name.rpartition(".")
        if last == "*" or last in _METHODS_OF_THE_OBJECT:
            return self._written(head)
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


def _words(text: str) -> list[bytes]:
    """The words of a text that must all stand in a file where the text does; the longest tells the most."""
    words = sorted(_IDENTIFIER.findall(text), key=len)
    return [words[-1].encode()] if words else []


def _encoded(words: Iterable[str]) -> frozenset[bytes]:
    return frozenset(word.encode() for word in words)
