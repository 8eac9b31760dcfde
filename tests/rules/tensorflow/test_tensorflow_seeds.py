"""DET305, DET306, DET308 to DET310: draws and seeds of TensorFlow and Keras, and what only looks like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import projects
from tests.helpers import check, diagnose, marked_lines

from detlint.diagnostics import Confidence
from detlint.rules.tensorflow.states import seeding_states

if TYPE_CHECKING:
    from pathlib import Path

KERAS = """
import keras
{before}
model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dropout(0.5), keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit([[1.0]], [1.0])
"""

GENERATORS = {
    "spelt by the experimental module": """
        import tensorflow as tf
        g = tf.random.experimental.Generator.from_non_deterministic_state()  # !
    """,
    "imported by name": """
        from tensorflow.random import Generator
        g = Generator.from_non_deterministic_state()  # !
    """,
    "global": """
        import tensorflow as tf
        def noise(shape):
            return tf.random.get_global_generator().normal(shape)  # !
    """,
    "global, set afterwards": """
        import tensorflow as tf
        def noise(shape):
            x = tf.random.get_global_generator().normal(shape)  # !
            tf.random.set_global_generator(tf.random.Generator.from_seed(1))
            return x
    """,
    "raw": """
        import tensorflow as tf
        seed = tf.raw_ops.NonDeterministicInts(shape=[2])  # !
    """,
}

NO_GENERATORS = {
    "seeded": """
        import tensorflow as tf
        g = tf.random.Generator.from_seed(1)
        h = tf.random.Generator.from_state([1, 2, 3], alg="philox")
    """,
    "global, set before": """
        import tensorflow as tf
        tf.random.set_global_generator(tf.random.Generator.from_seed(1))
        x = tf.random.get_global_generator().normal((2,))
    """,
    "global, set by a helper": """
        import tensorflow as tf
        def seed_all(seed):
            tf.random.set_global_generator(tf.random.Generator.from_seed(seed))
        def noise():
            return tf.random.get_global_generator().normal((2,))
    """,
    "reset": """
        import tensorflow as tf
        g = tf.random.Generator.from_non_deterministic_state()
        g.reset_from_seed(3)
        tf.random.get_global_generator().reset_from_seed(3)
    """,
    "torch": """
        import torch
        g = torch.Generator()
    """,
    "NumPy": """
        import numpy as np
        g = np.random.Generator(np.random.PCG64(1))
    """,
    "own class": """
        class Generator:
            @classmethod
            def from_non_deterministic_state(cls):
                return cls()
        g = Generator.from_non_deterministic_state()
    """,
}

REMOVED = {
    "plain": """
        import tensorflow as tf
        tf.set_random_seed(3)  # !
    """,
    "of the module": """
        import tensorflow as tf
        tf.random.set_random_seed(3)  # !
    """,
    "in a helper": """
        import random
        import tensorflow
        def seed_all(seed):
            random.seed(seed)
            tensorflow.set_random_seed(seed)  # !
    """,
    "imported by name": """
        from tensorflow import set_random_seed as seed
        seed(3)  # !
    """,
}

NOT_REMOVED = {
    "compatibility module": """
        import tensorflow.compat.v1 as tf
        tf.set_random_seed(3)
    """,
    "compatibility module by attribute": """
        import tensorflow as tf
        tf.compat.v1.set_random_seed(3)
        tf.compat.v1.random.set_random_seed(3)
    """,
    "of Keras": """
        import tensorflow as tf
        tf.keras.utils.set_random_seed(3)
    """,
    "behind a version check": """
        import tensorflow as tf
        if int(tf.__version__.split(".")[0]) < 2:
            tf.set_random_seed(3)
        else:
            tf.random.set_seed(3)
    """,
    "behind hasattr": """
        import tensorflow as tf
        def seed(n):
            if hasattr(tf, "set_random_seed"):
                tf.set_random_seed(n)
    """,
    "tried": """
        import tensorflow as tf
        try:
            tf.random.set_seed(3)
        except AttributeError:
            tf.set_random_seed(3)
    """,
    "either module": """
        try:
            import tensorflow.compat.v1 as tf
        except ImportError:
            import tensorflow as tf
        tf.set_random_seed(3)
    """,
    "own function": """
        def set_random_seed(n):
            return n
        set_random_seed(3)
    """,
}

SHUFFLES = {
    "ready-made data sets": """
        import tensorflow_datasets as tfds
        def load(size, BUFFER_SIZE=1000):
            (train, test), info = tfds.load("mnist", split=["train", "test"], with_info=True)
            train = train.shuffle(BUFFER_SIZE)  # !
            return train.take(size)
        if __name__ == "__main__":
            for images in load(3):
                print(images)
    """,
    "list of files": """
        import tensorflow as tf
        files = tf.data.Dataset.list_files("*.png")  # !
        model = tf.keras.models.load_model("m.keras")
        model.fit(files)
    """,
    "mixed data sets": """
        import tensorflow as tf
        a, b = tf.data.Dataset.range(3), tf.data.Dataset.range(4)
        both = tf.data.Dataset.sample_from_datasets([a, b])  # !
        model = tf.keras.models.load_model("m.keras")
        model.fit(both)
    """,
    "chain of methods": """
        import tensorflow as tf
        data = (
            tf.data.TFRecordDataset("x")
            .map(tf.io.decode_raw)
            .shuffle(100)  # !
            .batch(4)
        )
        model = tf.keras.models.load_model("m.keras")
        model.fit(data)
    """,
    "ops that ignore the global seed": """
        import tensorflow as tf
        tf.random.set_seed(1)
        def f(x, size, boxes):
            a = tf.nn.fractional_avg_pool(x, [1.0, 1.4, 1.4, 1.0])  # !
            b = tf.nn.fractional_max_pool(x, [1.0, 1.4, 1.4, 1.0], seed=0)  # !
            c = tf.image.sample_distorted_bounding_box(size, boxes)  # !
            return a, b, c, tf.raw_ops.RandomShuffle(value=x)  # !
    """,
}

SHUFFLES_NOT = {
    "a list, beside ready-made data sets": """
        import random
        import tensorflow_datasets as tfds
        def load(rng: random.Random, names: list, deck):
            rng.shuffle(names)
            deck.shuffle(names)
            return tfds.load(names[0])
    """,
    "one seed for everything": """
        import tensorflow as tf
        tf.keras.utils.set_random_seed(3)
        files = tf.data.Dataset.list_files("*.png").shuffle(100)
        tf.keras.models.load_model("m.keras").fit(files)
    """,
    "files in order": """
        import tensorflow as tf
        def load(pattern):
            return tf.data.Dataset.list_files(pattern, shuffle=False).batch(4)
    """,
    "an option with a seed": """
        import tensorflow as tf
        def load(data: tf.data.Dataset, seed: int):
            return data.shuffle(1000, seed=seed, reshuffle_each_iteration=False)
    """,
    "what is unpacked may hold a seed": """
        import tensorflow as tf
        def load(data: tf.data.Dataset, **options):
            return data.shuffle(10, **options)
    """,
    "global seed": """
        import tensorflow as tf
        tf.random.set_seed(1)
        files = tf.data.Dataset.list_files("*.png").shuffle(100)
        model = tf.keras.models.load_model("m.keras")
        model.fit(files)
    """,
    "own seed": """
        import tensorflow as tf
        files = tf.data.Dataset.list_files("*.png", seed=1).shuffle(100, 3)
        model = tf.keras.models.load_model("m.keras")
        model.fit(files)
    """,
    "own seed of ops that ignore the global one": """
        import tensorflow as tf
        def f(x):
            return tf.nn.fractional_avg_pool(x, [1.0, 1.4, 1.4, 1.0], seed=7)
    """,
    "random": """
        import random
        random.shuffle([1, 2, 3])
    """,
    "pandas": """
        import pandas as pd
        import tensorflow as tf
        frame = pd.read_csv("x.csv")
        print(frame.sample(3))
    """,
    "own class": """
        import tensorflow as tf
        class Deck:
            def shuffle(self, times):
                return times
        print(Deck().shuffle(3))
    """,
    "in TensorFlow code that draws more and seeds nothing": """
        import tensorflow as tf
        data = tf.data.Dataset.range(8).shuffle(8)
        print(tf.random.normal((3,)), list(data))
    """,
}

LOADERS = {
    "images": """
        import keras
        import tensorflow as tf
        tf.random.set_seed(1)
        def load(folder):
            return keras.utils.image_dataset_from_directory(folder, image_size=(64, 64))  # !
    """,
    "old module": """
        import tensorflow as tf
        def load(folder):
            return tf.keras.preprocessing.text_dataset_from_directory(folder, seed=None)  # !
    """,
    "generator that augments": """
        from keras.preprocessing.image import ImageDataGenerator
        def load(x, y):
            return ImageDataGenerator(horizontal_flip=True).flow(x, y, shuffle=False)  # !
    """,
    "generator held by a name": """
        from tensorflow.keras.preprocessing.image import ImageDataGenerator
        def load(frame):
            generator = ImageDataGenerator(rotation_range=10)
            return generator.flow_from_dataframe(frame)  # !
    """,
}

LOADERS_NOT = {
    "a seed of everything before": """
        import keras
        def main():
            keras.utils.set_random_seed(1)
            print(keras.utils.image_dataset_from_directory("x").class_names)
        if __name__ == "__main__":
            main()
    """,
    "a function of one's own": """
        def image_dataset_from_directory(folder):
            return sorted(folder)
        def load(folder):
            return image_dataset_from_directory(folder)
    """,
    "arrays in order and as they are": """
        from tensorflow.keras.preprocessing.image import ImageDataGenerator
        def load(x, y):
            return ImageDataGenerator().flow(x, y, shuffle=False)
    """,
    "what is unpacked may hold a seed": """
        import keras
        def load(folder, **options):
            return keras.utils.image_dataset_from_directory(folder, **options)
    """,
    "seed": """
        import keras
        def load(folder, seed):
            return keras.utils.image_dataset_from_directory(folder, seed=seed)
    """,
    "in order": """
        import keras
        def load(folder):
            return keras.utils.audio_dataset_from_directory(folder, shuffle=False)
    """,
    "split without a seed, which raises": """
        import keras
        def load(folder):
            return keras.utils.image_dataset_from_directory(folder, validation_split=0.2, subset="training")
    """,
    "generator that only scales, in order": """
        from keras.preprocessing.image import ImageDataGenerator
        def load(folder):
            return ImageDataGenerator(rescale=1 / 255).flow_from_directory(folder, shuffle=False)
    """,
    "NumPy seeded": """
        import numpy as np
        import tensorflow as tf
        def main():
            np.random.seed(1)
            print(tf.keras.utils.image_dataset_from_directory("x").class_names)
        if __name__ == "__main__":
            main()
    """,
    "arrays in order": """
        import keras
        def load(x, y):
            return keras.utils.timeseries_dataset_from_array(x, y, 10)
    """,
    "torchvision": """
        from torchvision.datasets import ImageFolder
        data = ImageFolder("x")
    """,
}


def cases(table: dict[str, str]) -> list[object]:
    """The cases of a table, with their names as ids."""
    return [pytest.param(code, id=name.replace(" ", "-")) for name, code in table.items()]


def lines(code: str, rule: str, *targets: str) -> list[int]:
    """The lines on which a rule reports a piece of code."""
    return [line for line, _ in check(code, rule, targets)]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        pytest.param(rule, code, id=f"{rule}-{name}".replace(" ", "-"))
        for rule, table in {
            "DET306": SHUFFLES, "DET308": GENERATORS, "DET309": LOADERS, "DET310": REMOVED,
        }.items()
        for name, code in table.items()
    ],
)  # fmt: skip
def test_what_is_reported(rule: str, code: str) -> None:
    assert lines(code, rule) == marked_lines(code)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        pytest.param(rule, code, id=f"{rule}-{name}".replace(" ", "-"))
        for rule, table in {
            "DET306": SHUFFLES_NOT, "DET308": NO_GENERATORS, "DET309": LOADERS_NOT, "DET310": NOT_REMOVED,
        }.items()
        for name, code in table.items()
    ],
)  # fmt: skip
def test_what_is_left_alone(rule: str, code: str) -> None:
    assert lines(code, rule) == []


@pytest.mark.parametrize(
    ("before", "target", "reported"),
    [
        ("", "", True),
        ("keras.utils.set_random_seed(1)", "", False),
        ("import tensorflow as tf\ntf.random.set_seed(1)", "", True),
        ("import tensorflow as tf\ntf.random.set_seed(1)", "tensorflow=2.8", False),
        ("import tensorflow as tf\ntf.random.set_seed(1)", "tensorflow=2.12", True),
        ("import random\nimport tensorflow as tf\nrandom.seed(1)\ntf.random.set_seed(1)", "", False),
        ("import random\nrandom.seed(1)", "", True),
        ("import numpy as np\nnp.random.seed(1)", "", True),
    ],
)
def test_which_seed_reaches_what_keras_draws(before: str, target: str, reported: bool) -> None:
    found = check(KERAS.format(before=before), "DET305", (target,) if target else ())
    assert bool(found) is reported


OF_TENSORFLOW_1 = """\
import tensorflow as tf

