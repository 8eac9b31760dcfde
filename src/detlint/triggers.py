"""The trigger scan: which rules can fire in a file, told from its words alone, before anything is parsed.

Given the rules and what the packs know of libraries, works out what a file must contain for each rule: one of the words
of its candidates (the last part of a name: `import torch.nn.functional as F; F.interpolate(...)` and `from
torch.nn.functional import interpolate as up` both contain `interpolate`) together with the top-level module from which
that name must come (`torch`, under any of the names that aliases and types of other libraries give it).

The scan splits a file into its words and looks each of them up. That takes the same time for ten words as for ten
thousand, and is faster than one regular expression for all of them. Where words let a file pass, those of its comments
and documentation are taken away, and the rules themselves may say by what is left (a `Mention`) that it is nothing.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.places import COMMAND_LIBRARIES
from detlint.sources.code import code_of, without_strings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from detlint.registry import Registry
    from detlint.rules.base import Rule
    from detlint.sources.source import SourceFile
    from detlint.versions import Targets
    from detlint.vocabulary import Vocabulary

_IDENTIFIER = re.compile(r"\w+")
_COMMAND = re.compile(rf"\b(?:{'|'.join(sorted(COMMAND_LIBRARIES))})\b")
_DECORATED = re.compile(r"@[\w.]*\b(?:command|main|cli|entrypoint)\b")
# At the beginning of a line: a search is fast where it begins with plain letters.
_CALL = re.compile(r"\n(?=[A-Za-z_])[\w.]*\(")
_CALL_WITHIN = re.compile(r"\n(?:(?:for|with|if|while|async)\b|[A-Za-z_][\w., \t]*=)[^\n#]*\(")
_RELATIVE = re.compile(r"\nfrom[ \t]+\.")
Sought = Mapping[type["Rule"], "frozenset[str] | None"]
"""The rules that can fire in a file, each with the candidates to look for, by name; None: with all that it has."""
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


class FileText:
    """What the text of a file shows before it is parsed.

    code: the text, without comments and documentation where these are known to be none of it. words: those of it that
    some rule looks for.
    """

    def __init__(self, code: str, words: frozenset[bytes]) -> None:
        self.code = code
        self.words = words
        self._looked_for: dict[str, bool] = {}
        self._remembered: dict[str, bool] = {}

    @cached_property
    def bare(self) -> str:
        """The code without what its strings hold, but for those that hold expressions."""
        return without_strings(self.code)

    def contains(self, pattern: str) -> bool:
        """Whether a regular expression matches somewhere; looked for once."""
        if pattern not in self._looked_for:
            self._looked_for[pattern] = re.search(pattern, self.code) is not None
        return self._looked_for[pattern]

    def remembered(self, key: str, ask: Callable[[FileText], bool]) -> bool:
        """The answer to a question that several rules have about the text; asked once."""
        if key not in self._remembered:
            self._remembered[key] = ask(self)
        return self._remembered[key]

    def has_form(self, forms: Iterable[tuple[str, str]]) -> bool:
        """Whether one of several regular expressions matches, each tried only where a word stands."""
        return any(
            (not word or word.encode() in self.words) and (not form or self.contains(form)) for word, form in forms
        )


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a file is checked for: the versions and devices of its code, the least confidence that is reported."""

    targets: Targets
    devices: frozenset[str]
    least: Confidence = Confidence.LOW


@dataclass(frozen=True, slots=True)
class Mention:
    """What a rule is asked about before a file is parsed.

    names: of the rule's candidates, those that words of the file may mean.
    """

    names: frozenset[str]
    text: FileText
    purpose: Purpose


