"""One function that seeds all that a program draws from."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.fixes.helpers import fixed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

STATES = ("DET101", "DET121", "DET207", "DET305")

CASES = {
    "all names of a module, one of them the parameter's": (
        """
        from random import *
        import torch

        print(random(), torch.rand(1))
        """,
        """
        from random import *
        import torch

        SEED = 42


        def seed_everything(number):
            \"\"\"Seed all random states that this program draws from.\"\"\"
            seed(number)
            torch.manual_seed(number)


        seed_everything(SEED)

        print(random(), torch.rand(1))
        """,
    ),
    "imports of the function, TensorFlow among them": (
        """
        def main():
            import tensorflow as tf
            from tensorflow import keras
            import torch

            model = keras.Sequential([keras.layers.Dense(2)])
            print(tf.random.normal((3,)), torch.rand(3), model)

        if __name__ == "__main__":
            main()
        """,
        """
        def main():
            import tensorflow as tf
            from tensorflow import keras
            import torch

            SEED = 42
            torch.manual_seed(SEED)
            keras.utils.set_random_seed(SEED)

            model = keras.Sequential([keras.layers.Dense(2)])
            print(tf.random.normal((3,)), torch.rand(3), model)

        if __name__ == "__main__":
            main()
        """,
    ),
    "the options that main is given": (
        """
        import argparse
        import random

        def main(args):
            print(random.random())

        if __name__ == "__main__":
            parser = argparse.ArgumentParser()
            parser.add_argument("--seed", type=int, default=3)
            main(parser.parse_args())
        """,
        """
        import argparse
        import random

        def main(args):
            random.seed(args.seed)
            print(random.random())

        if __name__ == "__main__":
            parser = argparse.ArgumentParser()
            parser.add_argument("--seed", type=int, default=3)
            main(parser.parse_args())
        """,
    ),
    "the main function that seeds another state": (
        """
        import random
        import numpy as np

        def main(args):
            # Repeat.
            np.random.seed(args.seed)
            print(random.random(), np.random.rand())

        if __name__ == "__main__":
            main(parse_args())
        """,
        """
        import random
        import numpy as np

        def main(args):
            # Repeat.
            np.random.seed(args.seed)
            random.seed(args.seed)
            print(random.random(), np.random.rand())

        if __name__ == "__main__":
            main(parse_args())
        """,
    ),
    "a function of its own for a script": (
        """
        import random

        import numpy as np
        import torch

        print(random.random(), np.random.rand(), torch.rand(1))
        """,
        """
        import random

        import numpy as np
        import torch

        SEED = 42


        def seed_everything(seed):
            \"\"\"Seed all random states that this program draws from.\"\"\"
            random.seed(seed)
            np.random.seed(seed)
            torch.manual_seed(seed)


        seed_everything(SEED)

        print(random.random(), np.random.rand(), torch.rand(1))
        """,
    ),
    "with the option in main, annotated as the others are": (
        """
        import argparse
        import random
        import torch
        LIMIT = 3
        def main() -> None:
            parser = argparse.ArgumentParser()
            parser.add_argument("--seed", type=int, default=3)
            args = parser.parse_args()
            print(random.random(), torch.rand(LIMIT))


        if __name__ == "__main__":
            main()
        """,
        """
        import argparse
        import random
        import torch


        def seed_everything(seed: int) -> None:
            \"\"\"Seed all random states that this program draws from.\"\"\"
            random.seed(seed)
            torch.manual_seed(seed)


        LIMIT = 3
        def main() -> None:
            parser = argparse.ArgumentParser()
            parser.add_argument("--seed", type=int, default=3)
            args = parser.parse_args()
            seed_everything(args.seed)
            print(random.random(), torch.rand(LIMIT))


        if __name__ == "__main__":
            main()
        """,
    ),
    "by Lightning where that is imported": (
        """
        import random

        import pytorch_lightning as pl
        import torch

        print(random.random(), torch.rand(1), pl)
        """,
        """
        import random

        import pytorch_lightning as pl
        import torch

        SEED = 42
        pl.seed_everything(SEED, workers=True)

        print(random.random(), torch.rand(1), pl)
        """,
    ),
    "by Keras, which seeds NumPy and Python too": (
        """
        import numpy as np
        from tensorflow import keras

        data = np.random.rand(4, 1)
        model = keras.Sequential([keras.layers.Dense(1)])
        model.compile(loss="mse")
        model.fit(data, data)
        """,
        """
        import numpy as np
        from tensorflow import keras

        SEED = 42
        keras.utils.set_random_seed(SEED)

        data = np.random.rand(4, 1)
        model = keras.Sequential([keras.layers.Dense(1)])
        model.compile(loss="mse")
        model.fit(data, data)
        """,
    ),
    "a function that is called learns what it lacks": (
        """
        import random

        import numpy as np
        import torch


        def set_seed(value):
            random.seed(value)


        def main(seed=3):
            set_seed(seed)
            print(random.random(), np.random.rand(), torch.rand(1))


        if __name__ == "__main__":
            main()
        """,
        """
        import random

        import numpy as np
        import torch


        def set_seed(value):
            random.seed(value)
            np.random.seed(value)
            torch.manual_seed(value)


        def main(seed=3):
            set_seed(seed)
            print(random.random(), np.random.rand(), torch.rand(1))


        if __name__ == "__main__":
            main()
        """,
    ),
    "the function that is there for it is called": (
        """
        import random

        import torch

        seed = 3


        def seed_all(seed):
            random.seed(seed)
            torch.manual_seed(seed)


        def main():
            print(random.random(), torch.rand(1))


        if __name__ == "__main__":
            main()
        """,
        """
        import random

        import torch

        seed = 3


        def seed_all(seed):
            random.seed(seed)
            torch.manual_seed(seed)


        def main():
            seed_all(seed)
            print(random.random(), torch.rand(1))


        if __name__ == "__main__":
            main()
        """,
    ),
    "a state beside one that is seeded gets the same number": (
        """
        import numpy as np
        import torch

        torch.manual_seed(7)
        print(np.random.rand(), torch.rand(1))
        """,
        """
        import numpy as np
        import torch

        torch.manual_seed(7)
        np.random.seed(7)
        print(np.random.rand(), torch.rand(1))
        """,
    ),
    "what a file reads is its seed": (
        """
        import os

        import numpy as np

        seed = int(os.environ.get("SEED", "0"))
        print(np.random.rand())
        """,
        """
        import os

        import numpy as np

        seed = int(os.environ.get("SEED", "0"))
        np.random.seed(seed)
        print(np.random.rand())
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_a_program_is_seeded_at_once(before: str, after: str) -> None:
    code, left = fixed(before, STATES)
    assert code == textwrap.dedent(after)
    assert left == []
    assert fixed(code, STATES) == (code, [])


