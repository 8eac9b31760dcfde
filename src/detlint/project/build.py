"""Makes the project around a file: its summary, and those of the modules that it imports, read when asked for."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, TypeVar, cast

from detlint.configurations.files import ConfigurationFiles, Configurations
from detlint.environment.project import Surroundings, is_root
from detlint.index import FileIndex, Modules
from detlint.index.structured import Scope
from detlint.project.constants import Constants
from detlint.project.entries import ProjectEntries
from detlint.project.helpers import TENSOR
from detlint.project.links import Links
from detlint.project.loader import Finder, Loader, shown
from detlint.project.model import Project
from detlint.project.namesakes import Namesakes
from detlint.project.products import ClassThere, Product, Products
from detlint.project.reexports import ReExports
from detlint.project.summarise import Locate, Summariser
from detlint.project.summary import Functions, FunctionSummary, ModuleSummary, Step
from detlint.project.texts import ModuleTexts, noise_of
from detlint.sources.code import code_of
from detlint.sources.source import SourceFile, parse, read_source
from detlint.triggers import may_start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from detlint.project.effects import Effect
    from detlint.project.model import EntryPoint
    from detlint.project.run import Mode, Run
    from detlint.registry import Registry


_OPEN_AT_ONCE = 40
"""Modules whose trees are kept while a file is checked, since most of their functions are never asked for."""
_REOPENED_AT_MOST = 3
"""How often a module is read again before all of its functions are summarised."""


_MAY_CHANGE_MODES = tuple(
    (word, re.compile(pattern))
    for word, pattern in (
        ("determinis", r"(?:use|full)_determinis|op_determinism|deterministic_ops"),
        ("determinis", r"determinis\w*[ \t]*(?:\(|=(?!=)(?![ \t]*(?:\w+\.)*deterministic\b))"),
        ("reprod", r"reprod\w*[ \t]*\("),
        ("seed", r"seed\w*[ \t]*\("),
        ("set", r"set_?up(?:_env|_environment|_run|_all|_experiment)?\("),
        ("bootstrap", r"bootstrap(?:_env|_environment|_run|_all|_experiment)?\("),
        ("init_", r"init_(?:env|environment|run|all|experiment)\("),
    )
)
"""What code contains, in lower case, that turns a mode on or off, or calls a function of the project that does, by its
name: a pattern, and a word that is looked for first, which is faster."""

T = TypeVar("T")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Definition:
    """A function of another module of the project.

    `known` holds what was worked out about it, by what was asked: it stays when the module's tree is put away.
    """

    module: ModuleSummary
    function: FunctionSummary
    known: dict[str, object]
    _index: Callable[[str], FileIndex | None]

    def read(self) -> tuple[FileIndex, FunctionNode] | None:
        """Its node and the index of its file; None where the file cannot be read any more."""
        index = self._index(self.module.path)
        if index is None:
            return None
        name = self.function.key.rpartition(".")[2].partition("@")[0]
        places = (node for node in index.functions if (node.lineno, node.name) == (self.function.line, name))
        node = next(places, None)
        return None if node is None else (index, node)


class FileProject(Project):
    """The project around a file whose tree is at hand: answers about its nodes."""

    def __init__(
        self,
        summariser: Summariser,
        links: Links,
        entries: ProjectEntries | None = None,
        define: Callable[[ModuleSummary, FunctionSummary], Definition] | None = None,
        products: Products | None = None,
        offer: Callable[[ModuleSummary], None] | None = None,
    ) -> None:
        """`offer` is told the file's summary when it is made."""
        self._offer = offer
        self._file = os.path.realpath(summariser.index.path)
        super().__init__(summariser.summarise, links, None if entries is None else entries.starts(self._file))
        self._entries = entries
        self._summariser = summariser
        self._locate = summariser.locate
        self._define = define
        self._products = products

    @cached_property
    def module(self) -> ModuleSummary:
        """The file's summary."""
        module = super().module
        if self._offer is not None:
            self._offer(module)
        return module

    @cached_property
    def entry_points(self) -> list[EntryPoint]:
        """The entry points of the file, in the order of the source; told without a summary where its text has none."""
        index, starts = self._summariser.index, self._starts
        known = starts.chosen or bool(starts.commands)
        return super().entry_points if known or may_start(index.text, index.path) or starts.is_started() else []

    def mode_at(self, node: ast.AST, mode: str) -> Iterator[Mode]:
        """The states of a mode (`torch`, `tensorflow`) at a node: one for each time that an entry point comes there.

        Entry points of this file, else of others in the project, looked for as far as states are asked for; where none
        reaches the node, as its function and the file's top level by themselves have it.
        """
        location = self._locate(node)
        place = (location.line, location.column)
        key = self._summariser.key(self._summariser.index.function(node))
        reached = self.reached(key)
        known, comes = False, reached
        for path, run in () if reached else self.runs_from_elsewhere(key):
            comes = True
            for state in run.modes_at(path, key, place, mode):
                known = True
                yield state
        if known:
            return
        if comes or self._may_change_modes:
            yield from self.modes_at(key, place, mode)
        else:
            yield "off"

    def is_in_mode(self, node: ast.AST, mode: str) -> bool:
        """Whether a mode is on at a node, whichever entry point comes there."""
        states = self.mode_at(node, mode)
        return next(states, "off") == "on" and all(state == "on" for state in states)

    def definition(self, name: str, module: ModuleSummary | None = None) -> Definition | None:
        """The one function of another module that a qualified name means, seen from a module (this one, by default)."""
        start = module or self.module
        found = self.links.find(start, name) if self._define is not None else ()
        if len(found) != 1 or os.path.realpath(found[0][0].path) == os.path.realpath(start.path):
            return None
        assert self._define is not None
        return self._define(*found[0])

    def made(self, node: ast.expr) -> list[Product]:
        """What functions and classes of other files give that an expression of this file may be."""
        index = self._summariser.index
        if self._products is None:
            return []
        found = (self._products.made(self.module, *source) for source in index.made_by(node))
        return list(dict.fromkeys(product for products in found for product in products))

    def class_of(self, name: str, module: ModuleSummary | None = None) -> ClassThere | None:
        """The class of another file that a qualified name means, seen from a module (this one, by default)."""
        return None if self._products is None else self._products.class_of(module or self.module, name)

    @cached_property
    def _may_change_modes(self) -> bool:
        """Whether something in the file turns a mode on or off, or calls a function that does, by its name."""
        code = code_of(self._summariser.index.text).lower()
        return any(word in code and pattern.search(code) is not None for word, pattern in _MAY_CHANGE_MODES)

    @property
    def stands_alone(self) -> bool:
        """Whether nothing marks the files around the file as its project, so that no others are asked."""
        return self._entries is None

    @property
    def is_package(self) -> bool:
        """Whether the file is of a project with metadata, which others install and import."""
        return self._entries is not None and self._entries.is_package

    def is_turned_on(self, mode: str) -> bool:
        """Whether the entry points turn a mode on: those of the file, where it has none those of the project."""
        if self.entry_points:
            return all(entry.turns_on(mode) for entry in self.entry_points)
        return self._entries is not None and self._entries.is_turned_on(mode)

    def runs_from_elsewhere(self, key: str) -> Iterator[tuple[str, Run]]:
        """The runs of other files' entry points that come to a function of this one, with its path there."""
        path = shown(self._file)
        for entry in () if self._entries is None else self._entries.in_turn():
            if entry.module.path != path and entry.reaches(path, key):
                yield path, entry.run

    def runs_through(self, node: ast.AST) -> list[Run]:
        """The runs of entry points that come to the function around a node, here or elsewhere; else of it by itself."""
        key = self._summariser.key(self._summariser.index.function(node))
        runs = [entry.run for entry in self.entry_points if entry.reaches(self.module.path, key)]
        return runs or [run for _, run in self.runs_from_elsewhere(key)] or [self._loose(key)]

    def key(self, function: ast.AST) -> str:
        """The key of a function of the file."""
        return self._summariser.key(function)

    def is_reached(self, node: ast.AST) -> bool:
        """Whether an entry point reaches a node, of this file or of another of the project."""
        key = self._summariser.key(self._summariser.index.function(node))
        return self.reached(key) or any(True for _ in self.runs_from_elsewhere(key))


