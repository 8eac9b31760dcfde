"""Fixes that edit another file than the one that is reported."""

from __future__ import annotations

import errno
import json
import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

MODE = """\
import torch

torch.use_deterministic_algorithms(True)
torch.manual_seed(0)
x = torch.rand(4, 4, device="cuda")
print(x @ x)
"""
HASH = """\
import os
import random

os.environ["PYTHONHASHSEED"] = "0"
random.seed(0)
print(random.random())
"""
TRAIN = """\
import torch

torch.manual_seed(0)
device = torch.device("cuda")
model = torch.nn.Linear(4, 1).to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model(torch.ones(8, 4, device=device)).mean().backward()
optimizer.step()
"""
IMAGE = 'FROM python:3.11.4\nCMD ["python", "train.py"]\n'
CUBLAS = "ENV CUBLAS_WORKSPACE_CONFIG=:4096:8\n"


def with_env(line: str) -> str:
    """The Dockerfile with a line for a variable."""
    return IMAGE.replace("CMD", f"{line}CMD")


def files(project: Path, **texts: str) -> None:
    """Write files."""
    for name, text in texts.items():
        (project / {"train": "train.py", "image": "Dockerfile"}.get(name, name)).write_text(text)


def test_the_variable_of_cublas_goes_where_the_program_is_started(detlint: Run, project: Path) -> None:
    files(project, train=MODE, image=IMAGE)
    outcome = detlint("--select", "DET501", "--fix", "--unsafe-fixes", ".")
    assert outcome.status == 0
    assert outcome.out.startswith("Fixed 1 finding in 1 file:\n  Dockerfile: 1 x DET501\n")
    assert (project / "Dockerfile").read_text() == with_env(CUBLAS)
    assert (project / "train.py").read_text() == MODE
    assert detlint("--select", "DET501", "--diff", "--unsafe-fixes", ".").out == ""


def test_it_goes_into_an_mlproject(detlint: Run, project: Path) -> None:
    files(project, train=MODE, MLproject="name: x\nentry_points:\n  main:\n    command: python train.py\n")
    assert detlint("--select", "DET501", "--fix", "--unsafe-fixes", ".").status == 0
    assert "command: CUBLAS_WORKSPACE_CONFIG=:4096:8 python train.py\n" in (project / "MLproject").read_text()


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("Dockerfile", "FROM nvidia/cuda:12\nENV {}\nCMD python train.py\n", 'XLA_FLAGS="--a=b --c"'),
        (
            "compose.yml",
            "services:\n  a:\n    image: nvidia/cuda:12\n    environment:\n      - {}\n",
            "XLA_FLAGS=--a=b --c",
        ),
        (".env", "{}\n", "XLA_FLAGS=--a=b --c"),
    ],
)
def test_a_flag_goes_beside_those_that_are_set(detlint: Run, project: Path, name: str, before: str, after: str) -> None:
    start = "if __name__ == '__main__':\n    print(jax.device_put(jax.numpy.ones(3), jax.devices('gpu')[0]).sum())\n"
    files(project, train=f"import jax\n\n{start}", **{name: before.format("XLA_FLAGS=--a=b")})
    assert detlint("--select", "DET505", "--fix", "--unsafe-fixes", ".").status == 0
    assert (project / name).read_text() == before.format(after).replace("--c", "--xla_gpu_deterministic_ops=true")
    assert "XLA_FLAGS" not in (project / "train.py").read_text()


@pytest.mark.parametrize("name", ["run.sh", "MLproject"])
def test_a_program_that_is_started_in_several_ways_sets_it_itself(detlint: Run, project: Path, name: str) -> None:
    other = {"run.sh": "python train.py\n", "MLproject": "entry_points: {main: {command: python train.py}}\n"}[name]
    files(project, train=MODE, image=IMAGE, **{name: other})
    assert detlint("--select", "DET501", "--fix", "--unsafe-fixes", ".").status == 0
    assert 'os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")' in (project / "train.py").read_text()
    assert (project / "Dockerfile").read_text() == IMAGE


