"""DET305: an entry point that draws from TensorFlow's or Keras's random state and seeds nothing that it draws from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.rules.base import Candidates, Example
from detlint.rules.repairs import Repair, call_at
from detlint.rules.seed_functions import KERAS, SEEDING, same_as, seeding_fix
from detlint.rules.tensorflow.draws import doubt, entry_states
from detlint.rules.tensorflow.evidence import is_tensorflow_1, runs_graphs
from detlint.rules.tensorflow.spellings import ONLY_IN_V1
from detlint.rules.tensorflow.states import SUBJECT
from detlint.rules.unseeded import UnseededState

if TYPE_CHECKING:
    from detlint.diagnostics import Fix
    from detlint.project.model import EntryPoint, Project
    from detlint.project.questions import States
    from detlint.project.run import Event, Run

_STATES = {"python": "Python's `random`", "numpy": "NumPy's global state", "torch": "torch's generator"}
_INITIALISERS = ("tf.initializers.", "tensorflow.initializers.")
_SEED_OF_GRAPH = "tf.compat.v1.set_random_seed"


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
        Example(
            "import tensorflow as tf\n\nprint(tf.random.normal((3,)))  # !\n",
            fixed="import tensorflow as tf\n\nSEED = 42\ntf.random.set_seed(SEED)\n\nprint(tf.random.normal((3,)))\n",
        ),
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
        states = entry_states(event, run, self.context.targets, self.context.surroundings)
        of_tensorflow = states is not None and event.text.startswith(_INITIALISERS)
        # Those of TensorFlow 1 are ops of its graph.
        return ("tensorflow",) if of_tensorflow and is_tensorflow_1(self.context.index) else states

    def confidence_of(self, event: Event, run: Run) -> Confidence:
        """Where nothing trains, weights may be loaded from a file that is given."""
        return Confidence.LOW if doubt(event, run) else super().confidence_of(event, run)

    def remedy_of(self, event: Event) -> str:
        """TensorFlow 1 has another function, for the graph that is the default at that time."""
        of_graph = self._is_old or event.text.rpartition(".")[2] in ONLY_IN_V1
        return f"Call `{_SEED_OF_GRAPH}(SEED)` before it, in the same graph." if of_graph else self.remedy

    @property
    def _is_old(self) -> bool:
        return self.context.targets.version("tensorflow") < "2.0" or runs_graphs(self.context.index)

    def fix_of(self, project: Project, entry: EntryPoint, event: Event) -> Fix | None:
        """Seed all that Keras draws from by its own function, where it is there; else the state that is drawn from."""
        targets, imports = self.context.targets, self.context.index.imports
        if self._is_old:
            return None  # a seed belongs to a graph there
        states = self.wanted(event, entry.run) or ()
        is_of_keras = event.effect is not None and event.effect.subject.startswith(SUBJECT)
        if not is_of_keras and "tensorflow" in states:
            seeder = "tensorflow.random.set_seed"
        elif targets.version("tensorflow") >= "2.7":
            seeder = KERAS[0] if "keras" in imports else KERAS[1]
            known = self._with_other_seeder(entry.run, event, seeder)
            if known is not None:
                return known
        elif "tensorflow" in states:
            seeder = "tensorflow.random.set_seed"
        else:
            seeder = next((SEEDING[state] for state in states if state in SEEDING), "")
        return seeding_fix(self.context, project, entry, event, self.state, seeder) if seeder else None

    def _with_other_seeder(self, run: Run, draw: Event, seeder: str) -> Fix | None:
        """Seed by another function what `tf.random.set_seed` seeds in this file, with the same seed."""
        for seed in run.of_kind("seed", "tensorflow"):
            call = call_at(self.context, seed.location) if seed.path == self.context.path else None
            names = self.context.index.callee_names(call) if call is not None else ()
            if call is None or seed.conditional or seed.order > draw.order or names != ("tensorflow.random.set_seed",):
                continue
            repair = Repair(self.context)
            function = repair.name(seeder, call, others=same_as(seeder))
            repair.replace(call.func, function)
            return repair.unsafe(f"Seed by `{function}`")
        return None

    def described(self, event: Event, run: Run) -> str:
        """Says so where TensorFlow's own seed is set, but does not reach what Keras draws."""
        states = self.wanted(event, run) or ()
        if "tensorflow" in states or not any(True for _ in run.of_kind("seed", "tensorflow")):
            return super().described(event, run)
        state = _STATES.get(states[0], states[0]) if states else "a state of its own"
        return f"What Keras draws here (by `{event.text}`) comes from {state}, which TensorFlow's seed does not reach"
