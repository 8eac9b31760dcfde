from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from detlint.sources.discovery import Patterns, discover, shown_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def make(root: Path, *files: str, **contents: str) -> None:
    """Create empty files (folders are made), and files with contents: `_` stands for the dot of a hidden name."""
    for name, text in [(name, "") for name in files] + list(contents.items()):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def ignore(folder: Path, *patterns: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("\n".join(patterns) + "\n")


def found(root: Path, *paths: str, exclude: Sequence[str] | None = None, force: bool = False) -> list[str]:
    if exclude is None:
        result = discover(paths or ["."], cwd=str(root), force_exclude=force)
    else:
        groups = (Patterns(str(root), exclude),)
        result = discover(paths or ["."], cwd=str(root), exclusion=lambda _: groups, force_exclude=force)
    assert not result.problems
    return [file.path for file in result.files]


def test_python_files_of_all_folders_in_stable_order(tmp_path: Path) -> None:
    make(tmp_path, "b.py", "a/z.py", "a/b/c.pyi", "a.py", "README.md", "nb.ipynb", "script", "B.PY")
    assert found(tmp_path) == ["a.py", "a/b/c.pyi", "a/z.py", "b.py", "nb.ipynb"]
    assert found(tmp_path, "b.py", ".", "a/../a.py", str(tmp_path / "a")) == found(tmp_path)


def test_paths_are_shown_from_the_working_directory(tmp_path: Path) -> None:
    make(tmp_path, "src/a.py", "other/b.py")
    assert found(tmp_path / "src", "../other", ".") == ["../other/b.py", "a.py"]


def test_default_excludes(tmp_path: Path) -> None:
    folders = (".git", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints", "build", "dist", ".tox")
    make(tmp_path, "a.py", *(f"{name}/x.py" for name in folders), *(f"deep/{name}/x.py" for name in folders))
    make(tmp_path, "my-env/pyvenv.cfg", "my-env/lib/x.py")
    assert found(tmp_path) == ["a.py"]


def test_what_is_named_is_taken(tmp_path: Path) -> None:
    make(tmp_path, "build/a.py", "build/b.txt", "build/.venv/c.py", "script")
    assert found(tmp_path, "build/b.txt", "script") == ["build/b.txt", "script"]
    assert found(tmp_path, "build") == ["build/a.py"]
    assert found(tmp_path, "build/a.py", "build", "script", force=True) == ["script"]


def test_a_project_may_lie_below_an_excluded_name(tmp_path: Path) -> None:
    make(tmp_path / "build" / "project", "a.py", "dist/b.py")
    assert found(tmp_path / "build" / "project", "a.py", "dist/b.py", ".", force=True) == ["a.py"]


def test_excludes_are_patterns(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "a_pb2.py", "gen/x.py", "gen/sub/y.py", "keep/gen.py", "docs/conf.py", "src/docs/conf.py")
    assert found(tmp_path, exclude=["*_pb2.py", "gen", "/docs/"]) == ["a.py", "keep/gen.py", "src/docs/conf.py"]
    assert found(tmp_path, "gen", exclude=["*.pyi", "gen/", "y.py"]) == ["gen/x.py"]
    assert found(tmp_path, "gen/sub", "a.py", exclude=["gen/**"], force=True) == ["a.py"]


def test_gitignore_outside_of_a_repository_counts_from_the_named_folder(tmp_path: Path) -> None:
    ignore(tmp_path, "x.py")
    ignore(tmp_path / "project", "y.py")
    make(tmp_path, "project/x.py", "project/y.py", "project/z.py")
    assert found(tmp_path / "project") == ["x.py", "z.py"]


def test_gitignore_of_the_folders_above_in_a_repository(tmp_path: Path) -> None:
    make(tmp_path, ".git/info/exclude", "src/a.py", "src/b.py", "src/c.py", "src/old/d.py")
    (tmp_path / ".git" / "info" / "exclude").write_text("c.py\n")
    ignore(tmp_path, "b.py", "/src/old/")
    assert found(tmp_path) == found(tmp_path, "src") == ["src/a.py"]
    assert found(tmp_path, "src/old") == ["src/old/d.py"]
    assert found(tmp_path / "src" / "old") == ["d.py"]


def test_a_repository_within_has_rules_of_its_own(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "a.py", "x.py", "sub/.git/HEAD", "sub/x.py", "sub/y.py")
    ignore(tmp_path, "x.py")
    ignore(tmp_path / "sub", "y.py")
    assert found(tmp_path) == ["a.py", "sub/x.py"]


@pytest.mark.skipif(shutil.which("git") is None, reason="compares with git, which is not installed")
def test_gitignore_means_what_git_says(tmp_path: Path) -> None:
    files = [
        "a.py", "b.py", "keep.py", "data/a.py", "data/keep.py", "data/raw/x.py", "src/data/b.py", "src/b.py",
        "src/c.py", "src/gen/one.py", "src/gen/two.py", "src/gen/sub/three.py", "out1/x.py", "out2/x.py", "outs/x.py",
        "lib/!odd.py", "lib/#hash.py", "lib/sp ace.py", "deep/a/b/c/d.py", "deep/a/x.py", "só/é.py",
    ]  # fmt: skip
    make(tmp_path, *files)
    ignore(
        tmp_path,
        "# comment", "", "/b.py", "data/*", "!data/keep.py", "out[0-9]/", "\\!odd.py", "\\#hash.py", "sp\\ ace.py",
        "deep/**/d.py", "é.py", "src/gen/*", "!src/gen/sub/",
    )  # fmt: skip
    ignore(tmp_path / "src", "!b.py", "c.*")
    ignore(tmp_path / "src" / "gen", "!two.py")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    listed = subprocess.run(
        ["git", "-C", str(tmp_path), "ls-files", "-z", "-co", "--exclude-standard"], check=True, capture_output=True
    )
    assert found(tmp_path) == sorted(name for name in os.fsdecode(listed.stdout).split("\0") if name.endswith(".py"))


def test_a_broken_ignore_file_ignores_what_it_can(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "b.py", "c.py", "sub/d.py")
    (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbfa.py\r\n\xff\n!\nfoo[\n/b.py\n")
    (tmp_path / "sub" / ".gitignore").mkdir()
    assert found(tmp_path) == ["c.py", "sub/d.py"]


def test_pathspec_is_imported_for_patterns_only(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "a.py", "venv/b.py", "data/c.py")
    code = "import sys; from detlint.sources.discovery import discover\n"
    code += "print([f.path for f in discover(['.']).files], 'pathspec' in sys.modules)"

    def run() -> str:
        return subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True).stdout

    assert run() == "['a.py', 'data/c.py'] False\n"
    ignore(tmp_path, "data", "# comment")
    assert run() == "['a.py'] False\n"
    ignore(tmp_path, "/data/", "*.egg")
    assert run() == "['a.py'] True\n"


def test_missing_paths_are_problems_and_the_rest_is_found(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    result = discover(["gone.py", "a.py", "", "bad\nname", "nul\0.py"], cwd=str(tmp_path))
    assert [file.path for file in result.files] == ["a.py"]
    assert result.problems == [
        "gone.py: no such file or directory",
        "'': no such file or directory",
        "bad\\nname: no such file or directory",
        "nul\\x00.py: no such file or directory",
    ]


def test_notebooks_are_files_of_their_own_kind(tmp_path: Path) -> None:
    make(tmp_path, "a.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb")
    for paths in (["a.ipynb"], ["."]):
        result = discover(paths, cwd=str(tmp_path))
        assert [(file.path, file.kind) for file in result.files] == [("a.ipynb", "notebook")]
        assert not result.notes


def test_links_make_no_loops(tmp_path: Path) -> None:
    make(tmp_path, "pkg/a.py")
    (tmp_path / "pkg" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "pkg" / "self").symlink_to("self")
    (tmp_path / "pkg" / "gone.py").symlink_to("nowhere.py")
    (tmp_path / "pkg" / "b.py").symlink_to("a.py")
    assert found(tmp_path) == ["pkg/a.py", "pkg/b.py"]
    assert found(tmp_path, "pkg/loop/pkg") == ["pkg/loop/pkg/a.py", "pkg/loop/pkg/b.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in the file system")
def test_pipes_are_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert found(tmp_path) == []


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.py", "closed/b.py", "open/c.py")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    result = discover(["."], cwd=str(tmp_path))
    assert [file.path for file in result.files] == ["a.py", "open/c.py"]
    assert {path: problem.message for path, problem in result.unreadable.items()} == {
        "closed": "Cannot be read: Permission denied."
    }


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_cannot_be_printed_are_kept(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9\n.py")
    (tmp_path / name).write_text("")
    (file,) = discover(["."], cwd=str(tmp_path)).files
    assert file.path == name
    assert os.path.exists(file.file)
    assert shown_path(file.file, str(tmp_path)) == "caf\\udce9\\n.py"


def test_patterns_at_the_root_of_the_file_system() -> None:
    root = os.path.abspath(os.sep)
    assert Patterns(root, ("build",)).covers(os.path.join(root, "build", "x"))
    assert not Patterns(root, ("build", "*.egg")).covers(os.path.join(root, "src", "x"))


def test_from_above_the_working_directory(tmp_path: Path) -> None:
    make(tmp_path, "a/b/c/x.py", "a/b/y.py", "a/z.py", "a/bb/w.py")
    home = tmp_path / "a" / "b" / "c"
    assert found(home, str(tmp_path)) == found(home, "../../..") == ["../../bb/w.py", "../../z.py", "../y.py", "x.py"]
