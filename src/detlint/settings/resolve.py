"""From defaults, a settings file and options to the settings of a file.

Options win over the file, the file over the defaults; the `extend-` settings and tables of options are added to those
of the file instead.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from detlint.settings import files
from detlint.settings.errors import SettingsError, did_you_mean
from detlint.settings.kinds import parse_targets
from detlint.settings.model import KEYS, Origin, Settings
from detlint.sources.discovery import DEFAULT_EXCLUDE, Exclusion, Patterns


def options_from(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """The settings among parsed command-line options: names with underscores; None means not given.

    Repeated lists are joined, and `["torch=2.4"]` becomes a table, so that a value looks as it does in a file.
    """
    given = {key.name: namespace[key.field] for key in KEYS.values() if namespace.get(key.field) is not None}
    if not isinstance(given.get("target", {}), Mapping):
        given["target"] = parse_targets(given["target"])
    return {name: _joined(value) for name, value in given.items()}


class Resolver:
    """Gives the settings that hold in a folder; reads each settings file once.

    cwd: what patterns of options are relative to. options: as `options_from` gives them. config: one settings file for
    everything. isolated: no settings file at all.
    """

    def __init__(
        self,
        cwd: str | None = None,
        options: Mapping[str, Any] | None = None,
        *,
        config: str | None = None,
        isolated: bool = False,
    ) -> None:
        self._cwd = os.path.abspath(cwd or os.curdir)
        self._options = {name: _option(name, value) for name, value in (options or {}).items()}
        self._config = files.read(os.path.join(self._cwd, config)) if config and not isolated else None
        self._isolated = isolated
        self._finder = files.Finder()
        self._settings: dict[str | None, Settings] = {}

    def for_folder(self, folder: str) -> Settings:
        """The settings that hold for the files of a folder; raises `SettingsError`."""
        file = self._file_for(os.path.abspath(os.path.join(self._cwd, folder)))
        name = file.file if file else None
        if name not in self._settings:
            self._settings[name] = self._merged(file)
        return self._settings[name]

    def for_file(self, file: str) -> Settings:
        """The settings that hold for a file; raises `SettingsError`."""
        return self.for_folder(os.path.dirname(os.path.join(self._cwd, file)))

    def exclusion(self, folder: str) -> Exclusion:
        """What is left out of a walk in a folder: what `discover` asks for."""
        return self.for_folder(folder).exclusion

    def _file_for(self, folder: str) -> files.SettingsFile | None:
        if self._isolated or self._config:
            return self._config
        return self._finder.find(folder)

    def _merged(self, file: files.SettingsFile | None) -> Settings:
        values: dict[str, Any] = dict(_checked(file)) if file else {}
        root = os.path.dirname(file.file) if file else self._cwd
        excludes = {name: (root, values[name]) for name in ("exclude", "extend-exclude") if name in values}
        origins = {name: Origin("file", file.file) for name in values} if file else {}
        groups = [excludes["extend-exclude"]] if "extend-exclude" in excludes else []
        for name, value in self._options.items():
            values[name] = _combined(name, values.get(name), value)
            origins[name] = Origin("option", f"--{name}")
        if "extend-exclude" in self._options:
            groups.append((self._cwd, self._options["extend-exclude"]))
        if "exclude" in self._options:
            groups.append((self._cwd, self._options["exclude"]))
        else:
            groups.append(excludes.get("exclude", (root, DEFAULT_EXCLUDE)))
        return Settings(
            **{KEYS[name].field: value for name, value in values.items()},
            root=root,
            origins=origins,
            exclusion=tuple(Patterns(base, patterns) for base, patterns in groups),
        )


def _checked(file: files.SettingsFile) -> Mapping[str, Any]:
    """The values of a file as the model holds them. All that is wrong is said at once."""
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in file.table.items():
        key = KEYS.get(name)
        if key is None:
            wrong.append(f"{file.where(name)}: unknown key `{name}`{did_you_mean(name, KEYS)}")
            continue
        try:
            values[name] = key.kind.parse(value)
        except SettingsError as error:
            wrong.append(f"{file.where(name)}: `{name}` {_sentence(error)}")
    if wrong:
        raise SettingsError("\n".join(wrong))
    return values


def _option(name: str, value: object) -> object:
    try:
        return KEYS[name].kind.parse(value)
    except SettingsError as error:
        raise SettingsError(f"--{name} {_sentence(error)}") from None


def _sentence(error: SettingsError) -> str:
    """`entry 2: must be ...` becomes `(entry 2) must be ...`, to follow the name of the key."""
    text = str(error)
    place, colon, rest = text.partition(": must be ")
    return f"({place}) must be {rest}" if colon else text


def _combined(name: str, from_file: Any, option: Any) -> Any:
    if from_file is None or not (name.startswith("extend-") or isinstance(option, Mapping)):
        return option
    if isinstance(option, Mapping):
        return {**from_file, **option}
    return tuple(dict.fromkeys((*from_file, *option)))


def _joined(value: Any) -> Any:
    """`[["A"], ["B", "C"]]`, of an option that was repeated, to `["A", "B", "C"]`."""
    if isinstance(value, list) and value and all(isinstance(part, list) for part in value):
        return [item for part in value for item in part]
    return value
