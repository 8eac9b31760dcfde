"""The kinds of values that settings have: how each is read, and how it is described in JSON Schema.

Given a value as TOML has it; gives the value that the model holds, or a `SettingsError` that says what it must be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from detlint.settings.errors import SettingsError, did_you_mean
from detlint.sources.discovery import matches_something

if TYPE_CHECKING:
    from detlint.diagnostics import Confidence, Severity

_CODE = r"[A-Za-z]{1,3}[0-9]{0,3}"
_VERSION = r"[0-9][\w.+!-]*"
_SIZE = r"([0-9]+) ?([KMGkmg]?)(?:i?[Bb])?"
_FACTORS = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}


class Kind(Protocol):
    """How one kind of value is read and described."""

    def parse(self, value: object) -> object:
        """The value for the model; raises `SettingsError` with the end of a sentence: `must be a list of strings`."""

    def schema(self) -> dict[str, object]:
        """What JSON Schema says of the values that `parse` takes."""


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def parse(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise SettingsError("must be true or false")

    def schema(self) -> dict[str, object]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Text:
    """A string, with the form that it must have and the words for that form."""

    pattern: str | None = None
    words: str = "a string"

    def parse(self, value: object) -> str:
        if isinstance(value, str) and (self.pattern is None or re.fullmatch(self.pattern, value)):
            return value
        raise SettingsError(f"must be {self.words}{_given(value)}")

    def schema(self) -> dict[str, object]:
        form = {"pattern": f"^(?:{self.pattern})$"} if self.pattern else {}
        return {"type": "string", **form}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as in `.gitignore`. One that git would ignore silently is a mistake here."""

    def parse(self, value: object) -> str:
        if not isinstance(value, str):
            raise SettingsError(f"must be a pattern as in .gitignore{_given(value)}")
        pattern = value.removeprefix("!")
        if not pattern.strip() or not matches_something(pattern):
            raise SettingsError(f"must be a pattern as in .gitignore that can match{_given(value)}")
        return value

    def schema(self) -> dict[str, object]:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    def parse(self, value: object) -> str:
        if isinstance(value, str) and value in self.words:
            return value
        nearest = did_you_mean(value, self.words) if isinstance(value, str) else ""
        raise SettingsError(f"must be one of {', '.join(self.words)}{_given(value)}{nearest}")

    def schema(self) -> dict[str, object]:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Level:
    """A severity or confidence by its lower-case name."""

    levels: type[Severity] | type[Confidence]

    def parse(self, value: object) -> Severity | Confidence:
        return self.levels[self._choice().parse(value).upper()]

    def schema(self) -> dict[str, object]:
        return self._choice().schema()

    def _choice(self) -> Choice:
        return Choice(tuple(level.label for level in self.levels))


@dataclass(frozen=True, slots=True)
class Code:
    """A rule's code, a prefix of codes, or ALL; the value is in capitals whatever was written."""

    def parse(self, value: object) -> str:
        return self._text().parse(value).upper()

    def schema(self) -> dict[str, object]:
        return self._text().schema()

    def _text(self) -> Text:
        return Text(_CODE, "a code or a prefix of codes, as DET205 or DET2")


@dataclass(frozen=True, slots=True)
class Many:
    """A list of values of one kind, without repetitions. least: the fewest that it may hold."""

    kind: Kind
    least: int = 0

    def parse(self, value: object) -> tuple[object, ...]:
        if not isinstance(value, (list, tuple)):
            raise SettingsError(f"must be a list{_given(value)}")
        if len(value) < self.least:
            raise SettingsError(f"must be a list of at least {self.least}; leave it out for the default")
        return tuple(dict.fromkeys(_each(index, item, self.kind) for index, item in enumerate(value, 1)))

    def schema(self) -> dict[str, object]:
        least = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.kind.schema(), **least}


@dataclass(frozen=True, slots=True)
class Table:
    """A table from strings to values of one kind."""

    kind: Kind
    keys: Kind = Text()

    def parse(self, value: object) -> Mapping[str, object]:
        if not isinstance(value, Mapping):
            raise SettingsError(f"must be a table{_given(value)}")
        return {str(_named(key, self.keys, key)): _named(key, self.kind, item) for key, item in value.items()}

    def schema(self) -> dict[str, object]:
        keys = {key: part for key, part in self.keys.schema().items() if key != "type"}
        names: dict[str, object] = {"propertyNames": keys} if keys else {}
        return {"type": "object", "additionalProperties": self.kind.schema(), **names}


@dataclass(frozen=True, slots=True)
class Size:
    """A number of bytes, or a string with a unit."""

    def parse(self, value: object) -> int:
        return parse_size(value)

    def schema(self) -> dict[str, object]:
        return {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": f"^{_SIZE}$"}]}


VERSION = Text(_VERSION, 'a version in quotes, as "2.4"')
_DISTRIBUTIONS = {
    "pytorch": "torch",
    "pytorch-lightning": "lightning",
    "scikit-learn": "sklearn",
    "tf": "tensorflow",
    "tf-keras": "tf_keras",
}


@dataclass(frozen=True, slots=True)
class Framework:
    """The name of a framework: as it is imported, or as it is installed."""

    def parse(self, value: object) -> str:
        name = Text().parse(value).strip().lower()
        return _DISTRIBUTIONS.get(name, name)

    def schema(self) -> dict[str, object]:
        return Text().schema()


def parse_size(value: object) -> int:
    """Bytes of `2000000`, `500K`, `2M` or `2 MB`; units are powers of 1,000."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    match = re.fullmatch(_SIZE, value) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise SettingsError(f"must be a size, as 500K or 2M{_given(value)}")
    return int(match[1]) * _FACTORS[match[2].upper()]


def parse_targets(targets: Iterable[str]) -> dict[str, str]:
    """`["torch=2.4"]`, as options have it, to `{"torch": "2.4"}`; raises `SettingsError`."""
    parsed = {}
    for target in targets:
        name, equals, version = (part.strip() for part in target.partition("="))
        if not (name and equals and re.fullmatch(_VERSION, version)):
            raise SettingsError(f"a target must be a name and a version, as torch=2.4, not {target!r}")
        parsed[Framework().parse(name)] = version
    return parsed


def _each(index: int, value: object, kind: Kind) -> object:
    try:
        return kind.parse(value)
    except SettingsError as error:
        raise SettingsError(f"entry {index}: {error}") from None


def _named(name: str, kind: Kind, value: object) -> object:
    try:
        return kind.parse(value)
    except SettingsError as error:
        raise SettingsError(f"entry `{name}`: {error}") from None


def _given(value: object) -> str:
    """`, not ...`: what was given instead, short."""
    names: Sequence[tuple[type, str]] = ((dict, "a table"), (list, "a list"))
    shown = next((name for kind, name in names if isinstance(value, kind)), None)
    if isinstance(value, bool):
        shown = str(value).lower()
    text = shown or repr(value)
    return f", not {text if len(text) <= 60 else text[:57] + '...'}"
