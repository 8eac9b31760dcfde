"""What is known of ops: facts that packs give, and how to find one by any spelling of its name.

Given packs (their `facts` and the aliases of their `library`); gives facts for `detlint op` and for documentation.
Knows nothing of files, and decides nothing: rules read the packs' own tables.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detlint.plugins import Pack

Effect = Literal["raises", "switches", "varies"]

EFFECTS: dict[Effect, str] = {
    "raises": "nondeterministic; raises under the deterministic mode",
    "switches": "nondeterministic; deterministic under the deterministic mode",
    "varies": "nondeterministic whatever the mode",
}

CALL = ".__call__"
"""How the packs name what calling an object of a class does. For a person, that is the class."""


@dataclass(frozen=True, slots=True)
class OpFact:
    """One thing known of one op: an effect, with the versions, devices and arguments for which it holds.

    name: the canonical qualified name (`torch.nn.functional.interpolate`). framework: the name that `--target` takes.
    effect: without the framework's deterministic mode results differ; `raises` and `switches` say what the mode does.
    devices: as in `--devices`. first, last: the versions that have it, inclusive; None is open.
    condition: for which arguments, in words (`mode="bicubic"`); empty: for all.
    gradient: only where a gradient is taken.
    replacement: what to use instead, a sentence or empty. source: where the fact is from.
    code: the rule that reports it.
    """

    name: str
    framework: str
    effect: Effect
    devices: tuple[str, ...]
    first: str | None = None
    last: str | None = None
    condition: str = ""
    gradient: bool = False
    replacement: str = ""
    source: str = ""
    code: str = ""


_SHORTHANDS = {
    "F": "torch.nn.functional",
    "nn": "torch.nn",
    "Tensor": "torch.Tensor",
    "tf": "tensorflow",
    "np": "numpy",
    "pd": "pandas",
    "jnp": "jax.numpy",
}
_SUGGESTED = 3


def describe(name: str, packs: Iterable[Pack]) -> list[OpFact]:
    """The facts about an op, in the packs' order; none where nothing is known.

    `name` may be written in any way: `torch.bincount`, `nn.AdaptiveAvgPool2d((3, 3))`, `Tensor.scatter_add_`,
    `tf.math.segment_sum`, an alias (`torch.nn.modules.pooling.AvgPool3d`), a method of some object (`x.cumsum`), or its
    last parts alone (`bincount`, `layers.Conv2D`): every op of that name.
    """
    packs = tuple(packs)
    facts = all_facts(packs)
    wanted = canonical(name, packs)
    found = [fact for fact in facts if fact.name == wanted]
    head, _, method = wanted.partition(".")
    if found or not wanted or head in _roots(packs):
        return found
    ends = f".{wanted.lower()}"
    found = [fact for fact in facts if fact.name.lower().endswith(ends)]
    return found or [fact for fact in facts if _is_method(fact.name) and fact.name.endswith(f".{method}")]


def nearest(name: str, packs: Iterable[Pack]) -> list[str]:
    """Names of ops that are close to a name of which nothing is known, the closest first, in the packs' order."""
    packs = tuple(packs)
    wanted = canonical(name, packs)
    last = wanted.rpartition(".")[2].lower()
    library = wanted.partition(".")[0] if wanted.partition(".")[0] in _roots(packs) else ""
    names = list(dict.fromkeys(fact.name for fact in all_facts(packs)))
    if library and not any(known.startswith(f"{library}.") for known in names):
        return []  # a library without ops is no misspelling of another
    lasts = {known.rpartition(".")[2].lower(): 0.0 for known in names}
    for close in difflib.get_close_matches(last, lasts, n=_SUGGESTED, cutoff=0.75):
        lasts[close] = difflib.SequenceMatcher(None, last, close).ratio()

    def rank(known: str) -> tuple[float, bool, float]:
        whole = difflib.SequenceMatcher(None, wanted, known).ratio()
        return -lasts[known.rpartition(".")[2].lower()], not known.startswith(f"{library}."), -whole

    return sorted((known for known in names if lasts[known.rpartition(".")[2].lower()]), key=rank)[:_SUGGESTED]


def all_facts(packs: Iterable[Pack]) -> list[OpFact]:
    """Every fact that the packs give, in their order."""
    given = (fact for pack in packs if pack.facts is not None for fact in pack.facts())
    return [replace(fact, name=fact.name.removesuffix(CALL)) for fact in given]


def canonical(name: str, packs: Sequence[Pack]) -> str:
    """The qualified name that a person means: without arguments, abbreviations and aliases."""
    name = name.strip().partition("(")[0].removesuffix(CALL).removesuffix(".forward")
    head, dot, rest = name.partition(".")
    if dot and head in _SHORTHANDS:
        name = f"{_SHORTHANDS[head]}.{rest}"
    for pack in packs:
        parts = name.split(".")
        for end in range(len(parts), 0, -1):
            alias = pack.library.aliases.get(".".join(parts[:end]))
            if alias is not None:
                return ".".join([alias, *parts[end:]])
    return name


def _roots(packs: Iterable[Pack]) -> set[str]:
    """The top-level modules that the packs know, so that no object's name is taken for one of them, or the reverse."""
    names = (name for pack in packs for name in (*pack.library.aliases, *pack.library.returns, *pack.versions))
    return {name.partition(".")[0] for name in names} | {name.partition(".")[0] for name in _SHORTHANDS.values()}


def _is_method(name: str) -> bool:
    return name.rpartition(".")[0].rpartition(".")[2][:1].isupper()
