"""The settings that there are: one table of keys, and the value of each for a file.

The table drives reading, checking, merging, the JSON schema and the documentation; a new setting is one entry.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from detlint.diagnostics import Applicability, Confidence, Severity
from detlint.reporters import FORMATS
from detlint.selection import longest, matches
from detlint.settings.kinds import VERSION, Choice, Code, Flag, Framework, Kind, Level, Many, Pattern, Size, Table, Text
from detlint.sources.discovery import DEFAULT_EXCLUDE, Exclusion, Patterns
from detlint.sources.source import DEFAULT_MAX_FILE_SIZE

_CODES = Many(Code())
_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_NAMES = Many(Text(_NAME, "a name with its module, as project.utils.seed_everything"))
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from. kind: default, file or option. name: the file, or the option as it is written."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.kind


DEFAULT = Origin("default")


def _key(kind: Kind, text: str, default: Any = ()) -> Any:
    metadata = {"kind": kind, "text": text}
    if default is _NOTHING:
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings as they hold for a file; the keys in files are the names here with hyphens.

    root: the folder that patterns of the settings file are relative to. origins: key to where its value came from;
    what is missing has its default. exclusion: what the three settings about files leave out of a walk.
    """

    select: tuple[str, ...] | None = _key(
        _CODES, "Codes or prefixes of the rules that report; by default all that are on by default.", None
    )
    ignore: tuple[str, ...] = _key(_CODES, "Codes or prefixes of rules that do not report.")
    extend_select: tuple[str, ...] = _key(_CODES, "Rules that report beside `select`, also such as are off by default.")
    extend_ignore: tuple[str, ...] = _key(_CODES, "Rules that do not report, beside `ignore`.")
    exclude: tuple[str, ...] = _key(
        Many(Pattern()),
        "What is left out of a walk, in the syntax of .gitignore; replaces the default list.",
        DEFAULT_EXCLUDE,
    )
    extend_exclude: tuple[str, ...] = _key(Many(Pattern()), "What is left out of a walk beside `exclude`.")
    force_exclude: bool = _key(Flag(), "Leave out excluded files also when they are named (for pre-commit).", False)
    target: Mapping[str, str] = _key(
        Table(VERSION, Framework()),
        "The versions of frameworks that the code is meant for; by default the newest known.",
        _NOTHING,
    )
    devices: tuple[str, ...] = _key(
        Many(Choice(("cuda", "cpu", "mps")), least=1), "The devices that the code is meant for.", ("cuda", "cpu")
    )
    min_confidence: Confidence = _key(
        Level(Confidence), "The least confidence at which a finding is shown.", Confidence.MEDIUM
    )
    min_severity: Severity = _key(Level(Severity), "The least severity at which a finding is shown.", Severity.WARNING)
    output_format: str = _key(Choice(FORMATS), "The form of the report.", "text")
    per_file_ignores: Mapping[str, tuple[str, ...]] = _key(
        Table(_CODES, Pattern()),
        "Patterns of files, as in .gitignore, to codes not reported in them; after a leading `!`: in all others.",
        _NOTHING,
    )
    baseline: str | None = _key(
        Text(r"\S.*", "the name of a file"),
        "A file of findings that are not reported, as `detlint baseline create` writes it.",
        None,
    )
    max_file_size: int = _key(
        Size(), "Files above this size are not read: bytes, or a string as 500K or 2M.", DEFAULT_MAX_FILE_SIZE
    )
    severity: Mapping[str, Severity] = _key(
        Table(Level(Severity), Code()),
        "Codes or prefixes to the severity that their findings have.",
        _NOTHING,
    )
    extend_safe_fixes: tuple[str, ...] = _key(_CODES, "Codes or prefixes of rules all of whose fixes are safe.")
    extend_unsafe_fixes: tuple[str, ...] = _key(
        _CODES, "Codes or prefixes of rules all of whose fixes need `--unsafe-fixes`; wins over `extend-safe-fixes`."
    )
    require_reason: bool = _key(Flag(), "Report `detlint: ignore` comments that give no reason.", False)
    seed_functions: tuple[str, ...] = _key(
        Many(
            Text(rf"{_NAME}(?:\[\w+(?:, ?\w+)*\])?", "a name as project.utils.seed_everything or project.seed[numpy]")
        ),
        "The project's own functions that seed all random states in use, as project.utils.seed_everything, or those "
        "alone that are named, as project.utils.seed_data[numpy,random].",
    )
    deterministic_functions: tuple[str, ...] = _key(
        _NAMES, "The project's own functions that turn on the deterministic modes of the frameworks in use."
    )
    entry_points: tuple[str, ...] = _key(
        Many(Text()), "Files, or functions as project.train:main, at which runs begin, beside those that are found."
    )
    tensor_functions: tuple[str, ...] = _key(_NAMES, "The project's own functions that return a torch tensor.")
    plugins: tuple[str, ...] = _key(
        Many(Text(r"\w[\w.-]*", "the name of an installed rule pack")),
        "Installed rule packs to load, by the name of their entry point.",
    )
    root: str = ""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    exclusion: Exclusion = field(default_factory=lambda: (Patterns(os.getcwd(), DEFAULT_EXCLUDE),), compare=False)

    def origin(self, key: str) -> Origin:
        """Where the value of a key came from."""
        return self.origins.get(key, DEFAULT)

    def devices_for(self, *, cpu_only: bool) -> frozenset[str]:
        """The devices that code is meant for: as stated, else those of the builds that its project installs."""
        stated = self.origin("devices").kind != "default"
        return frozenset({"cpu"} if cpu_only and not stated else self.devices)

    def ignored_in(self, file: str) -> tuple[str, ...]:
        """The codes and prefixes that `per-file-ignores` has for a file, given by its absolute path."""
        return tuple(
            code for pattern, codes in self.per_file_ignores.items() if self._matches(pattern, file) for code in codes
        )

    def severity_of(self, code: str, default: Severity) -> Severity:
        """How much findings of a code matter; the most exact key of `severity` wins."""
        chosen = max(self.severity, key=lambda selector: longest((selector,), code), default=None)
        return default if chosen is None or not matches(chosen, code) else self.severity[chosen]

    def applicability_of(self, code: str, default: Applicability) -> Applicability:
        """How safe fixes of a code are taken to be; the most exact code wins, and unsafe before safe."""
        safe, unsafe = (longest(codes, code) for codes in (self.extend_safe_fixes, self.extend_unsafe_fixes))
        if max(safe, unsafe) < 0:
            return default
        return Applicability.SAFE if safe > unsafe else Applicability.UNSAFE

    def _matches(self, pattern: str, file: str) -> bool:
        if pattern.startswith("!"):
            return not self._matches(pattern[1:], file)
        patterns = Patterns(self.root, (pattern,))
        return bool(patterns.verdict(file, is_dir=False)) or patterns.covers(os.path.dirname(file))


