"""`detlint create`, `list`, `info` and `config`: what is made, and what stands in the way."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from detlint.projects.templates import names, template

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without settings."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.setenv("APPDATA", str(home))
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ada@example.org")
    return home


@pytest.mark.parametrize("name", names())
def test_a_fresh_project_is_clean(detlint: Run, project: Path, name: str) -> None:
    assert detlint("create", name, "shapes", "--defaults").status == 0
    outcome = detlint("check", "shapes", "--min-severity", "info")
    assert outcome.status == 0, outcome.out
    text = (project / "shapes" / ".detlint-project.toml").read_text(encoding="utf-8")
    assert f'template = "{name}"' in text
    assert 'package = "shapes"' in text
    assert not [file for file in (project / "shapes").rglob("*") if "@{" in file.name]


def test_answers(detlint: Run, project: Path) -> None:
    (project / "answers.toml").write_text('[answers]\nfull_name = "Ada"\nlicense = "MIT"\n', encoding="utf-8")
    options = ["--defaults", "--answers", "answers.toml", "--set", "package=ada", "--set", "full_name=Ada L."]
    assert detlint("create", "mlflow-pytorch", "shapes", *options).status == 0
    assert (project / "shapes" / "ada" / "determinism.py").is_file()
    license_text = (project / "shapes" / "LICENSE").read_text(encoding="utf-8")
    assert license_text.startswith("MIT License")
    assert "Ada L." in license_text


def test_questions_are_asked_until_the_answer_is_accepted(detlint: Run, project: Path) -> None:
    answers = ["", "class", "ok_name", "", "", "ada@example.org", "", "", "", ""]
    outcome = detlint("create", "mlflow-pytorch", "shapes", stdin=("\n".join(answers) + "\n").encode())
    assert outcome.status == 0, outcome.err
    assert "'class' is taken by Python" in outcome.err
    assert (project / "shapes" / "ok_name").is_dir()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mlflow-torch", "x", "--defaults"], "no such template: mlflow-torch"),
        (["mlflow-pytorch", "x", "--defaults", "--template-version", "99.0.0"], "has no version 99.0.0"),
        (["mlflow-pytorch", "x", "--defaults", "--template-version", "../1"], "no version"),
        (["mlflow-pytorch", "x", "--defaults", "--set", "package=2x"], "a name that Python can import"),
        (["mlflow-pytorch", "x", "--defaults", "--set", "package=import"], "taken by Python"),
        (["mlflow-pytorch", "x", "--defaults", "--set", "package=numpy"], "taken by a library"),
        (["mlflow-pytorch", "x", "--defaults", "--set", "package=docs"], "taken by another folder"),
        (["mlflow-pytorch", "x", "--defaults", "--set", "package=../../x"], "a name that Python can import"),
        (["mlflow-pytorch", "x", "--defaults", "--set", 'description=a"b'], "one line of at most 110"),
        (["mlflow-pytorch", "x", "--defaults", "--set", "description=a\nb"], "one line of at most 110"),
        (["mlflow-pytorch", "x", "--defaults", "--set", f"package={41 * 'a'}"], "at most 40"),
        (["mlflow-pytorch", "x", "--defaults", "--set", f"description={111 * 'a'}"], "at most 110"),
        (["mlflow-pytorch", "x", "--defaults", "--set", "licence=MIT"], "no such question: licence"),
        (["mlflow-pytorch", "x", "--defaults", "--set", "MIT"], "must be KEY=VALUE"),
        (["mlflow-pytorch", "x", "--defaults", "--answers", "none.toml"], "cannot be read"),
        (["mlflow-pytorch", "no/x", "--defaults"], "no is no folder"),
        (["mlflow-pytorch", "full", "--defaults"], "is not empty"),
        (["mlflow-pytorch", "file", "--defaults"], "is no folder"),
        (["mlflow-pytorch", "link", "--defaults"], "is no folder"),
        (["--defaults"], "which template?"),
        (["mlflow-pytorch", "x"], "without answers"),
    ],
)
def test_what_stands_in_the_way(detlint: Run, project: Path, arguments: list[str], words: str) -> None:
    (project / "full").mkdir()
    (project / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    (project / "file").write_text("mine", encoding="utf-8")
    (project / "link").symlink_to(project / "nowhere")
    before = sorted(os.listdir(project))
    outcome = detlint("create", *arguments)
    assert outcome.status == 2
    assert words in outcome.err
    assert sorted(os.listdir(project)) == before


def test_an_interrupted_create_leaves_nothing(detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("detlint.projects.create.os.rename", interrupted)
    before = sorted(os.listdir(project))
    outcome = detlint("create", "mlflow-pytorch", "shapes", "--defaults")
    assert outcome.status == 2
    assert "interrupted" in outcome.err
    assert sorted(os.listdir(project)) == before


def test_a_path_that_leads_out_of_the_project_is_refused(
    detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detlint.projects.templates.Template.render", lambda *_: {"a.txt": b"", "../out.txt": b"x"})
    before = sorted(os.listdir(project))
    outcome = detlint("create", "mlflow-pytorch", "shapes", "--defaults")
    assert outcome.status == 2
    assert "'../out.txt' is no path inside the project" in outcome.err
    assert sorted(os.listdir(project)) == before


def test_a_folder_that_cannot_be_written(detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("detlint.projects.create.tempfile.mkdtemp", full)
    outcome = detlint("create", "mlflow-pytorch", "shapes", "--defaults")
    assert outcome.status == 2
    assert "shapes cannot be written: No space left on device" in outcome.err


@pytest.mark.parametrize("path", ["shapes", "."])
def test_an_empty_folder_may_be_there(detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    folder = project / "shapes"
    (folder / ".git").mkdir(parents=True)
    if path == ".":
        monkeypatch.chdir(folder)
    before = folder.stat().st_ino
    assert detlint("create", "mlflow-pytorch", path, "--defaults").status == 0
    assert (folder / "shapes" / "train.py").is_file()
    assert folder.stat().st_ino == before
    assert not list(folder.glob(".shapes-*"))


def test_an_interrupted_create_leaves_a_folder_empty(
    detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "shapes").mkdir()
    rename, calls = os.rename, iter(range(100))

    def interrupted(source: str, target: str) -> None:
        if next(calls) == 3:
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr("detlint.projects.create.os.rename", interrupted)
    assert detlint("create", "mlflow-pytorch", "shapes", "--defaults").status == 2
    assert list((project / "shapes").iterdir()) == []


def test_the_name_of_a_folder_becomes_that_of_the_project(detlint: Run, project: Path) -> None:
    outcome = detlint("create", "mlflow-pytorch", "My shapes_2", "--defaults")
    assert "next: cd 'My shapes_2'; see README.md" in outcome.out
    assert (project / "My shapes_2" / "my_shapes_2" / "train.py").is_file()


def test_a_project_that_is_there_is_told_before_more_is_asked(detlint: Run, project: Path) -> None:
    (project / "rings").mkdir()
    (project / "rings" / "mine.txt").write_text("mine", encoding="utf-8")
    answers = ["mlflow-torch", "mlflow-xgboost", "rings", "trees", "", "", "", "", "", "", ""]
    outcome = detlint("create", stdin=("\n".join(answers) + "\n").encode())
    assert outcome.status == 0, outcome.err
    assert "no such template: mlflow-torch" in outcome.err
    assert "rings is there already" in outcome.err
    assert (project / "trees" / "trees" / "train.py").is_file()


def test_git_must_know_who_commits(detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{who}_NAME")
        monkeypatch.delenv(f"GIT_{who}_EMAIL")
    monkeypatch.setenv("HOME", str(project))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (project / ".gitconfig").write_text("[user]\nuseConfigOnly = true\n", encoding="utf-8")
    outcome = detlint("create", "mlflow-pytorch", "shapes", "--defaults", "--git")
    assert outcome.status == 2
    assert "git does not know who commits" in outcome.err
    assert not (project / "shapes").exists()


def test_git(detlint: Run, project: Path) -> None:
    assert detlint("create", "mlflow-pytorch", "shapes", "--defaults", "--git").status == 0
    log = subprocess.run(["git", "log", "--format=%s"], cwd=project / "shapes", capture_output=True, check=True).stdout
    assert log.decode().startswith("Project from the template mlflow-pytorch")


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for gh is a shell script")
def test_github_is_left_to_gh(detlint: Run, project: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = detlint("create", "mlflow-pytorch", "shapes", "--defaults", "--github", "private")
    assert outcome.status == 2
    assert "needs the program gh" in outcome.err
    assert not (project / "shapes").exists()
    stand_in = home / "gh"
    stand_in.write_text(f'#!/bin/sh\necho "$@" > {home}/said\n')
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}{os.pathsep}{os.environ['PATH']}")
    assert detlint("create", "mlflow-pytorch", "shapes", "--defaults", "--github", "private").status == 0
    assert (home / "said").read_text() == "repo create example/shapes --private --source . --push\n"


def test_list_and_info(detlint: Run) -> None:
    listed = detlint("list").out
    assert [line.split()[0] for line in listed.splitlines()] == names()
    shown = json.loads(detlint("info", "mlflow", "--output-format", "json").out)
    assert {each["type"] for each in shown} == {"mlflow"}
    assert "questions" in detlint("info", "pytorch").out
    outcome = detlint("info", "pytroch")
    assert outcome.status == 2
    assert "did you mean pytorch?" in outcome.err


def test_config_gives_defaults(detlint: Run, project: Path) -> None:
    assert detlint("config", "set", "full_name", "Ada Lovelace").status == 0
    assert detlint("config", "get", "full_name").out == "Ada Lovelace\n"
    detlint("create", "mlflow-pytorch", "shapes", "--defaults", "--set", "license=MIT")
    assert "Ada Lovelace" in (project / "shapes" / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["set", "fullname", "Ada"], "did you mean full_name?"),
        (["set", "github_token", "abc"], "keeps no secrets"),
        (["set", "email", "nobody"], "is not a mail address"),
        (["set", "email"], "which KEY, and what VALUE?"),
        (["get", "email"], "is not set"),
    ],
)
def test_config_refuses(detlint: Run, home: Path, arguments: list[str], words: str) -> None:
    outcome = detlint("config", *arguments)
    assert outcome.status == 2
    assert words in outcome.err
    assert not list(home.iterdir())


def test_every_version_renders_with_default_answers() -> None:
    for name in names():
        chosen = template(name)
        files = chosen.render(chosen.answers({}))
        assert all(b"@{" not in content and b"@%" not in content for content in files.values())


def test_config_shows_and_takes_away(detlint: Run) -> None:
    assert "nothing is set" in detlint("config").err
    detlint("config", "set", "email", "ada@example.org")
    assert detlint("config").out == "email = ada@example.org\n"
    assert "no longer set" in detlint("config", "set", "email", "").out
    assert detlint("config").out == ""


def test_info_of_all(detlint: Run) -> None:
    shown = detlint("info").out
    assert all(f"{name} " in shown for name in names())
    assert "of mlflow, mlflow-pytorch," in detlint("info", "zzz").err
