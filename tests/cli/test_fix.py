"""`--fix` and `--diff`, from the command line to the bytes on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from detlint.fixes import writing

if TYPE_CHECKING:
    from tests.cli.conftest import Run

SETTING = "import torch\n\ntorch.backends.cudnn.determinstic = True\n"
FIXED = SETTING.replace("determinstic", "deterministic")
PACK = "tests.fixes.packs"


def test_a_fix_is_written_and_nothing_is_left(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(SETTING)
    outcome = detlint("--fix", "train.py")
    assert (project / "train.py").read_text() == FIXED
    assert outcome.status == 0
    assert outcome.out == "Fixed 1 finding in 1 file:\n  train.py: 1 x DET111\nNo findings left in 1 file.\n"
    assert sorted(os.listdir(project)) == [".git", "train.py"]


def test_a_second_run_does_nothing(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(SETTING)
    detlint("--fix", "train.py")
    before = (project / "train.py").stat()
    outcome = detlint("--fix", "train.py")
    assert outcome.out == "No findings in 1 file.\n"
    after = (project / "train.py").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(("options", "status"), [((), 0), (("--exit-non-zero-on-fix",), 1)])
def test_exit_status(detlint: Run, project: Path, options: tuple[str, ...], status: int) -> None:
    (project / "train.py").write_text(SETTING)
    assert detlint("--fix", *options, "train.py").status == status
    assert detlint("--fix", *options, "train.py").status == 0


def test_findings_without_a_fix_fail_the_run(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(SETTING + "torch.backends.cudnn.determinstic = False\n")
    outcome = detlint("--fix", "train.py")
    assert outcome.status == 1
    assert "1 finding left (1 error) in 1 of 1 file.\n1 needs a person.\n" in outcome.out


def test_marks_say_what_can_be_fixed(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(SETTING)
    assert "error[DET111] [*] `torch" in detlint("train.py").out
    assert "train.py:3:1: DET111 [*] `torch" in detlint("--output-format", "concise", "train.py").out
    assert detlint("train.py").out.endswith("[*] 1 can be fixed with `--fix`.\n")


def test_a_diff_is_shown_and_nothing_is_written(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(SETTING.rstrip("\n"))
    outcome = detlint("--diff", "train.py")
    assert outcome.status == 1
    assert outcome.err == "Would fix 1 finding.\n"
    assert outcome.out == (
        "--- train.py\n+++ train.py\n@@ -1,3 +1,3 @@\n import torch\n \n"
        "-torch.backends.cudnn.determinstic = True\n\\ No newline at end of file\n"
        "+torch.backends.cudnn.deterministic = True\n\\ No newline at end of file\n"
    )
    assert (project / "train.py").read_text() == SETTING.rstrip("\n")
    assert detlint("--fix", "train.py").status == 0
    assert detlint("--diff", "train.py").status == 0


def test_patch_takes_the_diff(detlint: Run, project: Path) -> None:
    (project / "train.py").write_bytes(b"\xef\xbb\xbf" + SETTING.replace("\n", "\r\n").encode() + "x = 'é'".encode())
    (project / "fix.patch").write_bytes(detlint("--diff", "train.py").out.encode())
    subprocess.run(["patch", "--binary", "-s", "-p0", "-i", "fix.patch"], check=True)
    expected = b"\xef\xbb\xbf" + FIXED.replace("\n", "\r\n").encode() + "x = 'é'".encode()
    assert (project / "train.py").read_bytes() == expected


def test_a_diff_has_colours_on_a_terminal(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(SETTING)
    out = detlint("--diff", "--color", "always", "train.py").out
    assert "\x1b[31m-torch.backends.cudnn.determinstic = True" in out
    assert "\x1b[32m+torch.backends.cudnn.deterministic = True" in out


def test_standard_input_comes_out_fixed(detlint: Run) -> None:
    outcome = detlint("--fix", "-", stdin=SETTING.encode())
    assert outcome.out == FIXED
    assert "Fixed 1 finding" in outcome.err
    assert outcome.status == 0


@pytest.mark.parametrize("text", ["x = 1\n", "x = (\n", ""])
def test_standard_input_without_fixes_comes_out_as_it_went_in(detlint: Run, text: str) -> None:
    assert detlint("--fix", "-", stdin=text.encode()).out == text


def test_standard_input_keeps_its_bytes(project: Path) -> None:
    data = b"\xef\xbb\xbf" + SETTING.replace("\n", "\r\n").encode()
    run = subprocess.run(
        [sys.executable, "-m", "detlint", "--fix", "-"], input=data, capture_output=True, check=False, cwd=project
    )
    assert run.stdout == data.replace(b"determinstic", b"deterministic")


def test_the_diff_of_standard_input(detlint: Run) -> None:
    outcome = detlint("--diff", "-", "--stdin-filename", "a.py", stdin=SETTING.encode())
    assert outcome.out.startswith("--- a.py\n+++ a.py\n")
    assert outcome.status == 1


def test_what_a_comment_hides_is_not_fixed(detlint: Run, project: Path) -> None:
    text = SETTING.rstrip("\n") + "  # detlint: ignore[DET111] kept for a test\n"
    (project / "train.py").write_text(text)
    assert detlint("--fix", "train.py").out == "No findings in 1 file.\n"
    assert (project / "train.py").read_text() == text


def test_rules_that_are_off_are_not_fixed(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(SETTING)
    detlint("--fix", "--ignore", "DET111", "train.py")
    assert (project / "train.py").read_text() == SETTING


def test_settings_say_which_fixes_are_safe(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(SETTING)
    (project / "detlint.toml").write_text('extend-unsafe-fixes = ["DET1"]\n')
    outcome = detlint("--fix", "train.py")
    assert (project / "train.py").read_text() == SETTING
    assert "1 can be fixed with `--unsafe-fixes`" in outcome.out
    assert "[*]" not in detlint("train.py").out
    assert "[*]" in detlint("--unsafe-fixes", "train.py").out
    (project / "detlint.toml").write_text('extend-unsafe-fixes = ["DET1"]\nextend-safe-fixes = ["DET111"]\n')
    assert detlint("--fix", "train.py").status == 0


def test_fixes_in_json(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(SETTING)
    (diagnostic,) = json.loads(detlint("--output-format", "json", "train.py").out)["diagnostics"]
    place = {"location": {"line": 3, "column": 22}, "end_location": {"line": 3, "column": 34}}
    assert diagnostic["fix"] == {
        "applicability": "safe",
        "message": "Assign to `torch.backends.cudnn.deterministic`",
        "edits": [{**place, "content": "deterministic"}],
    }
    assert json.loads(detlint("--fix", "--output-format", "json", "train.py").out)["summary"]["fixed"] == {"DET111": 1}


def test_a_notebook_is_fixed_in_place(detlint: Run, project: Path) -> None:
    code: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Train \u00e9"]},
        {**code, "source": ["%matplotlib inline\n", "import torch"]},
        {**code, "source": ["%%time\n", "torch.backends.cudnn.determinstic = True\n", "!ls"]},
    ]
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=2)
    (project / "train.ipynb").write_text(data)
    shown = detlint("--diff", "train.ipynb").out
    assert shown.startswith("--- train.ipynb:cell 3\n")
    assert detlint("--fix", "train.ipynb").status == 0
    assert (project / "train.ipynb").read_text() == data.replace("determinstic", "deterministic")


def test_code_on_the_line_of_a_magic_is_left(detlint: Run, project: Path) -> None:
    source = ["import torch\n", "%time torch.backends.cudnn.determinstic = True"]
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "source": source}
    data = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (project / "train.ipynb").write_text(data)
    assert detlint("--fix", "train.ipynb").status == 1
    assert (project / "train.ipynb").read_text() == data


CONFIGS = {
    "Dockerfile": (
        "FROM python:3.11\nENV PYTHONHASHSEED=random \\\n    A=1\n",
        "PYTHONHASHSEED=random",
        "PYTHONHASHSEED=0",
    ),
    "docker-compose.yml": (
        "services:\n  train:\n    image: a:1\n    environment:\n      CUBLAS_WORKSPACE_CONFIG: 4096  # memory\n",
        "CONFIG: 4096",
        'CONFIG: ":4096:8"',
    ),
    "compose.yaml": (
        "services:\n  train:\n    image: a:1\n    environment:\n      - PYTHONHASHSEED=random\r\n",
        "=random",
        "=0",
    ),
    ".env": ("A=b\nexport CUBLAS_WORKSPACE_CONFIG=':16:2' # x\n", "':16:2'", "':4096:8'"),
    "run.sh": ('#!/bin/sh\nexport TF_DETERMINISTIC_OPS="0"\npython train.py\n', '"0"', '"1"'),
}


@pytest.mark.parametrize(("name", "case"), CONFIGS.items(), ids=CONFIGS)
def test_files_around_the_code_are_fixed(detlint: Run, project: Path, name: str, case: tuple[str, str, str]) -> None:
    text, old, new = case
    (project / "train.py").write_text("x = 1\n")
    (project / name).write_bytes(text.encode())
    outcome = detlint("--fix", "--select", "DET502,DET506", ".")
    assert (project / name).read_bytes().decode() == text.replace(old, new)
    assert outcome.status == 0


# ---------------------------------------------------------------------------------------------- what is left, and said
def test_a_file_is_never_broken(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text("x = broken\nleft\n")
    (project / "b.py").write_text(SETTING)
    outcome = detlint("--fix", "--plugin", PACK, "--ignore", "ACM102,ACM103", ".")
    assert outcome.status == 2
    assert "a.py: ACM101 not fixed: the file would be broken: Cannot be parsed" in outcome.err
    assert (project / "a.py").read_text() == "x = broken\nleft\n"
    assert (project / "b.py").read_text() == FIXED
    assert "ACM101" in outcome.out


def test_fixes_that_undo_one_another_are_told(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text("left\n")
    outcome = detlint("--fix", "--plugin", PACK, "a.py")
    assert outcome.status == 2
    assert "a.py: ACM103 not fixed: fixes undo one another" in outcome.err
    assert (project / "a.py").read_text() == "right\n"


def test_fixes_that_do_not_settle_are_told(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text("more\nleft\n")
    outcome = detlint("--fix", "--plugin", PACK, "--ignore", "ACM103", "a.py")
    assert outcome.status == 2
    assert "a.py: ACM104 not fixed: it is still found afterwards" in outcome.err
    assert (project / "a.py").read_text() == "more\nright\n"


def test_a_file_that_changes_meanwhile_is_left(detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "a.py").write_text(SETTING)
    (project / "b.py").write_text(SETTING)
    write = writing.replace_together

    def edited_meanwhile(files: list[writing.Replacement]) -> None:
        if files[0].file.endswith("a.py"):
            Path(files[0].file).write_text("edited = 1\n")
        write(files)

    monkeypatch.setattr("detlint.cli.fixing.replace_together", edited_meanwhile)
    outcome = detlint("--fix", ".")
    assert outcome.status == 2
    assert "a.py: not fixed: it was changed while it was being checked" in outcome.err
    assert (project / "a.py").read_text() == "edited = 1\n"
    assert (project / "b.py").read_text() == FIXED
    assert "Fixed 1 finding in 1 file:\n  b.py: 1 x DET111" in outcome.out


def test_a_read_only_file_is_told_and_its_findings_are_reported(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text(SETTING)
    (project / "a.py").chmod(0o444)
    outcome = detlint("--fix", ".")
    assert outcome.status == 2
    assert "a.py: not fixed: it is read-only" in outcome.err
    assert "DET111" in outcome.out


def test_a_file_of_two_paths_is_fixed_once(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text(SETTING)
    (project / "b.py").symlink_to("a.py")
    outcome = detlint("--fix", "a.py", "b.py")
    assert outcome.status == 0, outcome
    assert (project / "a.py").read_text() == FIXED
    assert (project / "b.py").is_symlink()


def test_processes_see_what_was_fixed(detlint: Run, project: Path) -> None:
    for number in range(40):
        (project / f"a{number}.py").write_text(SETTING)
    outcome = detlint("--fix", "-j", "2", ".")
    assert outcome.status == 0
    assert all(file.read_text() == FIXED for file in project.glob("*.py"))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_no_terminal_can_show(detlint: Run, project: Path) -> None:
    name = os.fsdecode(b"caf\xe9\x1b[31m\n.py")
    (project / name).write_text("import glob\n\n\ndef first():\n    return glob.glob('*')[0]\n")
    shown = "caf\\udce9\\x1b[31m\\n.py"
    assert detlint(".", "--diff").out.splitlines()[:2] == [f"--- {shown}", f"+++ {shown}"]
    assert f"  {shown}: 1 x DET105" in detlint(".", "--fix").out
    assert "sorted(glob.glob('*'))" in (project / name).read_text()
