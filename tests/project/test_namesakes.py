"""Modules of a project that are called like a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main
from detlint.project.loader import Finder
from detlint.project.namesakes import Namesakes

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "datasets/__init__.py": "def load_dataset(path):\n    return open(path)\n",
    "datasets/birds.py": "from datasets import load_dataset\n",
    "random.py": "class Random:\n    pass\n\n\ndef shuffle(items):\n    return items\n",
    "networkx/loose.txt": "",
    "time.py": "def time():\n    return 3\n",
    "tools/train.py": "",
    "package/__init__.py": "",
    "package/glob.py": "",
    "package/search.py": "",
    "released/pyproject.toml": '[project]\nname = "umap-learn"\n',
    "released/umap/__init__.py": "",
    "released/demo/run.py": "",
    "released/old/setup.py": 'setup(name="torch_scatter", version="1")\n',
    "released/old/torch_scatter.py": "",
    "released/old/run.py": "",
    "laid_out/pyproject.toml": 'name = "optuna"\n',
    "laid_out/src/optuna/__init__.py": "",
    "laid_out/src/shim/__init__.py": "",
    "own.py": "",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "module", "dots"),
    [
        ("own.py", "datasets", "."),
        ("own.py", "datasets.birds", "."),
        ("own.py", "random", "."),
        ("tools/train.py", "datasets", ".."),
        ("released/demo/run.py", "datasets", "..."),
        # A folder without modules, a module that is not there, one that Python itself has built in.
        ("own.py", "networkx", ""),
        ("own.py", "datasets.load", ""),
        ("own.py", "time", ""),
        # Within a package; beside its module of that name, which only relative imports reach.
        ("datasets/birds.py", "datasets", ""),
        ("package/search.py", "glob", ""),
        # The library itself, by its metadata.
        ("released/demo/run.py", "umap", ""),
        ("released/old/run.py", "torch_scatter", ""),
        ("laid_out/src/shim/__init__.py", "optuna", ""),
        # No library, and a relative import.
        ("own.py", "package", ""),
        ("own.py", ".datasets", ""),
    ],
)
def test_whose_a_module_is(project: Path, path: str, module: str, dots: str) -> None:
    libraries = frozenset({"datasets", "networkx", "optuna", "torch_scatter", "umap"})
    assert Namesakes(Finder(), libraries).dots(str(project / path), module) == dots


SCRIPT = """
from random import Random

import datasets
import random
from datasets import load_dataset

if __name__ == "__main__":
    random.shuffle([Random()])
    print(load_dataset("x").shuffle(), datasets.load_dataset("y").train_test_split())
"""


def test_a_projects_own_module_is_none_of_the_library(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "script.py").write_text(SCRIPT)
    (project / "elsewhere").mkdir()
    (project / "elsewhere" / ".git").mkdir()
    (project / "elsewhere" / "script.py").write_text(SCRIPT)
    main(["check", "--no-cache", "--output-format", "concise", "--select", "DET1", "."])
    found = capsys.readouterr().out.splitlines()
    assert {line.split()[1] for line in found if line.startswith("elsewhere")} == {"DET101", "DET102", "DET151"}
    assert not [line for line in found if line.startswith("script")]


def test_what_a_projects_own_module_draws_is_seen(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "random.py").unlink()
    own = "import random\n\n\ndef shuffle(items):\n    random.shuffle(items)\n"
    (project / "datasets" / "__init__.py").write_text(own)
    (project / "script.py").write_text('import datasets\n\nif __name__ == "__main__":\n    datasets.shuffle([1, 2])\n')
    main(["check", "--no-cache", "--output-format", "concise", "--select", "DET101", "script.py"])
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines() if "DET101" in line] == [
        ["script.py:4:5:", "DET101"]
    ]
