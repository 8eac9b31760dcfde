"""Constants and fields of other modules of a project, and rules that see them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from detlint.index.values import Const, Mapping
from detlint.project.build import ProjectBuilder
from detlint.registry import registry

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "app/__init__.py": "from .config import SEED as HANDED_ON\n",
    "app/config.py": """\
import os
from dataclasses import dataclass, field
from enum import Enum

from .more import WORKERS

SEED = 42
RATE: float = 1e-3
NAME = "run"
NOTHING = None
LATER = int(os.environ.get("SEED", "0"))
TWICE = 1
TWICE = 2
if LATER:
    SOMETIMES = 1
RAISED = 1


def raise_it():
    global RAISED
    RAISED += 1


PARAMS = {"depth": 3, "nested": {"seed": SEED}, "rate": LATER}
CHANGED = {"depth": 3}
CHANGED["depth"] = LATER
NUMBERS = [1, 2]


class Paths:
    seed = 7
    root: str = "data"


class Mode(Enum):
    FAST = 1


@dataclass
class Options:
    seed: int = 5
    rate: float = field(default=0.5)
    table: dict = field(default_factory=lambda: {"a": 1})
    unset: int = None
    needed: str = ""


class Made:
    seed: int = 1

    def __init__(self, seed):
        self.seed = seed


options = Options(seed=6)
""",
    "app/more.py": "from .config import SEED\n\nWORKERS = 4\nAGAIN = SEED\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def evaluated(project: Path, imports: str, expression: str) -> object:
    """What an expression is in a file of the project: a constant, the keys of a dict, else None."""
    code = f"{imports}\nprobe({expression})\n"
    index = ProjectBuilder(registry()).index(ast.parse(code), str(project / "train.py"), code)
    value = index.evaluate(next(call for call in index.calls if call.func.id == "probe").args[0])  # type: ignore[attr-defined]
    if isinstance(value, Mapping):
        return sorted(map(str, value.entries))
    return value.value if isinstance(value, Const) else None


@pytest.mark.parametrize(
    ("imports", "expression", "expected"),
    [
        ("from app.config import SEED", "SEED", 42),
        ("from app.config import SEED as S", "S", 42),
        ("from app import config", "config.SEED", 42),
        ("import app.config", "app.config.SEED", 42),
        ("import app.config as c", "c.NAME", "run"),
        ("from app.config import *", "RATE", 1e-3),
        ("from app import HANDED_ON", "HANDED_ON", 42),
        ("from app.config import WORKERS", "WORKERS", 4),
        ("from app.config import PARAMS", "PARAMS", ["depth", "nested", "rate"]),
        ("from app.config import PARAMS", "PARAMS['nested']['seed']", 42),
        ("from app.config import PARAMS", "{**PARAMS, 'depth': 1}", ["depth", "nested", "rate"]),
        ("from app.config import Paths", "Paths.seed", 7),
        ("from app.config import Paths", "Paths.root", "data"),
        ("from app.config import Options", "Options().seed", 5),
        ("from app.config import Options", "Options().rate", 0.5),
        ("from app.config import Options", "Options().table", ["a"]),
        ("from app.config import Options", "Options(seed=8).seed", 8),
        ("from app.config import options", "options.seed", 6),
        ("from app.config import options", "options.rate", 0.5),
    ],
)
def test_what_is_known(project: Path, imports: str, expression: str, expected: object) -> None:
    assert evaluated(project, imports, expression) == expected


@pytest.mark.parametrize(
    ("imports", "expression"),
    [
        ("from app.config import LATER", "LATER"),
        ("from app.config import TWICE", "TWICE"),
        ("from app.config import SOMETIMES", "SOMETIMES"),
        ("from app.config import RAISED", "RAISED"),
        ("from app.config import CHANGED", "CHANGED"),
        ("from app.config import PARAMS", "PARAMS['rate']"),
        ("from app.config import Mode", "Mode.FAST"),
        ("from app.config import Options", "Options().unset"),
        ("from app.config import Options", "Options(3).seed"),
        ("from app.config import Options", "Options(**given).seed"),
        ("from app.config import Made", "Made(3).seed"),
        ("from app.config import options\noptions.seed = 3", "options.seed"),
        ("from app import config\nconfig.SEED = 3", "config.SEED"),
        ("from app.config import missing", "missing"),
        ("from app.elsewhere import SEED", "SEED"),
        ("from app.more import AGAIN", "AGAIN.real"),
    ],
)
def test_what_is_not(project: Path, imports: str, expression: str) -> None:
    assert evaluated(project, imports, expression) is None


@pytest.mark.parametrize("imports", ["from app.keywords import *", "from app.keywords import GIVEN, MAP, SHUFFLE"])
def test_arguments_of_another_file_are_given_and_left_alone_by_fixes(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, imports: str
) -> None:
    from detlint.cli import run

    (project / "app" / "keywords.py").write_text(
        "import torch\nGIVEN = {'shuffle': True, 'generator': torch.Generator().manual_seed(0)}\n"
        "SHUFFLE = {'buffer_size': 3, 'seed': 1}\nMAP = {'num_parallel_calls': 3, 'deterministic': False}\n"
    )
    code = (
        f"import tensorflow as tf\nfrom torch.utils.data import DataLoader\n{imports}\n"
        "for batch in DataLoader([1, 2], **GIVEN):\n    print(batch)\n"
        "data = tf.data.Dataset.range(3).shuffle(**SHUFFLE)\ndata = data.map(print, **MAP)\n"
    )
    (project / "train.py").write_text(code)
    monkeypatch.chdir(project)
    run(
        [
            "check",
            "--no-cache",
            "--fix",
            "--unsafe-fixes",
            "--output-format",
            "concise",
            "--select",
            "DET2,DET3",
            "train.py",
        ]
    )
    out = capsys.readouterr().out
    assert [line.split(": ")[0] for line in out.splitlines() if "DET" in line] == ["train.py:7:26"]
    assert (project / "train.py").read_text() == code


def test_rules_see_them(project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from detlint.cli import run

    (project / "app" / "settings.py").write_text(
        'NO_SEED = None\nSHUFFLE = False\nFOREST = {"max_depth": 3}\nSEEDED = {"max_depth": 3, "random_state": 1}\n'
        'BOOSTED = {"seed": 1, "tree_method": "gpu_exact"}\n'
    )
    (project / "train.py").write_text(
        "import xgboost\n"
        "from sklearn.ensemble import RandomForestClassifier as Forest\n"
        "from sklearn.model_selection import train_test_split\n"
        "from app.settings import BOOSTED, FOREST, NO_SEED, SEEDED, SHUFFLE\n"
        "from app.config import options\n"
        "a = Forest(random_state=NO_SEED).fit(x, y)\n"
        "b = Forest(**FOREST).fit(x, y)\n"
        "c = Forest(**SEEDED).fit(x, y)\n"
        "d = Forest(**FOREST, random_state=options.seed).fit(x, y)\n"
        "e = train_test_split(x, shuffle=SHUFFLE)\n"
        "f = xgboost.train(BOOSTED, x)\n"
    )
    monkeypatch.chdir(project)
    run(["check", "--no-cache", "--output-format", "concise", "--select", "DET141,DET401", "train.py"])
    found = [
        tuple(line.split(": ")[0].split(":")[1:]) for line in capsys.readouterr().out.splitlines() if "DET" in line
    ]
    assert found == [("6", "12"), ("7", "5"), ("11", "19")]