@dataclass(frozen=True, slots=True)
class Key:
    """What there is to know of one key. field: its name in `Settings`."""

    name: str
    field: str
    kind: Kind
    text: str
    default: Any


KEYS: Mapping[str, Key] = {
    key.name: key
    for key in (
        Key(
            item.name.replace("_", "-"),
            item.name,
            item.metadata["kind"],
            item.metadata["text"],
            _NOTHING if item.default is MISSING else item.default,
        )
        for item in fields(Settings)
        if "kind" in item.metadata
    )
}
"""All keys, in the order in which they are documented."""


def schema() -> dict[str, object]:
    """The JSON schema of a settings file, made from the table of keys; it ships as `schema.json`."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://detlint.readthedocs.io/en/stable/schema.json",
        "title": "Settings of detlint: [tool.detlint] in pyproject.toml, or detlint.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            key.name: {"description": key.text, **key.kind.schema(), **_default_of(key)} for key in KEYS.values()
        },
    }


def _default_of(key: Key) -> dict[str, object]:
    value = key.default
    if value is None:
        return {}
    if isinstance(value, (Severity, Confidence)):
        return {"default": value.label}
    if isinstance(value, Mapping):
        return {"default": dict(value)}
    return {"default": list(value) if isinstance(value, tuple) else value}
