"""Repairs where programs start."""

from __future__ import annotations

import textwrap

import pytest

from tests.fixes.helpers import fixed

CASES = {
    "after the imports of a script": (
        "import os\nimport random\n\nnames = ['a']\nrandom.shuffle(names)\n",
        "import os\nimport random\n\nSEED = 42\nrandom.seed(SEED)\n\nnames = ['a']\nrandom.shuffle(names)\n",
    ),
    "with the seed that is there": (
        "import random\n\nSEED = 7\nnames = ['a']\nrandom.shuffle(names)\n",
        "import random\n\nSEED = 7\nrandom.seed(SEED)\nnames = ['a']\nrandom.shuffle(names)\n",
    ),
    "with the option that is parsed": (
        """
        import argparse
        import random


        def main():
            parser = argparse.ArgumentParser()
            parser.add_argument("--seed", type=int, default=3)
            args = parser.parse_args()
            print(args)
            print(random.random())


        if __name__ == "__main__":
            main()
        """,
        """
        import argparse
        import random


        def main():
            parser = argparse.ArgumentParser()
            parser.add_argument("--seed", type=int, default=3)
            args = parser.parse_args()
            random.seed(args.seed)
            print(args)
            print(random.random())


        if __name__ == "__main__":
            main()
        """,
    ),
    "with the option of a function that parses": (
        """
        import argparse
        import random


        def parse_opt():
            parser = argparse.ArgumentParser()
            parser.add_argument("--seed", type=int, default=0)
            return parser.parse_args()


        def main(opt):
            print(random.random())


        if __name__ == "__main__":
            opt = parse_opt()
            main(opt)
        """,
        """
        import argparse
        import random


        def parse_opt():
            parser = argparse.ArgumentParser()
            parser.add_argument("--seed", type=int, default=0)
            return parser.parse_args()


        def main(opt):
            print(random.random())


        if __name__ == "__main__":
            opt = parse_opt()
            random.seed(opt.seed)
            main(opt)
        """,
    ),
    "in a main of one statement": (
        """
        import random


        def main():
            \"\"\"Draw.\"\"\"
            print(random.random())


        if __name__ == "__main__":
            main()
        """,
        """
        import random

        SEED = 42


        def main():
            \"\"\"Draw.\"\"\"
            random.seed(SEED)
            print(random.random())


        if __name__ == "__main__":
            main()
        """,
    ),
    "under the guard itself": (
        """
        import random


        def draw(count):
            return [random.random() for _ in range(count)]


        if __name__ == "__main__":
            count = 3
            print(draw(count))
        """,
        """
        import random

        SEED = 42


        def draw(count):
            return [random.random() for _ in range(count)]


        if __name__ == "__main__":
            random.seed(SEED)
            count = 3
            print(draw(count))
        """,
    ),
    "by the function that is there for it": (
        """
        import random


        def set_seed(seed):
            random.seed(seed)


        def main(seed=1):
            print(random.random())


        if __name__ == "__main__":
            main()
        """,
        """
        import random


        def set_seed(seed):
            random.seed(seed)


        def main(seed=1):
            set_seed(seed)
            print(random.random())


        if __name__ == "__main__":
            main()
        """,
    ),
}

CASES["a function that has the name of the module"] = (
    """
    from random import random, shuffle

    print(random())
    """,
    """
    from random import random, shuffle, seed

    SEED = 42
    seed(SEED)

    print(random())
    """,
)
CASES["all names of the module"] = (
    """
    from random import *

    print(random())
    """,
    """
    from random import *

    SEED = 42
    seed(SEED)

    print(random())
    """,
)
CASES["a statement right below the imports"] = (
    """
    import random
    print(random.random())
    """,
    """
    import random

    SEED = 42
    random.seed(SEED)

    print(random.random())
    """,
)
CASES["options that a function of the file parses"] = (
    """
    import argparse
    import random


    def configure():
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", default=3, type=int)
        return parser.parse_args()


    if __name__ == "__main__":
        config = configure()
        print(random.random())
    """,
    """
    import argparse
    import random


    def configure():
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", default=3, type=int)
        return parser.parse_args()


    if __name__ == "__main__":
        config = configure()
        random.seed(config.seed)
        print(random.random())
    """,
)
CASES["another seed further down is of another part"] = (
    """
    import random

    import numpy as np

    np.random.seed(3)
    first = np.random.rand()
    np.random.seed(3)
    print(random.random(), first)
    """,
    """
    import random

    import numpy as np

    np.random.seed(3)
    random.seed(3)
    first = np.random.rand()
    np.random.seed(3)
    print(random.random(), first)
    """,
)


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_a_program_is_seeded_where_it_starts(before: str, after: str) -> None:
    code, left = fixed(before, "DET101")
    assert code == textwrap.dedent(after)
    assert left == []


@pytest.mark.parametrize(
    "code",
    [
        # where nothing may stand before the draw
        "import random; print(random.random())\n",
        # where all names are taken
        "from random import random\n\nseed = 3\nprint(random(), seed)\n",
    ],
)
def test_no_fix(code: str) -> None:
    after, left = fixed(code, "DET101")
    assert (after, len(left)) == (code, 1)


def test_imports_that_are_added_at_one_place_are_in_order() -> None:
    code, _ = fixed(
        """
        def main():
            from torch import nn, optim, randn

            model = nn.Linear(3, 1).to("cuda")
            optimizer = optim.SGD(model.parameters(), lr=0.1)
            model(randn(3)).sum().backward()
            optimizer.step()


        if __name__ == "__main__":
            main()
        """,
        ("DET203", "DET207"),
    )
    assert code.startswith("\nimport os\n\nimport torch\n\n")
    compile(code, "a.py", "exec")


def test_imports_below_what_comes_first_are_the_head() -> None:
    code, _ = fixed(
        """
        with open("text8") as f:
            text = f.read()

        import torch

        print(torch.rand(3), text)
        """,
        "DET207",
    )
    assert code == textwrap.dedent(
        """
        with open("text8") as f:
            text = f.read()

        import torch

        SEED = 42
        torch.manual_seed(SEED)

        print(torch.rand(3), text)
        """
    )


def test_so_is_a_function_that_seeds() -> None:
    code, left = fixed(
        """
        with open("text8") as f:
            text = f.read()

        import random
        import torch

        print(torch.rand(3), text, random.random())
        """,
        ("DET101", "DET207"),
    )
    assert left == []
    assert code.split("import torch\n")[1] == textwrap.dedent(
        """
        SEED = 42


        def seed_everything(seed):
            \"\"\"Seed all random states that this program draws from.\"\"\"
            random.seed(seed)
            torch.manual_seed(seed)


        seed_everything(SEED)

        print(torch.rand(3), text, random.random())
        """
    )
