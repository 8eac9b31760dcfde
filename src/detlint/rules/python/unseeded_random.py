"""DET101: an entry point that draws from Python's global random state and never seeds it."""

from __future__ import annotations

from detlint.rules.base import Candidates, Example
from detlint.rules.unseeded import UnseededState


class UnseededRandom(UnseededState):
    """Python's `random`, from an entry point that never calls `random.seed`."""

    code = "DET101"
    name = "unseeded-random"
    summary = "an entry point from which the global `random` state is consumed and never seeded"
    why = """
The functions of the module `random` share one state, which Python seeds from the operating system at start. Unless
the program seeds it, every run draws other numbers: other shuffles, other samples, other augmentations.

detlint follows the calls from each entry point (a script, the code under `if __name__ == "__main__":`, a command) to
what they draw, and to what seeds: a seed in a helper that is called counts, one that is never called does not. A
library without entry points is not reported, since the state is its caller's to seed; nor are objects of
`random.Random`, which have a state of their own.
"""
    state = "python"
    words = "Python's global random state"
    remedy = "Call `random.seed(SEED)` before it, or draw from a `random.Random(SEED)` of your own."
    candidates = Candidates(words=("random", "__main__"))
    bad = (
        Example(
            """\
import random


def main():
    print(random.choice('abc'))


if __name__ == "__main__":
    main()  # !
"""
        ),
        Example(
            """\
import random

values = [1, 2, 3]
random.shuffle(values)  # !
print(values)
""",
            fixed="""\
import random

SEED = 42
random.seed(SEED)

values = [1, 2, 3]
random.shuffle(values)
print(values)
""",
        ),
    )
    good = (
        Example("""\
import random

random.seed(7)
values = [1, 2, 3]
random.shuffle(values)
print(values)
"""),
        Example(
            """\
import random


def seed_all(seed):
    random.seed(seed)


def main():
    seed_all(7)
    print(random.choice("abc"))


if __name__ == "__main__":
    main()
"""
        ),
        Example("""\
import random


def jitter(x):
    return x + random.gauss(0, 1)
"""),
        Example("""\
import random

rng = random.Random(7)
print(rng.random())
"""),
    )
    sources = ("https://docs.python.org/3/library/random.html#random.seed",)
