"""What the packs know of libraries, merged, with the lookups that the evaluator needs.

Made once a process from the packs' `Library` values and shared by all files; holds no trees.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from detlint.plugins import Library

T = TypeVar("T")


class Knowledge:
    """The merged facts about libraries; every question is answered from a table, most of them once."""

    def __init__(self, libraries: Iterable[Library] = ()) -> None:
        libraries = tuple(libraries)
        self.aliases: dict[str, str] = {}
        self.returns: dict[str, str] = {}
        self.attributes: dict[str, str] = {}
        self.bases: dict[str, tuple[str, ...]] = {}
        self.elements: dict[str, str] = {}
        self.parameters: dict[str, str] = {}
        self.calls: dict[str, str] = {}
        self.unique_methods: dict[str, str] = {}
        self.receivers: frozenset[str] = frozenset().union(*(library.receivers for library in libraries))
        arithmetic: list[str] = []
        for library in libraries:
            self.aliases.update(library.aliases)
            self.returns.update(library.returns)
            self.attributes.update(library.attributes)
            self.bases.update(library.bases)
            self.elements.update(library.elements)
            self.parameters.update(library.parameters)
            self.calls.update(library.calls)
            self.unique_methods.update(library.unique_methods)
            arithmetic.extend(library.arithmetic)
        self.arithmetic: tuple[str, ...] = tuple(dict.fromkeys(arithmetic))
        self._canonical: dict[str, str] = {}
        self._ancestors: dict[str, tuple[str, ...]] = {}
        self._alias_roots = {alias.partition(".")[0] for alias in self.aliases}

    @cached_property
    def libraries(self) -> frozenset[str]:
        """The top-level modules of the libraries that something is known of."""
        names = [*self.aliases, *self.returns, *self.attributes, *self.bases]
        return frozenset(name.partition(".")[0] for name in names if "." in name)

    def canonical(self, name: str) -> str:
        """The canonical spelling of a qualified name: the longest alias that leads it is replaced, until none does."""
        if name.partition(".")[0] not in self._alias_roots:
            return name
        known = self._canonical.get(name)
        if known is None:
            known = name
            for _ in range(4):
                replaced = self._replace(known)
                if replaced == known:
                    break
                known = replaced
            self._canonical[name] = known
        return known

    def _replace(self, name: str) -> str:
        head = name
        while head:
            target = self.aliases.get(head)
            if target is not None:
                return target + name[len(head) :]
            head = head.rpartition(".")[0]
        return name

    def describes(self, name: str) -> bool:
        """Whether a qualified name is of a library of which something is known."""
        return name.partition(".")[0] in self.libraries

    def ancestors(self, kind: str) -> tuple[str, ...]:
        """A type and all types that it derives from, nearest first."""
        known = self._ancestors.get(kind)
        if known is None:
            order: dict[str, None] = {}
            queue = [kind]
            while queue:
                current = queue.pop(0)
                if current not in order:
                    order[current] = None
                    queue.extend(_entry(self.bases, current) or ())
            known = self._ancestors[kind] = tuple(order)
        return known

    def derives(self, kind: str, base: str) -> bool:
        """Whether a type is another one or derives from it."""
        return base in self.ancestors(kind)

    def result(self, name: str) -> str | None:
        """The type of what a callable gives; "" if it is known to be unknown, None if nothing is said."""
        return _entry(self.returns, name)

    def method_result(self, kind: str, method: str) -> str | None:
        """The type of what a method of a type gives, as `result`."""
        for name in self._members(kind, method):
            found = _entry(self.returns, name)
            if found is not None:
                return found
        return None

    def attribute(self, kind: str, attribute: str) -> str | None:
        """The type of an attribute of a type."""
        for name in self._members(kind, attribute):
            found = _entry(self.attributes, name)
            if found is not None:
                return kind if found == "self" else found
        return None

    def member(self, kind: str, member: str) -> str:
        """The qualified name of a type's method or attribute, in the nearest class of which a fact is known."""
        names = list(self._members(kind, member))
        for name in names:
            if name in self.returns or name in self.attributes or name in self.known:
                return name
        return names[0]

    known: frozenset[str] = frozenset()
    """Names that rules and effects ask for: a member is attributed to the class for which one of them stands."""

    def element(self, kind: str) -> str | None:
        """The type of what iterating over a type, or subscripting it, gives."""
        for ancestor in self.ancestors(kind):
            found = self.elements.get(ancestor)
            if found is not None:
                return found
        return None

    def call_method(self, kind: str) -> str | None:
        """The method that calling an object of a type runs."""
        for ancestor in self.ancestors(kind):
            found = self.calls.get(ancestor)
            if found is not None:
                return found
        return None

    def parameter(self, kind: str, method: str) -> str | None:
        """The type of the parameters of a method that overrides one of a library's."""
        for name in self._members(kind, method):
            found = self.parameters.get(name)
            if found is not None:
                return found
        return None

    def given(self, name: str) -> str | None:
        """The type of what a callable gives to a function that it is handed."""
        return self.parameters.get(name)

    def operation(self, kinds: Iterable[str]) -> str | None:
        """The type of an operation's result, by the types of its operands."""
        present: set[str] = set()
        for kind in kinds:
            present.update(self.ancestors(kind))
        return next((kind for kind in self.arithmetic if kind in present), None)

    def _members(self, kind: str, member: str) -> Iterator[str]:
        for ancestor in self.ancestors(kind):
            yield f"{ancestor}.{member}"


def _entry(table: Mapping[str, T], name: str) -> T | None:
    """The entry of a name, else that of all names directly beside it (`torch.Tensor.*`)."""
    found = table.get(name)
    if found is None:
        found = table.get(name.rpartition(".")[0] + ".*")
    return found
