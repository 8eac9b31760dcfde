"""Small projects of several files: what is seeded or switched in one file counts in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

PIPELINE = "import tensorflow as tf\n\n\ndef dataset(files):\n    return tf.data.TFRecordDataset(files).shuffle(99)\n"
LOADER = "import keras\n\n\ndef load(folder):\n    return keras.utils.image_dataset_from_directory(folder)\n"
SEEDS = "import random\nimport torch\n\n\ndef fix(seed):\n    random.seed(seed)\n    torch.cuda.manual_seed_all(seed)\n"
WORDS = """\
def build(lines: list[str]):
    words = set()
    for line in lines:
        words.add(line.strip())
    return list(words)
"""
MAIN = """\
import numpy as np
import tensorflow as tf
import torch
from {module} import {name}

if __name__ == '__main__':
    {first}
    {name}('a')
"""


@pytest.mark.parametrize(
    ("module", "text", "name", "first", "reported"),
    [
        ("pipeline", PIPELINE, "dataset", "x = 1", ["pipeline.py DET306"]),
        ("pipeline", PIPELINE, "dataset", "tf.random.set_seed(1)", []),
        ("loader", LOADER, "load", "x = 1", ["loader.py DET309"]),
        ("loader", LOADER, "load", "np.random.seed(1)", []),
        ("seeds", SEEDS, "fix", "torch.manual_seed(1)", []),
        ("seeds", SEEDS, "fix", "x = 1", ["main.py DET208"]),
        ("words", WORDS, "build", "x = 1", ["words.py DET503"]),
    ],
)
def test_what_another_file_does_counts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    module: str,
    text: str,
    name: str,
    first: str,
    reported: list[str],
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.py").write_text(MAIN.format(module=module, name=name, first=first))
    (tmp_path / f"{module}.py").write_text(text)
    monkeypatch.chdir(tmp_path)
    main(["check", "--no-cache", "--select", "DET106,DET208,DET306,DET309,DET503", "--output-format", "concise", "."])
    lines = [line for line in capsys.readouterr().out.splitlines() if " DET" in line and " DET106" not in line]
    assert [f"{line.split(':')[0]} {line.split()[1]}" for line in lines] == reported


DATA = """\
import lightning as L
from torch.utils.data import DataLoader


class Data(L.LightningDataModule):
    def train_dataloader(self):
        return DataLoader([1, 2], shuffle=True)

    def test_dataloader(self):
        return DataLoader([1, 2])
"""


@pytest.mark.parametrize(("method", "reported"), [("fit", ["run.py:6"]), ("test", []), ("validate", [])])
def test_a_trainer_that_only_tests_calls_no_hooks_of_training(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    method: str,
    reported: list[str],
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "data.py").write_text(DATA)
    code = "import lightning as L\nfrom data import Data\n\nif __name__ == '__main__':\n    trainer = L.Trainer()\n"
    (tmp_path / "run.py").write_text(f"{code}    trainer.{method}(None, datamodule=Data())\n")
    monkeypatch.chdir(tmp_path)
    main(["check", "--no-cache", "--select", "DET207", "--output-format", "concise", "."])
    lines = [line for line in capsys.readouterr().out.splitlines() if " DET" in line]
    assert [line.rpartition(": DET")[0].rpartition(":")[0] for line in lines] == reported


EVOLVING = """\
import random
from pathlib import Path


def train(n):
    random.seed(n)
    return random.random()


if __name__ == "__main__":
    for n in range(9):
        if Path("best.csv").exists():
            print(random.choices([1, 2]))
        print(train(n))
"""


def test_a_draw_in_a_loop_that_seeds_later_is_not_never_seeded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for first, expected in (("if Path", 0), ("print(random.random())\n        if Path", 1)):
        (tmp_path / "evolve.py").write_text(EVOLVING.replace("if Path", first, 1))
        main(["check", "--no-cache", "--select", "DET101,DET109", "--output-format", "concise", "evolve.py"])
        assert capsys.readouterr().out.count(" DET") == expected


HANDED = """\
import torch
{imported}

class Agent(torch.nn.Module):
    def step(self, x):
        return torch.normal(x, 1.0)


if __name__ == "__main__":
    runner = Runner(agent=Agent())
    runner.train()
    {last}
"""
RUNNER = """\
class Runner:
    def __init__(self, agent):
        self.agent = agent

    def train(self):
        return self.agent.step(1)
