"""What sets hold: whether their elements are proven to be numbers, bools or None, or so few that they have no order.

Given the index of a file. The hashes of these elements are the same in every run, and with them the order of the set.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.index import dotted_name
from detlint.index.values import Const, Instance, Mapping, Sequence
from detlint.rules.python.order_facts import table, words
from detlint.rules.python.set_text import SET_WORDS

if TYPE_CHECKING:
    from detlint.index import FileIndex
    from detlint.rules.python.order_facts import Facts

_SET_TYPES = frozenset(
    {
        "builtins.set", "builtins.frozenset",
        "typing.Set", "typing.FrozenSet", "typing.AbstractSet", "typing.MutableSet",
        "collections.abc.Set", "collections.abc.MutableSet", "typing_extensions.Set",
    }
)  # fmt: skip
_HOLDERS = frozenset(
    {"dict", "Dict", "defaultdict", "DefaultDict", "Mapping", "MutableMapping", "list", "List", "Sequence", "Iterable"}
)
_WORDS = re.compile(r"[a-z]+|[A-Z][a-z]*")


class Elements:
    """Answers about the elements of sets and other collections in one file."""

    def __init__(self, index: FileIndex, facts: Facts) -> None:
        self.index = index
        self.facts = facts

    # --------------------------------------------------------------------------------------------------- of a set
    def confidence(self, made: ast.expr) -> Confidence | None:
        """How sure it is that the order of the set that an expression makes differs between runs; None: it does not."""
        if self._annotated(made):
            return None
        if isinstance(made, ast.Set):
            return self._of_display(made)
        if isinstance(made, ast.SetComp):
            if self.is_number(made.elt):
                return None
            return Confidence.LOW if self.hints_number(made.elt) else Confidence.HIGH
        if isinstance(made, ast.Call) and not made.args:
            return self._of_added(made)
        if isinstance(made, ast.Call):
            return self._of_argument(made)
        return Confidence.HIGH

    def _of_display(self, made: ast.Set) -> Confidence | None:
        if len(made.elts) == 1 and not isinstance(made.elts[0], ast.Starred):
            return self._of_added(made) if self._name_of(made) in self.facts.adds else None
        if all(self.is_number(e) for e in made.elts):
            return None
        if all(isinstance(e, ast.Starred) and self.holds_numbers(e.value) for e in made.elts):
            return None
        return Confidence.LOW if all(self.hints_number(e) for e in made.elts) else Confidence.HIGH

    def _of_argument(self, made: ast.Call) -> Confidence | None:
        given = made.args[0]
        few = given.elts if isinstance(given, ast.List | ast.Tuple) else []
        if len(few) == 1 and not isinstance(few[0], ast.Starred):
            return self._of_added(made) if self._name_of(made) in self.facts.adds else None
        if isinstance(given, ast.Starred) or not self.holds_numbers(given):
            of = given.left if isinstance(given, ast.BinOp) else given
            if isinstance(of, ast.Call) and "gather" in _word(of.func) and of.args:
                of = of.args[0]  # what all processes have of it
            hinted = self.hints_number(given) or self.hints_number(of)
            hinted = hinted or _is_of_array(given) or self._beside_numbers(made)
            return Confidence.LOW if hinted else Confidence.HIGH
        added = self._added(self._name_of(made))
        return None if all(added) else Confidence.HIGH

    def _beside_numbers(self, made: ast.Call) -> bool:
        """Whether a set is put together with one of what is called a number: `set(chosen) | set(indices)`."""
        parent = self.index.parent(made)
        other = (parent.right if parent.left is made else parent.left) if isinstance(parent, ast.BinOp) else None
        return isinstance(other, ast.Call) and bool(other.args) and self.hints_number(other.args[0])

    def _of_added(self, made: ast.expr) -> Confidence | None:
        """Of an empty set: by what is added to it."""
        name = self._name_of(made)
        added = self._added(name) if name else self._added_to_items(made)
        if added and all(added):
            return None
        hinted = name and (self._hints_text(name.rpartition(".")[2]) or self._adds_hinted(name))
        return Confidence.LOW if hinted else Confidence.HIGH

    def _adds_hinted(self, name: str) -> bool:
        """Whether all that is added to a set is a number, or called so: `processes.add(device.process_index)`."""
        calls = self.facts.adds.get(name, ())
        return bool(calls) and all(self._adds_numbers(call) or all(map(self.hints_number, call.args)) for call in calls)

    def _added(self, name: str) -> list[bool]:
        return [self._adds_numbers(call) for call in self.facts.adds.get(name, ())] if name else []

    def _added_to_items(self, made: ast.expr) -> list[bool]:
        """Of a set that is an item of a table, `table[key] = set()` or `table.setdefault(key, set())`."""
        parent = self.index.parent(made)
        holder: ast.expr | None = None
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Subscript):
            holder = parent.targets[0].value
        elif isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute):
            holder = parent.func.value
        return self.added_to_items(holder) if holder is not None else []

    def added_to_items(self, holder: ast.expr) -> list[bool]:
        """Whether what is added to the sets of a table are numbers, or are called so: one answer for each addition."""
        name = dotted_name(holder)
        added = []
        for call in self.index.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr in {"add", "update"} and call.args:
                table_ = call.func.value
                if isinstance(table_, ast.Call) and isinstance(table_.func, ast.Attribute):
                    table_ = table_.func
                if name and isinstance(table_, ast.Subscript | ast.Attribute) and dotted_name(table_.value) == name:
                    added.append(self._adds_numbers(call) or all(map(self.hints_number, call.args)))
        return added

    def _adds_numbers(self, call: ast.Call) -> bool:
        assert isinstance(call.func, ast.Attribute)
        check = self.is_number if call.func.attr == "add" else self.holds_numbers
        return all(check(argument) for argument in call.args)

    def _name_of(self, made: ast.expr) -> str:
        """The name or attribute that an expression is assigned to."""
        parent = self.index.parent(made)
        if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
            return dotted_name(parent.targets[0]) or ""
        if isinstance(parent, (ast.AnnAssign, ast.NamedExpr)):
            return dotted_name(parent.target) or ""
        return ""

    def _annotated(self, made: ast.expr) -> bool:
        """Whether an annotation says that a set holds numbers."""
        parent = self.index.parent(made)
        if isinstance(parent, ast.AnnAssign):
            return self.annotation_of_numbers(parent.annotation)
        if isinstance(parent, ast.Return):
            function = self.index.function(parent)
            return self.annotation_of_numbers(getattr(function, "returns", None))
        if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Attribute):
            cls = self.facts.self_class(parent.targets[0])
            return cls is not None and any(
                isinstance(statement, ast.AnnAssign)
                and getattr(statement.target, "id", "") == parent.targets[0].attr
                and self.annotation_of_numbers(statement.annotation)
                for statement in cls.body
            )
        return False

    # ------------------------------------------------------------------------------------------------ annotations
    def set_annotation(self, node: ast.expr | None) -> ast.expr | None:
        """The annotation of a set itself: of `set[str]`, `Optional[Set[str]]`, `"set[str] | None"`; None for others."""
        if isinstance(node, ast.Constant):
            node = _parsed(node) if isinstance(node.value, str) and "et" in node.value else None
        if node is None:
            return None
        if isinstance(node, ast.BinOp):
            found = [self.set_annotation(side) for side in (node.left, node.right) if not _is_none(side)]
            return found[0] if len(found) == 1 else None
        if isinstance(node, ast.Subscript) and _word(node.value) in {"Optional", "Final", "ClassVar", "Annotated"}:
            inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
            return self.set_annotation(inner)
        head = node.value if isinstance(node, ast.Subscript) else node
        if _word(head) not in SET_WORDS:
            return None
        names = self.index.names(head) if self.index.parent(head) is not None else ()
        return node if not names or _SET_TYPES.intersection(names) else None

    def holder_annotation(self, node: ast.expr | None) -> bool:
        """Whether an annotation is of a table or list of sets of others than numbers: `dict[str, set[str]]`."""
        node = _parsed(node)
        if isinstance(node, ast.BinOp):
            return any(self.holder_annotation(side) for side in (node.left, node.right))
        if not isinstance(node, ast.Subscript):
            return False
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if _word(node.value) in {"Optional", "Final", "ClassVar"}:
            return self.holder_annotation(parts[0])
        if _word(node.value) not in _HOLDERS:
            return False
        found = self.set_annotation(parts[-1])
        return found is not None and not self.annotation_of_numbers(found)

    def annotation_of_numbers(self, node: ast.expr | None) -> bool:
        """Whether an annotation of a collection says that its items are numbers."""
        node = _parsed(node)
        if isinstance(node, ast.BinOp):
            return any(self.annotation_of_numbers(side) for side in (node.left, node.right) if not _is_none(side))
        if not isinstance(node, ast.Subscript):
            return False
        if _word(node.value) in {"Optional", "Final", "ClassVar"}:
            return self.annotation_of_numbers(node.slice)
        first = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
        return _means_number(first)

    # --------------------------------------------------------------------------------------------------- of items
    def is_number(self, node: ast.expr, depth: int = 0) -> bool:
        """Whether an expression is proven to be a number, bool or None, or a tuple of these."""
        if isinstance(node, ast.Constant):
            return not isinstance(node.value, str | bytes)
        if isinstance(node, ast.Tuple):
            return bool(node.elts) and all(self.is_number(e, depth) for e in node.elts)
        if isinstance(node, ast.UnaryOp | ast.Compare) or _is_shape(node):
            return True
        if isinstance(node, ast.BinOp):
            numeric = not isinstance(node.op, ast.Add | ast.Mod | ast.Mult) or (
                not isinstance(node.left, ast.Constant | ast.JoinedStr) and not isinstance(node.right, ast.JoinedStr)
            )
            return numeric and (self.is_number(node.left, depth) and self.is_number(node.right, depth))
        if isinstance(node, ast.IfExp):
            return self.is_number(node.body, depth) and self.is_number(node.orelse, depth)
        if isinstance(node, ast.Call) and table("numbers", "calls").any_of(self.index.callee_names(node)):
            return True
        kinds = self.index.types(node)
        if kinds:
            return all(kind in words("numbers", "types") for kind in kinds)
        return isinstance(node, ast.Name) and depth < 3 and self._bound_to_number(node, depth)

    def _bound_to_number(self, node: ast.Name, depth: int) -> bool:
        """A name that loops over numbers, as the target of `for i, x in enumerate(…)` or of a loop over numbers."""
        bindings = self.index.bindings(node)
        return bool(bindings) and all(self._counts(b.node, depth) for b in bindings)

    def _counts(self, target: ast.AST, depth: int) -> bool:
        if isinstance(target, ast.arg):
            return _means_number(target.annotation)
        parent = self.index.parent(target)
        outer = self.index.parent(parent) if isinstance(parent, ast.Tuple) else None
        if isinstance(parent, ast.Tuple) and isinstance(outer, ast.For | ast.AsyncFor | ast.comprehension):
            counted = isinstance(outer.iter, ast.Call) and "builtins.enumerate" in self.index.callee_names(outer.iter)
            return counted and parent.elts[0] is target
        if isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension):
            return self.holds_numbers(parent.iter, depth + 1)
        if isinstance(parent, ast.Assign):
            return parent.targets[0] is target and self.is_number(parent.value, depth + 1)
        if isinstance(parent, ast.Tuple) and isinstance(outer, ast.Assign):
            place = parent.elts.index(target)  # type: ignore[arg-type]
            return self._is_number_at(outer.value, place, len(parent.elts), depth + 1)
        return False

    def _is_number_at(self, node: ast.expr, place: int, count: int, depth: int) -> bool:
        """Whether an item of what is unpacked is a number: `u, v = (i, j) if i < j else (j, i)`."""
        if isinstance(node, ast.IfExp):
            return all(self._is_number_at(each, place, count, depth) for each in (node.body, node.orelse))
        if isinstance(node, ast.Call):
            return "builtins.map" in self.index.callee_names(node) and self._call_holds_numbers(node, depth)
        return isinstance(node, ast.Tuple) and len(node.elts) == count and self.is_number(node.elts[place], depth)

    def holds_numbers(self, node: ast.expr, depth: int = 0) -> bool:
        """Whether a collection is proven to hold numbers only."""
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return all(
                self.holds_numbers(e.value) if isinstance(e, ast.Starred) else self.is_number(e, depth)
                for e in node.elts
            )
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            return self.is_number(node.elt, depth)
        if isinstance(node, ast.Constant):
            return not isinstance(node.value, str) or len(node.value) < 2
        if isinstance(node, ast.BoolOp):
            return all(self.holds_numbers(value, depth) for value in node.values)
        if isinstance(node, ast.BinOp):
            return self.holds_numbers(node.left, depth) and (
                isinstance(node.op, ast.Sub | ast.BitAnd) or self.holds_numbers(node.right, depth)
            )
        if isinstance(node, ast.Call):
            return self._call_holds_numbers(node, depth)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call):
            return table("numbers", "collections").any_of(self.index.callee_names(node.value))
        if isinstance(node, ast.Name) and depth < 3:
            bindings = [b.node for b in self.index.bindings(node)]
            if bindings and all(self._holds(target, depth) for target in bindings):
                return True
        return self._value_holds_numbers(node)

    def _holds(self, target: ast.AST, depth: int) -> bool:
        if isinstance(target, ast.arg):
            return self.annotation_of_numbers(target.annotation)
        parent = self.index.parent(target)
        if isinstance(parent, ast.AnnAssign) and self.annotation_of_numbers(parent.annotation):
            return True
        if isinstance(parent, ast.Assign) and parent.targets[0] is target:
            added = self._added(dotted_name(target) or "")
            return all(added) and self.holds_numbers(parent.value, depth + 1) and not _is_empty(parent.value)
        return False

    def _call_holds_numbers(self, node: ast.Call, depth: int) -> bool:
        names = self.index.callee_names(node)
        if table("numbers", "collections").any_of(names):
            return True
        if getattr(node.func, "attr", "") == "choice" and node.args and self._is_count(node.args[0], depth):
            return True
        if "builtins.map" in names and len(node.args) > 1:
            made_by = node.args[0]
            counts = isinstance(made_by, ast.Attribute) and made_by.attr in {"index", "count", "find"}
            return counts or table("numbers", "calls").any_of(self.index.names(made_by))
        if {"builtins.set", "builtins.list", "builtins.tuple", "builtins.sorted", "builtins.frozenset"}.intersection(
            names
        ):
            return bool(node.args) and self.holds_numbers(node.args[0], depth)
        return self._value_holds_numbers(node)

    def _is_count(self, node: ast.expr, depth: int) -> bool:
        """Whether `rng.choice(n)` chooses from the numbers below n."""
        return self.is_number(node, depth) or self.hints_number(node)

    def _value_holds_numbers(self, node: ast.expr) -> bool:
        values = self.index.evaluate(node).alternatives
        return all(
            (isinstance(v, Instance) and (v.element in words("numbers", "types") or v.type in {"range", "bytes"}))
            or (isinstance(v, Sequence) and not v.open and bool(v.elements) and all(map(self.is_number, v.elements)))
            or (isinstance(v, Mapping) and not v.open and not any(isinstance(k, str | bytes) for k in v.entries))
            or (isinstance(v, Const) and v.value is None)
            for v in values
        )

    def is_count(self, node: ast.expr) -> bool:
        """Whether an expression counts what holds: `np.sum(a != b)`, `(a == b).sum()`; floats add such exactly."""
        if not isinstance(node, ast.Call):
            return False
        if {"numpy.sum", "builtins.sum", "numpy.count_nonzero"}.intersection(self.index.callee_names(node)):
            return bool(node.args) and isinstance(node.args[0], ast.Compare)
        return (
            isinstance(node.func, ast.Attribute)
            and node.func.attr == "sum"
            and isinstance(node.func.value, ast.Compare)
        )

    def is_float(self, node: ast.expr) -> bool:
        """Whether an expression is proven to be a float."""
        if isinstance(node, ast.Constant):
            return isinstance(node.value, float)
        if isinstance(node, ast.BinOp):
            return isinstance(node.op, ast.Div) or self.is_float(node.left) or self.is_float(node.right)
        if isinstance(node, ast.Call) and table("numbers", "float_calls").any_of(self.index.callee_names(node)):
            return True
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            return any(_values_are_floats(b.node) for b in self.index.bindings(node.value))
        return self.index.types(node) == ("float",)

    # ------------------------------------------------------------------------------------------------------ hints
    def hints_number(self, node: ast.AST) -> bool:
        """Whether what something is called suggests that it is a number, or holds numbers: an index, a position."""
        if isinstance(node, ast.Starred):
            node = node.value
        if isinstance(node, ast.Tuple):
            return bool(node.elts) and all(self.hints_number(e) for e in node.elts)
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in {
                "tolist",
                "values",
                "flatten",
                "ravel",
                "numpy",
            }:
                return self.hints_number(node.func.value)
            node = node.func
        if isinstance(node, ast.Subscript):
            key = node.slice
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                return self._hints_text(key.value)
            node = node.value
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", getattr(node, "arg", ""))
        return self._hints_text(name)

    @staticmethod
    def _hints_text(name: str) -> bool:
        parts = [part.lower() for part in _WORDS.findall(name)]
        return bool(parts) and (parts[-1] in words("numbers", "hints") or parts[0] in {"num", "n"})


def _values_are_floats(binding: ast.AST) -> bool:
    annotation = _parsed(getattr(binding, "annotation", None))
    if not isinstance(annotation, ast.Subscript) or not isinstance(annotation.slice, ast.Tuple):
        return False
    return _word(annotation.slice.elts[-1]) == "float"


def _parsed(node: ast.expr | None) -> ast.expr | None:
    """An annotation that may be written as text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if len(node.value) > 200:
            return None
        try:
            return ast.parse(node.value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return node


def _word(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _means_number(node: ast.expr | None) -> bool:
    node = _parsed(node)
    if isinstance(node, ast.BinOp):
        return _means_number(node.left) and _means_number(node.right)
    if isinstance(node, ast.Subscript) and _word(node.value) in {"Tuple", "tuple"}:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return all(_means_number(p) or (isinstance(p, ast.Constant) and p.value is ...) for p in parts)
    return node is not None and (_word(node) in {"int", "float", "bool", "complex"} or _is_none(node))


def _is_shape(node: ast.expr) -> bool:
    """`x.shape`, `x.shape[0]`, `x.size(0)`, `x.ndim`."""
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in {"size", "dim", "numel", "item"}
    return isinstance(node, ast.Attribute) and node.attr in {"shape", "ndim"}


def _is_of_array(node: ast.expr) -> bool:
    """`boxes[:, 5]`: of a NumPy array, which mostly holds numbers."""
    taken = node.slice if isinstance(node, ast.Subscript) else None
    return isinstance(taken, ast.Tuple) and any(isinstance(each, ast.Slice) for each in taken.elts)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple) and not node.elts
