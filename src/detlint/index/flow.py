"""Which bindings of a name reach a use of it, by the structure of blocks.

Given a tree, answers for one name at a time. Loops, branches, `try` and early exits are understood as far as blocks go;
where it is not certain, more bindings are given rather than fewer.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING

from detlint.index.tree import COMPREHENSIONS, Binding, Scope, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[int, int]
_EXITS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Flow:
    """Reaching definitions within one scope, and all definitions for a use in a function further inside."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._by_place: dict[int, list[tuple[Place, Binding]]] = {}
        self._blocks: dict[ast.AST, tuple[tuple[ast.AST, str], ...]] = {}

    def lookup(self, name: str, use: ast.AST) -> tuple[Scope | None, bool]:
        """The scope that a name is looked up in, and whether that is the scope of the use itself."""
        scope: Scope | None = self.tree.scope_of(use)
        here = scope
        first = True
        while scope is not None:
            if name in scope.bindings and (scope.is_function or first) and name not in scope.globals:
                return scope, _same_frame(here, scope)
            if name in scope.globals:
                return (self.tree.module_scope if name in self.tree.module_scope.bindings else None), False
            if type(scope.node) not in COMPREHENSIONS:
                first = False
            scope = scope.parent
        return None, False

    def reaching(self, name: str, use: ast.AST) -> list[Binding]:
        """The bindings of a name that may hold where it is used, latest first; [] if the file binds none."""
        scope, local = self.lookup(name, use)
        if scope is None:
            return []
        bindings = scope.bindings[name]
        if len(bindings) == 1:
            return bindings
        if not local:
            return list(reversed(bindings))
        reached = self._reaching(bindings, use)
        return reached or list(reversed(bindings))

    def _reaching(self, bindings: list[Binding], use: ast.AST) -> list[Binding]:
        use_blocks = self.blocks(use)
        use_set = set(use_blocks)
        ordered = self._ordered(bindings)
        reached = bisect_right(ordered, _start(use), key=itemgetter(0))
        found: list[Binding] = []
        covered: dict[ast.AST, set[str]] = {}
        stopped = False
        for _, binding in _backwards(ordered, reached):
            blocks = self.blocks(binding.node)
            outside = [block for block in blocks if block not in use_set]
            if self._exclusive(outside, use_blocks):
                continue
            if outside and self._leaves(binding.node, outside):
                continue
            found.append(binding)
            if not outside:
                stopped = True
                break
            # Bindings in every branch of one statement cover it together.
            if self._covers(outside, covered):
                stopped = True
                break
        # What stands later in a loop around the use reaches it by the next round.
        loops = [block for block in use_blocks if isinstance(block[0], _LOOPS) and block[1] == "body"]
        if loops:
            inner_stop = stopped and found and self._within(found[-1], loops[0])
            for _, binding in ordered[reached:]:
                if inner_stop:
                    break
                if any(block in loops for block in self.blocks(binding.node)):
                    found.append(binding)
        return found

    def _ordered(self, bindings: list[Binding]) -> list[tuple[Place, Binding]]:
        """The bindings of a name by the place after which they hold."""
        known = self._by_place.get(id(bindings))
        if known is None:
            known = [(self.effective(binding), binding) for binding in bindings]
            known.sort(key=itemgetter(0))
            self._by_place[id(bindings)] = known
        return known

    def _within(self, binding: Binding, loop: tuple[ast.AST, str]) -> bool:
        return loop in self.blocks(binding.node)

    def effective(self, binding: Binding) -> Place:
        """The place after which a binding holds."""
        node = binding.node
        if isinstance(node, ast.arg):
            return (0, 0)
        if isinstance(node, ast.Name):
            parents = self.tree.parents
            child: ast.AST = node
            parent = parents[node]
            while isinstance(parent, (ast.Tuple, ast.List, ast.Starred)):
                child, parent = parent, parents[parent]
            if isinstance(parent, (ast.For, ast.AsyncFor)):
                return _start(parent.body[0])
            if isinstance(parent, ast.comprehension):
                return (0, 0)
            if isinstance(parent, ast.withitem):
                return _end(child)
            if isinstance(parent, ast.NamedExpr):
                return _end(parent)
            return _end(self.tree.statement(node))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return _end(node)
        if isinstance(node, ast.alias):
            return _end(self.tree.parents[node])
        return _start(node)

    def blocks(self, node: ast.AST) -> tuple[tuple[ast.AST, str], ...]:
        """The blocks around a node within its function, innermost first: (statement, field). `with` is no block."""
        statement = self.tree.statement(node)
        known = self._blocks.get(statement)
        if known is None:
            found = []
            child: ast.AST = statement
            for parent in self.tree.ancestors(statement):
                if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module, ast.Lambda)):
                    break
                field = _field(parent, child)
                if field is not None:
                    found.append((parent, field))
                child = parent
            known = self._blocks[statement] = tuple(found)
        if isinstance(node, ast.ExceptHandler):
            return known
        # What stands in the header of a loop's target belongs to its body.
        if (
            isinstance(statement, (ast.For, ast.AsyncFor))
            and node is not statement
            and _in_target(self.tree, node, statement)
        ):
            return ((statement, "body"), *known)
        return known

    @staticmethod
    def _exclusive(outside: list[tuple[ast.AST, str]], use_blocks: tuple[tuple[ast.AST, str], ...]) -> bool:
        """Whether binding and use stand in different branches of one statement, so that one run takes one of them."""
        for node, field in outside:
            if isinstance(node, (ast.If, ast.Match)):
                for other, other_field in use_blocks:
                    if other is node and other_field != field:
                        return True
        return False

    def _leaves(self, node: ast.AST, outside: list[tuple[ast.AST, str]]) -> bool:
        """Whether the block of a binding ends by leaving, so that what follows the block never sees it."""
        for compound, field in outside:
            block = block_of(compound, field)
            if block and isinstance(block[-1], (ast.Return, ast.Raise)):
                return True
        return False

    @staticmethod
    def _covers(outside: list[tuple[ast.AST, str]], covered: dict[ast.AST, set[str]]) -> bool:
        """Note that a branch binds the name; True if by now every way through the outermost statement does."""
        for node, field in outside:
            fields = covered.setdefault(node, set())
            fields.add(field)
            for branch in branches(node):
                block = block_of(node, branch)
                if block and isinstance(block[-1], _EXITS):
                    fields.add(branch)
            if not (branches(node) and fields.issuperset(branches(node))):
                return False
        return True


