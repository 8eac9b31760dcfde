"""DET102 and DET122: generators of Python and NumPy without a seed, and code that only looks like it."""

from __future__ import annotations

import pytest
from tests.helpers import check, marked_lines, unmarked

UNSEEDED_PYTHON = {
    "module": "import random\nrng = random.Random()  # !\n",
    "imported": "from random import Random\nrng = Random()  # !\n",
    "renamed": "from random import Random as Rng\nrng = Rng()  # !\n",
    "None": "import random\nrng = random.Random(None)  # !\n",
    "keyword None": "import random\nrng = random.Random(x=None)  # !\n",
    "used at once": "import random\nrandom.Random().shuffle([1, 2])  # !\n",
    "default of a parameter": (
        "import random\ndef pick(items, rng=random.Random()):  # !\n    return rng.choice(items)\n"
    ),
    "fallback": """
        import random
        def pick(items, rng=None):
            if rng is None:
                rng = random.Random()  # !
            return rng.choice(items)
    """,
    "attribute": """
        import random
        class Sampler:
            def __init__(self):
                self.rng = random.Random()  # !
            def draw(self):
                return self.rng.random()
    """,
    "field": """
        import random
        from dataclasses import dataclass, field
        @dataclass
        class Sampler:
            rng: random.Random = field(default_factory=random.Random)  # !
    """,
    "None by a constant": "import random\nSEED = None\nrng = random.Random(SEED)  # !\n",
    "left to None": """
        import random
        def make(seed=None):
            return random.Random(seed)
        rng = make()  # !
    """,
    "alias": "import random\nRng = random.Random\nrng = Rng()  # !\n",
    "else branch": """
        import random
        def make(seed):
            if seed:
                rng = random.Random(seed)
            else:
                rng = random.Random()  # !
            return rng
    """,
    "the global seed does not reach it": "import random\nrandom.seed(3)\nrng = random.Random()  # !\n",
}

SEEDED_PYTHON = {
    "number": "import random\nrng = random.Random(1)\n",
    "text": "import random\nrng = random.Random('run')\n",
    "unknown": "import random\ndef make(seed):\n    return random.Random(seed)\n",
    "optional, unknown": "import random\ndef make(seed=None):\n    return random.Random(seed)\n",
    "optional, always given": "import random\ndef make(seed=None):\n    return random.Random(seed)\nrng = make(3)\n",
    "seeded afterwards": "import random\nrng = random.Random()\nrng.seed(3)\n",
    "state afterwards": (
        "import random\ndef load(state):\n    rng = random.Random()\n    rng.setstate(state)\n    return rng\n"
    ),
    "attribute seeded afterwards": """
        import random
        class Sampler:
            def __init__(self, seed):
                self.rng = random.Random()
                self.rng.seed(seed)
    """,
    "own class": "class Random:\n    pass\nrng = Random()\n",
    "other library": "from project.rng import Random\nrng = Random()\n",
    "subclass": (
        "import random\nclass Fixed(random.Random):\n    def __init__(self):\n"
        "        super().__init__(3)\nrng = Fixed()\n"
    ),
    "annotation": "import random\ndef draw(rng: random.Random):\n    return rng.random()\n",
    "passed as a value": "import random\ndef make(kind=random.Random):\n    return kind\n",
    "system": "import random\nrng = random.SystemRandom()\n",
    "unknown keywords": "import random\ndef make(**options):\n    return random.Random(**options)\n",
    "partial": "import random\nfrom functools import partial\nmake = partial(random.Random, 3)\nrng = make()\n",
}

