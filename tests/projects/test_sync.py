"""`detlint sync`: a newer template is merged on a branch, and nothing is lost."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main
from detlint.projects import git as git_of_projects
from detlint.projects.errors import ProjectError
from tests.projects.conftest import commit, git, reported

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.projects.conftest import Lint

MODULE = "shapes/determinism.py"
MARKER = ".detlint-project.toml"
BRANCH = "detlint-sync-mlflow-pytorch-1.1.0"


@pytest.fixture
def old(make: Callable[..., Path]) -> Path:
    """A project at an older version of its template, under git."""
    root = make(version="1.0.0")
    commit(root)
    return root


def branch(root: Path) -> str:
    """The branch that is checked out."""
    return git(root, "rev-parse", "--abbrev-ref", "HEAD").strip()


def test_nothing_to_do(shapes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync"]) == 0
    assert main(["sync", "--check"]) == 0
    assert "is the newest" in capsys.readouterr().out


def test_a_project_of_its_own(old: Path, lint: Lint, tmp_path: Path) -> None:
    (old / "shapes" / "train.py").write_text("print('mine')\n")
    (old / "shapes" / "extra.py").write_text("x = 1\n")
    readme = (old / "README.md").read_text() + "\nMore words.\n"
    (old / "README.md").write_text(readme)
    commit(old)
    assert main(["sync", "--check"]) == 1
    body = tmp_path / "body.md"
    assert main(["sync", "--body", str(body)]) == 0
    assert branch(old) == BRANCH
    assert git(old, "status", "--porcelain") == ""
    assert 'template-version = "1.1.0"' in (old / MARKER).read_text()
    assert "def _code()" in (old / MODULE).read_text()
    assert (old / ".pre-commit-config.yaml").is_file()
    assert (old / "shapes" / "train.py").read_text() == "print('mine')\n"
    assert (old / "README.md").read_text() == readme
    assert "- `.pre-commit-config.yaml`" in body.read_text()
    assert reported(lint("--ignore", "DET605")) == []
    git(old, "switch", "-q", "main")
    assert 'template-version = "1.0.0"' in (old / MARKER).read_text()
    assert main(["sync"]) == 2  # the branch is there


def test_changes_on_both_sides_are_merged(old: Path) -> None:
    file = old / MODULE
    file.write_text(file.read_text() + "\n\ndef mine() -> None:\n    pass\n")
    commit(old)
    assert main(["sync"]) == 0
    text = file.read_text()
    assert "def mine()" in text
    assert "def _code()" in text


def test_line_ends_of_the_project_stay(old: Path) -> None:
    file = old / MODULE
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n") + b"# mine\r\n")
    (old / ".gitattributes").write_text("* -text\n")
    commit(old)
    assert main(["sync"]) == 0
    data = file.read_bytes()
    assert b"def _code()" in data
    assert data.count(b"\n") == data.count(b"\r\n")


def test_conflicts_are_marked_and_not_committed(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = old / MODULE
    file.write_text(file.read_text().replace('        "seed": _seed,\n', '        "our_seed": _seed,\n'))
    commit(old)
    head = git(old, "rev-parse", "HEAD")
    assert main(["sync"]) == 1
    assert f"conflict {MODULE}" in capsys.readouterr().out
    text = file.read_text()
    assert "<<<<<<< project\n" in text
    assert ">>>>>>> mlflow-pytorch 1.1.0\n" in text
    assert git(old, "rev-parse", "HEAD") == head
    assert branch(old) == BRANCH


def test_conflicts_can_be_committed_for_review(old: Path, tmp_path: Path) -> None:
    file = old / MODULE
    file.write_text(file.read_text().replace('        "seed": _seed,\n', '        "our_seed": _seed,\n'))
    commit(old)
    assert main(["sync", "--commit-conflicts", "--body", str(tmp_path / "body.md")]) == 1
    assert git(old, "status", "--porcelain") == ""
    assert f"which are marked**\n\n- `{MODULE}`" in (tmp_path / "body.md").read_text()


def test_a_new_file_that_is_there_already_is_not_overwritten(old: Path) -> None:
    file = old / ".pre-commit-config.yaml"
    file.write_text("repos: []\n")
    assert main(["sync"]) == 1
    assert "repos: []\n" in file.read_text()
    assert "<<<<<<<" in file.read_text()


def test_excluded_and_deleted_files(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    marker = (old / MARKER).read_text()
    (old / MARKER).write_text(marker.replace("exclude = []", 'exclude = [".pre-commit-config.yaml"]'))
    (old / MODULE).unlink()
    commit(old)
    assert main(["sync"]) == 0
    out = capsys.readouterr().out
    assert "excluded .pre-commit-config.yaml" in out
    assert f"restored {MODULE}" in out
    assert not (old / ".pre-commit-config.yaml").exists()
    assert (old / MODULE).exists()


def test_the_level_of_the_project(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    marker = (old / MARKER).read_text()
    (old / MARKER).write_text(marker.replace('level = "patch"', 'level = "major"'))
    assert main(["sync", "--check"]) == 0
    assert "1.1.0 is a smaller step than the project takes (level: major); detlint sync --to" in capsys.readouterr().out
    (old / MARKER).write_text(marker.replace('level = "patch"', 'level = "minor"'))
    assert main(["sync", "--check"]) == 1


def test_a_dry_run_changes_nothing(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", "--dry-run"]) == 0
    assert capsys.readouterr().out.endswith("(nothing was changed)\n")
    assert branch(old) == "main"
    assert git(old, "status", "--porcelain") == ""


@pytest.mark.parametrize("staged", [True, False])
def test_a_dirty_tree_is_refused(old: Path, capsys: pytest.CaptureFixture[str], staged: bool) -> None:
    (old / "README.md").write_text("mine\n")
    if staged:
        git(old, "add", "--all")
    assert main(["sync"]) == 2
    assert "not committed (README.md)" in capsys.readouterr().err
    assert branch(old) == "main"
    assert (old / "README.md").read_text() == "mine\n"


def test_no_git_no_marker(make: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(version="1.0.0")
    assert main(["sync"]) == 2
    assert "needs a git repository" in capsys.readouterr().err
    git(root, "init", "-q")
    assert main(["sync"]) == 2
    assert "no commit yet" in capsys.readouterr().err
    assert main(["sync", str(tmp_path)]) == 2
    assert "is no project made from a template" in capsys.readouterr().err
    assert main(["sync", "--to", "7.0.0"]) == 2


def test_comments_beside_the_version_of_the_template_stay(old: Path) -> None:
    marker = old / MARKER
    text = marker.read_text().replace('"mlflow-pytorch"\n', '"mlflow-pytorch"  # detlint: ignore[DET602] no need\n')
    marker.write_text(text.replace('"1.0.0"\n', '"1.0.0"  # as of today\n'))
    commit(old)
    assert main(["sync"]) == 0
    assert marker.read_text() == marker.read_text().replace("1.0.0", "1.1.0")
    assert 'template = "mlflow-pytorch"  # detlint: ignore[DET602] no need\n' in marker.read_text()
    assert 'template-version = "1.1.0"  # as of today\n' in marker.read_text()


def test_a_body_that_cannot_be_written_is_told_first(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", "--body", "none/body.md"]) == 2
    assert "none is no folder" in capsys.readouterr().err
    assert git(old, "branch", "--list").split() == ["*", "main"]


def test_a_failure_takes_everything_back(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = git_of_projects.run

    def failing(folder: Path, *arguments: str, **options: object) -> bytes:
        if arguments[0] == "add":
            raise ProjectError("disk full")
        return run(folder, *arguments)

    monkeypatch.setattr(git_of_projects, "run", failing)
    assert main(["sync"]) == 2
    assert branch(old) == "main"
    assert git(old, "status", "--porcelain") == ""
    assert git(old, "branch", "--list", BRANCH) == ""


def test_nothing_is_written_through_a_link(old: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_bytes((old / MODULE).read_bytes())
    before = outside.read_bytes()
    (old / MODULE).unlink()
    os.symlink(outside, old / MODULE)
    commit(old)
    assert main(["sync"]) == 2
    assert outside.read_bytes() == before
    assert branch(old) == "main"


@pytest.mark.parametrize("detached", [False, True])
def test_a_commit_that_fails_takes_everything_back(
    old: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], detached: bool
) -> None:
    if detached:
        git(old, "switch", "-q", "--detach")
    before = git(old, "rev-parse", "HEAD")
    git(old, "config", "user.useConfigOnly", "true")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{who}_NAME")
        monkeypatch.delenv(f"GIT_{who}_EMAIL")
    assert main(["sync"]) == 2
    assert "git: " in capsys.readouterr().err
    assert git(old, "rev-parse", "HEAD") == before
    assert git(old, "branch", "--show-current").strip() == ("" if detached else "main")
    assert git(old, "branch", "--list", "detlint-*") == ""
    assert git(old, "status", "--porcelain") == ""
