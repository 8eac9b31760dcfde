"""What the pack `tensorflow` can be asked of a program: TensorFlow's state, what Keras draws from, op determinism."""

from __future__ import annotations

from detlint.project.subjects import Mode, RandomState, Subjects
from detlint.rules.tensorflow.draws import doubt, drawn
from detlint.rules.tensorflow.op_determinism_missing import SWITCH, avoided, missing, settled


def subjects() -> Subjects:
    """Give them."""
    return Subjects(
        states=(RandomState("tensorflow", "TensorFlow", "keras.utils.set_random_seed(SEED)", ("keras_backend",)),),
        modes=(
            Mode(
                "tensorflow",
                "TensorFlow determinism",
                SWITCH,
                library="tensorflow",
                missing=missing,
                settled=settled,
                avoided=avoided,
            ),
        ),
        drawn=drawn,
        doubt=doubt,
    )
