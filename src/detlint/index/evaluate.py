"""What an expression denotes, without running it: an abstract interpreter that is asked, expression by expression.

Given a tree and the knowledge of libraries, gives abstract values (`detlint.index.values`). Answers are remembered.
What cannot be known is `UNKNOWN`; nothing here raises, whatever the code. Calls stand here; the other kinds of
expressions in the modules beside this one.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index.arguments import Argument, Arguments
from detlint.index.configured import CALLS, INSTANTIATE, Configurables, Configured
from detlint.index.core import CYCLE, informative, join
from detlint.index.names import Iterated
from detlint.index.operations import Operations
from detlint.index.values import (
    UNKNOWN,
    Const,
    Elsewhere,
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

if TYPE_CHECKING:
    from collections.abc import Callable


class Evaluator(Operations):
    """Answers what expressions of one file denote."""

    def _dispatch(self, node: ast.AST) -> Value:
        method = _DISPATCH.get(type(node))
        return UNKNOWN if method is None else method(self, node)

    def _call(self, node: ast.Call) -> Value:
        callee = self._evaluate(node.func)
        results = [self._result(member, node) for member in callee.alternatives]
        if all(r is CYCLE for r in results):
            return CYCLE
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
        return callee if callee is CYCLE else UNKNOWN

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
        if kind is None and head.rpartition(".")[2][:1].isupper() and not self.knowledge.describes(head):
            kind = self.knowledge.result(f"?.{last}")
        if kind is None:
            kind = self.modules.returned(name)
        if kind == "self":
            return self._evaluate(node.func.value) if isinstance(node.func, ast.Attribute) else self._typed(head, node)
        if kind is not None:
            return self._typed(self._filled(kind, node) if "<argument>" in kind else kind, node)
        if last[:1].isupper() or head == "builtins":
            if head == "builtins" and last not in _BUILTIN_TYPES:
                return UNKNOWN
            return Instance(name.removeprefix("builtins."), node)
        return UNKNOWN

    def _filled(self, kind: str, node: ast.Call) -> str:
        """The type of a result that hangs on the one type which all positional arguments have."""
        given = {self._type_name(self._evaluate(argument)) for argument in node.args}
        known = given.pop() if len(given) == 1 else None
        return "" if known is None else kind.replace("<argument>", known)

    def _returned(self, function: ast.AST) -> Value:
        """What calling a function of this file gives."""
        if isinstance(function, ast.Lambda):
            return self._evaluate(function.body)
        assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        declared = self.annotation(function.returns)
        if declared is UNKNOWN and (stated := self.modules.returned(f"<here>.{function.name}")) is not None:
            return self._typed(stated, function)
        if function in self.tree.generators:
            return UNKNOWN
        if any(not self._transparent(d) for d in function.decorator_list):
            return declared
        returns = self.tree.returns.get(function, ())
        value = (
            join(self._evaluate(r.value) if r.value is not None else Const(None) for r in returns)
            if returns
            else Const(None)
        )
        return value if informative(value) else declared

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
        """The arguments of a call, with those that a partial bound before; `*` and `**` resolved where in sight."""
        known = self._arguments.get(call)
        if known is None:
            known = Arguments()
            callee = self._evaluate(call.func)
            self._bind_partials(callee, known)
            spread = self.spread(call) if isinstance(callee, Ref) and callee.name in INSTANTIATE else None
            if spread is not None:
                self._add_entries(spread, call.args[0], known)
            self._add_arguments(call.args if spread is None else call.args[1:], call.keywords, known)
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
                    self._add_entries(value, keyword.value, into)
                elif isinstance(value, Union) and all(isinstance(v, Mapping) for v in value.members):
                    common = set.intersection(*(set(v.entries) for v in value.members))  # type: ignore[attr-defined]
                    for key in sorted(k for k in common if isinstance(k, str)):
                        entry = value.members[0].entries[key]  # type: ignore[attr-defined]
                        into.keywords[key] = self._from_entry(entry)
                    into.open = True
                else:
                    into.open = True

    def _add_entries(self, value: Mapping, at: ast.expr, into: Arguments) -> None:
        """Add the entries of a dict that an expression spreads; those of a file stand where it is spread."""
        for key, entry in value.entries.items():
            if isinstance(key, str) and isinstance(entry.value, Configured) and entry.certain:
                given = Configured(entry.value.data, at)
                into.keywords[key] = Argument(given, given, self)
            elif isinstance(key, str):
                into.keywords[key] = self._from_entry(entry)
        into.open = into.open or value.open

    def _partial(self, node: ast.Call) -> Value:
        if not node.args:
            return UNKNOWN
        function = self._evaluate(node.args[0])
        return Partial(function, node) if function is not UNKNOWN and function is not CYCLE else UNKNOWN

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
                    return Const(convert(value.value))
                except (TypeError, ValueError, OverflowError):
                    return UNKNOWN
        return Instance(name, node)


_BUILTIN_TYPES = frozenset(
    {
        "int",
        "float",
        "str",
        "bytes",
        "bool",
        "list",
        "dict",
        "set",
        "frozenset",
        "tuple",
        "range",
        "slice",
        "bytearray",
        "complex",
        "memoryview",
        "enumerate",
        "zip",
        "map",
        "filter",
        "object",
        "property",
    }
)

_SPECIAL_CALLS: dict[str, Callable[[Evaluator, ast.Call], Value]] = {
    "functools.partial": Evaluator._partial,
    "functools.partialmethod": Evaluator._partial,
    "builtins.getattr": Evaluator._getattr,
    "importlib.import_module": Evaluator._import_module,
    "builtins.__import__": Evaluator._import_module,
    "pytest.importorskip": Evaluator._import_module,
    "builtins.super": Evaluator._super,
    "builtins.dict": Evaluator._dict_call,
    "builtins.vars": Evaluator._as_dict,
    "dataclasses.asdict": Evaluator._as_dict,
    "attr.asdict": Evaluator._as_dict,
    "attrs.asdict": Evaluator._as_dict,
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
    "torch.jit.annotate": lambda self, node: self.annotation(node.args[0]) if node.args else UNKNOWN,
    "typing.cast": lambda self, node: self.annotation(node.args[0]) if node.args else UNKNOWN,
    "dict.copy": Evaluator._dict_copy,
    "dict.get": Evaluator._dict_get,
    **CALLS,
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
    Iterated: Evaluator._each,
    Configured: Configurables._data,
    Elsewhere: Evaluator._elsewhere_value,
}
