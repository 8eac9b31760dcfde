"""DET303: an entry point that trains with TensorFlow and never turns op determinism on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.questions import Finding, environment, mode_missing, training
from detlint.rules.base import Candidates, Example
from detlint.rules.entry_repairs import EntryRepair
from detlint.rules.mode_missing import ModeMissing
from detlint.rules.tensorflow.evidence import gpus_hidden, is_tensorflow_1
from detlint.rules.tensorflow.repairs import raises_under_mode

if TYPE_CHECKING:
    from detlint.diagnostics import Fix
    from detlint.project.model import EntryPoint
    from detlint.project.run import Event
    from detlint.project.subjects import Program

_TRAIN = """import keras

keras.utils.set_random_seed(0)
{mode}model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit([[1.0]], [1.0], epochs=2){mark}
"""

SWITCH = "tf.config.experimental.enable_op_determinism()"


def missing(program: Program) -> Finding | None:
    """The training of a program that never turns the mode on."""
    run = program.run
    if program.devices <= {"cpu"} or program.targets.version("tensorflow") < "2.8" or gpus_hidden(program.index):
        return None
    step = training(run, "tensorflow")
    if step is None or any(True for _ in run.of_kind("mode_off", "tensorflow")):
        return None
    if settled(program) or avoided(program):
        return None
    found = mode_missing(run, "tensorflow", step)
    old = step.effect is not None and step.effect.detail == "graph"
    if found is not None and (old or is_tensorflow_1(program.index)):
        return replace(found, confidence=Confidence.LOW)
    return found


def settled(program: Program) -> str:
    """What turns the mode on by the environment, in words; empty where nothing does."""
    return _set_otherwise(program, "TF_DETERMINISTIC_OPS", "0")


def avoided(program: Program) -> str:
    """What makes the mode unnecessary, in words: another backend of Keras, a TPU; empty where nothing does."""
    for event in program.run.of_kind("device", "tensorflow"):
        if not event.conditional:
            return f"a TPU ({event.path}:{event.location.line})"
    return _set_otherwise(program, "KERAS_BACKEND", "tensorflow")


def _set_otherwise(program: Program, name: str, without: str) -> str:
    """Where a variable is set to something else than a value, in words; empty where it is not."""
    for event in environment(program.run, name):
        if event.effect is not None and event.effect.detail != without:
            return f"{name}={event.effect.detail or '…'} ({event.path}:{event.location.line})"
    for item in program.files.variables(name) if program.files is not None else ():
        if item.variable.value != without and item.holds_for(program.path):
            return f"{name}={item.variable.value or '…'} ({item.file.path}:{item.variable.location.line})"
    return ""


class OpDeterminismMissing(ModeMissing):
    """Training without `tf.config.experimental.enable_op_determinism()`."""

    code = "DET303"
    name = "tf-op-determinism-missing"
    summary = "an entry point that trains with TensorFlow and never turns op determinism on"
    why = """
On GPUs, TensorFlow's gradients of gathers and embeddings, bias additions, and others add with atomics, and cuDNN's
kernels are chosen by timing: results differ from run to run even when every seed is set.
`tf.config.experimental.enable_op_determinism()` (2.8 and newer) takes deterministic kernels, and raises where there
are none; `TF_DETERMINISTIC_OPS=1` in the environment does the same.

TensorFlow chooses the GPU by itself, so no choice of device is asked for. Keras on another backend is not reported, nor
what trains on a TPU; before 2.8, the variable is the mode, and another rule speaks of it.
"""
    complaint = (
        "This trains with TensorFlow, and nothing turns op determinism on, so GPU kernels that add with atomics give "
        "other sums in each run"
    )
    remedy = f"Call `{SWITCH}` before training."
    candidates = Candidates(words=("tensorflow", "keras", "tf_keras", "__main__"))
    bad = (Example(_TRAIN.format(mode="", mark="  # !")),)
    good = (
        Example("import tensorflow as tf\n" + _TRAIN.format(mode=f"{SWITCH}\n", mark="")),
        Example("import os\nos.environ['KERAS_BACKEND'] = 'jax'\n" + _TRAIN.format(mode="", mark="")),
        Example("import os\nos.environ['TF_DETERMINISTIC_OPS'] = '1'\n" + _TRAIN.format(mode="", mark="")),
        Example(_TRAIN.format(mode="", mark=""), targets=("tensorflow=2.6",)),
    )
    sources = ("https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_op_determinism",)

    def missing(self, program: Program) -> Finding | None:
        """As the function of this name."""
        return missing(program)

    def fix_of(self, entry: EntryPoint, step: Event) -> Fix | None:
        """Turn the mode on where the program starts; only where it is seeded: without a seed, random ops raise then."""
        seeds = entry.run.of_kind("seed", "tensorflow")
        if raises_under_mode(self.context, [entry.run]) or not any(not seed.conditional for seed in seeds):
            return None
        start = EntryRepair(self.context, entry, step)
        function = start.name("tensorflow.config.experimental.enable_op_determinism")
        start.insert(f"{function}()")
        return start.repair.unsafe(f"Call `{function}()` where the program starts")
