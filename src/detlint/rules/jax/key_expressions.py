"""What expressions give, as far as keys go: names, containers, parts of arrays, comprehensions, conditions.

Every method gives the ways that evaluation may take: pairs of a state and a value. Calls are in `key_calls`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index.values import Instance, LocalClass, LocalFunction, Ref
from detlint.rules.jax.key_state import Frame, Given, State, merged
from detlint.rules.jax.key_values import (
    EACH,
    OPAQUE,
    Bound,
    Class,
    Constant,
    Context,
    Function,
    Items,
    KeyValue,
    Library,
    Member,
    Operation,
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
    from collections.abc import Iterable, Sequence

    from detlint.index import FileIndex
    from detlint.index.tree import FunctionNode
    from detlint.rules.jax.key_names import KeyNames

Ways = list[tuple[State, KeyValue]]
_ROUNDS = 2
_MOST_WAYS = 16
_MOST_STEPS = 60_000
_DEPTH = 12
_NOT_PARTS = frozenset({"shape", "dtype", "ndim", "size", "__name__", "__class__", "sharding", "devices"})
_ITERATORS = frozenset({"enumerate", "zip", "range"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class TooMuchError(Exception):
    """A file takes too many steps."""


class Expressions:
    """Evaluates expressions of one file."""

    def __init__(self, index: FileIndex, names: KeyNames) -> None:
        self.index = index
        self.names = names
        self._steps = 0
        self._homes: dict[ast.Name, ast.AST | None] = {}
        self._static: dict[ast.AST, KeyValue | None] = {}

    # What `key_calls` and `key_flow` add.
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

    # ------------------------------------------------------------------------------------------------ in general
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

    # ------------------------------------------------------------------------------------------------- constants
    def _constant(self, frame: Frame, state: State, node: ast.Constant) -> Ways:
        return [(state, constant(node.value))]

    def _lambda(self, frame: Frame, state: State, node: ast.Lambda) -> Ways:
        return [(state, Function(node))]

    def _tuple(self, frame: Frame, state: State, node: ast.Tuple | ast.List | ast.Set) -> Ways:
        ways: Ways = []
        for after, values in self.evaluate_all(frame, state, [_unstarred(e) for e in node.elts]):
            items: list[KeyValue] = []
            known = True
            for item, value in zip(node.elts, values, strict=True):
                if not isinstance(item, ast.Starred):
                    items.append(value)
                elif isinstance(value, Items):
                    items += value.items
                else:
                    known = False
            ways.append((after, Items(tuple(items)) if known else OPAQUE))
        return ways

    _list = _tuple
    _set = _tuple

    def _dict(self, frame: Frame, state: State, node: ast.Dict) -> Ways:
        ways: Ways = []
        for after, values in self.evaluate_all(frame, state, node.values):
            entries: dict[object, KeyValue] = {}
            known = True
            for key, value in zip(node.keys, values, strict=True):
                if key is None:
                    known = known and isinstance(value, Table)
                    entries.update(value.entries if isinstance(value, Table) else ())
                elif isinstance(key, ast.Constant) and isinstance(key.value, (str, int)):
                    entries[key.value] = value
                else:
                    known = False
            ways.append((after, Table(tuple(entries.items())) if known else OPAQUE))
        return ways

    # ------------------------------------------------------------------------------------------------------ names
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

    def function_made(self, maker: KeyValue, given: Given) -> KeyValue | None:
        """What a transformation of functions makes of its arguments; None if it is none."""
        raise NotImplementedError

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

    # ------------------------------------------------------------------------------------------ parts of objects
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

    # ------------------------------------------------------------------------------------------------ operations
    def _binop(self, frame: Frame, state: State, node: ast.BinOp) -> Ways:
        ways: Ways = []
        for after, (left, right) in self.evaluate_all(frame, state, [node.left, node.right]):
            ways.append((after, _combined(type(node.op).__name__, left, right)))
        return ways

    def _unaryop(self, frame: Frame, state: State, node: ast.UnaryOp) -> Ways:
        ways: Ways = []
        for after, value in self.evaluate(frame, state, node.operand):
            if isinstance(node.op, ast.USub) and isinstance(value, Constant) and isinstance(value.value, int):
                ways.append((after, constant(-value.value)))
            else:
                name = "not" if isinstance(node.op, ast.Not) else type(node.op).__name__
                ways.append((after, _operation(name, (value,))))
        return ways

    def _compare(self, frame: Frame, state: State, node: ast.Compare) -> Ways:
        ways: Ways = []
        for after, values in self.evaluate_all(frame, state, [node.left, *node.comparators]):
            if len(values) != 2:
                ways.append((after, OPAQUE))
                continue
            kind = type(node.ops[0])
            if kind in (ast.IsNot, ast.NotEq, ast.NotIn):
                name = {ast.IsNot: "is", ast.NotEq: "==", ast.NotIn: "in"}[kind]
                ways.append((after, _operation("not", (_operation(name, values),))))
            else:
                name = {ast.Is: "is", ast.Eq: "==", ast.In: "in"}.get(kind, kind.__name__)
                ways.append((after, _operation(name, values)))
        return ways

    def _boolop(self, frame: Frame, state: State, node: ast.BoolOp) -> Ways:
        name = "and" if isinstance(node.op, ast.And) else "or"
        ways: Ways = []
        pending: list[tuple[State, tuple[KeyValue, ...]]] = [(state, ())]
        for place, operand in enumerate(node.values):
            following: list[tuple[State, tuple[KeyValue, ...]]] = []
            for before, values in pending:
                for after, value in self.evaluate(frame, before, operand):
                    decided = after.decided(value)
                    if decided is (name == "or"):
                        ways.append((after, value))
                    else:
                        following.append((after, values if decided is not None else (*values, value)))
            pending = following
            if place == len(node.values) - 1:
                ways += [
                    (after, _operation(name, values) if len(values) != 1 else values[0])
                    for after, values in pending
                    if values
                ]
                ways += [(after, constant(name == "and")) for after, values in pending if not values]
        return ways

    def _ifexp(self, frame: Frame, state: State, node: ast.IfExp) -> Ways:
        if not self.names.matters(node):
            return [(state, OPAQUE)]
        ways: Ways = []
        for after, test in self.evaluate(frame, state, node.test):
            for branch, holds in self.parted(after, test):
                ways += self.evaluate(frame, branch, node.body if holds else node.orelse)
        return ways

    def parted(self, state: State, test: KeyValue) -> list[tuple[State, bool]]:
        """The ways on from a condition."""
        decided = state.decided(test)
        if decided is not None:
            return [(state, decided)]
        other = state.copy()
        if is_definite(test):
            state.assume(test, True)
            other.assume(test, False)
        return [(state, True), (other, False)]

    def _namedexpr(self, frame: Frame, state: State, node: ast.NamedExpr) -> Ways:
        ways = self.evaluate(frame, state, node.value)
        for after, value in ways:
            self.assign(frame, after, node.target, value)
        return ways

    def _await(self, frame: Frame, state: State, node: ast.Await) -> Ways:
        return self.evaluate(frame, state, node.value)

    def _starred(self, frame: Frame, state: State, node: ast.Starred) -> Ways:
        return [(after, OPAQUE) for after, _ in self.evaluate(frame, state, node.value)]

    # ---------------------------------------------------------------------------------------------------- rounds
    def rounds(self, state: State, value: KeyValue, site: ast.AST, context: Context) -> list[KeyValue]:
        """What the first rounds of a loop over a value get; not more than there are."""
        value = state.load(value)
        if isinstance(value, Items):
            return [state.load(item) for item in value.items[: _ROUNDS + 1]]
        if isinstance(value, Table):
            return [constant(key) for key, _ in value.entries[: _ROUNDS + 1]]
        if isinstance(value, Thing):
            return [state.part(value, place) for place in range(_ROUNDS)]
        if isinstance(value, Operation) and value.name in _ITERATORS:
            return self._iterated(state, value, site, context)
        return [Thing(Token("other", site, (*context, place))) for place in range(_ROUNDS)]

    def _iterated(self, state: State, value: Operation, site: ast.AST, context: Context) -> list[KeyValue]:
        if value.name == "range":
            return _numbers(value.operands, site, context)
        columns = [self.rounds(state, operand, site, (*context, i)) for i, operand in enumerate(value.operands)]
        if not columns:
            return []
        rows: list[KeyValue] = [Items(tuple(row)) for row in zip(*columns, strict=False)]
        if value.name == "enumerate":
            return [Items((constant(place), item)) for place, item in enumerate(columns[0])]
        return rows

    def _listcomp(self, frame: Frame, state: State, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Ways:
        return self._comprehended(frame, state, node, [node.elt], node.generators)

    _setcomp = _listcomp
    _generatorexp = _listcomp

    def _dictcomp(self, frame: Frame, state: State, node: ast.DictComp) -> Ways:
        return self._comprehended(frame, state, node, [node.key, node.value], node.generators)

    def _comprehended(
        self, frame: Frame, state: State, node: ast.expr, elements: list[ast.expr], generators: list[ast.comprehension]
    ) -> Ways:
        if not self.names.matters(node):
            return [(state, OPAQUE)]
        collected: list[list[KeyValue]] = []
        states = self._generated(frame, [state], generators, elements, collected)
        last = [values[-1] for values in collected]
        if len(collected) > 1 and last[0] == last[-1] and isinstance(last[0], Thing):
            return [(after, Items(tuple(last))) for after in states]
        kind = "key" if last and isinstance(last[0], Thing) and last[0].token.kind == "key" else "other"
        return [(after, self.fresh(frame, node, kind)) for after in states]

    def _generated(
        self,
        frame: Frame,
        states: list[State],
        generators: Sequence[ast.comprehension],
        elements: list[ast.expr],
        collected: list[list[KeyValue]],
    ) -> list[State]:
        """Run the rounds of a comprehension's first clause, with those of the others inside."""
        if not generators:
            after = []
            for state in states:
                for last, values in self.evaluate_all(frame, state, elements):
                    collected.append(list(values))
                    after.append(last)
            return after
        clause, *rest = generators
        found: list[State] = []
        for state in states:
            for entered, iterable in self.evaluate(frame, state, clause.iter):
                found += self._rounds_of(frame, entered, clause, iterable, rest, elements, collected)
        return merged(found)

    def _rounds_of(
        self,
        frame: Frame,
        state: State,
        clause: ast.comprehension,
        iterable: KeyValue,
        rest: Sequence[ast.comprehension],
        elements: list[ast.expr],
        collected: list[list[KeyValue]],
    ) -> list[State]:
        current = [state]
        outer = frame.context
        for place, value in enumerate(self.rounds(state, iterable, clause, outer)):
            frame.context = (*outer, (clause, place))
            following: list[State] = []
            for before in current:
                self.assign(frame, before, clause.target, value)
                passing, skipped = self._filtered(frame, before, clause.ifs)
                following += skipped + self._generated(frame, passing, rest, elements, collected)
            current = merged(following)
        frame.context = outer
        return current

    def _filtered(self, frame: Frame, state: State, tests: list[ast.expr]) -> tuple[list[State], list[State]]:
        passing = [state]
        skipped: list[State] = []
        for test in tests:
            following: list[State] = []
            for before in passing:
                for after, value in self.evaluate(frame, before, test):
                    for branch, holds in self.parted(after, value):
                        (following if holds else skipped).append(branch)
            passing = following
        return passing, skipped


