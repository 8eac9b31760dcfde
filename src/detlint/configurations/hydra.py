"""What Hydra composes: a primary configuration, its defaults list with groups, packages and overrides.

Given a folder of configuration files and the name of the primary one; gives data. A file that is not there (a schema
of a `ConfigStore`, another package's) leaves unknown what it could say, and nothing more.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from detlint.configurations.data import UNKNOWN, Data, Items, Scalar, Table, at, merged, veiled
from detlint.configurations.yaml_data import resolved, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE = re.compile(r"\A(?:[ \t]*\n)*#[ \t]*@package[ \t]+(?P<package>[\w.]+)")
_OVERRIDE = re.compile(r"(?P<sign>\+{0,2}|~)(?P<key>[\w./@-]+)(?:=(?P<value>.*))?", re.DOTALL)
_DEEPEST = 12
_MOST_FILES = 200
Read = Callable[[str], "tuple[str, Table | None] | None"]
"""Gives the text and the data of a file, None if there is none; its data is None if it cannot be read."""
_SELF = "_self_"
_ROOT = "_global_"


@dataclass(frozen=True, slots=True)
class _Default:
    """One item of a defaults list: a configuration of a group, or the one whose list it is."""

    group: str
    options: tuple[str, ...] | None = ()
    package: str | None = None
    optional: bool = False
    is_self: bool = False


@dataclass(slots=True)
class _Config:
    """A file: its own data, its defaults list, the package that its header states."""

    data: Table
    defaults: list[_Default]
    overrides: dict[str, tuple[str, ...] | None]
    package: str | None


@dataclass(slots=True)
class _Composer:
    folder: str
    read: Read
    overrides: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    files: int = 0
    _known: dict[tuple[str, str], _Config | None] = field(default_factory=dict)

    def config(self, group: str, name: str) -> _Config | None:
        """A configuration by its group and name; None if its file is not there or cannot be read."""
        key = (group, name)
        if key not in self._known:
            self._known[key] = self._config(group, name)
        return self._known[key]

    def _config(self, group: str, name: str) -> _Config | None:
        base = os.path.join(self.folder, *group.split("/"), *name.removesuffix(".yaml").split("/"))
        found = self.read(f"{base}.yaml") or self.read(f"{base}.yml")
        if found is None:
            return None
        text, table = found
        if table is None:
            return None
        table = Table(dict(table.entries), table.open, table.place)
        listed = table.entries.pop("defaults", None)
        config = _Config(table, [], {}, None)
        header = _PACKAGE.match(text)
        config.package = header["package"] if header else None
        for item in listed.items if isinstance(listed, Items) else ():
            _add(config, group, item)
        if not any(default.is_self for default in config.defaults):
            config.defaults.append(_Default(group, is_self=True))
        return config

    def collect(self, group: str, name: str, depth: int = 0) -> None:
        """Note what the configurations in reach override in the choices of groups; the outermost wins."""
        config = self.config(group, name) if depth < _DEEPEST else None
        if config is None:
            return
        for target, options in config.overrides.items():
            self.overrides.setdefault(target, options)
        for default in config.defaults:
            for option in self._chosen(default) or ():
                self.collect(default.group, option, depth + 1)

    def _chosen(self, default: _Default) -> tuple[str, ...] | None:
        if default.is_self:
            return ()
        return self.overrides.get(default.group, default.options)

    def compose(self, group: str, name: str, package: tuple[str, ...], depth: int = 0) -> Data | None:
        """The data of a configuration with its defaults, below its package; None if it is not there."""
        self.files += 1
        config = self.config(group, name) if depth < _DEEPEST and self.files < _MOST_FILES else None
        if config is None:
            return None
        if config.package is not None:
            package = () if config.package == _ROOT else tuple(config.package.split("."))
        whole: Data = Table()
        for default in config.defaults:
            if default.is_self:
                whole = merged(whole, at(package, config.data))
                continue
            below = _below(package, default, group)
            options = self._chosen(default)
            if options is None:
                whole = _hidden(whole, below)
                continue
            for option in options:
                found = self.compose(default.group, option, below, depth + 1)
                if found is not None:
                    whole = merged(whole, found)
                elif not default.optional:
                    whole = _hidden(whole, below)
        return whole


def _below(package: tuple[str, ...], default: _Default, group: str) -> tuple[str, ...]:
    """The package of what a default brings in: as it states, else the path from the group of the list to its own."""
    if default.package is not None:
        stated = default.package
        if stated.startswith(_ROOT):
            return tuple(stated.split(".")[1:])
        return (*package, *(part for part in stated.split(".") if part != "_here_"))
    inside = default.group.removeprefix(group).strip("/") if default.group.startswith(group) else default.group
    return (*package, *(part for part in inside.split("/") if part))


def _hidden(whole: Data, package: tuple[str, ...]) -> Data:
    """Data after something out of sight was merged into a package of it."""
    if not package:
        return veiled(whole)
    table = whole if isinstance(whole, Table) else Table()
    entries = dict(table.entries)
    entries[package[0]] = _hidden(entries.get(package[0], Table()), package[1:]) if package[1:] else UNKNOWN
    return replace(table, entries=entries)


def _add(config: _Config, group: str, item: Data) -> None:
    """Add an item of a defaults list: `name`, `group: option`, `override group: option`, `group@package: option`."""
    if isinstance(item, Scalar) and isinstance(item.value, str):
        if item.value == _SELF:
            config.defaults.append(_Default(group, is_self=True))
            return
        path, _, package = item.value.partition("@")
        inner, _, name = path.rpartition("/")
        config.defaults.append(_Default(_group(group, inner), (name,), package or None))
    elif isinstance(item, Table):
        for key, value in item.entries.items():
            words = key.split()
            path, _, package = words[-1].partition("@")
            target = _group(group, path)
            if target.partition("/")[0] == "hydra":
                continue  # of Hydra itself, not of the program
            if "override" in words[:-1]:
                config.overrides[target] = _options(value)
            else:
                config.defaults.append(_Default(target, _options(value), package or None, "optional" in words[:-1]))


def _group(group: str, path: str) -> str:
    """A group as it is named in a list of another group: below that one, or from the top after a slash."""
    return path.lstrip("/") if path.startswith("/") else f"{group}/{path}".strip("/")


def _options(value: Data) -> tuple[str, ...] | None:
    """The names of the chosen options: none for null; None if that is not known."""
    items = value.items if isinstance(value, Items) else (value,)
    names: list[str] = []
    for item in items:
        if not isinstance(item, Scalar) or (isinstance(item.value, str) and "${" in item.value):
            return None
        if item.value is not None:
            names.append(str(item.value))
    return tuple(names)


def composed(folder: str, name: str, overrides: tuple[str, ...], read: Read) -> Table | None:
    """What Hydra makes of the configuration of that name; None if its file is not there or cannot be read.

    overrides: as on the command line. read: reads a file.
    """
    composer = _Composer(folder, read)
    given: Data = Table()
    for key, value in _overridden(overrides):
        if composer.config("", name) is not None and os.path.isdir(os.path.join(folder, *key.split("/"))):
            composer.overrides[key] = _options(value)
        else:
            given = merged(given, at(key.split("."), value))
    composer.collect("", name)
    whole = composer.compose("", name, ())
    if not isinstance(whole, Table):
        return None
    whole_table = merged(whole, given)
    assert isinstance(whole_table, Table)
    return resolved(whole_table)


def overridden(table: Table, overrides: tuple[str, ...]) -> Table:
    """Data after overrides as on the command line."""
    whole: Data = table
    for key, value in _overridden(overrides):
        whole = merged(whole, at(key.split("."), value))
    assert isinstance(whole, Table)
    return resolved(whole)


def _overridden(overrides: tuple[str, ...]) -> Iterator[tuple[str, Data]]:
    """The keys and values of overrides; what is taken away is unknown."""
    for text in overrides:
        match = _OVERRIDE.fullmatch(text)
        if match is None:
            continue
        table, _ = table_of(f"value: {match['value'] or ''}", "")
        value = table.get("value") if table is not None and match["sign"] != "~" else None
        yield match["key"], UNKNOWN if value is None else value
