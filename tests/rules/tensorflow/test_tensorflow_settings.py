"""DET307 and DET311; what calls of TensorFlow and Keras do, and what `detlint op` knows of them."""

from __future__ import annotations

import ast

import pytest
from tests.helpers import check, marked_lines

from detlint.index import FileIndex
from detlint.ops import describe
from detlint.plugins import load_packs
from detlint.project.effects import EffectTable
from detlint.registry import registry
from detlint.rules.tensorflow import detlint_pack
from detlint.rules.tensorflow.ops import Span, by_name, facts, ops
from detlint.versions import Version

OUT_OF_ORDER = {
    "by position": """
        import tensorflow as tf
        from tensorflow.data import AUTOTUNE
        def load(files, parse):
            data = tf.data.Dataset.from_tensor_slices(files)
            data = data.interleave(tf.data.TFRecordDataset, 4, 16, AUTOTUNE, False)  # !
            data = data.map(parse, AUTOTUNE, False)  # !
            return data.batch(8, True, AUTOTUNE, False)  # !
    """,
    "sloppy by position": """
        import tensorflow as tf
        def load(data: tf.data.Dataset, parse):
            return data.apply(tf.data.experimental.parallel_interleave(parse, 4, 1, True))  # !
    """,
    "interleave": """
        import tensorflow as tf
        def load(files):
            data = tf.data.Dataset.list_files(files, shuffle=False)
            return data.interleave(tf.data.TFRecordDataset, num_parallel_calls=4, deterministic=False)  # !
    """,
    "of an annotated data set": """
        import tensorflow as tf
        def load(data: tf.data.Dataset, parse):
            return data.map(parse, deterministic=False)  # !
    """,
    "through a variable": """
        import tensorflow as tf
        ORDERED = False
        def load(files, parse):
            return tf.data.TFRecordDataset(files).map(parse, num_parallel_calls=4, deterministic=ORDERED)  # !
    """,
    "from a dict": """
        import tensorflow as tf
        def load(files, parse):
            parallel = dict(num_parallel_calls=4, deterministic=False)  # !
            return tf.data.TFRecordDataset(files).map(parse, **parallel)
    """,
    "of an unknown data set": """
        import tensorflow as tf
        def load(data, parse):
            return data.map(parse, num_parallel_calls=tf.data.AUTOTUNE, deterministic=False)  # !
    """,
    "in a chain": """
        import tensorflow as tf
        def load(x, parse):
            return tf.data.Dataset.from_tensor_slices(x).cache().map(parse, deterministic=False).batch(4)  # !
    """,
    "option": """
        import tensorflow as tf
        def load(data):
            options = tf.data.Options()
            options.experimental_deterministic = False  # !
            return data.with_options(options)
    """,
    "option of unknown origin": """
        import tensorflow as tf
        def relax(options):
            options.experimental_deterministic = False  # !
    """,
    "option of a data set": """
        from tensorflow.data import Dataset
        def relax(files):
            options = Dataset.list_files(files, shuffle=False).options()
            options.deterministic = False  # !
            return options
    """,
    "option by setattr": """
        import tensorflow as tf
        options = tf.data.Options()
        setattr(options, "deterministic", False)  # !
    """,
    "sloppy": """
        import tensorflow as tf
        def load(files):
            fast = tf.data.experimental.parallel_interleave(tf.data.TFRecordDataset, cycle_length=4, sloppy=True)  # !
            return tf.data.experimental.make_csv_dataset(files, 8, sloppy=True), fast  # !
    """,
    "old module": """
        import tensorflow.compat.v1 as tf
        def load(files, parse):
            return tf.data.TFRecordDataset(files).map(parse, num_parallel_calls=4, deterministic=False)  # !
    """,
}

