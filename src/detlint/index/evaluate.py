"""What an expression denotes, without running it: an abstract interpreter that is asked, expression by expression.

Given a tree and the knowledge of libraries, gives abstract values (`detlint.index.values`). Answers are remembered. What
cannot be known is `UNKNOWN`; nothing here raises, whatever the code.
"""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable, Iterable
from typing import TypeVar

from detlint.index.arguments import Argument, Arguments
from detlint.index.flow import Flow
from detlint.index.library import Knowledge
from detlint.index.tree import COMPREHENSIONS, Binding, Scope, Tree
from detlint.index.values import (
    UNKNOWN,
    Const,
    Entry,
    Instance,
    LocalClass,
    LocalFunction,
    Mapping,
    Partial,
    Ref,
    Sequence,
    Union,
    Value,
)

T = TypeVar("T")

_MAX_DEPTH = 60
_MAX_ALTERNATIVES = 8
_BUILTINS = frozenset(dir(builtins))


class _Cycle(Value):
    """What an expression under evaluation gives to itself; dropped from every union."""

    __slots__ = ()


_CYCLE = _Cycle()
_ARITHMETIC: dict[type, Callable[[object, object], object]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv, ast.Mod: operator.mod, ast.BitOr: operator.or_, ast.BitAnd: operator.and_,
}
_ADDING_METHODS = frozenset({"append", "extend", "insert", "add", "update", "remove", "pop", "clear", "sort", "reverse",
                             "discard", "setdefault", "popitem"})
_WRAPPING_DECORATORS = frozenset({"functools.wraps", "functools.lru_cache", "functools.cache", "contextlib.contextmanager"})


def join(values: Iterable[Value]) -> Value:
    """One value that may be any of several."""
    values = tuple(values)
    if len(values) == 1 and values[0] is not _CYCLE:
        return values[0]
    seen: dict[object, Value] = {}
    for value in values:
        for member in value.alternatives:
            if member is not _CYCLE:
                seen.setdefault(_key(member), member)
    members = tuple(seen.values())
    if not members:
        return UNKNOWN
    if len(members) == 1:
        return members[0]
    if len(members) > _MAX_ALTERNATIVES:
        return Union((*members[:_MAX_ALTERNATIVES], UNKNOWN))
    return Union(members)


def _key(value: Value) -> object:
    if isinstance(value, Const):
        return ("const", type(value.value).__name__, repr(value.value))
    if isinstance(value, Ref):
        return ("ref", value.name)
    if isinstance(value, Instance):
        kind = value.type if isinstance(value.type, str) else id(value.type.node)
        return ("instance", kind, id(value.origin))
    if isinstance(value, (LocalFunction, LocalClass)):
        return ("local", id(value.node))
    return id(value)


