"""What a rule is given: the file's index, the targets, and the index's answers for LibCST and `ast` nodes alike.

One context serves all rules for one file. While a segment is visited, its LibCST nodes can be asked about; nodes of
`ast` always. Diagnostics are collected here, in any order.
"""

from __future__ import annotations

import sys
from ast import AST, dump, expr, parse
from ast import Call as AstCall
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from detlint.diagnostics import Confidence, Fix, Location, Related, Severity
from detlint.file_context import FileContext
from detlint.index.syntax import outermost_string
from detlint.project.subjects import Program
from detlint.sources.source import SourceFile, read_source
from detlint.versions import Target, Targets, Version

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    import libcst as cst

    from detlint.environment.project import ProjectFiles
    from detlint.index import Arguments, FileIndex
    from detlint.index.values import Value
    from detlint.project.build import FileProject, ProjectBuilder
    from detlint.project.model import EntryPoint
    from detlint.project.run import Event, Run
    from detlint.project.subjects import AllSubjects, Drawn
    from detlint.rules.base import Rule
    from detlint.segments import Segment, Segmenter

    AnyNode = cst.CSTNode | AST

__all__ = ["Context", "Target", "Targets", "Version"]

T = TypeVar("T")
_STRINGS_HAVE_POSITIONS = sys.version_info >= (3, 12)


