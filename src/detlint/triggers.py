"""The trigger scan: which rules can fire in a file, told from its words alone, before anything is parsed.

Given the rules and what the packs know of libraries, works out what a file must contain for each rule: one of the words
of its candidates (the last part of a name: `import torch.nn.functional as F; F.interpolate(...)` and `from
torch.nn.functional import interpolate as up` both contain `interpolate`) together with the top-level module from which
that name must come (`torch`, under any of the names that aliases and types of other libraries give it).

The scan splits a file into its words and looks each of them up. That takes the same time for ten words as for ten
thousand, and is faster than one regular expression for all of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.project.places import COMMAND_LIBRARIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from detlint.registry import Registry
    from detlint.rules.base import Rule
    from detlint.vocabulary import Vocabulary

_IDENTIFIER = re.compile(r"\w+")
_COMMAND = re.compile(rf"\b(?:{'|'.join(sorted(COMMAND_LIBRARIES))})\b")
_DECORATED = re.compile(r"@[\w.]*\b(?:command|main|cli|entrypoint)\b")
_CALL = re.compile(r"^[A-Za-z_][\w.]*\(", re.MULTILINE)
_RELATIVE = re.compile(r"^from[ \t]+\.", re.MULTILINE)
_TO_SPACES = bytes(
    byte if byte > 127 or chr(byte).isalnum() or byte == ord("_") else ord(" ") for byte in range(256)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Requirement:
    """A file must contain one of `words`, and one of `roots` if there are any."""

    words: frozenset[bytes]
    roots: frozenset[bytes] = frozenset()

    def met(self, present: frozenset[bytes]) -> bool:
        """Whether these words, found in a file, are enough."""
        return not self.words.isdisjoint(present) and (not self.roots or not self.roots.isdisjoint(present))


class _Forms:
    """One of several regular expressions must match; each is tried only where a word stands."""

    def __init__(self, forms: Iterable[tuple[str, str]]) -> None:
        self._forms = [(word.encode(), pattern) for word, pattern in forms]
        self.words = frozenset(word for word, _ in self._forms if word)

    def met(self, present: frozenset[bytes], contains: Callable[[str], bool]) -> bool:
        """Whether one is found in a text with these words."""
        return any((not word or word in present) and (not form or contains(form)) for word, form in self._forms)


class Triggers:
    """For a set of rules: what a file must contain so that each of them can fire."""

    def __init__(self, rules: Iterable[type[Rule]], registry: Registry) -> None:
        rules = tuple(rules)
        vocabulary = registry.vocabulary
        self._always: list[type[Rule]] = []
        self._requirements: list[tuple[type[Rule], tuple[Requirement, ...]]] = []
        self._patterns: list[tuple[type[Rule], str]] = []
        self._forms = {rule: _Forms(rule.candidates.forms) for rule in rules if rule.candidates.forms}
        for rule in filter(looks_at_code, rules):
            requirements = tuple(_requirements(rule, vocabulary))
            if not requirements and rule.scope == "project":
                requirements = registry.effect_requirements
            if requirements:
                self._requirements.append((rule, requirements))
                self._patterns.extend((rule, pattern) for pattern in rule.candidates.patterns)
            elif _checks_something(rule):
                self._always.append(rule)
        self._words = frozenset(
            word
            for _, requirements in self._requirements
            for needed in requirements
            for word in needed.words | needed.roots
        ).union(*(forms.words for forms in self._forms.values()))
        # `NCCL_` stands for all words that begin so, where a rule asks for it as a word: `put_` is a name of its own.
        self._fragments = sorted({word for rule in rules for word in _fragments(rule)})

    def rules(self, text: str) -> list[type[Rule]]:
        """The rules that can fire in a file of this text."""
        data = text.encode("utf-8", "surrogatepass")
        present = words_of(data, self._words).union(part for part in self._fragments if part in data)
        active = self.rules_for(present)
        looked_for: dict[str, bool] = {}

        def contains(pattern: str) -> bool:
            if pattern not in looked_for:
                looked_for[pattern] = re.search(pattern, text) is not None
            return looked_for[pattern]

        for rule, pattern in self._patterns:
            if rule not in active and contains(pattern):
                active.append(rule)
        return [rule for rule in active if rule not in self._forms or self._forms[rule].met(present, contains)]

    def rules_for(self, present: frozenset[bytes]) -> list[type[Rule]]:
        """The rules that can fire in a file with these words."""
        active = list(self._always)
        if present:
            active += (rule for rule, needed in self._requirements if any(one.met(present) for one in needed))
        return active


def starts_others(text: str) -> bool:
    """Whether a file may start what other files do, so that no word in it tells what it leads to."""
    return "__main__" in text or _CALL.search(text) is not None


def may_start(text: str, path: str) -> bool:
    """Whether a program can start in a file: not so in a module of a package, without guard and commands."""
    if "__main__" in text or path.endswith((".ipynb", "__main__.py")) or _DECORATED.search(text) is not None:
        return True
    if any(library in text for library in COMMAND_LIBRARIES) and _COMMAND.search(text) is not None:
        return True
    if path.endswith("__init__.py"):
        return False
    return not any(outside_strings(text, found.start()) for found in _RELATIVE.finditer(text))


def outside_strings(text: str, place: int) -> bool:
    """Whether a line is none of a long string, as far as the quotes before it tell."""
    return text.count('"""', 0, place) % 2 == 0 and text.count("'''", 0, place) % 2 == 0


def words_of(data: bytes, wanted: frozenset[bytes]) -> frozenset[bytes]:
    """Find those of the wanted words that stand in a text, in UTF-8."""
    return wanted.intersection(data.translate(_TO_SPACES).split())


def _requirements(rule: type[Rule], vocabulary: Vocabulary) -> Iterator[Requirement]:
    """What a file must contain for a rule."""
    candidates = rule.candidates
    names = [*candidates.calls, *candidates.settings, *(prefix.rstrip(".") for prefix in candidates.prefixes)]
    yield from requirements_of(names, vocabulary)
    words = {max(found, key=len) for text in candidates.words if (found := _IDENTIFIER.findall(text))}
    if words:
        yield Requirement(_encoded(words))


def _fragments(rule: type[Rule]) -> Iterator[bytes]:
    """The words of a rule that stand for all words that begin so."""
    for word in rule.candidates.words:
        if word.endswith("_") and not word.endswith("__"):
            yield word.encode()


def requirements_of(names: Iterable[str], vocabulary: Vocabulary) -> Iterator[Requirement]:
    """What a file must contain to mean one of these names: a requirement for each set of modules that they are from."""
    by_roots: defaultdict[frozenset[str], set[str]] = defaultdict(set)
    for name in names:
        by_roots[vocabulary.roots(name)].update(vocabulary.written(name))
    for roots, words in by_roots.items():
        yield Requirement(_encoded(words), _encoded(roots))


def looks_at_code(rule: type[Rule]) -> bool:
    """Whether a rule looks at code at all, not only at the files around it."""
    return _checks_something(rule) or any(name.startswith("visit_") for name in dir(rule))


def _checks_something(rule: type[Rule]) -> bool:
    from detlint.rules.base import Rule as Base

    return rule.check_file is not Base.check_file or rule.check_project is not Base.check_project


def _encoded(words: Iterable[str]) -> frozenset[bytes]:
    return frozenset(word.encode() for word in words)
