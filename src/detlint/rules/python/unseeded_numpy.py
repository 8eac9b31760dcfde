"""DET121: an entry point that draws from NumPy's global random state and never seeds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.rules.base import Candidates, Example
from detlint.rules.unseeded import UnseededState

if TYPE_CHECKING:
    from detlint.project.questions import States
    from detlint.project.run import Event, Run


class UnseededNumpy(UnseededState):
    """NumPy's legacy functions, from an entry point that never calls `np.random.seed`."""

    code = "DET121"
    name = "unseeded-numpy"
    summary = "an entry point from which the global `numpy.random` state is consumed and never seeded"
    why = """
`np.random.rand`, `np.random.shuffle` and the other functions of `numpy.random` share one state, which is seeded from
the operating system at import. Unless the program seeds it, every run draws other numbers.

detlint follows the calls from each entry point to what they draw and to what seeds. Generators made by
`default_rng(seed)` have a state of their own and are another rule's matter; so is a library without entry points.
"""
    state = "numpy"
    words = "NumPy's global random state"
    remedy = "Call `np.random.seed(SEED)` before it, or draw from `np.random.default_rng(SEED)`."
    candidates = Candidates(words=("numpy", "__main__"))
    bad = (
        Example(
            """\
import numpy as np


def noise(n):
    return np.random.normal(size=n)


if __name__ == "__main__":
    print(noise(3))  # !
"""
        ),
    )
    good = (
        Example(
            """\
import numpy as np


def noise(n):
    return np.random.normal(size=n)


if __name__ == "__main__":
    np.random.seed(0)
    print(noise(3))
"""
        ),
        Example("""\
import numpy as np

rng = np.random.default_rng(0)
print(rng.normal(size=3))
"""),
        Example("""\
import numpy as np


def noise(n):
    return np.random.normal(size=n)
"""),
    )
    sources = ("https://numpy.org/doc/stable/reference/random/generated/numpy.random.seed.html",)

    def wanted(self, event: Event, run: Run) -> States | None:
        """NumPy's own draws; what other libraries draw from its state, their own arguments would seed."""
        states = super().wanted(event, run)
        if states is None or event.effect is None or event.effect.detail:
            return None
        return states
