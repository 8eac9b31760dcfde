"""What functions do with keys: the tables of `data/keys.toml` by name, and one question to all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from detlint.rules.data import load

PARTIALS = frozenset({"functools.partial", "jax.tree_util.Partial"})
_INITIALIZERS = "jax.nn.initializers."


@dataclass(frozen=True)
class KeyFacts:
    """The tables. Names are canonical; those of builtins are without their module."""

    consuming: frozenset[str]
    classes: dict[str, str]
    modules: dict[str, str]
    initializers: frozenset[str]
    making: frozenset[str]
    forwarding: frozenset[str]
    forwarding_methods: frozenset[str]
    stacking: frozenset[str]
    harmless: frozenset[str]
    harmless_prefixes: tuple[str, ...]
    harmless_methods: frozenset[str]
    transforms: dict[str, str]
    loops: dict[str, str]

    def consumed_parameter(self, name: str) -> str | None:
        """The parameter whose key a callable consumes, if it does; it stands first."""
        if name in self.consuming:
            return "key"
        found = self.classes.get(name)
        if found is None:
            module, _, last = name.rpartition(".")
            found = self.modules.get(module) if last[:1].isupper() else None
        return found

    @cached_property
    def libraries(self) -> frozenset[str]:
        """The libraries whose functions take keys."""
        names = (*self.consuming, *self.making, *self.classes, *self.modules)
        return frozenset(name.partition(".")[0] for name in names)

    @property
    def known(self) -> frozenset[str]:
        """The names of everything that keys go through."""
        return frozenset((*self.consuming, *self.making, *self.classes, *self.transforms, *self.loops))


@cache
def key_facts() -> KeyFacts:
    """The tables, loaded once."""
    data = load(__package__, "keys")
    initializers = frozenset(f"{_INITIALIZERS}{name}" for name in data["consume"]["initializers"])
    return KeyFacts(
        consuming=frozenset(
            (
                *(f"jax.random.{name}" for name in data["consume"]["names"]),
                *(f"{name}.__call__" for name in initializers),
            )
        ),
        classes=data["consume"]["classes"],
        modules=data["consume"]["modules"],
        initializers=initializers,
        making=frozenset(data["make"]["names"]),
        forwarding=frozenset(data["forward"]["names"]),
        forwarding_methods=frozenset(data["forward"]["methods"]),
        stacking=frozenset(data["stack"]["names"]),
        harmless=frozenset(data["harmless"]["names"]),
        harmless_prefixes=tuple(data["harmless"]["prefixes"]),
        harmless_methods=frozenset(data["harmless"]["methods"]),
        transforms={name: kind for kind, names in data["transform"].items() for name in names},
        loops=data["loop"],
    )
