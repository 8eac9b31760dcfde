"""The entry points of a whole project: who else comes to a function than the file that it stands in.

Asked only where a file's own entry points do not answer. Files that cannot be entry points are told by their text.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import TYPE_CHECKING

from detlint.project.model import Project
from detlint.project.places import is_test
from detlint.sources.discovery import discover
from detlint.sources.source import SourceFile, read_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detlint.project.links import Links
    from detlint.project.loader import Finder, Loader
    from detlint.project.model import EntryPoint

# A guard, a command of a library for command lines, or a call at the top level.
_MAY_START = re.compile(
    r"__main__|\bclick\b|\btyper\b|\bhydra\b|^(?!def |class |import |from |async |@|#|\s)[^\n#]*\(", re.M
)
_ENTRY_TEXT = re.compile(r"""["']\s*[\w.-]+\s*=\s*([\w.]+)\s*:\s*([\w.]+)""")


class ProjectEntries:
    """The entry points of the project at `root`, and the functions that its metadata makes commands."""

    def __init__(self, root: str, finder: Finder, loader: Loader, links: Links) -> None:
        self.root = root
        self._finder = finder
        self._loader = loader
        self._links = links

    @cached_property
    def is_package(self) -> bool:
        """Whether the project has metadata, so that others install and import it."""
        text = self._text("pyproject.toml")
        return bool(re.search(r"^\[(project|tool\.poetry)\]", text, re.M)) or any(
            os.path.isfile(os.path.join(self.root, name)) for name in ("setup.py", "setup.cfg")
        )

    @cached_property
    def commands(self) -> dict[str, tuple[str, ...]]:
        """The functions that console scripts run, by the real path of the file that is named."""
        found: dict[str, tuple[str, ...]] = {}
        for module, function in self._scripts():
            file = self._finder.file(os.path.join(self.root, "setup.py"), module)
            if file is not None:
                found[file] = (*found.get(file, ()), function)
        return found

    def _scripts(self) -> Iterator[tuple[str, str]]:
        text = self._text("pyproject.toml")
        if "scripts" in text:
            yield from _pyproject_scripts(text)
        for name in ("setup.cfg", "setup.py"):
            text = self._text(name)
            if "console_scripts" in text:
                lines = text if name == "setup.py" else re.sub(r"^\s+([\w.-]+\s*=)", r'"\1', text, flags=re.M)
                yield from _ENTRY_TEXT.findall(lines)

    @cached_property
    def entry_points(self) -> list[EntryPoint]:
        """The entry points of all files of the project, by path."""
        return list(self.each())

    def each(self, chosen: Callable[[str, str], bool] | None = None) -> Iterator[EntryPoint]:
        """The entry points one by one, for who does not need all of them: files are summarised as they are asked for.

        chosen: which files are of interest, by their path in the project and their text.
        """
        if chosen is None and "entry_points" in self.__dict__:
            yield from self.entry_points
            return
        for file in discover([self.root]).files:
            if file.kind != "python" or is_test(file.path):
                continue
            text = _text_of(file.file)
            if not self.may_start(file.file, text):
                continue
            if chosen is not None and not chosen(os.path.relpath(file.file, self.root).replace(os.sep, "/"), text):
                continue
            project = self.around(file.file)
            if project is not None:
                yield from project.entry_points

    def may_start(self, file: str, text: str) -> bool:
        """Whether a program can start in a file, as far as its text and the project's metadata tell."""
        return os.path.realpath(file) in self.commands or _MAY_START.search(text) is not None

    def around(self, file: str) -> Project | None:
        """The project around one of its files; None if the file cannot be parsed."""
        real = os.path.realpath(file)
        module = self._loader.of_file(real)
        return None if module is None else Project(module, self._links, self.commands.get(real, ()))

    def _text(self, name: str) -> str:
        return _text_of(os.path.join(self.root, name))


def _text_of(file: str) -> str:
    source = read_source(file)
    return source.text if isinstance(source, SourceFile) else ""


def _pyproject_scripts(text: str) -> Iterator[tuple[str, str]]:
    from detlint import toml

    try:
        data = toml.loads(text)
    except toml.TOMLDecodeError:
        return
    tables = (data.get("project", {}), data.get("tool", {}).get("poetry", {}))
    for table in tables:
        for key in ("scripts", "gui-scripts"):
            scripts = table.get(key, {})
            for target in scripts.values() if isinstance(scripts, dict) else ():
                module, _, function = str(target).partition(":")
                if function:
                    yield module.strip(), function.strip()
