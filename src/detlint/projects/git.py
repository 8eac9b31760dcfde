"""git, run for a project: nothing of the user's hooks, nothing that asks. And gh, where GitHub is wanted.

Given a folder; gives what git says, or raises `ProjectError` with git's own words.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from detlint.projects.errors import ProjectError

_SAFE = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.quotePath=false")
_ALONE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")


def found(program: str) -> bool:
    """Whether a program is there."""
    return shutil.which(program) is not None


def run(folder: Path, *arguments: str, accepted: tuple[int, ...] = (0,)) -> bytes:
    """What git prints; raises `ProjectError` if it fails."""
    return _run(["git", *_SAFE, *arguments], folder, accepted).stdout


def status(folder: Path, *arguments: str) -> int:
    """The exit status of git."""
    return _run(["git", *_SAFE, *arguments], folder, None).returncode


def text(folder: Path, *arguments: str) -> str:
    """What git prints, as a text without the end of its line."""
    return run(folder, *arguments).decode("utf-8", "replace").rstrip("\n")


def files(folder: Path) -> list[str] | None:
    """The files below a folder that git keeps, or would keep; None where there is no git or no repository."""
    if not found("git") or status(folder, "rev-parse", "--git-dir") != 0:
        return None
    listed = run(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return list(dict.fromkeys(path for path in listed.decode("utf-8", "replace").split("\0") if path))


def check_identity(folder: Path) -> None:
    """Raise `ProjectError` unless git is there and knows who commits."""
    if not found("git"):
        raise ProjectError("git is not there; without it, leave --git out")
    if status(folder, "var", "GIT_COMMITTER_IDENT") != 0:
        raise ProjectError(
            'git does not know who commits: git config --global user.name "…", git config --global user.email "…"'
        )


def start(folder: Path, message: str) -> None:
    """Make a folder a repository with one commit."""
    run(folder, "init", "-q", "-b", "main")
    run(folder, "add", "--all")
    run(folder, "commit", "-q", "-m", message)


def merge_file(*arguments: str) -> tuple[bytes, bool]:
    """The merge of three files, ours, base and theirs, and whether there are conflicts, which are marked."""
    done = _run(["git", "merge-file", "-p", *arguments], Path.cwd(), None)
    # git gives the number of conflicts, and a number above 127 for an error
    if done.returncode > 127:
        raise ProjectError(f"git merge-file: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout, done.returncode > 0


def publish(folder: Path, owner: str, name: str, kind: str) -> None:
    """Make a repository on GitHub from a folder, by the user's own gh."""
    command = ["gh", "repo", "create", f"{owner}/{name}", f"--{kind}", "--source", ".", "--push"]
    _run(command, folder, (0,))


def _run(command: list[str], folder: Path, accepted: tuple[int, ...] | None) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _ALONE}
    environment["GIT_TERMINAL_PROMPT"] = "0"
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    except OSError as error:
        raise ProjectError(f"{command[0]} cannot be run: {error.strerror or error}") from error
    if accepted is not None and done.returncode not in accepted:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise ProjectError(f"{command[0]}: {said or f'exit status {done.returncode}'}")
    return done
