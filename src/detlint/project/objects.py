"""Objects in a run: what is known of the attributes that their constructors keep.

Told of each object that a run makes; answers what the attributes of a class's objects come to, for all those together.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from detlint.project.conditions import ANY, NONE, Facts
from detlint.project.summary import BY_OTHERS, FORWARDED, MODULE, UNPACKED, FunctionSummary, ModuleSummary, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detlint.project.conditions import Known
    from detlint.project.links import Links

_MAX_PARENTS = 8
_LEFT_TO_OTHERS = frozenset({NONE, "'cpu'"})
"""Defaults that say nothing of what other callers give, who know their machine."""


class Objects:
    """What is known of the objects of one run."""

    def __init__(self, links: Links, module: ModuleSummary, function: FunctionSummary) -> None:
        """The run starts in a function of a module."""
        self.version = 0
        """Changes whenever less is known of an attribute than before."""
        self._links = links
        self._start = (module, function)
        self._kept: dict[str, dict[tuple[str, str], str]] = {}
        self._looked_at: set[tuple[str, str]] = set()

    def facts(self, module: ModuleSummary, function: FunctionSummary, values: Mapping[str, str]) -> Facts:
        """What is known in a function that is given values."""
        return Facts(values, lambda name: self._attribute(module, function.owner, name))

    def made(self, module: ModuleSummary, function: FunctionSummary, given: Mapping[str, str], depth: int = 0) -> None:
        """Take note of an object that a call makes, if it calls a constructor, and those of its parents."""
        if function.keeps is None or depth > _MAX_PARENTS:
            return
        facts = self.facts(module, function, {**function.defaults, **given})
        for step in function.steps:
            if step.own == ">__init__":
                for other, parent in self._links.find(module, step.target):
                    self.made(other, parent, arguments(step, parent, facts), depth + 1)
        for name, known in function.keeps.items():
            objects = self._kept.setdefault(name, {})
            word, before = facts.word(known), objects.get((module.path, function.owner))
            if before not in {None, ANY, word}:
                word = ANY
                self.version += 1
            objects[module.path, function.owner] = ANY if before == ANY else word

    def _attribute(self, module: ModuleSummary, owner: str, name: str) -> str:
        """What is known of an attribute in a method of a class, whose objects may be of one that derives from it."""
        if owner and (module.path, owner) not in self._looked_at:
            self._looked_at.add((module.path, owner))
            self._made_at_top(module, owner)
        kept = self._kept.get(name)
        if not kept or not owner or name in self._changed:
            return ANY
        found = {word for cls, word in kept.items() if self._links.related((module.path, owner), cls)}
        return found.pop() if len(found) == 1 else ANY

    def _made_at_top(self, module: ModuleSummary, owner: str) -> None:
        """Take note of the objects of a class that its module makes when it is imported, which may be quietly."""
        for step in module.functions[MODULE].steps:
            for other, function in self._links.find(module, step.target) if step.effect is None else ():
                if other is module and function.owner == owner:
                    self.made(other, function, arguments(step, function, Facts({}, lambda _: ANY)))

    @cached_property
    def _changed(self) -> set[str]:
        """The attributes that something changes on the way, in whatever object."""
        module, function = self._start
        ahead = 0
        for each in (module.functions[MODULE], function):
            for step in each.steps:
                for other in self._links.called_by(module, step):
                    ahead |= self._links.ahead(*other).functions
        first = {MODULE, function.key}
        return {
            name
            for other in (module, *self._links.modules(ahead))
            for name, keys in other.changes.items()
            if any((other is module and key in first) or self._is_ahead(ahead, other, key) for key in keys)
        }

    def _is_ahead(self, ahead: int, module: ModuleSummary, key: str) -> bool:
        """Whether calls lead to a function; what a file does when it is imported counts in any case."""
        number = self._links.number(module.path, key)
        return key == MODULE or (number is not None and bool(ahead >> number & 1))


def arguments(step: Step, function: FunctionSummary, facts: Facts) -> dict[str, str]:
    """What a step gives a function, by its parameters."""
    return {name: facts.word(known) for name, known in _named(step, function, facts)}


def _named(step: Step, function: FunctionSummary, facts: Facts) -> Iterator[tuple[str, Known]]:
    """What a step gives, by the function's parameters: positions count without `self`; what else, by `**name`."""
    names = [p for p in function.parameters if p not in {"self", "cls"}]
    for name, known in step.given:
        if name.startswith("#"):
            place = int(name[1:])
            if place < len(names):
                yield names[place], known
        elif name == UNPACKED or (name == FORWARDED and UNPACKED in facts.parameters):
            yield UNPACKED, ANY
            yield from ((parameter, ANY) for parameter in names)
        elif name == FORWARDED:
            for each, word in facts.parameters.items():
                if each.startswith(UNPACKED):
                    bare = each.removeprefix(UNPACKED)
                    yield (bare if bare in names else each), word
        elif name == BY_OTHERS:
            yield UNPACKED, ANY
            yield from ((each, ANY) for each in names if function.defaults.get(each) in _LEFT_TO_OTHERS)
        else:
            yield (name if name in names else UNPACKED + name), known
