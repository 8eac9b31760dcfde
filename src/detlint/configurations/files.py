"""The configuration files that a file of code names, found in its project and read once a run.

Given the path of a file of code and what it names; gives data, None where there is no such file in the project or it
cannot be read.
"""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from detlint.configurations import python_data, yaml_data
from detlint.configurations.data import UNKNOWN, Data, Scalar, Table, at, merged
from detlint.configurations.hydra import composed, overridden
from detlint.environment.project import programs_of, read_text
from detlint.sources.discovery import discover, shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.environment.project import Surroundings

HERE = "<here>"
"""At the beginning of a path: the folder of the file of code."""
_FLAGS = ("--config", "-c")
_SEPARATING = frozenset({"&&", "||", "|", ";", "&", ">", ">>", "2>&1"})
_HYDRA_MAIN = re.compile(
    r"^@hydra\.main\((?P<arguments>[^()]*)\)\s*\n(?:@[^\n]*\n)*(?:async )?def (?P<function>\w+)\(\s*(?P<given>\w+)",
    re.M,
)
_STATED = re.compile(r"\b(config_path|config_name)\s*=\s*(?:[\"']([^\"']*)[\"']|None)")


@dataclass(frozen=True, slots=True)
class HydraProgram:
    """A program that Hydra starts: its file and text, the folder and the name of its configuration, what holds it."""

    file: str
    text: str
    folder: str
    name: str
    given: str

    def hands_on(self, function: str) -> bool:
        """Whether it calls a function with all that it was given."""
        call = rf"\b{re.escape(function)}\(\s*(?:\w+\s*=\s*)?{re.escape(self.given)}\s*[,)]"
        return bool(function) and re.search(call, self.text) is not None


