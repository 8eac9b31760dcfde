"""Which random state a draw of Keras comes from.

Keras has no state of its own that could be seeded at once: what it draws from depends on what draws, on its version
and on its backend. The draws of its calls therefore have subjects that say what draws; this module gives the states
for them (the table is `data/states.toml`):

    keras:init         weights, initialisers
    keras:dropout      Dropout and its kin
    keras:noise        GaussianNoise
    keras:augmentation random image layers
    keras:fit          the order of `fit` over arrays
    keras:sequence     the order of `fit` over a Sequence or PyDataset
    keras:random       `keras.random`
    keras:loader       `image_dataset_from_directory` and kin, of which DET309 speaks

What seeds a state seeds the draw: `keras.utils.set_random_seed` has the effect `seed` on `python`, `numpy`,
`tensorflow` and `keras_backend` (torch's state where torch is the backend).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from detlint.rules.data import load

SUBJECT = "keras:"
"""How the subjects of Keras's draws begin."""

LOADER = "loader"
"""What DET309 speaks of at the call, and not DET305."""

BACKENDS = ("tensorflow", "jax", "torch")


@cache
def _table() -> dict[str, dict[str, str]]:
    data: dict[str, Any] = dict(load(__package__, "states"))
    return data


def seeding_states(subject: str, version: tuple[int, int], backend: str = "tensorflow") -> tuple[str, ...]:
    """The states of which one must be seeded for a draw of Keras to repeat; none where no seed reaches it.

    `version` is of Keras, major and minor; `backend` counts from Keras 3 on. An unknown one is taken for TensorFlow.
    """
    state = _table()[subject.removeprefix(SUBJECT)][_column(version, backend)]
    if state == "entropy":
        return ()
    return ("torch", "keras_backend") if state == "torch" else (state,)


def _column(version: tuple[int, int], backend: str) -> str:
    if version >= (3, 0):
        return backend if backend in BACKENDS else "tensorflow"
    if version >= (2, 10):
        return "keras_2"
    return "keras_2_9" if version >= (2, 7) else "keras_2_6"
