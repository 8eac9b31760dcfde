"""DET115."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index import NameSet
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.python.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator

_COUNTS = frozenset({
    "os.cpu_count", "os.process_cpu_count", "os.sched_getaffinity", "multiprocessing.cpu_count", "psutil.cpu_count",
    "joblib.cpu_count", "torch.multiprocessing.cpu_count", "torch.get_num_threads",
})  # fmt: skip
_TAKING: dict[str, tuple[str, int | None]] = {
    "torch.utils.data.DataLoader": ("num_workers", 5),
    "torch_geometric.loader.DataLoader": ("num_workers", None),
    "torch_geometric.loader.NeighborLoader": ("num_workers", None),
    "torch.set_num_threads": ("int", 0),
    "numba.set_num_threads": ("n", 0),
    "tensorflow.config.threading.set_intra_op_parallelism_threads": ("num_threads", 0),
    "tensorflow.config.threading.set_inter_op_parallelism_threads": ("num_threads", 0),
    "gensim.models.Word2Vec": ("workers", None),
    "gensim.models.Doc2Vec": ("workers", None),
    "gensim.models.FastText": ("workers", None),
    "keras.utils.PyDataset": ("workers", None),
}
_DEPTH = 8


class VaryingParallelism(Rule):
    """A number of workers or threads that the machine decides, where results depend on it."""

    code = "DET115"
    name = "varying-parallelism"
    summary = "the number of workers or threads is the machine's, where results depend on it"
    why = """
How many workers a `DataLoader` has decides which worker, with which seed, loads which sample; how many threads add up
floats decides in which order. Taken from `os.cpu_count()`, both differ between machines, so the same seed gives other
numbers elsewhere. On one machine runs agree, hence this is off unless it is selected.
"""
    scope = "file"
    default = False
    candidates = Candidates(calls=tuple(_TAKING))
    bad = (
        Example("""\
import os

from torch.utils.data import DataLoader


def loader(data):
    return DataLoader(data, batch_size=8, num_workers=os.cpu_count())  # !
"""),
        Example("import multiprocessing\n\nimport numba\n\nnumba.set_num_threads(multiprocessing.cpu_count())  # !\n"),
    )
    good = (
        Example("""\
import os

from torch.utils.data import DataLoader


def loader(data):
    print(os.cpu_count())
    return DataLoader(data, batch_size=8, num_workers=4)
"""),
        Example("import torch\n\ntorch.set_num_threads(1)\n"),
    )
    sources = (
        "https://pytorch.org/docs/stable/notes/randomness.html",
        "https://numba.readthedocs.io/en/stable/user/threading-layer.html",
    )

    def check_file(self) -> None:
        """Report the arguments that come from the machine."""
        index = self.context.index
        self._options = Options(index)
        for call, names in index.find_calls(NameSet(_TAKING)):
            parameter, position = _TAKING[names[0]]
            given = index.arguments(call).get(parameter, position)
            if given is not None and given.value is not None and self._from_machine(given.value, 0):
                self.report(
                    given.node,
                    "This number comes from the machine, and results depend on it: elsewhere the same seed gives "
                    "other numbers.",
                    "Use a fixed number.",
                )

    def _from_machine(self, node: ast.expr, depth: int) -> bool:
        """Whether a value is worked out from the number of processors."""
        index = self.context.index
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call) and not _COUNTS.isdisjoint(index.callee_names(inner)):
                return True
            if depth < _DEPTH and any(self._from_machine(source, depth + 1) for source in self._sources(inner)):
                return True
        return False

    def _sources(self, node: ast.AST) -> Iterator[ast.expr]:
        index = self.context.index
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            for binding in index.bindings(node):
                statement = index.parent(binding.node)
                if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
                    yield statement.value
        elif isinstance(node, ast.Attribute):
            for option in self._options.of(node):
                default = self._options.default(option)
                if default is not None:
                    yield default
