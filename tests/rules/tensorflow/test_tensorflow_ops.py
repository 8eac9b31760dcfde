"""DET301 and DET302: real ways of writing an op, and what only looks like one; marked lines must be reported."""

from __future__ import annotations

import textwrap

import pytest
from tests.helpers import check, diagnose, marked_lines

RAISES = {
    "function through a module alias": """
        import tensorflow.math as tfm
        def f(x):
            return tfm.bincount(x)  # !
    """,
    "function imported by name": """
        from tensorflow.sparse import sparse_dense_matmul
        def f(a, b):
            return sparse_dense_matmul(a, b)  # !
    """,
    "old spelling": """
        import tensorflow.compat.v1 as tf
        def f(a, b):
            return tf.sparse_tensor_dense_matmul(a, b)  # !
    """,
    "raw op": """
        import tensorflow as tf
        def f(x):
            return tf.raw_ops.DenseBincount(input=x, size=3, weights=[])  # !
    """,
    "bound to a name first": """
        import tensorflow as tf
        crop = tf.image.crop_and_resize
        def f(x, boxes, which):
            return crop(x, boxes, which, (7, 7))  # !
    """,
    "held by an object": """
        import tensorflow as tf
        class Counter:
            def __init__(self):
                self.count = tf.math.bincount
            def __call__(self, x):
                return self.count(x)  # !
    """,
    "partial": """
        from functools import partial
        import tensorflow as tf
        shrink = partial(tf.image.resize, method="nearest")
        class Down(tf.keras.layers.Layer):
            def call(self, x):
                return shrink(x, (8, 8))  # !
    """,
    "argument by position": """
        import tensorflow as tf
        def f(x):
            return tf.image.resize(x, (8, 8), "nearest")  # !
    """,
    "argument from a dict": """
        import tensorflow as tf
        options = {"method": "nearest"}
        def f(x):
            return tf.image.resize(x, (8, 8), **options)  # !
    """,
    "layer of Keras": """
        import keras
        layer = keras.layers.TextVectorization(output_mode="tf_idf")  # !
    """,
    "layer from the experimental module": """
        from tensorflow.keras.layers.experimental.preprocessing import CategoryEncoding
        layer = CategoryEncoding(4)  # !
    """,
    "Keras's own function": """
        from keras import ops
        def f(x):
            return ops.bincount(x, minlength=4)  # !
    """,
    "fused batch norm in inference": """
        import tensorflow as tf
        def f(x, scale, offset, mean, variance):
            return tf.compat.v1.nn.fused_batch_norm(x, scale, offset, mean, variance, is_training=False)  # !
    """,
    "augmentation in the model": """
        import tensorflow as tf
        class Jitter(tf.keras.layers.Layer):
            def call(self, x):
                return tf.image.random_contrast(x, 0.8, 1.2)  # !
    """,
    "augmentation that is run here": """
        import tensorflow as tf
        def jitter(x):
            return tf.image.random_contrast(x, 0.8, 1.2)  # !
        images = tf.zeros((4, 8, 8, 3))
        print(jitter(images))
    """,
    "clock": """
        import tensorflow as tf
        @tf.function
        def f(x):
            return x + tf.timestamp()  # !
    """,
    "max-pooling compiled by XLA": """
        import tensorflow as tf
        @tf.function(jit_compile=True)
        def f(x):
            return tf.nn.max_pool2d(x, 2, 2, "VALID")  # !
    """,
    "max-pooling in a helper of what XLA compiles": """
        import tensorflow as tf
        def pool(x):
            return tf.nn.max_pool2d(x, 2, 2, "VALID")  # !
        def step(x):
            return pool(x)
        compiled = tf.function(step, jit_compile=True)
    """,
    "Keras 2 by choice": """
        import os
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
        import tensorflow as tf
        up = tf.keras.layers.UpSampling2D(2)  # !
    """,
    "weights of a reference variable": """
        import tensorflow.compat.v1 as tf
        table = tf.get_variable("t", (3,), use_resource=False)
        update = tf.scatter_add(table, [0, 0], [1.0, 2.0])  # !
    """,
    "morphology": """
        import tensorflow as tf
        def f(x, kernel):
            return tf.nn.erosion2d(x, kernel, [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1])  # !
    """,
    "quantisation": """
        import tensorflow as tf
        def f(x, low, high):
            return tf.quantization.fake_quant_with_min_max_vars(x, low, high)  # !
    """,
}

