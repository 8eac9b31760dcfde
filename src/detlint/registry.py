"""All rules and facts of the loaded packs, in one place.

Given packs; gives rules by code and name, the merged knowledge for the index, the packs' effects and newest versions.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

from detlint.plugins import Pack, load_packs
from detlint.project.effects import EffectTable
from detlint.project.helpers import TENSOR
from detlint.selection import ALL, Selection
from detlint.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detlint.index import Knowledge
    from detlint.project.helpers import Helpers
    from detlint.project.subjects import AllSubjects
    from detlint.rules.base import Rule
    from detlint.triggers import Requirement


class Registry:
    """What the packs give, taken together."""

    def __init__(self, packs: Sequence[Pack], helpers: Helpers | None = None) -> None:
        """`helpers` are a project's own functions and entry points, as its settings name them."""
        self.helpers = helpers
        self.packs = tuple(packs)
        self.rules: tuple[type[Rule], ...] = tuple(
            sorted((rule for pack in packs for rule in pack.rules), key=lambda rule: rule.code)
        )
        self.by_code = {rule.code: rule for rule in self.rules}
        self.by_name = {rule.name: rule for rule in self.rules}
        self.effects = EffectTable(
            (source for pack in packs for source in pack.effects),
            (find for pack in packs for find in pack.statements),
            None if helpers is None else helpers.effects,
        )
        self.versions: dict[str, str] = {}
        for pack in packs:
            self.versions.update(pack.versions)

    @cached_property
    def knowledge(self) -> Knowledge:
        """What the index must know of libraries; made when a file is indexed for the first time."""
        from detlint.index import Knowledge

        knowledge = Knowledge(pack.library for pack in self.packs)
        knowledge.known = frozenset(self._names_asked_for())
        return knowledge

    @cached_property
    def subjects(self) -> AllSubjects:
        """What all packs can be asked about a program."""
        from detlint.project.subjects import AllSubjects

        return AllSubjects(tuple(pack.subjects() for pack in self.packs if pack.subjects is not None))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """How names may be written, by what the packs know of libraries."""
        from detlint.plugins import Library

        # Where a helper gives a tensor, its name alone is enough: a relative import does not write that of its module.
        tensors = () if self.helpers is None else self.helpers.tensors
        helpers = Library(returns={name.rpartition(".")[2]: TENSOR for name in tensors})
        return Vocabulary([*(pack.library for pack in self.packs), helpers])

    def with_helpers(self, helpers: Helpers) -> Registry:
        """The same, for a project that has functions of its own."""
        return Registry(self.packs, helpers)

    @cached_property
    def effect_requirements(self) -> tuple[Requirement, ...]:
        """What a file must contain to mean one of the names that have effects."""
        from detlint.triggers import requirements_of

        return tuple(requirements_of(sorted(self.effects.names), self.vocabulary))

    def _names_asked_for(self) -> Iterable[str]:
        for rule in self.rules:
            yield from rule.candidates.calls
            yield from rule.candidates.settings
        yield from self.effects.names

    def find(self, word: str) -> type[Rule] | None:
        """The rule of a code or name."""
        return self.by_code.get(word.upper()) or self.by_name.get(word.lower())

    def selector(self, word: str) -> str | None:
        """A selector as the user may write it (a code, a prefix, a rule's name, ALL); None if it means no rule."""
        rule = self.find(word)
        if rule is not None:
            return rule.code
        upper = word.upper()
        return upper if upper == ALL or (upper and any(code.startswith(upper) for code in self.by_code)) else None

    def selected(self, selection: Selection) -> tuple[type[Rule], ...]:
        """The rules that are to be reported, by code."""
        return tuple(rule for rule in self.rules if selection.decide(rule.code, default=rule.default))


@cache
def registry(plugins: tuple[str, ...] = (), required: tuple[str, ...] = ()) -> Registry:
    """The registry of the built-in and installed packs and those of the modules named; made once a process.

    Raises `detlint.plugins.PackError`.
    """
    return Registry(load_packs(plugins, required))
