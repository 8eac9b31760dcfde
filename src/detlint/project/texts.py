"""What the texts of modules show without being parsed: what they import and define, and whether an import does more.

Made for the many modules that a program only imports: nearly all of them define functions and classes and nothing else,
and a program's random states, modes and environment are after the import what they were before.
"""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from detlint.sources.code import without_strings
from detlint.sources.source import SourceFile, read_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from detlint.triggers import Requirement

_IMPORT = re.compile(
    r"^[ \t]*from[ \t]+(?P<module>[\w.]+)[ \t]+import[ \t]*(?:\((?P<many>[^)]*)\)|(?P<one>[^\n#;]+))"
    r"|^[ \t]*import[ \t]+(?P<plain>[\w.]+)[ \t]+as[ \t]+(?P<alias>\w+)"
    r"|^[ \t]*import[ \t]+(?P<modules>[\w., \t]+)",
    re.MULTILINE,
)
_OF_ITS_OWN = re.compile(r"^(?:def|async def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]+)?=[^=]", re.MULTILINE)
_ANYWHERE = re.compile(
    r"^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^[ \t]*(\w+)[ \t]*(?::[^=\n]+)?=[^=]", re.MULTILINE
)
_CONSTANT = re.compile(
    r"^(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*(?:[\d\"'\-{]|(?:True|False|None|dict)\b|(?:\w+\.)*_*[A-Z])", re.MULTILINE
)
_SET = re.compile(r"^[ \t]+(\w+)[ \t]*(?::[^=\n]+)?=[^=]", re.MULTILINE)
_COMMENT = re.compile(r"#[^\n]*")
# Their bodies run when they are called, if at all. A line that only looks like the end of one leaves more text.
_LATER = re.compile(
    r"^(?:(?:(?:async[ \t]+)?def|class)[ \t]+\w+|if (?:typing\.)?TYPE_CHECKING\b)(?P<header>[^\n]*)\n"
    r"(?:(?:[ \t]+[^\n]*|[)\]}#][^\n]*|)\n)*",
    re.MULTILINE,
)
_NESTED = re.compile(
    r"^([ \t]+)(?:async[ \t]+)?def[ \t]+\w+(?P<header>[^\n]*)\n(?:\1(?:[ \t]+|\))[^\n]*\n|[ \t]*\n)*", re.MULTILINE
)
"""A function that is defined in a block of the top level, as classes are that depend on what is installed."""
_CALLED = re.compile(r"(\.?)\b(\w+)[ \t]*\(")
_TELLING = r"(?:seed|determin|reprod|rng|random_state)\w*"
_SUSPECT = re.compile(
    # Called, or set: as an attribute, or for a parameter.
    rf"{_TELLING}[ \t]*\(|[.(,]\s*\w*{_TELLING}[ \t]*=(?!=)|putenv|^(?:setup|set_up|bootstrap|init_)\w*\("
    # Reading the environment changes nothing.
    r"|(?<!\bin os\.)(?<!\bin )environ\b(?![ \t]*\.[ \t]*(?:get|copy|items|keys|values)\b)",
    re.IGNORECASE | re.MULTILINE,
)
"""What a statement of a top level contains that may do more than the tables of the packs know."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What calls do something to random states, modes or the environment: words, with modules that must be named."""

    calls: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()

    def heard(self, top: str, defaults: str, text: str) -> bool:
        """Whether the top level of a module may do such a thing.

        top: its statements without the functions and classes of which it has the `defaults`, of the module's `text`.
        """
        if _SUSPECT.search(top) is not None:
            return True
        called = {
            name
            for part in (top, defaults)
            for dot, name in _CALLED.findall(part)
            if dot or not hasattr(builtins, name)  # `type(x)` is no method of a tensor
        }
        return any(
            not words.isdisjoint(called) and (not roots or any(root in text for root in roots))
            for words, roots in self.calls
        )


def noise_of(requirements: Iterable[Requirement]) -> Noise:
    """The noise of what has effects, by what a file must contain to mean it."""

    def decoded(words: Iterable[bytes]) -> frozenset[str]:
        return frozenset(word.decode() for word in words)

    # What changes the environment is heard by its name; `update` is a method of every dict.
    others = (each for each in requirements if each.roots != {b"os"})
    return Noise(tuple((decoded(each.words - each.roots), decoded(each.roots)) for each in others))


