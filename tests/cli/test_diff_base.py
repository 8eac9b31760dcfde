"""`--diff-base`: only what is on changed lines; git is asked for nothing that runs the repository's programs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detlint.changes import changed_lines, new_lines
from tests.cli.conftest import BENCHMARK, Run
from tests.cli.test_outputs import NOTEBOOK

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

SECOND = "torch.backends.cudnn.deterministic = False\n"
ODD = 'ä "b" \\ c.py'


def git(folder: Path, *arguments: str) -> None:
    """Run git without the settings of whoever runs the tests."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.invalid", *arguments]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


def commit(folder: Path) -> None:
    """Commit all files."""
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", "x")


@pytest.fixture
def repository(project: Path) -> Path:
    """A repository in which the files with findings are committed."""
    (project / ".git").rmdir()
    git(project, "init", "-q", "-b", "main")
    (project / "train.py").write_text(BENCHMARK)
    (project / ODD).write_text(BENCHMARK)
    (project / "n.ipynb").write_text(NOTEBOOK)
    commit(project)
    return project


def found(detlint: Run, *arguments: str) -> list[tuple[str, int]]:
    """What is reported: paths and lines."""
    outcome = detlint(*(arguments or (".", "--diff-base", "HEAD")), "--output-format", "json")
    assert outcome.status in (0, 1), outcome.err
    return [(item["path"], item["location"]["line"]) for item in json.loads(outcome.out)["diagnostics"]]


def test_only_changed_lines(detlint: Run, repository: Path) -> None:
    assert found(detlint) == []
    (repository / "train.py").write_text("# new\n" + BENCHMARK + SECOND)
    (repository / ODD).write_text(BENCHMARK + "++ 1\n+++ b/train.py\n".replace("+", "# +") + SECOND)
    assert found(detlint) == [("train.py", 5), (ODD, 6)]
    outcome = detlint(".", "--diff-base", "HEAD")
    assert outcome.err == "detlint: 3 not shown: on lines that are as in HEAD\n"


def test_new_files_and_notebooks(detlint: Run, repository: Path) -> None:
    (repository / "new.py").write_text(BENCHMARK)
    (repository / "n.ipynb").write_text(NOTEBOOK.replace("# a", "# b"))
    assert found(detlint) == [("new.py", 3)]
    (repository / "n.ipynb").write_text(NOTEBOOK.replace("benchmark = True", "benchmark  = True"))
    assert found(detlint) == [("n.ipynb", 3), ("new.py", 3)]


@pytest.mark.parametrize("name", ["b/new.py", 'ö "x".py'])
def test_a_file_that_was_renamed_is_compared_with_what_it_was(detlint: Run, repository: Path, name: str) -> None:
    (repository / "train.py").write_text(BENCHMARK + "print(1)\n" * 9)
    commit(repository)
    (repository / "b").mkdir()
    git(repository, "mv", "train.py", name)
    git(repository, "mv", ODD, "other.py")
    assert found(detlint) == []
    text = (repository / name).read_text() + SECOND
    (repository / name).write_text(text)
    assert found(detlint) == [(name, text.count("\n"))]
    assert detlint(".", "--diff-base", "HEAD", "--fix", "--unsafe-fixes").status == 0
    assert (repository / name).read_text() == text.replace(SECOND, SECOND.replace("False", "True"))


def test_a_multiline_finding_with_one_changed_line(detlint: Run, repository: Path) -> None:
    text = "import torch\n\ntorch.use_deterministic_algorithms(\n    False\n)\n"
    (repository / "train.py").write_text(text)
    before = found(detlint)
    commit(repository)
    (repository / "train.py").write_text(text.replace("False", "False  # really"))
    assert [line for _, line in found(detlint)] in ([], [line for _, line in before])
    assert found(detlint, ".", "--diff-base", "HEAD~1")


def test_from_a_folder_below_and_for_a_branch(detlint: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository, "switch", "-q", "-c", "mine")
    (repository / "sub").mkdir()
    (repository / "sub" / "a.py").write_text(BENCHMARK)
    commit(repository)
    git(repository, "switch", "-q", "main")
    (repository / "train.py").write_text("import torch\n")
    commit(repository)
    git(repository, "switch", "-q", "mine")
    assert found(detlint, ".", "--diff-base", "main...") == [("sub/a.py", 3)]
    assert ("train.py", 3) in found(detlint, ".", "--diff-base", "main")
    monkeypatch.chdir(repository / "sub")
    assert found(detlint, ".", "--diff-base", "main") == [("a.py", 3)]


def test_programs_of_the_repository_are_not_run(detlint: Run, repository: Path) -> None:
    trap = repository / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch '{repository}/sprung'\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "diff.evil.command", "diff.evil.textconv", "core.pager"):
        git(repository, "config", key, str(trap))
    (repository / ".gitattributes").write_text("*.py diff=evil\n")
    (repository / "train.py").write_text(BENCHMARK + SECOND)
    assert found(detlint) == [("train.py", 4)]
    assert not (repository / "sprung").exists()


