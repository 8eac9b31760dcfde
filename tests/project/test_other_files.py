"""What objects do whose classes and makers stand in other files of the project; what first runs behind a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment.projects import diagnose, found

from detlint.diagnostics import Confidence

if TYPE_CHECKING:
    from pathlib import Path

LOADER = """\
from torch.utils.data import DataLoader
{imports}

if __name__ == "__main__":
    loader = DataLoader({data}, batch_size=4, num_workers=4)
    for x in loader:
        print(x)
"""
GENERATOR = """\
import numpy as np
from torch.utils.data import Dataset


class Noisy(Dataset):
    def __init__(self, n):
        self.n = n
        self.rng = np.random.default_rng(0)

    def __getitem__(self, i):
        return self.rng.random(3)

    def __len__(self):
        return self.n
"""
GLOBAL = GENERATOR.replace("        self.rng = np.random.default_rng(0)\n", "").replace("self.rng", "np.random")
MAKE = "\n\ndef make():\n    return Noisy(4)\n"
TRANSFORM = """\
import numpy as np


class Jitter:
    def __init__(self):
        self.rng = np.random.RandomState(3)

    def __call__(self, x):
        return x + self.rng.rand()
"""
OLD = {"requirements.txt": "torch==1.8.0\n"}


def loader(imports: str, data: str) -> str:
    return LOADER.format(imports=imports, data=data)


NOISY = loader("from data import Noisy", "Noisy(3)")
MINE = "from data import Noisy\n\n\nclass Mine(Noisy):\n    {body}\n"
FRESH = GENERATOR.replace("    return self", "    self.rng = np.random.default_rng(i)\n        return self", 1)
CALLING = GENERATOR.replace("self.rng.random(3)", "self.draw()")
DRAW = "\n    def draw(self):\n        return self.rng.random(3)\n"
MODULE = GLOBAL.replace("np.random.random", "RNG.random").replace("\n\n\n", "\nRNG = np.random.default_rng(1)\n\n\n", 1)
SUBSET = loader("from torch.utils.data import Subset\nfrom data import Noisy", "Subset(Noisy(3), [1])")
PICTURES = loader(
    "from torchvision.datasets import CIFAR10\nfrom aug import Jitter", "CIFAR10('.', transform=Jitter())"
)
DERIVED_HERE = loader(MINE.format(body="pass"), "Mine(3)")
OVERRIDDEN = loader(MINE.format(body="def __getitem__(self, i):\n        return i"), "Mine(3)")


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"train.py": NOISY, "data.py": GLOBAL, **OLD}, 5),
        ({"train.py": NOISY, "data.py": GLOBAL}, None),
        ({"train.py": loader("from data import make", "make()"), "data.py": GLOBAL + MAKE, **OLD}, 5),
        ({"train.py": NOISY, "data.py": GENERATOR}, 5),
        ({"train.py": loader("from pkg import Noisy", "Noisy(3)"), "pkg/__init__.py": "from .data import Noisy\n",
          "pkg/data.py": GENERATOR}, 5),
        ({"train.py": loader("from pkg import data", "data.Noisy(3)"), "pkg/__init__.py": "",
          "pkg/data.py": GENERATOR}, 5),
        ({"train.py": loader("from data import make", "make()"), "data.py": GENERATOR + MAKE}, 5),
        ({"train.py": DERIVED_HERE, "data.py": GENERATOR}, 10),
        ({"train.py": OVERRIDDEN, "data.py": GENERATOR}, None),
        ({"train.py": loader("from mine import Mine", "Mine(3)"), "mine.py": MINE.format(body="pass"),
          "data.py": GENERATOR}, 5),
        ({"train.py": NOISY, "data.py": FRESH}, None),
        ({"train.py": NOISY, "data.py": CALLING + DRAW}, 5),
        ({"train.py": NOISY, "data.py": MODULE}, 5),
        ({"train.py": PICTURES, "aug.py": TRANSFORM}, 6),
        ({"train.py": SUBSET, "data.py": GENERATOR}, 6),
        ({"train.py": NOISY.replace("=4)", "=4, worker_init_fn=print)"), "data.py": GENERATOR}, None),
    ],
)  # fmt: skip
def test_data_sets_of_other_files_in_workers(tmp_path: Path, files: dict[str, str], line: int | None) -> None:
    assert found(tmp_path, files, "DET221") == ([] if line is None else [("train.py", line, "DET221")])


LATE = """\
import os
import torch
{lib}

