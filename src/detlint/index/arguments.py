"""The arguments of a call, wherever they are written: in the call, in a partial, in a dict that is spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.index.values import UNKNOWN, Value

if TYPE_CHECKING:
    import ast

    from detlint.index.core import Core


class Argument:
    """One argument. `node` is where a person would edit: the keyword, the expression, the key of a dict's entry.

    `value` is the expression given, where it is in sight as one expression.
    """

    __slots__ = ("_evaluator", "_value", "node", "value")

    def __init__(self, node: ast.AST, value: ast.expr | None, evaluator: Core, evaluated: Value = UNKNOWN) -> None:
        self.node = node
        self.value = value
        self._evaluator = evaluator
        self._value = evaluated

    @property
    def evaluated(self) -> Value:
        """The abstract value given."""
        return self._evaluator.evaluate(self.value) if self.value is not None else self._value


class Arguments:
    """All arguments of a call; `open` means that an unknown `*` or `**` may give more of them."""

    __slots__ = ("keywords", "open", "positional")

    def __init__(self) -> None:
        self.positional: list[Argument] = []
        self.keywords: dict[str, Argument] = {}
        self.open = False

    def get(self, name: str, position: int | None = None) -> Argument | None:
        """The argument for a parameter, by keyword or at a position (from 0); None if it is not given in sight."""
        found = self.keywords.get(name)
        if found is None and position is not None and 0 <= position < len(self.positional):
            found = self.positional[position]
        return found

    def absent(self, name: str, position: int | None = None) -> bool:
        """Whether a parameter is certainly left to its default."""
        return not self.open and self.get(name, position) is None
