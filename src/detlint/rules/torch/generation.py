"""What sampling from language models draws from, as effects: torch's state, an engine's own, a server's.

Which callables sample, at which temperature by default, and what seeds them is data (`data/generation.toml`). The
subject of a draw is the state that seeds it: `torch` (with the detail `generate`), an engine's name, or `generation`
where only an argument of the call itself would.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from detlint.index import UNKNOWN, dotted_name
from detlint.index.values import Const, Instance, Mapping
from detlint.project.effects import Effect
from detlint.rules.data import load
from detlint.rules.torch.given import constant, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from detlint.index import Arguments, FileIndex
    from detlint.project.effects import Call, EffectSource

_DATA = load(__package__, "generation")
_TRANSFORMERS = _DATA["transformers"]
PIPELINE = "transformers.Pipeline"
SERVER = "generation"
"""The subject of draws that only an argument of the call seeds."""
GENERATE = "generate"
"""The detail of draws from torch's state by a language model."""
_LIBRARIES = frozenset({"transformers", "peft", "trl", "unsloth", "optimum", "auto_gptq", "awq"})
_OPENAI_LIKE = frozenset({"openai", "groq", "together"})


def seed_parameter(index: FileIndex, call: ast.Call) -> str:
    """The parameter of a client's call, or of an engine's parameters, that takes the seed; "" for none of its own."""
    names = set(index.callee_names(call))
    written = dotted_name(call.func) or ""
    for row in _DATA["client"]:
        libraries = {name.partition(".")[0] for name in row.get("objects", ())}
        is_method = any(written.endswith(f".{method}") for method in row.get("methods", ()))
        if not names.isdisjoint(row["names"]) or (is_method and not libraries.isdisjoint(index.imports)):
            parameter: str = "" if "inside" in row else row["parameters"][0]
            return parameter
    return ""


# --- clients and engines --------------------------------------------------------------------------------------------
def _client(row: dict[str, Any]) -> Callable[[Call], Iterable[Effect]]:
    """A call that samples, unless its temperature is zero or it has a seed."""

    def effects(call: Call) -> Iterator[Effect]:
        sampled = _samples(call, row)
        if sampled is not False:
            state = row.get("state", SERVER)
            yield Effect("draw", state, "lazy" if row.get("later") else "", conditional=sampled is None)

    return effects


def _samples(call: Call, row: dict[str, Any]) -> bool | None:
    """Whether a call samples without a seed; None where that is not known."""
    index = call.index
    arguments = index.arguments(call.node)
    if _is_of(index, arguments, row.get("models", ())):
        return False
    if "inside" in row:
        return _samples_inside(index, arguments, row)
    if any(_is_given(arguments, name) for name in (*row["parameters"], "extra_body")):
        return False
    if value_of(index, arguments, "top_k") == 1:
        return False
    temperature = value_of(index, arguments, "temperature", default=row["temperature"])
    return _above_zero(row["temperature"] if temperature is None else temperature, arguments.open)


def _samples_inside(index: FileIndex, arguments: Arguments, row: dict[str, Any]) -> bool | None:
    """The same where temperature and seed stand in a dict that is given."""
    options = arguments.get(row["inside"])
    if options is None or options.evaluated == Const(None):
        return None if arguments.open else row["temperature"] > 0
    value = options.evaluated
    if not isinstance(value, Mapping) or value.open:
        return None
    if any(name in value.entries for name in row["parameters"]):
        return False
    entry = value.entries.get("temperature")
    return _above_zero(row["temperature"] if entry is None else index.constant(entry.value), False)


def _above_zero(temperature: object, open_arguments: bool) -> bool | None:
    if not isinstance(temperature, int | float):
        return None
    return False if temperature <= 0 else None if open_arguments else True


def _is_given(arguments: Arguments, name: str) -> bool:
    given = arguments.get(name)
    return given is not None and given.evaluated != Const(None)


def _is_of(index: FileIndex, arguments: Arguments, prefixes: Iterable[str]) -> bool:
    """Whether a call names a model of one of these families."""
    model = value_of(index, arguments, "model")
    name = model.rpartition("/")[2] if isinstance(model, str) else ""
    return any(name.startswith(prefix) for prefix in prefixes)


def _engine(row: dict[str, Any]) -> Callable[[Call], Iterable[Effect]]:
    def effects(call: Call) -> Iterator[Effect]:
        if _is_given(call.index.arguments(call.node), row["parameter"]):
            yield Effect("seed", row["state"])

    return effects


