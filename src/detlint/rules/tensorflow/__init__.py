"""The `tensorflow` pack: TensorFlow and Keras."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.plugins import Pack, hookimpl

if TYPE_CHECKING:
    from detlint.project.subjects import Subjects


@hookimpl
def detlint_pack() -> Pack:
    """Give the pack of rules for TensorFlow and Keras."""
    from detlint.project.batches import loops_over
    from detlint.rules.tensorflow.data_nondeterministic import DataNondeterministic
    from detlint.rules.tensorflow.effects import DATASET, EFFECTS, environment_modes
    from detlint.rules.tensorflow.keras_loader_seed import KerasLoaderSeed
    from detlint.rules.tensorflow.library import LIBRARY
    from detlint.rules.tensorflow.needs_op_determinism import NeedsOpDeterminism
    from detlint.rules.tensorflow.nondeterministic_generator import NondeterministicGenerator
    from detlint.rules.tensorflow.nondeterministic_op import NondeterministicOp
    from detlint.rules.tensorflow.op_determinism_missing import OpDeterminismMissing
    from detlint.rules.tensorflow.ops import facts
    from detlint.rules.tensorflow.shuffle_seed import ShuffleSeed
    from detlint.rules.tensorflow.tf1_seed import Tf1Seed
    from detlint.rules.tensorflow.unseeded_tensorflow import UnseededTensorflow
    from detlint.rules.tensorflow.unsupported_strategy import UnsupportedStrategy
    from detlint.rules.tensorflow.versions import NEWEST

    return Pack(
        name="tensorflow",
        prefix="DET",
        rules=(
            NondeterministicOp,
            NeedsOpDeterminism,
            OpDeterminismMissing,
            UnseededTensorflow,
            DataNondeterministic,
            ShuffleSeed,
            NondeterministicGenerator,
            KerasLoaderSeed,
            Tf1Seed,
            UnsupportedStrategy,
        ),
        library=LIBRARY,
        effects=(EFFECTS,),
        statements=(environment_modes, loops_over("tensorflow", (DATASET,))),
        versions=NEWEST,
        facts=facts,
        subjects=_subjects,
    )


def _subjects() -> Subjects:
    from detlint.rules.tensorflow.subjects import subjects

    return subjects()
