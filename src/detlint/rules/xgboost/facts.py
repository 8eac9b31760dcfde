"""The pack's data as values: calls that take parameters, names of parameters, and what written values mean.

Read from `data/*.toml` once. Knows nothing of code that is linted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from detlint.rules.data import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Api:
    """A callable that takes parameters of a library; the fields are those of `data/apis.toml`."""

    library: str
    name: str
    role: str
    params: str | None = None
    position: int | None = None
    keywords: bool = False
    needs: str | None = None
    needs_position: int | None = None
    backend: str | None = None
    implied: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Search:
    """A search over parameters: where its grid stands."""

    params: str
    position: int


@dataclass(frozen=True, slots=True)
class Written:
    """What a value that is written for a parameter means; the fields are those of `data/values.toml`."""

    code: str
    library: str
    parameter: str
    values: tuple[object, ...]
    message: str
    repair: str
    since: str | None = None
    before: str | None = None
    severity: str | None = None
    when: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    distinctive: str = ""

    def holds(self, value: object) -> bool:
        """Whether the row is about this value."""
        return any(same(value, wanted) for wanted in self.values)


def same(value: object, wanted: object) -> bool:
    """Whether a value in code is the one in the data: strings without case, `True` and `1` apart."""
    if isinstance(value, str) and isinstance(wanted, str):
        return value.lower() == wanted.lower()
    return type(value) is type(wanted) and value == wanted


def _data(name: str) -> Mapping[str, Any]:
    return load(__package__, name)


@cache
def apis() -> Mapping[str, Api]:
    """Canonical names to the callables that take parameters; constructors as `__init__` too, for subclasses."""
    found: dict[str, Api] = {}
    for row in _data("apis")["api"]:
        fields = {key: value for key, value in row.items() if key not in ("names", "source")}
        for name in row["names"]:
            api = Api(name=name, **fields)
            found[name] = api
            if name.rpartition(".")[2][:1].isupper():
                found[f"{name}.__init__"] = api
    return found


@cache
def searches() -> Mapping[str, Search]:
    """Canonical names to searches over parameters."""
    return {name: Search(row["params"], row["position"]) for row in _data("apis")["search"] for name in row["names"]}


@cache
def choices() -> frozenset[str]:
    """Last parts of the names of calls that stand for one of several values."""
    return frozenset(_data("apis")["choices"]["names"])


@cache
def _classes() -> Mapping[str, Api]:
    """The names of classes without their modules: they are the libraries' own, wherever they are imported from."""
    return {api.name.rpartition(".")[2]: api for api in apis().values() if api.role == "estimator"}


def api_of(name: str) -> Api | None:
    """The callable of a qualified name; a class of a library also where another module of the project gives it on."""
    found = apis().get(name)
    if found is None:
        head, _, last = name.removesuffix(".__init__").rpartition(".")
        found = _classes().get(last) if head else None
    return found


def words(library: str) -> tuple[str, ...]:
    """Identifiers of which a file that uses a library contains one, also where another module gives its classes on."""
    modules = {api.name.partition(".")[0] for api in apis().values() if api.library == library}
    return (
        library,
        *sorted(
            modules - {library, "optuna", "ray"} | {name for name, api in _classes().items() if api.library == library}
        ),
    )


def estimators(library: str | None = None) -> Iterator[Api]:
    """The classes of estimators, of one library or all."""
    for name, api in apis().items():
        if api.role == "estimator" and name == api.name and library in (None, api.library):
            yield api


def canonical(library: str, name: str) -> str:
    """A parameter's name with its aliases resolved."""
    aliases: Mapping[str, str] = _data("parameters")[library].get("aliases", {})
    return aliases.get(name, name)


@cache
def typical(library: str) -> frozenset[str]:
    """Names of parameters that tell a dict of this library's parameters, aliases resolved."""
    return frozenset(canonical(library, name) for name in _data("parameters")[library]["typical"])


@cache
def own(library: str, key: str) -> frozenset[str] | None:
    """For a name that other libraries have too (`device`), the names beside which it is this library's; else None."""
    row = _data("parameters")[library]
    return frozenset(row["own"]) if key in row.get("shared", ()) else None


def random_parameters() -> dict[str, Any]:
    """What makes XGBoost draw random numbers: `below_one`, `above_zero` and `values`."""
    random: dict[str, Any] = _data("parameters")["xgboost"]["random"]
    return random


def versions() -> Mapping[str, str]:
    """The newest versions that the facts were checked with."""
    known: Mapping[str, str] = _data("parameters")["versions"]
    return known


@cache
def written(code: str) -> tuple[Written, ...]:
    """The rows of a rule."""
    return tuple(_row(row) for row in _data("values")["value"] if row["code"] == code)


def _row(row: Mapping[str, Any]) -> Written:
    fields = {key: value for key, value in row.items() if key != "source"}
    fields["values"] = tuple(row["values"])
    fields["when"] = {key: tuple(values) for key, values in row.get("when", {}).items()}
    return Written(**fields)
