"""What the index knows of JAX: other spellings of names, and what gives arrays."""

from __future__ import annotations

from detlint.plugins import Library

ARRAY = "jax.Array"


def _each(prefix: str, names: str, kind: str) -> dict[str, str]:
    return {f"{prefix}.{name}": kind for name in names.split()}


_ALIASES = {
    "jax._src.random": "jax.random",
    "jax._src.numpy": "jax.numpy",
    "jax._src.lax": "jax.lax",
    "jax._src.nn": "jax.nn",
    "jax._src.tree": "jax.tree",
    "jax.api": "jax",
    "jax.numpy.ndarray": ARRAY,
    "jax.numpy.linalg.linalg": "jax.numpy.linalg",
    "jax.tree_map": "jax.tree.map",
    "jax.tree_multimap": "jax.tree.map",
    "jax.tree_util.tree_map": "jax.tree.map",
    "jax.remat": "jax.checkpoint",
    "jax.ad_checkpoint.checkpoint": "jax.checkpoint",
    "jax.experimental.pjit.pjit": "jax.jit",
    "jax.experimental.shard_map.shard_map": "jax.shard_map",
    "jax.experimental.stax": "jax.example_libraries.stax",
    "jax.experimental.optimizers": "jax.example_libraries.optimizers",
    "jax.lax.control_flow": "jax.lax",
    "jax.nn.initializers.he_normal": "jax.nn.initializers.kaiming_normal",
    "jax.nn.initializers.he_uniform": "jax.nn.initializers.kaiming_uniform",
    "jax.nn.initializers.xavier_normal": "jax.nn.initializers.glorot_normal",
    "jax.nn.initializers.xavier_uniform": "jax.nn.initializers.glorot_uniform",
    "flax.linen.initializers": "jax.nn.initializers",
    "flax.nnx.initializers": "jax.nn.initializers",
    "flax.nnx.rnglib.Rngs": "flax.nnx.Rngs",
    "flax.experimental.nnx": "flax.nnx",
    "haiku._src.base.PRNGSequence": "haiku.PRNGSequence",
}

_NO_ARRAYS = """dtype finfo iinfo issubdtype result_type promote_types can_cast ndim shape size save savez load
    set_printoptions printoptions get_printoptions array_repr array_str iterable isscalar broadcast_shapes"""

LIBRARY = Library(
    aliases=_ALIASES,
    returns={
        "jax.numpy.*": ARRAY,
        **_each("jax.numpy", _NO_ARRAYS, ""),
        "jax.random.*": ARRAY,
        "jax.random.key_impl": "",
        "jax.device_put": "",
        "jax.Array.*": ARRAY,
        **_each("jax.Array", "tolist item devices addressable_data", ""),
    },
    attributes={
        **_each("jax.Array", "T mT real imag", ARRAY),
    },
    arithmetic=(ARRAY,),
    elements={ARRAY: ARRAY},
)