RAISES_NOT = {
    "a layer that only maps, beside a later one of the same name": """
        import keras
        import tensorflow as tf
        layer = keras.layers.TextVectorization(output_mode="multi_hot")
        layer.adapt(texts)
        print(layer.get_vocabulary())
        data = tf.data.Dataset.from_tensor_slices(texts).map(lambda x: layer(x))
        layer = keras.layers.TextVectorization(output_mode="int")
        outputs = layer(keras.Input(shape=(1,), dtype="string"))
    """,
    "NumPy": """
        import numpy as np
        print(np.bincount([1, 2, 2]))
    """,
    "own function of that name": """
        import tensorflow as tf
        def bincount(x):
            return tf.reduce_sum(tf.one_hot(x, 3), 0)
        print(bincount([0, 1]))
    """,
    "own class of that name": """
        class tf:
            class math:
                @staticmethod
                def bincount(x):
                    return x
        print(tf.math.bincount(3))
    """,
    "named but not called": """
        import tensorflow as tf
        TABLE = {"count": tf.math.bincount}
    """,
    "another interpolation": """
        import tensorflow as tf
        def f(x):
            return tf.image.resize(x, (8, 8), method="bicubic")
    """,
    "a mask of what is compared": """
        import tensorflow as tf
        def spots(image, p):
            noise = tf.random.uniform((4, 4))
            noise = tf.cast(noise > p, tf.float32)
            return image * tf.image.resize(noise[..., None], (64, 64), method="nearest")
    """,
    "parsing function given to map": """
        import tensorflow as tf
        def parse(path, mask_path):
            mask = tf.image.decode_png(tf.io.read_file(mask_path))
            return tf.image.resize(mask, (128, 128), method="nearest")
        data = tf.data.Dataset.from_tensor_slices((["a"], ["b"])).map(parse)
    """,
    "helper of a function given to map": """
        import tensorflow as tf
        def smaller(mask):
            return tf.image.resize(mask, (128, 128), method="nearest")
        def parse(image, mask):
            return image, smaller(mask)
        def load(data):
            return data.map(parse, num_parallel_calls=4)
    """,
    "method given to map": """
        import tensorflow as tf
        class Loader:
            def augment(self, image, label):
                return tf.image.random_contrast(image, 0.8, 1.2), label
            def load(self, data):
                return data.map(self.augment)
    """,
    "lambda given to map": """
        import tensorflow as tf
        data = tf.data.TFRecordDataset("x").map(lambda x: tf.image.adjust_contrast(x, 2.0))
    """,
    "called in a lambda given to map": """
        import tensorflow as tf
        def augment(image):
            return tf.image.adjust_contrast(image, 2.0)
        data = tf.data.TFRecordDataset("x").map(lambda x, y: (augment(x), y))
    """,
    "partial given to map": """
        from functools import partial
        import tensorflow as tf
        def augment(image, factor):
            return tf.image.adjust_contrast(image, factor)
        data = tf.data.TFRecordDataset("x").map(partial(augment, factor=2.0))
    """,
    "on the CPU": """
        import tensorflow as tf
        def f(x):
            with tf.device("CPU:0"):
                return tf.math.bincount(x)
    """,
    "without GPUs": """
        import tensorflow as tf
        tf.config.set_visible_devices([], "GPU")
        def f(x):
            return tf.math.bincount(x)
    """,
    "another backend of Keras": """
        import os
        os.environ["KERAS_BACKEND"] = "jax"
        import keras
        layer = keras.layers.CategoryEncoding(3)
    """,
    "layers that only Keras 2 implements by such ops": """
        from tensorflow import keras
        up = keras.layers.UpSampling2D(2)
        contrast = keras.layers.RandomContrast(0.2)
    """,
    "output that counts nothing": """
        import keras
        a = keras.layers.StringLookup()
        b = keras.layers.IntegerLookup(output_mode="one_hot")
        c = keras.layers.TextVectorization(output_sequence_length=10)
        d = keras.layers.CategoryEncoding(3, output_mode="one_hot")
    """,
    "no gradient": """
        import tensorflow as tf
        def f(x):
            return tf.stop_gradient(tf.image.resize(x, (8, 8), method="nearest"))
    """,
    "integers": """
        import tensorflow as tf
        def f(mask):
            mask = tf.cast(mask, tf.uint8)
            return tf.image.resize(mask, (8, 8), method="nearest")
    """,
    "images read by NumPy": """
        import numpy as np
        import tensorflow as tf
        image = np.zeros((16, 16, 3))
        print(tf.image.resize(image, (8, 8), method="nearest"))
    """,
    "max-pooling without XLA": """
        import tensorflow as tf
        @tf.function
        def f(x):
            return tf.nn.max_pool2d(x, 2, 2, "VALID")
    """,
    "layer that a data set runs": """
        import keras
        import tensorflow as tf
        smaller = keras.layers.Resizing(64, 64, interpolation="nearest")
        encode = keras.Sequential([keras.layers.CategoryEncoding(3)])
        def parse(image, label):
            return smaller(image), label
        data = tf.data.TFRecordDataset("x").map(parse).map(encode)
    """,
    "masks": """
        import tensorflow as tf
        def smaller(image, mask):
            return image, tf.image.resize(mask, (64, 64), method="nearest")
    """,
    "gradients in what prepares data": """
        import tensorflow as tf
        def preprocess_image(image):
            return tf.image.resize(image, (64, 64), method="nearest")
        class RandomCrop(BaseImageAugmentationLayer):
            def crop(self, image, boxes, which):
                return tf.image.crop_and_resize(image, boxes, which, (8, 8))
    """,
    "augmentation for a data set elsewhere": """
        import tensorflow as tf
        def jitter(image):
            return tf.image.random_contrast(image, 0.8, 1.2)
        def augment(image):
            return tf.image.random_flip_left_right(jitter(image))
    """,
    "decomposition": """
        import tensorflow as tf
        def f(x):
            return tf.linalg.svd(x)
    """,
    "a layer that is only looked at": """
        from keras import layers
        def test_config():
            layer = layers.CategoryEncoding(num_tokens=4, output_mode="count")
            assert layer.get_config()["num_tokens"] == 4
    """,
    "a layer that must fail": """
        import pytest
        from keras import layers
        def test_weights():
            layer = layers.CategoryEncoding(num_tokens=4, output_mode="count")
            with pytest.raises(ValueError):
                layer([0, 1], count_weights=[1.0, 2.0])
    """,
    "handed on by what is mapped": """
        import functools
        import tensorflow as tf
        def jitter(image, strength):
            return tf.image.random_contrast(image, 1 - strength, 1 + strength)
        def sometimes(f, image):
            return tf.cond(tf.random.uniform([]) < 0.5, lambda: f(image), lambda: image)
        def train(image):
            return sometimes(functools.partial(jitter, strength=0.8), image)
        def load(data):
            return data.map(train)
    """,
}

