"""The files around a file of code: where its project begins, which versions it pins, what it sets, what it starts.

Given a path; gives the project's files, each read once a run. Nothing is executed, git is not asked, and no file is
written. What cannot be read says nothing.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from detlint.environment.scripts import METADATA, scripts_of
from detlint.sources.contents import read_bytes
from detlint.sources.source import SourceFile, read_source
from detlint.versions import Target, Targets, Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.environment.facts import Command, Facts, Include, Requirement, Variable
    from detlint.environment.formats import Format

_MARKERS = frozenset({"pyproject.toml", "setup.cfg", "setup.py", "MLproject", "Pipfile", "pixi.toml"})
_MARKER = re.compile(r"(?:environment|conda)\.ya?ml|(?:[^/]*[-_.])?requirements?(?:[-_.][^/]*)?\.txt")
_CPU_INDEX = re.compile(r"pytorch\.org/whl/(?:nightly/)?cpu\b|\+cpu$")
_HIGHEST = 16
_READ_AT_START = frozenset({"PYTHONHASHSEED"})
"""Variables that the interpreter reads when it starts, and never again."""
_BESIDE = re.compile(r"requirements?|reqs|conda|envs?|environments?|deps")
_OF_PIP = frozenset({"requirements", "constraints"})
_DEEPEST_INCLUDE = 8
_MOST_ENTRIES = 20_000
_DEEPEST = 6
_MAX_SIZE = 8_000_000


@dataclass(frozen=True)
class ConfigFile:
    """A file around the code. file: to open it. path: relative to the root of the project, with slashes."""

    file: str
    path: str
    format: Format
    given: str | None = field(default=None, compare=False)

    @classmethod
    def of(cls, file: str, root: str, form: Format, text: str) -> ConfigFile:
        """A file whose text is at hand."""
        path = os.path.relpath(file, root) if root else file
        return cls(file, path.replace(os.sep, "/"), form, text)

    @cached_property
    def text(self) -> str:
        """Its text; empty if it cannot be read."""
        return read_text(self.file) if self.given is None else self.given

    @cached_property
    def facts(self) -> Facts:
        """What it says."""
        return self.format.read(self.text)

    @property
    def shown(self) -> str:
        """Its path as reports show it."""
        return _shown(self.file)


def read_text(file: str) -> str:
    """The text of a file; empty if it cannot be read. A byte that is no UTF-8 does not hide the rest."""
    try:
        data = read_bytes(file, _MAX_SIZE)
    except (OSError, ValueError):
        return ""
    return "" if data is None else data.decode("utf-8-sig", "replace")


@dataclass(frozen=True, slots=True)
class Declared:
    """A requirement, and the file that it stands in."""

    file: ConfigFile
    requirement: Requirement


@dataclass(frozen=True, slots=True)
class Start:
    """A command of a file around the code that starts a program, given by its absolute path."""

    file: ConfigFile
    command: Command
    program: str


_ON_GPUS = ("torch", "tensorflow", "jax")


def _for_cpu(declared: Declared) -> bool:
    """Whether a requirement brings a build that runs on the CPU only: by its name, its version or the index."""
    requirement, facts = declared.requirement, declared.file.facts
    indexes = [*facts.indexes, requirement.specifier]
    named = requirement.name.endswith("-cpu") or requirement.pin.endswith("+cpu")
    return (
        named
        or any(_CPU_INDEX.search(index) for index in indexes)
        or any(other.name == "cpuonly" for other in facts.requirements)
    )


class ProjectFiles:
    """The files around the code of one project. parent: the project around it, in the same repository."""

    def __init__(self, root: str, parent: ProjectFiles | None = None) -> None:
        self.root = root
        self.parent = parent
        self._includes: dict[str, list[tuple[Include, ConfigFile]]] = {}

    @cached_property
    def scripts(self) -> tuple[tuple[str, str], ...]:
        """The functions that the project's metadata makes commands, each with its module."""
        found: list[tuple[str, str]] = []
        for name in METADATA:
            source = read_source(os.path.join(self.root, name))
            if isinstance(source, SourceFile):
                found += scripts_of(name, source.text)
        return tuple(found)

    @cached_property
    def script_words(self) -> frozenset[str]:
        """The names of the modules and packages in which commands of the project's metadata start."""
        return frozenset(part for module, _ in self.scripts for part in module.split("."))

    @cached_property
    def dependency_files(self) -> list[ConfigFile]:
        """The files that declare dependencies, those first that count most, with those that they include."""
        from detlint.environment.formats import is_aside

        found = {file.file: file for file in self._listed()}
        for file in list(found.values()):
            for include in self._included(file):
                found.setdefault(include.file, include)
        return sorted(found.values(), key=lambda file: (is_aside(file.path), file.format.rank, file.path))

    def _listed(self) -> Iterator[ConfigFile]:
        for name, is_dir in _entries(self.root):
            if not is_dir:
                yield from self._config_file(name)
            elif _BESIDE.fullmatch(name):
                for inner, inner_is_dir in _entries(os.path.join(self.root, name)):
                    if not inner_is_dir:
                        yield from self._config_file(f"{name}/{inner}")

    def _config_file(self, path: str) -> Iterator[ConfigFile]:
        from detlint.environment.formats import NO_VERSIONS, format_of

        found = format_of(path)
        if found is not None and found.rank < NO_VERSIONS:
            yield ConfigFile(os.path.join(self.root, *path.split("/")), path, found)

    def _included(self, file: ConfigFile, depth: int = 0) -> Iterator[ConfigFile]:
        for _, other in self.includes(file) if depth < _DEEPEST_INCLUDE else ():
            yield other
            yield from self._included(other, depth + 1)

    def includes(self, file: ConfigFile) -> list[tuple[Include, ConfigFile]]:
        """The files of requirements and constraints that a file names, as far as they are there.

        Paths are relative to the file; those of commands in other files also to the project.
        """
        if file.file not in self._includes:
            found = ((include, self._named(file, include)) for include in file.facts.includes)
            self._includes[file.file] = [(include, other) for include, other in found if other is not None]
        return self._includes[file.file]

    def _named(self, file: ConfigFile, include: Include) -> ConfigFile | None:
        from detlint.environment.formats import FORMATS

        wanted = {"requirements": "requirements", "constraints": "constraints", "environment": "conda"}
        name = wanted.get(include.kind)
        if name is None or "://" in include.path or os.path.isabs(include.path):
            return None
        row = next(row for row in FORMATS if row.name == name)
        folder = os.path.dirname(file.file)
        for base in (folder,) if file.format.name in _OF_PIP else (folder, self.root):
            target = os.path.normpath(os.path.join(base, include.path))
            relative = os.path.relpath(target, self.root).replace(os.sep, "/")
            if os.path.isfile(target) and not relative.startswith("../.."):
                return ConfigFile(target, relative, row)
        return None

    def pins(self, file: ConfigFile, name: str, depth: int = 0) -> bool:
        """Whether a distribution has one version wherever a file is installed.

        By the file, by what it includes, or by each of the files that include it: these are installed together.
        """
        if self._pins(file, name):
            return True
        around = [
            other for other in self.dependency_files if any(each.file == file.file for _, each in self.includes(other))
        ]
        return bool(around) and depth < _DEEPEST_INCLUDE and all(self.pins(other, name, depth + 1) for other in around)

    def _pins(self, file: ConfigFile, name: str, depth: int = 0) -> bool:
        own = file.facts.requirements if file.format.name in _OF_PIP else ()
        return any(item.name == name and (item.pin or item.fixed) for item in own) or any(
            self._pins(other, name, depth + 1)
            for include, other in (self.includes(file) if depth < _DEEPEST_INCLUDE else ())
            if include.kind == "constraints" or file.format.name in _OF_PIP
        )

    # --------------------------------------------------------------------------------------------------------- files
    @cached_property
    def files(self) -> list[ConfigFile]:
        """All files around the code in the project's folder and below."""
        found = {file.file: file for file in self._walked()}
        for file in [*found.values()]:
            for include in file.facts.includes if "env_file" in file.text else ():
                if include.kind == "variables":
                    target = os.path.normpath(os.path.join(os.path.dirname(file.file), include.path))
                    if os.path.isfile(target):
                        found.setdefault(target, ConfigFile(target, include.path, _dotenv()))
        return list(found.values())

    def _walked(self) -> Iterator[ConfigFile]:
        """Breadth first, so that a folder of data does not hide what stands beside it."""
        from detlint.environment.formats import config_format
        from detlint.sources.discovery import DEFAULT_EXCLUDE

        folders, seen = [("", 0)], 0
        for folder, depth in folders:
            entries = _entries(os.path.join(self.root, folder))
            seen += len(entries)
            if seen > _MOST_ENTRIES:
                return
            for name, is_dir in entries:
                path = f"{folder}{name}"
                file = os.path.join(self.root, *path.split("/"))
                if is_dir:
                    if depth < _DEEPEST and name not in DEFAULT_EXCLUDE and not os.path.islink(file):
                        folders.append((f"{path}/", depth + 1))
                elif (found := config_format(file)) is not None:
                    yield ConfigFile(file, path, found)

    @cached_property
    def _nested(self) -> tuple[str, ...]:
        """The folders of projects inside of this one."""
        folders: dict[str, set[str]] = {}
        for file in self.files:
            folder, _, name = file.path.rpartition("/")
            folders.setdefault(folder, set()).add(name)
        return tuple(f"{folder}/" for folder, names in folders.items() if folder and is_root(names))

    # ----------------------------------------------------------------------------------------------------- variables
    def variables(self, name: str) -> Iterator[Setting]:
        """Where an environment variable is set: in the project, and beside it in those around it."""
        for file in self.files:
            if name in file.text:
                yield from (Setting(file, item) for item in file.facts.variables if item.name == name)
        above = self.parent
        while above is not None:
            for file in above.files:
                if name in file.text and not file.path.startswith(above._nested):
                    yield from (Setting(file, item) for item in file.facts.variables if item.name == name)
            above = above.parent

    def sets(self, name: str, program: str = "") -> bool:
        """Whether a variable is set before the interpreter starts. program: the path of what it starts with.

        What is set for one command only counts for the program that it names, if it names one.
        """
        return any(item.holds_for(program) for item in self.variables(name))

    # ------------------------------------------------------------------------------------------------------ commands
    @cached_property
    def commands(self) -> list[tuple[ConfigFile, Command]]:
        """The commands that files of the project run, those first that stand first."""
        return [(file, command) for file in self.files if _starts_python(file) for command in file.facts.commands]

    @cached_property
    def starts(self) -> list[Start]:
        """The commands that start a program of the project, those first that stand first."""
        found: list[Start] = []
        for file, command in self.commands:
            for path in programs_of(command.text) if _STARTS.search(command.text) else ():
                for base in (self.root, os.path.dirname(file.file)):
                    target = os.path.normpath(os.path.join(base, path))
                    if os.path.isfile(target):
                        found.append(Start(file, command, target))
                        break
        return found

    @cached_property
    def programs(self) -> frozenset[str]:
        """The files of the project that a command starts, by absolute path."""
        return frozenset(start.program for start in self.starts)

    # ------------------------------------------------------------------------------------------------------ versions
    @cached_property
    def declared(self) -> dict[str, list[Declared]]:
        """All requirements on frameworks by the framework's name, those first that count most."""
        from detlint.environment.frameworks import framework_of

        found: dict[str, list[Declared]] = {}
        for file in self.dependency_files:
            for requirement in file.facts.requirements:
                framework = framework_of(requirement)
                if framework is not None:
                    found.setdefault(framework.name, []).append(Declared(file, requirement))
        return found

    def is_for_cpu(self, code: str) -> bool:
        """Whether the frameworks that a text of Python mentions are all installed as builds for the CPU.

        Of a text that mentions none, whether all are that the project declares.
        """
        used = [name for name in _ON_GPUS if name in code] or self._installed.keys()
        return bool(used) and all(self._installed.get(name, False) for name in used)

    @cached_property
    def _installed(self) -> dict[str, bool]:
        """The frameworks that could use a GPU, as the project declares them: whether all are builds for the CPU.

        What is installed for tests and documents tells nothing of where the code is meant to run.
        """
        from detlint.environment.formats import is_aside

        found = {
            name: [_for_cpu(item) for item in self.declared.get(name, ()) if not is_aside(item.file.path)]
            for name in _ON_GPUS
        }
        return {name: all(builds) for name, builds in found.items() if builds}

    def targets(self, newest: dict[str, str]) -> dict[str, Target]:
        """The versions that the project states, by framework; newest: those that the rules know."""
        found = dict(self.parent.targets(newest)) if self.parent else {}
        for name, declared in self.declared.items():
            target = _stated(name, declared, newest.get(name, ""))
            if target is not None:
                found[name] = target
        return found