@pytest.mark.parametrize("name", ["seed_everything", "set_seeds"])
def test_a_name_that_is_taken_is_left(name: str) -> None:
    code, left = fixed(
        f"import random\nimport torch\n\n{name} = 1\nprint({name}, random.random(), torch.rand(1))\n", STATES
    )
    assert left == []
    other = "set_seeds" if name == "seed_everything" else "seed_everything"
    assert f"{other}(SEED)\n" in code


def test_one_round_repairs_all_findings(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text(textwrap.dedent(CASES["a function of its own for a script"][0]))
    outcome = detlint("--fix", "--unsafe-fixes", "a.py")
    assert outcome.out.startswith("Fixed 3 findings in 1 file:\n  a.py: 1 x DET101, 1 x DET121, 1 x DET207\n")


def test_imports_of_a_function_are_not_seen_by_another() -> None:
    code, left = fixed(
        """
        def main():
            import numpy as np
            import torch

            print(np.random.rand(), torch.rand(1))


        if __name__ == "__main__":
            main()
        """,
        STATES,
    )
    assert left == []
    assert "def seed_everything" not in code
    assert "    np.random.seed(SEED)\n" in code
    assert "    torch.manual_seed(SEED)\n" in code


HELPER = "import random\n\n\ndef set_seed(seed):\n    random.seed(seed)\n"
MAIN = """\
import numpy as np
import torch

from utils import set_seed

set_seed(3)
print(np.random.rand(), torch.rand(1))
"""


def test_a_function_of_another_file_learns_what_it_lacks(detlint: Run, project: Path) -> None:
    (project / "utils.py").write_text(HELPER)
    (project / "train.py").write_text(MAIN)
    outcome = detlint("--fix", "--unsafe-fixes", ".")
    assert (project / "utils.py").read_text() == (
        "import random\n\nimport numpy as np\nimport torch\n\n\ndef set_seed(seed):\n    random.seed(seed)\n"
        "    np.random.seed(seed)\n    torch.manual_seed(seed)\n"
    )
    assert (project / "train.py").read_text() == MAIN
    assert outcome.status == 0
    assert outcome.out.startswith("Fixed 2 findings in 1 file:\n  utils.py: 1 x DET121, 1 x DET207\n")


@pytest.mark.parametrize(
    ("imports", "expected"),
    [
        ("from utils import load", "from utils import load, set_seed"),
        ("from utils import (\n    load,\n    store,\n)", "from utils import (\n    load,\n    store, set_seed,\n)"),
        ("from utils import *", "from utils import *"),
    ],
)
def test_a_function_of_a_module_that_is_imported_is_called(
    detlint: Run, project: Path, imports: str, expected: str
) -> None:
    more = "    torch.manual_seed(seed)\n\n\ndef load():\n    return 1\n\n\ndef store():\n    return 1\n"
    (project / "utils.py").write_text(HELPER.replace("import random\n", "import random\n\nimport torch\n") + more)
    (project / "train.py").write_text(
        f"import random\n\nimport torch\n\n{imports}\n\nprint(random.random(), torch.rand(1))\n"
    )
    outcome = detlint("--fix", "--unsafe-fixes", ".")
    assert outcome.status == 0, outcome
    text = (project / "train.py").read_text()
    assert expected in text
    assert "\nset_seed(SEED)\n" in text
    assert "def " not in text
    compile(text, "train.py", "exec")


@pytest.mark.parametrize(
    ("name", "home", "imports", "expected"),
    [
        ("train.py", "utils.py", "", "import torch\n\nfrom utils import set_seed\n"),
        ("train.py", "utils.py", "import utils\n", "import utils\n"),
        (
            "train.py",
            "app/seeding.py",
            "from app.data import x\n",
            "from app.data import x\nfrom app.seeding import set_seed\n",
        ),
        (
            "app/train.py",
            "app/seeding.py",
            "from .data import x\n",
            "from .data import x\nfrom .seeding import set_seed\n",
        ),
    ],
)
def test_a_function_of_a_module_that_can_be_imported_is_imported(
    detlint: Run, project: Path, name: str, home: str, imports: str, expected: str
) -> None:
    (project / "app").mkdir()
    (project / "app/__init__.py").touch()
    (project / "app/data.py").write_text("x = 1\n")
    (project / home).write_text(
        HELPER.replace("import random\n", "import random\n\nimport torch\n") + "    torch.manual_seed(seed)\n"
    )
    start = 'if __name__ == "__main__":\n    print(random.random(), torch.rand(1))\n'
    (project / name).write_text(f"import random\n\nimport torch\n{imports}\n{start}")
    assert detlint("--fix", "--unsafe-fixes", ".").status == 0
    text = (project / name).read_text()
    assert expected in text
    assert ("    utils.set_seed(SEED)\n" if imports == "import utils\n" else "    set_seed(SEED)\n") in text
    assert "def " not in text


@pytest.mark.parametrize("loud", ["print(1)\n", "import train\n"])
def test_a_module_that_does_more_than_define_is_not_imported(detlint: Run, project: Path, loud: str) -> None:
    (project / "utils.py").write_text(f"{loud}{HELPER}")
    (project / "train.py").write_text('import random\n\nif __name__ == "__main__":\n    print(random.random())\n')
    assert detlint("--fix", "--unsafe-fixes", ".").status == 0
    assert "    random.seed(SEED)\n" in (project / "train.py").read_text()


def test_of_which_it_is_not_the_file_that_was_named(detlint: Run, project: Path) -> None:
    (project / "utils.py").write_text(HELPER)
    (project / "train.py").write_text(MAIN)
    outcome = detlint("--fix", "--unsafe-fixes", "train.py")
    assert outcome.status == 0
    assert (project / "utils.py").read_text() == HELPER
    assert "def seed_everything(seed):" in (project / "train.py").read_text()


def test_two_programs_share_the_function_that_learns(detlint: Run, project: Path) -> None:
    (project / "utils.py").write_text(HELPER)
    (project / "train.py").write_text(MAIN)
    (project / "evaluate.py").write_text(MAIN.replace("np.random.rand(), ", "").replace("import numpy as np\n", ""))
    assert detlint("--fix", "--unsafe-fixes", ".").status == 0
    assert (project / "utils.py").read_text().count("torch.manual_seed(seed)") == 1
    assert (project / "evaluate.py").read_text().count("seed") == 2


def test_in_a_notebook_the_function_goes_below_the_imports(detlint: Run, project: Path) -> None:
    import json

    code: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [
        {**code, "source": ["import random\n", "import torch"]},
        {**code, "source": ["print(random.random(), torch.rand(1))"]},
    ]
    (project / "a.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert detlint("--fix", "--unsafe-fixes", ".").status == 0
    first, second = json.loads((project / "a.ipynb").read_text())["cells"]
    lines = "".join(first["source"]).split("\n")
    assert lines[-1] == "seed_everything(SEED)"
    assert "def seed_everything(seed):" in lines
    assert second["source"] == cells[1]["source"]


def test_a_constant_of_a_notebook_stands_where_most_is_imported(detlint: Run, project: Path) -> None:
    import json

    code: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [
        {**code, "source": ["import numpy as np\n", "from sklearn.cluster import KMeans"]},
        {**code, "source": ["from sklearn.linear_model import LinearRegression\n", "LinearRegression()"]},
        {**code, "source": ["KMeans(3).fit(np.ones((3, 3)))"]},
    ]
    (project / "a.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert detlint("--fix", "--unsafe-fixes", ".").status == 0
    first, second, _ = json.loads((project / "a.ipynb").read_text())["cells"]
    assert first["source"][-1] == "SEED = 42"
    assert second["source"] == cells[1]["source"]


def test_it_stands_beside_the_seed_that_goes_into_another_cell(detlint: Run, project: Path) -> None:
    import json

    code: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [
        {**code, "source": ["import os\n", "import sys\n", "os.chdir(sys.prefix)"]},
        {**code, "source": ["import random\n", "print(random.random())"]},
    ]
    (project / "a.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert detlint("--fix", "--unsafe-fixes", ".").status == 0
    first, second = json.loads((project / "a.ipynb").read_text())["cells"]
    assert first["source"] == cells[0]["source"]
    assert "".join(second["source"]) == "import random\n\nSEED = 42\nrandom.seed(SEED)\n\nprint(random.random())"


def test_a_function_stands_in_the_cell_of_its_call(detlint: Run, project: Path) -> None:
    import json

    code: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [
        {**code, "source": ["import os\n", "import numpy as np\n", "os.chdir('..')"]},
        {**code, "source": ["import random\n", "print(random.random(), np.random.rand())"]},
    ]
    (project / "a.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert detlint("--fix", "--unsafe-fixes", ".").status == 0
    first, second = json.loads((project / "a.ipynb").read_text())["cells"]
    assert first["source"] == cells[0]["source"]
    text = "".join(second["source"])
    assert text.index("def seed_everything(seed):") < text.index("\nseed_everything(SEED)\n\nprint(")


def test_without_a_cell_of_imports_it_stands_in_the_cell_that_needs_it(detlint: Run, project: Path) -> None:
    import json

    code: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [
        {**code, "source": ["from huggingface_hub import notebook_login\n", "notebook_login()"]},
        {**code, "source": ["from sklearn.cluster import KMeans\n", "KMeans(3).fit([[1.0], [2.0], [3.0]])"]},
    ]
    (project / "a.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert detlint("--fix", "--unsafe-fixes", ".").status == 0
    first, second = json.loads((project / "a.ipynb").read_text())["cells"]
    assert first["source"] == cells[0]["source"]
    lines = "".join(second["source"]).split("\n")
    assert lines[1:] == ["", "SEED = 42", "KMeans(3, random_state=SEED).fit([[1.0], [2.0], [3.0]])"]