SWITCHES = {
    "slices of one row twice": """
        import tensorflow as tf
        table = tf.Variable(tf.zeros((4, 3)))
        changes = tf.IndexedSlices(values=[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], indices=[1, 1])
        table.scatter_add(changes)  # !
    """,
    "cross entropy": """
        import tensorflow as tf
        def loss(labels, logits):
            return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))  # !
    """,
    "cross entropy of TensorFlow 1": """
        import tensorflow.compat.v1 as tf
        def loss(labels, logits):
            a = tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits)  # !
            b = tf.losses.sparse_softmax_cross_entropy(labels, logits)  # !
            return a + b
    """,
    "segments in the old spelling": """
        import tensorflow.compat.v1 as tf
        def f(x, ids):
            a = tf.unsorted_segment_sum(x, ids, 3)  # !
            return a + tf.segment_mean(x, ids)  # !
    """,
    "scatter": """
        import tensorflow as tf
        def f(indices, updates):
            return tf.scatter_nd(indices, updates, (8, 3))  # !
    """,
    "scatter into a tensor": """
        from tensorflow import tensor_scatter_nd_add as add
        def f(x, indices, updates):
            return add(x, indices, updates)  # !
    """,
    "method of a variable": """
        import tensorflow as tf
        table = tf.Variable(tf.zeros((8, 3)))
        def f(slices, indices, updates):
            table.scatter_add(slices)  # !
            table.scatter_nd_update(indices, updates)  # !
    """,
    "method that only variables have": """
        import tensorflow as tf
        def f(memory, indices, updates):
            memory.scatter_nd_add(indices, updates)  # !
    """,
    "method of an attribute": """
        import tensorflow as tf
        class Memory(tf.Module):
            def __init__(self):
                self.table = tf.Variable(tf.zeros((8, 3)), trainable=False)
            def write(self, indices, updates):
                self.table.scatter_nd_sub(indices, updates)  # !
    """,
    "weighted confusion matrix": """
        import tensorflow as tf
        def f(a, b, w):
            return tf.math.confusion_matrix(a, b, weights=w)  # !
    """,
    "CTC": """
        import tensorflow as tf
        class Loss(tf.keras.losses.Loss):
            def call(self, labels, logits):
                return tf.nn.ctc_loss(labels, logits, None, None, blank_index=0)  # !
    """,
    "resizing in a layer": """
        import tensorflow as tf
        class Up(tf.keras.Model):
            def call(self, x):
                return tf.image.resize(x, (64, 64))  # !
    """,
    "Keras's own functions": """
        from keras import ops
        def f(x, ids):
            return ops.segment_sum(x, ids, num_segments=3)  # !
    """,
    "slices made dense": """
        import tensorflow as tf
        def f(values, indices):
            return tf.convert_to_tensor(tf.IndexedSlices(values, indices, (8,)))  # !
    """,
    "gradient on the CPU too, told once": """
        import tensorflow as tf
        def f(x, ids):
            return tf.math.unsorted_segment_prod(x, ids, 2)  # !
        def g(x, boxes, which):
            return tf.image.crop_and_resize(x, boxes, which, (7, 7))
    """,
    "mode turned on too late": """
        import tensorflow as tf
        tf.random.set_seed(1)
        x = tf.random.normal((8,))
        print(tf.math.unsorted_segment_sum(x, [0, 1] * 4, 2))  # !
        tf.config.experimental.enable_op_determinism()
    """,
}