class Triggers:
    """For a set of rules: what a file must contain so that each of them can fire."""

    def __init__(self, rules: Iterable[type[Rule]], registry: Registry) -> None:
        rules = tuple(rules)
        vocabulary = registry.vocabulary
        self._always: list[type[Rule]] = []
        self._requirements: list[tuple[type[Rule], tuple[Requirement, ...]]] = []
        self._patterns: list[tuple[type[Rule], str]] = []
        self._names: dict[type[Rule], _Spellings] = {}
        for rule in filter(looks_at_code, rules):
            requirements = tuple(_requirements(rule, vocabulary))
            if not requirements and rule.scope == "project":
                requirements = registry.effect_requirements
            if requirements:
                self._requirements.append((rule, requirements))
                self._patterns.extend((rule, pattern) for pattern in rule.candidates.patterns)
            elif _checks_something(rule):
                self._always.append(rule)
            if _has_a_say(rule):
                self._names[rule] = _Spellings(_names(rule), vocabulary)
        self._words = frozenset(
            word
            for _, requirements in self._requirements
            for needed in requirements
            for word in needed.words | needed.roots
        ).union(word.encode() for rule in rules for word, _ in rule.candidates.forms if word)
        # `NCCL_` stands for all words that begin so, where a rule asks for it as a word: `put_` is a name of its own.
        self._fragments = sorted({word for rule in rules for word in _fragments(rule)})

    def rules(self, source: SourceFile, purpose: Callable[[], Purpose]) -> Sought:
        """The rules that can fire in a file; purpose: gives what it is checked for, where a rule asks."""
        active, text = self._passed(source.text)
        if active and not source.cells:
            active, text = self._passed(code_of(source.text))
        sought = {rule: self._sought(rule, text, purpose) for rule in active}
        return {rule: names for rule, names in sought.items() if names is None or names}

    def _passed(self, code: str) -> tuple[list[type[Rule]], FileText]:
        """The rules that can fire by the words and forms of a text."""
        data = code.encode("utf-8", "surrogatepass")
        text = FileText(code, words_of(data, self._words).union(part for part in self._fragments if part in data))
        active = list(self._always)
        if text.words:
            active += (rule for rule, needed in self._requirements if any(one.met(text.words) for one in needed))
        for rule, pattern in self._patterns:
            if rule not in active and text.contains(pattern):
                active.append(rule)
        return [rule for rule in active if not rule.candidates.forms or text.has_form(rule.candidates.forms)], text

    def _sought(self, rule: type[Rule], text: FileText, purpose: Callable[[], Purpose]) -> frozenset[str] | None:
        names = self._names.get(rule)
        return None if names is None else rule.sought(Mention(names.in_text(text.words), text, purpose()))


class _Spellings:
    """Names, found by the words of a file."""

    def __init__(self, names: Iterable[str], vocabulary: Vocabulary) -> None:
        self._roots = {name: _encoded(vocabulary.roots(name)) for name in names}
        self._written: defaultdict[bytes, list[str]] = defaultdict(list)
        for name in self._roots:
            for word in _encoded(vocabulary.written(name)):
                self._written[word].append(name)

    def in_text(self, words: frozenset[bytes]) -> frozenset[str]:
        """The names that a file with these words may mean."""
        return frozenset(
            name
            for word in words.intersection(self._written)
            for name in self._written[word]
            if not self._roots[name] or not self._roots[name].isdisjoint(words)
        )


def starts_others(text: str) -> bool:
    """Whether a file may start what other files do, so that no word in it tells what it leads to."""
    return "__main__" in text or _has_commands(text) or _CALL.search(f"\n{text}") is not None


def may_work(text: str, file: str) -> bool:
    """Whether the top level of a file outside of packages has calls within statements, which may do any work."""
    if file.endswith(".ipynb"):
        return "(" in text
    alone = _CALL_WITHIN.search(f"\n{text}") is not None
    return alone and not os.path.isfile(os.path.join(os.path.dirname(file), "__init__.py"))


@lru_cache(maxsize=4)
def _has_commands(text: str) -> bool:
    """Whether a library makes commands of a file's functions."""
    return any(library in text for library in COMMAND_LIBRARIES) and _COMMAND.search(text) is not None


@lru_cache(maxsize=4)
def may_start(text: str, path: str) -> bool:
    """Whether a program can start in a file: not so in a module of a package, without guard and commands."""
    if "__main__" in text or path.endswith((".ipynb", "__main__.py")) or _DECORATED.search(text) is not None:
        return True
    if _has_commands(text):
        return True
    if path.endswith("__init__.py"):
        return False
    lines = f"\n{text}"
    return not any(outside_strings(lines, found.start()) for found in _RELATIVE.finditer(lines))


def outside_strings(text: str, place: int) -> bool:
    """Whether a line is none of a long string, as far as the quotes before it tell."""
    return text.count('"""', 0, place) % 2 == 0 and text.count("'''", 0, place) % 2 == 0


def words_of(data: bytes, wanted: frozenset[bytes]) -> frozenset[bytes]:
    """Find those of the wanted words that stand in a text, in UTF-8."""
    return wanted.intersection(data.translate(_TO_SPACES).split())


def _requirements(rule: type[Rule], vocabulary: Vocabulary) -> Iterator[Requirement]:
    """What a file must contain for a rule."""
    yield from requirements_of(_names(rule), vocabulary)
    words = {max(found, key=len) for text in rule.candidates.words if (found := _IDENTIFIER.findall(text))}
    if words:
        yield Requirement(_encoded(words))


def _names(rule: type[Rule]) -> list[str]:
    candidates = rule.candidates
    return [*candidates.calls, *candidates.settings, *(prefix.rstrip(".") for prefix in candidates.prefixes)]


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


def _has_a_say(rule: type[Rule]) -> bool:
    from detlint.rules.base import Rule as Base

    return rule.sought.__func__ is not Base.sought.__func__  # type: ignore[attr-defined]


def _encoded(words: Iterable[str]) -> frozenset[bytes]:
    return frozenset(word.encode() for word in words)
