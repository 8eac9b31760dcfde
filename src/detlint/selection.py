"""Which rules are reported: a decision about codes, made from what the user selected and ignored.

Given lists of selectors (codes, prefixes of codes, `ALL`); knows no rules and no files, so that it can be tested alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL = "ALL"


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected and ignored. `select` None is the default: everything that is not off by default.

    The selector that says more wins (`DET201` over `DET2` over `ALL`); where both say as much, ignoring wins.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()

    def decide(self, code: str, *, default: bool = True) -> bool:
        """Whether a code is reported; `default` tells whether its rule is on by default."""
        selecting = (*((ALL,) if self.select is None else self.select), *self.extend_select)
        if not default and code not in selecting:
            return False
        return longest(selecting, code) > longest((*self.ignore, *self.extend_ignore), code)


def longest(selectors: Iterable[str], code: str) -> int:
    """How much of a code the most exact matching selector says; 0 for `ALL`, -1 if none matches."""
    return max(
        (0 if selector == ALL else len(selector) for selector in selectors if matches(selector, code)), default=-1
    )


def matches(selector: str, code: str) -> bool:
    """Whether a selector is about a code."""
    return selector == ALL or code.startswith(selector)