SWITCHES_NOT = {
    "slices of distinct rows": """
        import tensorflow as tf
        table = tf.Variable(tf.zeros((4, 3)))
        changes = tf.IndexedSlices(values=[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], indices=[1, 0])
        table.scatter_update(changes)
    """,
    "mode": """
        import tensorflow as tf
        tf.config.experimental.enable_op_determinism()
        def f(x, ids):
            return tf.math.unsorted_segment_sum(x, ids, 3)
    """,
    "mode in main": """
        import tensorflow as tf
        def total(x, ids):
            return tf.math.unsorted_segment_sum(x, ids, 3)
        def main():
            tf.keras.utils.set_random_seed(1)
            tf.config.experimental.enable_op_determinism()
            print(total(tf.random.normal((4,)), [0, 1, 1, 2]))
        if __name__ == "__main__":
            main()
    """,
    "mode by the environment": """
        import os
        os.environ["TF_DETERMINISTIC_OPS"] = "1"
        import tensorflow as tf
        def f(x, ids):
            return tf.math.unsorted_segment_sum(x, ids, 3)
    """,
    "maximum": """
        import tensorflow as tf
        def f(x, ids):
            return tf.math.segment_max(x, ids) + tf.math.unsorted_segment_min(x, ids, 3)
    """,
    "what every model has": """
        import tensorflow as tf
        def f(x, k, ids):
            x = tf.nn.bias_add(tf.nn.conv2d(x, k, 1, "SAME"), [1.0])
            return tf.gather(tf.nn.max_pool2d(x, 2, 2, "SAME"), ids), tf.boolean_mask(x, x > 0), tf.math.top_k(x)
    """,
    "losses of Keras": """
        import keras
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    """,
    "cross entropies that are not fused": """
        import tensorflow as tf
        def f(labels, logits):
            return tf.nn.sigmoid_cross_entropy_with_logits(labels, logits)
    """,
    "constant places": """
        import tensorflow as tf
        def f(x):
            return tf.tensor_scatter_nd_add(x, [[0], [1]], [1.0, 2.0])
    """,
    "a row for each": """
        import tensorflow as tf
        def f(q, actions, values):
            rows = tf.range(tf.shape(q)[0])
            return tf.tensor_scatter_nd_update(q, tf.stack([rows, actions], axis=1), values)
    """,
    "a row for each, some left out": """
        import tensorflow as tf
        def f(q, actions, mask, values):
            places = tf.stack([tf.range(tf.shape(q)[0]), actions], axis=1)
            places = tf.boolean_mask(places, mask)
            return tf.tensor_scatter_nd_update(q, places, values)
    """,
    "places found by a mask": """
        import tensorflow as tf
        def f(x, mask, values):
            places = tf.where(mask)
            return tf.tensor_scatter_nd_update(x, places, values)
    """,
    "one place": """
        import tensorflow as tf
        def f(x, place, value):
            return tf.tensor_scatter_nd_add(x, [[place]], [value])
    """,
    "places without duplicates": """
        import tensorflow as tf
        def f(x, grads, places):
            summed, unique = _deduplicate_indexed_slices(values=grads, indices=places)
            return tf.tensor_scatter_nd_add(x, unique, summed)
    """,
    "a permutation": """
        import tensorflow as tf
        def f(x, n, updates):
            rows = tf.random.shuffle(tf.range(n))[:4]
            return tf.tensor_scatter_nd_update(x, tf.expand_dims(rows, 1), updates)
    """,
    "equal values": """
        import tensorflow as tf
        def f(x, places):
            return tf.tensor_scatter_nd_update(x, places, tf.ones([8], tf.float32))
    """,
    "counts": """
        import tensorflow as tf
        def f(ids, n, ragged):
            a = tf.math.unsorted_segment_sum(tf.ones_like(ids), ids, n)
            b = tf.math.unsorted_segment_sum(ragged.row_lengths(), ids, n)
            return a + b + tf.scatter_nd(ids, tf.fill((8,), True), (8,))
    """,
    "ones": """
        import tensorflow as tf
        def f(places, n):
            ones = tf.ones((8,), dtype=tf.float32)
            return tf.scatter_nd(places, ones, (n,)) + tf.scatter_nd(places, tf.range(8) + 1, (n,))
    """,
    "masks": """
        import tensorflow as tf
        def f(ids, mask, n):
            return tf.math.unsorted_segment_sum(tf.cast(mask, tf.float32), ids, n)
    """,
    "a constant in many places": """
        import tensorflow.compat.v1 as tf
        def f(lengths, places):
            return tf.scatter_update(lengths, places, 0)
    """,
    "indices by themselves": """
        import tensorflow as tf
        def f(ids):
            return tf.math.segment_mean(ids, ids)
    """,
    "sums of integers": """
        import tensorflow as tf
        def f(ids):
            return tf.math.unsorted_segment_sum(tf.ones_like(ids, dtype=tf.int32), ids, 3)
    """,
    "confusion of integers": """
        import tensorflow as tf
        def f(a, b):
            return tf.math.confusion_matrix(a, b, num_classes=3)
    """,
    "torch": """
        import torch
        def f(x: torch.Tensor, i, s):
            return x.scatter_add(0, i, s)
    """,
    "own variable class": """
        class Variable:
            def scatter_add(self, delta):
                return delta
        print(Variable().scatter_add(3))
    """,
    "TensorFlow 1, eagerly": """
        import tensorflow as tf
        tf.enable_eager_execution()
        def loss(labels, logits):
            return tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits)
    """,
    "TensorFlow 1": """
        import tensorflow as tf
        labels, logits = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
        loss = tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    """,
    "resizing in preprocessing": """
        import tensorflow as tf
        def preprocess(image, label):
            return tf.image.resize(image, (224, 224)) / 255.0, label
    """,
}


