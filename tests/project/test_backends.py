"""Training in a library's files for a framework: its program uses it, or another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = {
    "lib/__init__.py": "",
    "lib/explainer.py": """\
from lib.backends.pytorch import steps as torch_steps
from lib.backends.tensorflow import steps as tensorflow_steps


class Explainer:
    def __init__(self, backend):
        self.steps = tensorflow_steps if backend == "tensorflow" else torch_steps

    def fit(self, x):
        self.steps.update(x)
""",
    "lib/backends/__init__.py": "",
    "lib/backends/pytorch/__init__.py": "",
    "lib/backends/pytorch/steps.py": """\
import torch


def update(x):
    device = torch.device("cuda")
    model = torch.nn.Linear(3, 1).to(device)
    optimizer = torch.optim.SGD(model.parameters())
    model(x).sum().backward()
    optimizer.step()
""",
    "lib/backends/tensorflow/__init__.py": "",
    "lib/backends/tensorflow/steps.py": """\
import keras


def update(x):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(loss="mse")
    model.fit(x, x)
""",
}
PROGRAM = """\
{imports}
from lib.explainer import Explainer

if __name__ == "__main__":
    Explainer("{backend}").fit([[1.0]])
"""


@pytest.mark.parametrize(
    ("imports", "backend", "rules"),
    [
        ("import torch", "pytorch", {"DET203"}),
        ("import tensorflow as tf", "tensorflow", {"DET303"}),
        ("import json", "tensorflow", {"DET203", "DET303"}),
    ],
)
def test_the_backend_of_the_program(
    imports: str,
    backend: str,
    rules: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / ".git").mkdir()
    for path, text in {**LIBRARY, "run.py": PROGRAM.format(imports=imports, backend=backend)}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    main(["check", "--no-cache", "--select", "DET203,DET303", "--output-format", "concise", "."])
    printed = capsys.readouterr().out
    assert {rule for rule in ("DET203", "DET303") if rule in printed} == rules
