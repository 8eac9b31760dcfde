"""Dicts: displays, `dict(…)`, merging, and what the code does to them between their making and their use."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.index.annotations import Annotations
from detlint.index.arguments import Argument
from detlint.index.core import hashable, join
from detlint.index.syntax import dotted_name, leftmost
from detlint.index.values import (
    UNKNOWN,
    Const,
    Elsewhere,
    Entry,
    Instance,
    Mapping,
    Sequence,
    Value,
)

if TYPE_CHECKING:
    from detlint.index.tree import Scope

CHANGING_METHODS = frozenset(
    {
        "append",
        "extend",
        "insert",
        "add",
        "update",
        "remove",
        "pop",
        "clear",
        "sort",
        "reverse",
        "discard",
        "setdefault",
        "popitem",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What changes a dict or list in place: the name that it starts from, with the scope and the function of that."""

    node: ast.AST
    statement: ast.stmt
    name: ast.Name | None
    scope: Scope | None
    frame: ast.AST | None

    def holds(self, use: ast.expr) -> bool:
        """Whether a use is a part of the change itself."""
        last = self.statement.end_lineno or self.statement.lineno
        return self.statement.lineno <= use.lineno <= last and any(use is inner for inner in ast.walk(self.node))


class Mappings(Annotations):
    """Dicts with known keys; lists that are changed."""

    def _dict(self, node: ast.Dict) -> Value:
        mapping = Mapping({}, False, node)
        for key, value in zip(node.keys, node.values, strict=False):
            if key is None:
                self._merge(mapping, self._evaluate(value))
                continue
            constant = self._evaluate(key)
            if isinstance(constant, Const) and hashable(constant.value):
                mapping.entries[constant.value] = Entry(value, key)
            else:
                mapping.open = True
        return mapping

    def _merge(self, into: Mapping, value: Value) -> None:
        """What `{**a}`, `update` and `|` do: later entries win; the unknown may overwrite everything."""
        if isinstance(value, Mapping):
            into.entries.update(value.entries)
            into.open = into.open or value.open
            return
        for member in value.alternatives:
            if isinstance(member, Mapping):
                self._merge_maybe(into, member)
            else:
                into.open = True

    def _merge_maybe(self, into: Mapping, given: Mapping) -> None:
        """What merging a dict does that may or may not happen."""
        for name, entry in given.entries.items():
            earlier = into.entries.get(name)
            if earlier is not None:
                both = join([self._entry_value(earlier), self._entry_value(entry)])
                into.entries[name] = Entry(None, entry.key_node, both)
            else:
                into.entries[name] = Entry(entry.value, entry.key_node, entry.constant, certain=False)
        into.open = into.open or given.open

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
                if isinstance(key, Const) and hashable(key.value):
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
        if not (isinstance(key, Const) and hashable(key.value)):
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

    def _here(self, value: Value, node: ast.expr) -> Value:
        """A dict of another file, as one that is named here: its entries are pointed at by the name."""
        if not any(isinstance(member, Mapping) for member in value.alternatives):
            return value
        return join(self._pointed_at(member, node) for member in value.alternatives)

    def _pointed_at(self, value: Value, node: ast.expr) -> Value:
        if not isinstance(value, Mapping) or not any(isinstance(e.value, Elsewhere) for e in value.entries.values()):
            return value
        return Mapping({key: _moved(entry, node) for key, entry in value.entries.items()}, value.open, value.origin)

    def _elsewhere_value(self, node: Elsewhere) -> Value:
        return self._pointed_at(node.value, node)

    def _changes(self, name: str) -> list[Change]:
        """What changes a name's dict or list, in the order of the source: items, `del`, `|=`, calls of methods."""
        if self._mutations is None:
            found: dict[str, list[ast.AST]] = {}
            for store in (*self.tree.subscript_stores, *self.tree.subscript_deletions):
                dotted = dotted_name(store.value)
                if dotted is not None:
                    found.setdefault(dotted, []).append(store)
            for statement in self.tree.augmented:
                dotted = dotted_name(statement.target)
                if dotted is not None:
                    found.setdefault(dotted, []).append(statement)
            for call in self.tree.calls:
                if isinstance(call.func, ast.Attribute) and call.func.attr in CHANGING_METHODS:
                    dotted = dotted_name(call.func.value)
                    if dotted is not None:
                        found.setdefault(dotted, []).append(call)
            for changes in found.values():
                changes.sort(key=lambda n: (n.lineno, n.col_offset))  # type: ignore[attr-defined]
            self._mutations = {changed: list(map(self._change, changes)) for changed, changes in found.items()}
        return self._mutations.get(name, [])

    def is_changed(self, name: str) -> bool:
        """Whether the code changes a name's dict or list in place, anywhere in the file."""
        return bool(self._changes(name))

    def _change(self, node: ast.AST) -> Change:
        first = leftmost(node.target if isinstance(node, ast.AugAssign) else node)
        scope = None if first is None else self.flow.lookup(first.id, first)[0]
        return Change(node, self.tree.statement(node), first, scope, None if first is None else self._frame(first))

    def _mutated(self, name: str, value: Value, use: ast.expr) -> Value:
        """A dict or list after what the code did to it between its display and this use."""
        if not any(isinstance(v, (Mapping, Sequence)) for v in value.alternatives):
            return value
        changes = self._changes(name)
        if not changes:
            return value
        return join(self._after(v, name, changes, use) for v in value.alternatives)

    def _after(self, value: Value, name: str, changes: list[Change], use: ast.expr) -> Value:
        if not isinstance(value, (Mapping, Sequence)):
            return value
        origin = value.origin
        relevant = self._applying(changes, name, origin, use)
        if not relevant:
            return value
        if isinstance(value, Sequence):
            return Sequence(value.kind, value.elements, value.origin, open=True)
        mapping = type(value)(dict(value.entries), value.open, value.origin)
        use_blocks = set(self.flow.blocks(use))
        for change in relevant:
            certain = all(block in use_blocks for block in self.flow.blocks(change)) or (
                set(self.flow.blocks(change)) <= set(self.flow.blocks(origin) if origin is not None else ())
            )
            self._apply(mapping, change, certain)
        return mapping

    def _applying(self, changes: list[Change], name: str, origin: ast.AST | None, use: ast.expr) -> list[ast.AST]:
        """The changes that happen to this object before this use."""
        mine = leftmost(use)
        if mine is None:
            return []
        scope, _ = self.flow.lookup(mine.id, mine)
        frame = self._frame(mine)
        start = (0, 0) if origin is None else (getattr(origin, "lineno", 0), 0)
        if origin is not None and frame is not self._frame(origin):
            start = (0, 0)
        end = (use.lineno, use.col_offset)
        found: list[ast.AST] = []
        for change in changes:
            if change.name is None or change.name.id != mine.id:
                continue
            if change.scope is not scope:
                # self.params in one method and in another: the same object's attribute.
                owner = self._self_class(change.name) if "." in name else None
                applies = owner is not None and owner is self._self_class(mine)
            else:
                # A module's dict, changed at top level and read in a function: all changes have happened.
                place = (change.statement.lineno, change.statement.col_offset)
                applies = change.frame is not frame or start <= place < end
            if applies and not change.holds(use):
                found.append(change.node)
        return found

    def _frame(self, node: ast.AST) -> ast.AST:
        for ancestor in self.tree.ancestors(node):
            if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)):
                return ancestor
        return self.tree.module

    def _apply(self, mapping: Mapping, change: ast.AST, certain: bool) -> None:
        if isinstance(change, ast.Subscript):
            key = self._evaluate(change.slice)
            statement = self.tree.parents[change]
            if isinstance(change.ctx, ast.Del):
                self._remove(mapping, key, certain)
            elif isinstance(key, Const) and hashable(key.value):
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
        if isinstance(change, ast.AugAssign):
            self._put(mapping, self._evaluate(change.value), certain)
            return
        assert isinstance(change, ast.Call)
        assert isinstance(change.func, ast.Attribute)
        method = change.func.attr
        if method == "update":
            self._put(mapping, self._dict_call(change), certain)
        elif method == "setdefault" and change.args:
            key = self._evaluate(change.args[0])
            if isinstance(key, Const) and hashable(key.value) and len(change.args) > 1:
                mapping.entries.setdefault(key.value, Entry(change.args[1], change.args[0]))
            else:
                mapping.open = True
        elif method == "pop" and change.args:
            self._remove(mapping, self._evaluate(change.args[0]), certain)
        elif method in {"clear", "popitem"}:
            mapping.entries.clear()
            mapping.open = not certain

    def _put(self, mapping: Mapping, given: Value, certain: bool) -> None:
        """What `d.update(given)` and `d |= given` do."""
        if certain or not isinstance(given, Mapping):
            self._merge(mapping, given)
        else:
            self._merge_maybe(mapping, given)

    def _remove(self, mapping: Mapping, key: Value, certain: bool) -> None:
        """What `del d[key]` and `d.pop(key)` do; one that may not happen leaves the entry in doubt."""
        if certain and isinstance(key, Const) and hashable(key.value):
            mapping.entries.pop(key.value, None)
        else:
            mapping.open = True


def _moved(entry: Entry, node: ast.expr) -> Entry:
    """An entry of a dict of another file, where a node means it."""
    if not isinstance(entry.value, Elsewhere):
        return entry
    here = Elsewhere(entry.value.value, node)
    return Entry(here, here, certain=entry.certain)
