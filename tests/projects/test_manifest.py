"""Manifests: those of templates are generated, and say what rendering says; those of others are made from folders."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main
from detlint.projects.errors import ProjectError
from detlint.projects.manifest import from_json, of_template, to_json
from detlint.projects.structure import render
from detlint.projects.templates import manifest_file, names, template, versions
from tests.projects.conftest import commit, reported

if TYPE_CHECKING:
    from pathlib import Path

    from detlint.projects.templates import Template
    from tests.projects.conftest import Lint

ALL = [(name, str(version)) for name in names() for version in versions(name)]
HASH = "0" * 64


@pytest.mark.parametrize(("name", "version"), ALL)
def test_the_manifest_is_that_of_the_template(name: str, version: str) -> None:
    chosen = template(name, version)
    stored = manifest_file(name, chosen.version).read_text(encoding="utf-8")
    assert stored == to_json(of_template(chosen)), "run python -m detlint.projects"


def test_the_manifest_knows_every_file_of_the_template(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = template("mlflow-xgboost")
    before = of_template(chosen)
    render_all = type(chosen).render

    def other(self: Template, answers: dict[str, str]) -> dict[str, bytes]:
        files = render_all(self, answers)
        return {**files, "CODE_OF_CONDUCT.md": files["CODE_OF_CONDUCT.md"] + b" "}

    monkeypatch.setattr(type(chosen), "render", other)
    after = of_template(chosen)
    assert (after.entries, after.settings) == (before.entries, before.settings)
    assert after.sources != before.sources


@pytest.mark.parametrize(("name", "version"), ALL)
def test_a_rendered_project_is_what_the_manifest_says(name: str, version: str) -> None:
    chosen = template(name, version)
    manifest = from_json(manifest_file(name, chosen.version).read_text(encoding="utf-8"), name)
    choices = [[(question.name, choice) for choice in question.choices] for question in chosen.questions]
    for combination in itertools.product(*filter(None, choices)):
        answers = chosen.answers(
            {**dict(combination), "project_name": "seed-of-numpy", "package": "seed", "year": "2020"}
        )
        files = render(chosen, answers)
        entries = dict(manifest.for_answers(answers))
        assert set(entries) <= set(files)
        assert any(entry.sha256 for entry in entries.values())
        for path, entry in entries.items():
            assert entry.matches(files[path].decode(), answers)
            assert entry.sha256 is None or not entry.matches(files[path].decode() + "#", answers)
        wrong = {**answers, "project_name": "else"}
        assert not all(entry.matches(files[path].decode(), wrong) for path, entry in entries.items())


def test_a_house_template(tmp_path: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "template" / "{{ cookiecutter.slug }}"
    source.mkdir(parents=True)
    (source / "seeds.py").write_text("NAME = '{{ cookiecutter.slug }}'\n")
    (source / "README.md").write_text("# {{cookiecutter.slug}}\n")
    (source / "notes.txt").write_text("mine\n")
    options = ["--managed", "*/seeds.py", "--required", "*/README.md", "--forbidden", "*.key"]
    assert main(["manifest", str(tmp_path / "template"), *options, "-o", str(tmp_path / "house.json")]) == 0
    project = tmp_path / "project"
    (project / "rings").mkdir(parents=True)
    (project / "rings" / "seeds.py").write_text("NAME = 'rings'\n")
    (project / "rings" / "README.md").write_text("# my rings\n")
    (project / "a.key").write_text("secret\n")
    monkeypatch.chdir(project)
    house = ["--manifest", str(tmp_path / "house.json"), "--set", "slug=rings"]
    assert reported(lint(*house)) == [("DET603", "a.key", 1)]
    (project / "rings" / "seeds.py").write_text("NAME = 'ring'\n")
    assert [row[0] for row in reported(lint(*house))] == ["DET603", "DET604"]
    (project / "rings" / "README.md").unlink()
    found = [("DET601", "rings/README.md", 1), ("DET603", "a.key", 1), ("DET604", "rings/seeds.py", 1)]
    assert reported(lint(*house)) == found


def test_a_project_as_template_with_its_answers(tmp_path: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "one"
    (source / "rings").mkdir(parents=True)
    (source / "rings" / "seeds.py").write_text("from rings import ringside\n")
    commit(source)
    arguments = [str(source), "--rev", "main", "--set", "package=rings", "--managed", "*.py"]
    assert main(["manifest", *arguments, "-o", str(tmp_path / "house.json")]) == 0
    (row,) = json.loads((tmp_path / "house.json").read_text())["files"]
    assert row["path"] == "@{package}@/seeds.py"
    assert row["slots"] == [[5, "package"]]
    other = tmp_path / "other"
    (other / "boxes").mkdir(parents=True)
    (other / "boxes" / "seeds.py").write_text("from boxes import ringside\n")
    monkeypatch.chdir(other)
    assert reported(lint("--manifest", str(tmp_path / "house.json"), "--set", "package=boxes")) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"manifest": 2}, "reads form 1"),
        ({"files": [{"path": "../x"}]}, "no path inside the project"),
        ({"files": [{"path": "/x"}]}, "no path inside the project"),
        ({"files": [{"path": "a/../../x"}]}, "no path inside the project"),
        ({"files": [{"path": "C:\\x"}]}, "no path inside the project"),
        ({"files": [{"path": ".git/config"}]}, "git's own"),
        ({"files": [{"path": "x", "level": "nice"}]}, "none of required"),
        ({"files": [{"path": "x", "sha256": "12"}]}, "no SHA-256"),
        ({"files": [{}]}, "no manifest of detlint"),
        ({"files": 3}, "no manifest of detlint"),
        ({"files": [{"path": 300 * "x"}]}, "longer than names of files"),
        ({"settings": [{"file": "x", "needs": "luck"}]}, "none of"),
        ({"forbidden": ["*.key", "!"]}, "'!' is no pattern"),
    ],
)
def test_a_manifest_that_cannot_be_used(change: dict[str, object], words: str) -> None:
    document = {"manifest": 1, "name": "house", "files": [{"path": "x", "sha256": HASH, "slots": []}], **change}
    with pytest.raises(ProjectError, match=words.replace("'", ".")):
        from_json(json.dumps(document), "house.json")


def test_a_setting_that_nobody_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = tmp_path / "m.json"
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "a.py").write_text("print(1)\n")
    for needs in ("seed luck", "mode luck"):
        settings = [{"file": "a.py", "needs": needs}]
        manifest.write_text(json.dumps({"manifest": 1, "name": "house", "files": [], "settings": settings}))
        assert main(["lint", str(tmp_path / "project"), "--manifest", str(manifest)]) == 2
        assert f"{needs.split()[0].replace('seed', 'state')} that is not known: luck (of " in capsys.readouterr().err


def test_an_answer_cannot_lead_out_of_the_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = tmp_path / "m.json"
    manifest.write_text(json.dumps({"manifest": 1, "name": "house", "files": [{"path": "@{package}@/x"}]}))
    (tmp_path / "project").mkdir()
    assert main(["lint", str(tmp_path / "project"), "--manifest", str(manifest), "--set", "package=.."]) == 2
    assert "no path inside the project" in capsys.readouterr().err
    assert main(["lint", str(tmp_path / "project"), "--manifest", str(manifest)]) == 2
    assert "needs an answer to package: --set package=" in capsys.readouterr().err