from net import build

tf.logging.set_verbosity(3)
{seed}
weights = build()
estimator = tf.estimator.Estimator(model_fn=lambda features: weights)
estimator.train(input_fn=lambda: None)
"""
INITIALISED = """\
import tensorflow as tf


def build():
    start = tf.initializers.variance_scaling(scale=2.0)
    return tf.Variable(start((3, 3)))
"""


SESSION = """\
import tensorflow as tf

from net import build

{seed}
weights = build()
step = tf.train.AdamOptimizer().minimize(tf.reduce_sum(weights))
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    session.run(step)
"""


@pytest.mark.parametrize(
    ("code", "reported"),
    [
        (OF_TENSORFLOW_1.format(seed="tf.set_random_seed(1)"), False),
        (SESSION.format(seed="tf.set_random_seed(1)"), False),
        (SESSION.format(seed=""), True),
    ],
)
def test_initialisers_of_tensorflow_1_are_of_the_graph(tmp_path: Path, code: str, *, reported: bool) -> None:
    assert bool(projects.found(tmp_path, {"main.py": code, "net.py": INITIALISED}, "DET305")) is reported


def test_a_seed_that_does_not_reach_keras_is_named() -> None:
    code = KERAS.format(before="import tensorflow as tf\ntf.random.set_seed(1)")
    (found,) = diagnose(code, "DET305")
    assert "comes from Python's `random`, which TensorFlow's seed does not reach" in found.message
    (found,) = diagnose(KERAS.format(before=""), "DET305")
    assert "never seeded" in found.message


def test_the_older_keras_by_choice() -> None:
    legacy = "import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\n"
    code = "import random\nfrom tensorflow.keras.layers import Dropout\nrandom.seed(1)\nprint(Dropout(0.5)([[1.0]]))\n"
    train = "import tensorflow as tf\ntf.keras.Sequential([Dropout(0.5)]).fit([[1.0]], [1.0], shuffle=False)\n"
    assert check(code + train, "DET305") == []
    assert check(legacy + code + train, "DET305") == [(6, "DET305")]


BUILT_EARLY = """\
import keras

