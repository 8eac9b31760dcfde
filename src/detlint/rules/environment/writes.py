"""Where Python code writes environment variables: its own, those of child processes, those of a test.

Given a file's index; gives the writes in the order of the source. Knows no variables and no rules.
"""

from __future__ import annotations

import ast
import re
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from detlint.index.values import Const, Mapping, Sequence, Value
from detlint.rules.guards import position

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex

Kind = Literal["set", "default", "append", "child", "scoped"]
"""`set` and `default` (only if not set already) and `append` change the process's own environment; `child` that of a
process to be started; `scoped` is undone by itself (`monkeypatch.setenv`, `patch.dict`)."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ENVIRON = frozenset({"os.environ", "os.environb"})
_CHILD_KEYWORDS = frozenset({"env", "environ", "environment", "env_vars", "extra_env", "environment_variables"})
_CHILD_CALLS = {
    "os.execle": -1, "os.execlpe": -1, "os.execve": 2, "os.execvpe": 2, "os.posix_spawn": 2, "os.posix_spawnp": 2,
    "os.spawnle": -1, "os.spawnlpe": -1, "os.spawnve": 3, "os.spawnvpe": 3,
}  # fmt: skip
_CHILD_NAME = re.compile(r"(.*_)?(env|envs|environ|environment|env_vars|envvars)(_.*)?", re.IGNORECASE)
_COPIES = frozenset({"os.environ.copy", "copy.copy", "copy.deepcopy", "dict", "builtins.dict"})
_COPYING = frozenset({"copy", "deepcopy", "dict"})
_MAY_WRITE = re.compile(
    r"environb?\b|putenv|setenv|run_line_magic|exec[lv]p?e\b|spawn[lv]p?e\b|posix_spawn"
    r"|(?:env|ENV)(?:s|iron\w{0,20}|_\w{1,30}|vars)? ?(?:=[^=]|\[|\.update\(|\.setdefault\()"
)
"""What a file contains that writes variables in one of these ways; the rest is not looked through."""


@dataclass(frozen=True, slots=True)
class EnvWrite:
    """One variable written. `value` is None where it is not known, or one of several: then `values` has them, if known.

    `node` is where the variable is named (a subscript, a callee, a keyword, a key), `value_node` what it is given.
    """

    name: str
    value: str | None
    node: ast.AST
    statement: ast.stmt
    kind: Kind
    value_node: ast.expr | None = None
    values: tuple[str, ...] = ()

    @property
    def in_process(self) -> bool:
        """Whether it changes the environment of the process itself, for good."""
        return self.kind in ("set", "default", "append")


_known: weakref.WeakKeyDictionary[FileIndex, list[EnvWrite]] = weakref.WeakKeyDictionary()


def environment_writes(index: FileIndex) -> list[EnvWrite]:
    """All environment variables that a file's code writes, in the order of the source."""
    found = _known.get(index)
    if found is None:
        relevant = not index.text or _MAY_WRITE.search(index.text) is not None
        found = _known[index] = _Writes(index).all() if relevant else []
    return found


