"""The project around a file, as far as summaries of its modules show it: entry points, their runs, modes at a place.

Given the summary of a file and a way to get those of others, gives entry points and answers about them. Never reads
trees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from detlint.project.places import is_test
from detlint.project.run import Event, Mode, Run, happens_later
from detlint.project.summary import MODULE, FunctionSummary, ModuleSummary

Load = Callable[[str, str], "ModuleSummary | None"]
"""Gives the summary of the module that a name means, from the path of the file that imports it and that name."""


@dataclass(slots=True)
class EntryPoint:
    """Where a program starts: a script's top level with its guard, or a function that a command runs."""

    module: ModuleSummary
    function: FunctionSummary
    run: Run


class Project:
    """What is known around one file."""

    def __init__(self, module: ModuleSummary, load: Load | None = None, commands: tuple[str, ...] = ()) -> None:
        """`commands` are the names of functions that console scripts run, beside those that the file shows itself."""
        self.module = module
        self._load = load
        self._commands = commands
        self._modules: dict[tuple[str, str], ModuleSummary | None] = {}
        self._loose_runs: dict[str, Run] = {}

    # ---------------------------------------------------------------------------------------------- entry points
    @cached_property
    def entry_points(self) -> list[EntryPoint]:
        """The entry points of the file, in the order of the source."""
        module = self.module
        if is_test(module.path):
            return []
        top = module.functions[MODULE]
        found: list[EntryPoint] = []
        if module.has_guard or module.path.endswith(".ipynb") or self._works:
            found.append(EntryPoint(module, top, Run(self, module, top)))
        scripts = (module.exports.get(name, "") for name in self._commands)
        for key in dict.fromkeys((*module.commands, *(key for key in scripts if key in module.functions))):
            if not any((module.path, key) in entry.run.visits for entry in found):
                function = module.functions[key]
                found.append(EntryPoint(module, function, Run(self, module, function)))
        return found

    @property
    def _works(self) -> bool:
        """Whether the top level does work of its own; not so in a file that can only be imported."""
        module = self.module
        if module.relative or module.path.endswith("__init__.py"):
            return False
        return any(works(event) for event in Run(self, module, module.functions[MODULE], imports=False).events)

    @cached_property
    def loose_runs(self) -> list[Run]:
        """Runs of the functions that no entry point reaches, each after the module's top level."""
        reached = {key for entry in self.entry_points for key in entry.run.visits}
        return [self._loose(key) for key in list(self.module.functions) if (self.module.path, key) not in reached]

    def _loose(self, key: str) -> Run:
        known = self._loose_runs.get(key)
        if known is None:
            known = self._loose_runs[key] = Run(
                self, self.module, self.module.functions[key], main=False, imports=False
            )
        return known

    # --------------------------------------------------------------------------------------------------- questions
    def reached(self, key: str) -> bool:
        """Whether an entry point of the file reaches one of its functions."""
        return any((self.module.path, key) in entry.run.visits for entry in self.entry_points)

    def modes_at(self, key: str, place: tuple[int, int], mode: str) -> list[Mode]:
        """The states of a mode at a place, over all entry points that reach it; else as the file itself has it."""
        runs = [entry.run for entry in self.entry_points if (self.module.path, key) in entry.run.visits]
        if not runs:
            runs = [self._loose(key)]
        return [state for run in runs for state in run.modes_at(self.module.path, key, place, mode)]

    # ------------------------------------------------------------------------------------------------ other modules
    def find(self, module: ModuleSummary, target: str) -> Iterator[tuple[ModuleSummary, FunctionSummary]]:
        """The functions that a name stands for, seen from a module."""
        own = module.functions.get(target)
        if own is not None:
            yield module, own
            return
        yield from self._resolve(module, target, 0)

    def _resolve(self, module: ModuleSummary, name: str, depth: int) -> Iterator[tuple[ModuleSummary, FunctionSummary]]:
        """A qualified name: the longest leading part that is a module, then what it exports."""
        if depth > 8:
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

    def _exported(
        self, module: ModuleSummary, name: str, depth: int
    ) -> Iterator[tuple[ModuleSummary, FunctionSummary]]:
        first, _, rest = name.partition(".")
        exported = module.exports.get(first)
        if exported is None:
            for star in module.stars:
                other = self.find_module(module, star)
                if other is not None and other is not module and depth < 8:
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

    def _member(
        self, module: ModuleSummary, cls: str, member: str, depth: int
    ) -> Iterator[tuple[ModuleSummary, FunctionSummary]]:
        methods, bases = module.classes.get(cls, ({}, ()))
        wanted = [member] if member else ["__init__", "__post_init__"]
        if member == "__call__":
            wanted = ["__call__", "forward", "call"]
        hit = False
        for name in wanted:
            if name in methods:
                hit = True
                yield module, module.functions[methods[name]]
        if hit or depth > 8:
            return
        for base in bases:
            if base in module.classes:
                yield from self._member(module, base, member, depth + 1)
            else:
                yield from self._resolve(module, f"{base}.{member}" if member else base, depth + 1)

    def find_module(self, module: ModuleSummary, name: str) -> ModuleSummary | None:
        """The module of the project that an import names, seen from another."""
        if self._load is None:
            return None
        key = (module.path, name)
        if key not in self._modules:
            self._modules[key] = self._load(module.path, name)
        return self._modules[key]


def works(event: Event) -> bool:
    """Whether an event of a top level is work, so that its file is a script: building a model is not."""
    effect = event.effect
    if effect is None:
        return False
    return (effect.kind == "draw" and effect.detail != "init" and not happens_later(effect)) or effect.kind in {
        "train",
        "op",
    }
