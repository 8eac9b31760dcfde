"""A mode is not turned on where a program then raises, in whatever file the op is that it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

TRAIN = """\
import torch

from model import Net

torch.manual_seed(0)
device = torch.device("cuda")
model = Net().to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model(torch.ones(8, 4, 4, 4, device=device)).mean().backward()
optimizer.step()
"""
NET = """\
from torch import nn

from blocks import Block


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)
        self.block = Block()

    def forward(self, x):
        return self.block(self.layer(x))
"""
BLOCK = """\
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.AvgPool3d(2)

    def forward(self, x):
        return self.pool(x)
"""
UNUSED = """\


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.AvgPool3d(2)
"""
KERAS = """\
import tensorflow as tf

from data import sample

tf.keras.utils.set_random_seed(0)
print(sample(tf.ones((4, 4))))
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(tf.ones((4, 1)), tf.ones((4, 1)))
"""
DATA = """\
import tensorflow as tf


def sample(x):
    return {op}
"""


@pytest.mark.parametrize(
    ("block", "turned_on"),
    [
        (BLOCK, False),
        (BLOCK.replace("nn.AvgPool3d(2)", "nn.AvgPool2d(2)"), True),
        (BLOCK.replace("nn.AvgPool3d(2)", "nn.AvgPool2d(2)") + UNUSED, True),
        (BLOCK.replace("nn.AvgPool3d(2)", "nn.AvgPool2d(2)") + "\n\nPOOL = nn.AvgPool3d(2)\n", False),
    ],
    ids=["reached", "another op", "not reached", "at the top level"],
)
def test_the_mode_of_torch(detlint: Run, project: Path, block: str, turned_on: bool) -> None:
    (project / "train.py").write_text(TRAIN)
    (project / "model.py").write_text(NET)
    (project / "blocks.py").write_text(block)
    detlint("--fix", "--unsafe-fixes", "--select", "DET203", ".")
    assert ("use_deterministic_algorithms(True)" in (project / "train.py").read_text()) is turned_on


@pytest.mark.parametrize(
    ("op", "turned_on"),
    [
        ("tf.nn.softmax_cross_entropy_with_logits(x, x)", True),
        ("tf.raw_ops.SoftmaxCrossEntropyWithLogits(features=x, labels=x)", False),
    ],
)
def test_op_determinism(detlint: Run, project: Path, op: str, turned_on: bool) -> None:
    (project / "train.py").write_text(KERAS)
    (project / "data.py").write_text(DATA.format(op=op))
    detlint("--fix", "--unsafe-fixes", "--select", "DET303", ".")
    assert ("enable_op_determinism()" in (project / "train.py").read_text()) is turned_on
