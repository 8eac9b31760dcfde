"""Fields of dataclasses, named tuples and models: what an object that is made in sight holds in them."""

from __future__ import annotations

import ast

from detlint.index.core import informative
from detlint.index.mappings import Mappings
from detlint.index.values import UNKNOWN, Const, Entry, Instance, LocalClass, Mapping, Ref, Value

_MAKERS = frozenset(
    {
        "dataclasses.field",
        "attr.ib",
        "attr.attrib",
        "attr.field",
        "attrs.field",
        "pydantic.Field",
        "pydantic.fields.Field",
        "pydantic.dataclasses.Field",
    }
)
"""Functions that describe a field, with its default among their arguments."""

_FILLED = "BaseSettings"
"""What the name of a base ends in whose objects take their fields from the environment."""


class Fields(Mappings):
    """The annotated names of class bodies."""

    def _declared(self, bound: ast.AST, cls: LocalClass, owner: Value) -> Value | None:
        """A field: annotated in the body of a class whose objects may each be given another value.

        Of an object that is made in sight it is what the call gives, else the default. A default of None is to be
        settled later.
        """
        statement = self.tree.parents.get(bound)
        if not isinstance(statement, ast.AnnAssign) or (statement.value is not None and not self._has_fields(cls.node)):
            return None
        if isinstance(owner, Instance) and isinstance(owner.origin, ast.Call) and isinstance(bound, ast.Name):
            held = self._held(bound.id, statement, owner)
            if informative(held):
                return held
        declared = self.annotation(statement.annotation)
        return declared if informative(declared) else UNKNOWN

    def _has_fields(self, cls: ast.ClassDef) -> bool:
        """Whether the annotated names of a class body are fields, as in dataclasses and models of other libraries."""
        return bool(cls.decorator_list or cls.bases or cls.keywords)

    def _held(self, name: str, field: ast.AnnAssign, owner: Instance) -> Value:
        """What an object holds in a field from when it is made, if nothing may change that."""
        assert isinstance(owner.type, LocalClass)
        assert isinstance(owner.origin, ast.Call)
        cls = owner.type.node
        made_here = any(
            isinstance(value, LocalClass) and value.node is cls
            for value in self._evaluate(owner.origin.func).alternatives
        )
        if not made_here or self._is_stored(name, cls) or not self.is_plain(owner.type):
            return UNKNOWN
        arguments = self.arguments(owner.origin)
        given = arguments.get(name, self._position(name, cls))
        if given is not None:
            return self._evaluate(given.value) if given.value is not None else given.evaluated
        return UNKNOWN if arguments.open else self.default_of_field(field)

    def _as_dict(self, node: ast.Call) -> Value:
        """`asdict(x)`, `vars(x)`: the fields of an object that is made in sight, each where it is given or declared."""
        made = self._evaluate(node.args[0]) if len(node.args) == 1 else UNKNOWN
        if not (isinstance(made, Instance) and isinstance(made.type, LocalClass) and isinstance(made.origin, ast.Call)):
            return UNKNOWN
        cls, arguments = made.type.node, self.arguments(made.origin)
        mapping = Mapping({}, bool(cls.bases) or not self._has_fields(cls), node)
        for field in cls.body:
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                name = field.target.id
                given = arguments.get(name, self._position(name, cls))
                place, value = (field.target, self._default(field)) if given is None else (given.node, given.value)
                mapping.entries[name] = Entry(value, place, self._held(name, field, made))
        return mapping

    def is_plain(self, cls: LocalClass) -> bool:
        """Whether objects of a class hold what they are made with: it has no constructor of its own."""
        made = {"__init__", "__new__", "__setattr__", "__getattribute__"}
        if made & set(self.tree.scopes[cls.node].bindings):
            return False
        return not any(base.endswith(_FILLED) for base in self.external_bases(cls))

    def _position(self, name: str, cls: ast.ClassDef) -> int | None:
        """The position of a field among the arguments of a class that derives from no other of the file."""
        names = [s.target.id for s in cls.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
        derives = any(isinstance(v, LocalClass) for base in cls.bases for v in self._evaluate(base).alternatives)
        return names.index(name) if name in names and not derives else None

    def default_of_field(self, field: ast.AnnAssign) -> Value:
        """The default of a field; `UNKNOWN` where it has none, or None."""
        held = self._evaluate(self._default(field))
        return UNKNOWN if isinstance(held, Const) and held.value in (None, ...) else held

    def _default(self, field: ast.AnnAssign) -> ast.expr | None:
        """The expression of a field's default, also where it is described: `field(default=3)`."""
        value = field.value
        if not isinstance(value, ast.Call) or not any(
            isinstance(v, Ref) and v.name in _MAKERS for v in self._evaluate(value.func).alternatives
        ):
            return value
        given = {keyword.arg: keyword.value for keyword in value.keywords}
        factory = given.get("default_factory", given.get("factory"))
        if isinstance(factory, ast.Lambda):
            return factory.body
        return given.get("default", next(iter(value.args), None))

    def _field_elsewhere(self, base: Instance, name: str) -> Value | None:
        """What an object of a class of another file holds in a field, where it is made in sight."""
        if not isinstance(base.origin, ast.Call) or self._is_stored(name):
            return None
        constant = self.modules.constant(f"{base.type}().{name}")
        arguments = self.arguments(base.origin) if constant is not None else None
        if arguments is None or arguments.open or arguments.positional:
            return None
        given = arguments.get(name)
        if given is None:
            return constant
        return self._evaluate(given.value) if given.value is not None else given.evaluated

    def _is_stored(self, name: str, cls: ast.ClassDef | None = None) -> bool:
        """Whether the file stores something in an attribute of that name, of an object that may be of a class.

        cls: a class of this file; None for what is of another.
        """
        return any(store.attr == name and self._holder(store) in (None, cls) for store in self.tree.attribute_stores)

    def _holder(self, store: ast.Attribute) -> ast.ClassDef | None:
        """The class of whose object a method stores an attribute."""
        return self._self_class(store.value) if isinstance(store.value, ast.Name) else None