net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, **initial)])
{between}keras.utils.set_random_seed(3)
net.fit(x, y)
"""


@pytest.mark.parametrize(
    ("layer", "between", "target", "line"),
    [
        ("", "", "", 4),
        ("", "", "keras=3.5", 4),
        ("", "", "tensorflow=2.8", None),
        ("", "", "tensorflow=2.15", None),
        ("", "net.load_weights('w.h5')\n", "", None),
        ("kernel_initializer='zeros'", "", "", None),
    ],
)
def test_weights_drawn_before_the_seed(layer: str, between: str, target: str, line: int | None) -> None:
    code = BUILT_EARLY.replace("**initial", layer).format(between=between)
    found = check(code, "DET109", (target,) if target else ())
    assert found == ([] if line is None else [(line, "DET109")])


RESTORED = """
import tensorflow.compat.v1 as tf

x = tf.placeholder(tf.float32, (None, 3))
w = tf.get_variable("w", (3, 3), initializer=tf.random_normal_initializer())
y = tf.layers.dense(x @ w, 4)
with tf.Session() as session:
    {fill}
    print(session.run(y, {{x: data}}))
"""


@pytest.mark.parametrize(
    ("fill", "drawn"),
    [
        ("tf.train.Saver().restore(session, path)", False),
        ("saver = tf.train.Saver()\n    saver.restore(session, path)", False),
        ("session.run(tf.global_variables_initializer())", True),
        ("session.run(tf.global_variables_initializer())\n    tf.train.Saver([w]).restore(session, path)", True),
        ("if len(path) > 3:\n        tf.train.Saver().restore(session, path)", True),
        ("if path:\n        tf.train.Saver().restore(session, path)", False),
    ],
)
def test_a_graph_draws_no_values_for_variables_that_it_restores(fill: str, drawn: bool) -> None:
    assert bool(check(RESTORED.format(fill=fill), "DET305")) is drawn


INITIALISER = """
import tensorflow as tf

