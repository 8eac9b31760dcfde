"""What calls and imports lead to, over the summaries of all modules of a run; worked out once, whoever asks.

Given a way to get summaries; gives the functions that a name stands for, and what each function may do with all that it
calls. Never reads trees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from detlint.project.effects import EVERY
from detlint.project.summary import (
    COMMANDS,
    FRAMEWORK_METHODS,
    GIVEN,
    HOOKS,
    MODULE,
    TESTING_HOOKS,
    TRAINING_METHODS,
    FunctionSummary,
    ModuleSummary,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.project.summary import Step


class Modules(Protocol):
    """The modules of a project. Each is meant by the path of a file that imports it and the name there."""

    def __call__(self, path: str, name: str) -> ModuleSummary | None:
        """The summary of a module."""
        ...

    def quiet_import(self, path: str, name: str) -> str | None:
        """The real path of the module that an import runs, if nothing that runs then does anything but define."""
        ...

    def imported_with(self, files: Iterable[str]) -> set[str]:
        """The paths of the modules that run when quiet ones, by their real paths, are imported."""
        ...

    def may_define(self, path: str, name: str, member: str) -> bool:
        """Whether a module may have a member; False is certain."""
        ...


Found = tuple[ModuleSummary, FunctionSummary]
Class = tuple[ModuleSummary, str]
"""A class, by its name in its module."""

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
        self._effects: dict[tuple[str, str], int] = {}
        self._kinds: dict[str, int] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._modules_of: list[ModuleSummary] = []
        self._families: dict[tuple[str, str], tuple[Class, ...]] = {}
        self._own_methods: list[tuple[tuple[Class, ...], int, str]] = []
        self._variants: dict[tuple[str, str], FunctionSummary] = {}

    # ---------------------------------------------------------------------------------------------------- functions
    def find(self, module: ModuleSummary, target: str) -> tuple[Found, ...]:
        """The functions that a name stands for, seen from a module."""
        known = module.found.get(target)
        if known is None:
            own = module.functions.get(target)
            known = ((module, own),) if own is not None else tuple(self._named(module, target, 0))
            module.found[target] = known
        return known

    def is_seen(self, module: ModuleSummary, target: str) -> bool:
        """Whether a name, seen from a module, stands for a function or a class of the project."""
        return bool(self.find(module, target)) or self._class(module, target, 0) is not None

    def leaves_alone(self, module: ModuleSummary, step: Step) -> bool:
        """Whether what a step hands an object to are functions of the project, and none of them runs it."""
        takers = step.takers if step.taken else None
        return bool(takers) and not any(self._may_run(module, name, step.taken, 0) for name in takers or ())

    def _may_run(self, module: ModuleSummary, target: str, taken: str, depth: int) -> bool:
        """Whether a function, named as it is seen from a module, may run the object that one of its parameters gets."""
        found = self.find(module, target) if depth <= _MAX_STEPS else ()
        for other, function in found:
            names = [name for name in function.parameters if name not in {"self", "cls"}]
            name = names[int(taken[1:])] if taken[:1] == "#" and int(taken[1:]) < len(names) else taken
            if name not in names or name in function.runs:
                return True
            handed = [(to, by) for held, to, by in function.hands if held == name]
            if any(self._may_run(other, to, by, depth + 1) for to, by in handed):
                return True
        return not found

    def named(self, path: str, name: str) -> Iterator[Found]:
        """The functions that a qualified name stands for, seen from the file at `path`."""
        yield from self._resolve(ModuleSummary(path), name, 0)

    def _named(self, module: ModuleSummary, target: str, depth: int) -> Iterator[Found]:
        """The functions of a target: `class:NAME.method` of the module, `@3` of an object, else a qualified name."""
        if target.startswith("class:"):
            cls, _, member = target.removeprefix("class:").partition(".")
            yield from self._member(module, cls, member, depth)
        elif target.startswith("@"):
            family, skipped, method = self._own_methods[int(target[1:])]
            yield from self._of_family(family, method, skipped)
        else:
            yield from self._resolve(module, target, depth)

    def find_module(self, module: ModuleSummary, name: str) -> ModuleSummary | None:
        """The module of the project that an import names, seen from another."""
        if self._source is None:
            return None
        key = (module.path, name)
        if key not in self._modules:
            self._modules[key] = self._source(module.path, name)
        return self._modules[key]

    def quiet_import(self, module: ModuleSummary, name: str) -> str | None:
        """The real path of the module that an import runs, if nothing that runs then does anything but define."""
        return None if self._source is None else self._source.quiet_import(module.path, name)

    def imported_with(self, files: Iterable[str]) -> set[str]:
        """The paths of the modules that run when quiet ones, by their real paths, are imported."""
        return set() if self._source is None else self._source.imported_with(files)

    def _resolve(self, module: ModuleSummary, name: str, depth: int) -> Iterator[Found]:
        where = self._split(module, name) if depth <= _MAX_STEPS else None
        if where is not None:
            yield from self._exported(*where, depth)

    def _split(self, module: ModuleSummary, name: str) -> tuple[ModuleSummary, str] | None:
        """A qualified name: the longest leading part that is a module, and what it is asked for."""
        head, rest = name, ""
        while head.rstrip(".") or head:
            other = self.find_module(module, head)
            if other is not None and rest:
                return other, rest
            cut = head.rpartition(".")
            if not cut[1]:
                return None
            dots = len(head) - len(head.lstrip("."))
            if dots and len(cut[0]) < dots:
                # `.name` is a name of the package itself.
                package = self.find_module(module, "." * dots) if head != "." * dots else None
                return None if package is None else (package, f"{head[dots:]}.{rest}".rstrip("."))
            rest = f"{cut[2]}.{rest}" if rest else cut[2]
            head = cut[0]
        return None

    def _exported(self, module: ModuleSummary, name: str, depth: int) -> Iterator[Found]:
        first, _, rest = name.partition(".")
        called = first.endswith("()")
        first = first.removesuffix("()")
        exported = module.exports.get(first)
        if exported is None:
            for other in self._behind_stars(module, first) if depth < _MAX_STEPS else ():
                yield from self._exported(other, name, depth + 1)
            return
        if exported in module.functions:
            if called:
                yield from self._of_result(module, module.functions[exported], rest, depth)
            elif not rest:
                yield module, module.functions[exported]
        elif exported.startswith(("class:", "object:")):
            kind, _, cls = exported.partition(":")
            if kind == "object" and not rest:
                rest = "__call__"
            yield from self._member(module, cls, rest, depth)
        else:
            qualified = f"{exported}()" if called else exported
            yield from self._resolve(module, f"{qualified}.{rest}" if rest else qualified, depth + 1)

    def _behind_stars(self, module: ModuleSummary, name: str) -> Iterator[ModuleSummary]:
        """The modules from which `import *` may have brought a name: one with an underscore before it stays behind."""
        for star in module.stars if not name.startswith("_") else ():
            if self._source is not None and self._source.may_define(module.path, star, name):
                other = self.find_module(module, star)
                if other is not None and other is not module:
                    yield other

    def _of_result(self, module: ModuleSummary, function: FunctionSummary, rest: str, depth: int) -> Iterator[Found]:
        """A member of the objects that a function gives; of a function that it gives, what calling that does."""
        for made in function.returns if depth <= _MAX_STEPS else ():
            if not made.startswith(GIVEN):
                yield from self._named(module, f"{made}.{rest}", depth + 1)
                continue
            inner = module.functions.get(made.removeprefix(GIVEN))
            if inner is not None and rest == "__call__":
                yield module, inner
            elif inner is not None and rest.startswith("__call__()."):
                yield from self._of_result(module, inner, rest.removeprefix("__call__()."), depth + 1)

    # ------------------------------------------------------------------------------------------------------ classes
    def _member(self, module: ModuleSummary, cls: str, member: str, depth: int) -> Iterator[Found]:
        """The methods that a member of a class's objects means; none: what constructs them."""
        family = self._family(module, cls)
        method, _, rest = member.partition(".")
        if method.endswith("()"):
            for found in self._of_family(family, method.removesuffix("()")):
                yield from self._of_result(*found, rest, depth)
        elif member in {HOOKS, TESTING_HOOKS}:
            derives = bool(module.classes.get(cls, ({}, ()))[1])
            names = dict.fromkeys(name for other, base in family for name in other.classes[base][0])
            for name in filter(FRAMEWORK_METHODS.match, names):
                if member == TESTING_HOOKS and TRAINING_METHODS.match(name):
                    continue
                if derives or name.startswith("__"):  # nothing else says what others call of a class of its own
                    yield from self._of_family(family, name)
        elif member == COMMANDS:
            names = dict.fromkeys(name for other, base in family for name in other.classes[base][0])
            for name in names:
                if not name.startswith("_"):
                    yield from self._of_family(family, name)
        else:
            several = {"": ("__init__", "__post_init__"), "__call__": ("__call__", "forward", "call")}
            for name in several.get(member, (member,)):
                yield from self._of_family(family, name)

    def related(self, first: tuple[str, str], second: tuple[str, str]) -> bool:
        """Whether two classes, by path and name, are the same or one derives from the other, as far as was asked."""
        return first == second or self._derives(first, second) or self._derives(second, first)

    def _derives(self, first: tuple[str, str], second: tuple[str, str]) -> bool:
        return any((module.path, cls) == second for module, cls in self._families.get(first, ()))

    def _family(self, module: ModuleSummary, cls: str) -> tuple[Class, ...]:
        """A class of a module and those of the project that it derives from, nearest first."""
        key = (module.path, cls)
        known = self._families.get(key)
        if known is None:
            self._families[key] = ()  # for a class that derives from itself
            found: dict[tuple[str, str], Class] = {}
            if cls in module.classes:
                found[key] = (module, cls)
                for name in module.classes[cls][1]:
                    base = self._class(module, name, 0)
                    for each in self._family(*base) if base is not None else ():
                        found.setdefault((each[0].path, each[1]), each)
            known = self._families[key] = tuple(found.values())
        return known

    def class_named(self, module: ModuleSummary, name: str) -> Class | None:
        """The class of the project that a qualified name means, seen from a module."""
        return self._class(module, name, 0)

    def _class(self, module: ModuleSummary, name: str, depth: int) -> Class | None:
        """The class of the project that a name means, seen from a module."""
        if name in module.classes:
            return module, name
        where = self._split(module, name) if depth <= _MAX_STEPS else None
        if where is None:
            return None
        other, member = where
        first, _, rest = member.partition(".")
        exported = other.exports.get(first)
        if exported is None:
            behind = (self._class(each, member, depth + 1) for each in self._behind_stars(other, first))
            return next((cls for cls in behind if cls is not None), None)
        if exported.startswith("class:"):
            return None if rest else (other, exported.removeprefix("class:"))
        return self._class(other, f"{exported}.{rest}" if rest else exported, depth + 1)

    def _of_family(self, family: tuple[Class, ...], method: str, skipped: int = 0) -> Iterator[Found]:
        """A method as objects of the first class of a family have it; `skipped`: how many classes are passed over."""
        for place, (module, cls) in enumerate(family):
            key = module.classes[cls][0].get(method) if place >= skipped else None
            if key is not None:
                yield module, self._variant(module, module.functions[key], family, place)
                return

    def _variant(
        self, module: ModuleSummary, function: FunctionSummary, family: tuple[Class, ...], place: int
    ) -> FunctionSummary:
        """What a method does, where those that it calls of its own object are the ones that the object's class has."""
        if len(family) == 1 or not any(step.own for step in function.steps):
            return function
        first, cls = family[0]
        key = f"{function.key}@{first.path}:{cls}"
        known = self._variants.get((module.path, key))
        if known is None:
            steps = [self._dispatched(step, family, place) for step in function.steps]
            known = replace(function, key=key, steps=steps, plain=function.key)
            self._variants[module.path, key] = known
        return known

    def _dispatched(self, step: Step, family: tuple[Class, ...], place: int) -> Step:
        method = step.own.removeprefix(">")
        skipped = place + 1 if step.own.startswith(">") else 0
        if not any(method in module.classes[cls][0] for module, cls in family[skipped:]):
            return step
        self._own_methods.append((family, skipped, method))
        return replace(step, target=f"@{len(self._own_methods) - 1}")

    # ---------------------------------------------------------------------------------------------------------- ahead
    def called(self, module: ModuleSummary, function: FunctionSummary) -> Iterator[Found]:
        """The functions that a function calls, and the top levels of modules that it imports and that do a thing.

        What stands under a `__main__` guard is not run by who imports a module.
        """
        for step in function.steps:
            if not step.in_main:
                yield from self.called_by(module, step)

    def called_by(self, module: ModuleSummary, step: Step) -> Iterator[Found]:
        """The functions that a step calls, and the top levels of the modules that run for it."""
        if step.module:
            quiet = self.quiet_import(module, step.target)
            other = self.find_module(module, step.target) if quiet is None else None
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
            done = self.ahead(module, function).effects
        else:
            done = self._own(module, function)
            for step in function.steps:
                for found in self.called_by(module, step) if not step.module else ():
                    done |= self.ahead(*found).effects
        return self._has(done, kind, subject)

    def may_in_file(
        self, module: ModuleSummary, function: FunctionSummary, kind: str, subject: str | None = None
    ) -> bool:
        """Whether a function may have an effect of a kind that stands in its own file; no other is looked at."""
        pending, seen = [function.key], {function.key}
        while pending:
            current = module.functions[pending.pop()]
            if self._has(self._own_effects(current), kind, subject):
                return True
            for step in current.steps:
                for key in self._in_file(module, step) if not step.in_main else ():
                    if key not in seen:
                        seen.add(key)
                        pending.append(key)
        return False

    def _in_file(self, module: ModuleSummary, step: Step) -> Iterator[str]:
        """The functions of a file that a step of it calls."""
        if step.target in module.functions:
            yield step.target
        elif step.target.startswith(("class:", "@")):
            yield from (found.plain or found.key for other, found in self.find(module, step.target) if other is module)

    def _has(self, effects: int, kind: str, subject: str | None) -> bool:
        if subject is None:
            return bool(effects & self._kinds.get(kind, 0))
        return bool(effects & (self._effects.get((kind, subject), 0) | self._effects.get((kind, EVERY), 0)))

    def number(self, path: str, key: str) -> int | None:
        """The bit in `Ahead.functions` of a function; None if nothing leads to it as far as has been asked."""
        return self._numbers.get((path, key))

    def modules(self, functions: int) -> Iterator[ModuleSummary]:
        """The modules of functions, given as bits."""
        for number, module in enumerate(self._modules_of):
            if functions >> number & 1:
                yield module

    def ahead(self, module: ModuleSummary, function: FunctionSummary) -> Ahead:
        """What a function leads to."""
        return module.ahead.get(function.key) or self._explored(module, function)

    def _explored(self, module: ModuleSummary, function: FunctionSummary) -> Ahead:
        """Tarjan's strongly connected components: functions that call each other lead to the same."""
        nodes: dict[tuple[int, str], _Node] = {}
        path: list[_Node] = []
        work: list[_Node] = []

        def enter(found: Found) -> None:
            node = _Node(found, len(nodes), self._own(*found), self.called(*found))
            nodes[id(found[0]), found[1].key] = node
            path.append(node)
            work.append(node)

        enter((module, function))
        while work:
            node = work[-1]
            for other in node.rest:
                known = other[0].ahead.get(other[1].key)
                if known is not None:
                    node.effects |= known.effects
                    node.functions |= known.functions
                    continue
                called = nodes.get((id(other[0]), other[1].key))
                if called is None:
                    enter(other)
                    break
                node.lowest = min(node.lowest, called.number)
            else:
                work.pop()
                if node.lowest == node.number:
                    self._settle(path, node)
                if work:
                    caller = work[-1]
                    caller.lowest = min(caller.lowest, node.lowest)
                    caller.effects |= node.effects
                    caller.functions |= node.functions
        return module.ahead[function.key]

    def _settle(self, path: list[_Node], root: _Node) -> None:
        """Give all functions of a component what they lead to together."""
        members = [path.pop()]
        while members[-1] is not root:
            members.append(path.pop())
        for node in members:
            root.effects |= node.effects
            root.functions |= node.functions | 1 << self._numbered(*node.found)
        ahead = Ahead(root.effects, root.functions)
        for node in members:
            node.found[0].ahead[node.found[1].key] = ahead

    def _numbered(self, module: ModuleSummary, function: FunctionSummary) -> int:
        number = self._numbers.setdefault((module.path, function.plain or function.key), len(self._numbers))
        if number == len(self._modules_of):
            self._modules_of.append(module)
        return number

    def _own(self, module: ModuleSummary, function: FunctionSummary) -> int:
        bits = self._own_effects(function)
        for step in function.steps:
            if step.effect is not None:
                continue
            if not step.module and is_telling(step) and "." in step.target and not self.find(module, step.target):
                bits |= 0 if step.in_main else self._bit(*OUT_OF_SIGHT)
        return bits

    def _own_effects(self, function: FunctionSummary) -> int:
        bits = 0
        for step in function.steps:
            if step.effect is not None and not step.in_main:
                bits |= self._bit(step.effect.kind, step.effect.subject)
        return bits

    def _bit(self, kind: str, subject: str) -> int:
        bit = self._effects.setdefault((kind, subject), 1 << len(self._effects))
        self._kinds[kind] = self._kinds.get(kind, 0) | bit
        return bit


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a function leads to, a bit each: effects (none: nothing of interest happens), and functions with itself."""

    effects: int
    functions: int


class _Node:
    """A function while its component is looked for."""

    __slots__ = ("effects", "found", "functions", "lowest", "number", "rest")

    def __init__(self, found: Found, number: int, effects: int, rest: Iterator[Found]) -> None:
        self.found = found
        self.number = self.lowest = number
        self.effects = effects
        self.functions = 0
        self.rest = rest
