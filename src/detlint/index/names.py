"""Names: imports, assignments, loops, unpacking, and the parameters of functions."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from detlint.index.configured import Configurables
from detlint.index.core import CYCLE, informative, join
from detlint.index.syntax import default_of, is_main_guard, method_kind
from detlint.index.values import (
    UNKNOWN,
    Configuration,
    Const,
    Instance,
    LocalClass,
    LocalFunction,
    Mapping,
    Ref,
    Sequence,
    Value,
)

if TYPE_CHECKING:
    from detlint.index.tree import Binding, FunctionNode, Scope

_BUILTINS = frozenset(dir(builtins))


class Names(Configurables):
    """What a name denotes where it is used."""

    def _name(self, node: ast.Name) -> Value:
        narrowed = self.narrowed(node)
        if isinstance(node.ctx, ast.Store):
            binding = next((b for b in self._bindings_named(node) if b.node is node), None)
            return self.binding(binding) if binding is not None else UNKNOWN
        bindings = self.flow.reaching(node.id, node)
        if not bindings:
            return self._here(self._unbound(node), node)
        value = join(self.binding(binding, node) for binding in bindings)
        value = self._here(self._mutated(node.id, value, node), node)
        return value if narrowed is None or isinstance(value, (Instance, Ref)) else self._proven(narrowed, value)

    @staticmethod
    def _proven(narrowed: Value, value: Value) -> Value:
        """What of several values has the type that is proven; an object of that type if none is known to."""
        kind = narrowed.type if isinstance(narrowed, Instance) else None
        fitting = [each for each in value.alternatives if isinstance(each, Instance) and each.type == kind]
        return join([*fitting, narrowed] if not fitting or UNKNOWN in value.alternatives else fitting)

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
        return join(self._elsewhere(f"{self.modules.dots(star)}{star}.{node.id}") for star in stars)

    def binding(self, binding: Binding, use: ast.AST | None = None) -> Value:
        """The value that a binding gives to its name."""
        node = binding.node
        known = self._values.get(node)
        if known is not None:
            return known
        if isinstance(node, ast.Name) and node in self._active:
            self._cut = min(self._cut, self._active[node])
            return CYCLE
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
            statement = self.tree.parents[node]
            return self._augmented(node, statement) if isinstance(statement, ast.AugAssign) else self.stored_value(node)
        return UNKNOWN

    def _imported(self, alias: ast.alias) -> Value:
        statement = self.tree.parents[alias]
        if isinstance(statement, ast.Import):
            dots = self.modules.dots(alias.name)
            return self._ref(dots + (alias.name if alias.asname else alias.name.partition(".")[0]))
        assert isinstance(statement, ast.ImportFrom)
        module = "." * statement.level + (statement.module or "")
        if not statement.level:
            module = self.modules.dots(module) + module
        separator = "" if module.endswith(".") else "."
        return self._elsewhere(f"{module}{separator}{alias.name}")

    def _elsewhere(self, name: str) -> Value:
        """What a name of another module denotes."""
        resolved = self.modules.resolve(name)
        constant = self.modules.constant(name) if resolved is None else None
        return self._ref(resolved or name) if constant is None else constant

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
            elif member is CYCLE:
                results.append(member)
            else:
                results.append(UNKNOWN)
        return join(results) if any(r is not CYCLE for r in results) else CYCLE

    def _item(self, value: Instance) -> Value:
        kind = value.element
        if kind is None and isinstance(value.type, str):
            kind = self.knowledge.element(value.type)
        return self._typed(kind, value.origin)

    def _iterated(self, node: ast.expr) -> Value:
        """What a loop over an expression gives in each round."""
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"enumerate", "zip", "reversed", "sorted", "list", "tuple", "iter"}
        ):
            name = node.func.id
            if not self.flow.reaching(name, node.func) and node.args:
                if name == "enumerate":
                    return Sequence("tuple", (ast.Constant(value=...), Iterated(node.args[0])), node)
                if name == "zip":
                    return Sequence("tuple", tuple(Iterated(arg) for arg in node.args), node)
                return self._iterated(node.args[0])
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"items", "values"}
        ):
            return self._of_table(node, node.func)
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
            elif member is CYCLE:
                results.append(member)
            else:
                results.append(UNKNOWN)
        if results and all(r is CYCLE for r in results):
            return CYCLE
        return join(results)

    def _of_table(self, node: ast.Call, method: ast.Attribute) -> Value:
        """What a loop over the items or values of a dict in sight gives."""
        tables = self._evaluate(method.value).alternatives
        if not all(isinstance(table, Mapping) for table in tables):
            return CYCLE if all(table is CYCLE for table in tables) else UNKNOWN
        if method.attr == "items":
            values = ast.Call(ast.Attribute(method.value, "values", ast.Load()), [], [])
            return Sequence("tuple", (ast.Constant(value=...), Iterated(ast.copy_location(values, node))), node)
        found: list[Value] = []
        for table in tables:
            assert isinstance(table, Mapping)
            found += [self._entry_value(entry) for entry in table.entries.values()]
            if table.open:
                found.append(UNKNOWN)
        return join(found)

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
            kind = method_kind(function)
            if kind == "instance":
                return Instance(LocalClass(owner), node)
            if kind == "class":
                return LocalClass(owner)
        configured = self.configured_parameter(node, function)
        if configured is not UNKNOWN:
            return configured
        declared = self.annotation(node.annotation)
        called = None
        if informative(declared):
            if self.is_configuration(declared):
                called = self._from_calls(node, function, positional, owner)
            return called if called is not None and _is_configured(called) else declared
        called = self._from_calls(node, function, positional, owner)
        if called is not None and informative(called):
            return called
        default = default_of(arguments, node)
        if owner is not None and isinstance(function, ast.FunctionDef) and default is None:
            inherited = self._inherited_parameter(owner, function.name)
            if inherited is not None:
                return self._typed(inherited, node)
        if owner is None and positional and node is positional[0]:
            given = self._from_library(function)
            if given is not None:
                return self._typed(given, node)
        return declared if called is None else called

    def _from_library(self, function: FunctionNode) -> str | None:
        """The type of what the callables of libraries that a function is handed to give it."""
        if isinstance(function, ast.Lambda):
            handed: list[ast.AST] = [function]
        else:
            handed = [
                load
                for load in self.tree.loads.get(function.name, ())
                if any(b.node is function for b in self.flow.reaching(function.name, load))
            ]
        found = set()
        for value in handed:
            call = self.tree.parents.get(value)
            if not isinstance(call, ast.Call) or value not in call.args:
                return None
            for callee in self._evaluate(call.func).alternatives:
                found.add(self.knowledge.given(callee.name) if isinstance(callee, Ref) else None)
        return found.pop() if len(found) == 1 else None

    def _inherited_parameter(self, owner: ast.ClassDef, method: str) -> str | None:
        for base in self.external_bases(LocalClass(owner)):
            found = self.knowledge.parameter(base, method)
            if found is not None:
                return found
        return None

    def _from_calls(
        self, node: ast.arg, function: ast.AST, positional: list[ast.arg], owner: ast.ClassDef | None
    ) -> Value | None:
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
                values.append(self._evaluate(default_of(self.tree.parents[node], node)))  # type: ignore[arg-type]
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
            elif not (
                isinstance(parent, ast.Call)
                and isinstance(parent.func, ast.Name)
                and parent.func.id in {"super", "isinstance"}
            ):
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


def _is_configured(value: Value) -> bool:
    return all(isinstance(member, Configuration) for member in value.alternatives)


class Iterated(ast.expr):
    """Stands for what one round of a loop over an expression gives (`zip` and `enumerate` make tuples of these)."""

    _fields = ()

    def __init__(self, iterable: ast.expr) -> None:
        super().__init__()
        self.iterable = iterable
        ast.copy_location(self, iterable)
