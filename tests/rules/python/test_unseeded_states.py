"""DET101, DET109 and DET121: global states that entry points draw from, and those that are seeded or not drawn from."""

from __future__ import annotations

import pytest
from tests.helpers import check, marked_lines, unmarked

RULES = ("DET101", "DET109", "DET121")

DRAWN = {
    "changed in a loop": """
        import random
        theta = random.random()  # !
        for step in range(9):
            theta = theta - 0.1 * step
        print(theta)
    """,
    "slept and used": """
        import random
        import time
        pause = random.uniform(0.5, 2)  # !
        time.sleep(pause)
        print(pause * 3)
    """,
    "seeded by another of several functions": """
        import random
        import sys
        def first():
            random.seed(1)
            print(random.random())
        def second():
            print(random.choice([1, 2]))
        COMMANDS = {"first": first, "second": second}
        if __name__ == "__main__":
            COMMANDS[sys.argv[1]]()  # !
    """,
    "seeded by another command": """
        import argparse
        import random
        def first(args):
            random.seed(args.seed)
            print(random.random())
        def second(args):
            print(random.choice([1, 2]))
        def main():
            parser = argparse.ArgumentParser()
            commands = parser.add_subparsers()
            one = commands.add_parser("first")
            one.add_argument("--seed", type=int, default=1)
            one.set_defaults(func=first)
            commands.add_parser("second").set_defaults(func=second)
            args = parser.parse_args()
            args.func(args)
        if __name__ == "__main__":
            main()  # !
    """,
    "a script": "import random\nvalues = [1, 2, 3]\nrandom.shuffle(values)  # !\n",
    "one name": "from random import choice as pick\nprint(pick([1, 2]))  # !\n",
    "numpy": "import numpy as np\nprint(np.random.rand(3))  # !\n",
    "numpy's module": "from numpy import random as nr\nprint(nr.permutation(4))  # !\n",
    "through functions": """
        import random
        def draw():
            return random.random()
        def main():
            return draw()
        if __name__ == "__main__":
            main()  # !
    """,
    "through an object": """
        import numpy as np
        class Walk:
            def __init__(self):
                self.place = np.zeros(2)
            def step(self):
                self.place += np.random.normal(size=2)
        if __name__ == "__main__":
            walk = Walk()
            walk.step()  # !
    """,
    "a seed of the other library": """
        import random
        import numpy as np
        random.seed(1)
        print(np.random.randint(3))  # !
    """,
    "a seed in a function that nobody calls": """
        import random
        def seed_all():
            random.seed(1)
        print(random.random())  # !
    """,
    "a generator beside the global state": """
        import numpy as np
        rng = np.random.default_rng(1)
        print(rng.normal(), np.random.normal())  # !
    """,
    "seeded too late": """
        import numpy as np
        x = np.random.rand(3)
        np.random.seed(1)  # !
        print(x, np.random.rand(3))
    """,
    "seeded too late by a helper": """
        import random
        def begin(seed):
            random.seed(seed)
        def main():
            order = random.sample(range(9), 9)
            begin(3)  # !
            print(order, random.random())
        if __name__ == "__main__":
            main()
    """,
    "a command": """
        import click
        import random
        @click.command()
        def main():
            print(random.gauss(0, 1))  # !
    """,
}

