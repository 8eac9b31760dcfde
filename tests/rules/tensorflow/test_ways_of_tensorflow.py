"""Ops, input pipelines and seeds of TensorFlow in the ways that programs write them.

A line that must be reported ends in `# !` and the codes.
"""

from __future__ import annotations

import pytest
from tests.rules.ways import found, marked

PROGRAMS = {
    "ops by aliases, attributes and partials": '''\
"""Ops of TensorFlow in the ways people reach them."""
import functools

import tensorflow as tf
import tensorflow.compat.v1 as tf1
from tensorflow import math as tfm
from tensorflow.math import unsorted_segment_mean as pool_mean
from tensorflow.keras import layers

xent = functools.partial(tf.nn.sparse_softmax_cross_entropy_with_logits, name="xent")
segment = {"sum": tf.math.unsorted_segment_sum, "mean": pool_mean}


class Graph(tf.keras.layers.Layer):
    def __init__(self, n, **kwargs):
        super().__init__(**kwargs)
        self.n = n
        self.pool = tfm.unsorted_segment_max
        self.encode = layers.CategoryEncoding(num_tokens=8, output_mode="count")  # ! DET301

    def call(self, x, ids):
        a = pool_mean(x, ids, self.n)  # ! DET302
        b = tf.math.unsorted_segment_sum(data=x, segment_ids=ids, num_segments=self.n)  # ! DET302
        c = self.pool(x, ids, self.n)
        d = tf.tensor_scatter_nd_add(a, ids[:, None], x)  # ! DET302
        e = tf.scatter_nd(ids[:, None], x, tf.shape(a))  # ! DET302
        f = self.encode(ids)
        return a + b + c + d + e + f


def loss(labels, logits):
    return tf.reduce_mean(xent(labels=labels, logits=logits))  # ! DET302


def warp(image, boxes, ids):
    crops = tf.image.crop_and_resize(image, boxes, ids, (7, 7))  # ! DET301
    near = tf.image.resize(crops, (14, 14), method="nearest")  # ! DET301
    other = tf.image.resize(crops, (14, 14), method=tf.image.ResizeMethod.NEAREST_NEIGHBOR)  # ! DET301
    smooth = tf.image.resize(crops, (14, 14))
    return near, other, smooth


def counts(values):
    hist = tf.math.bincount(values, minlength=10)  # ! DET301
    return hist, tf.reduce_sum(tf.one_hot(values, 10), axis=0)


def sparse(a: tf.SparseTensor, b):
    return tf.sparse.sparse_dense_matmul(a, b)  # ! DET301


def stamp():
    return tf.timestamp()  # ! DET301


def matmul(a, b):
    return tf.matmul(a, b), tf.gather(a, [0, 1]), tf.linalg.svd(a)
''',
    "input pipelines": '''\
"""Input pipelines run on the CPU, and have no gradient."""
import tensorflow as tf

AUTO = tf.data.AUTOTUNE


def augment(image, label):
    image = tf.image.random_contrast(image, 0.8, 1.2)
    image = tf.image.resize(image, (64, 64), method="nearest")
    return image, label


def encode(row):
    row["n"] = tf.math.bincount(row["ids"], minlength=8)
    return row


class Reader:
    def __init__(self, training):
        self.training = training

    def decode(self, image, label):
        if self.training:
            image = tf.image.adjust_contrast(image, 2.0)
        return image, label

    def read(self, files):
        data = tf.data.Dataset.from_tensor_slices(files)
        data = data.map(self.decode, num_parallel_calls=AUTO)
        if self.training:
            data = data.shuffle(100, seed=1).map(augment, AUTO)
        return data.map(lambda x, y: (tf.image.adjust_contrast(x, 1.1), y)).batch(3)


def fast(files):
    opts = tf.data.Options()
    opts.deterministic = False  # ! DET307
    data = tf.data.Dataset.list_files(files, shuffle=False).with_options(opts)
    data = data.interleave(tf.data.TFRecordDataset, cycle_length=4, deterministic=False)  # ! DET307
    return data.map(encode, num_parallel_calls=AUTO, deterministic=True)
''',
    "a script that only loops over shuffled data": '''\
"""Look at some records."""
import tensorflow as tf

data = tf.data.TFRecordDataset(["a.tfrecord"]).shuffle(100).batch(8)  # ! DET306
for batch in data.take(2):
    print(batch)
''',
    "seeds of old and new": '''\
"""Seeds of old and new, generators."""
import tensorflow as tf
from tensorflow import random as tfr


def old(seed):
    tf.set_random_seed(seed)  # ! DET310
    tf.compat.v1.set_random_seed(seed)


def either(seed):
    try:
        tf.random.set_seed(seed)
    except AttributeError:
        tf.set_random_seed(seed)


def versioned(seed):
    if tf.__version__.startswith("1."):
        tf.set_random_seed(seed)
    else:
        tf.random.set_seed(seed)


class Noise(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.gen = tfr.Generator.from_non_deterministic_state()  # ! DET308

    def call(self, x):
        return x + self.gen.normal(tf.shape(x))


class Kept(tf.keras.layers.Layer):
    def __init__(self, seed):
        super().__init__()
        self.gen = tf.random.Generator.from_seed(seed)

    def call(self, x):
        return x + self.gen.normal(tf.shape(x))


def shared():
    return tf.random.get_global_generator().normal((3,))


def made(seed):
    tf.random.set_global_generator(tf.random.Generator.from_seed(seed))
    return tf.random.get_global_generator().normal((3,))


def session(graph):
    with tf.compat.v1.Session(graph=graph) as sess:  # ! DET311
        return sess.run("out:0")
''',
}


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_ways_of_writing(code: str) -> None:
    assert found(code, ("DET30", "DET31")) == marked(code)
