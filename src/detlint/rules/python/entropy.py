"""Where a value comes from, as far as it matters for seeds: entropy, None, a parameter, or nothing that differs.

Given the index of a file and an expression, follows names, attributes, arithmetic, conversions, conditional
expressions, defaults and functions of the file back to what they were made from. Knows no rules and reports nothing.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from detlint.diagnostics import Confidence
from detlint.index.values import Instance, LocalClass, Mapping, Ref, Unset, walk
from detlint.rules.python.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.index import FileIndex
    from detlint.index.tree import Binding, FunctionNode
from detlint.rules.python.entropy_facts import FIELDS, Generator, Missing, Origins, Source, facts, generators
from detlint.rules.python.entropy_questions import (
    _STABLE_HASH,
    argument_of,
    asks,
    default_of,
    in_loop,
    is_number_by_name,
    is_seeded_later,
    is_stable,
    local_functions,
    settles,
    test_of,
    truth,
    within,
    written,
)

_DEFAULTING = frozenset({"get", "pop", "setdefault"})
_DEPTH = 60
_STEPS = 4000
_TRACERS: WeakKeyDictionary[FileIndex, Tracer] = WeakKeyDictionary()


def origins(index: FileIndex, node: ast.expr | None) -> Origins:
    """What an expression's value may come from."""
    tracer = _TRACERS.get(index)
    if tracer is None:
        tracer = _TRACERS[index] = Tracer(index)
    return tracer.trace(node)


