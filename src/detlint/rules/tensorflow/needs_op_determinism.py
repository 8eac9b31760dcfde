"""DET302."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.modes import state
from detlint.rules.tensorflow import ops
from detlint.rules.tensorflow.evidence import in_pipeline, is_tensorflow_1
from detlint.rules.tensorflow.reading import uses
from detlint.rules.tensorflow.spellings import spellings

if TYPE_CHECKING:
    import libcst as cst

    from detlint.context import Context

_FIRST_MODE = "2.8"


class NeedsOpDeterminism(Rule):
    """An op that is deterministic only under op determinism."""

    code = "DET302"
    name = "tf-op-needs-op-determinism"
    summary = "an op written out that is deterministic only under op determinism, where the mode is off"
    why = """
Reductions over segments, scattering and the fused cross entropies of TensorFlow add with atomic operations on the
GPU, in an order that differs from run to run. Under `tf.config.experimental.enable_op_determinism()` (TensorFlow 2.8
and newer; the variable `TF_DETERMINISTIC_OPS=1` before) they take deterministic kernels.

Reported is an op that is written out and that an entry point reaches without the mode, or that none reaches. Not
reported: layers, losses and functions that every model has (convolutions, `tf.gather`, embeddings: DET303 asks for
the mode once an entry point), code for TensorFlow 1, sums of integers, scattering to constant indices that differ,
and code in functions given to `Dataset.map`.
"""
    milder = (Severity.INFO,)
    scope = "project"
    bad = (
        Example("""\
import tensorflow as tf

def totals(values, groups):
    return tf.math.unsorted_segment_sum(values, groups, 16)  # !
"""),
        Example("""\
import tensorflow as tf

def loss(labels, logits):
    return tf.nn.softmax_cross_entropy_with_logits(labels, logits)  # !

if __name__ == "__main__":
    tf.random.set_seed(1)
    print(loss([[1.0, 0.0]], tf.random.normal((1, 2))))
"""),
    )
    good = (
        Example("""\
import tensorflow as tf

def loss(labels, logits):
    return tf.nn.softmax_cross_entropy_with_logits(labels, logits)

if __name__ == "__main__":
    tf.random.set_seed(1)
    tf.config.experimental.enable_op_determinism()
    print(loss([[1.0, 0.0]], tf.random.normal((1, 2))))
"""),
        Example("import tensorflow as tf\n\ndef rows(table, ids):\n    return tf.gather(table, ids)\n"),
        Example("""\
import tensorflow as tf

def put(x):
    return tf.tensor_scatter_nd_update(x, [[0], [2]], [1.0, 2.0])
"""),
        Example("import tensorflow as tf\n\ndef top(x, ids):\n    return tf.math.unsorted_segment_max(x, ids, 4)\n"),
    )
    sources = (
        "https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_op_determinism",
        "https://github.com/NVIDIA/framework-reproducibility/blob/master/doc/d9m/tensorflow_status.md",
    )
    candidates = Candidates(calls=spellings(ops.names("switches")))

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._left_to_callers = False

    def visit_Call(self, node: cst.Call) -> None:
        """Report the ops that run without the mode; once a file where only callers can turn it on."""
        call = self.context.ast(node)
        assert isinstance(call, ast.Call)
        use = next(uses(self.context, call), None)
        if use is None or use.effect != "switches" or use.op.counted:
            return
        mode = state(self.context, call, "tensorflow")
        if mode == "on" or (mode == "callers" and self._left_to_callers) or self._is_of_a_pipeline(call):
            return
        self._left_to_callers = self._left_to_callers or mode == "callers"
        self.report(
            node.func,
            f"{use.shown} {use.op.why}, so runs differ unless op determinism is on.",
            self._repair(),
            severity=Severity.INFO if mode == "callers" else None,
            confidence=Confidence.LOW if mode == "maybe" or is_tensorflow_1(self.context.index) else use.confidence,
        )

    def _is_of_a_pipeline(self, call: ast.Call) -> bool:
        """Whether all programs come to a call by a function that `Dataset.map` or the like runs, on the CPU."""
        location, path = self.context.location(call.func), os.path.realpath(self.context.path)
        events = [
            event
            for run in self.context.project.runs_through(call)
            for event in run.of_kind("op", "tensorflow")
            if event.location == location and os.path.realpath(event.path) == path
        ]
        return bool(events) and all(map(in_pipeline, events))

    def _repair(self) -> str:
        if self.context.targets.version("tensorflow") < _FIRST_MODE:
            return "Set `TF_DETERMINISTIC_OPS=1` before TensorFlow runs its first op."
        return "Call `tf.config.experimental.enable_op_determinism()` at the start of the program."