UNSEEDED_NUMPY = {
    "default of a parameter by name": """
        import numpy as np
        def renew(maze, *, size, random_state=np.random.RandomState()):  # !
            maze.regenerate(random_state.normal(size=size))
    """,
    "default of a parameter that nobody reads": """
        import numpy as np
        def renew(maze, random_state=np.random.RandomState()):
            del random_state
            maze.regenerate()
        def reset(maze, *, size=3, random_state=np.random.RandomState()):
            maze.reset(size)
    """,
    "default_rng": "import numpy as np\nrng = np.random.default_rng()  # !\n",
    "imported": "from numpy.random import default_rng\nrng = default_rng()  # !\n",
    "RandomState": "import numpy as np\nstate = np.random.RandomState()  # !\n",
    "mtrand": "from numpy.random.mtrand import RandomState\nstate = RandomState()  # !\n",
    "None": "import numpy as np\nrng = np.random.default_rng(None)  # !\n",
    "keyword None": "import numpy as np\nstate = np.random.RandomState(seed=None)  # !\n",
    "bit generator, once": "from numpy.random import Generator, PCG64\nrng = Generator(PCG64())  # !\n",
    "MT19937": "import numpy as np\nrng = np.random.Generator(np.random.MT19937())  # !\n",
    "Philox": "import numpy as np\nbits = np.random.Philox()  # !\n",
    "SFC64": "import numpy as np\nbits = np.random.SFC64()  # !\n",
    "PCG64DXSM": "import numpy as np\nbits = np.random.PCG64DXSM()  # !\n",
    "sequence": "import numpy as np\nsequence = np.random.SeedSequence()  # !\n",
    "sequence within": "import numpy as np\nrng = np.random.default_rng(np.random.SeedSequence())  # !\n",
    "used at once": "import numpy as np\nx = np.random.default_rng().normal(size=3)  # !\n",
    "global seed does not reach it": "import numpy as np\nnp.random.seed(0)\nrng = np.random.default_rng()  # !\n",
    "fallback": (
        "import numpy as np\ndef draw(n, rng=None):\n    rng = rng or np.random.default_rng()  # !\n"
        "    return rng.random(n)\n"
    ),
    "default of a parameter": (
        "import numpy as np\ndef draw(rng=np.random.default_rng()):  # !\n    return rng.random()\n"
    ),
    "left to None": """
        import numpy as np
        class Sampler:
            def __init__(self, seed=None):
                self.rng = np.random.default_rng(seed)
        def main():
            return Sampler()  # !
        main()
    """,
    "given None": "import numpy as np\ndef make(seed):\n    return np.random.RandomState(seed)\nmake(None)  # !\n",
    "instance passed through": """
        import numpy as np
        def as_generator(seed=None):
            if isinstance(seed, np.random.Generator):
                return seed
            return np.random.default_rng(seed)
        rng = as_generator()  # !
    """,
    "loop": "import numpy as np\nrngs = [np.random.default_rng() for _ in range(3)]  # !\n",
}

SEEDED_NUMPY = {
    "number": "import numpy as np\nrng = np.random.default_rng(1)\n",
    "keyword": "import numpy as np\nstate = np.random.RandomState(seed=42)\n",
    "sequence": "import numpy as np\nrng = np.random.default_rng(np.random.SeedSequence(5))\n",
    "spawned": "import numpy as np\nrngs = [np.random.default_rng(s) for s in np.random.SeedSequence(5).spawn(3)]\n",
    "bit generator": "from numpy.random import Generator, PCG64\nrng = Generator(PCG64(7))\n",
    "key": "from numpy.random import Philox\nbits = Philox(key=7)\n",
    "unknown": "import numpy as np\ndef make(seed):\n    return np.random.default_rng(seed)\n",
    "optional, unknown": "import numpy as np\ndef make(seed=None):\n    return np.random.default_rng(seed)\n",
    "passed on": (
        "import numpy as np\ndef draw(rng):\n    return np.random.default_rng(rng).random()\n"
        "draw(np.random.default_rng(3))\n"
    ),
    "own function": "def default_rng():\n    return 4\nrng = default_rng()\n",
    "seeded afterwards": "import numpy as np\nstate = np.random.RandomState()\nstate.seed(4)\n",
    "state afterwards": (
        "import numpy as np\ndef load(s):\n    rng = np.random.default_rng()\n"
        "    rng.bit_generator.state = s\n    return rng\n"
    ),
    "set_state": (
        "import numpy as np\ndef load(s):\n    rng = np.random.RandomState()\n    rng.set_state(s)\n    return rng\n"
    ),
    "annotation": "import numpy as np\ndef draw(rng: np.random.Generator) -> float:\n    return rng.random()\n",
    "isinstance": "import numpy as np\ndef check(x):\n    return isinstance(x, np.random.RandomState)\n",
    "field with a seed": """
        from functools import partial
        import attr
        import numpy as np
        @attr.s
        class Sampler:
            rng = attr.ib(factory=partial(np.random.default_rng, 3))
            rows = attr.ib(factory=list)
    """,
    "as a value": "import numpy as np\nmakers = {'new': np.random.default_rng}\n",
    "constant": "import numpy as np\nSEED = 11\nrng = np.random.default_rng(seed=SEED)\n",
    "list": "import numpy as np\nrng = np.random.default_rng([1, 2])\n",
    "jax.numpy": "import jax.numpy as np\nx = np.zeros(3)\n",
    "guarded": (
        "import numpy as np\ndef make(seed=None):\n    if seed is None:\n        seed = 3\n"
        "    return np.random.default_rng(seed)\nmake()\n"
    ),
}


