"""DET251: reductions over graphs by kernels that torch's deterministic mode does not reach."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from detlint.diagnostics import Confidence
from detlint.index import UNKNOWN
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.torch.given import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATA = load(__package__, "graphs")
_REDUCTIONS: dict[str, Mapping[str, Any]] = {name: row for row in _DATA["reduction"] for name in row["names"]}
_MESSAGES: tuple[str, ...] = tuple(_DATA["messages"]["methods"])
_BUILT_IN = frozenset(_DATA["messages"]["reductions"])
_OTHER_BACKENDS = frozenset({"mxnet", "tensorflow"})
_SORTING = frozenset({"sort", "arange", "repeat_interleave", "unique_consecutive", "sort_edge_index"})


class GraphScatter(Rule):
    """torch_scatter, torch_sparse and DGL."""

    code = "DET251"
    name = "graph-scatter"
    summary = "reductions of `torch_scatter`, `torch_sparse` and DGL whose own CUDA kernels add with atomics"
    why = """
`scatter_min`, `scatter_max` and `scatter_mul` of torch_scatter, its `segment_coo`, and the reductions of torch_sparse
and DGL have CUDA kernels of their own. They take values in the order in which threads come along, so sums, and which of
several equal values gets the gradient, differ from run to run; `torch.use_deterministic_algorithms(True)` does not
reach them.

Not reported: torch_scatter's sum, add and mean, which call torch's `scatter_add_` and follow the mode (DET202), layers
of torch_geometric (DET203), `segment_csr` and DGL's readouts (`mean_nodes` and kin), which add in one order, and groups
that are visibly sorted.
"""
    scope = "file"
    bad = (
        Example(
            "from torch_scatter import scatter_max\n\n\ndef pooled(x, batch):\n"
            "    return scatter_max(x, batch, dim=0)[0]  # !\n"
        ),
        Example(
            "import dgl.function as fn\n\n\ndef passed(graph, x):\n    graph.ndata['h'] = x\n"
            "    graph.update_all(fn.copy_u('h', 'm'), fn.sum('m', 'h'))  # !\n    return graph.ndata['h']\n"
        ),
    )
    good = (
        Example(
            "from torch_scatter import segment_csr\n\n\ndef pooled(x, pointers):\n"
            "    return segment_csr(x, pointers, reduce='sum')\n"
        ),
        Example(
            "from torch_scatter import scatter\n\n\ndef pooled(x, batch):\n"
            "    return scatter(x, batch, dim=0, reduce='mean')\n"
        ),
        Example(
            "from torch_geometric.nn import GCNConv\n\n\ndef build():\n    return GCNConv(16, 16)\n",
        ),
    )
    sources = (
        "https://pytorch-scatter.readthedocs.io/en/latest/functions/scatter.html",
        "https://pytorch-scatter.readthedocs.io/en/latest/functions/segment_csr.html",
        "rusty1s/pytorch_scatter: issue 226",
        "dmlc/dgl: src/array/cuda/segment_reduce.cuh",
    )
    candidates = Candidates(calls=(*_REDUCTIONS, *_MESSAGES))

    def check_file(self) -> None:
        """Look at all calls of such reductions."""
        index = self.context.index
        if self.context.devices <= {"cpu"} or not index.imports.isdisjoint(_OTHER_BACKENDS):
            return
        for call in index.calls_of(*_REDUCTIONS):
            rows = [_REDUCTIONS[name] for name in index.callee_names(call) if name in _REDUCTIONS]
            acts = self._acts(call, rows[0])
            if acts is not False and not self._is_sorted(call, rows[0]):
                self._report(call, certain=acts is True)
        for call in index.calls_of(*_MESSAGES):
            if self._reduces(call):
                self._report(call, certain=True)

    def _report(self, call: ast.Call, *, certain: bool) -> None:
        self.report(
            call.func,
            "This reduction has a CUDA kernel of its own that works in no fixed order, and torch's deterministic mode "
            "does not reach it.",
            "Sort the groups and use `segment_csr`, or torch's own `scatter_reduce_` under the mode.",
            confidence=Confidence.HIGH if certain else Confidence.LOW,
        )

    def _acts(self, call: ast.Call, row: Mapping[str, Any]) -> bool | None:
        """Whether the arguments are those that matter; None if that is not known."""
        index = self.context.index
        arguments = index.arguments(call)
        for key, wanted in (("when", True), ("unless", False)):
            condition = row.get(key)
            if condition is not None:
                value = value_of(index, arguments, condition["parameter"], condition["position"])
                if value is UNKNOWN:
                    return None
                if (value in condition["values"]) is not wanted:
                    return False
        return True

    def _is_sorted(self, call: ast.Call, row: Mapping[str, Any]) -> bool:
        """Whether the groups are visibly in order."""
        place = row.get("index")
        given = self.context.index.arguments(call).get(*place) if place is not None else None
        return given is not None and given.value is not None and self._sorts(given.value)

    def _sorts(self, node: ast.expr, depth: int = 3) -> bool:
        index = self.context.index
        if isinstance(node, ast.Subscript | ast.Attribute):
            return self._sorts(node.value, depth)
        if isinstance(node, ast.Call):
            last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            return last in _SORTING
        if isinstance(node, ast.Name) and depth:
            values = [self._assigned(binding.node) for binding in index.bindings(node)]
            return bool(values) and all(value is not None and self._sorts(value, depth - 1) for value in values)
        return False

    def _assigned(self, bound: ast.AST) -> ast.expr | None:
        parent = self.context.index.parent(bound)
        if isinstance(parent, ast.Tuple):
            # Of `values, places = index.sort()` the first are sorted.
            if parent.elts[0] is not bound:
                return None
            parent = self.context.index.parent(parent)
        return parent.value if isinstance(parent, ast.Assign | ast.AnnAssign) else None

    def _reduces(self, call: ast.Call) -> bool:
        """Whether message passing is given a built-in reduction."""
        index = self.context.index
        arguments = index.arguments(call)
        for argument in (*arguments.positional, *arguments.keywords.values()):
            if isinstance(argument.value, ast.Call) and not _BUILT_IN.isdisjoint(index.callee_names(argument.value)):
                return True
        return False