IN_ORDER = {
    "by position, in order": """
        import tensorflow as tf
        def load(data: tf.data.Dataset, parse):
            data = data.interleave(tf.data.TFRecordDataset, 4, 16, tf.data.AUTOTUNE, True)
            return data.map(parse, tf.data.AUTOTUNE, None).batch(8, False)
    """,
    "other methods with as many arguments": """
        import tensorflow as tf
        def load(pool, frame, f):
            return pool.map(f, range(3), False), frame.batch(1, 2, 3, False)
    """,
    "default": """
        import tensorflow as tf
        def load(files, parse):
            return tf.data.TFRecordDataset(files).map(parse, num_parallel_calls=4).batch(4, num_parallel_calls=2)
    """,
    "said so": """
        import tensorflow as tf
        options = tf.data.Options()
        options.deterministic = True
        data = tf.data.Dataset.range(3).map(abs, num_parallel_calls=2, deterministic=True)
    """,
    "mode": """
        import tensorflow as tf
        def main():
            tf.config.experimental.enable_op_determinism()
            print(list(tf.data.Dataset.range(3).map(abs, num_parallel_calls=2, deterministic=False)))
        if __name__ == "__main__":
            main()
    """,
    "torch's flag": """
        import torch
        torch.backends.cudnn.deterministic = False
    """,
    "own map": """
        import tensorflow as tf
        class Pool:
            def map(self, function, deterministic=True):
                return function
        Pool().map(print, deterministic=False)
    """,
    "pandas": """
        import pandas as pd
        pd.Series([1, 2]).map(abs)
    """,
    "own options": """
        class Options:
            experimental_deterministic = True
        options = Options()
        options.experimental_deterministic = False
    """,
    "executor": """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor() as pool:
            print(list(pool.map(abs, [1, 2])))
    """,
    "a reinforcement learner's policy": """
        import tensorflow as tf
        def act(model, observation):
            return model.predict(observation, deterministic=False)
    """,
    "decided by the caller": """
        import tensorflow as tf
        def load(data, parse, ordered):
            return data.map(parse, num_parallel_calls=4, deterministic=ordered)
    """,
}

UNCOVERED = {
    "session of TensorFlow 1, which has no such mode": """
        import tensorflow as tf
        with tf.Session() as session:
            session.run([])
    """,
    "session of the compatibility module": """
        import tensorflow.compat.v1 as tf
        with tf.Session() as session:  # !
            session.run([])
    """,
    "interactive session": """
        from tensorflow.compat.v1 import InteractiveSession
        session = InteractiveSession()  # !
    """,
    "monitored session": """
        import tensorflow as tf
        def train(hooks):
            with tf.compat.v1.train.MonitoredTrainingSession(hooks=hooks) as session:  # !
                session.run([])
    """,
    "parameter servers": """
        from tensorflow.distribute.experimental import ParameterServerStrategy as Servers
        def strategy(resolver):
            return Servers(resolver)  # !
    """,
    "parameter servers of the compatibility module": """
        import tensorflow.compat.v1 as tf
        strategy = tf.distribute.experimental.ParameterServerStrategy()  # !
    """,
    "class in a variable": """
        import tensorflow as tf
        strategy_class = tf.distribute.ParameterServerStrategy
        def strategy(resolver):
            return strategy_class(resolver)  # !
    """,
    "custom op": """
        import tensorflow as tf
        zero_out = tf.load_op_library("./zero_out.so")  # !
    """,
}

COVERED = {
    "mirrored": """
        import tensorflow as tf
        strategy = tf.distribute.MirroredStrategy()
    """,
    "one device, TPU": """
        import tensorflow as tf
        a = tf.distribute.OneDeviceStrategy("GPU:0")
        b = tf.distribute.TPUStrategy()
    """,
    "database session": """
        from sqlalchemy.orm import Session
        with Session() as session:
            print(session)
    """,
    "web session": """
        import requests
        session = requests.Session()
    """,
    "other runtimes": """
        import onnxruntime
        session = onnxruntime.InferenceSession("m.onnx")
    """,
    "own strategy": """
        import tensorflow as tf
        class ParameterServerStrategy:
            pass
        strategy = ParameterServerStrategy()
    """,
    "asked for, not made": """
        import tensorflow as tf
        def is_server(strategy):
            return isinstance(strategy, tf.distribute.ParameterServerStrategy)
    """,
    "in an annotation": """
        import tensorflow as tf
        def run(session: tf.compat.v1.Session):
            return session.run([])
    """,
    "configuration": """
        import tensorflow as tf
        config = tf.compat.v1.ConfigProto()
    """,
}


