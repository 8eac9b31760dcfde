"""Makes the project around a file: its summary, and those of the modules that it imports, read when asked for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index import FileIndex, Knowledge
from detlint.project.loader import Finder, Loader
from detlint.project.model import Project
from detlint.project.reexports import ReExports
from detlint.project.summary import Locate, ModuleSummary, Summariser
from detlint.sources.source import SourceFile, parse, read_source

if TYPE_CHECKING:
    from detlint.project.effects import EffectTable
    from detlint.project.run import Mode, Run


class FileProject(Project):
    """The project around a file whose tree is at hand: answers about its nodes."""

    def __init__(self, summariser: Summariser, loader: Loader) -> None:
        super().__init__(summariser.summarise(), loader)
        self._summariser = summariser
        self._locate = summariser.locate

    def mode_at(self, node: ast.AST, mode: str) -> list[Mode]:
        """The states of a mode (`torch`, `tensorflow`) at a node: one for each time that an entry point comes there.

        Where no entry point reaches the node, as its function and the file's top level by themselves have it.
        """
        place = self._locate(node)
        key = self._summariser.key(self._summariser.index.function(node))
        return self.modes_at(key, (place.line, place.column), mode)

    def runs_through(self, node: ast.AST) -> list[Run]:
        """The runs of entry points that come to the function around a node; if none does, of it by itself."""
        key = self._summariser.key(self._summariser.index.function(node))
        runs = [entry.run for entry in self.entry_points if (self.module.path, key) in entry.run.visits]
        return runs or [self._loose(key)]

    def key(self, function: ast.AST) -> str:
        """The key of a function of the file."""
        return self._summariser.key(function)

    def is_reached(self, node: ast.AST) -> bool:
        """Whether an entry point of the file reaches a node."""
        return self.reached(self._summariser.key(self._summariser.index.function(node)))


class ProjectBuilder:
    """Makes the projects around the files of one run; modules are summarised once, whoever imports them."""

    def __init__(self, knowledge: Knowledge, effects: EffectTable) -> None:
        self._knowledge = knowledge
        self._effects = effects
        finder = Finder()
        self._loader = Loader(finder, self._summarise)
        self._reexports = ReExports(finder, effects.libraries | knowledge.libraries)

    def index(self, tree: ast.Module, path: str, text: str) -> FileIndex:
        """The index of a file, for which names that modules of its project hand on are those of the libraries."""
        return FileIndex(tree, self._knowledge, path, text, self._reexports.resolve)

    def around(self, index: FileIndex, locate: Locate) -> FileProject:
        """The project around a file."""
        return FileProject(Summariser(index, self._effects, locate), self._loader)

    def _summarise(self, file: str, path: str) -> ModuleSummary | None:
        source = read_source(file, path)
        if not isinstance(source, SourceFile):
            return None
        tree = parse(source)
        if not isinstance(tree, ast.Module):
            return None
        try:
            return self._summary_of(tree, source)
        except RecursionError:
            # Too deep a tree, as generated code has: then nothing is known of the module.
            return None

    def _summary_of(self, tree: ast.Module, source: SourceFile) -> ModuleSummary:
        index = self.index(tree, source.path, source.text)
        summary = Summariser(index, self._effects, lambda node: source.location(_placed(node, index))).summarise()
        summary.functions.settle()
        index.release()
        return summary


def _placed(node: ast.AST, index: FileIndex) -> ast.expr:
    """The node itself, or the nearest one around it that has a place."""
    current: ast.AST | None = node
    while current is not None and not hasattr(current, "lineno"):
        current = index.parent(current)
    assert current is not None
    return current  # type: ignore[return-value]
