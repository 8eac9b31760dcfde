"""The facts of `data/ops.toml`, typed: which ops can differ between runs, for which versions, devices and arguments.

Pure: given names, versions and devices, gives facts. What the arguments of a call are is asked elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

from detlint.ops import OpFact
from detlint.rules.data import load
from detlint.versions import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from detlint.triggers import FileText, Mention

Effect = Literal["raises", "switches"]
Condition = str | tuple[object, ...]
"""One of the words that `data/ops.toml` explains, or the values of which the argument is one."""

CODES: Mapping[Effect, str] = {"raises": "DET201", "switches": "DET202"}
_TENSOR = "torch.Tensor."
_DOCUMENTED = "the documentation of torch.use_deterministic_algorithms"
_WORDS = {
    "given": "{0} given",
    "absent": "no {0}",
    "tensor": "{0} a tensor",
    "float": "{0} of floats",
    "sparse": "{0} sparse",
    "quantized": "{0} quantized",
    "spatial": "{0} of two dimensions or more",
    "one": "{0} of one dimension",
    "many": "{0} of more than one dimension",
    "not-ones": "{0} other than 1",
    "ones": "{0} of 1",
    "len-2": "{0} of one dimension",
    "len-4": "{0} of two dimensions",
    "len-6": "{0} of three dimensions",
}


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One effect of an op. It holds from version `since` on, up to `before` (which has it no more), on `devices`.

    `when` gives conditions on arguments, by parameter, that must all hold. repair: what to do where the mode raises.
    exact: results do not differ, yet the mode raises.
    """

    effect: Effect
    devices: frozenset[str]
    since: str | None
    before: str | None
    when: Mapping[str, Condition]
    repair: str
    source: str
    exact: bool

    def covers(self, version: Version) -> bool:
        """Whether a version has this fact."""
        return (self.since is None or version >= self.since) and (self.before is None or version < self.before)


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """A group of names with the same parameters and facts; `data/ops.toml` explains the fields."""

    names: tuple[str, ...]
    parameters: tuple[str, ...]
    keyword_only: frozenset[str]
    defaults: Mapping[str, object]
    gradient: tuple[str, ...]
    index: str
    sums: bool
    writes: bool
    scan: bool
    layer: bool
    front: bool
    unsure: bool
    reason: str
    facts: tuple[Fact, ...]

    @property
    def rests_on_caller(self) -> bool:
        """Whether it does harm only if a caller asks for gradients, or gives much."""
        return bool(self.gradient) or self.scan

    def position(self, parameter: str, bound: bool) -> int | None:
        """Where a positional argument for a parameter stands; `bound`: the first parameter is a method's receiver."""
        if parameter not in self.parameters or parameter in self.keyword_only:
            return None
        place = self.parameters.index(parameter) - bound
        return place if place >= 0 else None


@cache
def ops() -> Mapping[str, Op]:
    """Every op by each of its names."""
    return {name: op for row in load("detlint.rules.torch", "ops")["op"] for op in (_op(row),) for name in op.names}


def names(effect: Effect) -> frozenset[str]:
    """The names of the ops that have an effect in some version, and that the rule about this effect reports."""
    return frozenset(name for name, op in ops().items() for fact in op.facts if counts(op, fact, effect))


def counts(op: Op, fact: Fact, effect: Effect) -> bool:
    """Whether a fact is one that the rule about an effect reports: layers that the mode makes deterministic are not."""
    return fact.effect == effect and not (effect == "switches" and op.layer)


def applicable(op: Op, effect: Effect, version: Version, devices: Iterable[str]) -> Iterator[Fact]:
    """The facts with an effect that a version has on one of the devices, whatever the arguments."""
    asked = frozenset(devices)
    for fact in op.facts:
        if counts(op, fact, effect) and fact.covers(version) and not asked.isdisjoint(fact.devices):
            yield fact


def sought(mention: Mention, effect: Effect) -> frozenset[str]:
    """The ops to look for in a file that names some, by what is known without parsing it; empty: none of these counts.

    Those that it does not name are among them: another module may hand them on under other names.
    """
    version = mention.purpose.targets.version("torch")
    known = _applicable_names(effect, version, mention.purpose.devices)
    harmless = {
        name
        for name in known & mention.names
        if not _may_have(ops()[name], effect, version, mention.purpose.devices, mention.text)
    }
    return known - harmless if known & mention.names - harmless else frozenset()


