"""Repairs of torch's modes, flags, trainers and loaders.

Given the nodes of a finding; gives its fix. None where the value is not written out, or where deterministic mode would
make an op raise that the program comes to: whether the op or the mode goes is for a person to say.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

from detlint.rules.reach import comes_to, place_of, words_of
from detlint.rules.repairs import Repair
from detlint.rules.torch import ops
from detlint.rules.torch.uses import Answer, Uses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detlint.context import Context
    from detlint.diagnostics import Fix
    from detlint.project.run import Run
    from detlint.rules.reach import Place

_SPEED = re.compile(r"#.*(fast|speed|perform|optimi[sz]|tune|quick|slow)", re.IGNORECASE)
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def literal_fix(context: Context, value: ast.expr | None, code: str) -> Fix | None:
    """The fix that puts another constant in the place of one that is written out, and of nothing else's value."""
    statement = context.index.statement(value) if value is not None else None
    if not isinstance(value, ast.Constant) or len(getattr(statement, "targets", [None])) != 1:
        return None
    if _SPEED.search(context.source.line(value.end_lineno or value.lineno)[value.end_col_offset :]):
        return None  # `# faster for inputs of one size`: somebody weighed it, and the comment would be wrong
    repair = Repair(context)
    repair.replace(value, code)
    return repair.unsafe(f"Make it `{code}`")


def argument_fix(context: Context, call: ast.Call, node: ast.AST | None, name: str, code: str) -> Fix | None:
    """The fix that gives an argument another value: where the rule found it written (`node`), else as a new one."""
    if isinstance(node, ast.keyword) and node in call.keywords:
        return literal_fix(context, node.value, code)
    if isinstance(node, ast.Constant):
        return literal_fix(context, _entry_value(context, node) or node, code)
    if node is not None or any(keyword.arg == name for keyword in call.keywords):
        return None
    repair = Repair(context)
    repair.add_argument(call, f"{name}={code}")
    return repair.unsafe(f"Give it `{name}={code}`")


def _entry_value(context: Context, key: ast.Constant) -> ast.expr | None:
    """The value of the entry of a dict display that a node is the key of."""
    display = context.index.parent(key)
    if not isinstance(display, ast.Dict) or key not in display.keys:
        return None
    return display.values[display.keys.index(key)]


def raises_under_mode(context: Context, runs: Iterable[Run]) -> bool:
    """Whether the file calls an op that raises under deterministic mode, or one of the runs does in another file."""
    return bool(_raising(context)) or comes_to(context, runs, _words(), _raising)


def _raising(context: Context) -> frozenset[Place]:
    """The functions of a file that call an op that raises."""
    judged = context.shared(Uses.in_file)
    return frozenset(
        place_of(context, call)
        for call in context.index.calls_of(*ops.names("raises"))
        for use in [judged.judge(call, "raises")]
        if use is not None and use.answer is Answer.YES
    )


@cache
def _words() -> re.Pattern[str]:
    return words_of(ops.names("raises"))


def is_repeated(context: Context, node: ast.AST) -> bool:
    """Whether a place is in a loop of its function, where the same generator each time is not what is wanted."""
    for ancestor in context.index.ancestors(node):
        if isinstance(ancestor, _LOOPS):
            return True
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return False
    return False


def generator_fix(context: Context, call: ast.Call, given: ast.AST | None) -> Fix | None:
    """The fix that gives a loader, a sampler or a split a seeded generator of its own."""
    if is_repeated(context, call) or (given is not None and not isinstance(given, ast.keyword)):
        return None
    repair = Repair(context)
    generator = f"{repair.name('torch.Generator', call)}().manual_seed({repair.seed(call)})"
    repair.set_argument(call, "generator", generator)
    return repair.unsafe("Give it a seeded generator")
