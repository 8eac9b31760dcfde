"""Which Keras a target means: it is a version of its own, or follows from TensorFlow's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detlint.context import Targets

NEWEST = {"tensorflow": "2.21", "keras": "3.15", "tf_keras": "2.21"}
"""The newest versions that the facts were checked with."""

_FIRST_WITH_KERAS_3 = "2.16"
_NEWEST_KERAS_2 = (2, 15)


LEGACY_VARIABLE = "TF_USE_LEGACY_KERAS"
"""The variable that makes `tf.keras` Keras 2 again."""


def is_legacy(value: str) -> bool:
    """Whether a value of that variable does so."""
    return value.lower() in ("1", "true")


def keras_version(targets: Targets, name: str = "keras", *, legacy: bool = False) -> tuple[int, int]:
    """The major and minor version of Keras that stands behind a canonical name.

    `tf_keras`, and what is asked for as `legacy`, is Keras 2 whatever the targets. Else a stated version of Keras
    counts, then that which comes with a stated TensorFlow (the same minor version before 2.16, Keras 3 from there),
    then the newest.
    """
    if legacy or name.startswith("tf_keras"):
        return _NEWEST_KERAS_2
    if targets.stated("keras") or not targets.stated("tensorflow"):
        return _major_minor(str(targets.version("keras")))
    tensorflow = targets.version("tensorflow")
    if tensorflow >= _FIRST_WITH_KERAS_3:
        return _major_minor(NEWEST["keras"])
    return _major_minor(str(tensorflow)) if tensorflow >= "2.0" else (2, 0)


def _major_minor(version: str) -> tuple[int, int]:
    numbers = [int(part) for part in version.split(".")[:2] if part.isdigit()]
    return (numbers[0], numbers[1] if len(numbers) > 1 else 0) if numbers else _major_minor(NEWEST["keras"])