start = tf.initializers.VarianceScaling(scale=0.1)


def layer(width):
    return build(width, start)


{last}

if __name__ == "__main__":
    print(layer(3))
"""


@pytest.mark.parametrize(("last", "drawn"), [("WIDTH = 3", False), ("WEIGHTS = start((3, 3))", True)])
def test_an_initialiser_for_functions_of_a_module(last: str, drawn: bool) -> None:
    assert bool(check(INITIALISER.format(last=last), "DET305")) is drawn


NOT_DRAWN = {
    "weights are loaded on both branches": """
        import keras
        from keras import backend

        def network(top=True, weights="own"):
            model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
            if weights == "own":
                if backend.image_dim_ordering() == "th":
                    model.load_weights("th.h5")
                else:
                    model.load_weights("tf.h5")
            return model

        network().predict(x)
    """,
    "a model of another library is fitted": """
        from series.models import DenseModel, read

        model = DenseModel(length=3)
        model.fit(series=read(), epochs=50)
        DenseModel(length=3).fit(read(), epochs=50)
    """,
    "weights are given": """
        import keras
        from keras.layers import Conv2D, Embedding, Input

        x = Input((3,))
        y = Embedding(9, 4, weights=[matrix], trainable=False)(x)
        y = Conv2D(2, 3, weights=weights)(y)
        keras.Model(x, y).predict(table)
    """,
    "weights are loaded from a path with a fallback": """
        import keras
        from somewhere import find

        def build(path=None):
            model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
            if path is not None:
                model.load_weights(path)
            return model

        class Generator:
            def __init__(self, path=None):
                if path is None:
                    path = find("weights.h5")
                self.model = build(path=path)

        Generator("{}.h5".format(name)).model.predict(x)
        Generator().model.predict(x)
    """,
    "a function is given to a decorator": """
        import tensorflow as tf
        from elsewhere import function

        def gradient(x, dy):
            return dy * tf.random.uniform([])

        @function.Defun(grad_func=gradient)
        def identity(x):
            return x

        print(tf.constant(3.0))
    """,
    "a library": """
        import keras
        def build():
            return keras.Sequential([keras.layers.Dense(4)])
    """,
    "only built": """
        import keras
        model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dropout(0.1)])
        model.summary()
    """,
    "initialisers with seeds": """
        import keras
        model = keras.Sequential([keras.layers.Dense(4, kernel_initializer=keras.initializers.GlorotUniform(seed=1))])
        model.compile(loss="mse")
        model.fit([[1.0]], [1.0], shuffle=False)
    """,
    "initialisers that draw nothing": """
        import keras
        model = keras.Sequential([keras.layers.Dense(4, kernel_initializer="zeros")])
        model.compile(loss="mse")
        model.fit([[1.0]], [1.0], shuffle=False)
    """,
    "a model that is loaded": """
        import keras
        model = keras.models.load_model("m.keras")
        print(model.predict([[1.0]]))
    """,
    "pretrained weights": """
        import keras
        model = keras.applications.ResNet50(weights="imagenet")
        print(model.predict([[1.0]]))
    """,
    "stateless draws": """
        import tensorflow as tf
        print(tf.random.stateless_normal((3,), seed=(1, 2)))
    """,
    "draws with seeds": """
        import tensorflow as tf
        print(tf.random.normal((3,), seed=1))
    """,
    "a generator of its own": """
        import tensorflow as tf
        print(tf.random.Generator.from_seed(1).normal((3,)))
    """,
    "another fit": """
        from sklearn.linear_model import LinearRegression
        model = LinearRegression()
        model.fit([[1.0]], [1.0])
    """,
}


@pytest.mark.parametrize("code", cases(NOT_DRAWN))
def test_what_draws_nothing_unseeded(code: str) -> None:
    assert check(code, "DET305") == []


@pytest.mark.parametrize(
    ("draw", "version", "backend", "expected"),
    [
        ("keras:init", (2, 9), "tensorflow", ("tensorflow",)),
        ("keras:init", (2, 10), "tensorflow", ("python",)),
        ("keras:init", (3, 5), "jax", ("python",)),
        ("keras:dropout", (2, 15), "tensorflow", ("tensorflow",)),
        ("keras:dropout", (3, 0), "tensorflow", ("python",)),
        ("keras:dropout", (3, 0), "torch", ("torch", "keras_backend")),
        ("keras:noise", (2, 6), "tensorflow", ("numpy",)),
        ("keras:augmentation", (2, 6), "tensorflow", ()),
        ("keras:fit", (3, 0), "jax", ("numpy",)),
        ("keras:fit", (3, 0), "elsewhere", ("tensorflow",)),
        ("keras:loader", (3, 0), "torch", ("numpy",)),
    ],
)
def test_states_of_keras(draw: str, version: tuple[int, int], backend: str, expected: tuple[str, ...]) -> None:
    assert seeding_states(draw, version, backend) == expected


@pytest.mark.parametrize(
    ("draw", "function"),
    [
        ("tf.random.normal((3,))", "keras.utils.set_random_seed"),
        ("tf.random_normal([3])", "tf.compat.v1.set_random_seed"),
        ("tf.truncated_normal([3])", "tf.compat.v1.set_random_seed"),
    ],
)
def test_what_seeds_a_graph_is_another_function(draw: str, function: str) -> None:
    (found,) = diagnose(f"import tensorflow as tf\nprint({draw})\n", "DET305")
    assert f"`{function}(SEED)`" in found.repair


@pytest.mark.parametrize("off", ["disable_v2_behavior()", "disable_eager_execution()", "placeholder(tf.float32)", ""])
def test_the_seed_of_a_graph_that_a_newer_version_runs(off: str) -> None:
    call = f"tf.compat.v1.{off}" if off else ""
    (found,) = diagnose(f"import tensorflow as tf\n{call}\nprint(tf.random.normal((3,)))\n", "DET305")
    assert ("tf.compat.v1.set_random_seed(SEED)" in found.repair) is bool(off)
    assert (found.fix is None) is bool(off)


GRAPH = """\
import tensorflow as tf
x = tf.Variable(1.0)
with tf.{session}() as session:
    session.run(tf.compat.v1.train.AdamOptimizer().minimize(x))
