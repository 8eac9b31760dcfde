"""What calls and imports lead to, over the summaries of all modules of a run; worked out once, whoever asks.

Given a way to get summaries; gives the functions that a name stands for, and what each function may do with all that it
calls. Never reads trees.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from detlint.project.summary import MODULE, FunctionSummary, ModuleSummary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.project.summary import Step


class Modules(Protocol):
    """The modules of a project. Each is meant by the path of a file that imports it and the name there."""

    def __call__(self, path: str, name: str) -> ModuleSummary | None:
        """The summary of a module."""
        ...

    def quiet_import(self, path: str, name: str) -> frozenset[str]:
        """The paths of the modules that an import runs if none of them does anything but define; else none."""
        ...

    def may_define(self, path: str, name: str, member: str) -> bool:
        """Whether a module may have a member; False is certain."""
        ...


Found = tuple[ModuleSummary, FunctionSummary]

_MAX_STEPS = 8
_TELLING = re.compile(
    r"seed|determin|reprod|rng|random_state|init|set_?up|bootstrap|load|restore|copy_params|checkpoint|pretrained|legacy",
    re.IGNORECASE,
)
OUT_OF_SIGHT = ("hidden", "")
"""What a function may do that calls one out of sight, by whose name it may matter."""


def is_telling(step: Step) -> bool:
    """Whether a call of a function out of sight may matter, by its name."""
    return _TELLING.search(step.text or step.target) is not None


class Links:
    """Links between the functions of modules."""

    def __init__(self, modules: Modules | None = None) -> None:
        self._source = modules
        self._modules: dict[tuple[str, str], ModuleSummary | None] = {}
        self._bits: dict[tuple[str, str], int] = {}

    # ---------------------------------------------------------------------------------------------------- functions
    def find(self, module: ModuleSummary, target: str) -> tuple[Found, ...]:
        """The functions that a name stands for, seen from a module."""
        known = module.found.get(target)
        if known is None:
            own = module.functions.get(target)
            known = ((module, own),) if own is not None else tuple(self._resolve(module, target, 0))
            module.found[target] = known
        return known

    def find_module(self, module: ModuleSummary, name: str) -> ModuleSummary | None:
        """The module of the project that an import names, seen from another."""
        if self._source is None:
            return None
        key = (module.path, name)
        if key not in self._modules:
            self._modules[key] = self._source(module.path, name)
        return self._modules[key]

    def quiet_import(self, module: ModuleSummary, name: str) -> frozenset[str]:
        """The paths of the modules that an import runs if none of them does anything but define; else none."""
        return frozenset() if self._source is None else self._source.quiet_import(module.path, name)

    def _resolve(self, module: ModuleSummary, name: str, depth: int) -> Iterator[Found]:
        """A qualified name: the longest leading part that is a module, then what it exports."""
        if depth > _MAX_STEPS:
            return
        head, rest = name, ""
        while True:
            stripped = head.rstrip(".")
            if not stripped and not head:
                return
            other = self.find_module(module, head)
            if other is not None and rest:
                yield from self._exported(other, rest, depth)
                return
            cut = head.rpartition(".")
            if not cut[1]:
                return
            dots = len(head) - len(head.lstrip("."))
            if dots and len(cut[0]) < dots:
                # `.name` is a name of the package itself.
                if head != "." * dots:
                    package = self.find_module(module, "." * dots)
                    if package is not None:
                        yield from self._exported(package, f"{head[dots:]}.{rest}".rstrip("."), depth)
                return
            rest = f"{cut[2]}.{rest}" if rest else cut[2]
            head = cut[0]

    def _exported(self, module: ModuleSummary, name: str, depth: int) -> Iterator[Found]:
        first, _, rest = name.partition(".")
        exported = module.exports.get(first)
        if exported is None:
            for star in module.stars:
                if self._source is None or not self._source.may_define(module.path, star, first):
                    continue
                other = self.find_module(module, star)
                if other is not None and other is not module and depth < _MAX_STEPS:
                    yield from self._exported(other, name, depth + 1)
            return
        if exported in module.functions and not rest:
            yield module, module.functions[exported]
        elif exported.startswith(("class:", "object:")):
            kind, _, cls = exported.partition(":")
            if kind == "object" and not rest:
                rest = "__call__"
            yield from self._member(module, cls, rest, depth)
        elif exported not in module.functions:
            yield from self._resolve(module, f"{exported}.{rest}" if rest else exported, depth + 1)

    def _member(self, module: ModuleSummary, cls: str, member: str, depth: int) -> Iterator[Found]:
        methods, bases = module.classes.get(cls, ({}, ()))
        wanted = [member] if member else ["__init__", "__post_init__"]
        if member == "__call__":
            wanted = ["__call__", "forward", "call"]
        hit = False
        for name in wanted:
            if name in methods:
                hit = True
                yield module, module.functions[methods[name]]
        if hit or depth > _MAX_STEPS:
            return
        for base in bases:
            if base in module.classes:
                yield from self._member(module, base, member, depth + 1)
            else:
                yield from self._resolve(module, f"{base}.{member}" if member else base, depth + 1)

    # -------------------------------------------------------------------------------------------------------- effects
    def called(self, module: ModuleSummary, function: FunctionSummary) -> Iterator[Found]:
        """The functions that a function calls, and the top levels of modules that it imports and that do a thing."""
        for step in function.steps:
            if step.module:
                quiet = self.quiet_import(module, step.target)
                other = None if quiet else self.find_module(module, step.target)
                if other is not None:
                    yield other, other.functions[MODULE]
            elif step.effect is None:
                for found in self.find(module, step.target):
                    yield found
                    if step.spawned:
                        yield found[0], found[0].functions[MODULE]

    def may(
        self,
        module: ModuleSummary,
        function: FunctionSummary,
        kind: str,
        subject: str | None = None,
        *,
        imports: bool = True,
    ) -> bool:
        """Whether a function may have an effect of a kind, by itself or by what it calls.

        imports: whether what the modules do that it imports counts.
        """
        if imports:
            done = self.all_effects(module, function)
        else:
            done = self._own(module, function)
            for step in function.steps:
                for found in self.find(module, step.target) if step.effect is None and not step.module else ():
                    done |= self.all_effects(*found)
        # Only now are all effects known that have a bit.
        return bool(done & self._wanted(kind, subject))

    def _wanted(self, kind: str, subject: str | None) -> int:
        return sum(
            bit for (known, what), bit in self._bits.items() if known == kind and (subject is None or subject == what)
        )

    def all_effects(self, module: ModuleSummary, function: FunctionSummary) -> int:
        """All that a function may do with what it calls, a bit each; 0 for one that does nothing of interest."""
        known = module.effects.get(function.key)
        return self._connected(module, function) if known is None else known

    def _connected(self, module: ModuleSummary, function: FunctionSummary) -> int:
        """Tarjan's strongly connected components: functions that call each other do the same."""
        numbers: dict[tuple[int, str], int] = {}
        lowest: dict[tuple[int, str], int] = {}
        bits: dict[tuple[int, str], int] = {}
        path: list[Found] = []
        work: list[tuple[Found, Iterator[Found]]] = []

        def enter(found: Found) -> None:
            key = (id(found[0]), found[1].key)
            numbers[key] = lowest[key] = len(numbers)
            bits[key] = self._own(*found)
            path.append(found)
            work.append((found, self.called(*found)))

        enter((module, function))
        while work:
            found, rest = work[-1]
            key = (id(found[0]), found[1].key)
            for other in rest:
                called = (id(other[0]), other[1].key)
                known = other[0].effects.get(other[1].key)
                if known is not None:
                    bits[key] |= known
                elif called not in numbers:
                    enter(other)
                    break
                else:
                    lowest[key] = min(lowest[key], numbers[called])
            else:
                work.pop()
                if work:
                    caller = (id(work[-1][0][0]), work[-1][0][1].key)
                    lowest[caller] = min(lowest[caller], lowest[key])
                    bits[caller] |= bits[key]
                if lowest[key] == numbers[key]:
                    self._settle(path, found, bits[key])
        return module.effects[function.key]

    @staticmethod
    def _settle(path: list[Found], root: Found, bits: int) -> None:
        while True:
            member, function = path.pop()
            member.effects[function.key] = bits
            if member is root[0] and function.key == root[1].key:
                return

    def _own(self, module: ModuleSummary, function: FunctionSummary) -> int:
        bits = 0
        for step in function.steps:
            if step.effect is not None:
                bits |= self._bit((step.effect.kind, step.effect.subject))
            elif not step.module and is_telling(step) and "." in step.target and not self.find(module, step.target):
                bits |= self._bit(OUT_OF_SIGHT)
        return bits

    def _bit(self, what: tuple[str, str]) -> int:
        return self._bits.setdefault(what, 1 << len(self._bits))