def test_the_mode_and_its_variable_are_one_fix_in_two_files(detlint: Run, project: Path) -> None:
    files(project, train=TRAIN, image=IMAGE)
    shown = detlint("--diff", "--unsafe-fixes", ".")
    assert shown.err == "Would fix 1 finding.\n"
    assert [line for line in shown.out.splitlines() if line.startswith("+")] == [
        "+++ Dockerfile",
        f"+{CUBLAS.rstrip()}",
        "+++ train.py",
        "+torch.use_deterministic_algorithms(True)",
    ]
    outcome = detlint("--fix", "--unsafe-fixes", ".")
    assert outcome.status == 0
    assert outcome.out.startswith(
        "Fixed 1 finding in 2 files:\n  Dockerfile: as part of these\n  train.py: 1 x DET203\nNo findings left"
    )


def test_who_names_files_means_only_these(detlint: Run, project: Path) -> None:
    files(project, train=TRAIN, image=IMAGE)
    assert detlint("--fix", "--unsafe-fixes", "train.py").status == 0
    assert 'os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")' in (project / "train.py").read_text()
    assert (project / "Dockerfile").read_text() == IMAGE


def test_a_fix_that_takes_a_file_that_is_not_named_is_not_made(detlint: Run, project: Path) -> None:
    files(project, train=HASH, image=IMAGE)
    outcome = detlint("--select", "DET503", "--fix", "--unsafe-fixes", "train.py")
    assert outcome.status == 1
    assert "detlint: DET503 not fixed: that takes Dockerfile, which is not checked\n" in outcome.err
    assert (project / "Dockerfile").read_text() == IMAGE
    outcome = detlint(
        "--select", "DET503", "--fix", "--unsafe-fixes", "-", "--stdin-filename", "train.py", stdin=HASH.encode()
    )
    assert outcome.out == HASH


@pytest.mark.parametrize(("start", "edited"), [("train.py", True), ("other.py", False)])
def test_what_starts_other_things_is_edited_for_the_program_only(
    detlint: Run, project: Path, start: str, edited: bool
) -> None:
    (project / "other.py").write_text("print(1)\n")
    files(project, train=HASH, Makefile=f"run:\n\tpython {start}\n")
    detlint("--select", "DET503", "--fix", "--unsafe-fixes", ".")
    assert ("export PYTHONHASHSEED = 0\n" in (project / "Makefile").read_text()) is edited


def test_excluded_files_are_not_edited(detlint: Run, project: Path) -> None:
    files(project, train=HASH, image=IMAGE)
    assert detlint("--select", "DET503", "--fix", "--unsafe-fixes", "--extend-exclude", "Dockerfile", ".").status == 1
    assert (project / "Dockerfile").read_text() == IMAGE


def test_the_seed_of_hashes_goes_into_all_files_that_start_the_program(detlint: Run, project: Path) -> None:
    files(project, train=HASH, image=IMAGE, **{"run.sh": "#!/bin/sh\npython train.py\n"})
    assert detlint("--select", "DET503", "--fix", "--unsafe-fixes", ".").status == 0
    assert (project / "Dockerfile").read_text() == with_env("ENV PYTHONHASHSEED=0\n")
    assert (project / "run.sh").read_text() == "#!/bin/sh\nexport PYTHONHASHSEED=0\npython train.py\n"


def test_two_programs_of_one_image_set_it_once(detlint: Run, project: Path) -> None:
    image = "FROM python:3.11.4\nRUN python prepare.py\nCMD python train.py\n"
    files(project, train=HASH, image=image, **{"prepare.py": HASH})
    assert detlint("--select", "DET503", "--fix", "--unsafe-fixes", ".").status == 0
    assert (project / "Dockerfile").read_text().count("PYTHONHASHSEED") == 1