def cases(*tables: tuple[str, dict[str, str]]) -> list[object]:
    """The cases of tables, each with the rule, and with their names as ids."""
    return [
        pytest.param(rule, code, id=f"{rule}-{name}".replace(" ", "-"))
        for rule, table in tables
        for name, code in table.items()
    ]


@pytest.mark.parametrize(("rule", "code"), cases(("DET307", OUT_OF_ORDER), ("DET311", UNCOVERED)))
def test_what_is_reported(rule: str, code: str) -> None:
    assert [line for line, _ in check(code, rule)] == marked_lines(code)


@pytest.mark.parametrize(("rule", "code"), cases(("DET307", IN_ORDER), ("DET311", COVERED)))
def test_what_is_left_alone(rule: str, code: str) -> None:
    assert check(code, rule) == []


def test_sessions_are_covered_before_op_determinism() -> None:
    code = "import tensorflow.compat.v1 as tf\na = tf.Session()\nb = tf.distribute.ParameterServerStrategy()\n"
    assert check(code, "DET311", ("tensorflow=2.7",)) == [(3, "DET311")]


# --- what calls do ----------------------------------------------------------------------------------------------------
def effects(code: str) -> list[tuple[str, str]]:
    """The effects of the last call of a piece of code, as kinds and subjects, without the start of TensorFlow."""
    index = FileIndex(ast.parse(code), registry().knowledge)
    table = EffectTable(detlint_pack().effects)
    call = max(index.calls, key=lambda call: (call.lineno, -call.col_offset))
    return [(effect.kind, effect.subject) for effect in table.of(call, index) if effect.kind != "start"]


