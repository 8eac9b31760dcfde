"""How TensorFlow and Keras are spelt: other names of modules, functions and classes, and the canonical one of each.

Canonical names: `tensorflow.X` for TensorFlow (`tensorflow.math.X` where it stands there), `tensorflow.compat.v1.X`
for what differs in its compatibility module, `keras.X` for Keras however it was imported, `tf_keras.X` where it is
Keras 2 whatever else is installed. An op that is spelt in several ways has one canonical name; which one, the data of
the ops says.
"""

from __future__ import annotations

DATASET = "tensorflow.data.Dataset"

KERAS_SPELLINGS = (
    "tensorflow.keras",
    "tensorflow.python.keras",
    "tensorflow.compat.v2.keras",
    "keras.api",
    "keras.api._v2.keras",
    "keras.api.keras",
    "keras.src",
    "tensorflow.python.keras.api._v2.keras",
)
"""Leading parts that all mean Keras."""

KERAS_2_SPELLINGS = ("tensorflow.compat.v1.keras", "keras.api._v1.keras", "keras._tf_keras.keras")

_SHARED_WITH_V1 = (
    "audio",
    "autograph",
    "bitwise",
    "config",
    "data",
    "debugging",
    "distribute",
    "dtypes",
    "errors",
    "experimental",
    "feature_column",
    "image",
    "io",
    "linalg",
    "lookup",
    "math",
    "mixed_precision",
    "nest",
    "nn",
    "quantization",
    "queue",
    "ragged",
    "raw_ops",
    "resource_loader",
    "saved_model",
    "sets",
    "signal",
    "sparse",
    "strings",
    "summary",
    "sysconfig",
    "test",
    "tpu",
    "types",
    "version",
    "xla",
)
"""Modules of the compatibility module whose functions are, for our questions, those of TensorFlow 2."""

_KEPT_IN_V1 = (
    "nn.fused_batch_norm",
    "nn.softmax_cross_entropy_with_logits",
    "nn.softmax_cross_entropy_with_logits_v2",
    "nn.sparse_softmax_cross_entropy_with_logits",
    "nn.ctc_loss",
    "nn.ctc_loss_v2",
    "nn.depthwise_conv2d_native",
    "nn.dropout",
    "image.resize_nearest_neighbor",
    "image.resize_bilinear",
    "image.ResizeMethod",
)

_V1_NAMES = {
    "random.set_random_seed": "set_random_seed",
    "random.normal": "random_normal",
    "random.uniform": "random_uniform",
    "random.shuffle": "random_shuffle",
    "random.gamma": "random_gamma",
    "random.poisson": "random_poisson",
    "random.multinomial": "multinomial",
    "random.truncated_normal": "truncated_normal",
    "initializers.random_normal": "random_normal_initializer",
    "initializers.random_uniform": "random_uniform_initializer",
    "initializers.truncated_normal": "truncated_normal_initializer",
    "initializers.variance_scaling": "variance_scaling_initializer",
    "initializers.orthogonal": "orthogonal_initializer",
    "initializers.glorot_uniform": "glorot_uniform_initializer",
    "initializers.glorot_normal": "glorot_normal_initializer",
    "estimator": "",
}

ONLY_IN_V1 = frozenset(name for name in _V1_NAMES.values() if name and not name.endswith("_initializer"))
"""Functions, by their last names, that TensorFlow 2 has only in its compatibility module."""

_SHARED_RANDOM = (
    "Algorithm",
    "Generator",
    "all_candidate_sampler",
    "categorical",
    "create_rng_state",
    "experimental",
    "fixed_unigram_candidate_sampler",
    "get_global_generator",
    "learned_unigram_candidate_sampler",
    "log_uniform_candidate_sampler",
    "set_global_generator",
    "stateless_normal",
    "stateless_uniform",
    "uniform_candidate_sampler",
)
"""What the compatibility module's `random` shares; it stays apart itself, since it seeds otherwise."""

_SAME_AS_V1_TOP_LEVEL = {
    # a name directly in tensorflow.compat.v1 (and in TensorFlow 1): what it is in TensorFlow 2
    "segment_sum": "math.segment_sum",
    "segment_mean": "math.segment_mean",
    "segment_prod": "math.segment_prod",
    "unsorted_segment_sum": "math.unsorted_segment_sum",
    "unsorted_segment_prod": "math.unsorted_segment_prod",
    "unsorted_segment_mean": "math.unsorted_segment_mean",
    "unsorted_segment_sqrt_n": "math.unsorted_segment_sqrt_n",
    "bincount": "math.bincount",
    "confusion_matrix": "math.confusion_matrix",
    "svd": "linalg.svd",
    "sparse_tensor_dense_matmul": "sparse.sparse_dense_matmul",
    "fake_quant_with_min_max_vars": "quantization.fake_quant_with_min_max_vars",
    "fake_quant_with_min_max_vars_per_channel": "quantization.fake_quant_with_min_max_vars_per_channel",
    "tensor_scatter_add": "tensor_scatter_nd_add",
    "tensor_scatter_sub": "tensor_scatter_nd_sub",
    "tensor_scatter_update": "tensor_scatter_nd_update",
    "manip.scatter_nd": "scatter_nd",
}

