"""The project's own helpers and entry points, named in settings, through the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

TRAIN = "import random\n\nimport numpy as np\n{imports}\n\nif __name__ == '__main__':\n    {call}\n"
DRAWS = "\n    print(random.random(), np.random.rand())"
HELPER = "import acme_native\n\n\ndef fix(seed):\n    acme_native.fix(seed)\n"


class Folder:
    """A project to lint."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._root = root
        self._capsys = capsys

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            file = self._root / f"{name.replace('__', '/')}.py"
            file.parent.mkdir(exist_ok=True, parents=True)
            file.write_text(text)

    def settings(self, text: str) -> None:
        (self._root / "detlint.toml").write_text(text)

    def found(self, select: str, *options: str) -> list[str]:
        main(["check", "--no-cache", "--select", select, "--output-format", "concise", *options, "."])
        lines = self._capsys.readouterr().out.splitlines()
        return [f"{line.split(':')[0]} {line.partition(' DET')[2][:3]}" for line in lines if " DET" in line]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Folder:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path, capsys)


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("from tools.repro import fix", "fix(1)"),
        ("import tools.repro as repro", "repro.fix(1)"),
        ("from tools import fix", "fix(1)"),
    ],
)
def test_a_seed_function_seeds_all_states(folder: Folder, imports: str, call: str) -> None:
    folder.write(tools__repro=HELPER, tools____init__="from .repro import fix\n")
    (folder._root / "tools" / "__init__.py").write_text("from .repro import fix\n")
    folder.write(train=TRAIN.format(imports=imports, call=call + DRAWS))
    assert folder.found("DET101,DET121") == ["train.py 101", "train.py 121"]
    folder.settings('seed-functions = ["tools.repro.fix"]\n')
    assert folder.found("DET101,DET121") == []


def test_a_seed_function_may_seed_some_states_only(folder: Folder) -> None:
    folder.write(tools__repro=HELPER, train=TRAIN.format(imports="from tools.repro import fix", call="fix(1)" + DRAWS))
    folder.settings('seed-functions = ["tools.repro.fix[numpy, torch]"]\n')
    assert folder.found("DET101,DET121") == ["train.py 101"]
    folder.settings('seed-functions = ["tools.repro.fix[random]"]\n')
    assert folder.found("DET101,DET121") == ["train.py 121"]


def test_a_seed_function_that_nobody_calls_seeds_nothing(folder: Folder) -> None:
    folder.write(tools__repro=HELPER, train=TRAIN.format(imports="from tools.repro import fix", call=DRAWS.strip()))
    folder.settings('seed-functions = ["tools.repro.fix"]\n')
    assert folder.found("DET101") == ["train.py 101"]


def test_a_seed_function_of_a_library_out_of_sight(folder: Folder) -> None:
    folder.write(train=TRAIN.format(imports="from acme.lab import begin", call="begin()" + DRAWS))
    assert folder.found("DET101") == ["train.py 101"]
    folder.settings('seed-functions = ["acme.lab.begin"]\n')
    assert folder.found("DET101") == []


def test_a_seed_function_that_comes_too_late(folder: Folder) -> None:
    call = DRAWS.strip() + "\n    fix(1)"
    folder.write(tools__repro=HELPER, train=TRAIN.format(imports="from tools.repro import fix", call=call))
    folder.settings('seed-functions = ["tools.repro.fix"]\n')
    assert set(folder.found("DET101,DET109,DET121")) == {"train.py 109"}


TORCH = """\
import torch
from tools.repro import exact

if __name__ == '__main__':
    exact()
    model = torch.nn.Linear(2, 2).cuda()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    model(torch.ones(2).cuda()).sum().backward()
    optimizer.step()
"""


def test_a_deterministic_function_turns_the_modes_on(folder: Folder) -> None:
    folder.write(tools__repro="import acme_native\n\n\ndef exact():\n    acme_native.exact()\n", train=TORCH)
    assert folder.found("DET203") == ["train.py 203"]
    folder.settings('deterministic-functions = ["tools.repro.exact"]\n')
    assert folder.found("DET203,DET501") == []


@pytest.mark.parametrize("imports", ["from tools.rows import rows", "from .tools.rows import rows"])
def test_a_tensor_function_gives_tensors(folder: Folder, imports: str) -> None:
    folder.write(tools__rows="import acme_native\n\n\ndef rows(x):\n    return acme_native.rows(x)\n")
    folder.write(use=f"{imports}\n\n\ndef total(x, i):\n    return rows(x).scatter_add(0, i, x)\n")
    assert folder.found("DET202") == []
    folder.settings('tensor-functions = ["tools.rows.rows"]\n')
    assert folder.found("DET202") == ["use.py 202"]


def test_a_tensor_function_in_its_own_file(folder: Folder) -> None:
    code = "import acme_native\n\n\ndef rows(x):\n    return acme_native.rows(x)\n\n\n"
    folder.write(use=code + "def total(x, i):\n    return rows(x).scatter_add(0, i, x)\n")
    folder.settings('tensor-functions = ["use.rows"]\n')
    assert folder.found("DET202") == ["use.py 202"]


def test_functions_and_files_are_entry_points(folder: Folder) -> None:
    folder.write(jobs__work="import random\n\n\ndef start():\n    return random.random()\n")
    folder.write(tests__run="import random\n\nif __name__ == '__main__':\n    print(random.random())\n")
    assert folder.found("DET101") == []
    folder.settings('entry-points = ["jobs.work:start", "tests/run.py"]\n')
    assert folder.found("DET101") == ["jobs/work.py 101", "tests/run.py 101"]


def test_a_file_that_only_calls_others_is_looked_at(folder: Folder) -> None:
    folder.write(work="import random\n\n\ndef start():\n    return random.random()\n")
    folder.write(one="from work import start\n\nif __name__ == '__main__':\n    start()\n")
    folder.write(two="from work import start\n\nstart()\n")
    assert folder.found("DET101") == ["one.py 101", "two.py 101"]