def _default_sampler(row: dict[str, Any]) -> Callable[[Call], Iterable[Effect]]:
    """`llm.generate(prompts)`: work in any case, and sampling by default parameters where none are given."""

    def effects(call: Call) -> Iterator[Effect]:
        yield Effect("op", row["state"])
        owner = call.name.rpartition(".")[0]
        function = call.node.func
        if not isinstance(function, ast.Attribute) or not call.index.is_type(function.value, owner):
            return
        arguments = call.index.arguments(call.node)
        given = arguments.get(row["parameter"], row["position"])
        if (given is None or given.evaluated == Const(None)) and not arguments.open:
            yield Effect("draw", row["state"], "lazy")

    return effects


def _unknown_client(call: Call) -> Iterator[Effect]:
    """`self.client.chat.completions.create(…)` on a client that is made elsewhere."""
    written = dotted_name(call.node.func) or ast.unparse(call.node.func)
    if written.endswith("chat.completions.create") and not call.index.imports.isdisjoint(_OPENAI_LIKE):
        yield from _client(_DATA["client"][0])(call)


# --- transformers ---------------------------------------------------------------------------------------------------
def _generate(call: Call) -> Iterator[Effect]:
    """`model.generate(…)`: samples where `do_sample` says so, in the call or in a configuration in sight.

    A model's own `generate(seed=…)` takes care of itself.
    """
    if call.index.imports.isdisjoint(_LIBRARIES) or _is_given(call.index.arguments(call.node), "seed"):
        return
    yield from _sampling(_asked(call.index, call.index.arguments(call.node)))


def _sampling(asked: object) -> Iterator[Effect]:
    if asked is UNKNOWN or asked:
        yield Effect("draw", "torch", GENERATE, conditional=asked is UNKNOWN)


def _asked(index: FileIndex, arguments: Arguments, default: object = False) -> object:
    """The value of `do_sample`; false where only the likeliest word is taken."""
    if value_of(index, arguments, "top_k") == 1:
        return False
    given = arguments.get("do_sample")
    if given is not None:
        value = constant(index, given)
        return default if value is None else value
    config = arguments.get("generation_config")
    if config is not None:
        for value in config.evaluated.alternatives:
            if isinstance(value, Instance) and value.type in _TRANSFORMERS["configurations"]:
                inner = value.origin
                return _asked(index, index.arguments(inner), False) if isinstance(inner, ast.Call) else False
        return False
    return default


def _pipeline(call: Call) -> Iterator[Effect]:
    """A call of a pipeline: what it is given, then what its construction was given, then the task's default."""
    index = call.index
    value = index.evaluate(call.node.func)
    made = value.origin if isinstance(value, Instance) else None
    if not isinstance(made, ast.Call):
        return
    built = index.arguments(made)
    task = value_of(index, built, "task", 0)
    if task not in _TRANSFORMERS["tasks"]:
        return
    by_call = _asked(index, index.arguments(call.node), None)
    by_construction = _asked(index, built, None)
    if by_call is not None:
        yield from _sampling(by_call)
    elif by_construction is not None:
        yield from _sampling(by_construction)
    elif task in _TRANSFORMERS["sampling_tasks"]:
        yield Effect("draw", "torch", GENERATE)


def _table() -> dict[str, Callable[[Call], Iterable[Effect]]]:
    table: dict[str, Callable[[Call], Iterable[Effect]]] = {}
    for row in _DATA["client"]:
        names = [*row["names"], *(f"{owner}.{m}" for owner in row.get("objects", ()) for m in row["methods"])]
        table.update(dict.fromkeys(names, _client(row)))
    for row in _DATA["engine"]:
        table.update(dict.fromkeys(row["names"], _engine(row)))
    for row in _DATA["sampler"]:
        table.update(dict.fromkeys(row["names"], _default_sampler(row)))
    table["?.create"] = _unknown_client
    table["?.generate"] = _generate
    table["transformers.PreTrainedModel.generate"] = _generate
    table["transformers.GenerationMixin.generate"] = _generate
    table[f"{PIPELINE}.__call__"] = _pipeline
    return table


EFFECTS: EffectSource = _table()
STATES: frozenset[str] = frozenset(row["state"] for row in _DATA["engine"])
"""The states of engines of their own."""
NAMES: tuple[str, ...] = tuple(name for name in EFFECTS if not name.startswith("?"))
