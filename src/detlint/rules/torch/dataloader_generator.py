"""DET222: a loader that shuffles by torch's global state, which nothing seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.index import UNKNOWN
from detlint.index.values import Const
from detlint.rules.base import Candidates, Example
from detlint.rules.data import load
from detlint.rules.torch.given import constant
from detlint.rules.torch.unseeded_order import UnseededOrder
from detlint.rules.torch.worker_data import Workers

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator


class DataloaderGenerator(UnseededOrder):
    """`shuffle=True` without a generator."""

    code = "DET222"
    name = "dataloader-generator"
    summary = "a `DataLoader` that shuffles without a seeded generator, where torch is not seeded"
    why = """
A loader with `shuffle=True` draws the order of its samples from torch's global state, unless it is given a generator.
Off by default, since DET207 says it once for the whole program; select it to see every such loader.

Not reported where the program seeds torch, or a sampler (DET223 looks at these) or a generator is given.
"""
    bad = (
        Example(
            "import torch\nfrom torch.utils.data import DataLoader\n\n\ndef load(data):\n"
            "    return DataLoader(data, batch_size=4, shuffle=True)  # !\n"
        ),
    )
    good = (
        Example(
            "import torch\nfrom torch.utils.data import DataLoader\n\n\ndef load(data):\n"
            "    generator = torch.Generator().manual_seed(0)\n"
            "    return DataLoader(data, shuffle=True, generator=generator)\n"
        ),
        Example(
            "import torch\nfrom torch.utils.data import DataLoader\n\ntorch.manual_seed(0)\n\n\ndef load(data):\n"
            "    return DataLoader(data, shuffle=True)\n"
        ),
        Example("from torch.utils.data import DataLoader\n\n\ndef load(data):\n    return DataLoader(data)\n"),
    )
    sources = ("https://docs.pytorch.org/docs/stable/notes/randomness.html#dataloader",)
    candidates = Candidates(calls=load(__package__, "loading")["loaders"]["names"])

    def places(self) -> Iterator[tuple[ast.Call, bool]]:
        """The loaders that shuffle."""
        workers = Workers(self.context)
        for loader in workers.loaders():
            shuffle = workers.argument(loader.call, "shuffle")
            value = constant(self.context.index, shuffle) if shuffle is not None else False
            sampler = workers.argument(loader.call, "sampler")
            if (
                (value is UNKNOWN or value)
                and not self.has_generator(workers.argument(loader.call, "generator"))
                and (sampler is None or sampler.evaluated == Const(None))
            ):
                yield loader.call, value is not UNKNOWN

    def words(self, call: ast.Call) -> str:
        """What is wrong with a loader."""
        return "This loader shuffles by torch's global state, which nothing seeds, so each run has another order."