class ProjectBuilder:
    """Makes the projects around the files of one run; modules are summarised once, whoever imports them."""

    def __init__(self, registry: Registry, surroundings: Surroundings | None = None) -> None:
        """`surroundings` are the files around those of the run."""
        self._surroundings = Surroundings() if surroundings is None else surroundings
        self._knowledge = registry.knowledge
        self._effects = registry.effects
        self._open: OrderedDict[str, Summariser] = OrderedDict()  # whose first is found at once
        self._asked: list[Summariser] = []
        self._reopened: dict[str, int] = {}
        self._read_texts: dict[str, int] = {}
        """What the texts of summarised files hash to: one summary serves who checks a file and who imports it."""
        finder = Finder()
        self._finder = finder
        self._entries: dict[str, ProjectEntries | None] = {}
        libraries = self._effects.libraries | self._knowledge.libraries
        namesakes = self._namesakes = Namesakes(finder, libraries)

        def module(path: str, name: str) -> str | None:
            name = namesakes.dots(path, name) + name
            root = name.partition(".")[0]
            known = root and (root in sys.stdlib_module_names or self._effects.knows(root))
            return None if known else finder.file(path, name)

        texts = ModuleTexts(module, noise_of(registry.effect_requirements))
        self._loader = Loader(finder, texts, self._summarise)
        self._links = Links(self._loader)
        self._read: dict[str, FileIndex | None] = {}
        self._definitions: dict[tuple[str, str], dict[str, object]] = {}
        self._remembered: dict[object, object] = {}
        self._products = Products(self._links, self._index_to_read)
        self._configurations = ConfigurationFiles(self._surroundings)
        self._reexports = ReExports(finder, texts, libraries, self._namesakes)
        self._constants = Constants(
            finder, texts, libraries, self._namesakes, lambda file: self._index_to_read(shown(file))
        )
        self._helpers = registry.helpers

    def index(self, tree: ast.Module, path: str, text: str) -> FileIndex:
        """The index of a file, for which names that modules of its project hand on are those of the libraries."""
        modules = Modules(
            cache(partial(self._reexports.resolve, path)),
            partial(self._namesakes.dots, path),
            products=cache(partial(self._products.types, path)),
            configurations=Configurations(path, self._configurations) if path else None,
            constant=cache(partial(self._constants.value, path)),
            structured=partial(self._structured, path),
        )
        if self._helpers is not None and self._helpers.tensors:
            modules = replace(modules, returned=cache(partial(self._returned, path)))
        return FileIndex(tree, self._knowledge, path, text, modules)

    def _structured(self, path: str, name: str) -> tuple[ast.ClassDef, Scope] | None:
        """A class of another file that holds a configuration in its fields, seen from the file at `path`."""
        found = self._products.class_of(ModuleSummary(path), name)
        if found is None:
            return None
        there = found.module.path
        return found.node, Scope(there, found.index.evaluate, partial(self._structured, there))

    def around(self, index: FileIndex, locate: Locate, root: str | None = None) -> FileProject:
        """The project around a file. root: where its project begins; None for a text that is in none."""
        entries = None if root is None else self._entries_at(root)
        file = os.path.realpath(index.path)
        is_read = root is not None and shown(file) == index.path
        known = self._loader.known(file) if is_read and self._read_texts.get(file) == hash(index.text) else None
        summariser = Summariser(index, self._effects, locate, None if known is None else known.functions)
        offer = partial(self._offer, file, hash(index.text)) if is_read and known is None else None
        project = FileProject(summariser, self._links, entries, self._definition, self._products, offer)
        self._asked.append(summariser)
        for key, effects in self._helping.get(file, {}).items():
            _let_do(project.module, key, effects)
        return project

    def _offer(self, file: str, text: int, module: ModuleSummary) -> None:
        """Let who imports a file have the summary that was made while it was checked."""
        if self._loader.offer(file, module):
            self._read_texts[file] = text

    @cached_property
    def _helping(self) -> dict[str, dict[str, tuple[Effect, ...]]]:
        """What the helpers in sight do, by real path and key; each does it from then on, whoever calls it."""
        found: dict[str, dict[str, tuple[Effect, ...]]] = {}
        for name, effects in self._helpers.effects.items() if self._helpers is not None else ():
            for file, key in self._places(name):
                found.setdefault(file, {})[key] = effects
                module = self._loader.of_file(file)
                if module is not None:
                    _let_do(module, key, effects)
        return found

    def _places(self, name: str) -> Iterator[tuple[str, str]]:
        """The real path and the key of the functions of the project that a name in the settings means."""
        assert self._helpers is not None
        here = os.path.join(self._helpers.root, "detlint.toml")
        for module, function in self._links.named(here, name):
            yield os.path.realpath(module.path), function.key

    @cached_property
    def _tensors(self) -> frozenset[tuple[str, str]]:
        tensors = self._helpers.tensors if self._helpers is not None else ()
        self.__dict__["_tensors"] = frozenset()  # what is read for the answer asks as well
        return frozenset(place for name in tensors for place in self._places(name))

    def _returned(self, path: str, name: str) -> str | None:
        """The type of what a function of the project gives, as the settings say."""
        assert self._helpers is not None
        module, _, last = name.rpartition(".")
        if module == "<here>":
            file: str | None = os.path.realpath(path)
        elif name in self._helpers.tensors:
            return TENSOR
        elif not any(tensor.rpartition(".")[2] == last for tensor in self._helpers.tensors):
            return None
        else:
            dots = len(name) - len(name.lstrip("."))
            file = self._finder.file(path, module if len(module) >= dots else name[:dots])
        return TENSOR if file is not None and (file, last) in self._tensors else None

    def _definition(self, module: ModuleSummary, function: FunctionSummary) -> Definition:
        known = self._definitions.setdefault((module.path, function.key), {})
        return Definition(module, function, known, self._index_to_read)

    def _index_to_read(self, path: str) -> FileIndex | None:
        """The index of a module of the project whose code itself is asked for, kept until the trees are put away."""
        file = os.path.realpath(path)
        if file not in self._read:
            opened = self._opened(file, path, Functions())
            self._read[file] = None if opened is None else opened.index
        return self._read[file]

    def entry_points(self, root: str, chosen: Callable[[str, str], bool] | None = None) -> Iterable[EntryPoint]:
        """The entry points of the project at `root`, by path; none where nothing marks it as one."""
        entries = self._entries_at(root)
        if entries is None:
            return ()
        return entries.in_turn() if chosen is None else entries.each(chosen)

    def entries(self, root: str) -> ProjectEntries:
        """The entry points of what is at `root`, also where nothing marks it as a project."""
        return self._entries_at(root) or self._made_entries(root)

    def index_of(self, file: str, path: str) -> FileIndex | None:
        """The index of a file; None if it cannot be read or parsed."""
        opened = self._open.get(os.path.realpath(file)) or self._opened(file, path, Functions())
        return None if opened is None else opened.index

    def remembered(self, key: object, make: Callable[[], T]) -> T:
        """What was worked out under a key in this run, or is now; it must not hold trees."""
        if key not in self._remembered:
            self._remembered[key] = make()
        return cast("T", self._remembered[key])

    def has_commands(self, file: str, root: str) -> bool:
        """Whether the project at `root` starts a file: by its metadata, a command in a file of it, or its settings."""
        entries = self._entries_at(root)
        real = os.path.realpath(file)
        return entries is not None and (real in entries.commands or entries.is_started(real))

    def _entries_at(self, root: str) -> ProjectEntries | None:
        if root not in self._entries:
            # A folder that nothing marks as a project may hold anything, in any number.
            known = set(os.listdir(root)) if os.path.isdir(root) else set()
            marked = ".git" in known or is_root(known)
            self._entries[root] = self._made_entries(root) if marked else None
        return self._entries[root]

    def _made_entries(self, root: str) -> ProjectEntries:
        assert self._helping is not None  # before anything runs, helpers do what they are said to do
        return ProjectEntries(self._surroundings.at(root), self._finder, self._loader, self._links, self._helpers)

    def _summarise(self, file: str, path: str) -> ModuleSummary | None:
        opened = self._opened(file, path, Functions())
        if opened is None:
            return None
        opened.functions.tolerant = True
        try:
            summary = opened.summarise()
        except RecursionError:
            # Too deep a tree, as generated code has: then nothing is known of the module.
            return None
        self._read_texts[file] = hash(opened.index.text)
        self._hold(file, opened)
        return summary

    def _opened(self, file: str, path: str, functions: Functions) -> Summariser | None:
        """What summarises a file, with its tree; None where it cannot be read or parsed."""
        source = read_source(file, path)
        if not isinstance(source, SourceFile):
            return None
        tree = parse(source)
        if not isinstance(tree, ast.Module):
            return None
        try:
            index = self.index(tree, source.path, source.text)
        except RecursionError:
            return None
        return Summariser(index, self._effects, lambda node: source.location(_placed(node, index)), functions)

    def new_notes(self) -> list[str]:
        """What could not be read of the configuration files that the code names, each told once."""
        return self._configurations.new_notes()

    def put_away(self) -> None:
        """Let go of the trees of all modules: their summaries stay, and what was not asked for is read again."""
        for summariser in self._asked:
            # Classes of other files that derive from its own may ask for more of its functions later.
            summariser.functions.tolerant = True
            self._let_go(os.path.realpath(summariser.index.path), summariser)
        self._asked.clear()
        for file in list(self._open):
            self._put_away(file)
        for index in self._read.values():
            if index is not None:
                index.release()
        self._read.clear()

    def _put_away(self, file: str) -> None:
        summariser = self._open.pop(file)
        self._let_go(file, summariser)
        summariser.index.release()

    def _let_go(self, file: str, summariser: Summariser) -> None:
        functions = summariser.functions
        functions.put_away(partial(self._reopen, file, summariser.index.path, functions))

    def _reopen(self, file: str, path: str, functions: Functions) -> None:
        """Read a module again of which a function is asked for that was not summarised while its tree was there.

        What is asked for again and again is summarised whole, so that no module is read many times.
        """
        opened = self._opened(file, path, functions)
        self._reopened[file] = self._reopened.get(file, 0) + 1
        if opened is None:
            functions.settle()
            return
        opened.summarise()
        if self._reopened[file] > _REOPENED_AT_MOST:
            functions.settle()
            opened.index.release()
        else:
            self._hold(file, opened)

    def _hold(self, file: str, opened: Summariser) -> None:
        """Keep a tree, and of too many let the oldest go."""
        self._open[file] = opened
        if len(self._open) > _OPEN_AT_ONCE:
            self._put_away(next(iter(self._open)))


def _let_do(module: ModuleSummary, key: str, effects: tuple[Effect, ...]) -> None:
    """Let a function do what the settings say of it before all else."""
    function = module.functions.get(key, None)
    if function is not None and not any(step.effect in effects for step in function.steps[: len(effects)]):
        name = key.rpartition(".")[2]
        function.steps[:0] = [Step(function.location, (), effect, text=name) for effect in effects]


def _placed(node: ast.AST, index: FileIndex) -> ast.expr:
    """The node itself, or the nearest one around it that has a place."""
    current: ast.AST | None = node
    while current is not None and not hasattr(current, "lineno"):
        current = index.parent(current)
    assert current is not None
    return current  # type: ignore[return-value]
