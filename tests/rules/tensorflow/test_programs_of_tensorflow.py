"""Ops, pipelines, seeds and modes of TensorFlow in whole programs, and what only looks like them.

A line that must be reported ends in `# !` and the codes.
"""

from __future__ import annotations

import pytest
from tests.rules.ways import found, marked

CODES = (
    "DET110",
    "DET112",
    "DET113",
    "DET301",
    "DET302",
    "DET303",
    "DET305",
    "DET306",
    "DET307",
    "DET308",
    "DET309",
    "DET310",
    "DET311",
)

PROGRAMS = {
    "custom loop": '''\
"""A loop of one's own over ops that need the mode; seeded by Keras's function."""
import tensorflow as tf
import tensorflow.math as tm
from tensorflow.nn import sparse_softmax_cross_entropy_with_logits as xent

tf.keras.utils.set_random_seed(3)
optimizer = tf.keras.optimizers.Adam()
weights = tf.Variable(tf.random.normal([16, 4]))


def pooled(x, ids):
    return tm.unsorted_segment_max(x, ids, 4)


def summed(x, ids):
    return tm.unsorted_segment_sum(data=x, segment_ids=ids, num_segments=4)  # ! DET302


@tf.function
def step(x, ids, y):
    with tf.GradientTape() as tape:
        logits = summed(x @ weights, ids) + pooled(x @ weights, ids)
        loss = tf.reduce_mean(xent(labels=y, logits=logits))  # ! DET302
    optimizer.apply_gradients([(tape.gradient(loss, weights), weights)])
    return loss


for i in range(3):
    print(step(tf.ones((8, 16)), tf.range(8) % 4, tf.range(4)))  # ! DET303
''',
    "env determinism": '''\
"""The mode by its variable, before the import; seeds by hand, all of them."""
import os
import random

os.environ["TF_DETERMINISTIC_OPS"] = "1"

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

random.seed(1)
np.random.seed(1)
tf.random.set_seed(1)

model = tf.keras.models.Sequential([tf.keras.layers.Dense(4), tf.keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.zeros((8, 3)), np.zeros(8), epochs=1)
''',
    "env too late": '''\
"""The variable comes after ops have run."""
import os
import random

import numpy as np
import tensorflow as tf

random.seed(1)
np.random.seed(1)
tf.random.set_seed(1)
start = tf.random.normal((8, 3))
os.environ["TF_DETERMINISTIC_OPS"] = "1"  # ! DET113
print(start)
''',
    "images by folder": '''\
"""Loaders of folders."""
import tensorflow as tf
from keras.utils import image_dataset_from_directory
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras.utils import text_dataset_from_directory as from_text

SIZE = {"image_size": (64, 64), "batch_size": 8}


def folder(path):
    return image_dataset_from_directory(path, **SIZE)  # ! DET309


def folder_fixed(path):
    return image_dataset_from_directory(path, seed=3, **SIZE)


def folder_in_order(path):
    return image_dataset_from_directory(path, shuffle=False, **SIZE)


def texts(path):
    return from_text(path)  # ! DET309


def flow(path):
    generator = ImageDataGenerator(horizontal_flip=True)
    return generator.flow_from_directory(path)  # ! DET309


def flow_fixed(frame):
    return ImageDataGenerator(rescale=1 / 255).flow_from_dataframe(frame, seed=1)


class Data:
    def __init__(self, path):
        self.augment = ImageDataGenerator(rotation_range=10)
        self.path = path

    def train(self):
        return self.augment.flow_from_directory(self.path, subset="training")  # ! DET309

    def test(self):
        plain = ImageDataGenerator()
        return plain.flow_from_directory(self.path, shuffle=False)


def files(pattern):
    return tf.data.Dataset.list_files(pattern, shuffle=False)
''',
    "keras cnn": '''\
"""A small network by Keras; TensorFlow's seed does not reach its initialisers."""
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

tf.random.set_seed(1234)


def model(classes=10):
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(16, 3, activation="relu")(inputs)
    x = layers.MaxPooling2D()(x)
    x = layers.Dropout(0.2)(layers.Flatten()(x))
    return keras.Model(inputs, layers.Dense(classes)(x))


if __name__ == "__main__":
    (x, y), _ = keras.datasets.mnist.load_data()
    net = model()  # ! DET305
    net.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    net.fit(x[..., None] / 255.0, y, epochs=2)  # ! DET303
''',
    "keras seeded": '''\
"""Everything is set: seeds of all states, op determinism."""
import os

import keras
import numpy as np
import tensorflow as tf


class Fit:
    def __init__(self, seed: int):
        keras.utils.set_random_seed(seed)
        tf.config.experimental.enable_op_determinism()
        self.model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])

    def __call__(self):
        x = np.random.normal(size=(64, 4))
        self.model.compile(optimizer="sgd", loss="mse")
        return self.model.fit(x, x.sum(1), epochs=2, shuffle=True)


def main(seed: int = int(os.environ.get("SEED", 5))):
    return Fit(seed)()


if __name__ == "__main__":
    main()
''',
    "ops raise": '''\
"""Ops that raise under op determinism, and others near them."""
import numpy as np
import tensorflow as tf
from tensorflow import image, raw_ops
from tensorflow.keras import layers


def resize(x, how="bilinear"):
    return tf.image.resize(x, (8, 8), method="nearest")  # ! DET301


def resize_smooth(x):
    return image.resize(x, [8, 8])


def crops(x, boxes, ids):
    return image.crop_and_resize(x, boxes, ids, [4, 4])  # ! DET301


def contrast(x):
    return image.adjust_contrast(x, 1.5)  # ! DET301


def histogram(values):
    return np.bincount(values), tf.math.bincount(values, minlength=8)  # ! DET301


def one_hot_counts(values):
    return tf.reduce_sum(tf.one_hot(values, 8), 0)


def spmm(a, b):
    return tf.sparse.sparse_dense_matmul(a, b)  # ! DET301


def dense(a, b):
    return tf.linalg.matmul(a, b)


def upsample():
    return layers.UpSampling2D(size=2, interpolation="nearest")


def upsample_smooth():
    return layers.UpSampling2D(size=2, interpolation="bilinear")


class Image:
    def adjust_contrast(self, x, f):
        return x * f


def own(x):
    return Image().adjust_contrast(x, 2)
''',
    "pipelines": '''\
"""Input pipelines; the caller seeds and sets modes."""
import functools

import tensorflow as tf
from tensorflow import data as tfd
from tensorflow.data import AUTOTUNE, Dataset, Options


def parse(x):
    return tf.io.decode_raw(x, tf.uint8)


def fast(files):
    data = tf.data.TFRecordDataset(files)
    return data.map(parse, AUTOTUNE, False)  # ! DET307


def fast_keyword(files):
    return tf.data.TFRecordDataset(files).map(parse, num_parallel_calls=AUTOTUNE, deterministic=False)  # ! DET307


def slow(files):
    return tf.data.TFRecordDataset(files).map(parse, num_parallel_calls=AUTOTUNE, deterministic=True)


def options(data, train):
    opts = Options()
    opts.experimental_deterministic = False  # ! DET307
    return data.with_options(opts)


def options_by_constructor(data: tfd.Dataset):
    opts = tfd.Options()
    opts.deterministic = True
    opts.threading.private_threadpool_size = 4
    return data.with_options(opts)


def interleaved(files, training):
    data = Dataset.from_tensor_slices(files)
    read = functools.partial(tf.data.TFRecordDataset, num_parallel_reads=4)
    return data.interleave(read, cycle_length=4, num_parallel_calls=AUTOTUNE, deterministic=not training)


def interleaved_fast(files):
    kwargs = {"cycle_length": 8, "deterministic": False}  # ! DET307
    return Dataset.from_tensor_slices(files).interleave(tf.data.TFRecordDataset, **kwargs)


class Options_:
    deterministic = True


def own():
    o = Options_()
    o.deterministic = False
    return o


def generator():
    return tf.random.Generator.from_non_deterministic_state()  # ! DET308


def generator_fixed(seed):
    return tf.random.Generator.from_seed(seed)


def generator_global():
    g = tf.random.get_global_generator()  # ! DET308
    return g.normal([2])


def state():
    make = tf.random.Generator.from_non_deterministic_state
    return make()  # ! DET308
''',
    "script shuffle": '''\
"""A script that reads shuffled records; nothing is seeded."""
import tensorflow as tf

data = tf.data.Dataset.range(100)
for value in data.shuffle(100).batch(8):  # ! DET306
    print(value.numpy())
''',
    "server and seed": '''\
"""Strategies and old seeds."""
import tensorflow as tf

try:
    set_seed = tf.random.set_seed
except AttributeError:
    set_seed = tf.set_random_seed


def old(seed):
    tf.random.set_random_seed(seed)  # ! DET310


def old_guarded(seed):
    if hasattr(tf, "set_random_seed"):
        tf.set_random_seed(seed)
    else:
        tf.random.set_seed(seed)


def old_version(seed):
    if int(tf.__version__.split(".")[0]) < 2:
        tf.set_random_seed(seed)
    else:
        tf.random.set_seed(seed)


def v1(seed):
    tf.compat.v1.set_random_seed(seed)


def server(resolver):
    from tensorflow.distribute.experimental import ParameterServerStrategy as PSS

    with PSS(resolver).scope():  # ! DET311
        return tf.Variable(1.0)


def strategies(name):
    match name:
        case "mirrored":
            return tf.distribute.MirroredStrategy()
        case "tpu":
            return tf.distribute.TPUStrategy()
        case _:
            return tf.distribute.get_strategy()


def run(graph):
    with tf.compat.v1.Session(graph=graph) as sess:  # ! DET311
        return sess.run("y:0")


def threads(n):
    tf.config.threading.set_inter_op_parallelism_threads = n  # ! DET110
    tf.config.threading.set_intra_op_parallelism_threads(n)
    tf.keras.utils.set_random_seed = 1  # ! DET110
''',
    "cpu only": '''\
"""GPUs are hidden: no word about the mode."""
import os

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

tf.keras.utils.set_random_seed(1)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.ones((8, 2)), np.ones(8), verbose=0)
''',
    "gan keras": '''\
"""A GAN with a train_step of its own; nothing is seeded."""
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers


class Gan(keras.Model):
    def __init__(self, latent=8):
        super().__init__()
        self.latent = latent
        self.generator = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(4)])
        self.critic = keras.Sequential([layers.Dense(16), layers.Dropout(0.3), layers.Dense(1)])

    def compile(self, g_optimizer, d_optimizer, loss):
        super().compile()
        self.g_optimizer, self.d_optimizer, self.loss_fn = g_optimizer, d_optimizer, loss

    def train_step(self, real):
        noise = tf.random.normal((tf.shape(real)[0], self.latent))
        with tf.GradientTape() as tape:
            fake = self.generator(noise)
            loss = self.loss_fn(tf.ones((tf.shape(real)[0], 1)), self.critic(fake))
        self.g_optimizer.apply_gradients(
            zip(tape.gradient(loss, self.generator.trainable_weights), self.generator.trainable_weights)
        )
        return {"loss": loss}


def main():
    gan = Gan()
    gan.compile(keras.optimizers.Adam(), keras.optimizers.Adam(), keras.losses.BinaryCrossentropy(from_logits=True))
    data = tf.data.Dataset.from_tensor_slices(tf.zeros((32, 4))).shuffle(32).batch(8)
    gan.fit(data, epochs=1)


if __name__ == "__main__":
    main()  # ! DET303 DET305
''',
    "keras backend jax": '''\
"""Keras on JAX: TensorFlow's mode is not asked about."""
import os

os.environ["KERAS_BACKEND"] = "jax"

import keras  # noqa: E402
import numpy as np  # noqa: E402

keras.utils.set_random_seed(2)
model = keras.Sequential([keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(np.zeros((16, 3)), np.zeros(16), epochs=1)
''',
    "saved model eval": '''\
"""A saved model is evaluated: nothing trains, nothing draws."""
import sys

import numpy as np
import tensorflow as tf


def main(path):
    model = tf.keras.models.load_model(path)
    data = tf.data.Dataset.from_tensor_slices(np.zeros((8, 4), "float32")).batch(4)
    print(model.predict(data).argmax(-1))


if __name__ == "__main__":
    main(sys.argv[1])
''',
    "stateless draws": '''\
"""Draws by stateless ops, generators from seeds and seeded op arguments."""
import tensorflow as tf


def augment(image, seed):
    image = tf.image.stateless_random_flip_left_right(image, seed)
    return tf.image.stateless_random_brightness(image, 0.2, seed)


def main():
    rng = tf.random.Generator.from_seed(3)
    noise = rng.normal((4, 4, 3))
    print(augment(noise, (1, 2)), tf.random.stateless_normal((2,), seed=(0, 1)))
    data = tf.data.Dataset.range(10).shuffle(10, seed=4).batch(2)
    for batch in data:
        print(batch)


if __name__ == "__main__":
    main()
''',
    "tf helpers": '''\
"""Ops on the way: unseeded helpers that nobody calls here, and ops by their raw names."""
import tensorflow as tf

pool = tf.math.unsorted_segment_sum


def noise(shape):
    return tf.random.uniform(shape)


def aggregate(values, ids, n):
    return pool(values, ids, n)  # ! DET302


def scatter(indices, updates, shape):
    return tf.scatter_nd(indices, updates, shape)  # ! DET302


def update(x, indices, updates):
    return tf.tensor_scatter_nd_update(x, indices, updates)  # ! DET302


def add(x, indices, updates):
    x = tf.tensor_scatter_nd_add(x, indices, updates)  # ! DET302
    return tf.nn.softmax(x)


def weighted(logits, labels):
    return tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)  # ! DET302


def sigmoid(logits, labels):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)


def connectionist(labels, logits, a, b):
    return tf.nn.ctc_loss(labels, logits, a, b)  # ! DET302


def histogram(values):
    return tf.histogram_fixed_width(values, [0.0, 1.0])


def unique(ids):
    return tf.unique(ids)


def resize(x):
    return tf.image.resize(x, (4, 4), tf.image.ResizeMethod.NEAREST_NEIGHBOR)  # ! DET301


@tf.function
def resize_for_display(x):
    y = tf.image.resize(tf.stop_gradient(x), (4, 4), method="nearest")  # ! DET301
    return tf.cast(y, tf.uint8)
''',
    "v1 graph": '''\
"""A graph of TensorFlow 1 with the compatibility module."""
import tensorflow.compat.v1 as tf
from absl import app, flags

tf.disable_eager_execution()
FLAGS = flags.FLAGS
flags.DEFINE_integer("seed", 1, "seed")


def model(x):
    w = tf.get_variable("w", [4, 1])
    return tf.matmul(x, w)


def main(_):
    tf.set_random_seed(FLAGS.seed)
    loss = tf.reduce_mean(tf.square(model(tf.ones([2, 4]))))
    step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    with tf.Session() as session:  # ! DET311
        session.run(tf.global_variables_initializer())
        session.run(step)


if __name__ == "__main__":
    app.run(main)  # ! DET303
''',
    "list files script": '''\
"""File patterns; the global seed is not set."""
import tensorflow as tf

files = tf.data.Dataset.list_files("data/*.tfrecord")  # ! DET306
ordered = tf.data.Dataset.list_files("data/*.tfrecord", shuffle=False)
seeded = tf.data.Dataset.list_files("data/*.tfrecord", seed=2)
for path in files:
    print(path.numpy())
for path in ordered.concatenate(seeded):
    print(path.numpy())
''',
    "mode by hand": '''\
"""The mode in a helper, the seeds too."""
import numpy as np
import tensorflow as tf
from tensorflow.keras import Model, layers
from tensorflow.keras.utils import set_random_seed


def deterministic(seed):
    set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


class Net(Model):
    def __init__(self, units):
        super().__init__()
        self.dense = layers.Dense(units)
        self.out = layers.Dense(1)

    def call(self, x, training=False):
        return self.out(tf.nn.relu(self.dense(x)))


def segment(x, ids):
    return tf.math.segment_sum(x, ids)


def shuffled(x):
    return tf.data.Dataset.from_tensor_slices(x).shuffle(8).map(tf.identity, deterministic=False)


def main():
    deterministic(5)
    net = Net(4)
    net.compile(optimizer="adam", loss="mse")
    net.fit(np.ones((8, 3)), np.ones((8, 1)), epochs=1, verbose=0)
    for row in shuffled(np.ones((8, 3))):
        print(segment(row[None], tf.constant([0])))


if __name__ == "__main__":
    main()
''',
    "seeds of keras": '''\
"""Every state is seeded by hand: Python's, NumPy's and TensorFlow's."""
import os
import random

import numpy as np
import tensorflow as tf


def reset(seed=0):
    os.environ["PYTHONHASHSEED"] = str(seed)  # ! DET112
    random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)


def build():
    return tf.keras.Sequential(
        [tf.keras.layers.Dense(8, activation="relu"), tf.keras.layers.Dropout(0.2), tf.keras.layers.Dense(1)]
    )


if __name__ == "__main__":
    reset(1)
    model = build()
    model.compile("adam", "mse")
    model.fit(np.zeros((16, 2)), np.zeros(16), epochs=2)  # ! DET303
''',
}


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_programs(code: str) -> None:
    assert found(code, CODES) == marked(code)