class ModuleText:
    """One module, by its text."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def names(self) -> dict[str, str]:
        """The names that it imports and does not define anew, with the qualified names that they stand for."""
        names: dict[str, str] = {}
        for module, name, alias in self._imported:
            if name != "*" and alias:
                names.setdefault(alias, _joined(module, name))
        for match in _OF_ITS_OWN.finditer(self._text):
            names.pop(match[1] or match[2], None)
        return names

    @cached_property
    def stars(self) -> tuple[str, ...]:
        """The modules of which it imports all."""
        return tuple(module for module, name, _ in self._imported if name == "*")

    @cached_property
    def defined(self) -> frozenset[str]:
        """All names that it binds at its top level, and perhaps more."""
        found = {match[1] or match[2] for match in _ANYWHERE.finditer(self._text)}
        return frozenset(found.union(alias for _, _, alias in self._imported))

    @cached_property
    def constants(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Names that it may bind to constants or to objects; its classes; names that are set somewhere further in."""
        classes = frozenset(re.findall(r"^class[ \t]+(\w+)", self._text, re.MULTILINE))
        return frozenset(_CONSTANT.findall(self._text)), classes, frozenset(_SET.findall(self._text))

    def runs(self, noise: Noise) -> tuple[bool, tuple[str, ...]]:
        """Whether its top level may do something by itself, and the modules that it imports for certain."""
        code = without_strings(self._text)
        headers: list[str] = []

        def without_body(match: re.Match[str]) -> str:
            headers.append(match["header"])
            return ""

        top = _NESTED.sub(without_body, _LATER.sub(without_body, code))
        modules: list[str] = []
        for match in _IMPORT.finditer(top):
            module = match["module"]
            if module is None:
                modules += [name for name, _ in _split(match["plain"] or match["modules"])]
                continue
            if module.strip("."):
                modules.append(module)
            names = (name for name, _ in _split(match["many"] or match["one"]))
            modules += (_joined(module, name) for name in names if may_be_module(name) or not module.strip("."))
        return noise.heard(_IMPORT.sub("", top), "\n".join(headers), self._text), tuple(dict.fromkeys(modules))

    @cached_property
    def _imported(self) -> list[tuple[str, str, str]]:
        """All imports with a name, anywhere: the module, the name there (empty: itself), the name here."""
        found: list[tuple[str, str, str]] = []
        for match in _IMPORT.finditer(self._text):
            if match["plain"]:
                found.append((match["plain"], "", match["alias"]))
            elif match["module"]:
                found += ((match["module"], name, alias) for name, alias in _split(match["many"] or match["one"]))
        return found


class ModuleTexts:
    """The modules of a run by their texts, each read once. What was asked of a text stays, the text does not."""

    def __init__(self, find: Callable[[str, str], str | None], noise: Noise) -> None:
        """find: gives the file of a module, from the file that imports it and the name that it has there."""
        self._find = find
        self._noise = noise
        self._handed_on: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {}
        self._defined: dict[str, frozenset[str]] = {}
        self._constants: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {}
        self._imports: dict[str, tuple[str, ...]] = {}
        self._loud: dict[str, bool] = {}

    def handed_on(self, file: str) -> tuple[dict[str, str], tuple[str, ...]]:
        """What a module imports: its names with what they stand for, and the modules of which it imports all."""
        known = self._handed_on.get(file)
        if known is None:
            module = _read(file)
            known = self._handed_on[file] = (module.names, module.stars)
        return known

    def may_define(self, file: str, name: str) -> bool:
        """Whether a module may have a name of its own or by an import; False is certain."""
        known = self._defined.get(file)
        if known is None:
            module = _read(file)
            known = self._defined[file] = module.defined.union("*" if module.stars else ())
        return name in known or "*" in known

    def may_be_constant(self, file: str, name: str, field: str = "") -> bool:
        """Whether a name of a module, or a field of what it names, may be a constant; False is certain."""
        known = self._constants.get(file)
        if known is None:
            known = self._constants[file] = _read(file).constants
        named, classes, inner = known
        return field in inner and (name in named or name in classes) if field else name in named

    def is_quiet(self, file: str) -> bool:
        """Whether neither a module nor any that importing it runs does anything but define."""
        if file not in self._loud:
            self._listen(file)
        return not self._loud[file]

    def _packages(self, file: str, names: Iterable[str]) -> Iterator[str]:
        """The files that run for the packages of modules; those of packages around a file itself have run before."""
        above = {part for name in names for part in with_packages(name) if part != name}
        for part in sorted(above):
            found = self._find(file, part)
            if found is not None and not file.startswith(found.removesuffix("__init__.py")):
                yield found

    def imported_with(self, files: Iterable[str]) -> set[str]:
        """The files that importing quiet modules runs."""
        found = set(files)
        pending = list(found)
        while pending:
            for other in self._imports[pending.pop()]:
                if other not in found:
                    found.add(other)
                    pending.append(other)
        return found

    def _listen(self, file: str) -> None:
        """Tell of a file and of all that it imports, directly or not, whether something is loud there."""
        importers: dict[str, list[str]] = {}
        pending, new, loud = [file], {file}, []
        while pending:
            current = pending.pop()
            noisy, names = _read(current).runs(self._noise)
            found = (self._find(current, name) for name in names)
            self._imports[current] = tuple(dict.fromkeys(other for other in found if other is not None))
            heard = dict.fromkeys((*self._imports[current], *self._packages(current, names)))
            if noisy or any(self._loud.get(other) for other in heard):
                loud.append(current)
            for other in heard:
                importers.setdefault(other, []).append(current)
                if other not in self._loud and other not in new:
                    new.add(other)
                    pending.append(other)
        self._loud.update(dict.fromkeys(new, False))
        while loud:
            current = loud.pop()
            if not self._loud[current]:
                self._loud[current] = True
                loud += importers.get(current, ())


def _read(file: str) -> ModuleText:
    source = read_source(file)
    return ModuleText(source.text if isinstance(source, SourceFile) else "")


def with_packages(name: str) -> Iterator[str]:
    """What importing a module runs, in order: the packages that it is in, then the module itself."""
    start = len(name) - len(name.lstrip("."))
    ends = [start] if start else []
    ends += [place for place in range(start, len(name)) if name[place] == "."]
    yield from dict.fromkeys(name[:end] for end in (*ends, len(name)))


def may_be_module(name: str) -> bool:
    """Whether what is imported from a module may be one itself, by how modules are named."""
    return name.islower()


def _joined(module: str, name: str) -> str:
    return module + name if not name or module.endswith(".") else f"{module}.{name}"


def _split(text: str) -> Iterator[tuple[str, str]]:
    for part in _COMMENT.sub("", text).replace("\\", " ").split(","):
        words = part.split()
        if len(words) == 1:
            yield words[0], words[0]
        elif len(words) == 3 and words[1] == "as":
            yield words[0], words[2]
