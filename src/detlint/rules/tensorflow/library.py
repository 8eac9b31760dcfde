"""What the index must know of TensorFlow and Keras: results, classes; what they are called is in `spellings`."""

from __future__ import annotations

from detlint.plugins import Library
from detlint.rules.tensorflow.spellings import ALIASES, DATASET, V1_OPTIMIZERS

TENSOR = "tensorflow.Tensor"
MODEL = "keras.Model"

_TENSOR_MODULES = (
    "",
    "bitwise.",
    "image.",
    "linalg.",
    "math.",
    "nn.",
    "quantization.",
    "random.",
    "raw_ops.",
    "signal.",
    "strings.",
)
"""Modules of TensorFlow whose functions give tensors."""

_OTHER_RESULTS = {
    # of the functions there, those that give something else; "" is unknown
    "": (
        "Assert",
        "as_dtype",
        "batch_to_space",
        "case",
        "cond",
        "constant_initializer",
        "control_dependencies",
        "custom_gradient",
        "device",
        "dynamic_partition",
        "eig",
        "executing_eagerly",
        "function",
        "get_current_name_scope",
        "get_logger",
        "get_static_value",
        "grad_pass_through",
        "gradients",
        "group",
        "hessians",
        "identity_n",
        "import_graph_def",
        "init_scope",
        "inside_function",
        "is_symbolic_tensor",
        "is_tensor",
        "load_library",
        "load_op_library",
        "make_ndarray",
        "make_tensor_proto",
        "map_fn",
        "foldl",
        "foldr",
        "scan",
        "meshgrid",
        "name_scope",
        "no_gradient",
        "no_op",
        "nondifferentiable_batch_function",
        "numpy_function",
        "ones_initializer",
        "print",
        "py_function",
        "random_normal_initializer",
        "random_uniform_initializer",
        "recompute_grad",
        "register_tensor_conversion_function",
        "shape_n",
        "split",
        "switch_case",
        "tuple",
        "type_spec_from_value",
        "unique",
        "unique_with_counts",
        "unstack",
        "variable_creator_scope",
        "vectorized_map",
        "while_loop",
        "zeros_initializer",
        "clip_by_global_norm",
        "timestamp",
        "set_random_seed",
        "enable_eager_execution",
        "placeholder",
        "global_variables_initializer",
    ),
    "image.": ("non_max_suppression_padded", "combined_non_max_suppression", "sample_distorted_bounding_box"),
    "linalg.": ("eigh", "lu", "qr", "slogdet", "svd", "eig"),
    "math.": ("in_top_k", "top_k", "approx_max_k", "approx_min_k"),
    "nn.": (
        "moments",
        "max_pool_with_argmax",
        "fractional_avg_pool",
        "fractional_max_pool",
        "ctc_beam_search_decoder",
        "ctc_greedy_decoder",
        "ctc_unique_labels",
        "weighted_moments",
        "sufficient_statistics",
        "normalize_moments",
        "fused_batch_norm",
    ),
    "random.": ("set_seed", "set_global_generator", "split", "get_global_generator", "set_random_seed"),
}


_CLASSES = (
    "Tensor",
    "Variable",
    "GradientTape",
    "Module",
    "Graph",
    "SparseTensor",
    "RaggedTensor",
    "IndexedSlices",
    "TensorArray",
    "TensorShape",
    "TensorSpec",
    "Session",
    "random.Generator",
    "linalg.LinearOperatorFullMatrix",
)


