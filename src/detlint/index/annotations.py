"""Types that annotations, `isinstance` and tables of types name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index.core import Core, join
from detlint.index.syntax import conjuncts
from detlint.index.values import (
    UNKNOWN,
    Const,
    Instance,
    LocalClass,
    Ref,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"})


class Annotations(Core):
    """Objects of named types."""

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
        kind = {"List": "list", "Tuple": "tuple", "Dict": "dict", "Set": "set", "FrozenSet": "frozenset"}.get(
            name, name
        )
        if kind in {"list", "tuple", "set", "frozenset", "Sequence", "Iterable", "Iterator", "Generator", "Collection"}:
            elements = [
                self._type_name(self.annotation(p))
                for p in parts
                if not (isinstance(p, ast.Constant) and p.value is ...)
            ]
            same = elements[0] if elements and all(e == elements[0] for e in elements) else None
            return Instance(kind if kind in {"list", "tuple", "set", "frozenset"} else f"typing.{kind}", node, same)
        if name in _MAPPINGS:
            return Instance("dict", node)
        return self._of_class(head, node)

    def mapped(self, node: ast.AST | None) -> Value:
        """An object of the type of the values, where an expression is the annotation of a mapping: `dict[str, T]`."""
        if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2):
            return UNKNOWN
        head = self._evaluate(node.value)
        known = isinstance(head, Ref) and head.name.rpartition(".")[2] in _MAPPINGS
        return self.annotation(node.slice.elts[1]) if known else UNKNOWN

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

    def narrowed(self, node: ast.Name) -> Value | None:
        """What `isinstance` around a use of a name proves; None if nothing does."""
        child: ast.AST = node
        for parent in self.tree.ancestors(node):
            if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
                return None
            test = None
            if (isinstance(parent, ast.If) and any(child is s for s in parent.body)) or (
                isinstance(parent, ast.IfExp) and child is parent.body
            ):
                test = parent.test
            if test is not None:
                for call in conjuncts(test):
                    proven = self._proof(call, node.id)
                    if proven is not None:
                        return proven
            child = parent
        return None

    def _proof(self, call: ast.expr, name: str) -> Value | None:
        if not (
            isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Name) and call.args[0].id == name
        ):
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