def _stated(name: str, declared: list[Declared], newest: str) -> Target | None:
    """What the first file says that pins a framework or limits it; else the newest that any range allows."""
    files = list(dict.fromkeys(item.file for item in declared))
    fallback: Target | None = None
    for file in files:
        items = [item for item in declared if item.file == file]
        target = _pinned(items)
        if target is None:
            target = _ranged(name, items, newest)
            if target is not None and newest and target.version >= newest:
                fallback, target = fallback or target, None
        if target is not None:
            return target
    return fallback


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable that a file sets."""

    file: ConfigFile
    variable: Variable

    def holds_for(self, program: str) -> bool:
        """Whether a program that starts with a file is started with it."""
        if self.variable.scope == "stage" or (
            self.variable.scope == "process" and self.variable.name in _READ_AT_START
        ):
            return False
        named = programs_of(self.variable.command) if self.variable.scope == "command" and program else []
        wanted = os.path.abspath(program).replace(os.sep, "/")
        return not named or any(wanted.endswith(f"/{path.rpartition('/')[2]}") for path in named)


_PROGRAM = re.compile(r"(?:^|[\s\"'=/])(?P<path>[\w./+-]+\.py)(?![\w.])|\s-m\s+(?P<module>[A-Za-z_][\w.]*)")
_STARTS = re.compile(
    r"(?:^|[\s\"'/;&|])(?:python[\d.]*|torchrun|accelerate\s+launch|deepspeed|horovodrun|mpirun|mpiexec|srun|uv\s+run|"
    r"poetry\s+run|pipenv\s+run|ipython3?)[\s\"']|^\s*\.?/?[\w./-]+\.py\b"
)
_LAUNCHERS = frozenset(
    {"torch.distributed.run", "torch.distributed.launch", "accelerate.commands.launch", "pip", "pytest"}
)


def programs_of(command: str) -> list[str]:
    """The Python files that a command names, by path or as a module, relative to where it runs."""
    found: list[str] = []
    for match in _PROGRAM.finditer(command):
        if match["path"]:
            found.append(match["path"])
        elif match["module"] not in _LAUNCHERS:
            path = match["module"].replace(".", "/")
            found += [f"{path}.py", f"{path}/__main__.py"]
    return found


def _starts_python(file: ConfigFile) -> bool:
    return "python" in file.text or ".py" in file.text or "-m" in file.text


def _dotenv() -> Format:
    from detlint.environment.formats import FORMATS

    return next(row for row in FORMATS if row.name == "dotenv")


def _pinned(declared: list[Declared]) -> Target | None:
    """The newest pin."""
    pins = [(version, item) for item in declared if (version := _version(item.requirement.pin)) is not None]
    if not pins:
        return None
    version, item = max(pins, key=lambda pin: pin[0])
    return Target(version, _source(item))


def _ranged(name: str, declared: list[Declared], newest: str) -> Target | None:
    """The newest version that a range allows."""
    from detlint.environment.frameworks import newest_allowed

    best: Target | None = None
    for item in declared:
        specifier = item.requirement.specifier
        version = _version(newest_allowed(name, specifier, newest)) if specifier else None
        if version is not None and (best is None or version > best.version):
            best = Target(version, f"the newest that {_source(item)} allows: {specifier}")
    return best


def _version(text: str) -> Version | None:
    try:
        return Version(text) if text else None
    except ValueError:
        return None


def _source(item: Declared) -> str:
    return f"{_shown(item.file.file)}:{item.requirement.location.line}"


def _shown(file: str) -> str:
    from detlint.sources.discovery import shown_path

    return shown_path(file, os.curdir)


def _entries(folder: str) -> list[tuple[str, bool]]:
    """The names in a folder, in order, and whether each is a folder; nothing if it cannot be listed."""
    try:
        with os.scandir(folder) as scan:
            return sorted((entry.name, entry.is_dir()) for entry in scan)
    except OSError:
        return []


class Surroundings:
    """The projects around the files of one run; each is looked at once."""

    def __init__(self) -> None:
        self._projects: dict[str, ProjectFiles | None] = {}
        self._targets: dict[tuple[str, int], Targets] = {}

    def at(self, root: str) -> ProjectFiles:
        """The project at a root."""
        return self.of(os.path.join(root, "setup.py"))

    def of(self, file: str) -> ProjectFiles:
        """The project around a file, given by its absolute path."""
        folder = os.path.dirname(os.path.abspath(file))
        return self._at(folder) or self._made(folder, None)

    def targets(self, project: ProjectFiles, base: Targets) -> Targets:
        """The versions that a project's code is meant for: as stated in `base`, else as its files declare them."""
        key = (project.root, id(base))
        if key not in self._targets:
            self._targets[key] = Targets({**project.targets(dict(base.newest)), **base.given}, base.newest)
        return self._targets[key]

    def _made(self, root: str, parent: ProjectFiles | None) -> ProjectFiles:
        self._projects[root] = project = ProjectFiles(root, parent)
        return project

    def _at(self, folder: str, height: int = 0) -> ProjectFiles | None:
        """The project of the files of a folder; None if nothing up to the top of the file system makes one."""
        if folder in self._projects:
            return self._projects[folder]
        above = os.path.dirname(folder)
        found: ProjectFiles | None = None
        if above != folder and height < _HIGHEST and folder != os.path.expanduser("~"):
            names = {name for name, _ in _entries(folder)}
            top = ".git" in names
            if top or is_root(names):
                found = ProjectFiles(folder, None if top else self._at(above, height + 1))
            else:
                found = self._at(above, height + 1)
        self._projects[folder] = found
        return found


def is_root(names: set[str]) -> bool:
    """Whether a folder with files of these names is the root of a project."""
    return not _MARKERS.isdisjoint(names) or any(_MARKER.fullmatch(name) for name in names)