_SAME_IN_V1 = (
    "GradientTape",
    "IndexedSlices",
    "SparseTensor",
    "RaggedTensor",
    "Tensor",
    "boolean_mask",
    "constant",
    "convert_to_tensor",
    "function",
    "gather",
    "gather_nd",
    "load_op_library",
    "numpy_function",
    "one_hot",
    "ones",
    "py_function",
    "scatter_nd",
    "sort",
    "argsort",
    "stop_gradient",
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update",
    "timestamp",
    "zeros",
    "cast",
    "device",
    "identity",
)


V1_OPTIMIZERS = (
    "AdadeltaOptimizer",
    "AdagradDAOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "FtrlOptimizer",
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "ProximalAdagradOptimizer",
    "ProximalGradientDescentOptimizer",
    "RMSPropOptimizer",
    "SyncReplicasOptimizer",
)


def _tensorflow_aliases() -> dict[str, str]:
    v1 = "tensorflow.compat.v1."
    aliases = {
        "tensorflow.compat.v2": "tensorflow",
        "tensorflow_core": "tensorflow",
        "kerastuner": "keras_tuner",
        "keras_tuner.tuners": "keras_tuner",
        "tensorflow.random.experimental": "tensorflow.random",
        "tensorflow.distribute.experimental.ParameterServerStrategy": "tensorflow.distribute.ParameterServerStrategy",
        "tensorflow.sparse.matmul": "tensorflow.sparse.sparse_dense_matmul",
        "tensorflow.nn.top_k": "tensorflow.math.top_k",
        "tensorflow.image.ResizeMethod.NEAREST": "tensorflow.image.ResizeMethod.NEAREST_NEIGHBOR",
        "tensorflow.losses.softmax_cross_entropy": f"{v1}losses.softmax_cross_entropy",
        "tensorflow.losses.sparse_softmax_cross_entropy": f"{v1}losses.sparse_softmax_cross_entropy",
        "tensorflow.python.framework.config": "tensorflow.config.experimental",
        "tensorflow.python.data.ops.dataset_ops.DatasetV2": DATASET,
        "tensorflow.initializers": "keras.initializers",
        "tensorflow.losses": "keras.losses",
        "tensorflow.metrics": "keras.metrics",
        "tensorflow.optimizers": "keras.optimizers",
    }
    aliases |= {f"{v1}{module}": f"tensorflow.{module}" for module in _SHARED_WITH_V1}
    # A module's entries that stay apart; an alias to itself is what stops the shorter one.
    for name in _KEPT_IN_V1:
        aliases[v1 + name] = v1 + name
        aliases[f"tensorflow.{name}"] = v1 + name if _only_in_v1(name) else f"tensorflow.{name}"
    aliases |= {v1 + name: v1 + other for name, other in _V1_NAMES.items() if other}
    for name, other in _SAME_AS_V1_TOP_LEVEL.items():
        aliases[v1 + name] = aliases[f"tensorflow.{name}"] = f"tensorflow.{other}"
    aliases |= {v1 + name: f"tensorflow.{name}" for name in _SAME_IN_V1}
    aliases |= {f"{v1}random.{name}": f"tensorflow.random.{name}" for name in _SHARED_RANDOM}
    aliases |= {f"tensorflow.train.{name}": f"{v1}train.{name}" for name in (*V1_OPTIMIZERS, "Optimizer")}
    aliases["tensorflow.image.resize_images"] = aliases[f"{v1}image.resize_images"] = "tensorflow.image.resize"
    aliases[f"{v1}estimator"] = "tensorflow.estimator"
    return aliases


def _only_in_v1(name: str) -> bool:
    """Whether TensorFlow 2 has no function of that name, so that the bare spelling is TensorFlow 1's."""
    return name.endswith(("_v2", "_native", "fused_batch_norm", "resize_nearest_neighbor", "resize_bilinear"))


