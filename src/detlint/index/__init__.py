"""The index of a file: one pass over its tree, and the answers to every semantic question about it.

Given a tree of CPython's `ast` and what the packs know of libraries; gives qualified names, values, types, arguments
and places in the structure. Knows no rules, no settings, no other files.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from detlint.index.aliases import Aliases
from detlint.index.arguments import Argument, Arguments
from detlint.index.configured import INSTANTIATE, Configured
from detlint.index.evaluate import Evaluator
from detlint.index.library import Knowledge
from detlint.index.modules import Modules
from detlint.index.syntax import dotted_name, is_main_guard
from detlint.index.tree import FUNCTIONS, Binding, FunctionNode, Tree, position
from detlint.index.values import (
    UNKNOWN,
    Const,
    Instance,
    LocalClass,
    LocalFunction,
    Mapping,
    Ref,
    Sequence,
    Unset,
    Value,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.configurations.data import Place

Node = TypeVar("Node", bound=ast.AST)

__all__ = [
    "UNKNOWN",
    "Argument",
    "Arguments",
    "FileIndex",
    "Knowledge",
    "Modules",
    "NameSet",
    "Setting",
    "dotted_name",
    "is_main_guard",
]


@dataclass(frozen=True, slots=True)
class Setting:
    """An assignment to an attribute, or the `setattr` call that does the same (then `target` is the call)."""

    target: ast.expr
    value: ast.expr
    statement: ast.stmt
    names: tuple[str, ...]


class NameSet:
    """Qualified names to look for, with the identifiers that code must contain to mean one of them."""

    def __init__(self, names: Iterable[str], prefixes: Iterable[str] = ()) -> None:
        self.names = frozenset(names)
        self.prefixes = tuple(sorted(set(prefixes)))
        words = set()
        for name in self.names:
            head, _, last = name.rpartition(".")
            words.add(head.rpartition(".")[2] if last in {"__call__", "*"} else last)
        # Everything below a prefix is meant: what leads there must be written, unless it was imported under a name.
        words.update(prefix.rstrip(".").rpartition(".")[2] for prefix in self.prefixes)
        self.words = frozenset(words)

    def matches(self, name: str) -> bool:
        """Whether a qualified name is one of these."""
        return (
            name in self.names
            or name.rpartition(".")[0] + ".*" in self.names
            or (bool(self.prefixes) and name.startswith(self.prefixes))
        )


class FileIndex:
    """Everything that rules, effects and summaries ask about one file."""

    def __init__(
        self,
        tree: ast.Module,
        knowledge: Knowledge,
        path: str = "",
        text: str = "",
        modules: Modules | None = None,
    ) -> None:
        """`modules` is what the files around the one at `path` say of its imports; by default nothing."""
        self.tree = tree
        self.path = path
        self.text = text
        self.knowledge = knowledge
        self._pass = Tree(tree)
        self.modules = Modules() if modules is None else modules
        self._pass.imports -= {name for name in self._pass.imports if self.modules.dots(name)}
        self._evaluator = Evaluator(self._pass, knowledge, self.modules)
        self.calls: list[ast.Call] = self._pass.calls
        self.functions = self._pass.functions
        self.classes = self._pass.classes
        self.imports: frozenset[str] = frozenset(self._pass.imports)
        self._aliases = Aliases(self._pass, self.modules, text)
        self._settings: list[Setting] | None = None
        self._callee_names: dict[ast.Call, tuple[str, ...]] = {}

    # ------------------------------------------------------------------------------------------------ semantics
    def evaluate(self, node: ast.AST | None) -> Value:
        """The abstract value of an expression. Never raises."""
        return self._evaluator.evaluate(node)

    def names(self, node: ast.AST) -> tuple[str, ...]:
        """The canonical qualified names that an expression may denote; () if that is not known.

        A method of an object of known type is `Type.method`; the callee of a call that calls an object,
        `Type.__call__`.
        """
        parent = self._pass.parents.get(node)
        called = isinstance(parent, ast.Call) and parent.func is node
        found: dict[str, None] = {}
        if isinstance(node, ast.Attribute):
            for name in self._attribute_names(node):
                found[name] = None
        for value in walk(self.evaluate(node)):
            if isinstance(value, Ref):
                found[value.name] = None
            elif called and isinstance(value, Instance):
                for kind in self._kinds(value):
                    found[f"{kind}.__call__"] = None
        return tuple(found)

    def _attribute_names(self, node: ast.Attribute) -> Iterator[str]:
        for base in self.evaluate(node.value).alternatives:
            if isinstance(base, Ref):
                yield self.knowledge.canonical(f"{base.name}.{node.attr}")
            elif isinstance(base, Instance) and isinstance(base.type, str) and base.element is None:
                yield self.knowledge.member(base.type, node.attr)

    def _kinds(self, value: Instance) -> tuple[str, ...]:
        return (value.type,) if isinstance(value.type, str) else self._evaluator.external_bases(value.type)

    def written_names(self, node: ast.AST) -> tuple[str, ...]:
        """As `names`, before aliases were applied: `tensorflow.keras.Model` for `keras.Model`. Of libraries only."""
        return tuple(dict.fromkeys(v.written or v.name for v in walk(self.evaluate(node)) if isinstance(v, Ref)))

    def callee_names(self, call: ast.Call) -> tuple[str, ...]:
        """The canonical names of what a call calls."""
        known = self._callee_names.get(call)
        if known is None:
            known = self.names(call.func)
            if not INSTANTIATE.isdisjoint(known):
                known = (*known, *self._evaluator.targets(call))
            elif isinstance(call.func, ast.Attribute) and call.func.attr in self.knowledge.receivers:
                known = tuple(dict.fromkeys((*known, *self._of_products(call.func))))
            self._callee_names[call] = known
        return known

    def _of_products(self, callee: ast.Attribute) -> Iterator[str]:
        """The names of a method of what functions and classes of other files give."""
        for name, place in self.made_by(callee.value):
            for kind in self.modules.products(name, place):
                yield self.knowledge.member(kind, callee.attr)

    def made_by(self, node: ast.AST, place: int | None = None, depth: int = 6) -> Iterator[tuple[str, int | None]]:
        """The names out of sight whose calls made an expression; with the place in what they give, if unpacked."""
        for value in self.evaluate(node).alternatives if depth else ():
            if isinstance(value, Instance) and isinstance(value.type, str) and value.type and place is None:
                if not self.knowledge.describes(value.type) and "." in value.type:
                    yield value.type, None
            elif value is UNKNOWN:
                yield from self._made_out_of_sight(node, place, depth - 1)

    def _made_out_of_sight(self, node: ast.AST, place: int | None, depth: int) -> Iterator[tuple[str, int | None]]:
        if isinstance(node, ast.Name):
            for binding in self.bindings(node):
                parent = self.parent(binding.node)
                outer = self.parent(parent) if isinstance(parent, ast.Tuple) else None
                if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is not None:
                    yield from self.made_by(parent.value, place, depth)
                elif isinstance(parent, ast.Tuple) and isinstance(outer, ast.Assign) and binding.node in parent.elts:
                    yield from self.made_by(outer.value, parent.elts.index(binding.node), depth)
        elif isinstance(node, ast.Attribute):
            for stored in self.stored_on_self(node):
                yield from self.made_by(stored, place, depth)
        elif isinstance(node, ast.Call):
            for name in self.names(node.func):
                if not self.knowledge.describes(name) and "." in name:
                    yield name, place

    def place(self, node: ast.AST | None) -> Place | None:
        """Where a configuration file holds the value of an expression, of an argument or of a target's assignment.

        None if it comes from none.
        """
        if isinstance(node, Configured):
            return node.place
        statement = self._pass.parents.get(node) if node is not None else None
        if isinstance(statement, ast.Assign) and node in statement.targets:
            node = statement.value
        value = self.evaluate(node.value if isinstance(node, ast.keyword) else node)
        return value.place if isinstance(value, (Const, Unset)) else None

    def types(self, node: ast.AST) -> tuple[str, ...]:
        """The canonical type names of an expression; () unless every alternative (None aside) has a known type.

        Objects of classes of this file have the library classes that these derive from.
        """
        found: dict[str, None] = {}
        for value in self.evaluate(node).alternatives:
            if isinstance(value, Const):
                if value.value is not None:
                    found[type(value.value).__name__] = None
                continue
            kinds = self.value_types(value)
            if not kinds:
                return ()
            found.update(dict.fromkeys(kinds))
        return tuple(found)

    def value_types(self, value: Value) -> tuple[str, ...]:
        """The type names of one value that is no union."""
        if isinstance(value, Instance):
            return self._kinds(value) or ("",)
        if isinstance(value, Mapping):
            return ("dict",)
        if isinstance(value, Sequence):
            return (value.kind,)
        if isinstance(value, Ref) and "." in value.name:
            head, _, last = value.name.rpartition(".")
            kind = self.knowledge.attribute(head, last)
            return (kind,) if kind else ()
        return ()

    def is_type(self, node: ast.AST, kind: str) -> bool:
        """Whether an expression is proven to be of a type (or one that derives from it)."""
        kinds = self.types(node)
        return bool(kinds) and all(self.knowledge.derives(k, kind) for k in kinds)

    def constant(self, node: ast.AST | None) -> object:
        """The Python constant that an expression is, also a list or tuple of constants; `UNKNOWN` if none."""
        return UNKNOWN if node is None else self._constant(self.evaluate(node), 0)

    def _constant(self, value: Value, depth: int) -> object:
        if isinstance(value, Const):
            return value.value
        if isinstance(value, Sequence) and not value.open and depth < 4:
            items = [self._constant(self.evaluate(e), depth + 1) for e in value.elements]
            if any(item is UNKNOWN for item in items):
                return UNKNOWN
            return tuple(items) if value.kind == "tuple" else items
        return UNKNOWN

    def constants(self, node: ast.AST | None) -> tuple[object, ...] | None:
        """All constants that an expression may be; None if one of its alternatives is not a constant."""
        if node is None:
            return None
        found = [self._constant(value, 0) for value in self.evaluate(node).alternatives]
        return None if any(item is UNKNOWN for item in found) else tuple(found)

    def arguments(self, call: ast.Call) -> Arguments:
        """The arguments of a call, those of partials and of dicts in sight included."""
        return self._evaluator.arguments(call)

    # -------------------------------------------------------------------------------------------------- searching
    def find_calls(self, wanted: NameSet) -> Iterator[tuple[ast.Call, tuple[str, ...]]]:
        """The calls whose callee may be one of the names, with its names that are, in the order of the source."""
        words = self.words(wanted.words)
        for call in self._mentioning(words) if not wanted.prefixes else self.calls:
            func = call.func
            if isinstance(func, ast.Attribute):
                if func.attr not in words and not (wanted.prefixes and _mentions(func, words)):
                    continue
            elif isinstance(func, ast.Name):
                if func.id not in words:
                    continue
            elif not _mentions(func, words):
                continue
            names = tuple(name for name in self.callee_names(call) if wanted.matches(name))
            if names:
                yield call, names

    def _mentioning(self, words: frozenset[str]) -> list[ast.Call]:
        """The calls of something that ends in one of the words, or that has no last word."""
        places = [*self._calls_by_word.get("", ())]
        for word in self._calls_by_word.keys() & words:
            places += self._calls_by_word[word]
        return [self.calls[place] for place in sorted(places)]

    @cached_property
    def _calls_by_word(self) -> dict[str, list[int]]:
        """The places of calls in `calls` by the last word of what is called; under "" those of anything else."""
        found: dict[str, list[int]] = {}
        for place, call in enumerate(self.calls):
            func = call.func
            word = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
            found.setdefault(word, []).append(place)
        return found

    def calls_of(self, *names: str) -> Iterator[ast.Call]:
        """The calls whose callee may be one of the canonical names."""
        for call, _ in self.find_calls(NameSet(names)):
            yield call

    def find_settings(self, wanted: NameSet) -> Iterator[Setting]:
        """The assignments to attributes (also by `setattr`) that may be one of the names."""
        for setting in self._all_settings(self.words(wanted.words)) if wanted.words else ():
            matching = tuple(name for name in setting.names if wanted.matches(name))
            if matching:
                yield Setting(setting.target, setting.value, setting.statement, matching)

    def assignments_to(self, *names: str) -> Iterator[Setting]:
        """The assignments to attributes (also by `setattr`) that may be one of the canonical names."""
        return self.find_settings(NameSet(names))

    def _all_settings(self, words: frozenset[str]) -> Iterator[Setting]:
        parents = self._pass.parents
        for target in self._pass.attribute_stores:
            if not _mentions(target, words):
                continue
            statement = self._pass.statement(target)
            value = getattr(statement, "value", None)
            parent = parents[target]
            if isinstance(parent, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
                place = next((i for i, e in enumerate(parent.elts) if e is target), -1)
                value = value.elts[place] if 0 <= place < len(value.elts) == len(parent.elts) else None
            if isinstance(statement, (ast.Assign, ast.AnnAssign)) and value is not None:
                names = tuple(dict.fromkeys(self._attribute_names(target)))
                if names:
                    yield Setting(target, value, statement, names)
        for call in self.calls:
            if isinstance(call.func, ast.Name) and call.func.id == "setattr" and len(call.args) == 3:
                attribute = self.constant(call.args[1])
                if isinstance(attribute, str):
                    names = tuple(f"{name}.{attribute}" for name in self._object_names(call.args[0]))
                    if names:
                        yield Setting(call, call.args[2], self._pass.statement(call), names)

    def _object_names(self, node: ast.expr) -> Iterator[str]:
        for base in self.evaluate(node).alternatives:
            if isinstance(base, Ref):
                yield base.name
            elif isinstance(base, Instance) and isinstance(base.type, str):
                yield base.type

    def words(self, words: frozenset[str]) -> frozenset[str]:
        """The identifiers that may stand for the given ones here: these, and names that are bound to them."""
        return self._aliases.of(words)

    # -------------------------------------------------------------------------------------------------- structure
    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node directly around a node."""
        return self._pass.parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, nearest first."""
        return self._pass.ancestors(node)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds a node."""
        return self._pass.statement(node)

    def function(self, node: ast.AST) -> FunctionNode | None:
        """The innermost function around a node."""
        for ancestor in self._pass.ancestors(node):
            if isinstance(ancestor, FUNCTIONS):
                return ancestor
        return None

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The innermost class around a node."""
        return next((a for a in self._pass.ancestors(node) if isinstance(a, ast.ClassDef)), None)

    def owner(self, function: ast.AST) -> ast.ClassDef | None:
        """The class of which a function is a method."""
        return self._evaluator.owner(function)

    def method(self, cls: LocalClass, name: str) -> LocalFunction | None:
        """A method of a class of this file, own or inherited from a class of this file."""
        return self._evaluator.method(cls, name)

    def bases(self, cls: ast.ClassDef) -> tuple[str, ...]:
        """The library classes from which a class of this file derives, with all that these derive from."""
        found: dict[str, None] = {}
        for base in self._evaluator.external_bases(LocalClass(cls)):
            found.update(dict.fromkeys(self.knowledge.ancestors(base)))
        return tuple(found)

    def bindings(self, name: ast.Name) -> list[Binding]:
        """The bindings of a name that may hold where it is used, latest first."""
        return self._evaluator.flow.reaching(name.id, name)

    def is_changed(self, name: str) -> bool:
        """Whether a method, an item's assignment or the like changes what a name of the file holds."""
        return self._evaluator.is_changed(name)

    def attribute_of(self, value: Instance, name: str) -> Value:
        """What an object of a class of this file holds in an attribute."""
        assert isinstance(value.type, LocalClass)
        return self._evaluator.attribute_of(value.type, name, value)

    def default_of_field(self, field: ast.AnnAssign) -> Value:
        """The default of a field of a class body; `UNKNOWN` where it has none, or None."""
        return self._evaluator.default_of_field(field)

    def is_plain(self, cls: ast.ClassDef) -> bool:
        """Whether objects of a class of this file hold in their fields what they are made with."""
        return self._evaluator.is_plain(LocalClass(cls))

    def bindings_in(self, node: ast.AST) -> dict[str, list[Binding]]:
        """The names that the body of a function or class binds, with what binds them."""
        return self._pass.scopes[node].bindings

    def stored_on_self(self, node: ast.Attribute) -> list[ast.expr]:
        """What the methods of the class around `self.name` assign to it."""
        owner = self.class_of(node)
        if owner is None or not (isinstance(node.value, ast.Name) and node.value.id == "self"):
            return []
        parents = [self.parent(store) for store in self._evaluator.attribute_stores(owner, node.attr)]
        return [each.value for each in parents if isinstance(each, (ast.Assign, ast.AnnAssign)) and each.value]

    @property
    def attribute_stores(self) -> list[ast.Attribute]:
        """Where attributes are assigned, in the order of the source."""
        return self._pass.attribute_stores

    @property
    def subscript_stores(self) -> list[ast.Subscript]:
        """Where items are assigned, in the order of the source."""
        return self._pass.subscript_stores

    def narrowed(self, name: ast.Name) -> tuple[str, ...]:
        """The types that `isinstance` around a use of a name proves; () if nothing does."""
        value = self._evaluator.narrowed(name)
        return self.value_types(value) if value is not None else ()

    def attribute_loads(self, attribute: str) -> list[ast.Attribute]:
        """Where an attribute of that name is read or called, in the whole file, in no order."""
        return self._pass.attribute_loads.get(attribute, [])

    def nodes(self, *kinds: type[Node]) -> list[Node]:
        """The nodes of some types, of these very types, in the order of the source."""
        found = [node for kind in kinds for node in self._nodes_by_type.get(kind, ())]
        found.sort(key=position)
        return found  # type: ignore[return-value]

    @cached_property
    def _nodes_by_type(self) -> dict[type[ast.AST], list[ast.AST]]:
        table: dict[type[ast.AST], list[ast.AST]] = {}
        for node in self._pass.parents:
            table.setdefault(type(node), []).append(node)
        return table

    def loads(self, name: str) -> list[ast.Name]:
        """Where an identifier is read, in the whole file."""
        return self._pass.loads.get(name, [])

    def local_calls(self, node: ast.AST) -> list[ast.Call] | None:
        """The calls of a function or class of this file by its name; None if it is also handed on as a value."""
        return self._evaluator.local_calls(node)

    def annotated(self, function: FunctionNode) -> Value:
        """What the annotation of a function says that it gives."""
        return self._evaluator.annotation(getattr(function, "returns", None))

    def returns(self, function: ast.AST) -> list[ast.Return]:
        """The return statements of a function."""
        return self._pass.returns.get(function, [])

    def blocks(self, node: ast.AST) -> tuple[tuple[ast.AST, str], ...]:
        """The blocks around a node within its function, innermost first: (compound statement, field)."""
        return self._evaluator.flow.blocks(node)

    def visible(self, node: ast.AST) -> Iterator[dict[str, list[Binding]]]:
        """The names that are seen at a node with what binds them, scope by scope, innermost first."""
        scope = inner = self._pass.scope_of(node)
        while scope is not None:
            if scope is inner or scope.is_function:
                yield scope.bindings
            scope = scope.parent  # type: ignore[assignment]

    def bound(self, binding: Binding) -> Value:
        """The value that a binding gives its name."""
        return self._evaluator.binding(binding)

    @property
    def module_bindings(self) -> dict[str, list[Binding]]:
        """The names of the file's top level with what binds them, in functions by `global` too."""
        return self._pass.module_scope.bindings

    @property
    def is_script(self) -> bool:
        """Whether the file has a `__main__` guard."""
        return self._evaluator.is_script

    def release(self) -> None:
        """Let go of the tree and all that was worked out about it: nothing may be asked any more.

        What refers to each other in here would else wait for the garbage collector, with a tree for each file.
        """
        for scope in self._pass.scopes.values():
            scope.bindings.clear()
        for part in (self._evaluator.flow, self._evaluator, self._pass, self):
            part.__dict__.clear()


def _mentions(node: ast.AST, words: frozenset[str]) -> bool:
    """Whether an expression in callee position contains one of the identifiers."""
    stack: list[ast.AST] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, ast.Name):
            if current.id in words:
                return True
        elif isinstance(current, ast.Attribute):
            if current.attr in words:
                return True
            stack.append(current.value)
        elif isinstance(current, ast.Call):
            stack.append(current.func)
            stack += current.args
        elif isinstance(current, ast.Subscript):
            stack.append(current.value)
        elif isinstance(current, ast.IfExp):
            stack += [current.body, current.orelse]
        elif isinstance(current, ast.Constant):
            if isinstance(current.value, str) and current.value in words:
                return True
        elif isinstance(current, (ast.Lambda,)):
            stack.append(current.body)
        elif isinstance(current, ast.BoolOp):
            stack += current.values
        elif isinstance(current, ast.NamedExpr):
            stack.append(current.value)
    return False
