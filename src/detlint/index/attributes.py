"""Attributes: of modules, of objects of libraries, and of classes of this file."""

from __future__ import annotations

import ast

from detlint.index.core import CYCLE, informative, join
from detlint.index.fields import Fields
from detlint.index.mappings import CHANGING_METHODS
from detlint.index.syntax import dotted_name, method_kind
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

_REGISTERING = frozenset({"register_buffer", "register_parameter", "register_module", "add_module"})


class Attributes(Fields):
    """What `a.b` denotes."""

    def _attribute(self, node: ast.Attribute) -> Value:
        base = self._evaluate(node.value)
        results = [self._member(member, node) for member in base.alternatives]
        if all(r is CYCLE for r in results):
            return CYCLE
        value = join(results)
        dotted = dotted_name(node)
        return self._here(self._mutated(dotted, value, node), node) if dotted is not None else value

    def _member(self, base: Value, node: ast.Attribute) -> Value:
        attribute = node.attr
        if isinstance(base, Ref):
            resolved = self.modules.resolve(f"{base.name}.{attribute}")
            if resolved is not None:
                return self._ref(resolved)
            constant = self.modules.constant(f"{base.name}.{attribute}")
            if constant is not None and not self._is_stored(attribute):
                return constant
            written = f"{base.written or base.name}.{attribute}"
            return Ref(self.knowledge.canonical(f"{base.name}.{attribute}"), written)
        if isinstance(base, Instance):
            if isinstance(base.type, LocalClass):
                return self.attribute_of(base.type, attribute, base, node)
            if base.element is not None and base.type == "tuple" and attribute not in CHANGING_METHODS:
                # Named tuples of a library: `x.max(0).values`.
                return self._typed(base.element, base.origin)
            kind = self.knowledge.attribute(base.type, attribute)
            if kind:
                return self._typed(kind, node)
            constant = self._field_elsewhere(base, attribute)
            return Ref(self.knowledge.member(base.type, attribute)) if constant is None else constant
        if isinstance(base, LocalClass):
            return self.attribute_of(base, attribute, base, node)
        if isinstance(base, LocalFunction):
            return UNKNOWN
        if base is CYCLE:
            return base
        if isinstance(base, Const):
            return UNKNOWN if base.value is None else Ref(f"{type(base.value).__name__}.{attribute}")
        if isinstance(base, Mapping):
            return self._entry(base, attribute) if isinstance(base, Configuration) else Ref(f"dict.{attribute}")
        if isinstance(base, Sequence):
            return Ref(f"{base.kind}.{attribute}")
        return self._unique(attribute)

    def _entry(self, base: Configuration, attribute: str) -> Value:
        """`cfg.name`: an entry, else a method of a dict."""
        entry = base.entries.get(attribute)
        if entry is None:
            return Ref(f"dict.{attribute}") if hasattr(dict, attribute) else UNKNOWN
        value = self._entry_value(entry)
        return Configuration(dict(value.entries), value.open, value.origin) if type(value) is Mapping else value

    def _unique(self, attribute: str) -> Value:
        """A method whose name alone proves its receiver."""
        kind = self.knowledge.unique_methods.get(attribute)
        if kind is None or kind.partition(".")[0] not in self.tree.imports:
            return UNKNOWN
        if self._method_names is None:
            self._method_names = frozenset(f.name for f in self.tree.functions if self.owner(f) is not None)
        return UNKNOWN if attribute in self._method_names else Ref(f"{kind}.{attribute}")

    def attribute_of(self, cls: LocalClass, attribute: str, owner: Value, node: ast.AST | None = None) -> Value:
        """An attribute of an object of a class of this file: method, class attribute, `self.x = …`, or inherited."""
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
                values.append(self._declared(bound, cls, owner) or self.binding(binding))
        if values and all(isinstance(v, LocalFunction) for v in values):
            return values[-1]
        values += (self.stored_value(store) for store in self.attribute_stores(cls.node, attribute))
        values += (self.stored_value(store) for store in self._stores_elsewhere(cls.node, attribute))
        values += (self._evaluate(given) for given in self._registered(cls.node, attribute))
        return join(values) if values else None

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

    def _stores_elsewhere(self, cls: ast.ClassDef, attribute: str) -> list[ast.Attribute]:
        """Where code outside of its methods stores an attribute of an object of a class: `data.augment = True`."""
        if self._outside_stores is None:
            self._outside_stores = {}
            for store in self.tree.attribute_stores:
                if isinstance(store.value, ast.Name) and self._self_class(store.value) is None:
                    self._outside_stores.setdefault(store.attr, []).append(store)
        return [
            store
            for store in self._outside_stores.get(attribute, ())
            for member in self._evaluate(store.value).alternatives
            if isinstance(member, Instance) and isinstance(member.type, LocalClass) and member.type.node is cls
        ]

    def _registered(self, cls: ast.ClassDef, attribute: str) -> list[ast.expr]:
        """What methods of a class register under a name: `self.register_buffer("mean", torch.zeros(3))`."""
        if self._registrations is None:
            self._registrations = {}
            for call in self.tree.calls:
                func = call.func
                if (
                    isinstance(func, ast.Attribute)
                    and func.attr in _REGISTERING
                    and isinstance(func.value, ast.Name)
                    and len(call.args) > 1
                    and isinstance(call.args[0], ast.Constant)
                ):
                    holder = self._self_class(func.value)
                    if holder is not None:
                        key = (id(holder), str(call.args[0].value))
                        self._registrations.setdefault(key, []).append(call.args[1])
        return self._registrations.get((id(cls), attribute), [])

    def _self_class(self, name: ast.Name) -> ast.ClassDef | None:
        """The class whose object (or which itself) a name like `self` is."""
        for ancestor in self.tree.ancestors(name):
            if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
                owner = self.owner(ancestor)
                if owner is not None:
                    arguments = [*ancestor.args.posonlyargs, *ancestor.args.args]
                    if arguments and arguments[0].arg == name.id and method_kind(ancestor) != "static":
                        return owner
                    return None
        return None

    def stored_value(self, target: ast.Name | ast.Attribute | ast.Subscript) -> Value:
        """The value that an assignment, a loop, a `with` or unpacking gives to what it stores in."""
        path: list[int | None] = []
        child: ast.AST = target
        parent = self.tree.parents[target]
        while isinstance(parent, (ast.Tuple, ast.List, ast.Starred)):
            if isinstance(parent, ast.Starred):
                path.append(None)
            else:
                starred = any(isinstance(e, ast.Starred) for e in parent.elts)
                path.append(None if starred else parent.elts.index(child))  # type: ignore[arg-type]
            child, parent = parent, self.tree.parents[parent]
        path.reverse()
        if isinstance(parent, (ast.Assign, ast.NamedExpr)):
            value = self._evaluate(parent.value)
        elif isinstance(parent, ast.AnnAssign):
            value = self._evaluate(parent.value) if parent.value is not None else UNKNOWN
            declared = self.annotation(parent.annotation)
            if declared is not UNKNOWN and not informative(value):
                value = declared
        elif isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
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
