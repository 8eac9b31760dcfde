"""Running rules over one file: its index, the segments that hold candidates, one traversal of these for all rules.

Given a source, its tree and the rules that may fire; gives diagnostics. A rule that raises is reported and left out of
the rest of the file; the others go on.
"""

from __future__ import annotations

import ast
import os
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from detlint.checker import syntax_error
from detlint.context import Context
from detlint.index import FileIndex, NameSet
from detlint.project.build import ProjectBuilder
from detlint.rules.base import Rule
from detlint.sources.source import too_deep

if TYPE_CHECKING:
    from detlint.diagnostics import Diagnostic
    from detlint.environment.project import ProjectFiles, Surroundings
    from detlint.project.model import EntryPoint
    from detlint.registry import Registry
    from detlint.segments import Segment
    from detlint.sources.source import SourceFile
    from detlint.triggers import Purpose, Sought
    from detlint.vocabulary import Vocabulary

RuleType = type[Rule]
Visit = Callable[[Any], object]


class Runner:
    """Runs rules over files; made once for many."""

    def __init__(
        self,
        rules: Sequence[RuleType],
        registry: Registry,
        surroundings: Surroundings | None = None,
    ) -> None:
        self._projects = ProjectBuilder(registry, surroundings)
        self._candidates = Candidates(registry.vocabulary)
        self._registry = registry

    def has_commands(self, file: str, root: str) -> bool:
        """Whether the project at `root` starts a file in another way than by what the file shows."""
        return self._projects.has_commands(file, root)

    def entry_points(self, root: str, chosen: Callable[[str, str], bool] | None = None) -> Iterable[EntryPoint]:
        """The entry points of the project at `root`; none where nothing marks it as one."""
        return self._projects.entry_points(root, chosen)

    def new_notes(self) -> list[str]:
        """What could not be read beside the code, each told once."""
        return self._projects.new_notes()

    def run(
        self,
        source: SourceFile,
        tree: ast.Module,
        active: Sought,
        purpose: Purpose,
        surroundings: ProjectFiles | None,
        errors: list[str],
    ) -> list[Diagnostic]:
        """Let the active rules look at a file for what they seek there. What fails is added to `errors`."""
        failures = _Failures(source.path, tree, errors)
        try:
            index = self._projects.index(tree, source.path, source.text)
        except Exception as error:
            failures.add("the index", error)
            return failures.diagnostics()
        context = Context(
            source,
            index,
            purpose.targets,
            purpose.devices,
            self._projects,
            surroundings,
            least=purpose.least,
            subjects=lambda: self._registry.subjects,
        )
        run = _FileRun(context, active, failures)
        run.visit(self._candidates)
        run.check_file()
        run.check_project()
        self._projects.put_away()
        context.release()
        index.release()
        return [*context.diagnostics, *failures.diagnostics()]


class _Failures:
    """What went wrong in one file. A tree may be too deep for what walks it: that is no error of a rule."""

    def __init__(self, path: str, tree: ast.Module, errors: list[str]) -> None:
        self._path = path
        self._tree = tree
        self._errors = errors
        self._too_deep = False

    def add(self, where: str, error: Exception) -> None:
        """Remember an exception, and what raised it."""
        if isinstance(error, RecursionError) and _depth(self._tree) > _DEEP:
            self._too_deep = True
        else:
            self._errors.append(f"{self._path}: internal error in {where}: {describe(error)}")

    def diagnostics(self) -> list[Diagnostic]:
        """What is to be reported of the file itself."""
        return [syntax_error(too_deep("to be checked completely"), self._path)] if self._too_deep else []


_DEEP = 200
"""Trees that people write are far less deep; where recursion ends in a shallower one, what walks it is at fault."""


def _depth(tree: ast.AST) -> int:
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


