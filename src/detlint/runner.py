"""Running rules over one file: which statements hold their candidates, and one traversal of these for all rules.

Given a context and the rules that may fire; fills the context with diagnostics. A rule that raises is reported and left
out of the rest of the file; the others go on.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import libcst as cst

from detlint.engine import describe
from detlint.index import NameSet
from detlint.pairing import PairingError
from detlint.rules.base import Rule
from detlint.segments import parse

if TYPE_CHECKING:
    from detlint.context import Context
    from detlint.registry import Registry

RuleType = type[Rule]
Visit = Callable[[Any], object]


class _Names:
    """Candidate names and prefixes, and the rules that look for them."""

    def __init__(self) -> None:
        self._rules: defaultdict[str, list[RuleType]] = defaultdict(list)
        self._prefixes: list[tuple[str, RuleType]] = []

    def add(self, rule: RuleType, names: Iterable[str], prefixes: Iterable[str]) -> None:
        for name in names:
            self._rules[name].append(rule)
        self._prefixes += ((prefix, rule) for prefix in prefixes)

    def wanted(self) -> NameSet:
        return NameSet(self._rules, [prefix for prefix, _ in self._prefixes])

    def rules(self, name: str) -> Iterator[RuleType]:
        """The rules that look for a name."""
        yield from self._rules.get(name, ())
        yield from self._rules.get(name.rpartition(".")[0] + ".*", ())
        yield from (rule for prefix, rule in self._prefixes if name.startswith(prefix))


class Candidates:
    """What all rules look for, in tables from names to rules; made once for many files."""

    def __init__(self, rules: Iterable[RuleType]) -> None:
        self._calls = _Names()
        self._settings = _Names()
        for rule in rules:
            if visited_types(rule):
                names = rule.candidates
                self._calls.add(rule, names.calls, names.prefixes)
                self._settings.add(rule, names.settings, names.prefixes)
        self._wanted_calls = self._calls.wanted()
        self._wanted_settings = self._settings.wanted()

    def find(self, context: Context) -> Iterator[tuple[ast.AST, RuleType]]:
        """The calls and assigned attributes of a file that are a rule's candidates, each with the rule."""
        index = context.index
        for call, names in index.find_calls(self._wanted_calls):
            yield from ((call, rule) for name in names for rule in self._calls.rules(name))
        for setting in index.find_settings(self._wanted_settings):
            yield from ((setting.target, rule) for name in setting.names for rule in self._settings.rules(name))


class FileRun:
    """The rules at work on one file."""

    def __init__(self, context: Context, active: Sequence[RuleType], errors: list[str]) -> None:
        self.context = context
        self._errors = errors
        self._rules: dict[RuleType, Rule] = {rule: rule(context) for rule in active}

    def visit(self, candidates: Candidates) -> None:
        """Let the visitors see the nodes of each segment that holds one of their candidates."""
        try:
            segments = self._segments(candidates)
        except Exception as error:
            self._errors.append(f"{self.context.path}: internal error in the index: {describe(error)}")
            return
        for root, rules in segments.items():
            try:
                segment = parse(root, self.context.source)
            except (cst.ParserSyntaxError, PairingError) as error:
                line = getattr(root, "lineno", 0)
                self._errors.append(f"{self.context.path}:{line}: internal error: LibCST: {describe(error)}")
                continue
            self.context.enter(segment)
            visits = self._visits(rules)
            for node in segment.nodes:
                for rule, visit in visits.get(type(node), ()):
                    self._guard(rule, visit, node)
        self.context.enter(None)

    def check_file(self) -> None:
        """Let the rules about whole files look at it."""
        for rule, instance in list(self._rules.items()):
            if rule.check_file is not Rule.check_file:
                self._guard(rule, instance.check_file)

    def check_project(self, registry: Registry) -> None:
        """Let the rules about entry points look at those of this file."""

    def _segments(self, candidates: Candidates) -> dict[ast.AST, dict[RuleType, None]]:
        """The roots of segments with the rules that have a candidate there, in the order of the candidates."""
        found: dict[ast.AST, dict[RuleType, None]] = {}
        for node, rule in candidates.find(self.context):
            if rule in self._rules:
                root = self.context.segmenter.root(node)
                if root is not None:
                    found.setdefault(root, {})[rule] = None
        return found

    def _visits(self, rules: Iterable[RuleType]) -> dict[type[cst.CSTNode], list[tuple[RuleType, Visit]]]:
        """The visit methods of rules by the type of node."""
        table: dict[type[cst.CSTNode], list[tuple[RuleType, Visit]]] = {}
        for rule in rules:
            for kind, name in visited_types(rule):
                table.setdefault(kind, []).append((rule, getattr(self._rules[rule], name)))
        return table

    def _guard(self, rule: RuleType, check: Callable[..., object], *arguments: object) -> None:
        """Call a check of a rule; if it raises, say so once, and leave the rule out of the rest of the file."""
        if rule not in self._rules:
            return
        try:
            check(*arguments)
        except Exception as error:
            del self._rules[rule]
            self._errors.append(f"{self.context.path}: internal error in {rule.code} ({rule.name}): {describe(error)}")


def visited_types(rule: RuleType) -> tuple[tuple[type[cst.CSTNode], str], ...]:
    """The types of LibCST nodes that a rule visits, with the names of its methods."""
    known = _VISITED.get(rule)
    if known is None:
        names = [name for name in dir(rule) if name.startswith("visit_")]
        known = _VISITED[rule] = tuple((getattr(cst, name.removeprefix("visit_")), name) for name in names)
    return known


_VISITED: dict[RuleType, tuple[tuple[type[cst.CSTNode], str], ...]] = {}