"""


@pytest.mark.parametrize(
    ("imported", "last", "reported"),
    [
        ("from elsewhere.runners import Runner", "pass", 0),
        ("from elsewhere.runners import Runner", "print(Agent().step(1))", 1),
        ("from runners import Runner", "pass", 1),
    ],
)
def test_a_callee_out_of_sight_may_seed_before_it_runs_what_it_is_handed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    imported: str,
    last: str,
    reported: int,
) -> None:
    (tmp_path / "runners.py").write_text(RUNNER)
    (tmp_path / "run.py").write_text(HANDED.format(imported=imported, last=last))
    monkeypatch.chdir(tmp_path)
    main(["check", "--no-cache", "--select", "DET207", "--output-format", "concise", "."])
    assert capsys.readouterr().out.count(" DET207") == reported
    main(["check", "--no-cache", "--select", "DET207", "--output-format", "concise", "--min-confidence", "low", "."])
    assert capsys.readouterr().out.count(" DET207") == 1


TOLD = """\
import logging
import torch
from elsewhere import run, log

logger = logging.getLogger(__name__)


class Agent(torch.nn.Module):
    def training_step(self, batch):
        return torch.normal(batch, 1.0)


if __name__ == "__main__":
    agent = Agent()
    {told}
"""


@pytest.mark.parametrize(
    ("told", "reported"),
    [
        ("logger.debug(agent)", 0),
        ("log.info(agent)", 0),
        ("logging.warning(agent)", 0),
        ("run.debug(agent)", 1),
        ("log.run(agent)", 1),
    ],
)
def test_a_log_runs_nothing_of_what_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], told: str, reported: int
) -> None:
    (tmp_path / "run.py").write_text(TOLD.format(told=told))
    monkeypatch.chdir(tmp_path)
    main(["check", "--no-cache", "--select", "DET207", "--output-format", "concise", "--min-confidence", "low", "."])
    assert capsys.readouterr().out.count(" DET207") == reported


REGISTRY = """\
import sys
import torch

MODELS = {{}}


def register(function):
    MODELS[function.__name__] = function
    return function


def named(name):
    def add(cls):
        MODELS[name] = cls
        return cls

    return add


def counted(function):
    return function


{decorator}
{definition}


if __name__ == "__main__":
    net = {call}
    print(net)
"""
SMALL = "def small(width=4):\n    return torch.nn.Linear(width, 1)"
BIG = "class Big:\n    def __init__(self, width):\n        self.layer = torch.nn.Linear(width, 1)"


@pytest.mark.parametrize(
    ("decorator", "definition", "call", "reported"),
    [
        ("@register", SMALL, "MODELS[sys.argv[1]](3)", 1),
        ("@register", SMALL, "MODELS.get(sys.argv[1])(width=3)", 1),
        ("@named('big')", BIG, "MODELS[sys.argv[1]](3)", 1),
        ("@counted", SMALL, "MODELS[sys.argv[1]](3)", 0),
        ("@register", SMALL, "sorted(MODELS)", 0),
        ("@register", "def small(width):\n    return torch.zeros(width)", "MODELS[sys.argv[1]](3)", 0),
    ],
)
def test_what_a_decorator_registers_may_be_what_is_made(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    decorator: str,
    definition: str,
    call: str,
    reported: int,
) -> None:
    (tmp_path / "run.py").write_text(REGISTRY.format(decorator=decorator, definition=definition, call=call))
    monkeypatch.chdir(tmp_path)
    codes = ["check", "--no-cache", "--select", "DET207", "--output-format", "concise", "--min-confidence", "low"]
    main([*codes, "run.py"])
    assert capsys.readouterr().out.count(" DET207") == reported


KEEPING = """\
import numpy as np
from keeping import keep


def draw(n):
    return np.random.rand(n)


drawn = keep("like rand", draw)
"""


@pytest.mark.parametrize(("last", "reported"), [("print(3)", 0), ("print(numbers.drawn(3))", 1)])
def test_a_module_that_is_imported_keeps_functions_for_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], last: str, reported: int
) -> None:
    (tmp_path / "keeping.py").write_text("def keep(text, function):\n    return function\n")
    (tmp_path / "numbers_.py").write_text(KEEPING)
    (tmp_path / "run.py").write_text(f"import numbers_ as numbers\n\nif __name__ == '__main__':\n    {last}\n")
    monkeypatch.chdir(tmp_path)
    main(["check", "--no-cache", "--select", "DET121", "--output-format", "concise", "run.py"])
    assert capsys.readouterr().out.count(" DET121") == reported