def main():
    net = torch.nn.Linear(2, 2).cuda()
    x = torch.ones(2, 2, device="cuda")
    {use}
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"


if __name__ == "__main__":
    main()
"""
RUN = "\ndef run(model, x):\n    model(x){train}\n"
CLASS = """
class Trainer:
    def __init__(self, model):
        self.model = model

    def fit(self, x):
        self.model(x)
"""


@pytest.mark.parametrize(
    ("use", "lib", "other", "confidence"),
    [
        ("net(x)", "", "", "high"),
        ("run(net, x)", RUN.format(train=""), "", "high"),
        ("run(net, x)", RUN.format(train=".sum().backward()"), "", "high"),
        ("Trainer(net).fit(x)", CLASS, "", "high"),
        ("run(net, x)", "from b import run", RUN.format(train=".sum().backward()"), "high"),
        ("run(net, x)", "from b import run", RUN.format(train=""), "high"),
        ("mul(x, x)", "\ndef mul(a, b):\n    return a @ b\n", "", "high"),
        ("mul(x, x)", "from b import mul", "\n\ndef mul(a: torch.Tensor, b):\n    return a @ b\n", "high"),
        ("mul(x, x)", "from b import mul", "\n\ndef mul(a, b):\n    return a @ b\n", "low"),
        ("mul(x, x)", "from b import mul", "\n\ndef mul(a, b):\n    return a.matmul(b)\n", "low"),
        ("y = x @ x.T", "", "", "high"),
        ("x @ x", "", "", "high"),
        ("x @= x", "", "", "high"),
        ("y = x @ net.weight", "", "", "high"),
        ("y = x + x", "", "", None),
        ("y = np.ones((2, 2)) @ np.ones(2)", "import numpy as np", "", None),
        ("mul(1)", "from b import mul", "\n\ndef mul(a):\n    return a\n", None),
    ],
)
def test_what_starts_cublas_first(tmp_path: Path, use: str, lib: str, other: str, confidence: str | None) -> None:
    files = {"a.py": LATE.format(use=use, lib=lib), "b.py": f"import torch\n{other}"}
    reported = diagnose(tmp_path, files, "DET113", confidence=Confidence.LOW)
    assert [item.confidence.name.lower() for item in reported] == ([] if confidence is None else [confidence])


MODEL = "tf.keras.Sequential([tf.keras.layers.Dense(1)])"
FIT = "model.fit([[1.0]])"


@pytest.mark.parametrize(
    ("train", "model", "line"),
    [
        (f"model = build(); {FIT}", f"def build():\n    return {MODEL}\n", 4),
        ("build().fit([[1.0]])", "def build() -> tf.keras.Model:\n    return make()\n", 4),
        (f"model = build(); {FIT}", "class build(tf.keras.Model):\n    pass\n", 4),
        (f"model, rest = build(); {FIT}", f"def build():\n    m = {MODEL}\n    return m, 3\n", 4),
        ("model, rest = build(); rest.fit([[1.0]])", f"def build():\n    m = {MODEL}\n    return m, 3\n", None),
        (f"model = Make().build(); {FIT}", f"class Make:\n    def build(self):\n        return {MODEL}\n", 4),
        (f"model = build(); {FIT}", f"def inner():\n    return {MODEL}\n\n\ndef build():\n    return inner()\n", 4),
        (f"model = build(); {FIT}", "from other import make\n\n\ndef build():\n    return make()\n", 4),
        (f"model = build(); {FIT}", "def build():\n    return build()\n", None),
        (f"model = build(); {FIT}", "from sklearn.svm import SVC\n\n\ndef build():\n    return SVC()\n", None),
    ],
)
def test_models_that_functions_of_other_files_give(tmp_path: Path, train: str, model: str, line: int | None) -> None:
    name = "Make" if "Make" in train else "build"
    files = {
        "requirements.txt": "tensorflow==2.6.0\n",
        "train.py": f"from model import {name}\n\nif __name__ == '__main__':\n    {train}\n",
        "model.py": f"import tensorflow as tf\n\n\n{model}",
        "other.py": f"import tensorflow as tf\n\n\ndef make():\n    return {MODEL}\n",
    }
    assert found(tmp_path, files, "DET504") == ([] if line is None else [("train.py", line, "DET504")])
