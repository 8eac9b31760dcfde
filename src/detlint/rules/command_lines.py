"""What configuration files say to a program whose options are those of its classes: LightningCLI.

Given the call that makes the command line; gives what the files hold that the code or the project's commands name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.configurations.data import Scalar, Table, merged, veiled
from detlint.index import UNKNOWN
from detlint.index.values import Mapping

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from detlint.configurations.data import Data, Place
    from detlint.configurations.files import Configurations
    from detlint.index import FileIndex

_SUBCOMMANDS = ("fit", "validate", "test", "predict")
_DEFAULTS = "default_config_files"


@dataclass(frozen=True, slots=True)
class Option:
    """The value of an option in one run: `UNKNOWN` if only the run knows; `given` if a file says it."""

    value: object
    given: bool
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The configurations under which a program is started, one a run."""

    runs: tuple[Table, ...]

    def values(self, *path: str) -> list[Option]:
        """What an option is in each run."""
        return [_option(run, path) for run in self.runs]


def _option(run: Table, path: tuple[str, ...]) -> Option:
    for prefix in ((), *((command,) for command in _SUBCOMMANDS)):
        found = run.get(*prefix, *path)
        if isinstance(found, Scalar):
            return Option(found.value, given=True, place=found.place)
        if found is not None:
            return Option(UNKNOWN, given=True)
    return Option(UNKNOWN, given=run.open)


def command_line(index: FileIndex, call: ast.Call) -> CommandLine | None:
    """The configurations of the runs in sight: by the project's commands, else by the default files of the code."""
    files = index.modules.configurations
    if files is None:
        return None
    defaults = _defaults(index, call, files)
    commands = files.of_commands
    runs = [_together([*defaults, *given]) for given in commands] or ([_together(defaults)] if defaults else [])
    return CommandLine(tuple(runs)) if runs else None


def _together(tables: list[Table | None]) -> Table:
    whole: Data = Table()
    for table in tables:
        whole = veiled(whole) if table is None else merged(whole, table)
    return whole if isinstance(whole, Table) else Table(open=True)


def _defaults(index: FileIndex, call: ast.Call, files: Configurations) -> list[Table | None]:
    """The files of `parser_kwargs={"default_config_files": […]}`, also below a subcommand."""
    given = index.arguments(call).get("parser_kwargs")
    value = given.evaluated if given is not None else None
    return [files.table(path) for path in _paths(index, value)] if isinstance(value, Mapping) else []


def _paths(index: FileIndex, value: Mapping) -> Iterator[str]:
    for key in (_DEFAULTS, *_SUBCOMMANDS):
        entry = value.entries.get(key)
        inner = index.evaluate(entry.value) if entry is not None else None
        if key != _DEFAULTS:
            yield from _paths(index, inner) if isinstance(inner, Mapping) else ()
            continue
        listed = index.constant(entry.value) if entry is not None else None
        yield from (path for path in listed if isinstance(path, str)) if isinstance(listed, (list, tuple)) else ()
