"""Projects of mlf-core are recognised and checked as they are."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main
from detlint.projects import mlf_core
from tests.projects.conftest import reported

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects.conftest import Lint

MARKER = """\
domain: mlflow
language: pytorch
project_slug: ct-scans
project_slug_no_hyphen: ct_scans
template_version: '2.0.0 # <<MLF-CORE_NO_BUMP>>'
template_handle: mlflow-pytorch
full_name: Ada Lovelace
version: 1.0.0
"""
CONFIG = """\
[bumpversion]
current_version = 1.0.0

[bumpversion_files_whitelisted]
dot_mlf_core = .mlf_core.yml
mlproject = MLproject

[bumpversion_files_blacklisted]
conf = docs/conf.py
"""
ENTRY = """\
import random

import numpy as np
import torch

if __name__ == "__main__":
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    torch.use_deterministic_algorithms(True)
"""
TEXTS = {
    ".mlf_core.yml": MARKER,
    "mlf_core.cfg": CONFIG,
    "CHANGELOG.rst": "Changelog\n=========\n\n1.0.0 (2021-03-11)\n------------------\n\n**Added**\n",
    "Dockerfile": "FROM mlfcore/base:1.0.0\n",
    "MLproject": "# Version: 1.0.0\nname: ct-scans\n",
    "docs/conf.py": "released = '1.0.0'\nversion = '1.0.0'  # <<MLF-CORE_FORCE_BUMP>>\n",
    "ct_scans/ct_scans.py": ENTRY,
    "ct_scans/mlf_core/mlf_core.py": "import mlflow\n\nmlflow.start_run()  # here\n",
}


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of mlf-core, of whose template two lines of the module were published."""
    published = tuple(map(mlf_core.hash_line, ("import mlflow", "    mlflow.start_run()")))
    monkeypatch.setattr(mlf_core, "hashes", lambda handle, version: (published,) if version == "2.0.0" else ())
    root = tmp_path / "scans"
    empty = ("README.rst", "LICENSE", "environment.yml", ".gitignore", ".github/pull_request_template.md")
    paths = [*empty, *(f"docs/{name}.rst" for name in ("index", "readme", "changelog", "usage"))]
    paths += [f".github/ISSUE_TEMPLATE/{name}.md" for name in ("bug_report", "feature_request", "general_question")]
    paths += [f".github/workflows/{name}.yml" for name in ("lint", "train_cpu")]
    for path, text in {**dict.fromkeys(paths, "text\n"), **TEXTS}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    monkeypatch.chdir(root)
    return root


def test_a_project_as_it_should_be(scans: Path, lint: Lint) -> None:
    assert reported(lint()) == []


def test_what_is_missing_or_wrong(scans: Path, lint: Lint) -> None:
    (scans / "docs" / "usage.rst").unlink()
    (scans / ".gitignore").unlink()
    (scans / "Dockerfile").write_text("# FROM nowhere\n")
    (scans / "README.rst").write_text("TODO MLF-CORE: Describe it.\n{{ cookiecutter.project_name }}\n")
    (scans / "MLproject").write_text("# Version: 1.1.0\n")
    (scans / "CHANGELOG.rst").write_text("Changelog\n=========\n\n1.0.0\n-----\n")
    (scans / "ct_scans" / "mlf_core" / "mlf_core.py").write_text("import mlflow\n")
    (scans / "ct_scans" / "ct_scans.py").write_text(ENTRY.replace("    torch.manual_seed(0)\n", ""))
    assert [(code, path) for code, path, _ in reported(lint())] == [
        ("DET601", ".mlf_core.yml"),
        ("DET602", ".mlf_core.yml"),
        ("DET604", "ct_scans/mlf_core/mlf_core.py"),
        ("DET605", "ct_scans/ct_scans.py"),
        ("DET606", "README.rst"),
        ("DET607", "README.rst"),
        ("DET608", "MLproject"),
        ("DET609", "CHANGELOG.rst"),
        ("DET610", "Dockerfile"),
    ]


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("environment.yml", "name: a\ndependencies:\n  - pip:\n    - xgboost==1.0.2\n", "DET512"),
        ("environment.yml", "channels: [conda-forge]\ndependencies:\n  - click=8.1\n", "DET514"),
        ("ct_scans/more.py", "import torch\nx = torch.bincount(a, torch.rand(3).cuda())\n", "DET201"),
        (
            "ct_scans/more.py",
            "import tensorflow as tf\n\n\ndef f(a, b):\n    return tf.nn.softmax_cross_entropy_with_logits(a, b)\n",
            "DET302",
        ),
        (
            "ct_scans/more.py",
            "import tensorflow as tf\n\ntf.config.threading.set_intra_op_parallelism_threads = 1\n",
            "DET110",
        ),
        ("ct_scans/more.py", "import xgboost as xgb\n\n\ndef f(x):\n    return xgb.rabit.allreduce(x, 2)\n", "DET405"),
        (
            "ct_scans/more.py",
            "import pytorch_lightning as pl\n\ntrainer = pl.Trainer()\ntrainer.deterministic = True\n",
            "DET232",
        ),
    ],
)
def test_checks_of_code_have_their_equal(scans: Path, lint: Lint, path: str, text: str, code: str) -> None:
    (scans / path).write_text(text)
    assert (code, path) in [(found, where) for found, where, _ in reported(lint(code=True))]