FIT_UNSEEN = [("draw", "keras:init"), ("train", "tensorflow"), ("draw", "keras:fit")]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import tensorflow as tf\ntf.random.uniform((3,))", [("draw", "tensorflow")]),
        ("import tensorflow as tf\ntf.random.uniform((3,), 0, 1, tf.float32, 3)", []),
        ("import tensorflow.compat.v1 as tf\ntf.random.normal((3,))", [("draw", "tensorflow")]),
        ("import tensorflow.compat.v1 as tf\ntf.random_shuffle(x)", [("draw", "tensorflow")]),
        ("import tensorflow as tf\ntf.nn.dropout(x, 0.5)", [("draw", "tensorflow")]),
        ("import tensorflow as tf\ntf.image.random_flip_left_right(x)", [("draw", "tensorflow")]),
        ("import tensorflow as tf\ntf.data.Dataset.range(3).shuffle(3)", [("draw", "tensorflow")]),
        ("import tensorflow as tf\nd = x\nd.shuffle(buffer_size=3)", [("draw", "tensorflow")]),
        ("import tensorflow as tf\nd = x\nd.shuffle(3)", []),
        ("import numpy\nd = x\nd.shuffle(buffer_size=3)", []),
        ("from tensorflow.keras import layers\nlayers.Dense(3)", [("draw", "keras:init")]),
        ("from tensorflow.keras import layers\nlayers.LSTM(3)", [("draw", "keras:init")]),
        ("from tensorflow.keras import layers\nlayers.Dropout(0.5)", [("draw", "keras:dropout")]),
        ("from tensorflow.keras import layers\nlayers.Dropout(0.5, seed=1)", []),
        ("from tensorflow.keras import layers\nlayers.Dropout(0)", []),
        ("from tensorflow.keras import layers\nlayers.BatchNormalization()", []),
        ("from keras import layers\nlayers.RandomFlip('horizontal')", [("draw", "keras:augmentation")]),
        ("from keras import layers\nlayers.GaussianNoise(0.1)", [("draw", "keras:noise")]),
        ("from keras.initializers import HeNormal\nHeNormal()", [("draw", "keras:init")]),
        ("import keras\nkeras.random.normal((3,))", [("draw", "keras:random")]),
        ("import keras\nkeras.applications.ResNet50()", []),
        ("import keras\nkeras.applications.ResNet50(weights=None)", [("draw", "keras:init")]),
        ("import keras\nkeras.applications.resnet50.ResNet50(weights=None)", [("draw", "keras:init")]),
        ("import keras\nm = keras.Sequential()\nm.fit(x, y)", [("train", "tensorflow"), ("draw", "keras:fit")]),
        ("import keras\nm = keras.Sequential()\nm.fit(x, y, shuffle=False)", [("train", "tensorflow")]),
        ("import keras\nm = keras.Sequential()\nm.load_weights('x')", [("load", "keras")]),
        ("import keras\nfrom a import m\nm.fit(x, y, epochs=3)", FIT_UNSEEN),
        ("from a import m\nm.fit(x, y, epochs=3)", FIT_UNSEEN),
        ("import torch\nfrom a import m\nm.fit(x, y, epochs=3)", []),
        ("import keras\nfrom a import m\nm.load_weights('x')", [("load", "keras")]),
        ("from sklearn.svm import SVC\nfrom a import m\nm.fit(x, y)", []),
        ("import keras\ndef f(m):\n m.compile(loss='a')\n m.fit(x)", FIT_UNSEEN),
        (
            "import keras\nfrom statsmodels.tsa.arima.model import ARIMA\nm = keras.Sequential()\n"
            "m.compile(loss='mse')\nm = ARIMA(x)\nm.fit()",
            [],
        ),
        ("import keras\no = keras.optimizers.Adam()\no.apply_gradients(g)", [("train", "tensorflow")]),
        ("import tensorflow as tf\ndef f(o, g):\n  o.apply_gradients(zip(g, v))", [("train", "tensorflow")]),
        ("import flax\ndef f(state, g):\n  state.apply_gradients(grads=g)", []),
        ("import tensorflow as tf\ntf.estimator.DNNClassifier([4], columns)", [("seed", "tensorflow")]),
        ("import tensorflow as tf\ntf.estimator.RunConfig()", []),
        ("import keras_tuner\nt = keras_tuner.Hyperband(f)\nt.search(x, epochs=2)", [("train", "tensorflow")]),
        ("import tensorflow as tf\ntf.compat.v1.train.AdamOptimizer().minimize(x)", [("train", "tensorflow")]),
        ("import scipy.optimize\nscipy.optimize.minimize(f, x)", []),
        ("import tensorflow as tf\ntf.config.experimental.enable_op_determinism()", [("mode_on", "tensorflow")]),
        ("import os\nos.environ.setdefault('TF_DETERMINISTIC_OPS', '1')", [("mode_on", "tensorflow")]),
        ("import os\nos.environ.setdefault('TF_DETERMINISTIC_OPS', '0')", []),
    ],
)
def test_what_calls_do(code: str, expected: list[tuple[str, str]]) -> None:
    assert effects(code) == expected


@pytest.mark.parametrize(
    ("code", "starts"),
    [
        ("import tensorflow as tf\ntf.constant(1)", True),
        ("import tensorflow as tf\ntf.matmul(a, b)", True),
        ("import tensorflow as tf\ntf.random.normal((3,))", True),
        ("import tensorflow as tf\ntf.random.set_seed(1)", False),
        ("import tensorflow as tf\ntf.config.list_physical_devices()", False),
        ("import tensorflow as tf\ntf.function(f)", False),
        ("from tensorflow import keras\nkeras.layers.Dense(1)", False),
    ],
)
def test_which_calls_start_tensorflow(code: str, starts: bool) -> None:
    index = FileIndex(ast.parse(code), registry().knowledge)
    found = EffectTable(detlint_pack().effects).of(index.calls[0], index)
    assert any(effect.kind == "start" for effect in found) is starts