def cases(table: dict[str, str]) -> list[object]:
    """The cases of a table, with their names as ids."""
    return [pytest.param(code, id=name.replace(" ", "-")) for name, code in table.items()]


def lines(code: str, rule: str, *targets: str) -> list[int]:
    """The lines on which a rule reports a piece of code."""
    return [line for line, _ in check(code, rule, targets)]


@pytest.mark.parametrize("code", cases(RAISES))
def test_ops_that_raise(code: str) -> None:
    assert lines(code, "DET301") == marked_lines(code)


@pytest.mark.parametrize("code", cases(RAISES_NOT))
def test_what_looks_like_an_op_that_raises(code: str) -> None:
    assert lines(code, "DET301") == []


@pytest.mark.parametrize("code", cases(SWITCHES))
def test_ops_that_need_the_mode(code: str) -> None:
    assert lines(code, "DET302") == marked_lines(code)


@pytest.mark.parametrize("code", cases(SWITCHES_NOT))
def test_what_looks_like_an_op_that_needs_the_mode(code: str) -> None:
    assert lines(code, "DET302") == []


SEGMENTS = "import tensorflow as tf\ndef f(x, ids):\n    return tf.math.unsorted_segment_sum(x, ids, 3)\n"
UPSAMPLING = "from tensorflow import keras\nlayer = keras.layers.UpSampling2D(2)\n"
DEPTHWISE = "from tensorflow import keras\nlayer = keras.layers.DepthwiseConv2D(3)\n"
SVD = "import tensorflow as tf\ndef f(x):\n    return tf.linalg.pinv(x)\n"
ENTROPY = "import tensorflow as tf\ndef f(y, x):\n    return tf.nn.sparse_softmax_cross_entropy_with_logits(y, x)\n"
FROZEN = """
from tensorflow import keras
norm = keras.layers.BatchNormalization()
def f(x):
    return norm(x, training=False)
"""


