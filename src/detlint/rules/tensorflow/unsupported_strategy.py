"""DET311."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.tensorflow.evidence import is_tensorflow_1

if TYPE_CHECKING:
    import libcst as cst

_STRATEGY = frozenset({
    "tensorflow.distribute.ParameterServerStrategy", "tensorflow.contrib.distribute.ParameterServerStrategy",
})  # fmt: skip
_SESSION = frozenset(
    f"tensorflow.compat.v1.{name}"
    for name in (
        "Session", "InteractiveSession", "train.MonitoredSession", "train.MonitoredTrainingSession",
        "train.SingularMonitoredSession",
    )
)  # fmt: skip
_CUSTOM_OPS = frozenset({"tensorflow.load_op_library"})
_FIRST_MODE = "2.8"


class UnsupportedStrategy(Rule):
    """What op determinism does not cover."""

    code = "DET311"
    name = "tf-unsupported-strategy"
    summary = "what TensorFlow's documentation puts outside of op determinism"
    why = """
`tf.config.experimental.enable_op_determinism()` makes no promise for `tf.compat.v1.Session`, for
`ParameterServerStrategy`, whose workers update variables in the order in which they arrive, and for custom ops, which
have to be deterministic by themselves. `MirroredStrategy` is covered.

Sessions and custom ops are reported from TensorFlow 2.8, the first with op determinism; in code that only TensorFlow 1
can run, `tf.Session` is low.
"""
    bad = (
        Example("""\
import tensorflow as tf

def train(resolver):
    strategy = tf.distribute.ParameterServerStrategy(resolver)  # !
    with tf.compat.v1.Session() as session:  # !
        session.run([])
    ops = tf.load_op_library("./zero_out.so")  # !
"""),
    )
    good = (
        Example("import tensorflow as tf\n\nstrategy = tf.distribute.MirroredStrategy()\n"),
        Example("import requests\n\nsession = requests.Session()\n"),
        Example("import tensorflow.compat.v1 as tf\n\nsession = tf.Session()\n", targets=("tensorflow=2.4",)),
    )
    sources = ("https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_op_determinism",)
    candidates = Candidates(calls=_STRATEGY | _SESSION | _CUSTOM_OPS)

    def visit_Call(self, node: cst.Call) -> None:
        """Report the callee."""
        names = set(self.context.names(node.func))
        if names & _STRATEGY:
            self.report(
                node.func,
                "With `ParameterServerStrategy`, workers update variables in the order in which they arrive, and op "
                "determinism does not cover it: runs differ.",
                "Use `tf.distribute.MirroredStrategy` where runs have to repeat.",
            )
        elif self.context.targets.version("tensorflow") < _FIRST_MODE:
            return
        elif names & _SESSION:
            self.report(
                node.func,
                "Op determinism makes no promise for `tf.compat.v1.Session`: runs can differ with the mode on.",
                "Run eagerly or in a `tf.function`.",
                confidence=Confidence.HIGH if names <= _SESSION and not self._is_old else Confidence.LOW,
            )
        elif names & _CUSTOM_OPS:
            self.report(
                node.func,
                "Op determinism does not reach custom ops: they differ between runs if their kernels do.",
                "Make sure that the op's kernels are deterministic on the GPU.",
                confidence=Confidence.MEDIUM,
            )

    @property
    def _is_old(self) -> bool:
        """Whether only TensorFlow 1 can run the file, which has no such mode."""
        return is_tensorflow_1(self.context.index)
