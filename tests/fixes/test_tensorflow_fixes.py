"""Repairs of TensorFlow's and Keras's seeds and modes: DET303 to DET310."""

from __future__ import annotations

import textwrap

import pytest

from tests.fixes.helpers import fixed

TRAIN = 'model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile(loss="mse")\nmodel.fit([[1.0]], [1.0])\n'

FIXED = {
    "a seed, then the mode": (
        ("DET303", "DET305"),
        f"import keras\n\n{TRAIN}",
        "import keras\nimport tensorflow as tf\n\nSEED = 42\nkeras.utils.set_random_seed(SEED)\n"
        f"tf.config.experimental.enable_op_determinism()\n\n{TRAIN}",
    ),
    "Keras as it is imported": (
        ("DET305",),
        f"from tensorflow import keras\n\nSEED = 3\n{TRAIN}",
        f"from tensorflow import keras\n\nSEED = 3\nkeras.utils.set_random_seed(SEED)\n{TRAIN}",
    ),
    "the order of a chain over several lines": (
        ("DET306",),
        """
        import tensorflow as tf

        seed = 5
        data = (
            tf.data.Dataset.range(100)
            .shuffle(100)
            .batch(4)
        )
        model = tf.keras.models.load_model("model.keras")
        model.fit(data)
        """,
        """
        import tensorflow as tf

        seed = 5
        data = (
            tf.data.Dataset.range(100)
            .shuffle(100, seed=seed)
            .batch(4)
        )
        model = tf.keras.models.load_model("model.keras")
        model.fit(data)
        """,
    ),
    "what gives the order up": (
        ("DET307",),
        "import tensorflow as tf\n\n\ndef f(path):\n"
        '    return tf.data.experimental.make_csv_dataset(path, 4, label_name="y", sloppy=True)\n',
        "import tensorflow as tf\n\n\ndef f(path):\n"
        '    return tf.data.experimental.make_csv_dataset(path, 4, label_name="y", sloppy=False)\n',
    ),
}


@pytest.mark.parametrize(("rules", "before", "after"), FIXED.values(), ids=FIXED)
def test_code_is_repaired(rules: tuple[str, ...], before: str, after: str) -> None:
    code, left = fixed(before, rules)
    assert code == textwrap.dedent(after)
    assert left == []


NO_FIX = {
    # without a seed, random ops raise under the mode
    "a program that is not seeded": ("DET303", f"import keras\n\n{TRAIN}"),
    "an op that would raise": (
        "DET303",
        f"import keras\nimport tensorflow as tf\n\nkeras.utils.set_random_seed(1)\n{TRAIN}"
        "print(tf.math.bincount([1, 2]))\n",
    ),
    "an op whose seed two calls would share": (
        "DET306",
        "import tensorflow as tf\n\n\ndef pool(x):\n    return tf.nn.fractional_max_pool(x, [1.0, 1.4, 1.4, 1.0])\n",
    ),
    "a global generator in a function": (
        "DET308",
        "import tensorflow as tf\n\n\ndef f():\n    return tf.random.get_global_generator().normal((3,))\n",
    ),
}


@pytest.mark.parametrize(("rule", "code"), NO_FIX.values(), ids=NO_FIX)
def test_a_person_decides(rule: str, code: str) -> None:
    after, left = fixed(code, rule)
    assert (after, len(left)) == (code, 1)


def test_what_is_imported_leads_to_the_function_that_seeds() -> None:
    code, _ = fixed(
        """
        import tensorflow as tf

        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
        model.compile(loss="mse")
        model.fit(tf.ones((4, 1)), tf.ones((4, 1)))

        import keras
        print(keras.__version__)
        """,
        "DET305",
    )
    assert code.count("import keras") == 1
    assert "tf.keras.utils.set_random_seed(SEED)" in code


BACKEND = """
import os
import numpy as np


def f():
    return 1


os.environ["KERAS_BACKEND"] = "tensorflow"
{imports}
print(np.random.rand())
model = {keras}.Sequential([{keras}.layers.Dense(1)])
model.compile(loss="mse")
model.fit(np.ones((4, 1)), np.ones((4, 1)))
"""


def test_what_keras_reads_when_it_is_imported_stays_above_it() -> None:
    code, left = fixed(BACKEND.format(imports="import keras\n", keras="keras"), ("DET305", "DET121"))
    assert "import keras\n\nkeras.utils.set_random_seed(SEED)\n\nprint(" in code
    assert code.index("KERAS_BACKEND") < code.index("import keras") < code.index("set_random_seed")
    assert left == []
    compile(code, "a.py", "exec")


def test_an_import_that_is_needed_stands_beside_those_of_the_library() -> None:
    code, left = fixed(
        """
        import os


        def f():
            return os.environ["KERAS_BACKEND"]


        os.environ["KERAS_BACKEND"] = "tensorflow"
        from keras.models import Sequential
        from keras.layers import Dense
        import numpy as np

        model = Sequential([Dense(1)])
        model.compile(loss="mse")
        model.fit(np.ones((4, 1)), np.ones((4, 1)))
        """,
        "DET305",
    )
    assert "import numpy as np\nimport keras\n\nkeras.utils.set_random_seed(SEED)\n\nmodel =" in code
    assert left == []


def test_what_is_needed_below_other_statements_is_in_order() -> None:
    code, left = fixed(
        """
        with open("a.txt") as f:
            text = f.read()

        from keras.models import Sequential
        from keras.layers import Dense

        model = Sequential([Dense(1)])
        model.compile(loss="mse")
        model.fit([[1.0]], [1.0])
        """,
        "DET305",
    )
    assert left == []
    assert "import Dense\n\n" not in code.partition("import keras")[0]
    compile(code, "a.py", "exec")
    assert code.index("import keras") < code.index("SEED = 42") < code.index("keras.utils.set_random_seed(SEED)")
