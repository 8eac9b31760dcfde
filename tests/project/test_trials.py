"""Files that only try out what they define when they are started, and those whose numbers somebody sees."""

from __future__ import annotations

import ast
import textwrap

import pytest

from detlint.index import FileIndex, Modules
from detlint.project.trials import only_tries_out
from detlint.registry import registry

NET = """\
import keras
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x + torch.randn(3)


class Jitter:
    def __call__(self, x):
        return x + torch.randn(3)


class Runner:
    def run(self):
        print(torch.randn(3))


def build(size):
    return Net()


def stacked(size):
    return keras.Sequential([keras.layers.Dense(size)])


def fitted(size):
    model = stacked(size)
    model.fit(torch.ones(3))
    return model


def main():
    print(Net()(torch.ones(3)))


if __name__ == "__main__":
"""


@pytest.mark.parametrize(
    ("code", "trial"),
    [
        ("net = Net()\nx = torch.randn(3)\nprint(net(x).shape)", True),
        ("net = build(3).cuda()\ny = net(torch.randn(3))\nprint('size', y.size(), len(y), y[0].dtype)", True),
        ("net = Net()\nwith torch.no_grad():\n    for _ in range(3):\n        net.forward(torch.ones(3))", True),
        ("net = Net()\nn = sum(p.numel() for p in net.parameters())\nprint(n / 1e6)\nassert n > 3", True),
        ("net = Net()\nprint(net(torch.ones(3)))", False),
        ("net = Net()\ny = net(torch.ones(3))\nprint(y.sum())", False),
        ("net = Net()\ny = net(torch.ones(3))\nz = y\nprint(z)", False),
        ("net = Net()\nassert net(torch.ones(3)).sum() > 0", False),
        ("net = Net()\ntorch.save(net(torch.ones(3)), 'x')", False),
        ("net = Net()\nnet(torch.ones(3))\nmain()", False),
        ("print(torch.randn(3).shape)", False),
        ("main()", False),
        ("jitter = Jitter()\njitter(torch.ones(3))", True),
        ("jitter = Jitter()\nprint(jitter(torch.ones(3)))", False),
        ("net = Net()\nrunner = Runner()\nrunner.run()", False),
        ("model = stacked(3)\nmodel.summary()\nprint(model.output_shape)", True),
        ("model = stacked(3)\nmodel.summary()\nmodel.predict(torch.ones(3))", False),
        ("model = stacked(3)\nmodel.summary()\nprint(model)", False),
        ("model = fitted(3)\nmodel.summary()", False),
        ("model = stacked(3)", False),
        ("net = Net()\nwhile True:\n    net(torch.ones(3))", False),
    ],
)
def test_what_is_only_tried_out(code: str, *, trial: bool) -> None:
    text = NET + textwrap.indent(code, "    ") + "\n"
    index = FileIndex(ast.parse(text), registry().knowledge, "a.py", text, Modules())
    assert only_tries_out(index) is trial