_KERAS_NAMES = {
    "models.Model": "Model",
    "models.Sequential": "Sequential",
    "layers.Input": "Input",
    "layers.Layer": "Layer",
    "engine.training.Model": "Model",
    "engine.base_layer.Layer": "Layer",
    "models.model.Model": "Model",
    "layers.Convolution1D": "layers.Conv1D",
    "layers.Convolution2D": "layers.Conv2D",
    "layers.Convolution3D": "layers.Conv3D",
    "layers.Convolution1DTranspose": "layers.Conv1DTranspose",
    "layers.Convolution2DTranspose": "layers.Conv2DTranspose",
    "layers.Convolution3DTranspose": "layers.Conv3DTranspose",
    "layers.Deconvolution2D": "layers.Conv2DTranspose",
    "layers.SeparableConvolution1D": "layers.SeparableConv1D",
    "layers.SeparableConvolution2D": "layers.SeparableConv2D",
    "layers.MaxPool1D": "layers.MaxPooling1D",
    "layers.MaxPool2D": "layers.MaxPooling2D",
    "layers.MaxPool3D": "layers.MaxPooling3D",
    "layers.experimental.preprocessing": "layers",
    "layers.preprocessing": "layers",
    "layers.experimental": "layers",
    "layers.core": "layers",
    "layers.core.dense": "layers",
    "layers.convolutional": "layers",
    "layers.recurrent": "layers",
    "layers.normalization": "layers",
    "layers.embeddings": "layers",
    "layers.pooling": "layers",
    "layers.noise": "layers",
    "layers.merge": "layers",
    "layers.wrappers": "layers",
    "ops.nn.ctc_loss": "ops.ctc_loss",
    "ops.numpy.bincount": "ops.bincount",
    "ops.linalg.svd": "ops.svd",
    "ops.core.scatter": "ops.scatter",
    "ops.core.scatter_update": "ops.scatter_update",
    "ops.math.segment_sum": "ops.segment_sum",
    "ops.math.segment_prod": "ops.segment_prod",
    "optimizers.legacy": "optimizers",
    "optimizers.experimental": "optimizers",
    "optimizers.schedules": "optimizers.schedules",
    "preprocessing.image_dataset_from_directory": "utils.image_dataset_from_directory",
    "preprocessing.image.image_dataset_from_directory": "utils.image_dataset_from_directory",
    "preprocessing.text_dataset_from_directory": "utils.text_dataset_from_directory",
    "preprocessing.text.text_dataset_from_directory": "utils.text_dataset_from_directory",
    "preprocessing.timeseries_dataset_from_array": "utils.timeseries_dataset_from_array",
    "preprocessing.timeseries.timeseries_dataset_from_array": "utils.timeseries_dataset_from_array",
    "preprocessing.sequence.Sequence": "utils.PyDataset",
    "utils.Sequence": "utils.PyDataset",
    "utils.all_utils.Sequence": "utils.PyDataset",
    "utils.data_utils.Sequence": "utils.PyDataset",
    "legacy.preprocessing.image": "preprocessing.image",
    "metrics.categorical_crossentropy": "losses.categorical_crossentropy",
    "metrics.sparse_categorical_crossentropy": "losses.sparse_categorical_crossentropy",
    "initializers.glorot_normal": "initializers.GlorotNormal",
    "initializers.glorot_uniform": "initializers.GlorotUniform",
    "initializers.he_normal": "initializers.HeNormal",
    "initializers.he_uniform": "initializers.HeUniform",
    "initializers.lecun_normal": "initializers.LecunNormal",
    "initializers.lecun_uniform": "initializers.LecunUniform",
    "initializers.orthogonal": "initializers.Orthogonal",
    "initializers.OrthogonalInitializer": "initializers.Orthogonal",
    "initializers.random_normal": "initializers.RandomNormal",
    "initializers.random_uniform": "initializers.RandomUniform",
    "initializers.truncated_normal": "initializers.TruncatedNormal",
    "initializers.variance_scaling": "initializers.VarianceScaling",
    "initializers.random_normal_initializer": "initializers.RandomNormal",
    "initializers.random_uniform_initializer": "initializers.RandomUniform",
    "utils.np_utils": "utils",
    "utils.vis_utils": "utils",
}


_APPLICATIONS = (
    "convnext",
    "densenet",
    "efficientnet",
    "efficientnet_v2",
    "inception_resnet_v2",
    "inception_v3",
    "mobilenet",
    "mobilenet_v2",
    "mobilenet_v3",
    "nasnet",
    "resnet",
    "resnet50",
    "resnet_v2",
    "vgg16",
    "vgg19",
    "xception",
)


def _keras_aliases() -> dict[str, str]:
    aliases = dict.fromkeys(KERAS_SPELLINGS, "keras")
    aliases |= dict.fromkeys(KERAS_2_SPELLINGS, "tf_keras")
    for root in ("keras", "tf_keras"):
        aliases |= {f"{root}.{name}": f"{root}.{other}" for name, other in _KERAS_NAMES.items() if name != other}
        aliases |= {f"{root}.applications.{module}": f"{root}.applications" for module in _APPLICATIONS}
    return aliases


def _keras_aliases_v1_kept() -> dict[str, str]:
    """`keras._tf_keras.keras` is Keras 3's own module for `tf.keras`."""
    return {"keras._tf_keras.keras": "keras"}


ALIASES = _tensorflow_aliases() | _keras_aliases() | _keras_aliases_v1_kept()
"""Spellings, or leading parts of them, to the canonical ones."""


def spellings(names: frozenset[str]) -> frozenset[str]:
    """Names, and what else they are called where the last part differs: that is what a file then contains."""
    others = {
        alias
        for alias, name in ALIASES.items()
        if name in names and alias.rpartition(".")[2] != name.rpartition(".")[2]
    }
    return names | others
