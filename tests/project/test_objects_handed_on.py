"""Objects that are handed on: what the functions do that get them, and when a model's parts run."""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING

import pytest
from tests.environment.projects import found

from detlint.index import FileIndex, Modules
from detlint.project.taking import taken_by
from detlint.registry import registry

if TYPE_CHECKING:
    from pathlib import Path

NET = """\
import random

import torch
from torch import nn


class Noise(nn.Module):
    def forward(self, x):
        return x + random.random()


class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList()
        for _ in range(3):
            self.blocks.append(Noise())

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


class Displayed(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Noise() for _ in range(3)])

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


class Chained(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [nn.Linear(2, 2)]
        layers.append(Noise())
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)


class Quiet(nn.Module):
    def __init__(self):
        super().__init__()
        self.noise = Noise()
        self.net = nn.Sequential(nn.Linear(2, 2), nn.ReLU())

    def forward(self, x):
        return self.net(x)


class Dropping(nn.Module):
    def forward(self, x):
        if not self.training or len(x) == 0:
            return x
        return x * random.random()
"""
TOOLS = """\
import torch

from other import names


def load(model, path):
    state = torch.load(path)
    if names(model) == len(state):
        model.load_state_dict(state)
    model.head.bias.zero_()
    _freeze(model)


def _freeze(model):
    for weight in model.parameters():
        weight.requires_grad = False


def predict(model, x):
    return show(model, x)


def show(net, x):
    return net(x)


class Runner:
    def __init__(self, model):
        self.model = model
"""
IMPORTS = """\
import random
from functools import partial

import torch
from net import Chained, Displayed, Dropping, Listed, Noise, Quiet
from tools import Runner, load, predict
"""
OTHER = """\
def names(model):
    return len([name for name, _ in model.named_parameters()]) if hasattr(model, "head") else 0
"""


@pytest.mark.parametrize(
    ("code", "reported"),
    [
        ("net = Listed()\nnet(x)", True),
        ("net = Displayed()\nnet(x)", True),
        ("net = Chained()\nnet(x)", True),
        ("net = Quiet()\nnet(x)", False),
        ("Listed(), Displayed(), Chained()", False),
        ("net = Listed()\nload(net, 'net.pt')", False),
        ("net = Noise()\nload(net, 'net.pt')", False),
        ("net = Noise()\npredict(net, x)", True),
        ("net = Noise()\nRunner(net)", True),
        ("make = dict(model=Noise, run=random.random)", False),
        ("make = partial(random.randint, 1)", False),
        ("make = partial(random.randint, 1)\nmake(3)", True),
        ("net = Dropping()\nnet(x)", False),
    ],
)
def test_what_runs(tmp_path: Path, code: str, *, reported: bool) -> None:
    script = f"{IMPORTS}\nif __name__ == '__main__':\n" + textwrap.indent(f"x = torch.ones(2, 2)\n{code}", "    ")
    files = {"net.py": NET, "tools.py": TOOLS, "other.py": OTHER, "run.py": script}
    assert bool(found(tmp_path, files, "DET101")) is reported


def test_what_only_training_draws_is_drawn_where_it_trains(tmp_path: Path) -> None:
    script = """\
import torch
from net import Dropping

net = Dropping()
optimizer = torch.optim.SGD(net.parameters(), 0.1)
net(torch.ones(2, 2)).sum().backward()
optimizer.step()
"""
    assert found(tmp_path, {"net.py": NET, "run.py": script}, "DET101") == [("run.py", 6, "DET101")]


WORK = """\
import random

import ray


@ray.remote(num_cpus=1)
def work(x):
    return random.random()


@ray.remote
class Actor:
    def go(self):
        return random.random()
"""


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("print(ray.get([work.remote(i) for i in range(3)]))", 6),
        ("print(work.options(num_cpus=2).remote(3))", 6),
        ("actor = Actor.remote()\n    print(ray.get(actor.go.remote()))", 7),
        ("actor = Actor.remote()\n    print(actor.stop.remote())", None),
    ],
)
def test_what_ray_runs_is_seeded_in_processes_of_its_own(tmp_path: Path, code: str, line: int | None) -> None:
    imports = "import random\nimport ray\nfrom work import Actor, work\n"
    script = f"{imports}if __name__ == '__main__':\n    random.seed(1)\n    {code}\n"
    expected = [] if line is None else [("run.py", line, "DET101")]
    assert found(tmp_path, {"work.py": WORK, "run.py": script}, "DET101") == expected


@pytest.mark.parametrize(
    ("seeding", "reported"),
    [
        ("env.seed(1)", True),
        ("env.action_space.seed(1)", True),
        ("tools.seed(1)", False),
    ],
)
def test_seeding_an_environment_seeds_nothing_else(tmp_path: Path, seeding: str, *, reported: bool) -> None:
    script = f"import random\nfrom acme import envs, tools\nenv = envs.make()\n{seeding}\nprint(random.random())\n"
    assert bool(found(tmp_path, {"run.py": script}, "DET101")) is reported


REGISTERED = """\
import torch

from acme.register import {name}


def train(net, x):
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    net(x).sum().backward()
    optimizer.step()
    return torch.rand(3)


{name}("mine", train)
"""


@pytest.mark.parametrize(("name", "reported"), [("register_train", False), ("run_all", True)])
def test_what_is_registered_does_not_run(tmp_path: Path, name: str, *, reported: bool) -> None:
    assert bool(found(tmp_path, {"mine.py": REGISTERED.format(name=name)}, "DET207")) is reported


LOOPED = """\
class Batches:
    def __init__(self, words):
        self.words = words

    def again(self):
        return Batches(self.words)


def batches(words):
    return Batches(words)
"""


def test_objects_that_are_handed_round_in_a_circle() -> None:
    index = FileIndex(ast.parse(LOOPED), registry().knowledge, "a.py", LOOPED, Modules())
    function = index.tree.body[-1]
    assert isinstance(function, ast.FunctionDef)
    assert taken_by(index, function) == (("words",), ())
