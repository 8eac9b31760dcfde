"""The `tensorflow` pack: TensorFlow and Keras."""

from __future__ import annotations

from detlint.plugins import Pack, hookimpl


@hookimpl
def detlint_pack() -> Pack:
    """Give the pack of rules for TensorFlow and Keras."""
    from detlint.rules.tensorflow.effects import EFFECTS
    from detlint.rules.tensorflow.library import LIBRARY
    from detlint.rules.tensorflow.ops import facts
    from detlint.rules.tensorflow.versions import NEWEST

    return Pack(
        name="tensorflow",
        prefix="DET",
        rules=(),
        library=LIBRARY,
        effects=(EFFECTS,),
        versions=NEWEST,
        facts=facts,
    )