"""


@pytest.mark.parametrize(("session", "low"), [("Session", True), ("compat.v1.Session", False)])
def test_op_determinism_is_not_asked_of_tensorflow_1(session: str, low: bool) -> None:
    (found,) = diagnose(GRAPH.format(session=session), "DET303", min_confidence="low")
    assert (found.confidence is Confidence.LOW) is low


PARTS = """\
import tensorflow as tf


def load_weights_of(model, path):
    for name in ("body", "head"):
        part = model.get_layer(name)
        for i, layer in enumerate(part.layers):
            {skip}
            norm = None
            if i + 1 < len(part.layers):
                norm = part.layers[i + 1]
            if norm is None:
                layer.set_weights([1, 2])
            else:
                layer.set_weights([1])
                norm.set_weights([2])


def main(path, pretrained):
    net = tf.keras.Sequential([tf.keras.layers.Dense(2)])  # !
    {call}
    print(net(tf.ones((1, 2))))


if __name__ == "__main__":
    import sys

    main(sys.argv[1], len(sys.argv) > 2)
"""


@pytest.mark.parametrize(
    ("skip", "call", "reported"),
    [
        ("if not layer.name.startswith('conv'):\n                continue", "load_weights_of(net, path)", False),
        ("pass", "load_weights_of(net, path)", False),
        ("if not path:\n                continue", "load_weights_of(net, path)", True),
        ("pass", "if pretrained:\n        load_weights_of(net, path)", True),
        ("pass", "for fold in range(3):\n        if fold > 1:\n            net.load_weights(path)", True),
    ],
)
def test_weights_that_are_set_part_by_part_are_loaded(skip: str, call: str, reported: bool) -> None:
    code = PARTS.format(skip=skip, call=call)
    assert bool(check(code, "DET305", targets=["tensorflow=2.9"])) is reported


CONVERSION = """\
import sys

