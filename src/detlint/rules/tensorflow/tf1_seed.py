"""DET310."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.guards import version_guarded
from detlint.rules.repairs import Repair
from detlint.rules.tensorflow.evidence import is_tensorflow_1

if TYPE_CHECKING:
    import libcst as cst

    from detlint.diagnostics import Fix

_REMOVED = frozenset({"tensorflow.set_random_seed", "tensorflow.random.set_random_seed"})


class Tf1Seed(Rule):
    """The seeding function of TensorFlow 1 under TensorFlow 2."""

    code = "DET310"
    name = "tf1-seed"
    summary = "`tf.set_random_seed` with TensorFlow 2, which does not have it"
    why = """
`tf.set_random_seed` seeds the random ops of TensorFlow 1. TensorFlow 2 has `tf.random.set_seed` instead; the old name
stands in `tf.compat.v1` only, so the call raises an `AttributeError` and nothing is seeded.

Not reported: for TensorFlow 1 as target, and where the code asks for the version or catches the error. Low in a file
that calls other functions of TensorFlow 1 alone: it is run with that.
"""
    severity = Severity.ERROR
    fix = "safe"
    bad = (
        Example(
            "import tensorflow as tf\n\ntf.set_random_seed(1)  # !\n",
            fixed="import tensorflow as tf\n\ntf.random.set_seed(1)\n",
        ),
        Example("from tensorflow import set_random_seed\n\nset_random_seed(1)  # !\n"),
    )
    good = (
        Example("import tensorflow as tf\n\ntf.random.set_seed(1)\n"),
        Example("import tensorflow.compat.v1 as tf\n\ntf.set_random_seed(1)\n"),
        Example("import tensorflow as tf\n\ntf.set_random_seed(1)\n", targets=("tensorflow=1.15",)),
        Example("""\
import tensorflow as tf

if tf.__version__.startswith("1."):
    tf.set_random_seed(1)
else:
    tf.random.set_seed(1)
"""),
    )
    sources = ("https://www.tensorflow.org/api_docs/python/tf/random/set_seed",)
    candidates = Candidates(calls=_REMOVED)

    def visit_Call(self, node: cst.Call) -> None:
        """Report the callee where it can only be TensorFlow 1's function."""
        names = self.context.names(node.func)
        if not names or not set(names) <= _REMOVED or self.context.targets.version("tensorflow") < "2.0":
            return
        call = self.context.ast(node)
        assert isinstance(call, ast.Call)
        if not version_guarded(self.context.index, call):
            self.report(
                node.func,
                "TensorFlow 2 has no `set_random_seed`: the call raises, and nothing is seeded.",
                "Call `tf.random.set_seed(seed)`, or `tf.keras.utils.set_random_seed(seed)` for Keras too.",
                confidence=Confidence.LOW if is_tensorflow_1(self.context.index) else Confidence.HIGH,
                fix=self._fix(call),
            )

    def _fix(self, call: ast.Call) -> Fix | None:
        repair = Repair(self.context)
        repair.replace(call.func, repair.name("tensorflow.random.set_seed", call))
        if isinstance(call.func, ast.Name):
            repair.forget(call.func)
        return repair.safe("Call TensorFlow 2's function")