class _FileRun:
    """The rules at work on one file."""

    def __init__(self, context: Context, active: Sought, failures: _Failures) -> None:
        self._context = context
        self._sought = active
        self._failures = failures
        self._rules: dict[RuleType, Rule] = {}
        for rule in active:
            try:
                self._rules[rule] = rule(context)
            except Exception as error:
                self._fail(rule, error)

    def visit(self, candidates: Candidates) -> None:
        """Let visitors see all nodes of the segments that hold one of their candidates."""
        for segment, rules in self._segments(candidates):
            self._context.enter(segment)
            visits = self._visits(rules)
            for node in segment.nodes:
                for rule, visit in visits.get(type(node).__name__, ()):
                    self._guard(rule, visit, node)
        self._context.enter(None)

    def check_file(self) -> None:
        """Let the rules about whole files look at it."""
        for rule, instance in list(self._rules.items()):
            if rule.check_file is not Rule.check_file:
                self._guard(rule, instance.check_file)

    def check_project(self) -> None:
        """Let the rules about entry points look at those of this file."""
        asking = [rule for rule in self._rules if rule.check_project is not Rule.check_project]
        if not asking:
            return
        try:
            project = self._context.project
        except Exception as error:
            self._failures.add("the project model", error)
            return
        for rule in asking:
            self._guard(rule, self._rules[rule].check_project, project)

    def _segments(self, candidates: Candidates) -> Iterable[tuple[Segment, Iterable[RuleType]]]:
        """The segments that hold a candidate, with the rules for which they do, in the order of the source."""
        found: dict[Segment, dict[RuleType, None]] = {}
        try:
            for node, rule in candidates.find(self._context.index, self._sought):
                if rule in self._rules and self._concerns(rule, node):
                    segment = self._context.segment(node)
                    if segment is not None:
                        found.setdefault(segment, {})[rule] = None
        except Exception as error:
            self._failures.add("looking for candidates", error)
        return found.items()

    def _concerns(self, rule: RuleType, node: ast.AST) -> bool:
        """Whether a rule wants to see a candidate; a rule that fails is left out."""
        try:
            return self._rules[rule].concerns(node)
        except Exception as error:
            del self._rules[rule]
            self._fail(rule, error)
            return False

    def _visits(self, rules: Iterable[RuleType]) -> dict[str, list[tuple[RuleType, Visit]]]:
        """The visit methods of rules by the type of node."""
        table: dict[str, list[tuple[RuleType, Visit]]] = {}
        for rule in rules:
            instance = self._rules.get(rule)
            for kind, name in visited_types(rule) if instance is not None else ():
                table.setdefault(kind, []).append((rule, getattr(instance, name)))
        return table

    def _guard(self, rule: RuleType, check: Callable[..., object], *arguments: object) -> None:
        """Call a check of a rule; if it raises, say so once, and leave the rule out of the rest of the file."""
        if rule not in self._rules:
            return
        try:
            check(*arguments)
        except Exception as error:
            del self._rules[rule]
            self._fail(rule, error)

    def _fail(self, rule: RuleType, error: Exception) -> None:
        self._failures.add(f"{rule.code} ({rule.name})", error)


class Candidates:
    """What rules look for, in tables from names to rules; made once for all files in which the same is sought."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._tables: dict[frozenset[tuple[RuleType, frozenset[str] | None]], _Table] = {}

    def find(self, index: FileIndex, sought: Sought) -> Iterator[tuple[ast.AST, RuleType]]:
        """The calls and assigned attributes of a file that are a rule's candidates, each with the rule."""
        visiting = {rule: names for rule, names in sought.items() if visited_types(rule)}
        key = frozenset(visiting.items())
        if key not in self._tables:
            self._tables[key] = _Table(visiting, self._vocabulary)
        return self._tables[key].find(index)


class _Table:
    """The candidates of some rules."""

    def __init__(self, sought: Sought, vocabulary: Vocabulary) -> None:
        self._calls = _Names()
        self._settings = _Names()
        for rule, names in sought.items():
            wanted = rule.candidates
            self._calls.add(rule, wanted.calls if names is None else names.intersection(wanted.calls))
            self._settings.add(rule, wanted.settings if names is None else names.intersection(wanted.settings))
            if names is None:
                self._calls.add_prefixes(rule, wanted.prefixes)
                self._settings.add_prefixes(rule, wanted.prefixes)
        self._wanted_calls = self._calls.wanted(vocabulary)
        self._wanted_settings = self._settings.wanted(vocabulary)

    def find(self, index: FileIndex) -> Iterator[tuple[ast.AST, RuleType]]:
        """The calls and assigned attributes that are candidates, each with the rule."""
        for call, names in index.find_calls(self._wanted_calls):
            yield from ((call, rule) for name in names for rule in self._calls.rules(name))
        for setting in index.find_settings(self._wanted_settings):
            yield from ((setting.target, rule) for name in setting.names for rule in self._settings.rules(name))


class _Names:
    """Candidate names and prefixes, and the rules that look for them."""

    def __init__(self) -> None:
        self._rules: defaultdict[str, list[RuleType]] = defaultdict(list)
        self._prefixes: list[tuple[str, RuleType]] = []

    def add(self, rule: RuleType, names: Iterable[str]) -> None:
        for name in names:
            self._rules[name].append(rule)

    def add_prefixes(self, rule: RuleType, prefixes: Iterable[str]) -> None:
        self._prefixes += ((prefix, rule) for prefix in prefixes)

    def wanted(self, vocabulary: Vocabulary) -> NameSet:
        wanted = NameSet(self._rules, [prefix for prefix, _ in self._prefixes])
        # An alias may end in another word, and a function may give the object that is called.
        wanted.words = wanted.words.union(*map(vocabulary.written, self._rules))
        return wanted

    def rules(self, name: str) -> Iterator[RuleType]:
        """The rules that look for a name."""
        yield from self._rules.get(name, ())
        yield from self._rules.get(name.rpartition(".")[0] + ".*", ())
        yield from (rule for prefix, rule in self._prefixes if name.startswith(prefix))


_VISITED: dict[RuleType, tuple[tuple[str, str], ...]] = {}


def visited_types(rule: RuleType) -> tuple[tuple[str, str], ...]:
    """The types of LibCST nodes that a rule visits, by name, with the names of its methods."""
    known = _VISITED.get(rule)
    if known is None:
        names = [name for name in dir(rule) if name.startswith("visit_")]
        known = _VISITED[rule] = tuple((name.removeprefix("visit_"), name) for name in names)
    return known


def describe(error: Exception) -> str:
    """Say in one line what was raised, and where."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"
