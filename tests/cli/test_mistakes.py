"""Mistakes and hostile surroundings: clear words, and nothing of what is linted is run."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

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
