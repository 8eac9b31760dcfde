"""Devices that helpers are given: the default of a parameter chooses none, what a caller gives does."""

from __future__ import annotations

import pytest
from tests.helpers import check

_TRAIN = """
import torch
from torch import nn

def points(count, device={default}):
    return torch.zeros(count, 4, device=device)

class Grid:
    def __init__(self, device={default}):
        self.place = device
        self.layer = nn.Linear(4, 1)
    def value(self, x):
        return self.layer(x.to(self.place))

def move(x, device={default}):
    return x.to(device)

torch.manual_seed(0)
grid = Grid({grid})
x = move(points({points}), {move})
optimizer = torch.optim.SGD(grid.layer.parameters(), lr=0.1)
for _ in range(10):
    grid.value(x).mean().backward()
    optimizer.step()
"""


def _found(**given: str) -> bool:
    values = {"default": "'cpu'", "grid": "", "points": "8", "move": "", **given}
    return bool(check(_TRAIN.format(**values), "DET203"))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"default": "None"},
        {"points": "8, grid.layer.weight.device", "move": "device=next(grid.layer.parameters()).device"},
        {"points": "8, 'cpu'", "default": "'cuda'", "grid": "'cpu'", "move": "device='cpu'"},
    ],
)
def test_the_cpu_by_default_is_no_choice(given: dict[str, str]) -> None:
    assert not _found(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"default": "'cuda'"},
        {"grid": "'cuda'"},
        {"points": "8, device='cuda:0'"},
        {"move": "device=pick()"},
        {"move": "device=args.device"},
        {"move": "'cuda' if torch.cuda.is_available() else 'cpu'"},
    ],
)
def test_what_a_caller_gives_is_a_choice(given: dict[str, str]) -> None:
    assert _found(**given)


@pytest.mark.parametrize(
    "start",
    [
        "import fire\nfire.Fire(train)\n",
        "train = click.command()(train)\ntrain()\n",
        "import typer\ntyper.run(train)\n",
    ],
)
def test_whoever_starts_a_command_may_give_another(start: str) -> None:
    code = """
import torch
from torch import nn

def train(device: str = "cpu"):
    torch.manual_seed(0)
    model = nn.Linear(4, 1).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(torch.zeros(8, 4)).mean().backward()
    optimizer.step()

"""
    assert check(code + start, "DET203")
