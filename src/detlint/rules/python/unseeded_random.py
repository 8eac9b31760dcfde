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
The functions of the module `random` share one state, which Python seeds from the operating system at start. Unless the program
seeds it, every run draws other numbers: other shuffles, other samples, other augmentations.

detlint follows the calls from each entry point (a script, the code under `if __name__ == "__main__":`, a command) to what they
draw, and to what seeds: a seed in a helper that is called counts, one that is never called does not. A library without entry
points is not reported, since the state is its caller's to seed; nor are objects of `random.Random`, which have a state of their own.
"""
    state = "python"
    words = "Python's global random state"
    remedy = "Call `random.seed(SEED)` before it, or draw from a `random.Random(SEED)` of your own."
    candidates = Candidates(words=("random", "__main__"))
    bad = (
        Example(
            "import random\n\n\ndef main():\n    print(random.choice('abc'))\n\n\n"
            'if __name__ == "__main__":\n    main()  # !\n'
        ),
        Example("import random\n\nvalues = [1, 2, 3]\nrandom.shuffle(values)  # !\nprint(values)\n"),
    )
    good = (
        Example("import random\n\nrandom.seed(7)\nvalues = [1, 2, 3]\nrandom.shuffle(values)\nprint(values)\n"),
        Example(
            "import random\n\n\ndef seed_all(seed):\n    random.seed(seed)\n\n\ndef main():\n    seed_all(7)\n"
            '    print(random.choice("abc"))\n\n\nif __name__ == "__main__":\n    main()\n'
        ),
        Example("import random\n\n\ndef jitter(x):\n    return x + random.gauss(0, 1)\n"),
        Example("import random\n\nrng = random.Random(7)\nprint(rng.random())\n"),
    )
    sources = ("https://docs.python.org/3/library/random.html#random.seed",)