@pytest.mark.parametrize("code", UNSEEDED_PYTHON.values(), ids=UNSEEDED_PYTHON)
def test_an_unseeded_random_object_is_reported(code: str) -> None:
    assert check(code, "DET102") == [(line, "DET102") for line in marked_lines(code)]


@pytest.mark.parametrize("code", SEEDED_PYTHON.values(), ids=SEEDED_PYTHON)
def test_a_seeded_random_object_is_left_alone(code: str) -> None:
    assert check(code, "DET102") == []


@pytest.mark.parametrize("code", UNSEEDED_NUMPY.values(), ids=UNSEEDED_NUMPY)
def test_an_unseeded_numpy_generator_is_reported(code: str) -> None:
    assert check(code, "DET122") == [(line, "DET122") for line in marked_lines(code)]


@pytest.mark.parametrize("code", SEEDED_NUMPY.values(), ids=SEEDED_NUMPY)
def test_a_seeded_numpy_generator_is_left_alone(code: str) -> None:
    assert check(code, "DET122") == []


def test_an_attribute_that_another_method_seeds_has_low_confidence() -> None:
    code = """
        import random
        class Shards:
            def __init__(self):
                self.rng = random.Random()  # !
            def begin(self, seed, epoch):
                self.rng = random.Random(seed + epoch)
    """
    assert check(code, "DET102") == []
    assert check(code, "DET102", min_confidence="low") == [(line, "DET102") for line in marked_lines(code)]


def test_a_seed_drawn_from_an_unseeded_generator_is_a_cause_of_its_own() -> None:
    code = "import numpy as np\nimport torch\n\nrng = np.random.default_rng()\ntorch.manual_seed(rng.integers(9))\n"
    assert check(code, ("DET104", "DET122")) == [(4, "DET122"), (5, "DET104")]


def test_one_cause_is_one_finding() -> None:
    code = """
        import time
        import numpy as np
        rng = np.random.default_rng(int(time.time()))  # !
        np.random.seed(np.random.default_rng().integers(10))  # !
    """
    assert check(unmarked(code), ("DET104", "DET122")) == [(line, "DET104") for line in marked_lines(code)]


@pytest.mark.parametrize(
    ("name", "low"),
    [
        ("unique_file_name", True),
        ("_generate_run_name", True),
        ("make_slug", True),
        ("names_of_classes", False),
        ("draw", False),
    ],
)
def test_what_makes_names_is_to_differ(name: str, low: bool) -> None:
    code = (
        f"import os\nimport random\n\n\ndef {name}():\n    rng = random.Random()\n"
        "    other = random.Random(os.urandom(8))\n    return rng.choices('abc', k=6) + other.choices('abc', k=6)\n"
    )
    assert check(code, ("DET102", "DET104")) == ([] if low else [(6, "DET102"), (7, "DET104")])
    assert len(check(code, ("DET102", "DET104"), min_confidence="low")) == 2
    assert check(f"import random\n\n\ndef {name}():\n    random.seed()\n", "DET104") == [(5, "DET104")]


def test_what_must_fail_whatever_is_drawn() -> None:
    code = (
        "import numpy as np\nimport pytest\n\n\ndef test_kind(check):\n    with pytest.raises(TypeError):\n"
        "        check(np.random.default_rng().random(3))\n    check(np.random.default_rng().random(3))\n"
    )
    assert check(code, "DET122") == [(8, "DET122")]