SEEDED = {
    "only slept": """
        import random
        import time
        for attempt in range(3):
            pause = 2 ** attempt * random.uniform(0.5, 2)
            print(f"waiting {pause}")
            time.sleep(min(pause, 60))
        time.sleep(random.random())
    """,
    "seeded by each of several functions": """
        import random
        import sys
        def first():
            random.seed(1)
        def second():
            random.seed(2)
        COMMANDS = {"first": first, "second": second}
        if __name__ == "__main__":
            COMMANDS[sys.argv[1]]()
            print(random.random())
    """,
    "seeded on the way into a with": """
        import random
        import numpy as np
        class Seeded:
            def __init__(self, seed):
                self.seed = seed
            def __enter__(self):
                random.seed(self.seed)
                np.random.seed(self.seed)
            def __exit__(self, *_):
                pass
        def main():
            with Seeded(3):
                print(random.random(), np.random.rand())
        if __name__ == "__main__":
            main()
    """,
    "letters that make a name": """
        import random
        import string
        name = "run_" + "".join(random.choices(string.ascii_lowercase + string.digits, k=4))
        print(name)
    """,
    "seeded first": "import random\nrandom.seed(3)\nprint(random.random())\n",
    "numpy seeded first": "import numpy as np\nnp.random.seed(3)\nprint(np.random.rand(2))\n",
    "seeded by a helper": """
        import random
        import numpy as np
        def seed_all(seed):
            random.seed(seed)
            np.random.seed(seed)
        def main():
            seed_all(3)
            print(random.random(), np.random.rand())
        if __name__ == "__main__":
            main()
    """,
    "seeded again later": """
        import numpy as np
        np.random.seed(1)
        x = np.random.rand(3)
        np.random.seed(1)
        print(x, np.random.rand(3))
    """,
    "generators of one's own": """
        import random
        import numpy as np
        rng, numbers = random.Random(3), np.random.default_rng(4)
        print(rng.random(), numbers.normal(), rng.sample([1, 2], 1))
    """,
    "only functions": """
        import random
        def draw():
            return random.random()
    """,
    "not reached": """
        import random
        def draw():
            return random.random()
        def main():
            print("nothing")
        if __name__ == "__main__":
            main()
    """,
    "a state that is put back": """
        import random
        random.setstate(saved)
        print(random.random())
    """,
    "by a library that seeds all": """
        import random
        import numpy as np
        from lightning import seed_everything
        seed_everything(3)
        print(random.random(), np.random.rand())
    """,
    "names alike": """
        class random:
            @staticmethod
            def random():
                return 4
        print(random.random())
    """,
    "a seed that is told as one": "import random\nimport jax\nkey = jax.random.PRNGKey(random.randint(0, 9))\n",
    "a seed with the clock in it": """
        import random
        import time
        seed = random.randint(0, 9)
        seed ^= int(time.time())
        random.seed(seed)
    """,
    "a port": """
        import random
        import torch
        torch.distributed.init_process_group(init_method=f"tcp://localhost:{random.randrange(49152, 65535)}")
    """,
    "a layer that drops while it trains": """
        import random
        from torch import nn
        class Drop(nn.Module):
            def forward(self, x):
                return x * random.random() if self.training else x
        if __name__ == "__main__":
            print(Drop().eval()(3))
    """,
    "in a text": "print('import random; random.shuffle(x)')\n",
    "another module's shuffle": "from cards import shuffle\nprint(shuffle([1, 2]))\n",
    "secrets are meant to differ": "import secrets\nprint(secrets.token_hex(4))\n",
    "imported only": "import random\nimport numpy as np\nprint(np.zeros(3), random.Random)\n",
    "a seed that may be given is a seed": """
        import random
        def main(seed=3):
            random.seed(seed)
            print(random.random())
        if __name__ == "__main__":
            main()
    """,
}


@pytest.mark.parametrize("code", DRAWN.values(), ids=DRAWN)
def test_a_state_that_nothing_seeds_in_time_is_told(code: str) -> None:
    assert [line for line, _ in check(code, RULES)] == marked_lines(code)


@pytest.mark.parametrize("code", SEEDED.values(), ids=SEEDED)
def test_a_state_that_is_seeded_or_not_drawn_from_is_left_alone(code: str) -> None:
    assert check(unmarked(code), RULES) == []


def test_tests_are_no_entry_points() -> None:
    code = "import random\nprint(random.random())\n"
    assert check(code, RULES, filename="test_draws.py") == []
    assert check(code, RULES, filename="draws.py") == [(2, "DET101")]


@pytest.mark.parametrize(
    ("condition", "rule"),
    [("True", "DET109"), ("options.seed is not None", "DET109"), ("options.fast", "DET121")],
)
def test_a_seed_that_comes_too_late_on_some_ways(condition: str, rule: str) -> None:
    code = (
        "import numpy as np\nfrom somewhere import options\n\nprint(np.random.rand(3))\n"
        f"if {condition}:\n    np.random.seed(3)\nprint(np.random.rand(3))\n"
    )
    assert [code for _, code in check(code, RULES)] == [rule]
