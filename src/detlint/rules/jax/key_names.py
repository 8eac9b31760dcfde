"""Which identifiers of a file may hold keys, and which statements therefore matter to the analysis of keys.

Given the index; works with bare identifiers, whole file at once, and rather takes too many: what is left out is never
looked at. Most statements of a file have nothing to do with keys, and so do not multiply the ways through a function.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from detlint.index import NameSet
from detlint.rules.jax.facts import PARTIALS, key_facts
from detlint.rules.jax.key_elsewhere import may_be_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex
    from detlint.index.tree import FunctionNode
    from detlint.rules.jax.key_elsewhere import Elsewhere

_EXITS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_SELVES = frozenset({"self", "cls"})
_ROUNDS = 12
KEYLIKE = re.compile(r"(^|_)(keys?|rngs?|prng)(_|\d|$)", re.IGNORECASE)
"""Names that people give to keys."""

Role = Literal["draws", "gives", "calls"]
"""What a function of a library does with a key: draws; gives it, or keys made of it; calls functions with it."""


@dataclass(frozen=True)
class _Local:
    """A function of the file."""

    node: FunctionNode
    name: str
    parameters: tuple[str, ...]
    outside: frozenset[str]
    """Its parameters, and the identifiers in it that are no variables of its own."""
    values: tuple[ast.expr, ...]
    """What it returns."""


class KeyNames:
    """The identifiers, and the nodes that mention them or leave a block."""

    def __init__(self, index: FileIndex, elsewhere: Elsewhere) -> None:
        self.index = index
        self._elsewhere = elsewhere
        self._outside: set[ast.AST] = set()
        self._given_elsewhere: list[ast.expr] = []
        self.words: set[str] = set()
        self._never = set(_SELVES)
        self._roles: dict[ast.AST, Role] = {}
        self._certain = False
        self._moves: list[tuple[list[ast.expr], ast.expr]] = []
        self._calls: list[ast.Call] = []
        self._functions: list[_Local] = []
        self._giving: set[str] = set()
        self._handed: set[str] = set()
        self._never.update(alias.asname or alias.name.partition(".")[0] for alias in index.nodes(ast.alias))
        self._find_roles()
        self._find_elsewhere()
        if self._roles:
            self._collect()
            self._start()
            self._close()
        self._marked = self._mark()

    @property
    def takes_keys(self) -> bool:
        """Whether the file uses anything that takes a key."""
        return self._certain

    def matters(self, node: ast.AST) -> bool:
        """Whether a statement or expression mentions what may hold a key, or leaves a block."""
        return node in self._marked

    # ------------------------------------------------------------------------------------------ what takes keys
    def _find_roles(self) -> None:
        facts = key_facts()
        words = self.index.words(NameSet(facts.known | facts.initializers | facts.forwarding | PARTIALS).words)
        modules = {module.rpartition(".")[2] for module in facts.modules}
        places: list[ast.Name | ast.Attribute] = [
            name for name in self.index.nodes(ast.Name) if name.id in words or not name.id[:1].islower()
        ]
        places += [
            attribute
            for attribute in self.index.nodes(ast.Attribute)
            if attribute.attr in words or _last(attribute.value) in modules
        ]
        for node in places:
            if isinstance(node.ctx, ast.Load):
                for name in self.index.names(node):
                    role = _role(name.removeprefix("builtins."))
                    self._certain = self._certain or role == "draws" or name.startswith("jax.random.")
                    if role is not None:
                        self._roles[node] = role

    def _find_elsewhere(self) -> None:
        """The calls of functions of other modules that use keys up."""
        imported = {
            alias.asname or alias.name.partition(".")[0]
            for alias in self.index.nodes(ast.alias)
            if may_be_elsewhere(_module(self.index.parent(alias), alias))
        }
        made = self._made() if imported else frozenset()
        for call in self.index.calls:
            if call.func in self._roles or _root(call.func) not in imported:
                continue
            if not any(word in made or KEYLIKE.search(word) for a in _arguments(call) for word in self._flowing(a)):
                continue
            names = self.index.names(call.func)
            use = self._elsewhere(names[0]) if len(names) == 1 else None
            if use is not None and use.used:
                self._certain = True
                self._roles[call.func] = "draws"
                self._outside.add(call.func)
                given: list[tuple[str | None, ast.expr]] = list(zip(use.positional, call.args, strict=False))
                given += [(keyword.arg, keyword.value) for keyword in call.keywords]
                self._given_elsewhere += [value for name, value in given if name in use.used]

    def _made(self) -> frozenset[str]:
        """The identifiers that are assigned what is made of keys."""
        made: set[str] = set()
        for node, role in self._roles.items():
            statement = self.index.statement(node) if role == "gives" else None
            if isinstance(statement, ast.Assign):
                made.update(word for target in statement.targets for word in self._flowing(target))
        return frozenset(made)

    def _collect(self) -> None:
        index = self.index
        self._moves += [(assigned.targets, assigned.value) for assigned in index.nodes(ast.Assign)]
        annotated = index.nodes(ast.AnnAssign)
        self._moves += [([target.target], target.value) for target in annotated if target.value is not None]
        self._moves += [([walrus.target], walrus.value) for walrus in index.nodes(ast.NamedExpr)]
        loops: list[ast.For | ast.AsyncFor | ast.comprehension]
        loops = [*index.nodes(ast.For), *index.nodes(ast.AsyncFor), *index.nodes(ast.comprehension)]
        self._moves += [([loop.target], loop.iter) for loop in loops]
        self._calls = index.calls
        functions: list[FunctionNode] = [*index.functions, *index.nodes(ast.Lambda)]
        self._functions = [self._local(function) for function in functions]

    def _local(self, node: FunctionNode) -> _Local:
        name = "" if isinstance(node, ast.Lambda) else node.name
        arguments = node.args
        parameters = [p.arg for p in (*arguments.posonlyargs, *arguments.args)]
        every = {*parameters, *(p.arg for p in (*arguments.kwonlyargs, arguments.vararg, arguments.kwarg) if p)}
        stored: set[str] = set()
        mentioned: set[str] = set()
        for child in ast.walk(node):
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
                stored.add(child.id)
            elif isinstance(child, (ast.Global, ast.Nonlocal)):
                mentioned.update(child.names)
            elif not isinstance(child, ast.Name) or child.id not in stored:
                mentioned.update(_word(child))
        owner = None if isinstance(node, ast.Lambda) else self.index.owner(node)
        if owner is not None:
            parameters = parameters[1:]
            name = owner.name if name == "__init__" else name
        values = [node.body] if isinstance(node, ast.Lambda) else [r.value for r in self.index.returns(node) if r.value]
        return _Local(node, name, tuple(parameters), frozenset((mentioned - stored) | every), tuple(values))

    # ------------------------------------------------------------------------------------------------- the words
    def _start(self) -> None:
        """The keys given to what takes them; where that is handed on as a value, all that is given around it."""
        for node in self._roles:
            call = self.index.parent(node)
            if not isinstance(call, ast.Call) or call.func is not node:
                self._around(node)
            elif self._roles[node] != "calls" and node not in self._outside:
                for value in _keys_given(call):
                    self.words.update(self._flowing(value))

        for value in self._given_elsewhere:
            self.words.update(self._flowing(value))

    def _around(self, node: ast.AST) -> None:
        for ancestor in self.index.ancestors(node):
            if isinstance(ancestor, (ast.Assign, ast.AnnAssign)):
                targets = ancestor.targets if isinstance(ancestor, ast.Assign) else [ancestor.target]
                for target in targets:
                    self.words.update(self._flowing(target))
            if isinstance(ancestor, ast.stmt):
                return
            if isinstance(ancestor, ast.Call):
                for argument in _arguments(ancestor):
                    self.words.update(self._flowing(argument))

    def _close(self) -> None:
        """Follow values back to what they are made of, and functions and containers of keys on."""
        by_name: dict[str, list[_Local]] = {}
        for local in self._functions:
            by_name.setdefault(local.name, []).append(local)
        by_name.pop("", None)
        words = self.words
        for _ in range(_ROUNDS):
            words -= self._never
            before = (len(words), len(self._giving), len(self._handed))
            for local in self._functions:
                if local.name and not local.outside.isdisjoint(words):
                    words.add(local.name)
                    if any(not words.isdisjoint(self._flowing(value)) for value in local.values):
                        self._giving.add(local.name)
            for targets, value in self._moves:
                names = {word for target in targets for word in self._flowing(target)}
                flowing = set(self._flowing(value))
                if not names.isdisjoint(words):
                    words |= flowing
                elif not flowing.isdisjoint(words):
                    words |= names
            for call in self._calls:
                self._close_call(call, by_name)
            words -= self._never
            if (len(words), len(self._giving), len(self._handed)) == before:
                return

    def _close_call(self, call: ast.Call, by_name: dict[str, list[_Local]]) -> None:
        words = self.words
        for keyword in call.keywords:
            if keyword.arg in words:
                words.update(self._flowing(keyword.value))
        for local in by_name.get(_last(call.func), ()):
            for parameter, argument in zip(local.parameters, call.args, strict=False):
                if parameter in words:
                    words.update(self._flowing(argument))
                if self._roles.get(argument) == "draws":
                    self._handed.add(parameter)
        if _last(call.func) in self._handed:
            for argument in _arguments(call):
                words.update(self._flowing(argument))
        handing = self._roles.get(call.func) == "calls" or isinstance(call.func, ast.Call)
        if handing and any(not words.isdisjoint(self._mentioned(a)) for a in (call.func, *_arguments(call))):
            for argument in _arguments(call):
                words.update(self._flowing(argument))

    def _mentioned(self, node: ast.expr) -> Iterator[str]:
        """The identifiers in a callable: of a lambda all that it is about."""
        if isinstance(node, ast.Lambda):
            yield from next(local.outside for local in self._functions if local.node is node)
        else:
            for child in ast.walk(node):
                if not self._is_library(child):
                    yield from _word(child)

    def _flowing(self, node: ast.expr) -> Iterator[str]:
        """The identifiers whose values make up a value."""
        stack: list[ast.AST] = [node]
        while stack:
            current = stack.pop()
            if isinstance(current, ast.Call):
                stack += self._through(current)
                continue
            if self._is_library(current):
                continue
            yield from _word(current)
            if isinstance(current, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
                stack.append(current.elt)
                stack += [generator.iter for generator in current.generators]
            elif isinstance(current, ast.IfExp):
                stack += [current.body, current.orelse]
            elif isinstance(current, ast.BinOp):
                displays = isinstance(current.left, (ast.List, ast.Tuple)) or isinstance(
                    current.right, (ast.List, ast.Tuple)
                )
                stack += [current.left, current.right] if displays or self._is_index(current) else []
            elif not isinstance(current, (ast.Lambda, ast.Compare, ast.Constant, ast.JoinedStr)):
                stack.extend(child for child in ast.iter_child_nodes(current) if isinstance(child, ast.expr))

    def _is_library(self, node: ast.AST) -> bool:
        """Whether an expression is a member of an imported module."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self._never and node.id not in _SELVES

    def _is_index(self, node: ast.BinOp) -> bool:
        return any(
            isinstance(ancestor, (ast.Subscript, ast.Slice))
            for ancestor in (self.index.parent(node), self.index.parent(self.index.parent(node) or node))
        )

    def _through(self, call: ast.Call) -> list[ast.expr]:
        """The parts of a call whose values may be in its result."""
        role = self._roles.get(call.func)
        if role == "draws":
            return []
        if role == "gives":
            return call.args[:1] or [k.value for k in call.keywords]
        if role == "calls" or _last(call.func) in self._giving:
            return [*_arguments(call), call.func]
        if isinstance(call.func, ast.Call):
            return [*_arguments(call), call.func]
        return [call.func.value] if isinstance(call.func, ast.Attribute) else []

    # ------------------------------------------------------------------------------------------------- the nodes
    def _mark(self) -> frozenset[ast.AST]:
        marked: set[ast.AST] = set()
        if not self._roles:
            return frozenset()
        for node in self._telling():
            marked.add(node)
            for ancestor in self.index.ancestors(node):
                if ancestor in marked:
                    break
                marked.add(ancestor)
        return frozenset(marked)

    def _telling(self) -> Iterator[ast.AST]:
        """The nodes that mention what may hold a key, or leave a block."""
        words = self.words
        yield from (node for node, role in self._roles.items() if role == "draws")
        yield from (name for name in self.index.nodes(ast.Name) if name.id in words)
        yield from (attribute for attribute in self.index.nodes(ast.Attribute) if attribute.attr in words)
        yield from (keyword for keyword in self.index.nodes(ast.keyword) if keyword.arg in words)
        yield from self.index.nodes(*_EXITS)


def _role(name: str) -> Role | None:
    facts = key_facts()
    if name in facts.making or name == "jax.random.split" or name in facts.forwarding:
        return "gives"
    if facts.consumed_parameter(name) or name in facts.initializers:
        return "draws"
    return "calls" if name in facts.transforms or name in facts.loops or name in PARTIALS else None


def _keys_given(call: ast.Call) -> list[ast.expr]:
    named = [k.value for k in call.keywords if k.arg in ("key", "key_or_seed")]
    return named or call.args[:1]


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(k.value for k in call.keywords)]


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _module(statement: ast.AST | None, alias: ast.alias) -> str:
    """The module that a name is imported from."""
    return "." * statement.level + (statement.module or "") if isinstance(statement, ast.ImportFrom) else alias.name


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _word(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return () if node.id in _SELVES else (node.id,)
    return (node.attr,) if isinstance(node, ast.Attribute) else ()
