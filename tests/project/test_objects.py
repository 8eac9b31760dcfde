"""Objects of classes of other files: what their methods do is followed through the project."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

NET = """
    import random

    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(2, 2)

        def forward(self, x):
            return self.layer(x) if random.random() < 0.5 else x
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Write:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)

    def written(code: str, **files: str) -> list[str]:
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
        script = textwrap.indent(textwrap.dedent(code).strip(), "    ")
        (tmp_path / "train.py").write_text(f"{IMPORTS}\n\nif __name__ == '__main__':\n{script}\n")
        main(["check", "--select", "DET1", "--output-format", "concise", "train.py"])
        return sorted(word for word in capsys.readouterr().out.split() if word.startswith("DET1"))

    return written


IMPORTS = "import torch\nfrom torch import nn\n"


@pytest.mark.parametrize(
    "code",
    [
        "from net import Net\nnet = Net()\nnet(torch.ones(1, 2))",
        "from net import Net\nnet = Net().cuda()\nnet(torch.ones(1, 2))",
        "import net\nmodel = net.Net().to('cuda').eval()\nmodel.forward(torch.ones(1, 2))",
    ],
)
def test_calling_a_model_of_another_file_runs_its_forward(write: Write, code: str) -> None:
    assert write(code, net=NET) == ["DET101"]
    assert write("import random\nrandom.seed(0)\n" + code, net=NET) == []


MODELS = """
    from net import Net


    def build(name):
        if name == "net":
            model = Net()
        else:
            raise ValueError(name)
        return model


    class Factory:
        @classmethod
        def make(cls):
            return Net()
"""


@pytest.mark.parametrize(
    "code",
    [
        "from models import build\nnet = build('net')\nnet(torch.ones(1, 2))",
        "import models\nnet = models.build('net').to('cuda')\nnet.eval()\nnet(torch.ones(1, 2))",
        "from models import Factory\nnet = Factory.make()\nnet(torch.ones(1, 2))",
        "from models import build\nnet = nn.DataParallel(build('net'))\nnet(torch.ones(1, 2))",
        "from net import Net\nnet = nn.Sequential(Net(), nn.ReLU()).cuda()\nnet(torch.ones(1, 2))",
        "from net import Net\nnet = torch.compile(Net())\nnet(torch.ones(1, 2))",
    ],
)
def test_what_functions_of_other_files_make_is_followed(write: Write, code: str) -> None:
    assert write(code, net=NET, models=MODELS) == ["DET101"]
    assert write("import random\nrandom.seed(0)\n" + code, net=NET, models=MODELS) == []


DATA = """
    import numpy as np
    from torch.utils.data import Dataset


    class Data(Dataset):
        def __len__(self):
            return 3

        def _noise(self):
            return np.random.rand()

        def __getitem__(self, i):
            return self._noise()
"""


def test_a_loader_runs_the_methods_of_a_data_set_of_another_file(write: Write) -> None:
    code = "from torch.utils.data import DataLoader\nfrom data import Data\nfor x in DataLoader(Data()):\n    print(x)"
    assert write(code, data=DATA) == ["DET121"]
    assert write("import numpy as np\nnp.random.seed(0)\n" + code, data=DATA) == []


BASE = """
    class Trainer:
        def __init__(self, seed=None):
            self.prepare(seed)

        def prepare(self, seed):
            pass

        def batch(self):
            raise NotImplementedError

        def train(self):
            for _ in range(3):
                self.step(self.batch())
"""
MINE = """
    import random

    from base import Trainer


    class Mine(Trainer):
        def batch(self):
            return random.random()

        def step(self, batch):
            print(batch)


    class Seeded(Mine):
        def prepare(self, seed):
            random.seed(seed)

        def train(self):
            print("train")
            super().train()
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from mine import Mine\nMine().train()", ["DET101"]),
        ("from mine import Seeded\nSeeded(3).train()", []),
        ("from base import Trainer\nTrainer().train()", []),
    ],
)
def test_methods_of_a_parent_call_those_of_the_class(write: Write, code: str, expected: list[str]) -> None:
    assert write(code, base=BASE, mine=MINE) == expected


def test_methods_of_a_parent_in_the_same_file(write: Write) -> None:
    both = textwrap.dedent(BASE) + textwrap.dedent(MINE).replace("from base import Trainer\n", "")
    assert write("from both import Mine\nMine().train()", both=both) == ["DET101"]
    assert write("from both import Seeded\nSeeded(3).train()", both=both) == []


CHOICES = """
    import random


    def shuffled(cache=False):
        print("read")
        return random.random()


    def load(cache=False):
        return cache == "ram" and shuffled()


    def draw(many, seed=None):
        seed is None or random.seed(seed)
        return random.random() if many else 0
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from choices import load\nload()", []),
        ("from choices import load\nload('ram')", ["DET101"]),
        ("from choices import draw\ndraw(False)", []),
        ("from choices import draw\ndraw(True)", ["DET101"]),
        ("from choices import draw\ndraw(True, 3)", []),
    ],
)
def test_what_short_expressions_choose(write: Write, code: str, expected: list[str]) -> None:
    assert write(code, choices=CHOICES) == expected


def test_a_package_that_is_run(tmp_path: Path, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("pass")
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool" / "__init__.py").write_text("")
    (tmp_path / "tool" / "__main__.py").write_text("from .cli import main\n\nmain()\n")
    (tmp_path / "tool" / "cli.py").write_text("import torch\n\n\ndef main():\n    print(torch.rand(3))\n")
    main(["check", "--select", "DET207", "--output-format", "concise", "tool"])
    assert "tool/__main__.py:3:1: DET207" in capsys.readouterr().out.replace("\\", "/")


if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[..., list[str]]
