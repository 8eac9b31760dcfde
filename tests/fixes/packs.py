"""A pack of rules whose fixes misbehave, for `--plugin tests.fixes.packs`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.plugins import Pack, hookimpl
from detlint.rules.base import Candidates, Rule
from detlint.rules.repairs import Repair

if TYPE_CHECKING:
    from detlint.diagnostics import Fix


class _Replacing(Rule):
    """Puts other code in the place of each name that it looks for."""

    why = "It is what the tests look for, and nothing else is."
    scope = "file"
    fix = "safe"
    old = ""
    new = ""

    def check_file(self) -> None:
        for name in self.context.index.nodes(ast.Name):
            if name.id == self.old:
                self.report(name, f"{self.old} is wrong.", fix=self._fix(name))

    def _fix(self, name: ast.Name) -> Fix | None:
        repair = Repair(self.context)
        repair.replace(name, self.new)
        return repair.safe("Replace it")


def _rule(number: int, name: str, old: str, new: str) -> type[Rule]:
    return type(
        name.title(),
        (_Replacing,),
        {
            "code": f"ACM{number}",
            "name": f"acme-{name}",
            "summary": name,
            "old": old,
            "new": new,
            "candidates": Candidates(words=(old,)),
        },
    )


@hookimpl
def detlint_pack() -> Pack:
    """Rules that break code, undo one another, and never come to an end."""
    return Pack(
        name="acme",
        prefix="ACM",
        rules=(
            _rule(101, "breaks", "broken", "(]"),
            _rule(102, "there", "left", "right"),
            _rule(103, "back", "right", "left"),
            _rule(104, "grows", "more", "[more]"),
        ),
    )
