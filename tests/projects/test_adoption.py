"""Taking a template over into a project that was not made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main
from tests.projects.conftest import commit, git, reported

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects.conftest import Lint

PREDECESSOR = """\
domain: mlflow
project_slug: Ct_Scans
project_slug_no_hyphen: ct_scans
project_short_description: Tells tissues apart
template_version: '1.3.2 # <<MLF-CORE_NO_BUMP>>'
template_handle: mlflow-xgboost_dask
full_name: Ada Lovelace
email: ada@example.org
github_username: ada
version: 1.0.0
license: MIT
"""


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of mlf-core in git."""
    (tmp_path / ".mlf_core.yml").write_text(PREDECESSOR)
    (tmp_path / "mlf_core.cfg").write_text("[bumpversion]\ncurrent_version = 1.0.0\n")
    (tmp_path / "Dockerfile").write_text("FROM mlfcore/base:1.2.0\n")
    commit(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("options", [(), ("--check",), ("--dry-run",)])
def test_a_project_of_mlf_core_has_nothing_newer(
    scans: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sync", *options]) == 0
    assert "nothing to do: mlflow-xgboost_dask is a template of mlf-core" in capsys.readouterr().out
    assert git(scans, "branch", "--list").split() == ["*", "main"]


def test_what_is_missing_is_added_on_a_branch(scans: Path, lint: Lint) -> None:
    body = scans.parent / "body.md"
    assert main(["sync", "--adopt", "--body", str(body)]) == 0
    assert git(scans, "rev-parse", "--abbrev-ref", "HEAD").strip() == "detlint-adopt-mlflow-xgboost-1.0.0"
    assert git(scans, "status", "--porcelain") == ""
    assert (scans / "Dockerfile").read_text() == "FROM mlfcore/base:1.2.0\n"
    marker = (scans / ".detlint-project.toml").read_text()
    for line in ('package = "ct_scans"', 'project_name = "ct-scans"', 'full_name = "Ada Lovelace"', 'license = "MIT"'):
        assert line in marker
    assert "Remove what only mlf-core needs: `.mlf_core.yml`, `mlf_core.cfg`." in body.read_text()
    assert "- `Dockerfile`: the project has its own" in body.read_text()
    assert reported(lint()) == []
    assert main(["sync"]) == 0


def test_a_trial_changes_nothing(scans: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", "--adopt", "--dry-run"]) == 0
    assert "added    ct_scans/determinism.py" in capsys.readouterr().out
    assert not (scans / ".detlint-project.toml").exists()
    assert git(scans, "branch", "--list").split() == ["*", "main"]


def test_any_project_can_adopt_a_template(scans: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (scans / ".mlf_core.yml").unlink()
    commit(scans)
    assert main(["sync", "--adopt"]) == 2
    assert "--template NAME" in capsys.readouterr().err
    options = ["--set", "project_name=rings", "--set", "full_name=Ada"]
    assert main(["sync", "--adopt", "--template", "package-prediction", *options]) == 0
    assert (scans / "rings" / "cli.py").is_file()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--adopt", "--check"], "goes with neither"),
        (["--adopt", "--to", "1.0.0"], "goes with neither"),
        (["--template", "mlflow-pytorch"], "goes with --adopt"),
        (["--set", "package=x"], "goes with --adopt"),
        (["--adopt", "--template", "mlflow-torch"], "did you mean mlflow-pytorch"),
        (["--adopt", "--set", "package=ct-scans"], "is not a name that Python can import"),
        (["--adopt", "--set", "colour=red"], "no such question"),
    ],
)
def test_mistakes(scans: Path, options: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", *options]) == 2
    assert words in capsys.readouterr().err
    assert git(scans, "branch", "--list").split() == ["*", "main"]


def test_a_project_from_a_template_adopts_none(shapes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", "--adopt"]) == 2
    assert "made from a template already" in capsys.readouterr().err


def test_only_a_clean_tree_adopts(scans: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (scans / "Dockerfile").write_text("FROM other\n")
    assert main(["sync", "--adopt"]) == 2
    assert "not committed (Dockerfile)" in capsys.readouterr().err
