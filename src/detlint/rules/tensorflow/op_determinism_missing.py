"""DET303: an entry point that trains with TensorFlow and never turns op determinism on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.questions import environment, mode_missing, place, training, way
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.tensorflow.evidence import gpus_hidden, is_tensorflow_1

if TYPE_CHECKING:
    from detlint.project.model import EntryPoint, Project
    from detlint.project.run import Run

_TRAIN = """import keras

keras.utils.set_random_seed(0)
{mode}model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit([[1.0]], [1.0], epochs=2){mark}
"""

_MODE = "tf.config.experimental.enable_op_determinism()"


class OpDeterminismMissing(Rule):
    """Training without `tf.config.experimental.enable_op_determinism()`."""

    code = "DET303"
    name = "tf-op-determinism-missing"
    summary = "an entry point that trains with TensorFlow and never turns op determinism on"
    why = """
On GPUs, TensorFlow's gradients of gathers and embeddings, bias additions, and others add with atomics, and cuDNN's
kernels are chosen by timing: results differ from run to run even when every seed is set.
`tf.config.experimental.enable_op_determinism()` (2.8 and newer) takes deterministic kernels, and raises where there
are none; `TF_DETERMINISTIC_OPS=1` in the environment does the same.

TensorFlow chooses the GPU by itself, so no choice of device is asked for. Keras on another backend is not reported;
before 2.8, the variable is the mode, and another rule speaks of it.
"""
    scope = "project"
    of_entry_points = True
    fix = "unsafe"
    candidates = Candidates(words=("tensorflow", "keras", "tf_keras", "__main__"))
    bad = (Example(_TRAIN.format(mode="", mark="  # !")),)
    good = (
        Example("import tensorflow as tf\n" + _TRAIN.format(mode=f"{_MODE}\n", mark="")),
        Example("import os\nos.environ['KERAS_BACKEND'] = 'jax'\n" + _TRAIN.format(mode="", mark="")),
        Example("import os\nos.environ['TF_DETERMINISTIC_OPS'] = '1'\n" + _TRAIN.format(mode="", mark="")),
        Example(_TRAIN.format(mode="", mark=""), targets=("tensorflow=2.6",)),
    )
    sources = ("https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_op_determinism",)

    def check_project(self, project: Project) -> None:
        """Report each entry point that trains without the mode."""
        if self.context.devices <= {"cpu"} or self.context.targets.version("tensorflow") < "2.8":
            return
        if gpus_hidden(self.context.index):
            return
        for entry in project.entry_points:
            self._check(entry)

    def _check(self, entry: EntryPoint) -> None:
        run = entry.run
        step = training(run, "tensorflow")
        if step is None or any(True for _ in run.of_kind("mode_off", "tensorflow")):
            return
        if _is_settled(run) or self._is_settled_around(entry.module.path):
            return
        found = mode_missing(run, "tensorflow", step)
        if found is None:
            return
        condition = f" ({found.only_when})" if found.only_when else ""
        self.report_at(
            place(run, step),
            "This trains with TensorFlow, and nothing turns op determinism on: GPU kernels that add with atomics give "
            f"other sums in each run{condition}.",
            f"Call `{_MODE}` before training.",
            confidence=Confidence.LOW if is_tensorflow_1(self.context.index) else found.confidence,
            related=way(run, step, f"`{step.text}` trains here"),
        )

    def _is_settled_around(self, program: str) -> bool:
        """As `_is_settled`, by the files around the code."""
        files = self.context.surroundings
        return files is not None and any(
            item.variable.value not in without and item.holds_for(program)
            for name, without in (("KERAS_BACKEND", ("tensorflow",)), ("TF_DETERMINISTIC_OPS", ("0",)))
            for item in files.variables(name)
        )


def _is_settled(run: Run) -> bool:
    """Whether a run chooses another backend of Keras, or turns the mode on by the environment."""
    for event in environment(run):
        assert event.effect is not None
        subject, value = event.effect.subject, event.effect.detail
        if subject == "KERAS_BACKEND" and value != "tensorflow":
            return True
        if subject == "TF_DETERMINISTIC_OPS" and value != "0":
            return True
    return False