class Context(FileContext):
    """The code that a rule looks at. All questions take a LibCST node of the visited segment, or an `ast` node."""

    def __init__(
        self,
        source: SourceFile,
        index: FileIndex,
        targets: Targets,
        devices: frozenset[str],
        projects: ProjectBuilder,
        surroundings: ProjectFiles | None = None,
        *,
        subjects: Callable[[], AllSubjects],
        least: Confidence = Confidence.LOW,
    ) -> None:
        """`least`: the least confidence that is reported; rules need not work for less."""
        super().__init__(source.path, targets, devices, surroundings, projects.entry_points)
        self.source = source
        self.index = index
        self._projects = projects
        self._subjects = subjects
        self.least = least
        self._segment: Segment | None = None
        self._shared: dict[Callable[[Context], object], object] = {}

    def shared(self, make: Callable[[Context], T]) -> T:
        """What several rules need of a file, made once for all of them."""
        if make not in self._shared:
            self._shared[make] = make(self)
        return cast("T", self._shared[make])

    def segment(self, node: AST) -> Segment | None:
        """The segment around a node of `ast`, parsed once."""
        return self._segmenter.segment(node)

    @cached_property
    def _segmenter(self) -> Segmenter:
        # LibCST comes with the first segment: most files have none, and many runs.
        from detlint.segments import Segmenter

        return Segmenter(self.source, self.index.parent)

    @cached_property
    def project(self) -> FileProject:
        """The project around the file: its entry points, and the modes that are on at its places."""
        root = None if self.surroundings is None else self.surroundings.root
        return self._projects.around(self.index, self.location, root)

    def program(self, entry: EntryPoint) -> Program:
        """An entry point of the file with what is around it."""
        return Program(entry.run, self.targets, self.devices, self.surroundings, self.index)

    def drawn(self, event: Event, run: Run) -> Drawn | None:
        """Where the numbers of a draw in a run come from; None for what draws nothing."""
        return self._subjects().drawn(event, run, self.targets)

    def doubt(self, event: Event, run: Run) -> str:
        """Why a draw of a run may not happen, in words; empty where it does."""
        return self._subjects().doubt(event, run)

    def beside(self, path: str) -> Context | None:
        """The context of another module of the project, for repairs there; None where it cannot be read any more."""
        source = read_source(path, path)
        index = self._projects.index_of(path, path)
        if not isinstance(source, SourceFile) or index is None or source.cells:
            return None
        return Context(
            source,
            index,
            self.targets,
            self.devices,
            self._projects,
            self.surroundings,
            subjects=self._subjects,
        )

    def of_module(self, path: str, words: re.Pattern[str], make: Callable[[Context], T]) -> T | None:
        """What is worked out about another module of the project, once a run; None where its text has no such word."""
        return self._projects.remembered((path, make), lambda: self._of_module(path, words, make))

    def _of_module(self, path: str, words: re.Pattern[str], make: Callable[[Context], T]) -> T | None:
        source = read_source(path, path)
        if not isinstance(source, SourceFile) or words.search(source.text) is None:
            return None
        other = self.beside(path)
        return None if other is None else make(other)

    def release(self) -> None:
        """Let go of what was made for the rules, which refers to what is here; as in `FileIndex.release`."""
        self._shared.clear()
        for made in ("project", "_segmenter"):
            self.__dict__.pop(made, None)
        self._segment = None

    def enter(self, segment: Segment | None) -> None:
        """Make a segment the one that LibCST nodes are of."""
        self._segment = segment

    def ast(self, node: AnyNode) -> AST:
        """The `ast` node of a LibCST node; what `ast` has not (an element, a target) stands for what it wraps."""
        if isinstance(node, AST):
            return node
        if self._segment is None:
            raise LookupError(f"no segment is being visited: {type(node).__name__}")
        return self._segment.pairs[node]

    def names(self, node: AnyNode) -> tuple[str, ...]:
        """The canonical qualified names that an expression may denote; () if that is not known."""
        return self.index.names(self.ast(node))

    def value(self, node: AnyNode) -> Value:
        """The abstract value of an expression."""
        return self.index.evaluate(self.ast(node))

    def types(self, node: AnyNode) -> tuple[str, ...]:
        """The canonical names of an expression's types; () unless all of them are known."""
        return self.index.types(self.ast(node))

    def constant(self, node: AnyNode) -> object:
        """The Python constant that an expression is, or `UNKNOWN`."""
        return self.index.constant(self.ast(node))

    def constants(self, node: AnyNode) -> tuple[object, ...] | None:
        """All constants that an expression may be; None if it may be something else."""
        return self.index.constants(self.ast(node))

    def arguments(self, call: cst.Call | AstCall) -> Arguments:
        """The arguments of a call, those of partials and of dicts in sight included."""
        node = self.ast(call)
        assert isinstance(node, AstCall)
        return self.index.arguments(node)

    def location(self, node: AnyNode) -> Location:
        """Where a node stands. What has no place of its own (a comprehension's clause) stands where its parent is."""
        target = self.ast(node)
        while not hasattr(target, "lineno"):
            parent = self.index.parent(target)
            if parent is None:
                return Location(1, 1, 1, 1)
            target = parent
        if not _STRINGS_HAVE_POSITIONS:
            string = outermost_string(self.index.ancestors(target))
            if string is not None:
                return self._location_inside(string, target)
        return self.source.location(target)  # type: ignore[arg-type]

    def _location_inside(self, string: AST, target: AST) -> Location:
        told = self.source.location(target)  # type: ignore[arg-type]
        if self._is_there(target, told, string):
            return told
        segment = self._segmenter.segment(string)
        if segment is None:
            return self.source.location(string)  # type: ignore[arg-type]
        from detlint.segments import span_inside_string

        return self.source.between(*span_inside_string(segment, string, target, self.source))

    def _is_there(self, target: AST, told: Location, string: AST) -> bool:
        """Whether the place that Python tells of an expression inside a string has its text, and none other has."""
        text = self.source.text_at(told)
        whole = self.source.text_at(self.source.location(string))  # type: ignore[arg-type]
        if not isinstance(target, expr) or not text or whole.count(text) != 1:
            return False
        try:
            return dump(parse(text, mode="eval").body) == dump(target)
        except (SyntaxError, ValueError):
            return False

    def add(
        self,
        rule: Rule,
        node: AnyNode,
        message: str,
        repair: str = "",
        *,
        severity: Severity,
        confidence: Confidence,
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
    ) -> None:
        """Add a diagnostic; rules call `report`, which fills in what the rule says of itself."""
        place = self.index.place(self.ast(node))
        if place is not None:
            related = (*related, Related(place.path, place.location, "the value stands here"))
        self.add_at(
            rule,
            self.location(node),
            message,
            repair,
            severity=severity,
            confidence=confidence,
            related=related,
            fix=fix,
        )
