"""What calls in a file run: the functions of the project that a callee may mean, and what is known of the arguments.

Given the index of a file and what the packs know of libraries; gives targets of steps. Knows nothing of the conditions
around a call.
"""

from __future__ import annotations

import ast
import sys
from abc import ABC, abstractmethod
from functools import cached_property, partial
from typing import TYPE_CHECKING

from detlint.index.configured import INSTANTIATE
from detlint.index.values import UNKNOWN, Instance, LocalClass, LocalFunction, Partial, Ref, Value
from detlint.project.conditions import ANY, ConditionReader, Known
from detlint.project.summary import FORWARDED, UNPACKED, Functions, FunctionSummary, Given

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex
    from detlint.project.effects import EffectTable

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PARSED = frozenset({"args", "arguments", "options", "opts", "opt", "parsed", "namespace", "ns"})
"""What command lines that were parsed are called, of which an attribute may be the function to run."""


class Callees(ABC):
    """The functions of a file by their keys, and what calls in it run."""

    def __init__(self, index: FileIndex, effects: EffectTable, functions: Functions | None) -> None:
        self.index = index
        self.effects = effects
        self.functions = Functions() if functions is None else functions
        self._reader = ConditionReader(index)
        self._keys: dict[ast.AST, str] = {}
        self._taken: set[str] = set()

    @abstractmethod
    def _lambda(self, node: ast.Lambda, key: str) -> FunctionSummary:
        """What a lambda does."""

    # --------------------------------------------------------------------------------------------------------- by name
    def _key(self, function: ast.AST) -> str:
        parts = [getattr(function, "name", "<lambda>")]
        parts += [a.name for a in self.index.ancestors(function) if isinstance(a, (*FUNCTIONS, ast.ClassDef))]
        key = ".".join(reversed(parts))
        if key in self._taken:
            key = f"{key}@{getattr(function, 'lineno', 0)}"
        self._taken.add(key)
        return key

    def _meant(self, callee: ast.expr) -> ast.expr:
        """What a name is bound to, if to one thing; else the expression itself."""
        bindings = self.index.bindings(callee) if isinstance(callee, ast.Name) else []
        parent = self.index.parent(bindings[0].node) if len(bindings) == 1 else None
        return parent.value if isinstance(parent, ast.Assign) else callee

    def _is_chosen(self, callee: ast.expr) -> bool:
        """Whether one of several functions is called: `COMMANDS[name]()`, `args.func(args)`."""
        callee = self._meant(callee)
        if isinstance(callee, ast.Attribute):
            return isinstance(callee.value, ast.Name) and callee.value.id in _PARSED
        if isinstance(callee, ast.Call):
            return isinstance(callee.func, ast.Attribute) and callee.func.attr == "get"
        return isinstance(callee, ast.Subscript) and not isinstance(callee.slice, ast.Slice)

    def _remote(self, callee: ast.expr) -> ast.expr | None:
        """What `f.remote` or `f.options(…).remote` of ray runs in a process of its own."""
        if not (isinstance(callee, ast.Attribute) and callee.attr == "remote" and "ray" in self.index.imports):
            return None
        called = callee.value
        if isinstance(called, ast.Call) and isinstance(called.func, ast.Attribute) and called.func.attr == "options":
            called = called.func.value
        return called

    def _own_method(self, callee: ast.expr) -> str:
        """The name of the method that `self.name` or `super().name` is; with `>` before it for that of the parent."""
        if not isinstance(callee, ast.Attribute):
            return ""
        holder = callee.value
        if isinstance(holder, ast.Name) and holder.id in {"self", "cls"}:
            return callee.attr if self.index.class_of(callee) is not None else ""
        is_super = isinstance(holder, ast.Call) and isinstance(holder.func, ast.Name) and holder.func.id == "super"
        return f">{callee.attr}" if is_super else ""

    def _inherited(self, callee: ast.expr) -> Iterator[str]:
        """Methods that objects of classes of the file have from classes of other files, which may call theirs."""
        if not isinstance(callee, ast.Attribute):
            return
        for value in self.index.evaluate(callee.value).alternatives:
            cls = value.type if isinstance(value, Instance) else None
            if (
                isinstance(cls, LocalClass)
                and self._named_classes.get(cls.node.name) is cls.node
                and self.index.method(cls, callee.attr) is None
                and any(self._outside(base) for base in self.index.bases(cls.node))
            ):
                yield f"class:{cls.node.name}.{callee.attr}"

    def _of_made(self, callee: ast.expr) -> list[str]:
        """The functions that a call runs of an object that functions out of sight make."""
        if isinstance(callee, ast.Attribute):
            found = [f"{name}.{callee.attr}" for name in self._made(callee.value)]
            if found:
                return found
        return [f"{name}.__call__" for name in self._made(callee)]

    def _made(self, node: ast.expr | None, depth: int = 5) -> Iterator[str]:
        """The classes of the objects that an expression may be, and the calls out of sight that make them: `f()`."""
        if depth == 0 or not isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
            return
        for value in self.index.evaluate(node).alternatives:
            if isinstance(value, Instance):
                if isinstance(value.type, LocalClass):
                    yield f"class:{value.type.node.name}"
                elif self._outside(value.type):
                    yield value.type
            elif value is UNKNOWN:
                yield from self._made_out_of_sight(node, depth)

    def _made_out_of_sight(self, node: ast.expr, depth: int) -> Iterator[str]:
        if isinstance(node, ast.Name):
            for binding in self.index.bindings(node):
                parent = self.index.parent(binding.node)
                if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is not None:
                    yield from self._made(parent.value, depth - 1)
        elif isinstance(node, ast.Attribute):
            for stored in self.index.stored_on_self(node):
                yield from self._made(stored, depth - 1)
        elif isinstance(node, ast.Call):
            actor = self._remote(node.func)
            callee = self.index.evaluate(node.func if actor is None else actor)
            if actor is not None and isinstance(callee, LocalClass):
                yield f"class:{callee.node.name}"
            elif isinstance(callee, Ref) and self._outside(callee.name):
                yield f"{callee.name}()" if actor is None else callee.name
            elif isinstance(node.func, ast.Attribute):
                same = self.index.knowledge.result(f"?.{node.func.attr}") == "self"
                for name in self._made(node.func.value, depth - 1):
                    yield name if same else f"{name}.{node.func.attr}()"

    def _targets(self, callee: Value, node: ast.Call) -> Iterator[tuple[str, Given]]:
        """The functions of the project that a call runs."""
        for value in callee.alternatives:
            if isinstance(value, Partial):
                yield from self._targets(value.function, node)
            elif isinstance(value, LocalFunction):
                yield self._method(value), self._given(value.node, node, value.owner is not None)
            elif isinstance(value, LocalClass):
                for name in ("__init__", "__post_init__", "__new__"):
                    method = self.index.method(value, name)
                    if method is not None:
                        yield self._of_class(value, method.node), self._given(method.node, node, True)
                yield from self._bases(value, "__init__")
            elif isinstance(value, Instance) and isinstance(value.type, LocalClass):
                yield from self._called_object(value.type, node)
            elif isinstance(value, Instance) and isinstance(value.type, str) and self._outside(value.type):
                yield f"{value.type}.__call__", ()
            elif isinstance(value, Ref) and value.name in INSTANTIATE:
                yield from ((name, ()) for name in self.index.callee_names(node) if self._outside(name))
            elif isinstance(value, Ref) and self._outside(value.name):
                yield value.name, self._keywords(node)

    def _method(self, function: LocalFunction) -> str:
        """What a function is called by: as a method, by the class of its object."""
        owner = function.owner
        if isinstance(owner, Instance) and isinstance(owner.type, LocalClass):
            return self._of_class(owner.type, function.node)
        return self._local(function.node)

    def _of_class(self, cls: LocalClass, method: ast.AST) -> str:
        """A method as objects of a class have it: its own methods may be called by those that it inherits."""
        name = getattr(method, "name", "")
        known = cls.node.bases and name and self._named_classes.get(cls.node.name) is cls.node
        return f"class:{cls.node.name}.{name}" if known else self._local(method)

    @cached_property
    def _named_classes(self) -> dict[str, ast.ClassDef]:
        """The classes that are meant by their names: of several of one name, the first."""
        return {cls.name: cls for cls in reversed(self.index.classes)}

    def _bases(self, cls: LocalClass, method: str) -> Iterator[tuple[str, Given]]:
        if self.index.method(cls, method) is None:
            for base in self.index.bases(cls.node):
                if self._outside(base):
                    yield f"{base}.{method}", ()

    def _called_object(self, cls: LocalClass, node: ast.Call) -> Iterator[tuple[str, Given]]:
        names = [
            "__call__",
            *(m for m in (self.index.knowledge.call_method(b) for b in self.index.bases(cls.node)) if m),
        ]
        if "call" in names:
            names.append("build")  # Keras builds a layer when it is first called
        for name in dict.fromkeys(names):
            method = self.index.method(cls, name)
            if method is not None:
                yield self._of_class(cls, method.node), self._given(method.node, node, True)

    def _local(self, node: ast.AST) -> str:
        known = self._keys.get(node)
        if known is None:
            known = self._keys[node] = self._key(node)
            if isinstance(node, ast.Lambda):
                self.functions.add(known, partial(self._lambda, node, known), inner=True)
        return known

    def _outside(self, name: str) -> bool:
        """Whether a name may be of another file of the project: relative, or of no library that is known."""
        root = name.partition(".")[0]
        if not root:
            return True
        return (
            root not in sys.stdlib_module_names
            and root != "builtins"
            and not self.effects.knows(root)
            and "." in name
            and (root in self.index.imports)
        )

    def _given(self, function: ast.AST, call: ast.Call, bound: bool) -> Given:
        """What is known of the arguments of a call of a local function, by parameter."""
        arguments: ast.arguments = function.args  # type: ignore[attr-defined]
        positional = [a.arg for a in [*arguments.posonlyargs, *arguments.args]]
        if bound:
            positional = positional[1:]
        given = self.index.arguments(call)
        known: list[tuple[str, Known]] = [(each, ANY) for each in self._unpacked(call)]
        names = [*positional, *(a.arg for a in arguments.kwonlyargs)]
        for name in names:
            argument = given.get(name, positional.index(name) if name in positional else None)
            if argument is not None:
                known.append((name, self._reader.handed_on(argument.value)))
        more = ((name, argument) for name, argument in given.keywords.items() if name not in names)
        known += [(name, self._reader.handed_on(argument.value)) for name, argument in more]
        return tuple(known)

    def _unpacked(self, call: ast.Call) -> list[str]:
        """How a call is given more than it writes out: nothing is known of it, or `**kwargs` around it holds it."""
        unpacked = [keyword.value for keyword in call.keywords if keyword.arg is None]
        if any(isinstance(argument, ast.Starred) for argument in call.args):
            return [UNPACKED]
        if not all(map(self._is_kept_as_given, unpacked)):
            return [UNPACKED] if self.index.arguments(call).open else []
        return [FORWARDED] if unpacked else []

    def _is_kept_as_given(self, node: ast.expr) -> bool:
        """Whether an expression is the `**kwargs` of the function around it, to which it adds nothing."""
        bound = [binding.node for binding in self.index.bindings(node)] if isinstance(node, ast.Name) else []
        arguments = self.index.parent(bound[0]) if len(bound) == 1 else None
        if (
            not isinstance(node, ast.Name)
            or not isinstance(arguments, ast.arguments)
            or arguments.kwarg is not bound[0]
        ):
            return False
        loads = (load for load in self.index.loads(node.id) if self.index.function(load) is self.index.function(node))
        return all(map(self._only_reads, loads))

    def _only_reads(self, load: ast.Name) -> bool:
        parent = self.index.parent(load)
        if isinstance(parent, ast.Attribute):
            return parent.attr in {"get", "pop", "keys", "items", "values", "copy"}
        if isinstance(parent, ast.Subscript):
            return isinstance(parent.ctx, ast.Load)
        return isinstance(parent, (ast.keyword, ast.Compare))

    def _keywords(self, call: ast.Call) -> Given:
        """What is known of the arguments for a function elsewhere: by keyword, and by position as `#0`, `#1`, …."""
        given: list[tuple[str, Known]] = []
        # First: what is written out is known all the same.
        given += [(each, ANY) for each in self._unpacked(call)]
        given += [(k.arg, self._reader.handed_on(k.value)) for k in call.keywords if k.arg is not None]
        if any(k.arg is None for k in call.keywords):
            unpacked = self.index.arguments(call).keywords.items()
            given += [(name, self._reader.handed_on(argument.value)) for name, argument in unpacked]
        for place, argument in enumerate(call.args):
            if isinstance(argument, ast.Starred):
                break
            given.append((f"#{place}", self._reader.handed_on(argument)))
        return tuple(given)

    def _is_of_library(self, call: ast.Call) -> bool:
        """Whether a call is of a library that is known, or of Python's own."""
        roots = {name.partition(".")[0] for name in self.index.callee_names(call)}
        return any(root in sys.stdlib_module_names or root == "builtins" or self.effects.knows(root) for root in roots)