class _Writes:
    """Collects the writes of one file; the first that claims a node keeps it."""

    def __init__(self, index: FileIndex) -> None:
        self.index = index
        self.found: dict[int, list[EnvWrite]] = {}

    def all(self) -> list[EnvWrite]:
        for statement in self.index.nodes(ast.Assign, ast.AnnAssign, ast.AugAssign):
            self._statement(statement)
        for call in self.index.calls:
            self._call(call)
        for call in self.index.calls_of("os.putenv"):
            if len(call.args) >= 2:
                self._add(call.args[0], call.args[1], call.func, "set")
        for node in self.index.nodes(ast.Dict, ast.Call, ast.BinOp):
            self._copy(node)
        for call in self.index.calls:
            self._child(call)
        for call in self.index.calls_of(*_CHILD_CALLS):
            self._replaced(call)
        return sorted(
            (write for writes in self.found.values() for write in writes), key=lambda write: position(write.node)
        )

    # --- writing it down --------------------------------------------------------------------------------------------
    def _add(self, key: ast.expr, value: ast.expr | None, node: ast.AST, kind: Kind) -> None:
        """A write whose name and value are expressions."""
        if id(node) in self.found:
            return
        writes = list(self._by_loop(key, value, kind) or self._by_parameter(key, value, kind))
        if not writes:
            writes = [self._write(name, value, node, kind) for name in self._texts(key)]
        self.found[id(node)] = writes

    def _named(self, name: object, value: ast.expr | None, node: ast.AST, kind: Kind) -> None:
        """A write whose name is known."""
        if isinstance(name, bytes):
            name = name.decode("utf-8", "replace")
        if isinstance(name, str) and id(node) not in self.found:
            self.found[id(node)] = [self._write(name, value, node, kind)]

    def _write(self, name: str, value: ast.expr | None, node: ast.AST, kind: Kind) -> EnvWrite:
        values = self._texts(value) if value is not None else ()
        single = values[0] if len(values) == 1 and kind != "append" else None
        return EnvWrite(name, single, node, self.index.statement(node), kind, value, values)

    def _texts(self, node: ast.expr) -> tuple[str, ...]:
        """All texts that an expression may be; () if one of them is not known."""
        texts = [_text(value) for value in self.index.evaluate(node).alternatives]
        return () if None in texts else tuple(dict.fromkeys(text for text in texts if text is not None))

    def _entries(self, node: ast.expr, kind: Kind) -> None:
        """The entries of a dict, or of a list of pairs."""
        for value in self.index.evaluate(node).alternatives:
            if isinstance(value, Mapping):
                for name, entry in value.entries.items():
                    self._named(name, entry.value, entry.key_node, kind)
            elif isinstance(value, Sequence):
                for element in value.elements:
                    if isinstance(element, ast.Tuple | ast.List) and len(element.elts) == 2:
                        self._add(element.elts[0], element.elts[1], element.elts[0], kind)
        if isinstance(node, ast.DictComp):
            self._comprehension(node, kind)

    def _comprehension(self, node: ast.DictComp, kind: Kind) -> None:
        """`{name: "1" for name in ("A", "B")}`."""
        for name in self._texts(node.key):
            self.found.setdefault(id(node.key), []).append(self._write(name, node.value, node.key, kind))

    # --- names that are loop variables or parameters ------------------------------------------------------------------
    def _by_loop(self, key: ast.expr, value: ast.expr | None, kind: Kind) -> Iterator[EnvWrite] | None:
        """`for name, value in {…}.items(): os.environ[name] = value`."""
        if not isinstance(key, ast.Name):
            return None
        for loop in self.index.ancestors(key):
            if isinstance(loop, ast.For) and isinstance(loop.target, ast.Tuple) and len(loop.target.elts) == 2:
                first, second = loop.target.elts
                if isinstance(first, ast.Name) and first.id == key.id and isinstance(second, ast.Name):
                    return self._pairs(loop.iter, value if _plain_name(value) != second.id else None, kind)
        return None

    def _pairs(self, node: ast.expr, fixed: ast.expr | None, kind: Kind) -> Iterator[EnvWrite]:
        items = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "items"
        source = (
            node.func.value if items and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else node
        )
        for value in self.index.evaluate(source).alternatives:
            if isinstance(value, Mapping) and items:
                for name, entry in value.entries.items():
                    if isinstance(name, str):
                        yield self._write(name, fixed or entry.value, entry.key_node, kind)
            elif isinstance(value, Sequence):
                for element in value.elements:
                    if isinstance(element, ast.Tuple | ast.List) and len(element.elts) == 2:
                        for name in self._texts(element.elts[0]):
                            yield self._write(name, fixed or element.elts[1], element.elts[0], kind)

    def _by_parameter(self, key: ast.expr, value: ast.expr | None, kind: Kind) -> Iterator[EnvWrite]:
        """`def set_env(name, value): os.environ[name] = value`: the writes are where it is called."""
        function = self.index.function(key)
        if not isinstance(key, ast.Name) or not isinstance(function, _FUNCTIONS):
            return
        parameters = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        every = [*parameters, *(a.arg for a in function.args.kwonlyargs)]
        if key.id not in every:
            return
        skipped = 1 if self.index.owner(function) is not None and parameters and parameters[0] in ("self", "cls") else 0
        given_name = _plain_name(value)
        for call in self.index.local_calls(function) or ():
            arguments = self.index.arguments(call)
            name = arguments.get(key.id, _place(parameters, key.id, skipped))
            if name is None or name.value is None:
                continue
            passed = (
                arguments.get(given_name, _place(parameters, given_name, skipped))
                if given_name in every and given_name
                else None
            )
            for text in self._texts(name.value):
                yield self._write(
                    text,
                    passed.value if passed is not None else value if given_name not in every else None,
                    name.node,
                    kind,
                )

    # --- the process's own environment ------------------------------------------------------------------------------
    def _is_environ(self, node: ast.AST) -> bool:
        return not _ENVIRON.isdisjoint(self.index.names(node))

    def _statement(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._target(target, node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._target(node.target, node.value)
        elif isinstance(node, ast.AugAssign):
            if isinstance(node.target, ast.Subscript) and self._is_environ(node.target.value):
                self._add(node.target.slice, node.value, node.target, "append")
            elif isinstance(node.op, ast.BitOr) and self._is_environ(node.target):
                self._entries(node.value, "set")

    def _target(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            values = (
                value.elts if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts) else None
            )
            for place, element in enumerate(target.elts):
                if values is not None:
                    self._target(element, values[place])
        elif isinstance(target, ast.Subscript) and self._is_environ(target.value):
            self._add(target.slice, value, target, "set")
        elif isinstance(target, ast.Subscript) and self._is_child_environment(target.value):
            self._add(target.slice, value, target, "child")

    def _call(self, call: ast.Call) -> None:
        function = call.func
        if isinstance(function, ast.Attribute):
            if function.attr in ("update", "setdefault", "__setitem__", "__ior__"):
                if self._is_environ(function.value):
                    self._method(call, function.attr, "set")
                elif self._is_child_environment(function.value):
                    self._method(call, function.attr, "child")
            elif function.attr == "setenv" and len(call.args) >= 2:
                self._add(call.args[0], call.args[1], function, "scoped")
            elif function.attr == "dict" and call.args and self._is_patched(call.args[0]):
                self._patched(call)
            elif function.attr == "run_line_magic":
                self._magic(call)

    def _method(self, call: ast.Call, method: str, kind: Kind) -> None:
        if method == "update" or method == "__ior__":
            for argument in call.args[:1]:
                self._entries(argument, kind)
            for keyword in call.keywords:
                if keyword.arg is None:
                    self._entries(keyword.value, kind)
                else:
                    self._named(keyword.arg, keyword.value, keyword, kind)
        elif len(call.args) >= 2:
            self._add(
                call.args[0], call.args[1], call.func, "default" if method == "setdefault" and kind == "set" else kind
            )

    def _is_patched(self, node: ast.expr) -> bool:
        return self._is_environ(node) or self.index.constant(node) == "os.environ"

    def _patched(self, call: ast.Call) -> None:
        for argument in call.args[1:2]:
            self._entries(argument, "scoped")
        for keyword in call.keywords:
            if keyword.arg == "values":
                self._entries(keyword.value, "scoped")
            elif keyword.arg not in (None, "clear"):
                self._named(keyword.arg, keyword.value, keyword, "scoped")

    def _magic(self, call: ast.Call) -> None:
        """`%env NAME=value` and `%set_env NAME value`, as IPython runs them."""
        words = [self.index.constant(argument) for argument in call.args]
        if len(words) == 2 and words[0] in ("env", "set_env") and isinstance(words[1], str):
            match = re.match(r"\s*(\w+)\s*(?:=|\s)\s*(.*?)\s*$", words[1])
            if match is not None and match[2]:
                statement = self.index.statement(call)
                self.found[id(call)] = [
                    EnvWrite(match[1], match[2], call.args[1], statement, "set", call.args[1], (match[2],))
                ]

    # --- the environments of child processes --------------------------------------------------------------------------
    def _is_child_environment(self, node: ast.expr) -> bool:
        """A copy of the environment, or a dict that is called one."""
        if isinstance(node, ast.Name | ast.Attribute):
            last = node.id if isinstance(node, ast.Name) else node.attr
            value = self.index.evaluate(node)
            if _CHILD_NAME.fullmatch(last) and (isinstance(value, Mapping) or self._copied(node)):
                return True
            return isinstance(node, ast.Name) and self._copied(node)
        return False

    def _copied(self, node: ast.expr) -> bool:
        """Whether a name is bound to a copy of the environment."""
        if not isinstance(node, ast.Name):
            return False
        for binding in self.index.bindings(node):
            parent = self.index.parent(binding.node)
            if (
                isinstance(parent, ast.Assign | ast.AnnAssign)
                and parent.value is not None
                and self._is_copy(parent.value)
            ):
                return True
        return False

    def _is_copy(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Call):
            last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if last not in _COPYING:
                return False
            names = set(self.index.names(node.func))
            if "os.environ.copy" in names:
                return True
            return bool(names & _COPIES) and bool(node.args) and self._is_environ(node.args[0])
        if isinstance(node, ast.Dict):
            return any(
                key is None and self._is_environ(value) for key, value in zip(node.keys, node.values, strict=True)
            )
        if isinstance(node, ast.BinOp):
            return isinstance(node.op, ast.BitOr) and (self._is_environ(node.left) or self._is_environ(node.right))
        return False

    def _copy(self, node: ast.AST) -> None:
        """`{**os.environ, "NAME": …}`, `dict(os.environ, NAME=…)`, `os.environ | {…}`."""
        if isinstance(node, ast.Dict | ast.Call) and self._is_copy(node):
            self._entries(node, "child")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and self._is_copy(node):
            self._entries(node.left if self._is_environ(node.right) else node.right, "child")

    def _child(self, call: ast.Call) -> None:
        for keyword in call.keywords:
            if keyword.arg in _CHILD_KEYWORDS:
                self._entries(keyword.value, "child")

    def _replaced(self, call: ast.Call) -> None:
        """`os.execve(path, arguments, environment)` and its kin."""
        for name in self.index.names(call.func):
            place = _CHILD_CALLS.get(name)
            if place is not None and len(call.args) > max(place, 0):
                self._entries(call.args[place], "child")


def _text(value: Value) -> str | None:
    if not isinstance(value, Const):
        return None
    if isinstance(value.value, bytes):
        return value.value.decode("utf-8", "replace")
    return str(value.value) if isinstance(value.value, str | int) and not isinstance(value.value, bool) else None


def _plain_name(node: ast.expr | None) -> str:
    """The name that an expression is, through `str(…)` and f-strings of nothing else."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str" and len(node.args) == 1:
        return _plain_name(node.args[0])
    if isinstance(node, ast.JoinedStr) and len(node.values) == 1 and isinstance(node.values[0], ast.FormattedValue):
        return _plain_name(node.values[0].value)
    return node.id if isinstance(node, ast.Name) else ""


def _place(parameters: list[str], name: str, skipped: int) -> int | None:
    return parameters.index(name) - skipped if name in parameters else None