import tensorflow as tf
import {library}


def set_dense(layer, state):
    kernel = state["weight"].numpy().T
    {replace}


def main(kind, state):
    if kind == "small":
        net = tf.keras.Sequential([tf.keras.layers.Dense(2)])  # !
        {guard}set_dense(net.layers[0], state)
        net.save("net.h5")


if __name__ == "__main__":
    main(sys.argv[1], {library}.load(sys.argv[2]))
"""


@pytest.mark.parametrize(
    ("library", "replace", "guard", "reported"),
    [
        ("torch", "layer.set_weights([kernel, state['bias'].numpy()])", "", False),
        ("torch", "layer.set_weights([kernel])", "", False),
        ("h5py", "layer.kernel.assign(state['weight'])", "", False),
        ("torch", "layer.kernel.assign(kernel)", "", False),
        ("torch", "layer.set_weights(other.get_weights())", "", True),
        ("torch", "layer.set_weights([kernel])", "if len(sys.argv) > 3: ", True),
        ("torch", "layer.steps.assign(0)", "", True),
        ("pickle", "layer.kernel.assign(kernel)", "", True),
    ],
)
def test_weights_of_another_library_replace_those_drawn(
    library: str, replace: str, guard: str, *, reported: bool
) -> None:
    code = CONVERSION.format(library=library, replace=replace, guard=guard)
    assert bool(check(code, "DET305", targets=["tensorflow=2.9"])) is reported


RESTORING = """\
import sys

