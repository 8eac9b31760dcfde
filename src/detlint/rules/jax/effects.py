"""What calls of JAX do: they start XLA's backend, which reads `XLA_FLAGS` then and never again.

Imports and `jax.config.update` do not start it; the first key, array, question for devices or op does.
"""

from __future__ import annotations

from detlint.project.effects import Effect, EffectSource

_START = (Effect("start", "xla"),)

_STARTING = (
    "jax.devices", "jax.local_devices", "jax.device_count", "jax.local_device_count", "jax.default_backend",
    "jax.process_index", "jax.process_count", "jax.device_put", "jax.device_put_replicated", "jax.device_put_sharded",
    "jax.random.*", "jax.numpy.*", "jax.numpy.linalg.*", "jax.numpy.fft.*", "jax.nn.*", "jax.lax.*",
    "jax.scipy.linalg.*", "jax.make_mesh", "jax.experimental.mesh_utils.create_device_mesh",
)  # fmt: skip

_ASKING_ONLY = (
    "jax.numpy.dtype", "jax.numpy.finfo", "jax.numpy.iinfo", "jax.numpy.issubdtype", "jax.numpy.result_type",
    "jax.numpy.promote_types", "jax.numpy.can_cast", "jax.numpy.set_printoptions", "jax.numpy.printoptions",
    "jax.numpy.broadcast_shapes", "jax.lax.GatherDimensionNumbers", "jax.lax.ScatterDimensionNumbers",
    "jax.lax.ConvDimensionNumbers", "jax.lax.conv_dimension_numbers", "jax.lax.axis_index", "jax.lax.axis_size",
)  # fmt: skip
"""Calls that need no backend."""

EFFECTS: EffectSource = {**dict.fromkeys(_STARTING, _START), **dict.fromkeys(_ASKING_ONLY, ())}
