"""One pass over CPython's tree: parents, scopes, bindings, calls and stores.

Given the tree of a file (flake8 hands over the very same), gives a `Tree`. Nothing is resolved here: what a name
denotes is asked later, and only of the few expressions that a rule cares about.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

_WITHOUT_CHILDREN = (
    ast.Name,
    ast.Constant,
    ast.alias,
    ast.expr_context,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
    ast.boolop,
    ast.Global,
    ast.Nonlocal,
    ast.Import,
    ast.ImportFrom,
    ast.MatchSingleton,
    ast.type_ignore,
)
_WITHOUT_NODES = {
    "ctx",
    "op",
    "ops",
    "id",
    "attr",
    "name",
    "arg",
    "kind",
    "level",
    "module",
    "names",
    "asname",
    "type_comment",
    "simple",
    "is_async",
    "conversion",
    "rest",
    "kwd_attrs",
    "tag",
    "type_ignores",
    "type_params",
}


def _child_fields() -> dict[type, tuple[str, ...]]:
    """For each type of node, the fields that hold nodes worth a visit."""
    fields: dict[type, tuple[str, ...]] = {}
    for kind in vars(ast).values():
        if isinstance(kind, type) and issubclass(kind, ast.AST):
            empty = issubclass(kind, _WITHOUT_CHILDREN)
            fields[kind] = () if empty else tuple(f for f in kind._fields if f not in _WITHOUT_NODES)
    return fields


CHILD_FIELDS = _child_fields()


class Binding:
    """One place that gives a name a value.

    `node` is what binds: a Name that is stored, an alias of an import, a def, a class, an argument, an except handler
    or a pattern. `scope` is where the name lives.
    """

    __slots__ = ("name", "node", "scope")

    def __init__(self, name: str, node: ast.AST, scope: Scope) -> None:
        self.name = name
        self.node = node
        self.scope = scope


class Scope:
    """A module, class, function, lambda or comprehension, with the names that it binds."""

    __slots__ = ("bindings", "globals", "node", "nonlocals", "parent", "stars")

    def __init__(self, node: ast.AST, parent: Scope | None) -> None:
        self.node = node
        self.parent = parent
        self.bindings: dict[str, list[Binding]] = {}
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.stars: list[str] = []

    @property
    def is_function(self) -> bool:
        """Whether names bound here are seen by functions inside, as those of a class are not."""
        return not isinstance(self.node, ast.ClassDef)


class Tree:
    """What one pass gives; lists are in the order of the source."""

    def __init__(self, module: ast.Module) -> None:
        self.module = module
        self.parents: dict[ast.AST, ast.AST] = {}
        self.scopes: dict[ast.AST, Scope] = {}
        self.calls: list[ast.Call] = []
        self.attribute_stores: list[ast.Attribute] = []
        self.attribute_loads: dict[str, list[ast.Attribute]] = {}
        self.subscript_stores: list[ast.Subscript] = []
        self.subscript_deletions: list[ast.Subscript] = []
        self.augmented: list[ast.AugAssign] = []
        self.functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
        self.classes: list[ast.ClassDef] = []
        self.imports: set[str] = set()
        self.returns: dict[ast.AST, list[ast.Return]] = {}
        self.generators: set[ast.AST] = set()
        self.loads: dict[str, list[ast.Name]] = {}
        self.module_scope = Scope(module, None)
        self.scopes[module] = self.module_scope
        self._stack: list[tuple[ast.AST, Scope]] = []
        self._declaring: list[Scope] = []
        self._walk()

    # -------------------------------------------------------------------------------------------------- the pass
    def _walk(self) -> None:
        parents = self.parents
        fields = CHILD_FIELDS
        special = _HANDLERS
        stack = self._stack = []
        for child in self.module.body:
            self._push(child, self.module, self.module_scope)
        pop = stack.pop
        push = stack.append
        while stack:
            node, scope = pop()
            kind = type(node)
            handler = special.get(kind)
            if handler is not None and handler(self, node, scope):
                continue
            for name in fields[kind]:
                value = getattr(node, name, None)
                if value is None:
                    continue
                if type(value) is list:
                    for child in value:
                        if child is not None:
                            parents[child] = node
                            push((child, scope))
                else:
                    parents[value] = node
                    push((value, scope))
        del self._stack
        for scope in self._declaring:
            self._move_declared(scope)
        # The stack runs from the end of the file; what is handed out runs from its start.
        self.calls.sort(key=position)
        self.functions.sort(key=position)
        self.classes.sort(key=position)
        self.attribute_stores.sort(key=position)
        self.subscript_stores.sort(key=position)
        for returns in self.returns.values():
            returns.sort(key=position)
        for scope in self.scopes.values():
            for bindings in scope.bindings.values():
                if len(bindings) > 1:
                    bindings.sort(key=lambda binding: position(binding.node))

    def _push(self, child: ast.AST, parent: ast.AST, scope: Scope) -> None:
        self.parents[child] = parent
        self._stack.append((child, scope))

    def _bind(self, name: str, node: ast.AST, scope: Scope) -> None:
        found = scope.bindings.get(name)
        if found is None:
            scope.bindings[name] = [Binding(name, node, scope)]
        else:
            found.append(Binding(name, node, scope))

    def _name(self, node: ast.Name, scope: Scope) -> bool:
        context = type(node.ctx)
        if context is ast.Load:
            loads = self.loads.get(node.id)
            if loads is None:
                self.loads[node.id] = [node]
            else:
                loads.append(node)
        elif context is ast.Store:
            if type(scope.node) in COMPREHENSIONS and type(self.parents[node]) is ast.NamedExpr:
                while type(scope.node) in COMPREHENSIONS and scope.parent is not None:
                    scope = scope.parent
            self._bind(node.id, node, scope)
        return True

    def _call(self, node: ast.Call, scope: Scope) -> bool:
        self.calls.append(node)
        return False

    def _attribute(self, node: ast.Attribute, scope: Scope) -> bool:
        if type(node.ctx) is ast.Store:
            self.attribute_stores.append(node)
        else:
            loads = self.attribute_loads.get(node.attr)
            if loads is None:
                self.attribute_loads[node.attr] = [node]
            else:
                loads.append(node)
        return False

    def _subscript(self, node: ast.Subscript, scope: Scope) -> bool:
        if type(node.ctx) is ast.Store:
            self.subscript_stores.append(node)
        elif type(node.ctx) is ast.Del:
            self.subscript_deletions.append(node)
        return False

    def _augment(self, node: ast.AugAssign, scope: Scope) -> bool:
        self.augmented.append(node)
        return False

    def _import(self, node: ast.Import, scope: Scope) -> bool:
        for alias in node.names:
            self.parents[alias] = node
            top = alias.name.partition(".")[0]
            self.imports.add(top)
            self._bind(alias.asname or top, alias, scope)
        return True

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> bool:
        module = "." * node.level + (node.module or "")
        if not node.level:
            self.imports.add(module.partition(".")[0])
        for alias in node.names:
            self.parents[alias] = node
            if alias.name == "*":
                scope.stars.append(module)
            else:
                self._bind(alias.asname or alias.name, alias, scope)
        return True

    def _global(self, node: ast.Global, scope: Scope) -> bool:
        scope.globals.update(node.names)
        self._declaring.append(scope)
        return True

    def _nonlocal(self, node: ast.Nonlocal, scope: Scope) -> bool:
        scope.nonlocals.update(node.names)
        self._declaring.append(scope)
        return True

    def _move_declared(self, scope: Scope) -> None:
        """`global` and `nonlocal` hold for the whole function, wherever they stand in it: move what it binds."""
        for name in (*scope.globals, *scope.nonlocals):
            home: Scope | None = self.module_scope
            if name in scope.nonlocals:
                home = scope.parent
                while home is not None and (not home.is_function or name not in home.bindings):
                    home = home.parent
            bindings = scope.bindings.pop(name, None)
            if bindings and home is not None:
                home.bindings.setdefault(name, []).extend(Binding(name, b.node, home) for b in bindings)

    def _arguments(self, arguments: ast.arguments, inner: Scope, outer: Scope) -> None:
        """Bind the parameters in the function's scope; defaults and annotations live outside."""
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
        for argument in every:
            self.parents[argument] = arguments
            self._bind(argument.arg, argument, inner)
            if argument.annotation is not None:
                self._push(argument.annotation, argument, outer)
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self._push(default, arguments, outer)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> bool:
        self._bind(node.name, node, scope)
        self.functions.append(node)
        inner = self.scopes[node] = Scope(node, scope)
        self.parents[node.args] = node
        self._arguments(node.args, inner, scope)
        for decorator in node.decorator_list:
            self._push(decorator, node, scope)
        if node.returns is not None:
            self._push(node.returns, node, scope)
        for child in node.body:
            self._push(child, node, inner)
        return True

    def _lambda(self, node: ast.Lambda, scope: Scope) -> bool:
        inner = self.scopes[node] = Scope(node, scope)
        self.parents[node.args] = node
        self._arguments(node.args, inner, scope)
        self._push(node.body, node, inner)
        return True

    def _class(self, node: ast.ClassDef, scope: Scope) -> bool:
        self._bind(node.name, node, scope)
        self.classes.append(node)
        inner = self.scopes[node] = Scope(node, scope)
        for child in (*node.decorator_list, *node.bases, *node.keywords):
            self._push(child, node, scope)
        for child in node.body:
            self._push(child, node, inner)
        return True

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scope: Scope) -> bool:
        # The first iterable belongs to the enclosing scope; only in a class body does that make a difference.
        self.scopes[node] = inner = Scope(node, scope)
        if isinstance(node, ast.DictComp):
            self._push(node.key, node, inner)
            self._push(node.value, node, inner)
        else:
            self._push(node.elt, node, inner)
        for generator in node.generators:
            self._push(generator, node, inner)
        return True

    def _handler(self, node: ast.ExceptHandler, scope: Scope) -> bool:
        if node.name:
            self._bind(node.name, node, scope)
        return False

    def _pattern(self, node: ast.AST, scope: Scope) -> bool:
        name = getattr(node, "rest" if isinstance(node, ast.MatchMapping) else "name", None)
        if name:
            self._bind(name, node, scope)
        return False

    def _return(self, node: ast.Return, scope: Scope) -> bool:
        self.returns.setdefault(scope.node, []).append(node)
        return False

    def _yield(self, node: ast.AST, scope: Scope) -> bool:
        self.generators.add(scope.node)
        return False

    # ----------------------------------------------------------------------------------------------- questions
    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, nearest first, down to the module."""
        parents = self.parents
        current = parents.get(self._written(node))
        while current is not None:
            yield current
            current = parents.get(current)

    def _written(self, node: ast.AST) -> ast.AST:
        """The node itself, or the one at which it stands for something that another file says."""
        while node not in self.parents and (at := getattr(node, "at", None)) is not None:
            node = at
        return node

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope in which an expression at this node is evaluated."""
        child = node
        for ancestor in self.ancestors(node):
            scope = self.scopes.get(ancestor)
            if scope is not None and _inside(ancestor, child):
                return scope
            child = ancestor
        return self.module_scope

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds a node (or is it)."""
        current: ast.AST | None = self._written(node)
        while current is not None and not isinstance(current, ast.stmt):
            current = self.parents.get(current)
        assert current is not None
        return current


def _inside(scope_node: ast.AST, child: ast.AST) -> bool:
    """Whether a child of a scope's node is evaluated inside that scope: defaults, decorators and bases are not."""
    if isinstance(scope_node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return isinstance(child, ast.stmt)
    if isinstance(scope_node, ast.Lambda):
        return child is scope_node.body
    return True


def position(node: ast.AST) -> tuple[int, int, int, int]:
    """Where a node stands, so that outer nodes come before inner ones that start at the same place."""
    line = getattr(node, "lineno", 0)
    column = getattr(node, "col_offset", 0)
    return (
        line,
        column,
        -(getattr(node, "end_lineno", None) or line),
        -(getattr(node, "end_col_offset", None) or column),
    )


_HANDLERS: dict[type, Callable[..., bool]] = {
    ast.Name: Tree._name,
    ast.Call: Tree._call,
    ast.Attribute: Tree._attribute,
    ast.Subscript: Tree._subscript,
    ast.AugAssign: Tree._augment,
    ast.Global: Tree._global,
    ast.Nonlocal: Tree._nonlocal,
    ast.Import: Tree._import,
    ast.ImportFrom: Tree._import_from,
    ast.FunctionDef: Tree._function,
    ast.AsyncFunctionDef: Tree._function,
    ast.Lambda: Tree._lambda,
    ast.ClassDef: Tree._class,
    ast.ListComp: Tree._comprehension,
    ast.SetComp: Tree._comprehension,
    ast.DictComp: Tree._comprehension,
    ast.GeneratorExp: Tree._comprehension,
    ast.ExceptHandler: Tree._handler,
    ast.MatchAs: Tree._pattern,
    ast.MatchStar: Tree._pattern,
    ast.MatchMapping: Tree._pattern,
    ast.Return: Tree._return,
    ast.Yield: Tree._yield,
    ast.YieldFrom: Tree._yield,
}