class Evaluator:
    """Answers what expressions of one file denote."""

    def __init__(self, tree: Tree, knowledge: Knowledge) -> None:
        self.tree = tree
        self.knowledge = knowledge
        self.flow = Flow(tree)
        self._values: dict[ast.AST, Value] = {}
        self._active: dict[object, int] = {}
        self._depth = 0
        self._cut = _MAX_DEPTH + 1
        self._attributes: dict[tuple[int, str], list[ast.Attribute]] | None = None
        self._mutations: dict[str, list[ast.AST]] | None = None
        self._calls_of_local: dict[ast.AST, list[ast.Call] | None] = {}
        self._method_names: frozenset[str] | None = None
        self._arguments: dict[ast.Call, Arguments] = {}
        self._annotations: dict[str, ast.expr | None] = {}

    # --------------------------------------------------------------------------------------------------- entry
    def evaluate(self, node: ast.AST | None) -> Value:
        """The abstract value of an expression."""
        value = self._evaluate(node)
        return UNKNOWN if value is _CYCLE else value

    def _evaluate(self, node: ast.AST | None) -> Value:
        if node is None:
            return UNKNOWN
        known = self._values.get(node)
        if known is not None:
            return known
        if type(node) is ast.Constant:
            return Const(node.value)
        return self._guarded(node, self._dispatch, node)

    def _guarded(self, key: ast.AST, compute: Callable[[T], Value], argument: T) -> Value:
        """Compute once; an expression that needs itself sees a cycle, and what rests on an unfinished one is not kept."""
        started = self._active.get(key)
        if started is not None:
            self._cut = min(self._cut, started)
            return _CYCLE
        if self._depth >= _MAX_DEPTH:
            return UNKNOWN
        depth = self._active[key] = self._depth
        self._depth += 1
        try:
            value = compute(argument)
        finally:
            self._depth -= 1
            del self._active[key]
        if self._cut >= depth:
            self._cut = _MAX_DEPTH + 1
            if value is not _CYCLE:
                self._values[key] = value
        return value

    def _dispatch(self, node: ast.AST) -> Value:
        method = _DISPATCH.get(type(node))
        return UNKNOWN if method is None else method(self, node)

    # --------------------------------------------------------------------------------------------------- names
    def _name(self, node: ast.Name) -> Value:
        narrowed = self._narrowed(node)
        if isinstance(node.ctx, ast.Store):
            binding = next((b for b in self._bindings_named(node) if b.node is node), None)
            return self.binding(binding) if binding is not None else UNKNOWN
        bindings = self.flow.reaching(node.id, node)
        if not bindings:
            return self._unbound(node)
        value = join(self.binding(binding, node) for binding in bindings)
        value = self._mutated(node.id, value, node)
        if narrowed is not None and not isinstance(value, (Instance, Ref)):
            return narrowed
        return value

    def _bindings_named(self, node: ast.Name) -> list[Binding]:
        scope, _ = self.flow.lookup(node.id, node)
        return scope.bindings[node.id] if scope is not None else []

    def _unbound(self, node: ast.Name) -> Value:
        stars = []
        scope: Scope | None = self.tree.scope_of(node)
        while scope is not None:
            stars += scope.stars
            scope = scope.parent
        if node.id in _BUILTINS:
            return Ref(f"builtins.{node.id}", f"builtins.{node.id}")
        if node.id.startswith("_"):
            return UNKNOWN
        return join(self._ref(f"{star}.{node.id}") for star in stars) if stars else UNKNOWN

    def _ref(self, written: str) -> Ref:
        return Ref(self.knowledge.canonical(written), written)

    def binding(self, binding: Binding, use: ast.AST | None = None) -> Value:
        """The value that a binding gives to its name."""
        node = binding.node
        known = self._values.get(node)
        if known is not None:
            return known
        if isinstance(node, ast.Name) and node in self._active:
            self._cut = min(self._cut, self._active[node])
            return _CYCLE
        return self._guarded(node, self._bound, binding)

    def _bound(self, binding: Binding) -> Value:
        node = binding.node
        if isinstance(node, ast.alias):
            return self._imported(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return LocalFunction(node)
        if isinstance(node, ast.ClassDef):
            return LocalClass(node)
        if isinstance(node, ast.arg):
            return self._parameter(node)
        if isinstance(node, ast.Name):
            return self._stored(node)
        return UNKNOWN

    def _imported(self, alias: ast.alias) -> Value:
        statement = self.tree.parents[alias]
        if isinstance(statement, ast.Import):
            return self._ref(alias.name if alias.asname else alias.name.partition(".")[0])
        assert isinstance(statement, ast.ImportFrom)
        module = "." * statement.level + (statement.module or "")
        separator = "" if module.endswith(".") else "."
        return self._ref(f"{module}{separator}{alias.name}")

    def _stored(self, node: ast.Name) -> Value:
        """The value of a name that is assigned, looped over, opened, unpacked …"""
        path: list[int | None] = []
        child: ast.AST = node
        parent = self.tree.parents[node]
        while isinstance(parent, (ast.Tuple, ast.List, ast.Starred)):
            if isinstance(parent, ast.Starred):
                path.append(None)
            else:
                starred = any(isinstance(e, ast.Starred) for e in parent.elts)
                path.append(None if starred else parent.elts.index(child))  # type: ignore[arg-type]
            child, parent = parent, self.tree.parents[parent]
        path.reverse()
        if isinstance(parent, ast.Assign):
            value = self._evaluate(parent.value)
        elif isinstance(parent, ast.AnnAssign):
            value = self._evaluate(parent.value) if parent.value is not None else UNKNOWN
            declared = self.annotation(parent.annotation)
            if declared is not UNKNOWN and not _informative(value):
                value = declared
        elif isinstance(parent, ast.AugAssign):
            value = self._augmented(node, parent)
        elif isinstance(parent, ast.NamedExpr):
            value = self._evaluate(parent.value)
        elif isinstance(parent, (ast.For, ast.AsyncFor)):
            value = self._iterated(parent.iter)
        elif isinstance(parent, ast.comprehension):
            value = self._iterated(parent.iter)
        elif isinstance(parent, ast.withitem):
            value = self._entered(parent.context_expr)
        else:
            return UNKNOWN
        for index in path:
            value = self._element(value, index)
        return value

    def _augmented(self, node: ast.Name, statement: ast.AugAssign) -> Value:
        earlier = [b for b in self.flow.reaching(node.id, statement) if b.node is not node]
        before = join(self.binding(b) for b in earlier) if earlier else UNKNOWN
        if any(isinstance(v, (Mapping, Sequence)) for v in before.alternatives):
            return before
        return self._operation(statement, [before, self._evaluate(statement.value)])

    def _entered(self, node: ast.expr) -> Value:
        value = self._evaluate(node)
        return value if isinstance(value, Instance) else UNKNOWN

    def _element(self, value: Value, index: int | None) -> Value:
        """What unpacking gives at a position (None: any position)."""
        results = []
        for member in value.alternatives:
            if isinstance(member, Sequence) and not member.open and member.kind != "set":
                if index is None:
                    results.append(join(self._evaluate(e) for e in member.elements))
                elif index < len(member.elements):
                    results.append(self._evaluate(member.elements[index]))
                else:
                    results.append(UNKNOWN)
            elif isinstance(member, Instance):
                results.append(self._item(member))
            elif member is _CYCLE:
                results.append(member)
            else:
                results.append(UNKNOWN)
        return join(results) if any(r is not _CYCLE for r in results) else _CYCLE

    def _item(self, value: Instance) -> Value:
        kind = value.element
        if kind is None and isinstance(value.type, str):
            kind = self.knowledge.element(value.type)
        return self._typed(kind, value.origin)

    def _iterated(self, node: ast.expr) -> Value:
        """What a loop over an expression gives in each round."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"enumerate", "zip", "reversed",
                                                                                               "sorted", "list", "tuple", "iter"}:
            name = node.func.id
            if not self.flow.reaching(name, node.func) and node.args:
                if name == "enumerate":
                    return Sequence("tuple", (ast.Constant(value=...), _Iterated(node.args[0])), node)
                if name == "zip":
                    return Sequence("tuple", tuple(_Iterated(arg) for arg in node.args), node)
                return self._iterated(node.args[0])
        value = self._evaluate(node)
        results: list[Value] = []
        for member in value.alternatives:
            if isinstance(member, Sequence):
                results.extend(self._evaluate(e) for e in member.elements)
                if member.open:
                    results.append(UNKNOWN)
            elif isinstance(member, Mapping):
                results.extend(Const(k) if not isinstance(k, tuple) else UNKNOWN for k in member.entries)
                if member.open:
                    results.append(UNKNOWN)
            elif isinstance(member, Instance):
                results.append(self._item(member))
            elif member is _CYCLE:
                results.append(member)
            else:
                results.append(UNKNOWN)
        if results and all(r is _CYCLE for r in results):
            return _CYCLE
        return join(results)

    # ---------------------------------------------------------------------------------------------- parameters
    def _parameter(self, node: ast.arg) -> Value:
        arguments = self.tree.parents[node]
        assert isinstance(arguments, ast.arguments)
        function = self.tree.parents[arguments]
        assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        if node is arguments.vararg:
            return Instance("tuple", node, self._type_name(self.annotation(node.annotation)))
        if node is arguments.kwarg:
            return Mapping({}, open=True, origin=node)
        owner = self.owner(function)
        positional = [*arguments.posonlyargs, *arguments.args]
        if owner is not None and positional and node is positional[0]:
            kind = _method_kind(function)
            if kind == "instance":
                return Instance(LocalClass(owner), node)
            if kind == "class":
                return LocalClass(owner)
        declared = self.annotation(node.annotation)
        if _informative(declared):
            return declared
        called = self._from_calls(node, function, positional, owner)
        if called is not None and _informative(called):
            return called
        default = _default(arguments, node)
        if owner is not None and isinstance(function, ast.FunctionDef) and default is None:
            inherited = self._inherited_parameter(owner, function.name)
            if inherited is not None:
                return self._typed(inherited, node)
        return declared if called is None else called

    def _inherited_parameter(self, owner: ast.ClassDef, method: str) -> str | None:
        for base in self.external_bases(LocalClass(owner)):
            found = self.knowledge.parameter(base, method)
            if found is not None:
                return found
        return None

    def _from_calls(self, node: ast.arg, function: ast.AST, positional: list[ast.arg], owner: ast.ClassDef | None) -> Value | None:
        """What the calls in sight give to a parameter; None if some may be out of sight."""
        if isinstance(function, ast.Lambda) or (owner is not None and function.name != "__init__"):  # type: ignore[attr-defined]
            return None
        calls = self.local_calls(owner if owner is not None else function)
        if not calls:
            return None
        values: list[Value] = []
        skip = 1 if owner is not None else 0
        for call in calls:
            arguments = self.arguments(call)
            place = positional.index(node) - skip if node in positional else None
            given = arguments.get(node.arg, place)
            if given is not None:
                values.append(self._evaluate(given.value) if given.value is not None else given.evaluated)
            elif arguments.open:
                return None
            else:
                values.append(self._evaluate(_default(self.tree.parents[node], node)))  # type: ignore[arg-type]
        result = join(values)
        if not self._all_calls_in_sight(owner if owner is not None else function):
            # Other files may call it: kinds are taken as evidence, constants are not.
            return join(UNKNOWN if isinstance(v, (Const, Mapping, Sequence)) else v for v in result.alternatives)
        return result

    def _all_calls_in_sight(self, node: ast.AST) -> bool:
        name = getattr(node, "name", "")
        if name.startswith("_") and not name.startswith("__"):
            return True
        if not isinstance(self.tree.parents.get(node), ast.Module):
            return not isinstance(self.tree.parents.get(node), ast.ClassDef)
        return self.is_script

    @property
    def is_script(self) -> bool:
        """Whether the file is run rather than imported: it has a `__main__` guard."""
        return any(isinstance(s, ast.If) and is_main_guard(s.test) for s in self.tree.module.body)

    def local_calls(self, node: ast.AST) -> list[ast.Call] | None:
        """The calls of a function or class of this file by its name; None if it is also used as a value."""
        if node in self._calls_of_local:
            return self._calls_of_local[node]
        self._calls_of_local[node] = None
        name: str = node.name  # type: ignore[attr-defined]
        calls: list[ast.Call] | None = []
        for load in self.tree.loads.get(name, ()):
            bindings = self.flow.reaching(name, load)
            if not any(b.node is node for b in bindings):
                continue
            parent = self.tree.parents[load]
            if isinstance(parent, ast.Call) and parent.func is load and len(bindings) == 1:
                calls.append(parent)  # type: ignore[union-attr]
            elif not (isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in {"super", "isinstance"}):
                calls = None
                break
        self._calls_of_local[node] = calls
        return calls

    def owner(self, function: ast.AST) -> ast.ClassDef | None:
        """The class of which a function is a method."""
        parent = self.tree.parents.get(function)
        while isinstance(parent, (ast.If, ast.Try)):
            parent = self.tree.parents.get(parent)
        return parent if isinstance(parent, ast.ClassDef) else None

    # --------------------------------------------------------------------------------------------- annotations
    def annotation(self, node: ast.AST | None) -> Value:
        """An object of the type that an annotation names."""
        if node is None:
            return UNKNOWN
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                return self._text_annotation(node)
            return UNKNOWN
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._either([node.left, node.right])
        if isinstance(node, ast.Subscript):
            return self._generic(node)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._of_class(self._evaluate(node), node)
        return UNKNOWN

    def _either(self, nodes: Iterable[ast.expr]) -> Value:
        kept = [n for n in nodes if not (isinstance(n, ast.Constant) and n.value is None)]
        values = [self.annotation(n) for n in kept]
        return UNKNOWN if any(v is UNKNOWN for v in values) else join(values)

    def _of_class(self, value: Value, origin: ast.AST) -> Value:
        if isinstance(value, LocalClass):
            return Instance(value, origin)
        if isinstance(value, Ref):
            name = value.name.removeprefix("builtins.")
            if name in {"typing.Any", "object", "None"}:
                return UNKNOWN
            return Instance(name, origin)
        return UNKNOWN

    def _generic(self, node: ast.Subscript) -> Value:
        head = self._evaluate(node.value)
        if not isinstance(head, Ref):
            return UNKNOWN
        name = head.name.rpartition(".")[2]
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name in {"Optional", "Union"}:
            return self._either(parts)
        if name in {"Annotated", "Final", "ClassVar", "Required", "NotRequired"} and parts:
            return self.annotation(parts[0])
        kind = {"List": "list", "Tuple": "tuple", "Dict": "dict", "Set": "set", "FrozenSet": "frozenset"}.get(name, name)
        if kind in {"list", "tuple", "set", "frozenset", "Sequence", "Iterable", "Iterator", "Generator", "Collection"}:
            elements = [self._type_name(self.annotation(p)) for p in parts if not (isinstance(p, ast.Constant) and p.value is ...)]
            same = elements[0] if elements and all(e == elements[0] for e in elements) else None
            return Instance(kind if kind in {"list", "tuple", "set", "frozenset"} else f"typing.{kind}", node, same)
        if kind in {"dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"}:
            return Instance("dict", node)
        return self._of_class(head, node)

    def _text_annotation(self, node: ast.Constant) -> Value:
        text = str(node.value)
        if text not in self._annotations:
            try:
                parsed = ast.parse(text.strip(), mode="eval").body if len(text) < 200 else None
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                parsed = None
            if parsed is not None:
                # The pieces are looked up where the annotation stands.
                self.tree.parents[parsed] = node
                for piece in ast.walk(parsed):
                    for child in ast.iter_child_nodes(piece):
                        self.tree.parents[child] = piece
                    if hasattr(piece, "lineno"):
                        ast.copy_location(piece, node)
            self._annotations[text] = parsed
        return self.annotation(self._annotations[text])

    @staticmethod
    def _type_name(value: Value) -> str | None:
        return value.type if isinstance(value, Instance) and isinstance(value.type, str) else None

    def _typed(self, kind: str | None, origin: ast.AST | None) -> Value:
        """An object of a type that is named, `tuple[T]` and unions by `|` included."""
        if not kind:
            return UNKNOWN
        if "|" in kind:
            return join(self._typed(part.strip(), origin) for part in kind.split("|"))
        if kind.endswith("]"):
            outer, _, inner = kind[:-1].partition("[")
            return Instance(outer, origin, inner)
        return Const(None) if kind == "None" else Instance(kind, origin)

    def _narrowed(self, node: ast.Name) -> Value | None:
        """What `isinstance` around a use of a name proves."""
        child: ast.AST = node
        for parent in self.tree.ancestors(node):
            if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
                return None
            test = None
            if isinstance(parent, ast.If) and any(child is s for s in parent.body):
                test = parent.test
            elif isinstance(parent, ast.IfExp) and child is parent.body:
                test = parent.test
            if test is not None:
                for call in _conjuncts(test):
                    proven = self._proof(call, node.id)
                    if proven is not None:
                        return proven
            child = parent
        return None

    def _proof(self, call: ast.expr, name: str) -> Value | None:
        if not (isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Name) and call.args[0].id == name):
            return None
        callee = self._evaluate(call.func)
        if not isinstance(callee, Ref):
            return None
        if callee.name == "builtins.isinstance" and len(call.args) == 2 and not isinstance(call.args[1], ast.Tuple):
            value = self._of_class(self._evaluate(call.args[1]), call)
            return value if value is not UNKNOWN else None
        if callee.name == "torch.is_tensor":
            return Instance("torch.Tensor", call)
        return None

    # ---------------------------------------------------------------------------------------------- attributes
    def _attribute(self, node: ast.Attribute) -> Value:
        base = self._evaluate(node.value)
        results = [self._member(member, node) for member in base.alternatives]
        if all(r is _CYCLE for r in results):
            return _CYCLE
        value = join(results)
        dotted = dotted_name(node)
        return self._mutated(dotted, value, node) if dotted is not None else value

    def _member(self, base: Value, node: ast.Attribute) -> Value:
        attribute = node.attr
        if isinstance(base, Ref):
            written = f"{base.written or base.name}.{attribute}"
            return Ref(self.knowledge.canonical(f"{base.name}.{attribute}"), written)
        if isinstance(base, Instance):
            if isinstance(base.type, LocalClass):
                return self.attribute_of(base.type, attribute, base, node)
            if base.element is not None and base.type in {"tuple", "list"} and attribute not in _ADDING_METHODS:
                # Named tuples of a library: `x.max(0).values`.
                if base.type == "tuple":
                    return self._typed(base.element, base.origin)
            kind = self.knowledge.attribute(base.type, attribute)
            if kind:
                return self._typed(kind, node)
            return Ref(self.knowledge.member(base.type, attribute))
        if isinstance(base, LocalClass):
            return self.attribute_of(base, attribute, base, node)
        if isinstance(base, LocalFunction):
            return UNKNOWN
        if base is _CYCLE:
            return base
        if isinstance(base, Const):
            return UNKNOWN if base.value is None else Ref(f"{type(base.value).__name__}.{attribute}")
        if isinstance(base, Mapping):
            return Ref(f"dict.{attribute}")
        if isinstance(base, Sequence):
            return Ref(f"{base.kind}.{attribute}")
        return self._unique(attribute)

    def _unique(self, attribute: str) -> Value:
        """A method whose name alone proves its receiver."""
        kind = self.knowledge.unique_methods.get(attribute)
        if kind is None or kind.partition(".")[0] not in self.tree.imports:
            return UNKNOWN
        if self._method_names is None:
            self._method_names = frozenset(f.name for f in self.tree.functions if self.owner(f) is not None)
        return UNKNOWN if attribute in self._method_names else Ref(f"{kind}.{attribute}")

    def attribute_of(self, cls: LocalClass, attribute: str, owner: Value, node: ast.AST | None = None) -> Value:
        """An attribute of an object of a class of this file: method, class attribute, what `self.x = …` gives, or inherited."""
        seen: list[LocalClass] = []
        queue = [cls]
        while queue:
            current = queue.pop(0)
            if any(current.node is s.node for s in seen):
                continue
            seen.append(current)
            found = self._own_attribute(current, attribute, owner)
            if found is not None:
                return found
            for base in current.node.bases:
                queue += [v for v in self._evaluate(base).alternatives if isinstance(v, LocalClass)]
        names = self.external_bases(cls)
        results: list[Value] = []
        for name in names:
            kind = self.knowledge.attribute(name, attribute)
            results.append(self._typed(kind, node) if kind else Ref(self.knowledge.member(name, attribute)))
        return join(results) if results else UNKNOWN

    def _own_attribute(self, cls: LocalClass, attribute: str, owner: Value) -> Value | None:
        values: list[Value] = []
        for binding in self.tree.scopes[cls.node].bindings.get(attribute, ()):
            bound = binding.node
            if isinstance(bound, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if self.is_property(bound):
                    return self._returned(bound)
                values.append(LocalFunction(bound, owner))
            else:
                values.append(self._declared(bound) or self.binding(binding))
        if values and all(isinstance(v, LocalFunction) for v in values):
            return values[-1]
        for store in self.attribute_stores(cls.node, attribute):
            values.append(self.stored_value(store))
        return join(values) if values else None

    def _declared(self, bound: ast.AST) -> Value | None:
        """A field that a class body only annotates (dataclass)."""
        statement = self.tree.parents.get(bound)
        if isinstance(statement, ast.AnnAssign):
            declared = self.annotation(statement.annotation)
            return declared if _informative(declared) else UNKNOWN
        return None

    def is_property(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether a method is read like an attribute."""
        for decorator in function.decorator_list:
            name = decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")
            if name in {"property", "cached_property"}:
                return True
        return False

    def attribute_stores(self, cls: ast.ClassDef, attribute: str) -> list[ast.Attribute]:
        """Where methods of a class store an attribute of their object."""
        if self._attributes is None:
            self._attributes = {}
            for store in self.tree.attribute_stores:
                if not isinstance(store.value, ast.Name):
                    continue
                holder = self._self_class(store.value)
                if holder is not None:
                    self._attributes.setdefault((id(holder), store.attr), []).append(store)
        return self._attributes.get((id(cls), attribute), [])

    def _self_class(self, name: ast.Name) -> ast.ClassDef | None:
        """The class whose object (or which itself) a name like `self` is."""
        for ancestor in self.tree.ancestors(name):
            if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
                owner = self.owner(ancestor)
                if owner is not None:
                    arguments = [*ancestor.args.posonlyargs, *ancestor.args.args]
                    if arguments and arguments[0].arg == name.id and _method_kind(ancestor) != "static":
                        return owner
                    return None
        return None

    def stored_value(self, store: ast.Attribute | ast.Subscript) -> Value:
        """The value that an assignment to an attribute or item gives it."""
        child: ast.AST = store
        parent = self.tree.parents[store]
        path: list[int | None] = []
        while isinstance(parent, (ast.Tuple, ast.List)):
            path.append(parent.elts.index(child))  # type: ignore[arg-type]
            child, parent = parent, self.tree.parents[parent]
        path.reverse()
        if isinstance(parent, ast.Assign):
            value = self._evaluate(parent.value)
        elif isinstance(parent, ast.AnnAssign):
            value = self._evaluate(parent.value) if parent.value is not None else self.annotation(parent.annotation)
            if not _informative(value):
                value = self.annotation(parent.annotation)
        elif isinstance(parent, (ast.For, ast.AsyncFor)):
            value = self._iterated(parent.iter)
        elif isinstance(parent, ast.withitem):
            value = self._entered(parent.context_expr)
        else:
            return UNKNOWN
        for index in path:
            value = self._element(value, index)
        return value

    def external_bases(self, cls: LocalClass) -> tuple[str, ...]:
        """The library classes that a class of this file derives from, through others of this file."""
        names: dict[str, None] = {}
        seen = {id(cls.node)}
        queue = [cls.node]
        while queue:
            node = queue.pop(0)
            for base in node.bases:
                expression = base.value if isinstance(base, ast.Subscript) else base
                for member in self._evaluate(expression).alternatives:
                    if isinstance(member, LocalClass):
                        if id(member.node) not in seen:
                            seen.add(id(member.node))
                            queue.append(member.node)
                    elif isinstance(member, Ref):
                        names[member.name] = None
        return tuple(names)

    def method(self, cls: LocalClass, name: str) -> LocalFunction | None:
        """A method of a class of this file, own or inherited from one of this file."""
        found = self.attribute_of(cls, name, Instance(cls))
        return found if isinstance(found, LocalFunction) else None

    # --------------------------------------------------------------------------------------------------- calls
    def _call(self, node: ast.Call) -> Value:
        callee = self._evaluate(node.func)
        results = [self._result(member, node) for member in callee.alternatives]
        if all(r is _CYCLE for r in results):
            return _CYCLE
        return join(results)

    def _result(self, callee: Value, node: ast.Call) -> Value:
        if isinstance(callee, Ref):
            return self._library_result(callee, node)
        if isinstance(callee, LocalClass):
            return Instance(callee, node)
        if isinstance(callee, LocalFunction):
            return self._returned(callee.node)
        if isinstance(callee, Partial):
            return self._result_of_partial(callee, node)
        if isinstance(callee, Instance):
            return self._object_called(callee, node)
        return callee if callee is _CYCLE else UNKNOWN

    def _result_of_partial(self, callee: Partial, node: ast.Call) -> Value:
        return join(self._result(member, node) for member in callee.function.alternatives)

    def _object_called(self, callee: Instance, node: ast.Call) -> Value:
        if isinstance(callee.type, LocalClass):
            method = self.method(callee.type, "__call__")
            if method is None:
                for base in self.external_bases(callee.type):
                    name = self.knowledge.call_method(base)
                    if name is not None:
                        method = self.method(callee.type, name)
                        break
            return self._returned(method.node) if method is not None else UNKNOWN
        kind = self.knowledge.method_result(callee.type, "__call__")
        return callee if kind == "self" else self._typed(kind, node)

    def _library_result(self, callee: Ref, node: ast.Call) -> Value:
        name = callee.name
        special = _SPECIAL_CALLS.get(name)
        if special is not None:
            return special(self, node)
        head, _, last = name.rpartition(".")
        kind = self.knowledge.result(name)
        if kind is None and "." in head:
            kind = self.knowledge.method_result(head, last)
        if kind == "self":
            return self._evaluate(node.func.value) if isinstance(node.func, ast.Attribute) else self._typed(head, node)
        if kind is not None:
            return self._typed(kind, node)
        if last[:1].isupper() or head == "builtins":
            if head == "builtins" and last not in _BUILTIN_TYPES:
                return UNKNOWN
            return Instance(name.removeprefix("builtins."), node)
        return UNKNOWN

    def _returned(self, function: ast.AST) -> Value:
        """What calling a function of this file gives."""
        if isinstance(function, ast.Lambda):
            return self._evaluate(function.body)
        assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        declared = self.annotation(function.returns)
        if function in self.tree.generators:
            return UNKNOWN
        if any(not self._transparent(d) for d in function.decorator_list):
            return declared
        returns = self.tree.returns.get(function, ())
        value = join(self._evaluate(r.value) if r.value is not None else Const(None) for r in returns) if returns else Const(None)
        return value if _informative(value) else declared

    def _transparent(self, decorator: ast.expr) -> bool:
        """Whether a decorated function still gives what it returns."""
        expression = decorator.func if isinstance(decorator, ast.Call) else decorator
        value = self._evaluate(expression)
        if isinstance(value, Ref):
            return not value.name.startswith(("contextlib.", "."))
        if isinstance(value, LocalFunction):
            return False
        return not isinstance(value, (LocalClass, Instance))

    def arguments(self, call: ast.Call) -> Arguments:
        """The arguments of a call, with those that `functools.partial` bound before, `*` and `**` resolved where in sight."""
        known = self._arguments.get(call)
        if known is None:
            known = Arguments()
            self._bind_partials(self._evaluate(call.func), known)
            self._add_arguments(call.args, call.keywords, known)
            if self._depth == 0:
                self._arguments[call] = known
        return known

    def _bind_partials(self, callee: Value, into: Arguments) -> None:
        partials = [v for v in callee.alternatives if isinstance(v, Partial)]
        if len(partials) == 1 and len(callee.alternatives) == 1:
            self._bind_partials(partials[0].function, into)
            self._add_arguments(partials[0].call.args[1:], partials[0].call.keywords, into)
        elif partials:
            into.open = True

    def _add_arguments(self, args: list[ast.expr], keywords: list[ast.keyword], into: Arguments) -> None:
        for arg in args:
            if not isinstance(arg, ast.Starred):
                into.positional.append(Argument(arg, arg, self))
                continue
            value = self._evaluate(arg.value)
            if isinstance(value, Sequence) and not value.open and not into.open:
                into.positional.extend(Argument(e, e, self) for e in value.elements)
            else:
                into.open = True
        for keyword in keywords:
            if keyword.arg is not None:
                into.keywords[keyword.arg] = Argument(keyword, keyword.value, self)
                continue
            for value in (self._evaluate(keyword.value),):
                if isinstance(value, Mapping):
                    for key, entry in value.entries.items():
                        if isinstance(key, str):
                            into.keywords[key] = self._from_entry(entry)
                    into.open = into.open or value.open
                elif isinstance(value, Union) and all(isinstance(v, Mapping) for v in value.members):
                    common = set.intersection(*(set(v.entries) for v in value.members))  # type: ignore[attr-defined]
                    for key in sorted(k for k in common if isinstance(k, str)):
                        entry = value.members[0].entries[key]  # type: ignore[attr-defined]
                        into.keywords[key] = self._from_entry(entry)
                    into.open = True
                else:
                    into.open = True

    # ------------------------------------------------------------------------------------------------ mappings
    def _dict(self, node: ast.Dict) -> Value:
        mapping = Mapping({}, False, node)
        for key, value in zip(node.keys, node.values):
            if key is None:
                self._merge(mapping, self._evaluate(value))
                continue
            constant = self._evaluate(key)
            if isinstance(constant, Const) and _hashable(constant.value):
                mapping.entries[constant.value] = Entry(value, key)
            else:
                mapping.open = True
        return mapping

    def _merge(self, into: Mapping, value: Value) -> None:
        """What `{**a}`, `update` and `|` do: later entries win; the unknown may overwrite everything."""
        if isinstance(value, Mapping):
            into.entries.update(value.entries)
            into.open = into.open or value.open
        else:
            into.open = True

    def _dict_call(self, node: ast.Call) -> Value:
        mapping = Mapping({}, False, node)
        for arg in node.args[:1]:
            value = self._evaluate(arg)
            if isinstance(value, Sequence) and not value.open:
                self._pairs(mapping, value)
            else:
                self._merge(mapping, value)
        for keyword in node.keywords:
            if keyword.arg is None:
                self._merge(mapping, self._evaluate(keyword.value))
            else:
                mapping.entries[keyword.arg] = Entry(keyword.value, keyword)
        return mapping

    def _pairs(self, mapping: Mapping, value: Sequence) -> None:
        for element in value.elements:
            pair = self._evaluate(element)
            if isinstance(pair, Sequence) and len(pair.elements) == 2:
                key = self._evaluate(pair.elements[0])
                if isinstance(key, Const) and _hashable(key.value):
                    mapping.entries[key.value] = Entry(pair.elements[1], pair.elements[0])
                    continue
            mapping.open = True

    def _copied(self, node: ast.Call) -> Value:
        """`copy.copy(x)`, `copy.deepcopy(x)`, `vars` and the like: the same value again."""
        return self._evaluate(node.args[0]) if node.args else UNKNOWN

    def _dict_copy(self, node: ast.Call) -> Value:
        base = self._evaluate(node.func.value) if isinstance(node.func, ast.Attribute) else UNKNOWN
        return base if isinstance(base, Mapping) else Instance("dict", node)

    def _dict_get(self, node: ast.Call) -> Value:
        base = self._evaluate(node.func.value) if isinstance(node.func, ast.Attribute) else UNKNOWN
        if not isinstance(base, Mapping) or not node.args:
            return UNKNOWN
        key = self._evaluate(node.args[0])
        if not (isinstance(key, Const) and _hashable(key.value)):
            return UNKNOWN
        entry = base.entries.get(key.value)
        if entry is not None:
            return self._entry_value(entry)
        if base.open:
            return UNKNOWN
        return self._evaluate(node.args[1]) if len(node.args) > 1 else Const(None)

    def _entry_value(self, entry: Entry) -> Value:
        value = self._evaluate(entry.value) if entry.value is not None else entry.constant
        return value if entry.certain else join([value, UNKNOWN])

    def _from_entry(self, entry: Entry) -> Argument:
        return Argument(entry.key_node, entry.value if entry.certain else None, self, self._entry_value(entry))

    def _changes(self, name: str) -> list[ast.AST]:
        """Stores to items of a name, and calls of its changing methods, in the order of the source."""
        if self._mutations is None:
            self._mutations = {}
            for store in self.tree.subscript_stores:
                dotted = dotted_name(store.value)
                if dotted is not None:
                    self._mutations.setdefault(dotted, []).append(store)
            for call in self.tree.calls:
                if isinstance(call.func, ast.Attribute) and call.func.attr in _ADDING_METHODS:
                    dotted = dotted_name(call.func.value)
                    if dotted is not None:
                        self._mutations.setdefault(dotted, []).append(call)
            for changes in self._mutations.values():
                changes.sort(key=lambda n: (n.lineno, n.col_offset))  # type: ignore[attr-defined]
        return self._mutations.get(name, [])

    def _mutated(self, name: str, value: Value, use: ast.expr) -> Value:
        """A dict or list after what the code did to it between its display and this use."""
        if not any(isinstance(v, (Mapping, Sequence)) for v in value.alternatives):
            return value
        changes = self._changes(name)
        if not changes:
            return value
        return join(self._after(v, name, changes, use) for v in value.alternatives)

    def _after(self, value: Value, name: str, changes: list[ast.AST], use: ast.expr) -> Value:
        if not isinstance(value, (Mapping, Sequence)):
            return value
        origin = value.origin
        relevant = [c for c in changes if self._applies(c, name, origin, use)]
        if not relevant:
            return value
        if isinstance(value, Sequence):
            return Sequence(value.kind, value.elements, value.origin, open=True)
        mapping = Mapping(dict(value.entries), value.open, value.origin)
        use_blocks = set(self.flow.blocks(use))
        for change in relevant:
            certain = all(block in use_blocks for block in self.flow.blocks(change)) or (
                set(self.flow.blocks(change)) <= set(self.flow.blocks(origin) if origin is not None else ()))
            self._apply(mapping, change, certain)
        return mapping

    def _applies(self, change: ast.AST, name: str, origin: ast.AST | None, use: ast.expr) -> bool:
        """Whether a change happens to this object before this use."""
        statement = self.tree.statement(change)
        if any(use is inner for inner in ast.walk(change)):
            return False
        first = _leftmost(change)
        mine = _leftmost(use)
        if first is None or mine is None or first.id != mine.id:
            return False
        scope, _ = self.flow.lookup(first.id, first)
        other, local = self.flow.lookup(mine.id, mine)
        if "." in name and scope is not other:
            # self.params in one method and in another: the same object's attribute.
            return self._self_class(first) is not None and self._self_class(first) is self._self_class(mine)
        if scope is not other:
            return False
        if self._frame(first) is not self._frame(mine):
            # A module's dict, changed at top level and read in a function: all changes have happened.
            return True
        after_origin = origin is None or (statement.lineno, statement.col_offset) >= (
            getattr(origin, "lineno", 0), 0) or self._frame(first) is not self._frame(origin)
        return after_origin and (statement.lineno, statement.col_offset) < (use.lineno, use.col_offset)

    def _frame(self, node: ast.AST) -> ast.AST:
        for ancestor in self.tree.ancestors(node):
            if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)):
                return ancestor
        return self.tree.module

    def _apply(self, mapping: Mapping, change: ast.AST, certain: bool) -> None:
        if isinstance(change, ast.Subscript):
            key = self._evaluate(change.slice)
            statement = self.tree.parents[change]
            if isinstance(key, Const) and _hashable(key.value):
                value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
                if certain or key.value not in mapping.entries:
                    mapping.entries[key.value] = Entry(value, change.slice, certain=certain)
                else:
                    old = mapping.entries[key.value]
                    both = join([self._entry_value(old), self._evaluate(value)])
                    mapping.entries[key.value] = Entry(None, change.slice, both)
            else:
                mapping.open = True
            return
        assert isinstance(change, ast.Call)
        assert isinstance(change.func, ast.Attribute)
        method = change.func.attr
        if method == "update":
            given = self._dict_call(change)
            assert isinstance(given, Mapping)
            if certain:
                mapping.entries.update(given.entries)
            else:
                for key, entry in given.entries.items():
                    earlier = mapping.entries.get(key)
                    if earlier is not None:
                        both = join([self._entry_value(earlier), self._entry_value(entry)])
                        mapping.entries[key] = Entry(None, entry.key_node, both)
                    else:
                        mapping.entries[key] = Entry(entry.value, entry.key_node, entry.constant, certain=False)
            mapping.open = mapping.open or given.open
        elif method == "setdefault" and change.args:
            key = self._evaluate(change.args[0])
            if isinstance(key, Const) and _hashable(key.value) and len(change.args) > 1:
                mapping.entries.setdefault(key.value, Entry(change.args[1], change.args[0]))
            else:
                mapping.open = True
        elif method == "pop" and change.args:
            key = self._evaluate(change.args[0])
            if isinstance(key, Const) and _hashable(key.value):
                if certain:
                    mapping.entries.pop(key.value, None)
                else:
                    mapping.open = True
            else:
                mapping.open = True
        elif method in {"clear", "popitem"}:
            mapping.entries.clear()
            mapping.open = not certain

    # ------------------------------------------------------------------------------------------ other expressions
    def _sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        kind = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}[type(node)]
        elements: list[ast.expr] = []
        unknown = False
        for element in node.elts:
            if isinstance(element, ast.Starred):
                inner = self._evaluate(element.value)
                if isinstance(inner, Sequence) and not inner.open:
                    elements.extend(inner.elements)
                else:
                    unknown = True
            else:
                elements.append(element)
        return Sequence(kind, tuple(elements), node, open=unknown)

    def _comprehension(self, node: ast.expr) -> Value:
        kind = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict", ast.GeneratorExp: "generator"}[type(node)]
        element = None
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            element = self._type_name(self._evaluate(node.elt))
        return Instance(kind, node, element)

    def _subscript(self, node: ast.Subscript) -> Value:
        base = self._evaluate(node.value)
        results = [self._indexed(member, node) for member in base.alternatives]
        if all(r is _CYCLE for r in results):
            return _CYCLE
        return join(results)

    def _indexed(self, base: Value, node: ast.Subscript) -> Value:
        if isinstance(base, Mapping):
            key = self._evaluate(node.slice)
            if isinstance(key, Const) and _hashable(key.value):
                entry = base.entries.get(key.value)
                if entry is not None:
                    value = self._entry_value(entry)
                    return value
                return UNKNOWN
            return UNKNOWN if base.open else join(self._entry_value(e) for e in base.entries.values())
        if isinstance(base, Sequence):
            if isinstance(node.slice, ast.Slice):
                return Sequence(base.kind, base.elements, base.origin, open=True)
            key = self._evaluate(node.slice)
            if isinstance(key, Const) and isinstance(key.value, int) and not base.open:
                if -len(base.elements) <= key.value < len(base.elements):
                    return self._evaluate(base.elements[key.value])
                return UNKNOWN
            return join([*(self._evaluate(e) for e in base.elements), *([UNKNOWN] if base.open else [])])
        if isinstance(base, Instance):
            if isinstance(node.slice, ast.Slice) and base.type in {"list", "tuple", "str"}:
                return base
            if isinstance(base.type, str) and base.type in self.knowledge.arithmetic and _is_text(node.slice):
                # No tensor or array is read by a text: it is a dict or table that was taken for one.
                return self._typed(self.knowledge.attribute(base.type, "[text]"), node)
            kind = base.element or (self.knowledge.element(base.type) if isinstance(base.type, str) else None)
            return self._typed(kind, node)
        return base if base is _CYCLE else UNKNOWN

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self._evaluate(node.left), self._evaluate(node.right)
        if isinstance(node.op, ast.BitOr) and isinstance(left, Mapping):
            merged = Mapping(dict(left.entries), left.open, node)
            self._merge(merged, right)
            return merged
        if isinstance(left, Const) and isinstance(right, Const):
            return _fold(node.op, left.value, right.value)
        if isinstance(node.op, ast.Add) and isinstance(left, Sequence) and isinstance(right, Sequence) and left.kind == right.kind:
            return Sequence(left.kind, left.elements + right.elements, node, open=left.open or right.open)
        return self._operation(node, [left, right])

    def _operation(self, node: ast.AST, operands: list[Value]) -> Value:
        if all(v is _CYCLE for v in operands):
            return _CYCLE
        kinds: list[str] = []
        for operand in operands:
            members = [m for m in operand.alternatives if not (isinstance(m, Const) and m.value is None)]
            types = [self._type_of(m) for m in members]
            if types and all(t is not None for t in types):
                kinds += [t for t in types if t is not None]
        kind = self.knowledge.operation(kinds)
        if kind is not None:
            return Instance(kind, node)
        return Instance("str", node) if kinds and kinds[0] == "str" else UNKNOWN

    def _type_of(self, value: Value) -> str | None:
        if isinstance(value, Instance):
            if isinstance(value.type, str):
                return value.type
            return next(iter(self.external_bases(value.type)), None)
        if isinstance(value, Const):
            return type(value.value).__name__
        if isinstance(value, Sequence):
            return value.kind
        if isinstance(value, Mapping):
            return "dict"
        if isinstance(value, Ref) and "." in value.name:
            head, _, last = value.name.rpartition(".")
            return self.knowledge.attribute(head, last) or None
        return None

    def _unary(self, node: ast.UnaryOp) -> Value:
        operand = self._evaluate(node.operand)
        if isinstance(operand, Const):
            try:
                if isinstance(node.op, ast.Not):
                    return Const(not operand.value)
                if isinstance(node.op, ast.USub):
                    return Const(-operand.value)  # type: ignore[operator]
                if isinstance(node.op, ast.UAdd):
                    return operand
                return Const(~operand.value)  # type: ignore[operator]
            except TypeError:
                return UNKNOWN
        if isinstance(node.op, ast.Not):
            return Instance("bool", node)
        return self._operation(node, [operand])

    def _boolean(self, node: ast.BoolOp) -> Value:
        """`a or b`, `a and b`: constants that decide are followed."""
        results: list[Value] = []
        stop_on = isinstance(node.op, ast.Or)
        for index, operand in enumerate(node.values):
            value = self._evaluate(operand)
            if isinstance(value, Const) and index < len(node.values) - 1:
                if bool(value.value) is stop_on:
                    results.append(value)
                    break
                continue
            results.append(value)
        return join(results)

    def _compare(self, node: ast.Compare) -> Value:
        values = [self._evaluate(node.left), *(self._evaluate(c) for c in node.comparators)]
        if isinstance(node.ops[0], (ast.Is, ast.IsNot, ast.In, ast.NotIn)):
            return Instance("bool", node)
        kinds = [self._type_of(v) for v in values]
        kind = self.knowledge.operation(k for k in kinds if k is not None)
        if kind is not None:
            return Instance(kind, node)
        if len(values) == 2 and isinstance(values[0], Const) and isinstance(values[1], Const):
            same = values[0].value == values[1].value
            if isinstance(node.ops[0], ast.Eq):
                return Const(same)
            if isinstance(node.ops[0], ast.NotEq):
                return Const(not same)
        return Instance("bool", node)

    def _conditional(self, node: ast.IfExp) -> Value:
        test = self._evaluate(node.test)
        if isinstance(test, Const):
            return self._evaluate(node.body if test.value else node.orelse)
        return join([self._evaluate(node.body), self._evaluate(node.orelse)])

    def _joined(self, node: ast.JoinedStr) -> Value:
        parts = []
        for piece in node.values:
            value = self._evaluate(piece.value if isinstance(piece, ast.FormattedValue) else piece)
            if not isinstance(value, Const) or (isinstance(piece, ast.FormattedValue) and piece.format_spec is not None):
                return Instance("str", node)
            parts.append(str(value.value))
        return Const("".join(parts))

    def _lambda(self, node: ast.Lambda) -> Value:
        return LocalFunction(node)

    def _await(self, node: ast.Await) -> Value:
        return self._evaluate(node.value)

    def _walrus(self, node: ast.NamedExpr) -> Value:
        return self._evaluate(node.value)

    def _starred(self, node: ast.Starred) -> Value:
        return self._evaluate(node.value)

    def _each(self, node: _Iterated) -> Value:
        return self._iterated(node.iterable)

    # ------------------------------------------------------------------------------------- calls that mean more
    def _partial(self, node: ast.Call) -> Value:
        if not node.args:
            return UNKNOWN
        function = self._evaluate(node.args[0])
        return Partial(function, node) if function is not UNKNOWN and function is not _CYCLE else UNKNOWN

    def _getattr(self, node: ast.Call) -> Value:
        if len(node.args) >= 2:
            name = self._evaluate(node.args[1])
            if isinstance(name, Const) and isinstance(name.value, str) and name.value.isidentifier():
                attribute = ast.Attribute(value=node.args[0], attr=name.value, ctx=ast.Load())
                ast.copy_location(attribute, node)
                return join(self._member(base, attribute) for base in self._evaluate(node.args[0]).alternatives)
        return UNKNOWN

    def _import_module(self, node: ast.Call) -> Value:
        name = self._evaluate(node.args[0]) if node.args else UNKNOWN
        return self._ref(name.value) if isinstance(name, Const) and isinstance(name.value, str) else UNKNOWN

    def _super(self, node: ast.Call) -> Value:
        """`super()`: an object of the first base."""
        for ancestor in self.tree.ancestors(node):
            if isinstance(ancestor, ast.ClassDef):
                bases: list[Value] = []
                for base in ancestor.bases[:1]:
                    value = self._evaluate(base)
                    if isinstance(value, LocalClass):
                        bases.append(Instance(value, node))
                    elif isinstance(value, Ref):
                        bases.append(Instance(value.name, node))
                return join(bases) if bases else UNKNOWN
        return UNKNOWN

    def _listed(self, node: ast.Call) -> Value:
        """`list(x)`, `tuple(x)`, `sorted(x)`, `reversed(x)`: a sequence of the same things."""
        name = node.func.id if isinstance(node.func, ast.Name) else "list"
        kind = {"tuple": "tuple", "set": "set", "frozenset": "frozenset"}.get(name, "list")
        if not node.args:
            return Sequence(kind, (), node)
        value = self._evaluate(node.args[0])
        if isinstance(value, Sequence):
            return Sequence(kind, value.elements, node, open=value.open)
        element = self._type_name(self._iterated(node.args[0]))
        return Instance(kind, node, element)

    def _type_call(self, node: ast.Call) -> Value:
        value = self._evaluate(node.args[0]) if len(node.args) == 1 else UNKNOWN
        if isinstance(value, Instance):
            return value.type if isinstance(value.type, LocalClass) else Ref(value.type)
        return UNKNOWN

    def _number(self, node: ast.Call) -> Value:
        """`int(x)`, `float(x)`, `bool(x)`, `str(x)` of a constant are constants."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        convert = {"int": int, "float": float, "bool": bool, "str": str}.get(name)
        if convert is None:
            return UNKNOWN
        if len(node.args) == 1 and not node.keywords:
            value = self._evaluate(node.args[0])
            if isinstance(value, Const):
                try:
                    return Const(convert(value.value))  # type: ignore[arg-type]
                except (TypeError, ValueError, OverflowError):
                    return UNKNOWN
        return Instance(name, node)


class _Iterated(ast.expr):
    """Stands for what one round of a loop over an expression gives (`zip` and `enumerate` make tuples of these)."""

    _fields = ()

    def __init__(self, iterable: ast.expr) -> None:
        super().__init__()
        self.iterable = iterable
        ast.copy_location(self, iterable)


_BUILTIN_TYPES = frozenset({"int", "float", "str", "bytes", "bool", "list", "dict", "set", "frozenset", "tuple", "range", "slice",
                            "bytearray", "complex", "memoryview", "enumerate", "zip", "map", "filter", "object", "property"})

_SPECIAL_CALLS: dict[str, Callable[[Evaluator, ast.Call], Value]] = {
    "functools.partial": Evaluator._partial,
    "functools.partialmethod": Evaluator._partial,
    "builtins.getattr": Evaluator._getattr,
    "importlib.import_module": Evaluator._import_module,
    "builtins.__import__": Evaluator._import_module,
    "pytest.importorskip": Evaluator._import_module,
    "builtins.super": Evaluator._super,
    "builtins.dict": Evaluator._dict_call,
    "collections.OrderedDict": Evaluator._dict_call,
    "types.MappingProxyType": Evaluator._copied,
    "builtins.list": Evaluator._listed,
    "builtins.tuple": Evaluator._listed,
    "builtins.sorted": Evaluator._listed,
    "builtins.set": Evaluator._listed,
    "builtins.frozenset": Evaluator._listed,
    "builtins.reversed": Evaluator._listed,
    "builtins.type": Evaluator._type_call,
    "builtins.int": Evaluator._number,
    "builtins.float": Evaluator._number,
    "builtins.bool": Evaluator._number,
    "builtins.str": Evaluator._number,
    "copy.copy": Evaluator._copied,
    "copy.deepcopy": Evaluator._copied,
    "typing.cast": lambda self, node: self.annotation(node.args[0]) if node.args else UNKNOWN,
    "dict.copy": Evaluator._dict_copy,
    "dict.get": Evaluator._dict_get,
}

_DISPATCH: dict[type, Callable[..., Value]] = {
    ast.Name: Evaluator._name,
    ast.Attribute: Evaluator._attribute,
    ast.Call: Evaluator._call,
    ast.BinOp: Evaluator._binary,
    ast.UnaryOp: Evaluator._unary,
    ast.BoolOp: Evaluator._boolean,
    ast.Compare: Evaluator._compare,
    ast.IfExp: Evaluator._conditional,
    ast.Subscript: Evaluator._subscript,
    ast.Dict: Evaluator._dict,
    ast.List: Evaluator._sequence,
    ast.Tuple: Evaluator._sequence,
    ast.Set: Evaluator._sequence,
    ast.ListComp: Evaluator._comprehension,
    ast.SetComp: Evaluator._comprehension,
    ast.DictComp: Evaluator._comprehension,
    ast.GeneratorExp: Evaluator._comprehension,
    ast.JoinedStr: Evaluator._joined,
    ast.Lambda: Evaluator._lambda,
    ast.Await: Evaluator._await,
    ast.NamedExpr: Evaluator._walrus,
    ast.Starred: Evaluator._starred,
    _Iterated: Evaluator._each,
}


# ---------------------------------------------------------------------------------------------------- small questions
def dotted_name(node: ast.AST) -> str | None:
    """`a.b.c` as text, for a chain of attributes on a name; None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))