import tensorflow as tf


class Net:
    def __init__(self, file=None):
        self.file = file
        self.session = tf.compat.v1.Session()
        tf.compat.v1.layers.dense(tf.compat.v1.placeholder(tf.float32, (None, 2)), 2)
        {restore}

    def restore(self, file):
        tf.compat.v1.train.Saver().restore(self.session, file)


if __name__ == "__main__":
    net = Net(sys.argv[1])
    {train}
    print(net.session.run("y"))
"""


@pytest.mark.parametrize(
    ("restore", "train", "reported"),
    [
        ("self.restore(file)", "pass", False),
        ("if self.file is not None:\n            self.restore(self.file)", "pass", False),
        ("if len(sys.argv) > 2:\n            self.restore(self.file)", "pass", True),
        ("pass", "pass", True),
        (
            "if self.file is not None:\n            self.restore(self.file)",
            "net.session.run(tf.compat.v1.train.AdamOptimizer().minimize(1.0))",
            True,
        ),
    ],
)
def test_weights_that_a_session_restores(restore: str, train: str, *, reported: bool) -> None:
    code = RESTORING.format(restore=restore, train=train)
    assert bool(diagnose(code, "DET305", targets=["tensorflow=2.9"])) is reported


BUILT = """\
import sys

import tensorflow as tf
from acme import tools


def load(model, path):
    for layer in model.layers:
        layer.set_weights([open(path).read()])


if __name__ == "__main__":
    model = tf.keras.Sequential([tf.keras.layers.Dense(2, kernel_initializer=tf.random_normal_initializer())])
    {load}
    print(model(tf.ones((1, 2))))
"""


@pytest.mark.parametrize(
    ("load", "reported"), [("load(model, sys.argv[1])", False), ("tools.load_weights(model)", False), ("pass", True)]
)
def test_initialisers_of_weights_that_are_loaded_draw_nothing(load: str, *, reported: bool) -> None:
    assert bool(diagnose(BUILT.format(load=load), "DET305", targets=["tensorflow=2.9"])) is reported


GRAPHS = """
import tensorflow as tf

with tf.Graph().as_default():
    print(tf.random_normal([3]))
{between}
tf.set_random_seed(3)
x = tf.random_normal([3])
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    {last}
"""


@pytest.mark.parametrize(
    ("between", "last", "rule", "found"),
    [
        ("", "session.run(x)", "DET109", True),
        ("tf.reset_default_graph()", "session.run(x)", "DET109", False),
        ("", "tf.keras.layers.Dense(3)(x)", "DET305", False),
        ("", "session.run(x)", "DET310", False),
    ],
)
def test_graphs_have_seeds_of_their_own(between: str, last: str, rule: str, found: bool) -> None:
    assert bool(check(GRAPHS.format(between=between, last=last), rule)) is found


@pytest.mark.parametrize(("use", "reported"), [("predict(tf.ones((1, 2)))", False), ("fit([[1.0]], [1.0])", True)])
def test_layers_drop_only_in_training(use: str, *, reported: bool) -> None:
    code = f"""
        import sys
        import tensorflow as tf
        model = tf.keras.Sequential([tf.keras.layers.Dense(2), tf.keras.layers.Dropout(0.5)])
        model.load_weights(sys.argv[1])
        model.compile(loss="mse")
        print(model.{use})
    """
    assert bool(diagnose(code, "DET305", targets=["tensorflow=2.9"])) is reported