class Tracer:
    """Follows values of one file; every expression once."""

    def __init__(self, index: FileIndex) -> None:
        self.index = index
        self._known: dict[ast.AST, Origins] = {}
        self._active: set[ast.AST] = set()
        self._steps = 0
        self._cut = False
        self._stores: dict[str, list[ast.Attribute | ast.Subscript]] | None = None
        self._options = Options(index)

    def trace(self, node: ast.expr | None) -> Origins:
        """What an expression's value may come from."""
        if node is None:
            return Origins()
        known = self._known.get(node)
        if known is not None:
            return known
        if not self._active:
            self._steps = 0
            self._cut = False
        self._steps += 1
        if node in self._active or len(self._active) > _DEPTH or self._steps > _STEPS:
            self._cut = True
            return Origins()
        self._active.add(node)
        try:
            method = getattr(self, f"_{type(node).__name__.lower()}", None)
            found: Origins = method(node) if method is not None else Origins()
        finally:
            self._active.discard(node)
        # Within a cycle the answer is partial, and kept only for the outermost expression.
        if not self._cut or not self._active:
            self._known[node] = found
        return found

    def union(self, nodes: Iterable[ast.expr | None], nones: bool = False) -> Origins:
        """What any of several values comes from; their Nones only where said."""
        found = Origins()
        for node in nodes:
            found.add(self.trace(node), nones)
        return found

    # ------------------------------------------------------------------------------------------- expressions
    def _constant(self, node: ast.Constant) -> Origins:
        return Origins(nones={node: Missing(node)} if node.value is None else {})

    def _binop(self, node: ast.BinOp) -> Origins:
        return self.union((node.left, node.right))

    def _unaryop(self, node: ast.UnaryOp) -> Origins:
        return Origins() if isinstance(node.op, ast.Not) else self.union((node.operand,))

    def _boolop(self, node: ast.BoolOp) -> Origins:
        found = Origins()
        *first, last = node.values
        for value in first:
            constants = self.index.constants(value)
            if isinstance(node.op, ast.Or):
                found.add(self.trace(value), nones=False)
                if constants and all(constants):
                    return found
            elif constants and not any(constants):
                return self.trace(value)
        found.add(self.trace(last))
        return found

    def _ifexp(self, node: ast.IfExp) -> Origins:
        taken = truth(self.index, node.test)
        found = Origins()
        if taken is not False:
            found.add(self.trace(node.body))
        if taken is not True:
            found.add(self.trace(node.orelse))
        return found

    def _joinedstr(self, node: ast.JoinedStr) -> Origins:
        return self.union(v.value for v in node.values if isinstance(v, ast.FormattedValue))

    def _namedexpr(self, node: ast.NamedExpr) -> Origins:
        return self.trace(node.value)

    def _await(self, node: ast.Await) -> Origins:
        return self.trace(node.value)

    def _starred(self, node: ast.Starred) -> Origins:
        return self.union((node.value,))

    def _tuple(self, node: ast.Tuple | ast.List) -> Origins:
        return self.union(node.elts)

    _list = _tuple

    def _listcomp(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Origins:
        return self.union((node.elt, *(generator.iter for generator in node.generators)))

    _generatorexp = _listcomp

    def _subscript(self, node: ast.Subscript) -> Origins:
        found = self.trace(node.value).without_none() if not self._is_environment(node.value) else Origins()
        found.parameters.clear()
        for store in self._stored(node):
            found.add(self._store_value(store), nones=False)
        key = self.index.constant(node.slice)
        if isinstance(key, (str, int)):
            for value in self.index.evaluate(node.value).alternatives:
                entry = value.entries.get(key) if isinstance(value, Mapping) else None
                if entry is not None and entry.value is not None:
                    found.add(self.trace(entry.value), nones=False)
        return found

    # --------------------------------------------------------------------------------------------------- names
    def _name(self, node: ast.Name) -> Origins:
        found = Origins()
        for binding in self.index.bindings(node):
            found.add(self._binding(binding, node))
        return found.without_none() if self._settled(node) else found

    def _binding(self, binding: Binding, use: ast.Name) -> Origins:
        bound = binding.node
        if isinstance(bound, ast.arg):
            return self._parameter(bound)
        if not isinstance(bound, ast.Name):
            return Origins()
        return self._target(bound)

    def _target(self, target: ast.Name | ast.Attribute | ast.Subscript) -> Origins:
        """What an assignment to a target gives it."""
        parent = self.index.parent(target)
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            return self.trace(parent.value)
        if isinstance(parent, ast.AugAssign):
            found = self.trace(parent.value).without_none()
            if isinstance(target, ast.Name):
                for earlier in self.index.bindings(target):
                    if earlier.node is not target:
                        found.add(self._binding(earlier, target), nones=False)
            return found
        if isinstance(parent, (ast.Tuple, ast.List)):
            return self._unpacked(parent, target)
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            return self._iterated(parent.iter)
        return Origins()

    def _unpacked(self, targets: ast.Tuple | ast.List, target: ast.expr) -> Origins:
        statement = self.index.parent(targets)
        if not isinstance(statement, ast.Assign):
            return Origins()
        value = statement.value
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(targets.elts):
            return self.trace(value.elts[targets.elts.index(target)])
        if isinstance(value, ast.Call) and any(True for _ in local_functions(self.index, value)):
            return self._element_returned(value, targets.elts.index(target), len(targets.elts))
        return Origins(sources=dict(self.trace(value).sources))

    def _element_returned(self, call: ast.Call, place: int, size: int) -> Origins:
        found = Origins()
        for function in local_functions(self.index, call):
            for returned in self.index.returns(function):
                if isinstance(returned.value, ast.Tuple) and len(returned.value.elts) == size:
                    found.add(self._substituted(self.trace(returned.value.elts[place]), function, call))
        return found

    def _iterated(self, iterable: ast.expr) -> Origins:
        found = self.trace(iterable).without_none()
        found.parameters.clear()
        return found

    def _parameter(self, parameter: ast.arg) -> Origins:
        arguments = self.index.parent(parameter)
        assert isinstance(arguments, ast.arguments)
        function = self.index.parent(arguments)
        assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        if parameter in (arguments.vararg, arguments.kwarg):
            return Origins()
        found = Origins(parameters={(function, parameter.arg): True})
        # What a default draws is drawn whoever calls; that it is None matters only if a call leaves it alone.
        found.add(self.union((default_of(arguments, parameter),)))
        option = self._options.decorator(function, parameter.arg)
        if option is not None:
            found.nones[option] = _unless_given(option)
        return found

    def _settled(self, node: ast.expr) -> bool:
        """Whether a condition around a use, or a check before it, asks about the value: then no None arrives."""
        text = written(node)
        child: ast.AST = node
        for ancestor in self.index.ancestors(node):
            test = test_of(ancestor)
            if test is not None and child is not test and asks(test, text):
                return True
            if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)):
                return any(settles(check, text) for check in self._checks_before(ancestor, node))
            child = ancestor
        return False

    def _checks_before(self, frame: ast.AST, node: ast.expr) -> Iterator[ast.If | ast.Assert]:
        for inner in ast.walk(frame):
            if not isinstance(inner, (ast.If, ast.Assert)) or within(self.index, node, inner):
                continue
            if inner.lineno < node.lineno:
                yield inner

    # ---------------------------------------------------------------------------------------------- attributes
    def _attribute(self, node: ast.Attribute) -> Origins:
        if self._is_library(node):
            return Origins()
        found = Origins()
        found.sources.update(self.trace(node.value).sources)
        if node.attr in ("pid", "ident", "native_id") and isinstance(node.value, ast.Call):
            callee = self.index.callee_names(node.value)
            if any(name.rpartition(".")[2] in ("current_process", "current_thread", "Process") for name in callee):
                found.sources[node] = Source(node, "the number of the process or thread")
        stores = self._stored(node)
        for store in stores:
            found.add(self._store_value(store), nones=False)
        if not stores:
            for option in self._options.of(node):
                found.add(self._option(option))
            if isinstance(self.index.evaluate(node), Unset):
                found.nones[node] = Missing(node, Confidence.MEDIUM, "`null` in the configuration unless it is given")
        for value in self.index.evaluate(node.value).alternatives:
            found.add(self._field(value, node.attr), nones=False)
        return found.without_none() if self._settled(node) else found

    def _option(self, option: ast.Call) -> Origins:
        """What an option of the command line gives where the user gives nothing."""
        found = self.trace(self._options.default(option)).without_none()
        if self._options.may_be_none(option):
            found.nones[option] = _unless_given(option)
        return found

    def _store_value(self, store: ast.Attribute | ast.Subscript) -> Origins:
        return self._target(store)

    def _stored(self, use: ast.Attribute | ast.Subscript) -> list[ast.Attribute | ast.Subscript]:
        """Where the same attribute or item is assigned: of one object by its text, of `self` in the same class."""
        if self._stores is None:
            self._stores = {}
            stores: list[ast.Attribute | ast.Subscript] = [*self.index.attribute_stores, *self.index.subscript_stores]
            for node in stores:
                self._stores.setdefault(written(node), []).append(node)
        text = written(use)
        stores = self._stores.get(text, [])
        if text.startswith(("self.", "cls.")):
            holder = self.index.class_of(use)
            return [s for s in stores if self.index.class_of(s) is holder]
        function = self.index.function(use)
        again = in_loop(self.index, use)
        here = [s for s in stores if self.index.function(s) is function and (again or s.lineno <= use.lineno)]
        # Another function's `args.seed` may be of another object; what is stored nearby is of this one.
        return here or [s for s in stores if self.index.function(s) is not function]

    def _field(self, value: object, attribute: str) -> Origins:
        """What a class of the file gives to an attribute of its objects: in its body, or by a generated constructor."""
        found = Origins()
        cls = value.type if isinstance(value, Instance) else value
        if not isinstance(cls, LocalClass):
            return found
        for statement in cls.node.body:
            if isinstance(statement, ast.Assign):
                names = [t.id for t in statement.targets if isinstance(t, ast.Name)]
            elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                names = [statement.target.id]
            else:
                continue
            if attribute in names:
                found.add(self.trace(statement.value), nones=False)
        made = value.origin if isinstance(value, Instance) else None
        if isinstance(made, ast.Call) and self.index.method(cls, "__init__") is None:
            given = self.index.arguments(made).get(attribute)
            if given is not None:
                found.add(self.trace(given.value))
        return found

    # --------------------------------------------------------------------------------------------------- calls
    def _call(self, node: ast.Call) -> Origins:
        names = tuple(name.removeprefix("builtins.") for name in self.index.callee_names(node))
        known = self._known_call(node, names)
        if known is not None:
            return known
        found = Origins()
        if isinstance(node.func, ast.Attribute):
            found.add(self._method(node, node.func, names))
        for function in local_functions(self.index, node):
            found.add(self._returned(function, node))
        return found

    def _known_call(self, node: ast.Call, names: tuple[str, ...]) -> Origins | None:
        table = facts()
        for name in names:
            if name in table.sources:
                return Origins(sources={node: Source(node, table.sources[name])})
            if name in table.draws:
                if self.index.arguments(node).get("generator") is not None:
                    return Origins()
                state, what = table.draws[name]
                return Origins(sources={node: Source(node, what, state=state)})
            if name == "hash":
                return self._hashed(node)
            if name == "getattr":
                return self._defaulted(node, 2)
            if name in ("os.environ.get", "os.getenv"):
                return self._variable(node)
            if name in generators() and generators()[name].rule:
                return self._generator(node, generators()[name])
            if name in FIELDS:
                return self._factory(node)
            if name in table.passes:
                found = self.union(node.args)
                if isinstance(node.func, ast.Attribute):
                    found.add(self.trace(node.func.value), nones=False)
                return found
        return None

    def _hashed(self, node: ast.Call) -> Origins:
        """`hash()` is salted for text, bytes and dates, an address for most objects, and fixed for numbers."""
        if len(node.args) != 1:
            return Origins()
        value = node.args[0]
        parts = value.elts if isinstance(value, ast.Tuple) else [value]
        found = self.union(parts)
        kinds = [self.index.types(part) for part in parts]
        if found.sources or all(is_stable(k) or self._holds_numbers(p) for p, k in zip(parts, kinds, strict=True)):
            return found
        if any("str" in k or "bytes" in k for k in kinds):
            confidence = Confidence.HIGH
        elif any(is_number_by_name(part) for part, k in zip(parts, kinds, strict=True) if not is_stable(k)):
            confidence = Confidence.LOW
        else:
            confidence = Confidence.MEDIUM
        return Origins(sources={node: Source(node, "`hash()`, which Python salts anew in each process", confidence)})

    def _holds_numbers(self, node: ast.expr) -> bool:
        """Whether a value is proven to be a tuple of numbers."""
        values = self.index.evaluate(node).alternatives
        return all(isinstance(v, Instance) and v.type == "tuple" and v.element in _STABLE_HASH for v in values)

    def _defaulted(self, node: ast.Call, position: int) -> Origins:
        """`os.environ.get(name, default)` and the like: what is out of sight is no entropy, the default may be."""
        found = Origins()
        if len(node.args) > position:
            found.add(self.trace(node.args[position]))
        for keyword in node.keywords:
            if keyword.arg in ("default", "fallback"):
                found.add(self.trace(keyword.value))
        return found

    def _variable(self, node: ast.Call) -> Origins:
        """A variable of the environment, which is None where it is not set."""
        found = self._defaulted(node, 1)
        if len(node.args) == 1 and not node.keywords:
            found.nones[node] = Missing(node, Confidence.MEDIUM, "a variable that may not be set")
        return found

    def _factory(self, node: ast.Call) -> Origins:
        found = Origins()
        for keyword in node.keywords:
            if keyword.arg == "default":
                found.add(self.trace(keyword.value))
            elif keyword.arg in ("default_factory", "factory"):
                if isinstance(keyword.value, ast.Lambda):
                    found.add(self.trace(keyword.value.body))
                for name in self.index.names(keyword.value):
                    what = facts().sources.get(name)
                    if what is not None:
                        found.sources[keyword.value] = Source(keyword.value, what)
        return found

    def _generator(self, node: ast.Call, generator: Generator) -> Origins:
        """What the numbers of a generator come from: its seed, or entropy if it has none."""
        arguments = self.index.arguments(node)
        given = arguments.get(generator.parameter or "", generator.position)
        if given is None:
            if arguments.open or any(arguments.get(word) is not None for word in generator.instead):
                return Origins()
            if is_seeded_later(self.index, node):
                return Origins()
            return Origins(sources={node: Source(node, "a generator that has no seed itself")})
        found = self.trace(given.value)
        if given.value is not None and self._settled(given.value):
            return found.without_none()
        if self.index.constant(given.value) is None and not is_seeded_later(self.index, node):
            return Origins(sources={node: Source(node, "a generator that has no seed itself")})
        return found.without_none()

    def _method(self, node: ast.Call, func: ast.Attribute, names: tuple[str, ...]) -> Origins:
        receiver = func.value
        if func.attr in _DEFAULTING and not any(name.startswith(("numpy.", "random.")) for name in names):
            return self._defaulted(node, 1)
        if self._is_library(receiver):
            return Origins()
        # `.timestamp()`, `.encode()`, `.item()`, `rng.integers()`: the object's own entropy stays in what it gives.
        found = Origins()
        found.sources.update(self.trace(receiver).sources)
        for value in walk(self.index.evaluate(receiver)):
            if isinstance(value, Instance) and isinstance(value.origin, ast.Call) and value.origin is not receiver:
                made = self.index.callee_names(value.origin)
                if any((name in generators() and generators()[name].rule) or name in facts().sources for name in made):
                    found.sources.update(self.trace(value.origin).sources)
        return found

    def _is_random(self, made: ast.Call) -> bool:
        """Whether a call makes a generator, or an object of entropy."""
        names = self.index.callee_names(made)
        return any((name in generators() and generators()[name].rule) or name in facts().sources for name in names)

    def _is_library(self, node: ast.expr) -> bool:
        """Whether an expression is a module, class or function of a library, and no member of an object."""
        # Members of objects have a name, but none that is written out.
        return any(isinstance(value, Ref) and value.written for value in self.index.evaluate(node).alternatives)

    def _is_environment(self, node: ast.expr) -> bool:
        return "os.environ" in self.index.names(node)

    def _returned(self, function: FunctionNode, call: ast.Call) -> Origins:
        found = Origins()
        returns = self.index.returns(function)
        values = [function.body] if isinstance(function, ast.Lambda) else [r.value for r in returns]
        for value in values:
            if value is not None:
                found.add(self._substituted(self.trace(value), function, call))
        return found

    def _substituted(self, returned: Origins, function: FunctionNode, call: ast.Call) -> Origins:
        """What a call gives: what the function returns, its own parameters replaced by the arguments."""
        sources = {node: replace(source, call=call) for node, source in returned.sources.items()}
        found = Origins(sources=sources, nones=dict(returned.nones))
        for (owner, name), passes in returned.parameters.items():
            if owner is not function:
                found.parameters[owner, name] = found.parameters.get((owner, name), False) or passes
                continue
            value, default = argument_of(self.index, call, function, name)
            found.add(self.trace(value if value is not None else default), nones=passes)
        return found


def _unless_given(option: ast.Call) -> Missing:
    return Missing(option, Confidence.MEDIUM, "an option that is `None` unless it is given")