def is_main_guard(test: ast.expr) -> bool:
    """Whether a condition is `__name__ == "__main__"`, in either order."""
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
        return False
    sides = [test.left, test.comparators[0]]
    return any(isinstance(s, ast.Name) and s.id == "__name__" for s in sides) and any(
        isinstance(s, ast.Constant) and s.value == "__main__" for s in sides)


def _leftmost(node: ast.AST) -> ast.Name | None:
    """The name that a chain of calls, items and attributes starts from."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        else:
            return None
    return node


def _conjuncts(test: ast.expr) -> list[ast.expr]:
    return list(test.values) if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def _informative(value: Value) -> bool:
    return any(member is not UNKNOWN and member is not _CYCLE for member in value.alternatives) and not (
        isinstance(value, Const) and value.value is None)


def _default(arguments: ast.arguments, node: ast.arg) -> ast.expr | None:
    positional = [*arguments.posonlyargs, *arguments.args]
    if node in positional:
        index = positional.index(node) - (len(positional) - len(arguments.defaults))
        return arguments.defaults[index] if index >= 0 else None
    if node in arguments.kwonlyargs:
        return arguments.kw_defaults[arguments.kwonlyargs.index(node)]
    return None


def _method_kind(function: ast.AST) -> str:
    for decorator in getattr(function, "decorator_list", ()):
        name = decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")
        if name == "staticmethod":
            return "static"
        if name == "classmethod":
            return "class"
    name = getattr(function, "name", "")
    return "class" if name in {"__new__", "__init_subclass__", "__class_getitem__"} else "instance"


def _hashable(value: object) -> bool:
    return isinstance(value, (str, int, float, bool, bytes, type(None)))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _fold(op: ast.operator, left: object, right: object) -> Value:
    """Arithmetic on constants, where the result is small."""
    if isinstance(left, (str, bytes)) and isinstance(op, (ast.Mult, ast.Mod)):
        return Instance(type(left).__name__)
    function = _ARITHMETIC.get(type(op))
    if function is None:
        if isinstance(op, ast.Pow) and isinstance(left, int) and isinstance(right, int) and 0 <= right <= 64 and abs(left) <= 1024:
            return Const(left**right)
        return UNKNOWN
    if isinstance(right, (str, bytes)) and isinstance(op, ast.Mult):
        return Instance(type(right).__name__)
    try:
        return Const(function(left, right))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return UNKNOWN
