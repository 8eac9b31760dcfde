"""What is known of ops: facts that packs give, and how to find one by any spelling of its name.

Given packs (their `facts` and the aliases of their `library`); gives facts for `detlint op` and for documentation.
Knows nothing of files, and decides nothing: rules read the packs' own tables.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
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
}


def describe(name: str, packs: Iterable[Pack]) -> list[OpFact]:
    """The facts about an op, in the packs' order; none where nothing is known.

    `name` may be written in any way: `torch.bincount`, `Tensor.scatter_add_`, `F.interpolate`, `tf.math.segment_sum`,
    an alias (`torch.nn.modules.pooling.AvgPool3d`), or its last part alone (`bincount`): every op of that name.
    """
    packs = tuple(packs)
    facts = all_facts(packs)
    wanted = _canonical(name, packs)
    exact = [fact for fact in facts if fact.name == wanted]
    if exact:
        return exact
    suffix = "." + name.strip().removesuffix("()").lower()
    return [fact for fact in facts if ("." + fact.name.lower()).endswith(suffix)]


def nearest(name: str, packs: Iterable[Pack]) -> list[str]:
    """Names of ops that are close to a name of which nothing is known, the closest first."""
    packs = tuple(packs)
    names = sorted({fact.name for fact in all_facts(packs)})
    close = difflib.get_close_matches(_canonical(name, packs), names, n=3, cutoff=0.75)
    last = name.rpartition(".")[2].lower()
    lasts: dict[str, str] = {}
    for known in names:
        lasts.setdefault(known.rpartition(".")[2].lower(), known)
    close += [lasts[match] for match in difflib.get_close_matches(last, lasts, n=3, cutoff=0.75)]
    return list(dict.fromkeys(close))


def all_facts(packs: Iterable[Pack]) -> list[OpFact]:
    """Every fact that the packs give, in their order."""
    return [fact for pack in packs if pack.facts is not None for fact in pack.facts()]


def _canonical(name: str, packs: Sequence[Pack]) -> str:
    name = name.strip().removesuffix("()")
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