@pytest.mark.parametrize(
    ("code", "target", "expected"),
    [
        (SEGMENTS, "tensorflow=2.4", ["DET301"]),
        (SEGMENTS, "tensorflow=2.6", ["DET301"]),
        (SEGMENTS, "tensorflow=2.7", ["DET302"]),
        (SEGMENTS, "tensorflow=2.21", ["DET302"]),
        (UPSAMPLING, "tensorflow=2.15", ["DET301"]),
        (UPSAMPLING, "tensorflow=2.16", []),
        (UPSAMPLING, "keras=2.15", ["DET301"]),
        (DEPTHWISE, "tensorflow=2.9.3", ["DET301"]),
        (DEPTHWISE, "tensorflow=2.10", []),
        (SVD, "tensorflow=2.10.1", ["DET301"]),
        (SVD, "tensorflow=2.11", []),
        (ENTROPY, "tensorflow=2.5", ["DET301"]),
        (ENTROPY, "tensorflow=2.6", ["DET301"]),
        (ENTROPY, "tensorflow=2.7", ["DET302"]),
        (FROZEN, "tensorflow=2.12", ["DET301"]),
        (FROZEN, "tensorflow=2.17", []),
    ],
)
def test_what_becomes_of_an_op_depends_on_the_version(code: str, target: str, expected: list[str]) -> None:
    assert [rule for _, rule in check(code, ("DET301", "DET302"), (target,))] == expected


def test_a_filter_that_is_computed_has_no_gradient() -> None:
    code = """
        import tensorflow as tf

        def blur(image, sigma, size):
            x = tf.cast(tf.range(-3, 4), tf.float32)
            kernel = tf.exp(-tf.pow(x, 2.0) / (2.0 * tf.cast(sigma, tf.float32)))
            kernel = tf.tile(tf.reshape(kernel, [1, size, 1, 1]), [1, 1, 3, 1])
            return tf.nn.depthwise_conv2d(image, kernel, [1, 1, 1, 1], "SAME")

        class Layer(tf.Module):
            def __init__(self):
                self.kernel = tf.Variable(tf.ones([3, 3, 3, 1]))

            def __call__(self, x):
                return tf.nn.depthwise_conv2d(x, self.kernel, [1, 1, 1, 1], "SAME")  # !

        def convolved(x, kernel):
            return tf.nn.depthwise_conv2d(x, kernel, [1, 1, 1, 1], "SAME")  # !
    """
    text = textwrap.dedent(code)
    assert check(text, "DET301", targets=["tensorflow=2.4"]) == [(line, "DET301") for line in marked_lines(text)]


def test_tf_keras_is_keras_2_whatever_the_target() -> None:
    code = "import tf_keras\nlayer = tf_keras.layers.UpSampling2D(2)\n"
    assert lines(code, "DET301", "tensorflow=2.21") == [2]


@pytest.mark.parametrize("step", ["", "    model.fit(images, images)\n"])
def test_tests_that_take_no_gradient(step: str) -> None:
    code = (
        "import keras\nimport numpy as np\n\n\ndef test_sizes():\n    images = np.ones((1, 8, 8, 3))\n"
        "    model = keras.layers.Resizing(4, 4, interpolation='nearest')\n    assert model(images).shape[1] == 4\n"
    ) + step
    assert bool(diagnose(code, "DET301", filename="test_resizing.py")) is bool(step)
    assert diagnose(code, "DET301", filename="resizing.py")


def test_only_the_gpu_is_asked_about() -> None:
    code = "import tensorflow as tf\ndef f(x):\n    return tf.math.bincount(x)\n"
    assert check(code, "DET301", devices=("cpu",)) == []
    assert check(code, "DET301", devices=("cuda",)) == [(3, "DET301")]


@pytest.mark.parametrize(
    ("call", "exact"),
    [
        ("tf.math.bincount(x, minlength=3)", True),
        ("tf.math.bincount(x, weights=w)", False),
        ("tf.math.bincount(x, w)", False),
        ("tf.keras.layers.CategoryEncoding(4, 'count')(x)", True),
        ("tf.keras.layers.CategoryEncoding(4, 'count')(x, count_weights=w)", False),
    ],
)
def test_counts_without_weights_are_exact(call: str, *, exact: bool) -> None:
    found = diagnose(f"import tensorflow as tf\ndef f(x, w):\n    return {call}\n", "DET301")
    assert [("counts are exact" in each.message) for each in found] == [exact]
    assert all("under op determinism it raises" in each.message for each in found)
