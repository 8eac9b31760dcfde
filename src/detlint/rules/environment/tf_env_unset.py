"""DET504: TensorFlow older than op determinism, and the variable that was the mode then is not set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.questions import Finding, environment, place, training, way
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.environment.repairs import set_at_start

if TYPE_CHECKING:
    from detlint.project.model import EntryPoint, Project
    from detlint.project.subjects import Program

OPS = "TF_DETERMINISTIC_OPS"
OLD = "TF_CUDNN_DETERMINISTIC"
_CODE = """import os

import tensorflow as tf

{env}tf.random.set_seed(0)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit([[1.0]], [1.0], epochs=2){mark}
"""


def missing(program: Program) -> Finding | None:
    """The training of a program with such a version that sets neither the variable nor the mode."""
    run, targets = program.run, program.targets
    if not targets.stated("tensorflow") or not "2.1" <= targets.version("tensorflow") < "2.8":
        return None
    step = None if program.devices <= {"cpu"} else training(run, "tensorflow")
    if step is None or any(event.effect and event.effect.subject in (OPS, OLD) for event in environment(run)):
        return None
    if any(map(program.sets, (OPS, OLD))) or any(True for _ in run.of_kind("mode_on", "tensorflow")):
        return None
    return Finding(step, Confidence.LOW if step.conditional else Confidence.HIGH)


class TfEnvUnset(Rule):
    """Before 2.1 there is nothing to set, from 2.8 on other rules speak."""

    code = "DET504"
    name = "tf-env-unset"
    summary = "TensorFlow 2.1 to 2.7, and nothing sets `TF_DETERMINISTIC_OPS`"
    why = """
Before `tf.config.experimental.enable_op_determinism()` (2.8), `TF_DETERMINISTIC_OPS=1` in the environment was
TensorFlow's deterministic mode: without it, convolutions, pooling, bias additions and others give other sums in each
run on GPUs.

Asked of entry points that train, where the version is known to be one of these. All places that set variables count:
the code itself, the Dockerfile, MLproject, compose files, conda, workflows, scripts.
"""
    scope = "project"
    fix = "unsafe"
    candidates = Candidates(words=("tensorflow", "keras", "__main__"))
    bad = (Example(_CODE.format(env="", mark="  # !"), targets=("tensorflow=2.6",)),)
    good = (
        Example(_CODE.format(env=f'os.environ["{OPS}"] = "1"\n', mark=""), targets=("tensorflow=2.6",)),
        Example(_CODE.format(env="", mark=""), targets=("tensorflow=2.10",)),
        Example(_CODE.format(env="", mark="")),
    )
    sources = ("NVIDIA/framework-reproducibility: doc/d9m/tensorflow.md",)

    def check_project(self, project: Project) -> None:
        """Report each entry point that trains without the variable."""
        for entry in project.entry_points:
            self._check(entry)

    def _check(self, entry: EntryPoint) -> None:
        found = missing(self.context.program(entry))
        if found is None:
            return
        run, step = entry.run, found.event
        version = self.context.targets.version("tensorflow")
        self.report_at(
            place(run, step),
            f"TensorFlow {version} trains here and nothing sets `{OPS}`: its GPU kernels give other sums in each run.",
            f"Set `{OPS}=1` before TensorFlow starts, in the environment or at the top of this file.",
            confidence=found.confidence,
            related=way(run, step, f"`{step.text}` trains here"),
            fix=set_at_start(self.context, entry, step, OPS, "1"),
        )