def test_dependencies_have_exact_versions(scans: Path, lint: Lint) -> None:
    (scans / "environment.yml").write_text(
        "name: scans\nchannels: [conda-forge]\ndependencies:\n  - conda-forge::rich\n  - conda-forge::click=8.1\n"
        "  - pip\n  - pandas  # MLF-CORE IGNORE\n  - pip:\n    - cloudpickle\n    - mlflow==2.0.1\n"
    )
    assert reported(lint()) == [("DET605", "environment.yml", 4), ("DET605", "environment.yml", 9)]


def test_a_licence_has_four_names(scans: Path, lint: Lint) -> None:
    (licence,) = scans.glob("LICEN*")
    for name in ("LICENSE.md", "LICENCE", "LICENCE.md"):
        licence = licence.rename(scans / name)
        assert reported(lint()) == []
    licence.unlink()
    assert [code for code, _, _ in reported(lint())] == ["DET601"]


def test_workflows_are_recommended(scans: Path, lint: Lint) -> None:
    (scans / ".github" / "workflows" / "train_cpu.yml").unlink()
    assert [code for code, _, _ in reported(lint())] == ["DET602"]


def test_the_package_template_has_no_version(scans: Path, lint: Lint) -> None:
    text = MARKER.replace("'2.0.0 #", "'None #").replace("mlflow-pytorch", "package-prediction")
    (scans / ".mlf_core.yml").write_text(text)
    found = lint()
    assert {row["code"] for row in [*found["failed"], *found["warned"]]} == {"DET601", "DET602"}
    missing = " ".join(row["message"] for row in found["failed"])
    assert all(f"`{name}`" in missing for name in ("setup.py", "setup.cfg", "MANIFEST.in", "requirements.txt"))


def test_one_of_several_versions_in_a_file(scans: Path, lint: Lint) -> None:
    config = CONFIG.replace(
        "mlproject = MLproject", "mlproject = MLproject\nsetup = setup.py\ninit = ct_scans/__init__.py"
    )
    (scans / "mlf_core.cfg").write_text(config)
    (scans / "ct_scans" / "__init__.py").write_text("")
    (scans / "setup.py").write_text("version = '1.0.0'\nsetup(\n    version='0.9.0',\n    other='0.9.0',\n)\n")
    (scans / "docs" / "conf.py").write_text("version = '0.9.0'\nrelease = '0.9.0'  # <<MLF-CORE_FORCE_BUMP>>\n")
    found = [("DET608", "docs/conf.py", 2), ("DET608", "setup.py", 3)]
    assert reported(lint("--select", "DET6")) == found
    assert main(["lint", "--no-code", "--fix"]) == 0
    assert (scans / "setup.py").read_text().count("1.0.0") == 2
    assert (scans / "docs" / "conf.py").read_text().startswith("version = '0.9.0'\nrelease = '1.0.0'")
    assert main(["bump-version", "1.0.1"]) == 0


def test_other_versions_of_the_template_are_not_compared(scans: Path, lint: Lint) -> None:
    (scans / ".mlf_core.yml").write_text(MARKER.replace("2.0.0", "2.1.0"))
    (scans / "ct_scans" / "mlf_core" / "mlf_core.py").write_text("x = 1\n")
    assert reported(lint()) == []


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        (".mlf_core.yml", "a: [", "no valid YAML"),
        (".mlf_core.yml", "- a\n", "holds no answers"),
        (".mlf_core.yml", MARKER.replace("version: 1.0.0", "other: 1"), "there is no version"),
        (".mlf_core.yml", MARKER.replace("version: 1.0.0", "version: one"), "is no version"),
        (".mlf_core.yml", MARKER.replace("mlflow-pytorch", "mlflow-jax"), "mlflow-jax is no template of mlf-core"),
        ("mlf_core.cfg", "no section\n", "cannot be read"),
        ("mlf_core.cfg", CONFIG.replace("docs/conf.py", "../conf.py"), "'../conf.py' is no path inside the project"),
    ],
)
def test_markers_that_cannot_be_used(scans: Path, lint: Lint, path: str, text: str, words: str) -> None:
    (scans / path).write_text(text)
    (row,) = lint()["failed"]
    assert row["code"] == "DET612"
    assert row["path"] == path
    assert words in row["message"]


def test_a_marker_of_nested_aliases_is_read(scans: Path, lint: Lint) -> None:
    rows = [f"{name}: &{name} [{', '.join(9 * ['*' + above])}]" for above, name in itertools.pairwise("abcdefghijkl")]
    (scans / ".mlf_core.yml").write_text("\n".join([MARKER, "a: &a [1]", *rows, ""]))
    assert reported(lint()) == []


def test_bump_version(scans: Path, lint: Lint) -> None:
    assert main(["bump-version", "1.1.0"]) == 0
    assert "version: 1.1.0\n" in (scans / ".mlf_core.yml").read_text()
    assert "'2.0.0 # <<MLF-CORE_NO_BUMP>>'" in (scans / ".mlf_core.yml").read_text()
    assert "current_version = 1.1.0" in (scans / "mlf_core.cfg").read_text()
    assert (scans / "docs" / "conf.py").read_text() == (
        "released = '1.0.0'\nversion = '1.1.0'  # <<MLF-CORE_FORCE_BUMP>>\n"
    )
    assert "1.1.0 (" in (scans / "CHANGELOG.rst").read_text()
    assert reported(lint()) == []


def test_published_lines_are_known() -> None:
    for handle in ("mlflow-pytorch", "mlflow-tensorflow", "mlflow-xgboost", "mlflow-xgboost_dask"):
        found = mlf_core.hashes(handle, "1.0.0")
        assert found
        assert all(len(each) == 8 and len(lines) > 20 for lines in found for each in lines)
    assert mlf_core.hashes("mlflow-pytorch", "9.0.0") == ()