def free(home: ast.AST, name: str) -> Thing:
    """A variable of a function or module around."""
    return Thing(Token("free", (home, name)))


def _unstarred(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Starred) else node


def _is_property(node: ast.FunctionDef) -> bool:
    return any(isinstance(decorator, ast.Name) and decorator.id == "property" for decorator in node.decorator_list)


def _slice(low: KeyValue, high: KeyValue) -> Slice:
    bounds = []
    for value in (low, high):
        known = isinstance(value, Constant) and (value.value is None or isinstance(value.value, int))
        bounds.append(value.value if known and isinstance(value, Constant) else value)
    return Slice(*bounds)


def _step(flow: Expressions, frame: Frame, node: ast.expr, value: KeyValue) -> object:
    if isinstance(value, Constant):
        return value.value
    # What is not known may be another one each time.
    return value if is_definite(value) else flow.fresh(frame, node)


def _operation(name: str, operands: tuple[KeyValue, ...]) -> KeyValue:
    return Operation(name, operands) if all(is_definite(operand) for operand in operands) or name == "not" else OPAQUE


def _combined(name: str, left: KeyValue, right: KeyValue) -> KeyValue:
    if isinstance(left, Items) and isinstance(right, Items) and name == "Add":
        return Items((*left.items, *right.items))
    if isinstance(left, Items) and name == "Mult":
        times = right.value if isinstance(right, Constant) and isinstance(right.value, int) else _ROUNDS
        return Items(left.items * min(times, _ROUNDS)) if left.items else left
    if isinstance(left, Constant) and isinstance(right, Constant):
        first, second = left.value, right.value
        if isinstance(first, int) and isinstance(second, int):
            sums = {"Add": first + second, "Sub": first - second, "Mult": first * second}
            return constant(sums[name]) if name in sums else OPAQUE
    return _operation(name, (left, right))


def _numbers(operands: tuple[KeyValue, ...], site: ast.AST, context: Context) -> list[KeyValue]:
    """The first numbers of a `range`."""
    known = [o.value if isinstance(o, Constant) and isinstance(o.value, int) else None for o in operands]
    start, stop = (0, known[0]) if len(known) == 1 else (known[0], known[1]) if len(known) > 1 else (0, None)
    step = known[2] if len(known) > 2 else 1
    if start is None or not step:
        return [Thing(Token("other", site, (*context, place))) for place in range(_ROUNDS)]
    numbers = range(start, start + _ROUNDS * step, step)
    return [constant(n) for n in numbers if stop is None or (n < stop if step > 0 else n > stop)]
