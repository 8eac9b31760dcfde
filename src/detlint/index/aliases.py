"""Which identifiers of a file may stand for others: names that are bound to something that mentions them.

Given what one pass over the file gave; gives for some identifiers all that may lead to what they mean. A name is bound
to what it is assigned, loops over or is imported as; a function gives what it returns. Only the places that mention an
identifier are looked at, from there upwards.
"""

from __future__ import annotations

import ast
import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index.modules import Modules
    from detlint.index.tree import Tree

_QUOTED = re.compile(r"""(["'])([A-Za-z_]\w*)\1""")
_PARTS = (ast.Name, ast.Attribute, ast.Constant, ast.Call)
"""Arguments that may be what a call gives on: `partial(f)`, `getattr(module, "f")`."""


class Aliases:
    """The identifiers that may stand for others in one file."""

    def __init__(self, tree: Tree, modules: Modules, text: str) -> None:
        self._tree = tree
        self._modules = modules
        self._text = text
        self._bound: dict[str, tuple[str, ...]] = {}
        self._known: dict[frozenset[str], frozenset[str]] = {}

    def of(self, words: frozenset[str]) -> frozenset[str]:
        """The identifiers that may stand for the given ones here: these, and names that are bound to them."""
        known = self._known.get(words)
        if known is not None:
            return known
        found = set(words)
        if "hydra" in self._tree.imports:
            found.update(("instantiate", "call"))  # by them, what a configuration names is called
        pending = list(found & self._mentioned)
        while pending:
            word = pending.pop()
            if word not in self._bound:
                self._bound[word] = tuple(dict.fromkeys(self._names_bound_to(word)))
            for name in self._bound[word]:
                if name not in found:
                    found.add(name)
                    pending.append(name)
        result = self._known[words] = frozenset(found)
        return result

    @cached_property
    def _mentioned(self) -> set[str]:
        """All identifiers that something may be bound to."""
        tree = self._tree
        return {*tree.loads, *tree.attribute_loads, *self._imported, *self._quoted}

    @cached_property
    def _quoted(self) -> frozenset[str]:
        return frozenset(word for _, word in _QUOTED.findall(self._text))

    @cached_property
    def _texts(self) -> dict[str, list[ast.Constant]]:
        """The strings of the file that are identifiers."""
        found: dict[str, list[ast.Constant]] = {}
        for node in self._tree.parents:
            if type(node) is ast.Constant and type(node.value) is str and node.value.isidentifier():
                found.setdefault(node.value, []).append(node)
        return found

    @cached_property
    def _imported(self) -> dict[str, list[str]]:
        """For an identifier, the other names under which something with it is imported."""
        found: dict[str, list[str]] = {}
        for scope in self._tree.scopes.values():
            for bindings in scope.bindings.values():
                for binding in bindings:
                    node = binding.node
                    if isinstance(node, ast.alias):
                        resolved = self._handed_on(node)
                        if resolved is not None or node.asname:
                            for word in (resolved or node.name).split("."):
                                found.setdefault(word, []).append(binding.name)
        return found

    def _handed_on(self, alias: ast.alias) -> str | None:
        """What a name that is imported from a module of the project stands for in a library."""
        statement = self._tree.parents[alias]
        if not isinstance(statement, ast.ImportFrom):
            return None
        module = "." * statement.level + (statement.module or "")
        if not statement.level:
            module = self._modules.dots(module) + module
        return self._modules.resolve(module + alias.name if module.endswith(".") else f"{module}.{alias.name}")

    def _names_bound_to(self, word: str) -> Iterator[str]:
        """The names that are bound to something that mentions an identifier."""
        yield from self._imported.get(word, ())
        tree = self._tree
        for node in tree.loads.get(word, ()):
            yield from self._bound_above(node)
        for attribute in tree.attribute_loads.get(word, ()):
            yield from self._bound_above(attribute)
        for text in self._texts.get(word, ()) if word in self._quoted else ():
            if not isinstance(tree.parents[text], (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
                yield from self._bound_above(text)

    def _bound_above(self, node: ast.expr) -> Iterator[str]:
        """The names that are bound to an expression of which a node may make the value."""
        parents = self._tree.parents
        parent = parents[node]
        while _makes(node, parent):
            assert isinstance(parent, ast.expr)
            node, parent = parent, parents[parent]
        if isinstance(parent, ast.Return):
            function = next((each for each in self._tree.ancestors(parent) if isinstance(each, _DEFINITIONS)), None)
            if function is not None:
                yield function.name
        elif isinstance(parent, ast.Assign) and parent.value is node:
            for target in parent.targets:
                yield from _names(target)
        elif isinstance(parent, (ast.AnnAssign, ast.NamedExpr)) and parent.value is node:
            yield from _names(parent.target)
        elif isinstance(parent, ast.withitem) and parent.context_expr is node and parent.optional_vars is not None:
            yield from _names(parent.optional_vars)
        elif isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is node:
            yield from _names(parent.target)


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _makes(node: ast.expr, parent: ast.AST) -> bool:
    """Whether the value of an expression may be that of a part, or something made with it."""
    if isinstance(parent, (ast.Attribute, ast.BoolOp, ast.Tuple, ast.List, ast.Await)):
        return True
    if isinstance(parent, ast.Call):
        return parent.func is node or isinstance(node, _PARTS)
    if isinstance(parent, ast.IfExp):
        return parent.test is not node
    if isinstance(parent, ast.Subscript):
        return parent.value is node
    if isinstance(parent, ast.Dict):
        return any(value is node for value in parent.values)
    return isinstance(parent, ast.Lambda)


def _names(target: ast.expr) -> Iterator[str]:
    """The names and attributes that an assignment to a target gives a value."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Attribute):
        yield target.attr
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _names(element)
