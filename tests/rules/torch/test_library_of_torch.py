"""What the index learns of torch: spellings of one name, and which expressions are tensors."""

from __future__ import annotations

import ast

import pytest

from detlint.index import FileIndex
from detlint.registry import registry
from detlint.rules.torch import ops
from detlint.rules.torch.library import LIBRARY

HEAD = """import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)

    def forward(self, x):
        return self.conv(x)


def f(x: Tensor, y, model: nn.Module, rnn: nn.LSTM):
    return (
"""


def types(expression: str) -> tuple[str, ...]:
    """The types of an expression in which `x` is a tensor and nothing is known of `y`."""
    index = indexed(HEAD + f"        {expression}\n    )\n")
    returned = index.tree.body[-1]
    assert isinstance(returned, ast.FunctionDef)
    statement = returned.body[0]
    assert isinstance(statement, ast.Return)
    assert statement.value is not None
    return index.types(statement.value)


def indexed(code: str) -> FileIndex:
    """The index of a piece of code."""
    return FileIndex(ast.parse(code), registry().knowledge, "example.py", code)


@pytest.mark.parametrize(
    "expression",
    [
        "x", "x + 1", "1 / x", "-x", "x > 0", "x[0]", "x[:, None]", "x.T", "x.data", "x.abs().view(-1)",
        "torch.zeros(3)", "x.max(1)[0]", "x.max(1).values", "x.topk(3)[1]", "x.sort()[0]", "torch.max(x, 1)[1]",
        "torch.from_numpy(y)", "F.relu(y)", "torch.linalg.inv(y)", "torch.fft.rfft(y)", "nn.ReLU()(y)", "Net()(y)",
        "model(y)", "rnn(y)[0]", "y.unsqueeze(0)", "y.masked_fill(x, 0)", "x.to(y)", "x.cuda()",
        "torch.LongTensor([1])", "x if y else -x", "torch.autograd.Variable(y)", "nn.Parameter(y)",
        "nn.Linear(1, 2).weight", "torch.einsum('i->', y)", "x.split(2)[0]",
    ],
)  # fmt: skip
def test_tensors(expression: str) -> None:
    found = types(expression)
    assert found
    assert all(registry().knowledge.derives(kind, "torch.Tensor") for kind in found)


@pytest.mark.parametrize(
    "expression",
    ["y", "y + 1", "y.median(0)", "x.shape", "x.size(0)", "x.item()", "x.numpy()", "x.tolist()", "x.dim()", "x.device",
     "x.is_cuda", "torch.is_tensor(x)", "torch.device('cpu')", "nn.Linear(1, 2)", "model.eval()", "torch.load(y)"],
)  # fmt: skip
def test_what_is_no_tensor(expression: str) -> None:
    assert "torch.Tensor" not in types(expression)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("from torch.nn.modules.pooling import AvgPool3d", "torch.nn.AvgPool3d"),
        ("from torch.nn.modules import AvgPool3d", "torch.nn.AvgPool3d"),
        ("from torch.nn.parameter import Parameter", "torch.nn.Parameter"),
        ("from torch.functional import stft", "torch.stft"),
        ("from torch.autograd import no_grad", "torch.no_grad"),
        ("from torch.autograd.grad_mode import no_grad", "torch.no_grad"),
        ("from torchvision.ops.roi_pool import RoIPool", "torchvision.ops.RoIPool"),
        ("from torch_scatter.scatter import scatter_add", "torch_scatter.scatter_add"),
        ("from pytorch_lightning import Trainer", "lightning.pytorch.Trainer"),
        ("from lightning import Trainer", "lightning.pytorch.Trainer"),
    ],
)
def test_spellings(written: str, canonical: str) -> None:
    index = indexed(f"{written}\n{written.split()[-1]}()\n")
    assert index.callee_names(index.calls[0]) == (canonical,)


def test_ops_are_named_canonically() -> None:
    assert [name for name in ops.ops() if registry().knowledge.canonical(name) != name] == []


def test_methods_that_prove_a_tensor_give_one() -> None:
    names = [name for name, kind in LIBRARY.unique_methods.items() if kind == "torch.Tensor"]
    assert "scatter_add_" in names
    for name in names:
        assert registry().knowledge.method_result("torch.Tensor", name) is not None
