"""What the pack `python` can be asked of a program: the global states of Python and NumPy, variables set too late."""

from __future__ import annotations

from detlint.project.subjects import RandomState, Subjects
from detlint.rules.python.env_set_too_late import late


def subjects() -> Subjects:
    """Give them."""
    return Subjects(
        states=(
            RandomState("python", "Python random", "random.seed(SEED)"),
            RandomState("numpy", "NumPy global", "np.random.seed(SEED)"),
        ),
        late=late,
    )
