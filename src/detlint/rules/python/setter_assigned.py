"""DET110: a determinism function overwritten instead of called."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.index.values import LocalClass, LocalFunction, Partial, Ref
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.python.seeding import seeding_functions
from detlint.rules.repairs import Repair

if TYPE_CHECKING:
    from detlint.context import Context
    from detlint.diagnostics import Fix
    from detlint.index import Setting

_REPLACEMENT = re.compile(
    r"orig|old|saved|prev|backup|real|fn$|func|function|mock|stub|fake|patch|wrap|spy|noop|impl|callable|hook",
    re.IGNORECASE,
)

_VALUE = re.compile(
    r"((random|rng|global|default|base|main|master|numpy|np|torch|tf|run|experiment|initial|chosen|given|new|int)_)?seed"
    r"|(num_|n_|nb_|intra_|inter_|cpu_|max_)?(op_)?(threads|workers|cores)|n|value|number",
    re.IGNORECASE,
)


@cache
def setters() -> frozenset[str]:
    """All functions that settle determinism when they are called."""
    table = load(__package__, "settings")["setters"]
    classes = (name for name in seeding_functions() if not name.rpartition(".")[2][:1].isupper())
    return frozenset((*table["call"], *table["call_without"], *classes))


class SetterAssigned(Rule):
    """Assignments to the name of a function; what may be another function is left alone."""

    code = "DET110"
    name = "setter-assigned"
    summary = "a determinism function overwritten instead of called: `torch.manual_seed = 0`"
    why = """
`torch.manual_seed = 0` puts a number where the function was: nothing is seeded, and the next real call of it fails.
The same goes for `np.random.seed`, `tf.config.threading.set_intra_op_parallelism_threads`,
`tf.config.experimental.enable_op_determinism` and their kin, which are functions and not settings.

Replacing such a function by another function, as tests do, is not reported.
"""
    severity = Severity.ERROR
    scope = "file"
    fix = "safe"
    bad = (
        Example("import torch\n\ntorch.manual_seed = 0  # !\n", fixed="import torch\n\ntorch.manual_seed(0)\n"),
        Example("import tensorflow as tf\n\ntf.config.threading.set_intra_op_parallelism_threads = 1  # !\n"),
        Example("import numpy as np\n\nSEED = 7\nnp.random.seed = SEED  # !\n"),
    )
    good = (
        Example("import torch\n\ntorch.manual_seed(0)\n"),
        Example(
            "import torch\n\noriginal = torch.manual_seed\ntorch.manual_seed = lambda seed: original(seed + 1)\n"
            "torch.manual_seed = original\n"
        ),
        Example("class Settings:\n    pass\n\n\nsettings = Settings()\nsettings.manual_seed = 0\n"),
    )
    sources = (
        "https://docs.pytorch.org/docs/stable/generated/torch.manual_seed.html",
        "https://www.tensorflow.org/api_docs/python/tf/config/threading/set_intra_op_parallelism_threads",
    )
    candidates = Candidates(settings=setters())

    def check_file(self) -> None:
        """Look at all assignments to these functions."""
        for setting in self.context.index.assignments_to(*setters()):
            if not self._is_function(setting.value):
                self._report(setting)

    def _report(self, setting: Setting) -> None:
        written = setting.names[0]
        if isinstance(setting.target, ast.Attribute):
            written = ast.unparse(setting.target)
        plain = setting.names[0] in load(__package__, "settings")["setters"]["call_without"]
        argument = "" if plain else _shown(setting.value)
        self.report(
            setting.target.func if isinstance(setting.target, ast.Call) else setting.target,
            f"`{written}` is a function: assigning to it overwrites it and sets nothing.",
            f"Call it: `{written}({argument})`.",
            confidence=Confidence.HIGH if len(setting.names) == 1 else Confidence.LOW,
            fix=called(self.context, setting, argument=not plain),
        )

    def _is_function(self, node: ast.expr) -> bool:
        """Whether the value is, or may well be, another function."""
        index = self.context.index
        functions = (LocalFunction, LocalClass, Partial)
        for value in index.evaluate(node).alternatives:
            if isinstance(value, functions) or (isinstance(value, Ref) and not _is_value(value.name)):
                return True
        if isinstance(node, ast.Lambda):
            return True
        if isinstance(node, ast.Call):
            return not set(index.types(node)) & {"int", "float", "bool", "str"}
        last = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if _VALUE.fullmatch(last):
            return False
        return bool(_REPLACEMENT.search(last)) or any(last == name.rpartition(".")[2] for name in setters())


def called(context: Context, setting: Setting, written: str = "", *, argument: bool = True) -> Fix | None:
    """The fix that makes an assignment to a function a call of it. written: the function, if not as it stands there."""
    repair = Repair(context)
    statement = setting.statement
    if not isinstance(statement, ast.Assign) or statement.targets != [setting.target]:
        return None
    if not argument and context.index.constant(setting.value) is not True:
        return None  # what was meant to be switched off cannot be
    callee = written or repair.code(setting.target)
    repair.replace_statement(statement, f"{callee}({repair.code(setting.value) if argument else ''})")
    return repair.safe("Call it")


def _is_value(name: str) -> bool:
    """`config.SEED`, `settings.seed`: a value of another module, by its name."""
    last = name.rpartition(".")[2]
    return name not in setters() and (last.isupper() or _VALUE.fullmatch(last) is not None)


def _shown(value: ast.expr) -> str:
    text = ast.unparse(value)
    return text if len(text) <= 40 else "…"