# --- the facts --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("2.5-2.6", ("2.5", "2.6.5"), ("2.4.4", "2.7")),
        ("2.7-", ("2.7", "2.21"), ("2.6.5",)),
        ("-2.4", ("1.15", "2.4.4"), ("2.5",)),
    ],
)
def test_spans_of_versions(text: str, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    span = Span.parse(text)
    assert all(Version(version) in span for version in inside)
    assert not any(Version(version) in span for version in outside)


def test_spans_of_one_row_do_not_overlap() -> None:
    versions = [Version(f"2.{minor}") for minor in range(22)]
    for op in ops():
        for version in versions:
            assert sum(version in span for span in op.effects.values()) <= 1, op.names


def test_every_op_says_why_and_where_from() -> None:
    for op in ops():
        assert op.why
        assert op.source
        assert op.effects
        assert "raises" not in op.effects or op.replacement, op.names


def test_names_are_canonical() -> None:
    knowledge = registry().knowledge
    assert {name for name in by_name() if knowledge.canonical(name) != name} == set()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("tf.math.bincount", "tensorflow.math.bincount"),
        ("tf.segment_sum", "tensorflow.math.segment_sum"),
        ("tf.compat.v1.math.unsorted_segment_sum", "tensorflow.math.unsorted_segment_sum"),
        ("tf.keras.layers.UpSampling2D", "keras.layers.UpSampling2D"),
        ("sparse_dense_matmul", "tensorflow.sparse.sparse_dense_matmul"),
    ],
)
def test_ops_are_found_by_any_spelling(name: str, found: str) -> None:
    assert found in {fact.name for fact in describe(name, load_packs())}


def test_facts_name_the_rule() -> None:
    assert {fact.code for fact in facts()} == {"DET301", "DET302", "DET303"}


_HIDING = """
import argparse
import os
import tensorflow as tf

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cuda", action="store_true")
    options = parser.parse_args()
    {hiding}
    tf.keras.utils.set_random_seed(0)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.compile(loss="mse")
    model.fit([[1.0]], [1.0])

if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize(
    ("hiding", "hidden"),
    [
        ("tf.config.set_visible_devices([], 'GPU')", True),
        ("if not options.cuda: tf.config.set_visible_devices([], 'GPU')", False),
        ("if not options.cuda: os.environ['CUDA_VISIBLE_DEVICES'] = '-1'", False),
        ("os.environ['CUDA_VISIBLE_DEVICES'] = '-1'", True),
        ("if tf.config.list_physical_devices('GPU'): tf.config.set_visible_devices([], 'GPU')", True),
        ("gpus = tf.config.list_physical_devices('GPU')\n    if gpus: tf.config.set_visible_devices([], 'GPU')", True),
    ],
)
def test_gpus_that_an_option_hides_are_there_without_it(hiding: str, hidden: bool) -> None:
    found = check(_HIDING.format(hiding=hiding), "DET303", ("tensorflow=2.15",))
    assert [code for _, code in found] == ([] if hidden else ["DET303"])


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ("strategy = tf.distribute.TPUStrategy(resolver)", 0),
        ("strategy = tf.distribute.experimental.TPUStrategy(resolver)", 0),
        ("strategy = tf.distribute.MirroredStrategy()", 1),
        ("try:\n    strategy = tf.distribute.TPUStrategy(resolver)\nexcept ValueError:\n    strategy = None", 1),
        ("if resolver:\n    strategy = tf.distribute.TPUStrategy(resolver)", 1),
    ],
)
def test_op_determinism_is_of_no_use_on_a_tpu(chosen: str, found: int) -> None:
    train = "model = tf.keras.Sequential([tf.keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)\n"
    assert len(check(f"import tensorflow as tf\n\n{chosen}\n{train}", "DET303")) == found


@pytest.mark.parametrize(
    "call",
    [
        "tf.logging.set_verbosity(tf.logging.INFO)",
        "tf.gfile.Glob('*')",
        "tf.estimator.inputs.numpy_input_fn(x=1)",
        "tf.Session()",
    ],
)
def test_op_determinism_is_not_asked_of_what_only_tensorflow_1_runs(call: str) -> None:
    train = "model = tf.keras.Sequential([tf.keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)\n"
    assert len(check(f"import tensorflow as tf\n\n{train}", "DET303")) == 1
    assert check(f"import tensorflow as tf\n\n{call}\n{train}", "DET303") == []
