"""Which identifiers of a file may hold keys, and which statements therefore matter to the analysis of keys.

Given the index; works with bare identifiers, whole file at once, and rather takes too many: what is left out is never
looked at. Most statements of a file have nothing to do with keys, and so do not multiply the ways through a function.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index import NameSet
from detlint.rules.jax.facts import key_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex

_EXITS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_SELVES = frozenset({"self", "cls"})
_ROUNDS = 12
_FLOWING = (ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.List, ast.Dict, ast.IfExp, ast.Starred, ast.Lambda,
            ast.BoolOp, ast.ListComp, ast.GeneratorExp)  # fmt: skip


class KeyNames:
    """The identifiers, and the nodes that mention them or leave a block."""

    def __init__(self, index: FileIndex) -> None:
        self.index = index
        self.words: set[str] = set()
        self._never = set(_SELVES)
        self._seeds: set[ast.AST] = set()
        self._moves: list[tuple[list[ast.expr], ast.expr]] = []
        self._calls: list[tuple[frozenset[str], list[ast.expr], str, ast.Call]] = []
        self._functions: list[tuple[str, frozenset[str], ast.AST]] = []
        self._parameters: dict[str, list[list[str]]] = {}
        self._seed()
        if self._seeds:
            self._collect()
            self._close()
        self.marked = self._mark()

    def matters(self, node: ast.AST) -> bool:
        """Whether a statement mentions what may hold a key, or leaves a block."""
        return node in self.marked

    def _seed(self) -> None:
        """The arguments of what takes keys; where that is handed on as a value, those of the calls around it."""
        facts = key_facts()
        wanted = facts.known
        words = self.index.words(NameSet(wanted).words)
        for node in ast.walk(self.index.tree):
            if isinstance(node, ast.Name):
                if node.id not in words or not isinstance(node.ctx, ast.Load):
                    continue
            elif not isinstance(node, ast.Attribute) or node.attr not in words:
                continue
            names = self.index.names(node)
            taking = any(name in wanted or facts.consumed_parameter(name) for name in names)
            if not taking and not any(name in facts.initializers for name in names):
                continue
            self._seeds.add(node)
            if any(name in facts.transforms or name in facts.loops for name in names):
                continue
            call = self.index.parent(node)
            if isinstance(call, ast.Call) and call.func is node and taking:
                given = [k.value for k in call.keywords if k.arg in ("key", "key_or_seed")] or call.args[:1]
                for value in given:
                    self.words.update(_flowing(value))
                self._bound(call)
            else:
                self._around(node)

    def _around(self, node: ast.AST) -> None:
        """A function that takes a key, as a value: whatever is given to the calls around it may be one."""
        for ancestor in self.index.ancestors(node):
            if isinstance(ancestor, ast.stmt):
                if isinstance(ancestor, (ast.Assign, ast.AnnAssign)):
                    targets = ancestor.targets if isinstance(ancestor, ast.Assign) else [ancestor.target]
                    for target in targets:
                        self.words.update(_flowing(target))
                return
            if isinstance(ancestor, ast.Call):
                for argument in (*ancestor.args, *(k.value for k in ancestor.keywords)):
                    self.words.update(_flowing(argument))

    def _bound(self, call: ast.Call) -> None:
        """What a key or keys are assigned to."""
        parent = self.index.parent(call)
        while isinstance(parent, (ast.Subscript, ast.Tuple, ast.Starred, ast.IfExp)):
            parent = self.index.parent(parent)
        made = key_facts().making | {"jax.random.split"}
        if isinstance(parent, ast.Assign) and made.intersection(self.index.callee_names(call)):
            for target in parent.targets:
                self.words.update(_flowing(target))

    def _collect(self) -> None:
        for node in ast.walk(self.index.tree):
            if isinstance(node, ast.alias):
                self._never.add(node.asname or node.name.partition(".")[0])
            elif isinstance(node, ast.Assign):
                self._moves.append((node.targets, node.value))
            elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
                self._moves.append(([node.target], node.value))
            elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
                self._moves.append(([node.target], node.iter))
            elif isinstance(node, ast.Call):
                arguments = [*node.args, *(k.value for k in node.keywords)]
                mentioned = frozenset(w for a in arguments if not isinstance(a, ast.Lambda) for w in _direct(a))
                self._calls.append((mentioned, arguments, _last(node.func), node))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                name = "" if isinstance(node, ast.Lambda) else node.name
                self._functions.append((name, frozenset(_identifiers(node)), node))
                if name:
                    owner = self.index.owner(node)
                    every = [p.arg for p in (*node.args.posonlyargs, *node.args.args)]
                    own = owner.name if owner is not None and name == "__init__" else name
                    self._parameters.setdefault(own, []).append(every[1:] if owner is not None else every)

    def _close(self) -> None:
        words = self.words
        words -= self._never
        for _ in range(_ROUNDS):
            before = len(words)
            functions = {name for name, mentioned, _ in self._functions if not mentioned.isdisjoint(words)} - {""}
            lambdas = {
                node for name, mentioned, node in self._functions if not name and not mentioned.isdisjoint(words)
            }
            words |= functions
            for targets, value in self._moves:
                names = {word for target in targets for word in _flowing(target)}
                if not names.isdisjoint(words):
                    words.update(_flowing(value))
                elif isinstance(value, _FLOWING) or (isinstance(value, ast.Call) and _callee(value) & words):
                    if not words.isdisjoint(_flowing(value)):
                        words.update(names)
                elif isinstance(value, ast.Call) and any(argument in lambdas for argument in value.args):
                    words.update(names)
            for mentioned, arguments, last, call in self._calls:
                self._close_call(mentioned, arguments, last, call, functions, lambdas)
            words -= self._never
            if len(words) == before:
                return

    def _close_call(
        self,
        mentioned: frozenset[str],
        arguments: list[ast.expr],
        last: str,
        call: ast.Call,
        functions: set[str],
        lambdas: set[ast.AST],
    ) -> None:
        words = self.words
        for keyword in call.keywords:
            if keyword.arg in words:
                words.update(_flowing(keyword.value))
        for parameters in self._parameters.get(last, ()):
            for parameter, argument in zip(parameters, call.args, strict=False):
                if parameter in words:
                    words.update(_flowing(argument))
        handed = not mentioned.isdisjoint(functions) or any(argument in lambdas for argument in arguments)
        if handed or (not isinstance(call.func, (ast.Name, ast.Attribute)) and _callee(call) & words):
            for argument in arguments:
                words.update(_flowing(argument))

    def _mark(self) -> frozenset[ast.AST]:
        marked: set[ast.AST] = set()
        if not self._seeds:
            return frozenset()
        for node in ast.walk(self.index.tree):
            if isinstance(node, ast.Name):
                hit = node.id in self.words or node in self._seeds
            elif isinstance(node, ast.Attribute):
                hit = node.attr in self.words or node in self._seeds
            elif isinstance(node, ast.keyword):
                hit = node.arg in self.words
            else:
                hit = isinstance(node, _EXITS)
            if hit:
                marked.add(node)
                for ancestor in self.index.ancestors(node):
                    if ancestor in marked:
                        break
                    marked.add(ancestor)
        return frozenset(marked)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _callee(call: ast.Call) -> set[str]:
    """The identifiers in a callee: of `jax.vmap(f)(x)` also `f`."""
    return {word for node in ast.walk(call.func) for word in _word(node)}


def _direct(node: ast.expr) -> set[str]:
    """The identifiers that an argument hands on itself."""
    return set(_flowing(node))


def _flowing(node: ast.expr) -> Iterator[str]:
    """The identifiers whose values make up a value."""
    stack: list[ast.AST] = [node]
    while stack:
        current = stack.pop()
        yield from _word(current)
        if isinstance(current, ast.Lambda):
            continue
        if isinstance(current, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
            stack.append(current.elt)
            stack += [generator.iter for generator in current.generators]
            continue
        stack.extend(child for child in ast.iter_child_nodes(current) if isinstance(child, (ast.expr, ast.keyword)))


def _identifiers(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        yield from _word(child)
        if isinstance(child, ast.arg):
            yield child.arg


def _word(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return () if node.id in _SELVES else (node.id,)
    return (node.attr,) if isinstance(node, ast.Attribute) else ()
