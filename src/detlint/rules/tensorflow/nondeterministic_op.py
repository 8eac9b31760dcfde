"""DET301."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.repairs import Repair
from detlint.rules.tensorflow import ops
from detlint.rules.tensorflow.reading import Use, uses
from detlint.rules.tensorflow.spellings import spellings

if TYPE_CHECKING:
    import libcst as cst

    from detlint.diagnostics import Fix

_COUNT = "tensorflow.math.bincount"


class NondeterministicOp(Rule):
    """An op that has no deterministic implementation."""

    code = "DET301"
    name = "tf-nondeterministic-op"
    summary = "an op with no deterministic implementation in the target version of TensorFlow"
    why = """
Some ops of TensorFlow add with atomic operations on the GPU, in an order that differs from run to run, and have no
deterministic implementation. Under `tf.config.experimental.enable_op_determinism()` they raise instead of differing.
Which ops these are depends on the version of TensorFlow and of Keras, and for some on an argument; `detlint op NAME`
says what is known of one.

Not reported: calls in functions that are given to `Dataset.map` (they run on the CPU), under `tf.device("CPU")`, and,
where only the gradient is nondeterministic, on values that have none.
"""
    severity = Severity.ERROR
    fix = "unsafe"
    bad = (
        Example(
            """\
import tensorflow as tf

def histogram(values):
    return tf.math.bincount(values, minlength=8, maxlength=8)  # !
""",
            fixed="""\
import tensorflow as tf

def histogram(values):
    return tf.reduce_sum(tf.one_hot(tf.reshape(values, [-1]), 8, dtype=tf.int32), 0)
""",
        ),
        Example("""\
import tensorflow as tf

def histogram(values, bins):
    return tf.math.bincount(values, minlength=bins)  # !
"""),
        Example("""\
import tensorflow as tf

class Up(tf.keras.layers.Layer):
    def call(self, x):
        return tf.image.resize(x, (64, 64), method=tf.image.ResizeMethod.NEAREST_NEIGHBOR)  # !
"""),
        Example(
            """\
from tensorflow.keras import layers

up = layers.UpSampling2D(2)  # !
""",
            targets=("tensorflow=2.12",),
        ),
        Example("import tensorflow as tf\n\nlayer = tf.keras.layers.CategoryEncoding(5, output_mode='count')  # !\n"),
    )
    good = (
        Example("import tensorflow as tf\n\ndef up(x):\n    return tf.image.resize(x, (64, 64), method='bilinear')\n"),
        Example("from keras import layers\n\nup = layers.UpSampling2D(2)\n"),
        Example("""\
import tensorflow as tf

def augment(image, label):
    return tf.image.random_contrast(image, 0.8, 1.2), label

data = tf.data.TFRecordDataset("train").map(augment)
"""),
        Example("import numpy as np\n\ncounts = np.bincount([1, 2, 2])\n"),
        Example("""\
import tensorflow as tf

def multiply(a, b):
    with tf.device("/CPU:0"):
        return tf.sparse.sparse_dense_matmul(a, b)
"""),
    )
    sources = (
        "https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_op_determinism",
        "https://github.com/NVIDIA/framework-reproducibility/blob/master/doc/d9m/tensorflow_status.md",
    )
    candidates = Candidates(calls=spellings(ops.names("raises", "varies")))

    def visit_Call(self, node: cst.Call) -> None:
        """Report the callee where the op raises, or differs whatever the mode."""
        call = self.context.ast(node)
        assert isinstance(call, ast.Call)
        use = next(uses(self.context, call), None)
        if use is not None and use.effect != "switches":
            fix = self._counted(call) if use.name == _COUNT else None
            exact = use.op.exact_without is not None and use.op.exact_without not in self._given(call)
            self.report(node.func, _message(use, exact=exact), use.op.replacement, confidence=use.confidence, fix=fix)

    def _given(self, call: ast.Call) -> set[str]:
        """The arguments by which counting becomes adding, as far as a call has them (a layer: any call of the file)."""
        index = self.context.index
        arguments = index.arguments(call)
        calls = {keyword.arg for keyword in ast.walk(index.tree) if isinstance(keyword, ast.keyword) and keyword.arg}
        named = {"weights"} if arguments.get("weights") is not None or len(arguments.positional) > 1 else set()
        return named | (calls & {"count_weights"})

    def _counted(self, call: ast.Call) -> Fix | None:
        """The same counts as a sum of one-hot rows, where their number is given: no less and no more."""
        repair = Repair(self.context)
        bounds = {keyword.arg: repair.code(keyword.value) for keyword in call.keywords if keyword.arg is not None}
        if len(call.args) != 1 or isinstance(call.args[0], ast.Starred) or len(call.keywords) != 2:
            return None
        if set(bounds) != {"minlength", "maxlength"} or len(set(bounds.values())) != 1:
            return None
        tf = repair.name("tensorflow", call)
        flat = f"{tf}.reshape({repair.code(call.args[0])}, [-1])"
        rows = f"{tf}.one_hot({flat}, {bounds['maxlength']}, dtype={tf}.int32)"
        repair.replace(call, f"{tf}.reduce_sum({rows}, 0)")
        return repair.unsafe("Sum one-hot rows")


def _message(use: Use, *, exact: bool) -> str:
    if use.effect == "varies":
        return f"{use.shown} {use.op.why}, and no determinism mode of this version changes that: runs can differ."
    if exact:
        return f"{use.shown} {use.op.why}: the counts are exact, but under op determinism it raises."
    return f"{use.shown} {use.op.why}: runs can differ, and under op determinism it raises."
