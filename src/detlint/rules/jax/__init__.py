"""The pack `jax`: keys that are used twice or made from entropy, and what starts XLA."""

from __future__ import annotations

from detlint.plugins import Pack, hookimpl


@hookimpl
def detlint_pack() -> Pack:
    """Give the pack."""
    from detlint.rules.jax.effects import EFFECTS
    from detlint.rules.jax.key_reuse import JaxKeyReuse
    from detlint.rules.jax.library import LIBRARY
    from detlint.rules.jax.nondeterministic_key import JaxNondeterministicKey

    return Pack(
        name="jax",
        prefix="DET",
        rules=(JaxKeyReuse, JaxNondeterministicKey),
        library=LIBRARY,
        effects=(EFFECTS,),
        versions={"jax": "0.12.0"},
    )