def _returns() -> dict[str, str]:
    returns: dict[str, str] = {}
    for module in _TENSOR_MODULES:
        returns[f"tensorflow.{module}*"] = TENSOR
        returns |= {f"tensorflow.{module}{name}": "" for name in _OTHER_RESULTS.get(module, ())}
    # Classes that stand among the functions: calling one gives an object of it.
    returns |= {f"tensorflow.{name}": f"tensorflow.{name}" for name in _CLASSES}
    returns |= {
        "tensorflow.random.get_global_generator": "tensorflow.random.Generator",
        "tensorflow.random.Generator.from_seed": "tensorflow.random.Generator",
        "tensorflow.random.Generator.from_state": "tensorflow.random.Generator",
        "tensorflow.random.Generator.from_key_counter": "tensorflow.random.Generator",
        "tensorflow.random.Generator.from_non_deterministic_state": "tensorflow.random.Generator",
        "tensorflow.random.Generator.*": TENSOR,
        "tensorflow.random.Generator.split": "",
        "tensorflow.Tensor.*": TENSOR,
        "tensorflow.Tensor.numpy": "numpy.ndarray",
        "tensorflow.Tensor.get_shape": "tensorflow.TensorShape",
        "tensorflow.Variable.*": "",
        "tensorflow.Variable.read_value": TENSOR,
        "tensorflow.Variable.value": TENSOR,
        "tensorflow.Variable.numpy": "numpy.ndarray",
        "tensorflow.compat.v1.get_variable": "tensorflow.Variable",
        "tensorflow.compat.v1.Variable": "tensorflow.Variable",
        "tensorflow.get_variable": "tensorflow.Variable",
        "tensorflow.SparseTensor.from_dense": "tensorflow.SparseTensor",
        "tensorflow.sparse.from_dense": "tensorflow.SparseTensor",
        "tensorflow.sparse.to_dense": TENSOR,
        "tensorflow.sparse.sparse_dense_matmul": TENSOR,
        "tensorflow.io.read_file": TENSOR,
        "tensorflow.io.decode_image": TENSOR,
        "tensorflow.io.decode_jpeg": TENSOR,
        "tensorflow.io.decode_png": TENSOR,
        f"{DATASET}.*": DATASET,
        f"{DATASET}.as_numpy_iterator": "",
        f"{DATASET}.cardinality": TENSOR,
        f"{DATASET}.get_single_element": "",
        f"{DATASET}.options": "tensorflow.data.Options",
        f"{DATASET}.reduce": "",
        f"{DATASET}.save": "",
        f"{DATASET}.apply": DATASET,
        f"{DATASET}.make_one_shot_iterator": "",
        f"{DATASET}.make_initializable_iterator": "",
        "tensorflow.data.experimental.make_csv_dataset": DATASET,
        "tensorflow.data.experimental.make_batched_features_dataset": DATASET,
        "tensorflow.data.experimental.sample_from_datasets": DATASET,
        "tensorflow.data.experimental.choose_from_datasets": DATASET,
        "tensorflow.data.experimental.load": DATASET,
        "tensorflow.load_op_library": "",
        "keras.Input": TENSOR,
        "keras.Layer.__call__": TENSOR,
        "keras.models.load_model": MODEL,
        "keras.saving.load_model": MODEL,
        "keras.models.clone_model": MODEL,
        "keras.models.model_from_json": MODEL,
        "keras.models.model_from_config": MODEL,
        "keras.applications.*": MODEL,
        "keras.utils.image_dataset_from_directory": DATASET,
        "keras.utils.text_dataset_from_directory": DATASET,
        "keras.utils.audio_dataset_from_directory": DATASET,
        "keras.utils.timeseries_dataset_from_array": DATASET,
        "keras.Model.fit": "keras.callbacks.History",
        "keras.Model.get_layer": "keras.Layer",
        "keras.optimizers.get": "keras.optimizers.Optimizer",
        "keras.ops.*": "",
        "tensorflow.compat.v1.Session.run": "",
        "tensorflow.compat.v1.data.Dataset.*": DATASET,
        "tensorflow.keras.estimator.model_to_estimator": "tensorflow.estimator.Estimator",
        "keras.estimator.model_to_estimator": "tensorflow.estimator.Estimator",
    }
    returns |= _of_keras_2(returns)
    return returns