def _backwards(ordered: list[tuple[Place, Binding]], end: int) -> Iterator[tuple[Place, Binding]]:
    """The items before an index, last first."""
    return (ordered[index] for index in range(end - 1, -1, -1))


def branches(node: ast.AST) -> tuple[str, ...]:
    """The blocks of a statement of which a run takes one; () if a run may take none."""
    if isinstance(node, ast.If):
        return ("body", "orelse") if node.orelse else ()
    if isinstance(node, (ast.Try,)):
        return ("body", *(f"handler{i}" for i in range(len(node.handlers))))
    return ()


def block_of(node: ast.AST, field: str) -> list[ast.stmt]:
    """The statements of a block by the name that `blocks` gives it."""
    if field.startswith("handler"):
        handlers: list[ast.ExceptHandler] = getattr(node, "handlers", [])
        return handlers[int(field[7:])].body
    if field.startswith("case"):
        cases: list[ast.match_case] = getattr(node, "cases", [])
        return cases[int(field[4:])].body
    block: list[ast.stmt] = getattr(node, field, [])
    return block


def _field(parent: ast.AST, child: ast.AST) -> str | None:
    if isinstance(parent, (ast.With, ast.AsyncWith, ast.ExceptHandler, ast.match_case)):
        return None
    if isinstance(child, ast.ExceptHandler):
        return f"handler{parent.handlers.index(child)}" if isinstance(parent, ast.Try) else "handlers"
    if isinstance(parent, ast.Match):
        return f"case{parent.cases.index(child)}" if isinstance(child, ast.match_case) else None
    for field in ("body", "orelse", "finalbody"):
        if any(child is statement for statement in getattr(parent, field, ())):
            # The rest of a `try` always runs if nothing is caught.
            return None if field == "finalbody" or (field == "body" and _only_finally(parent)) else field
    return None


def _only_finally(parent: ast.AST) -> bool:
    return isinstance(parent, ast.Try) and not parent.handlers


def _in_target(tree: Tree, node: ast.AST, loop: ast.For | ast.AsyncFor) -> bool:
    child = node
    for parent in tree.ancestors(node):
        if parent is loop:
            return child is loop.target
        child = parent
    return False


def _same_frame(use: Scope | None, scope: Scope) -> bool:
    """Whether a use in one scope runs in the frame of another: comprehensions run in that of their function."""
    while use is not None and use is not scope and type(use.node) in COMPREHENSIONS:
        use = use.parent
    return use is scope


def _start(node: ast.AST) -> Place:
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def _end(node: ast.AST) -> Place:
    return (getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0)
