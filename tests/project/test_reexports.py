"""Names that modules of a project hand on from libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detlint.project.loader import Finder
from detlint.project.namesakes import Namesakes
from detlint.project.reexports import ReExports
from detlint.project.texts import ModuleTexts, Noise

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "vision/__init__.py": "from .ops import count, warp\nfrom .ops.pooling import *\n",
    "vision/ops/__init__.py": (
        "from torch import bincount as count\nfrom torch.nn.functional import (\n    grid_sample as warp,  # bends\n"
        "    interpolate,\n)\nfrom .sums import histc\n"
    ),
    "vision/ops/pooling.py": "from torch.nn import AdaptiveAvgPool2d as AdaptivePool\n",
    "vision/ops/sums.py": "from torch import histc\n\n\ndef histc(x):\n    return x\n",
    "vision/circle.py": "from .square import op\n",
    "vision/square.py": "from .circle import op\n",
    "vision/functional.py": "import torch.nn.functional as F\nwarp = F.grid_sample\n",
    "vision/all.py": "from torch.nn.functional import *\n",
}


@pytest.fixture
def resolve(tmp_path: Path) -> ReExports:
    (tmp_path / ".git").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    libraries = frozenset({"torch", "numpy"})
    finder = Finder()
    return ReExports(finder, ModuleTexts(finder.file, Noise()), libraries, Namesakes(finder, libraries))


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        (".ops.count", "torch.bincount"),
        (".ops.warp", "torch.nn.functional.grid_sample"),
        (".ops.interpolate", "torch.nn.functional.interpolate"),
        ("vision.count", "torch.bincount"),
        ("vision.AdaptivePool", "torch.nn.AdaptiveAvgPool2d"),
        ("vision.functional.F", "torch.nn.functional"),
        # What a module defines itself, what nobody has, and what goes round in circles.
        (".ops.histc", None),
        ("vision.functional.warp", None),
        ("vision.missing", None),
        ("elsewhere.count", None),
        (".circle.op", None),
        ("torch.bincount", None),
        # A star brings in what nobody wrote down.
        (".all.interpolate", None),
        (".", None),
    ],
)
def test_names_are_followed_to_their_library(resolve: ReExports, tmp_path: Path, name: str, meant: str | None) -> None:
    assert resolve.resolve(str(tmp_path / "vision" / "heads.py"), name) == meant