def test_where_nothing_starts_the_program_a_person_must(detlint: Run, project: Path) -> None:
    files(project, train=HASH)
    assert "1 needs a person." in detlint("--select", "DET503", "--fix", "--unsafe-fixes", ".").out


def test_of_a_notebook(detlint: Run, project: Path) -> None:
    code: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cell = {**code, "source": HASH.splitlines(keepends=True)}
    notebook = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    files(project, image=IMAGE, train="print(1)\n", **{"train.ipynb": notebook})
    (diagnostic,) = json.loads(detlint("--select", "DET503", "--output-format", "json", ".").out)["diagnostics"]
    (edit,) = diagnostic["fix"]["edits"]
    assert (edit["path"], edit["location"], "cell" in edit) == ("Dockerfile", {"line": 2, "column": 1}, False)
    assert detlint("--select", "DET503", "--fix", "--unsafe-fixes", ".").status == 0
    assert (project / "Dockerfile").read_text() == with_env("ENV PYTHONHASHSEED=0\n")
    assert (project / "train.ipynb").read_text() == notebook


def test_in_sarif_and_rdjson(detlint: Run, project: Path) -> None:
    files(project, train=TRAIN, image=IMAGE)
    (result,) = json.loads(detlint("--output-format", "sarif", ".").out)["runs"][0]["results"]
    changes = {each["artifactLocation"]["uri"]: each["replacements"] for each in result["fixes"][0]["artifactChanges"]}
    assert sorted(changes) == ["Dockerfile", "train.py"]
    assert changes["Dockerfile"][0]["insertedContent"] == {"text": CUBLAS}
    files(project, train=HASH)
    (found,) = json.loads(detlint("--select", "DET503", "--output-format", "rdjson", ".").out)["diagnostics"]
    assert "suggestions" not in found


# -------------------------------------------------------------------------------------------------- all files or none
def test_where_one_file_is_read_only_the_other_is_left(detlint: Run, project: Path) -> None:
    files(project, train=TRAIN + "torch.backends.cudnn.determinstic = True\n", image=IMAGE)
    (project / "Dockerfile").chmod(0o444)
    outcome = detlint("--fix", "--unsafe-fixes", ".")
    assert outcome.status == 2
    assert "Dockerfile: not fixed: it is read-only" in outcome.err
    text = (project / "train.py").read_text()
    assert "use_deterministic_algorithms" not in text
    assert "cudnn.deterministic = True" in text
    assert (project / "Dockerfile").read_text() == IMAGE


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_on_a_full_disk_no_file_is_written(
    detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    files(project, train=TRAIN, image=IMAGE)
    calls: list[object] = []
    real = getattr(os, step)

    def full(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments)

    monkeypatch.setattr(os, step, full)
    outcome = detlint("--fix", "--unsafe-fixes", ".")
    assert outcome.status == 2
    assert "not fixed: No space left on device" in outcome.err
    assert (project / "train.py").read_text() == TRAIN
    assert (project / "Dockerfile").read_text() == IMAGE
    assert sorted(os.listdir(project)) == [".git", "Dockerfile", "train.py"]


def test_a_file_that_changes_meanwhile_leaves_both(
    detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from detlint.fixes import writing

    files(project, train=TRAIN, image=IMAGE)
    write = writing.replace_together

    def edited_meanwhile(replaced: list[writing.Replacement]) -> None:
        (project / "Dockerfile").write_text(IMAGE + "# edited\n")
        write(replaced)

    monkeypatch.setattr("detlint.cli.fixing.replace_together", edited_meanwhile)
    outcome = detlint("--fix", "--unsafe-fixes", ".")
    assert outcome.status == 2
    assert "Dockerfile: not fixed: it was changed while it was being checked" in outcome.err
    assert (project / "train.py").read_text() == TRAIN
    assert (project / "Dockerfile").read_text() == IMAGE + "# edited\n"