@cache
def _applicable_names(effect: Effect, version: Version, devices: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name, op in ops().items() if any(True for _ in applicable(op, effect, version, devices)))


def _may_have(op: Op, effect: Effect, version: Version, devices: frozenset[str], text: FileText) -> bool:
    return any(
        all(_may_hold(op, parameter, wanted, text) for parameter, wanted in fact.when.items())
        for fact in applicable(op, effect, version, devices)
    )


_BY_PLACE = 5
"""How many arguments are given by place at most, as far as an argument far behind is concerned."""


def _may_hold(op: Op, parameter: str, wanted: Condition, text: FileText) -> bool:
    """Whether a text may have the argument: one of the wanted strings, or a name whose value may be one of them.

    What stands behind five others is given by its name, which the text then has.
    """
    if isinstance(wanted, str) or op.defaults.get(parameter) in wanted:
        return True
    if not all(isinstance(value, str) for value in wanted):
        place = op.position(parameter, bound=False)
        return (place is not None and place < _BY_PLACE) or parameter in text.code
    given = any(f"{quote}{value}{quote}" in text.code for value in wanted for quote in "\"'")
    return given or text.contains(rf"{parameter}(?<!\w{parameter})\s*=\s*[A-Za-z_]")


def is_method(name: str) -> bool:
    """Whether a name is that of a method, so that its first parameter is the receiver."""
    return name.startswith(_TENSOR)


def describe() -> Iterator[OpFact]:
    """All facts as `detlint op` shows them."""
    for name, op in ops().items():
        for fact in op.facts:
            reported = fact.effect == "raises" or not op.layer
            yield OpFact(
                name=name,
                framework="torch",
                effect=fact.effect,
                devices=tuple(sorted(fact.devices)),
                first=fact.since,
                last=_last(fact.before),
                condition=", ".join(_condition(parameter, wanted) for parameter, wanted in fact.when.items()),
                gradient=bool(op.gradient),
                replacement=fact.repair if fact.effect == "raises" else "",
                source=fact.source or _DOCUMENTED,
                code=CODES[fact.effect] if reported else "DET203",
            )


def _last(before: str | None) -> str | None:
    """The newest release that was looked at before another one."""
    if before is None:
        return None
    looked_at: list[str] = load("detlint.rules.torch", "ops")["checked"]
    return next((text for text in reversed(looked_at) if Version(text) < before), None)


def _condition(parameter: str, wanted: Condition) -> str:
    if isinstance(wanted, str):
        return _WORDS[wanted].format(parameter)
    return f"{parameter}=" + " or ".join(repr(value) for value in wanted)


def _op(row: Mapping[str, Any]) -> Op:
    parameters = list(row["parameters"])
    star = parameters.index("*") if "*" in parameters else len(parameters)
    return Op(
        names=tuple(row["names"]),
        parameters=tuple(p for p in parameters if p != "*"),
        keyword_only=frozenset(parameters[star + 1 :]),
        defaults=row.get("defaults", {}),
        gradient=tuple(row.get("gradient", ())),
        index=row.get("index", ""),
        writes=bool(row.get("writes")),
        scan=bool(row.get("scan")),
        sums=row.get("sums", False),
        layer=row.get("layer", False),
        front=row.get("front", False),
        unsure=row.get("unsure", False),
        reason=row["reason"],
        facts=tuple(_fact(fact, row.get("repair", "")) for fact in row["facts"]),
    )


def _fact(row: Mapping[str, Any], repair: str) -> Fact:
    return Fact(
        effect=cast("Effect", row["effect"]),
        devices=frozenset(row.get("devices", ("cuda",))),
        since=row.get("since"),
        before=row.get("before"),
        when={key: wanted if isinstance(wanted, str) else tuple(wanted) for key, wanted in row.get("when", {}).items()},
        repair=row.get("repair", repair),
        source=row.get("source", ""),
        exact=row.get("exact", False),
    )