def test_settings_of_git_change_nothing(detlint: Run, repository: Path) -> None:
    for key, value in {
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "color.ui": "always",
        "diff.context": "9",
    }.items():
        git(repository, "config", key, value)
    (repository / ".gitattributes").write_text("*.py -diff\n")
    (repository / "train.py").write_text(BENCHMARK + SECOND)
    assert found(detlint) == [("train.py", 4)]


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "nowhere...", ""])
def test_an_unknown_revision_is_told(detlint: Run, repository: Path, revision: str) -> None:
    outcome = detlint(".", f"--diff-base={revision}")
    assert outcome.status == 2
    assert "no such revision" in outcome.err
    assert not (repository / "x").exists()


def test_outside_of_a_repository_it_is_told(detlint: Run, project: Path) -> None:
    (project / ".git").rmdir()
    (project / "train.py").write_text(BENCHMARK)
    outcome = detlint(".", "--diff-base", "HEAD")
    assert outcome.status == 2
    assert "is in no git repository" in outcome.err


def test_standard_input_is_compared_with_the_file_that_it_stands_for(detlint: Run, repository: Path) -> None:
    arguments = ("-", "--stdin-filename", "train.py", "--diff-base", "HEAD")
    text = "# new\r\n" + (BENCHMARK + SECOND).replace("\n", "\r\n")
    outcome = detlint(*arguments, "--output-format", "json", stdin=text.encode())
    assert [item["location"]["line"] for item in json.loads(outcome.out)["diagnostics"]] == [5]
    outcome = detlint(*arguments, "--fix", "--unsafe-fixes", stdin=(BENCHMARK + SECOND).encode())
    assert outcome.out == BENCHMARK + SECOND.replace("False", "True")


def test_standard_input_without_a_name_has_nothing_to_be_compared_with(detlint: Run, repository: Path) -> None:
    outcome = detlint("-", "--diff-base", "HEAD", stdin=BENCHMARK.encode())
    assert outcome.status == 2
    assert "--diff-base with - needs --stdin-filename" in outcome.err


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_only_what_is_on_changed_lines_is_fixed(detlint: Run, repository: Path, option: str) -> None:
    text = "# new\n" + BENCHMARK + SECOND
    (repository / "train.py").write_text(text)
    fixed = text.replace("deterministic = False", "deterministic = True")
    outcome = detlint(".", "--diff-base", "HEAD", option, "--unsafe-fixes")
    if option == "--fix":
        assert (repository / "train.py").read_text() == fixed
        assert outcome.status == 0
        assert detlint(".", "--diff-base", "HEAD", option, "--unsafe-fixes").out == "No findings in 3 files.\n"
    else:
        assert [line for line in outcome.out.splitlines() if line[:1] in "+-"] == [
            "--- train.py",
            "+++ train.py",
            f"-{SECOND.rstrip()}",
            "+torch.backends.cudnn.deterministic = True",
        ]
        assert (repository / "train.py").read_text() == text


def test_lines_that_fixes_insert_do_not_make_old_lines_new(detlint: Run, repository: Path) -> None:
    old = "import random\n\n\ndef shuffled(x):\n    return random.Random().sample(x, 2)\n"
    (repository / "old.py").write_text(old)
    commit(repository)
    new = old + "\n\ndef chosen(x):\n    return random.Random().choice(x)\n"
    (repository / "old.py").write_text(new)
    assert found(detlint, "old.py", "--diff-base", "HEAD") == [("old.py", 9)]
    detlint("old.py", "--diff-base", "HEAD", "--fix", "--unsafe-fixes")
    fixed = new.replace("import random\n", "import random\n\nSEED = 42\n").replace(
        "Random().choice", "Random(SEED).choice"
    )
    assert (repository / "old.py").read_text() == fixed


def test_comments_are_written_for_changed_lines_only(detlint: Run, repository: Path) -> None:
    (repository / "train.py").write_text(BENCHMARK + SECOND)
    outcome = detlint(".", "--diff-base", "HEAD", "--add-ignores")
    assert outcome.status == 0
    comment = "  # detlint: ignore[DET206] TODO: say why\n"
    assert (repository / "train.py").read_text() == BENCHMARK + SECOND.rstrip("\n") + comment


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_lines_that_are_not_new_are_those_of_the_other_text(before: list[str], after: list[str]) -> None:
    old, new = "\n".join(before).encode(), "\n".join(after).encode()
    changed = {line for start, end in new_lines(old, new) for line in range(start, end + 1)}
    kept = [line for number, line in enumerate(new.split(b"\n"), 1) if number not in changed]
    rest = iter(old.split(b"\n"))
    assert all(line in rest for line in kept)
    assert bool(changed) <= (old != new)


def test_diffs_are_read_by_their_counts() -> None:
    diff = b"""diff --git a/x b/x
--- a/x
+++ b/x y\t
@@ -1,2 +1,3 @@ def f():
-old
-- a
+++ b/z
+@@ -1 +9 @@
+new
@@ -9 +9,0 @@
-gone
diff --git "a/q" "b/q"
--- "a/\\303\\244\\t"
+++ "b/\\303\\244\\t\\""
@@ -0,0 +4 @@
+n
"""
    assert changed_lines(diff) == {b"x y": [(1, 3)], 'ä\t"'.encode(): [(4, 4)]}
