"""What names hold, and the parts of objects, as far as keys go; the heart of the evaluation of expressions.

Every method gives the ways that evaluation may take: pairs of a state and a value.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index.values import Instance, LocalClass, LocalFunction, Ref
from detlint.rules.jax.key_state import Frame, Given, State
from detlint.rules.jax.key_values import (
    EACH,
    OPAQUE,
    Bound,
    Class,
    Constant,
    Function,
    Items,
    KeyValue,
    Library,
    Member,
    Slice,
    Table,
    Thing,
    Token,
    Transformed,
    constant,
    element,
    is_definite,
    part_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detlint.index import FileIndex
    from detlint.index.tree import FunctionNode
    from detlint.rules.jax.key_names import KeyNames

Ways = list[tuple[State, KeyValue]]
_MOST_WAYS = 16
_MOST_STEPS = 60_000
_DEPTH = 12
_NOT_PARTS = frozenset({"shape", "dtype", "ndim", "size", "__name__", "__class__", "sharding", "devices"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class TooMuchError(Exception):
    """A file takes too many steps."""


class Lookups:
    """Evaluates expressions of one file, names and parts of objects first; the others stand in `key_expressions`."""

    def __init__(self, index: FileIndex, names: KeyNames) -> None:
        self.index = index
        self.names = names
        self._steps = 0
        self._homes: dict[ast.Name, ast.AST | None] = {}
        self._static: dict[ast.AST, KeyValue | None] = {}

    # What `key_expressions`, `key_calls` and `key_flow` add.
    def call(
        self,
        frame: Frame,
        state: State,
        node: ast.AST,
        function: KeyValue | None,
        given: Given,
        inner: bool = False,
        certain: bool = True,
    ) -> Ways:
        """Call something."""
        raise NotImplementedError

    def assign(self, frame: Frame, state: State, target: ast.expr, value: KeyValue) -> None:
        """Give a target a value."""
        raise NotImplementedError

    def function_made(self, maker: KeyValue, given: Given) -> KeyValue | None:
        """What a transformation of functions makes of its arguments; None if it is none."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------------------------------- in general
    def evaluate(self, frame: Frame, state: State, node: ast.expr | None) -> Ways:
        """The ways that an expression may go."""
        if node is None:
            return [(state, constant(None))]
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise TooMuchError
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        ways: Ways = method(frame, state, node) if method is not None else self._parts(frame, state, node)
        return ways[:_MOST_WAYS]

    def evaluate_all(
        self, frame: Frame, state: State, nodes: Iterable[ast.expr | None]
    ) -> list[tuple[State, tuple[KeyValue, ...]]]:
        """As `evaluate`, for several expressions one after the other."""
        ways: list[tuple[State, tuple[KeyValue, ...]]] = [(state, ())]
        for node in nodes:
            ways = [
                (after, (*values, value))
                for before, values in ways
                for after, value in self.evaluate(frame, before, node)
            ][:_MOST_WAYS]
        return ways

    def fresh(self, frame: Frame, site: object, kind: str = "other") -> Thing:
        """Something that is made here, in this round."""
        return Thing(Token("key" if kind == "key" else "other", site, frame.context))

    def _parts(self, frame: Frame, state: State, node: ast.expr) -> Ways:
        """Expressions whose value does not matter, but whose parts may call something."""
        if not self.names.matters(node):
            return [(state, OPAQUE)]
        children = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        return [(after, OPAQUE) for after, _ in self.evaluate_all(frame, state, children)]

    # ------------------------------------------------------------------------------------------------------------ names
    def _name(self, frame: Frame, state: State, node: ast.Name) -> Ways:
        return [(state, state.load(self.lookup(frame, state, node)))]

    def lookup(self, frame: Frame, state: State, node: ast.Name) -> KeyValue:
        """What a name holds."""
        home = self.home(node)
        if home is frame.node and node.id in state.names:
            return state.names[node.id]
        if home is not frame.node and home is not None:
            held = state.heap.get(free(home, node.id))
            if held is not None:
                return held
        static = self.static(node)
        if static is not None:
            return static
        if home is None:
            return OPAQUE
        if home is frame.node:
            return Thing(Token("other", (home, node.id))) if len(self.index.bindings(node)) == 1 else OPAQUE
        return free(home, node.id)

    def home(self, node: ast.Name) -> ast.AST | None:
        """The function (or module) whose variable a name is; None if the file does not bind it."""
        if node not in self._homes:
            bindings = self.index.bindings(node)
            scope: ast.AST | None = bindings[0].scope.node if bindings else None
            if isinstance(scope, _COMPREHENSIONS):
                scope = self.index.function(scope) or self.index.tree
            self._homes[node] = scope
        return self._homes[node]

    def static(self, node: ast.expr, depth: int = 0) -> KeyValue | None:
        """The function, class or library object that an expression always denotes; None if it is something else."""
        if node not in self._static:
            self._static[node] = None
            self._static[node] = self._resolved(node, depth) if depth < _DEPTH else None
        return self._static[node]

    def _resolved(self, node: ast.expr, depth: int) -> KeyValue | None:
        if isinstance(node, ast.Lambda):
            return Function(node)
        if isinstance(node, ast.Call):
            return self._made(node, depth)
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return None
        values = self.index.evaluate(node).alternatives
        references = [value for value in values if isinstance(value, Ref) and value.written]
        if references and len(references) == len(values):
            return Library(tuple(value.name.removeprefix("builtins.") for value in references))
        if not isinstance(node, ast.Name):
            return None
        bindings = self.index.bindings(node)
        if len(bindings) != 1:
            return None
        bound = bindings[0].node
        if isinstance(bound, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self.decorated(bound, None, depth)
        if isinstance(bound, ast.ClassDef):
            return Class(bound)
        if isinstance(bound, ast.Name):
            parent = self.index.parent(bound)
            if isinstance(parent, ast.Assign) and bound in parent.targets:
                value = self.static(parent.value, depth + 1)
                return value if not isinstance(value, Library) or isinstance(parent.value, ast.Attribute) else None
        return None

    def _made(self, node: ast.Call, depth: int) -> KeyValue | None:
        """A function that another function makes: `jax.jit(f)`, `partial(f, …)`."""
        maker = self.static(node.func, depth + 1)
        if not isinstance(maker, (Library, Bound)) or any(isinstance(a, ast.Starred) for a in node.args):
            return None
        arguments = tuple(self._plain(argument, depth) for argument in node.args)
        keywords = tuple((k.arg, self._plain(k.value, depth)) for k in node.keywords if k.arg is not None)
        return self.function_made(maker, Given(arguments, keywords))

    def _plain(self, node: ast.expr, depth: int) -> KeyValue:
        value = self.static(node, depth + 1)
        if value is not None:
            return value
        known = self.index.constant(node)
        if isinstance(known, (tuple, list)):
            return Items(tuple(constant(item) for item in known))
        return constant(known)

    def decorated(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, owner: KeyValue | None, depth: int = 0
    ) -> KeyValue:
        """A function of the file with what its decorators make of it."""
        value: KeyValue = Function(node, owner)
        for decorator in reversed(node.decorator_list):
            static = self.static(decorator, depth + 1)
            names = static.names if isinstance(static, Library) else ()
            if "staticmethod" in names:
                value = Function(node)
            made = self.function_made(static, Given((value,))) if static is not None else None
            value = made if made is not None else Transformed("weak", value)
        return value

    # ------------------------------------------------------------------------------------------------- parts of objects
    def _attribute(self, frame: Frame, state: State, node: ast.Attribute) -> Ways:
        static = self.static(node)
        if static is not None:
            return [(state, static)]
        method = self._method(node)
        computed = self._property(node)
        ways: Ways = []
        for after, value in self.evaluate(frame, state, node.value):
            if computed is not None:
                ways += self.call(frame, after, node, Function(computed, value), Given())
            elif method is not None:
                function, bound = method
                ways.append((after, self.decorated(function, value if bound else None)))
            elif isinstance(value, Thing) and node.attr not in _NOT_PARTS and not self._is_foreign(node):
                ways.append((after, after.part(value, Member(node.attr))))
            else:
                ways.append((after, OPAQUE))
        return ways

    def _method(self, node: ast.Attribute) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, bool] | None:
        values = self.index.evaluate(node).alternatives
        if len(values) == 1 and isinstance(values[0], LocalFunction) and not isinstance(values[0].node, ast.Lambda):
            owner = values[0].owner
            return values[0].node, owner is not None and not isinstance(owner, LocalClass)
        return None

    def _property(self, node: ast.Attribute) -> FunctionNode | None:
        """The function of the file that computes an attribute each time."""
        for value in self.index.evaluate(node.value).alternatives:
            if isinstance(value, Instance) and isinstance(value.type, LocalClass):
                return self._property_of(value.type.node, node.attr)
        return None

    def _property_of(self, cls: ast.ClassDef, name: str, depth: int = 0) -> FunctionNode | None:
        for statement in cls.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                return statement if _is_property(statement) else None
        for base in cls.bases if depth < _DEPTH else ():
            for value in self.index.evaluate(base).alternatives:
                found = self._property_of(value.node, name, depth + 1) if isinstance(value, LocalClass) else None
                if found is not None:
                    return found
        return None

    def _is_foreign(self, node: ast.Attribute) -> bool:
        """Whether an attribute may be computed by a class that is out of sight (each time anew)."""
        for value in self.index.evaluate(node.value).alternatives:
            if isinstance(value, Instance) and isinstance(value.type, LocalClass):
                cls = value.type.node
                return bool(cls.bases) and not self._is_stored(cls, node.attr) and bool(self.index.bases(cls))
        return False

    def _is_stored(self, cls: ast.ClassDef, attribute: str) -> bool:
        for statement in cls.body:
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            if any(isinstance(target, ast.Name) and target.id == attribute for target in targets):
                return True
        return any(s.attr == attribute and self.index.class_of(s) is cls for s in self.index.attribute_stores)

    def _subscript(self, frame: Frame, state: State, node: ast.Subscript) -> Ways:
        ways: Ways = []
        for after, value in self.evaluate(frame, state, node.value):
            for last, steps in self._steps_of(frame, after, node.slice):
                found = value
                for step in steps:
                    found = self._item(last, found, step)
                ways.append((last, found))
        return ways

    def _steps_of(self, frame: Frame, state: State, node: ast.expr) -> list[tuple[State, list[object]]]:
        """The steps of an index; `None` and `...` in it take none."""
        parts = node.elts if isinstance(node, ast.Tuple) else [node]
        ways: list[tuple[State, list[object]]] = [(state, [])]
        for part in parts:
            following: list[tuple[State, list[object]]] = []
            for before, steps in ways:
                if isinstance(part, ast.Constant) and part.value in (None, ...):
                    following.append((before, steps))
                    continue
                if isinstance(part, ast.Slice):
                    for after, (low, high, _) in self.evaluate_all(frame, before, [part.lower, part.upper, part.step]):
                        following.append((after, [*steps, _slice(low, high)]))
                    continue
                for after, value in self.evaluate(frame, before, part):
                    following.append((after, [*steps, _step(self, frame, part, value)]))
            ways = following
        return ways

    def _item(self, state: State, value: KeyValue, step: object) -> KeyValue:
        if isinstance(value, Thing):
            if step == Slice(None, None):
                return value.at(EACH) if value.path[-1:] != (EACH,) else value
            return state.part(value, step)
        if isinstance(value, Items):
            if isinstance(step, Slice):
                return part_of(value, step)
            return state.load(element(value, step)) if isinstance(step, int) else OPAQUE
        if isinstance(value, Table):
            found = value.get(step)
            return state.load(found) if found is not None else OPAQUE
        return OPAQUE


def free(home: ast.AST, name: str) -> Thing:
    """A variable of a function or module around."""
    return Thing(Token("free", (home, name)))


def _is_property(node: ast.FunctionDef) -> bool:
    return any(isinstance(decorator, ast.Name) and decorator.id == "property" for decorator in node.decorator_list)


def _slice(low: KeyValue, high: KeyValue) -> Slice:
    bounds = []
    for value in (low, high):
        known = isinstance(value, Constant) and (value.value is None or isinstance(value.value, int))
        bounds.append(value.value if known and isinstance(value, Constant) else value)
    return Slice(*bounds)


def _step(flow: Lookups, frame: Frame, node: ast.expr, value: KeyValue) -> object:
    if isinstance(value, Constant):
        return value.value
    # What is not known may be another one each time.
    return value if is_definite(value) else flow.fresh(frame, node)
