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


if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[..., list[str]]
