"""TensorFlow's and Keras's ops that are not deterministic by themselves: the table, and what holds in a version.

`data/ops.toml` says which op, in which versions, on which devices and with which arguments. Given versions, tells what
becomes of an op; looks at no code. `facts` gives the same to `detlint op`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from detlint.ops import OpFact
from detlint.rules.data import load
from detlint.versions import Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Effect = Literal["varies", "raises", "switches"]
EFFECTS: tuple[Effect, ...] = ("varies", "raises", "switches")

FIRST_MODE = "2.8"
"""The first version of TensorFlow with op determinism."""

_ABBREVIATIONS = {"tf": "tensorflow", "v1": "tensorflow.compat.v1"}


@dataclass(frozen=True, slots=True)
class Span:
    """Versions from `first` to `last`, minor versions, both inclusive; None is open."""

    first: str | None = None
    last: str | None = None

    def __contains__(self, version: Version) -> bool:
        if self.first is not None and version < self.first:
            return False
        return self.last is None or version < _next_minor(self.last)

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read `2.5-2.6`, `2.7-` or `-2.4`."""
        first, _, last = text.partition("-")
        return cls(first or None, last or None)


def _next_minor(version: str) -> str:
    major, minor = version.split(".")
    return f"{major}.{int(minor) + 1}"


@dataclass(frozen=True, slots=True)
class Op:
    """One row of the data; see there. `effects` are its version ranges by effect."""

    names: tuple[str, ...]
    effects: Mapping[Effect, Span]
    why: str
    source: str
    replacement: str = ""
    devices: tuple[str, ...] = ("cuda",)
    gradient: bool = False
    keras: int | None = None
    argument: str | None = None
    position: int | None = None
    values: tuple[object, ...] = ()
    default: object = None
    given: str | None = None
    one_column: bool = False
    jit: bool = False
    reference: bool = False
    slices: bool = False
    summed: str | None = None
    summed_position: int | None = None
    written: str | None = None
    written_position: int | None = None
    indices: str | None = None
    indices_position: int | None = None
    trained: int | None = None
    counted: bool = False
    preprocessing: bool = False
    augmentation: bool = False
    label_maps: bool = False
    exact_without: str | None = None

    def effect(self, version: Version) -> Effect | None:
        """What becomes of the op in a version of TensorFlow, None if it is deterministic there or not there at all."""
        return next((effect for effect, span in self.effects.items() if version in span), None)

    @property
    def condition(self) -> str:
        """For which arguments it holds, in words."""
        words = []
        if self.argument is not None:
            values = " or ".join(_shown(value) for value in self.values if "." not in str(value))
            by_default = ", the default" if self.default in self.values else ""
            words.append(f"{self.argument}={values}{by_default}")
        if self.given is not None:
            words.append(f"with {self.given}")
        if self.keras is not None:
            words.append(f"Keras {self.keras}")
        words += [text for flag, text in _WORDS.items() if getattr(self, flag)]
        if self.summed is not None:
            words.append(f"{self.summed} of floats")
        return "; ".join(words)


_WORDS = {
    "one_column": "matrices with one column",
    "jit": "in a function compiled with jit_compile=True",
    "reference": "variables with use_resource=False",
    "slices": "tf.IndexedSlices",
}


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


@cache
def ops() -> tuple[Op, ...]:
    """All rows, in the order of the data."""
    return tuple(_row(row) for row in load(__package__, "ops")["op"])


@cache
def by_name() -> Mapping[str, tuple[Op, ...]]:
    """Canonical names to their rows. What Keras 2 has of Keras stands there for `tf_keras` too."""
    table: dict[str, list[Op]] = {}
    for op in ops():
        for name in op.names:
            table.setdefault(name, []).append(op)
            if name.startswith("keras.") and op.keras != 3 and not name.startswith("keras.ops."):
                table.setdefault(f"tf_{name}", []).append(op)
    return {name: tuple(rows) for name, rows in table.items()}


def _row(row: Mapping[str, Any]) -> Op:
    fields: dict[str, Any] = {key: value for key, value in row.items() if key not in EFFECTS}
    fields["names"] = tuple(expand(name) for name in row["names"])
    fields["values"] = tuple(expand(value) if isinstance(value, str) else value for value in row.get("values", ()))
    fields["devices"] = tuple(row.get("devices", ("cuda",)))
    return Op(effects={effect: Span.parse(row[effect]) for effect in EFFECTS if effect in row}, **fields)


def expand(name: str) -> str:
    """A name of the data in full: `tf.math.bincount` is `tensorflow.math.bincount`."""
    head, dot, rest = name.partition(".")
    return f"{_ABBREVIATIONS.get(head, head)}.{rest}" if dot else name


def names(*effects: Effect) -> frozenset[str]:
    """The names of ops that have one of these effects in some version and are reported one by one."""
    return frozenset(name for name, rows in by_name().items() if any(_is_reported(row, effects) for row in rows))


def _is_reported(op: Op, effects: tuple[Effect, ...]) -> bool:
    return any(effect in op.effects and not (op.counted and effect == "switches") for effect in effects)


def needs_newer(op: Op, version: Version) -> bool:
    """Whether no mode of a version makes an op deterministic, and op determinism (2.8 and newer) does."""
    return op.effect(version) in ("varies", "raises") and op.effect(Version(FIRST_MODE)) == "switches"


@cache
def in_need() -> Mapping[str, Op]:
    """The ops that some version before op determinism cannot make deterministic, by name."""
    return {
        name: row
        for name, rows in by_name().items()
        for row in rows
        if row.effect(Version(FIRST_MODE)) == "switches" and row.effects.keys() & {"varies", "raises"}
    }


def facts() -> Iterator[OpFact]:
    """What is known of ops, one fact for each op, effect and range of versions."""
    for op in ops():
        for name in op.names:
            for effect, span in op.effects.items():
                yield OpFact(
                    name=name,
                    framework="tensorflow",
                    effect=effect,
                    devices=op.devices,
                    first=span.first,
                    last=span.last,
                    condition=op.condition,
                    gradient=op.gradient,
                    replacement=op.replacement if effect != "switches" else "",
                    source=op.source,
                    code=_code(op, effect),
                )


def _code(op: Op, effect: Effect) -> str:
    if effect == "switches":
        return "DET303" if op.counted else "DET302"
    return "DET301"