class ConfigurationFiles:
    """The configuration files of one run."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self._known: dict[str, tuple[str, Table | None] | None] = {}
        self._composed: dict[tuple[str, str, tuple[str, ...]], Table | None] = {}
        self._notes: list[str] = []
        self._programs: dict[str, tuple[HydraProgram, ...]] = {}

    def read(self, file: str) -> tuple[str, Table | None] | None:
        """The text of a file and what it holds as it is written; None if there is none."""
        if file not in self._known:
            self._known[file] = None  # of what is based on itself nothing is known
            self._known[file] = self._read(file) if os.path.isfile(file) else None
        return self._known[file]

    def _read(self, file: str) -> tuple[str, Table | None]:
        text, shown = read_text(file), shown_path(file, os.curdir)
        if file.endswith(".py"):
            folder = os.path.dirname(file)
            table = python_data.table_of(text, shown, lambda name: self.table(os.path.normpath(f"{folder}/{name}")))
            wrong = "not valid Python"
        else:
            table, wrong = yaml_data.table_of(text, shown)
        if table is None and wrong:
            self._notes.append(f"{shown}: {wrong}: what it configures is not known")
        return text, table

    def table(self, file: str) -> Table | None:
        """The data of a file in YAML, JSON or Python."""
        found = self.read(file)
        return None if found is None or found[1] is None else yaml_data.resolved(found[1])

    def composed(self, folder: str, name: str, overrides: tuple[str, ...]) -> Table | None:
        """What Hydra composes in a folder."""
        key = (folder, name, overrides)
        if key not in self._composed:
            self._composed[key] = composed(folder, name, overrides, self.read)
        return self._composed[key]

    def hydra_programs(self, root: str) -> tuple[HydraProgram, ...]:
        """The programs of a project that Hydra starts, as far as their texts state their configurations."""
        if root not in self._programs:
            found = (_hydra_program(file.file) for file in discover([root]).files if file.kind == "python")
            self._programs[root] = tuple(program for program in found if program is not None)
        return self._programs[root]

    def new_notes(self) -> list[str]:
        """What could not be read, each told once."""
        notes, self._notes = self._notes, []
        return notes


class Configurations:
    """The configuration files as one file of code sees them."""

    def __init__(self, path: str, files: ConfigurationFiles) -> None:
        """`path` is the file of code."""
        self._path = path
        self._files = files

    @cached_property
    def _file(self) -> str:
        return os.path.realpath(self._path)

    @cached_property
    def _folder(self) -> str:
        return os.path.dirname(self._file)

    @cached_property
    def _root(self) -> str:
        return os.path.realpath(self._files.surroundings.of(self._file).root)

    def table(self, path: str) -> Table | None:
        """What a file holds that the code opens by a path: relative to the project or to its own folder."""
        found = {file for file in self._candidates(path) if os.path.isfile(file)}
        return self._files.table(found.pop()) if len(found) == 1 else None

    def _candidates(self, path: str) -> Iterator[str]:
        if path.startswith(HERE):
            bases, path = [self._folder], path.removeprefix(HERE).lstrip("/")
        else:
            bases = [self._root, self._folder]
        for base in bases:
            target = os.path.normpath(os.path.join(base, path))
            if target.startswith(os.path.join(self._root, "")) and not os.path.isabs(path):
                yield target

    @property
    def path(self) -> str:
        """The path of the file of code."""
        return self._path

    def started(self, folder: str, name: str, stored: Table | None = None) -> Table | None:
        """What Hydra gives a program, with what the project's commands that start it override.

        stored: what the program itself has stored under the name.
        """
        overrides = _common([_overrides(words) for words in self.started_with])
        found = self.composed(folder, name, overrides)
        return found if found is not None or stored is None else overridden(stored, overrides)

    def handed_on(self, function: str) -> Table | None:
        """What the one program of the project hands to a function that Hydra has given it as it is; never all of it."""
        programs = self._files.hydra_programs(self._root)
        if len(programs) != 1:
            return None
        program = programs[0]
        if program.file == self._file or not program.hands_on(function):
            return None
        found = Configurations(program.file, self._files).started(program.folder, program.name)
        return None if found is None else Table(found.entries, open=True, place=found.place)

    @cached_property
    def started_with(self) -> tuple[tuple[str, ...], ...]:
        """What follows the name of the file in each command of the project that starts it."""
        starts = self._files.surroundings.of(self._file).starts
        texts = [start.command.text for start in starts if os.path.realpath(start.program) == self._file]
        stem = os.path.basename(self._file).removesuffix(".py")
        return tuple(words for text in texts if (words := _after(text, stem)) is not None)

    def always_gives(self, flag: str) -> bool:
        """Whether each command of the project that starts the file, of one at least, gives an option a value."""
        return bool(self.started_with) and all(
            any(word == flag or word.startswith(f"{flag}=") for word in words) for words in self.started_with
        )

    def composed(self, folder: str, name: str, overrides: tuple[str, ...] = ()) -> Table | None:
        """What Hydra composes in a folder, given relative to the file of code."""
        target = os.path.normpath(os.path.join(self._folder, folder.removeprefix(HERE).lstrip("/")))
        if os.path.isabs(folder) or not os.path.join(target, "").startswith(os.path.join(self._root, "")):
            return None
        return self._files.composed(target, name, overrides)

    @cached_property
    def of_commands(self) -> tuple[tuple[Table | None, ...], ...]:
        """For each command of the project that starts the file, the files that it names by `--config`, and options.

        Commands that give neither are left out.
        """
        name = os.path.basename(self._file)
        stem = name.removesuffix(".py")
        found: list[tuple[Table | None, ...]] = []
        for file, command in self._files.surroundings.of(self._file).commands:
            base = os.path.dirname(file.file)
            if name in command.text and any(self._is_this(path, base) for path in programs_of(command.text)):
                given = [self.table(path) for path in _given(command.text)]
                options = _options(_after(command.text, stem) or ())
                if given or options.entries:
                    found.append((*given, options))
        return tuple(found)

    def _is_this(self, path: str, base: str) -> bool:
        return any(os.path.realpath(os.path.join(folder, path)) == self._file for folder in (self._root, base))


def _hydra_program(file: str) -> HydraProgram | None:
    text = read_text(file)
    match = _HYDRA_MAIN.search(text) if "hydra.main" in text else None
    if match is None:
        return None
    stated = dict(_STATED.findall(match["arguments"]))
    return HydraProgram(file, text, stated.get("config_path") or ".", stated.get("config_name", ""), match["given"])


def _given(command: str) -> list[str]:
    """The configuration files that a command line names."""
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    found = [word.partition("=")[2] for word in words if word.startswith(tuple(f"{flag}=" for flag in _FLAGS))]
    return found + [after for word, after in pairwise(words) if word in _FLAGS]


def _options(words: tuple[str, ...]) -> Table:
    """What the options of a command line say, by the parts of their names: `--trainer.deterministic=true`."""
    found: Data = Table()
    for word, after in zip(words, (*words[1:], "--"), strict=True):
        name, equals, value = word.removeprefix("--").partition("=")
        if word.startswith("--") and name and f"--{name}" not in _FLAGS:
            text = value if equals else "true" if after.startswith("--") else after
            found = merged(found, at(name.split("."), _constant(text)))
    return found if isinstance(found, Table) else Table()


def _constant(text: str) -> Data:
    """The constant that an option is given as text; what a shell or a template fills in is unknown."""
    if any(sign in text for sign in "${"):
        return UNKNOWN
    words: dict[str, object] = {"true": True, "false": False, "null": None, "none": None}
    if text.lower() in words:
        return Scalar(words[text.lower()])
    return Scalar(int(text) if re.fullmatch(r"-?\d+", text) else text)


def _after(command: str, stem: str) -> tuple[str, ...] | None:
    """The words of a command line behind the program that it starts."""
    try:
        words = shlex.split(command, comments=True)
    except ValueError:
        return None
    places = [place for place, word in enumerate(words) if re.search(rf"(?:^|[/.]){re.escape(stem)}(?:\.py)?$", word)]
    if not places:
        return None
    rest = words[places[0] + 1 :]
    end = next((place for place, word in enumerate(rest) if word in _SEPARATING or word.endswith(";")), len(rest))
    return tuple(rest[:end])


def _overrides(words: tuple[str, ...]) -> dict[str, str]:
    """What a command line overrides of Hydra's, by its key; what only a run knows is taken away."""
    found: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if equals and not word.startswith("-") and not key.lstrip("+~").startswith("hydra"):
            unknown = any(sign in value for sign in "${,")
            found[key.lstrip("+~")] = f"~{key.lstrip('+~')}" if unknown or word.startswith("~") else word
    return found


def _common(runs: list[dict[str, str]]) -> tuple[str, ...]:
    """The overrides of several commands: what they do not agree about is taken away."""
    found: dict[str, str] = {}
    for key in (key for run in runs for key in run):
        said = {run.get(key) for run in runs}
        only = said.pop() if len(said) == 1 else None
        found[key] = only or f"~{key}"
    return tuple(found.values())