def _of_keras_2(table: dict[str, str]) -> dict[str, str]:
    """The entries about `keras` again, about `tf_keras`."""
    return {
        "tf_" + name: "tf_" + kind if kind.startswith("keras.") else kind
        for name, kind in table.items()
        if name.startswith("keras.")
    }


_DATASET_CLASSES = (
    "TFRecordDataset",
    "TextLineDataset",
    "FixedLengthRecordDataset",
    "experimental.CsvDataset",
    "experimental.RandomDataset",
    "experimental.SqlDataset",
)


def _bases() -> dict[str, tuple[str, ...]]:
    bases: dict[str, tuple[str, ...]] = {f"tensorflow.data.{name}": (DATASET,) for name in _DATASET_CLASSES}
    bases |= {
        "tensorflow.Variable": (TENSOR,),
        "tensorflow.compat.v1.Variable": ("tensorflow.Variable",),
        "keras_tuner.*": ("keras_tuner.Tuner",),
        "keras_tuner.Tuner": (),
        "autokeras.*": ("autokeras.AutoModel",),
        "autokeras.AutoModel": (),
        "tensorflow.compat.v1.InteractiveSession": ("tensorflow.compat.v1.Session",),
        "tensorflow.distribute.MirroredStrategy": ("tensorflow.distribute.Strategy",),
        "tensorflow.distribute.ParameterServerStrategy": ("tensorflow.distribute.Strategy",),
        "tensorflow.estimator.*": ("tensorflow.estimator.Estimator",),
        "tensorflow.estimator.Estimator": (),
    }
    v1 = "tensorflow.compat.v1.train"
    bases |= {f"{v1}.{name}": (f"{v1}.Optimizer",) for name in V1_OPTIMIZERS}
    for root in ("keras", "tf_keras"):
        bases |= {
            f"{root}.Sequential": (f"{root}.Model",),
            f"{root}.Model": (f"{root}.Layer",),
            f"{root}.layers.*": (f"{root}.Layer",),
            f"{root}.optimizers.*": (f"{root}.optimizers.Optimizer",),
            f"{root}.optimizers.Optimizer": (),
            f"{root}.initializers.*": (f"{root}.Initializer",),
        }
    return bases


def _attributes() -> dict[str, str]:
    attributes = {
        "tensorflow.Tensor.shape": "tensorflow.TensorShape",
        "tensorflow.Tensor.dtype": "tensorflow.DType",
        "tensorflow.Tensor.T": TENSOR,
        "tensorflow.IndexedSlices.values": TENSOR,
        "tensorflow.IndexedSlices.indices": TENSOR,
    }
    for root in ("keras", "tf_keras"):
        attributes |= {
            f"{root}.Model.optimizer": f"{root}.optimizers.Optimizer",
            f"{root}.Model.history": f"{root}.callbacks.History",
            f"{root}.Model.input": TENSOR,
            f"{root}.Model.output": TENSOR,
            f"{root}.Layer.output": TENSOR,
            f"{root}.callbacks.Callback.model": f"{root}.Model",
        }
    return attributes


UNIQUE_METHODS = {
    "scatter_nd_update": "tensorflow.Variable",
    "scatter_nd_add": "tensorflow.Variable",
    "scatter_nd_sub": "tensorflow.Variable",
    "batch_scatter_update": "tensorflow.Variable",
    "rejection_resample": DATASET,
    "parallel_interleave": DATASET,
    "padded_batch": DATASET,
    "as_numpy_iterator": DATASET,
}

LIBRARY = Library(
    receivers=frozenset({"fit", "fit_generator", "train_on_batch"}),
    aliases=ALIASES,
    returns=_returns(),
    attributes=_attributes(),
    bases=_bases(),
    arithmetic=(TENSOR,),
    elements={TENSOR: TENSOR},
    parameters={"keras.Layer.call": TENSOR, "tf_keras.Layer.call": TENSOR},
    calls={"keras.Layer": "call", "tf_keras.Layer": "call", "tensorflow.Module": "__call__"},
    unique_methods=UNIQUE_METHODS,
)
