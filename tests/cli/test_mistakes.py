"""Mistakes and hostile surroundings: clear words, and nothing of what is linted is run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


def test_a_framework_that_nobody_knows_is_an_error(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text("x = 1\n")
    outcome = detlint("--target", "torc=2.4", "a.py")
    assert outcome.status == 2
    assert "did you mean torch?" in outcome.err


def test_the_linted_folder_is_not_imported_by_python_m(project: Path) -> None:
    (project / "libcst.py").write_text(f"open({str(project / 'marker')!r}, 'w').close()\n")
    (project / "a.py").write_text("import torch\n\nprint(torch.rand(3))\n")
    environment = {**os.environ, "PYTHONSAFEPATH": ""}
    done = subprocess.run(
        [sys.executable, "-m", "detlint", "--isolated", "--output-format", "concise", "."],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert "DET207" in done.stdout, done.stderr
    assert not (project / "marker").exists()


def test_a_report_that_cannot_be_written_is_no_internal_error(project: Path) -> None:
    (project / "a.py").write_text("import torch\n\nprint(torch.rand(3))\n")
    if not os.path.exists("/dev/full"):
        return
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "detlint", "."], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


SLOW = """
import time
from pathlib import Path
from detlint.plugins import Pack, hookimpl
from detlint.rules.base import Candidates, Rule

class Slow(Rule):
    code = "ACM101"
    name = "acme-slow"
    summary = "slow"
    why = "It waits."
    scope = "file"
    candidates = Candidates(words=("benchmark",))

    def check_file(self):
        Path("started").touch()
        time.sleep(120)

@hookimpl
def detlint_pack():
    return Pack(name="acme", prefix="ACM", rules=(Slow,))
"""


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="processes are forked")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_ends_the_run_at_once(project: Path, jobs: str) -> None:
    (project / "acme_slow.py").write_text(SLOW)
    for number in range(40):
        (project / f"train{number}.py").write_text("import torch\n\ntorch.backends.cudnn.benchmark = True\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "detlint", ".", "-j", jobs, "--plugin", "acme_slow", "--extend-select", "ACM"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(project), os.environ.get("PYTHONPATH", "")))},
    )  # fmt: skip
    for _ in range(600):
        if (project / "started").exists():
            break
        time.sleep(0.05)
    # As a terminal does it: all processes of the group are interrupted.
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (2, "", "detlint: interrupted\n")


@pytest.mark.parametrize("arguments", [("help",), ("--help",), ("-h",)])
def test_help_is_a_word_too(detlint: Run, arguments: tuple[str, ...]) -> None:
    assert detlint(*arguments) == detlint("--help")
    assert detlint("help", "explain") == detlint("explain", "--help")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--target", "pytroch=2.4"), "--target: no rule knows a framework `pytroch`; did you mean torch?"),
        (("--target", "torhc=2.4"), "--target: no rule knows a framework `torhc`; did you mean torch?"),
        (("--devices", "gpu"), "--devices (entry 1) must be one of cuda, cpu, mps, not 'gpu'"),
    ],
)
def test_what_is_told_of_a_wrong_target(detlint: Run, project: Path, arguments: tuple[str, ...], message: str) -> None:
    (project / "a.py").write_text("x = 1\n")
    assert detlint("a.py", *arguments).err == f"detlint: error: {message}\n"


def test_targets_go_by_the_names_of_distributions(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text("import torch\n\ndef f(x: torch.Tensor):\n    return x.cumsum(0)\n")
    old = [detlint("a.py", "--target", f"{name}=2.10").status for name in ("torch", "pytorch")]
    new = [detlint("a.py", "--target", f"{name}=2.14", "--select", "DET201").status for name in ("torch", "PyTorch")]
    assert (old, new) == ([1, 1], [0, 0])
    (project / "detlint.toml").write_text('target = { pytorch = "2.14", scikit-learn = "1.3" }\n')
    assert detlint("a.py", "--select", "DET201").status == 0
    assert "scikit-learn" not in detlint("a.py", "--verbose").err
