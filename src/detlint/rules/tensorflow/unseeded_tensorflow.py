"""DET305: an entry point that draws from TensorFlow's or Keras's random state and seeds nothing that it draws from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.rules.base import Candidates, Example
from detlint.rules.tensorflow.draws import entry_states
from detlint.rules.unseeded import UnseededState

if TYPE_CHECKING:
    from detlint.project.questions import States
    from detlint.project.run import Event, Run

_STATES = {"python": "Python's `random`", "numpy": "NumPy's global state", "torch": "torch's generator"}


class UnseededTensorflow(UnseededState):
    """TensorFlow's ops and Keras's weights, dropout and shuffling, without the seed that reaches them."""

    code = "DET305"
    name = "unseeded-tensorflow"
    summary = "an entry point that draws from TensorFlow's or Keras's random state and seeds nothing that reaches it"
    why = """
`tf.random.*`, initial weights, dropout and shuffling draw from states that are seeded from the operating system
unless the program seeds them. Which seed reaches which draw depends on the version: `tf.random.set_seed` is enough
for TensorFlow itself and for Keras up to 2.9; from Keras 2.10 weights, and in Keras 3 also dropout and the like, draw
from Python's `random`. `keras.utils.set_random_seed` (2.7 and newer) seeds them all.
"""
    state = "tensorflow"
    words = "TensorFlow's or Keras's random state"
    remedy = "Call `keras.utils.set_random_seed(SEED)` before it."
    candidates = Candidates(words=("tensorflow", "keras", "tf_keras", "__main__"))
    bad = (
        Example("import tensorflow as tf\n\nprint(tf.random.normal((3,)))  # !\n"),
        Example("""\
import keras
import tensorflow as tf

tf.random.set_seed(1)
model = keras.Sequential([keras.layers.Dense(1)])  # !
model.compile(loss="mse")
model.fit([[1.0]], [1.0])
"""),
    )
    good = (
        Example("import tensorflow as tf\n\ntf.random.set_seed(1)\nprint(tf.random.normal((3,)))\n"),
        Example("import tensorflow as tf\n\n\ndef noise():\n    return tf.random.normal((3,))\n"),
        Example("""\
import keras

keras.utils.set_random_seed(1)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit([[1.0]], [1.0])
"""),
    )
    sources = (
        "https://www.tensorflow.org/api_docs/python/tf/random/set_seed",
        "https://keras.io/api/utils/python_utils/",
    )

    def wanted(self, event: Event, run: Run) -> States | None:
        """TensorFlow's draws and Keras's, each with the states that seed it; loaders have a rule of their own."""
        return entry_states(event, run, self.context.targets, self.context.surroundings)

    def described(self, event: Event, run: Run) -> str:
        """Says so where TensorFlow's own seed is set, but does not reach what Keras draws."""
        states = self.wanted(event, run) or ()
        if "tensorflow" in states or not any(True for _ in run.of_kind("seed", "tensorflow")):
            return super().described(event, run)
        state = _STATES.get(states[0], states[0]) if states else "a state of its own"
        return f"What Keras draws here (by `{event.text}`) comes from {state}, which TensorFlow's seed does not reach"
