"""A fresh project, and a way to run detlint in it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from detlint.__main__ import main
from detlint.projects.create import create
from detlint.projects.templates import template

if TYPE_CHECKING:
    from pathlib import Path

Lint = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def git_user(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Somebody who commits, and nobody's settings."""
    home = str(tmp_path_factory.mktemp("home"))
    for name in ("HOME", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, home)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ada@example.org")


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Make a project, which becomes the working directory."""

    def make(name: str = "mlflow-pytorch", version: str | None = None, **answers: str) -> Path:
        chosen = template(name, version)
        root = tmp_path / "shapes"
        create(chosen, chosen.answers({"project_name": "shapes", "year": "2026", **answers}), root)
        monkeypatch.chdir(root)
        return root

    return make


@pytest.fixture
def shapes(make: Callable[..., Path]) -> Path:
    """A fresh project at the newest version of its template."""
    return make()


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str]) -> Lint:
    """Lint the working directory's structure; gives the JSON document."""

    def lint(*options: str, code: bool = False) -> dict[str, Any]:
        capsys.readouterr()
        main(["lint", "--output-format", "json", *([] if code else ["--no-code"]), *options])
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        return document

    return lint


def reported(document: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Code, path and line of all that did not pass."""
    rows = [*document["failed"], *document["warned"]]
    return sorted((row["code"], row["path"], row["location"]["line"]) for row in rows)


def git(root: Path, *arguments: str) -> str:
    """Run git; gives what it prints."""
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def commit(root: Path, message: str = "change") -> None:
    """Commit everything; begins the repository if there is none."""
    if not (root / ".git").exists():
        git(root, "init", "-q", "-b", "main")
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", message)
