"""Projects that install builds for the CPU only: what matters on a GPU is not reported of their code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

CODE = "import torch\n\n\ndef level(x: torch.Tensor):\n    return x.median(dim=0), torch.put(x, x, x)\n"
INDEX = "https://download.pytorch.org/whl/cpu"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"requirements.txt": "torch==2.2.0+cpu\n"}, 1),
        ({"requirements.txt": f"--extra-index-url {INDEX}\ntorch==2.2.0\n"}, 1),
        ({"environment.yml": "name: x\nchannels: [pytorch]\ndependencies:\n  - pytorch=2.2.0\n  - cpuonly\n"}, 1),
        ({"requirements.txt": "torch==2.2.0\n"}, 2),
        ({"requirements.txt": "torch==2.2.0+cu121\n"}, 2),
        ({"requirements.txt": "torch==2.2.0\n", "requirements-cpu.txt": "torch==2.2.0+cpu\n"}, 2),
        ({"requirements.txt": "numpy\n", "requirements-test.txt": "torch==2.2.0+cpu\n"}, 2),
        ({"requirements/readthedocs.txt": f"--extra-index-url {INDEX}\ntorch\n"}, 2),
        ({"requirements.txt": "torch==2.2.0+cpu\n", "docs/requirements.txt": "torch==2.2.0\n"}, 1),
        ({"requirements.txt": "flax\ntensorflow-cpu==2.16.1\n"}, 2),
        ({"requirements.txt": "torch==2.2.0+cpu\ntensorflow==2.16.1\n"}, 1),
        ({"requirements.txt": "torch==2.2.0+cpu\n", "detlint.toml": 'devices = ["cuda"]\n'}, 2),
    ],
)
def test_builds_for_the_cpu(
    files: dict[str, str],
    found: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "level.py").write_text(CODE)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    main(["check", "--select", "DET201", "--output-format", "concise", "level.py"])
    assert capsys.readouterr().out.count(": DET201 ") == found
