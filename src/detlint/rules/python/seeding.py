"""Functions that seed random states, of all libraries: the table, what one call of them means, and its effects.

`data/seeding.toml` says which states a function fixes and what None or no seed means. Given calls whose callee is
known; says nothing about values that look like seeds but come from a clock or another entropy source: DET104 does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from detlint.diagnostics import Confidence
from detlint.index.values import UNKNOWN, Const, Unset
from detlint.project.effects import Call, Effect, EffectSource
from detlint.rules.command_lines import CommandLine, command_line
from detlint.rules.data import load

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping

    from detlint.index import FileIndex

Meaning = Literal["seed", "maybe", "entropy", "keep", "error"]
"""What a call does to its states: fixes, perhaps (the seed may be None), makes random, leaves, raises."""

_SAVED = (
    "random.getstate",
    "numpy.random.get_state",
    "torch.get_rng_state",
    "torch.random.get_rng_state",
    "torch.cuda.get_rng_state",
    "torch.cuda.get_rng_state_all",
)


@dataclass(frozen=True, slots=True)
class Condition:
    """An argument on which something depends: its parameter, position, and value where it is not given."""

    parameter: str
    position: int | None = None
    default: object = None


@dataclass(frozen=True, slots=True)
class Seeding:
    """A function that seeds; the fields are those of `data/seeding.toml`."""

    name: str
    states: tuple[str, ...]
    perhaps: tuple[str, ...] = ()
    parameter: str | None = None
    position: int | None = None
    missing: str = "required"
    none: str = "error"
    kind: str = "seed"
    before: tuple[str, str] | None = None
    sets: tuple[str, ...] = ()
    when: Condition | None = None
    warn: Condition | None = None
    off: tuple[object, ...] = field(default=())
    configured: str = ""


@cache
def seeding_functions() -> Mapping[str, Seeding]:
    """The table, by canonical qualified name."""
    return {name: _seeding(name, row) for row in load(__package__, "seeding")["function"] for name in row["names"]}


def _seeding(name: str, row: Mapping[str, Any]) -> Seeding:
    missing = row.get("missing", "required" if "parameter" in row else "keep")
    before = row.get("before")
    return Seeding(
        name=name,
        states=tuple(row["states"]),
        perhaps=tuple(row.get("perhaps", ())),
        parameter=row.get("parameter"),
        position=row.get("position"),
        missing=missing,
        none=row.get("none", "error" if missing == "required" else missing),
        kind=row.get("kind", "seed"),
        before=(before[0], before[1]) if before else None,
        sets=tuple(row.get("sets", ())),
        when=Condition(**row["when"]) if "when" in row else None,
        warn=Condition(**row["warn"]) if "warn" in row else None,
        off=tuple(row.get("off", ())),
        configured=row.get("configured", ""),
    )


def meaning(index: FileIndex, call: ast.Call, seeding: Seeding) -> Meaning:
    """What a call of a seeding function does, as far as None and missing seeds go; an unknown seed is a seed."""
    if seeding.kind == "entropy":
        return "entropy"
    if seeding.kind == "restore":
        return _restored(index)
    if seeding.kind == "configured":
        return "keep"
    if seeding.configured and (options := command_line(index, call)):
        return _configured(options, seeding, _given(index, call, seeding))
    return _given(index, call, seeding)


def _given(index: FileIndex, call: ast.Call, seeding: Seeding) -> Meaning:
    """What a call does by its arguments."""
    if seeding.parameter is None:
        return _word(seeding.missing)
    arguments = index.arguments(call)
    given = arguments.get(seeding.parameter, seeding.position)
    if given is None:
        return "seed" if arguments.open else _word(seeding.missing)
    values = given.evaluated.alternatives
    if any(isinstance(value, Unset) for value in values):
        return "maybe"
    nones = sum(1 for value in values if _is_nothing(value, seeding))
    if not nones:
        return "seed"
    word = _word("keep" if seeding.off else seeding.none)
    return word if nones == len(values) else "maybe"


def _configured(options: CommandLine, seeding: Seeding, otherwise: Meaning) -> Meaning:
    """What the seeds mean that the configuration files of a command line give; `otherwise` where they say nothing."""
    found: set[Meaning] = set()
    for option in options.values(seeding.configured):
        if not option.given:
            found.add(otherwise)
        elif option.value is UNKNOWN:
            found.add("maybe")
        else:
            found.add("keep" if option.value is None or option.value is False else "seed")
    return found.pop() if len(found) == 1 else "maybe"


def _is_nothing(value: object, seeding: Seeding) -> bool:
    if not isinstance(value, Const):
        return False
    if seeding.off:
        return any(value.value is nothing for nothing in seeding.off)
    return value.value is None


def _word(missing: str) -> Meaning:
    words: dict[str, Meaning] = {"required": "error", "fixed": "seed", "entropy": "entropy", "keep": "keep"}
    return words.get(missing, "error")


def _restored(index: FileIndex) -> Meaning:
    """A state that this file saved before is no seed; one that comes from elsewhere (a checkpoint) is."""
    return "keep" if any(True for _ in index.calls_of(*_SAVED)) else "maybe"


def seeding_effects(call: Call) -> Iterator[Effect]:
    """What a call of a seeding function does to random states, modes and the environment."""
    seeding = seeding_functions()[call.name]
    means = meaning(call.index, call.node, seeding)
    if means == "entropy":
        yield from (Effect("unseed", state) for state in seeding.states)
    elif seeding.kind == "configured":
        yield from (Effect("seed", state, conditional=True) for state in seeding.states)
    elif means in ("seed", "maybe"):
        conditional = means == "maybe" or seeding.kind == "temporary"
        varies = _varies(call.index, call.node, seeding)
        yield from (Effect("seed", state, varies, conditional) for state in seeding.states)
        yield from (Effect("seed", state, varies, conditional=True) for state in seeding.perhaps)
    yield from setting_effects(call.index, call.node, seeding)


def _varies(index: FileIndex, call: ast.Call, seeding: Seeding) -> str:
    """What a seed may come from that differs from run to run, in words; empty where nothing in the file shows it."""
    from detlint.rules.python.entropy import origins

    given = index.arguments(call).get(seeding.parameter, seeding.position) if seeding.parameter else None
    sources = origins(index, given.value if given is not None else None).sources.values()
    sure = [source for source in sources if source.confidence > Confidence.LOW]
    if sure and all(source.state is not None for source in sure):
        # a draw from a global state differs only where nothing seeds that before, which the flow of seeds tells
        from detlint.rules.python.seed_flow import seed_findings

        told = {finding.origin for finding in seed_findings(index) if finding.confidence > Confidence.LOW}
        sure = [source for source in sure if source.node in told]
    return sure[0].what if sure else ""


def setting_effects(index: FileIndex, call: ast.Call, seeding: Seeding) -> Iterator[Effect]:
    """The modes and variables that a call of a seeding function sets beside the states."""
    wanted = True if seeding.when is None else truth(index, call, seeding.when)
    if not seeding.sets or wanted is False:
        return
    weak = seeding.warn is not None and truth(index, call, seeding.warn) is True
    for setting in seeding.sets:
        what, _, rest = setting.partition(":")
        if what == "mode":
            subject, _, detail = rest.partition(":")
            yield Effect("mode_on", subject, "warn" if weak else detail, conditional=wanted is None)
        else:
            name, _, value = rest.partition("=")
            yield Effect("env", name, value, conditional=wanted is None)


def truth(index: FileIndex, call: ast.Call, condition: Condition) -> bool | None:
    """Whether an argument is true; None where that cannot be told."""
    arguments = index.arguments(call)
    given = arguments.get(condition.parameter, condition.position)
    if given is None:
        return None if arguments.open else bool(condition.default)
    value = index.constant(given.value)
    return None if value is UNKNOWN else bool(value)


EFFECTS: EffectSource = dict.fromkeys(seeding_functions(), seeding_effects)
