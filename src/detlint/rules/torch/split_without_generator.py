"""DET223: splits and random samplers that draw from torch's global state, which nothing seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.rules.base import Candidates, Example
from detlint.rules.data import load
from detlint.rules.torch.unseeded_order import UnseededOrder

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

_DATA = load(__package__, "loading")["samplers"]
_POSITIONS: dict[str, int] = dict([*_DATA["splits"], *_DATA["random"]])


class SplitWithoutGenerator(UnseededOrder):
    """`random_split`, `RandomSampler` and kin."""

    code = "DET223"
    name = "split-without-generator"
    summary = "`random_split` or a random sampler without a seeded generator, where torch is not seeded"
    why = """
`random_split` draws which sample goes where from torch's global state, and random samplers their order, unless they are
given a generator. A split that differs between runs lets test samples of one run be training samples of the next.
Off by default, since DET207 says it once for the whole program; select it to see every such place.
"""
    bad = (
        Example(
            "from torch.utils.data import random_split\n\n\ndef parts(data):\n"
            "    return random_split(data, [0.8, 0.2])  # !\n"
        ),
        Example(
            "from torch.utils.data import RandomSampler\n\n\ndef order(data):\n    return RandomSampler(data)  # !\n",
            fixed="import torch\nfrom torch.utils.data import RandomSampler\n\nSEED = 42\n\n\ndef order(data):\n"
            "    return RandomSampler(data, generator=torch.Generator().manual_seed(SEED))\n",
        ),
    )
    good = (
        Example(
            "import torch\nfrom torch.utils.data import random_split\n\n\ndef parts(data):\n"
            "    return random_split(data, [0.8, 0.2], torch.Generator().manual_seed(0))\n"
        ),
        Example(
            "import torch\nfrom torch.utils.data import random_split\n\ntorch.manual_seed(1)\n\n\ndef parts(data):\n"
            "    return random_split(data, [0.8, 0.2])\n"
        ),
        Example(
            "from torch.utils.data import SequentialSampler\n\n\ndef order(data):\n    return SequentialSampler(data)\n"
        ),
    )
    sources = ("https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.random_split",)
    candidates = Candidates(calls=tuple(_POSITIONS))

    def places(self) -> Iterator[tuple[ast.Call, bool]]:
        """The splits and samplers without a generator."""
        index = self.context.index
        for call in index.calls_of(*_POSITIONS):
            position = next(_POSITIONS[name] for name in index.callee_names(call) if name in _POSITIONS)
            arguments = index.arguments(call)
            if not self.has_generator(arguments.get("generator", position)):
                yield call, not arguments.open

    def words(self, call: ast.Call) -> str:
        """What is wrong with a split or sampler."""
        return "This draws from torch's global state, which nothing seeds, so each run has another split or order."
