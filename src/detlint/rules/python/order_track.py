"""What is followed of a value whose order is arbitrary, and the uses of it that hang on the order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from detlint.diagnostics import Confidence

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

Form = Literal["set", "list", "mapping", "text", "holder"]


@dataclass(frozen=True, slots=True)
class Track:
    """What is followed.

    form: a `set` has no order yet; a `list` (any ordered collection or iterator), `mapping` or `text` has an
    arbitrary one; a `holder` has an order of its own, and holds what is followed. `place` is where the order was
    made, where that is known. `items` is what the items of a collection (the values of a mapping) are; `columns` what
    the places of a tuple, or of the tuples that a collection holds, are. `numbered`: each item comes with its number.
    """

    form: Form
    place: ast.AST | None = None
    items: Track | None = None
    columns: tuple[tuple[int, Track], ...] = ()
    numbered: bool = False
    confidence: Confidence = Confidence.HIGH

    def held(self) -> Iterator[Track]:
        """What a holder holds, that of holders in it included."""
        for inner in (self.items, *(column for _, column in self.columns)):
            if inner is not None:
                yield from inner.held() if inner.form == "holder" else (inner,)


@dataclass(frozen=True, slots=True)
class Use:
    """A use that hangs on the order: where the order was made, where it shows, and what happens there."""

    place: ast.AST
    shows: ast.AST
    how: str
    confidence: Confidence
