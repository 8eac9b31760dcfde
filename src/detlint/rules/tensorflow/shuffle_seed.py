"""DET306."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.repairs import call_at
from detlint.rules.tensorflow.draws import is_data, unseeded_calls
from detlint.rules.tensorflow.effects import OWN_SEED
from detlint.rules.tensorflow.repairs import seed_fix
from detlint.rules.wording import callee

if TYPE_CHECKING:
    import libcst as cst

    from detlint.diagnostics import Fix
    from detlint.project.model import Project


class ShuffleSeed(Rule):
    """A data set that shuffles by TensorFlow's state, or an op that only its own seed reaches."""

    code = "DET306"
    name = "tf-shuffle-seed"
    summary = "`Dataset.shuffle` and kin with no seed and no global seed, or an op that ignores the global seed"
    why = """
`Dataset.shuffle`, `list_files`, `Dataset.random`, `sample_from_datasets` and `rejection_resample` follow TensorFlow's
global seed where they are given none: without `tf.random.set_seed` their order differs from run to run.

`tf.nn.fractional_max_pool`, `tf.nn.fractional_avg_pool`, `tf.image.sample_distorted_bounding_box` and the raw random
ops ignore the global seed. Only a seed of their own, other than 0, fixes them.

Where an entry point draws more than data sets do and seeds nothing, DET305 says it once.
"""
    scope = "project"
    fix = "unsafe"
    bad = (
        Example("""\
import tensorflow as tf

data = tf.data.Dataset.range(100).shuffle(100)  # !
model = tf.keras.models.load_model("model.keras")
model.fit(data)
"""),
        Example("""\
import tensorflow as tf

def pool(x):
    return tf.nn.fractional_max_pool(x, [1.0, 1.4, 1.4, 1.0])  # !
"""),
    )
    good = (
        Example("""\
import tensorflow as tf

tf.random.set_seed(1)
data = tf.data.Dataset.range(100).shuffle(100)
model = tf.keras.models.load_model("model.keras")
model.fit(data)
"""),
        Example("import tensorflow as tf\n\nprint(list(tf.data.Dataset.list_files('*.png', shuffle=False)))\n"),
        Example("import random\n\nrandom.seed(1)\nitems = [1, 2, 3]\nrandom.shuffle(items)\n"),
    )
    sources = (
        "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#shuffle",
        "run on the CPU with TensorFlow 2.21: what a global seed reaches",
    )
    candidates = Candidates(calls=tuple(OWN_SEED), words=("tensorflow", "keras", "tensorflow_datasets"))

    def visit_Call(self, node: cst.Call) -> None:
        """Report ops that ignore the global seed and have none of their own."""
        names = [name for name in self.context.names(node.func) if name in OWN_SEED]
        call = self.context.ast(node)
        assert isinstance(call, ast.Call)
        if names and not any(self._is_seeded(call, *parameter) for parameter in OWN_SEED[names[0]]):
            self.report(
                node.func,
                f"`{callee(call.func)}` ignores the global seed: without a seed of its own, other than 0, every run "
                "draws other numbers.",
                "Give it `seed=`, not 0.",
                fix=self._own_fix(call, *OWN_SEED[names[0]][0]),
            )

    def _own_fix(self, call: ast.Call, parameter: str, position: int | None) -> Fix | None:
        """Give one to what is one op: ops of a function called twice would draw the same (views of an image)."""
        if self.context.index.function(call) is not None:
            return None
        is_positional = position is not None and position < len(call.args)
        return (
            None
            if is_positional or self.context.index.arguments(call).open
            else seed_fix(self.context, call, parameter)
        )

    def _is_seeded(self, call: ast.Call, parameter: str, position: int | None) -> bool:
        argument = self.context.index.arguments(call).get(parameter, position)
        return argument is not None and self.context.index.constant(argument.value) not in (0, None)

    def check_project(self, project: Project) -> None:
        """Report the data sets for which nothing sets the global seed.

        What no entry point of this file reaches may be seeded by the entry points of others.
        """
        calls = unseeded_calls(project, self.context.targets, is_data, self.context.surroundings)
        for location, finding, is_entry in calls:
            condition = f" ({finding.only_when})" if finding.only_when else ""
            self.report_at(
                location,
                f"`{finding.event.text}` without a seed follows TensorFlow's global seed, which is not set, so runs "
                f"differ{condition}.",
                "Give it `seed=`, or call `tf.random.set_seed(seed)` before.",
                confidence=finding.confidence if is_entry else Confidence.LOW,
                fix=seed_fix(self.context, call_at(self.context, location)),
            )
