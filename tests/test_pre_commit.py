"""The pre-commit hook, run by pre-commit itself in a git repository."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pre_commit", reason="pre-commit is not installed")

ROOT = Path(__file__).parents[1]
BAD = "import torch\n\ntorch.backends.cudnn.benchmark = True\n"


def git(*arguments: str, cwd: Path) -> None:
    """Run git without the user's settings."""
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", *arguments],
        cwd=cwd,
        check=True,
        capture_output=True,
    )


def hooks() -> list[dict[str, Any]]:
    """The hooks that this project offers, as pre-commit reads them."""
    found: list[dict[str, Any]] = import_module("pre_commit.clientlib").load_manifest(
        str(ROOT / ".pre-commit-hooks.yaml")
    )
    return found


def test_the_manifest() -> None:
    (hook,) = hooks()
    assert hook["id"] == "detlint"
    assert hook["language"] == "python"
    assert hook["require_serial"] is True
    assert set(hook["types_or"]) == {"python", "pyi", "jupyter"}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository that uses the hook's own entry, with the detlint that is being tested."""
    (hook,) = hooks()
    # `language: system` saves building an environment, which would need the network; all else is the hook's
    config = [
        "repos:",
        "- repo: local",
        "  hooks:",
        "  - id: detlint",
        "    name: detlint",
        f"    entry: {str(hook['entry']).replace('detlint', f'{sys.executable} -m detlint', 1)}",
        "    language: system",
        f"    types_or: [{', '.join(hook['types_or'])}]",
        f"    require_serial: {str(hook['require_serial']).lower()}",
    ]
    (tmp_path / ".pre-commit-config.yaml").write_text("\n".join(config) + "\n")
    git("init", "-q", cwd=tmp_path)
    return tmp_path


def pre_commit(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the hooks."""
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--color", "never", *arguments],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PRE_COMMIT_HOME": str(repository / ".git" / "pre-commit-home")},
    )


def test_a_finding_stops_the_commit(repository: Path) -> None:
    (repository / "train.py").write_text(BAD)
    (repository / "notes.txt").write_text(BAD)
    git("add", ".", cwd=repository)
    done = pre_commit(repository)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "train.py:3:" in done.stdout
    assert "DET205" in done.stdout
    assert "notes.txt" not in done.stdout


def test_only_what_is_staged_is_checked(repository: Path) -> None:
    (repository / "old.py").write_text(BAD)
    git("add", ".", cwd=repository)
    git("commit", "-q", "-m", "old", cwd=repository)
    (repository / "new.py").write_text("import torch\n")
    git("add", ".", cwd=repository)
    done = pre_commit(repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_excludes_of_the_settings_hold(repository: Path) -> None:
    (repository / "old.py").write_text(BAD)
    (repository / "detlint.toml").write_text('extend-exclude = ["old.py"]\n')
    git("add", ".", cwd=repository)
    done = pre_commit(repository, "--all-files")
    assert done.returncode == 0, done.stdout + done.stderr
