"""DET308."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.index import dotted_name
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.repairs import Repair
from detlint.rules.wording import callee

if TYPE_CHECKING:
    import libcst as cst

    from detlint.diagnostics import Fix

_ENTROPY = "tensorflow.random.Generator.from_non_deterministic_state"
_GLOBAL = "tensorflow.random.get_global_generator"
_SET_GLOBAL = "tensorflow.random.set_global_generator"
_RAW = "tensorflow.raw_ops.NonDeterministicInts"
_RESETS = frozenset({"reset", "reset_from_seed", "reset_from_key_counter"})


class NondeterministicGenerator(Rule):
    """A generator of random numbers that starts from entropy."""

    code = "DET308"
    name = "tf-nondeterministic-generator"
    summary = "a `tf.random.Generator` that starts from entropy, whatever was seeded"
    why = """
`tf.random.Generator.from_non_deterministic_state()` starts from the entropy of the operating system. So does
`tf.random.get_global_generator()` where `tf.random.set_global_generator` was not called before: `tf.random.set_seed`
does not reach it. Under op determinism both raise.

Not reported: a generator whose state is set afterwards by `reset_from_seed` or `reset`.
"""
    severity = Severity.ERROR
    fix = "unsafe"
    bad = (
        Example("""\
import tensorflow as tf

tf.random.set_seed(1)
generator = tf.random.Generator.from_non_deterministic_state()  # !
noise = tf.random.get_global_generator().normal((3,))  # !
"""),
    )
    good = (
        Example("import tensorflow as tf\n\ngenerator = tf.random.Generator.from_seed(1)\n"),
        Example("""\
import tensorflow as tf

tf.random.set_global_generator(tf.random.Generator.from_seed(1))
noise = tf.random.get_global_generator().normal((3,))
"""),
    )
    sources = ("https://www.tensorflow.org/api_docs/python/tf/random/Generator",)
    candidates = Candidates(calls=(_ENTROPY, _GLOBAL, _RAW))

    def visit_Call(self, node: cst.Call) -> None:
        """Report the callee of a call that gives a generator from entropy."""
        names = self.context.names(node.func)
        call = self.context.ast(node)
        assert isinstance(call, ast.Call)
        if self._is_reset(call):
            return
        if _ENTROPY in names or _RAW in names:
            self.report(
                node.func,
                f"`{callee(call.func)}` takes its state from the operating system's entropy, so every run draws other "
                "numbers.",
                "Use `tf.random.Generator.from_seed(seed)`.",
                fix=self._seeded(call) if _ENTROPY in names else None,
            )
        elif _GLOBAL in names and not self._is_set_before(call):
            self.report(
                node.func,
                "The global generator starts from entropy, and `tf.random.set_seed` does not seed it: runs differ.",
                "Call `tf.random.set_global_generator(tf.random.Generator.from_seed(seed))` before.",
                fix=self._set_before(call),
            )

    def _seeded(self, call: ast.Call) -> Fix | None:
        if call.args or not isinstance(call.func, ast.Attribute):
            return None
        repair = Repair(self.context)
        repair.rename(call.func, "from_seed")
        repair.add_argument(call, repair.seed(call) if not call.keywords else f"seed={repair.seed(call)}")
        return repair.unsafe("Make it from a fixed seed")

    def _set_before(self, call: ast.Call) -> Fix | None:
        """Set the global generator, where the program takes it first: at the top level, in no branch or loop."""
        index = self.context.index
        if index.parent(index.statement(call)) is not index.tree or index.function(call) is not None:
            return None
        repair = Repair(self.context)
        random = repair.name("tensorflow.random", call)
        repair.insert_before(call, f"{random}.set_global_generator({random}.Generator.from_seed({repair.seed(call)}))")
        return repair.unsafe("Set a seeded generator before")

    def _is_set_before(self, call: ast.Call) -> bool:
        """Whether the file sets the global generator, other than after this call in the same function."""
        index = self.context.index
        here = index.function(call)
        return any(
            index.function(setting) is not here or setting.lineno < call.lineno
            for setting in index.calls_of(_SET_GLOBAL)
        )

    def _is_reset(self, call: ast.Call) -> bool:
        """Whether the generator's state is set later: `g.reset_from_seed(1)`, on the call or on the name it gets."""
        index = self.context.index
        parent = index.parent(call)
        if isinstance(parent, ast.Attribute):
            return parent.attr in _RESETS
        if not isinstance(parent, ast.Assign) or len(parent.targets) != 1:
            return False
        target = dotted_name(parent.targets[0])
        return target is not None and any(
            isinstance(other.func, ast.Attribute)
            and other.func.attr in _RESETS
            and other.lineno > call.lineno
            and dotted_name(other.func.value) == target
            for other in index.calls
        )
