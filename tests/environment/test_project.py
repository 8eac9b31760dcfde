"""Where a project begins, which versions it states, what it sets and starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detlint.environment.frameworks import frameworks, newest_allowed
from detlint.environment.project import Surroundings, programs_of
from detlint.registry import registry
from detlint.versions import Target, Targets, Version
from tests.environment.projects import found, write

if TYPE_CHECKING:
    from pathlib import Path

    from detlint.environment.project import ProjectFiles

BASE = Targets(newest=registry().versions)


def project(root: Path, files: dict[str, str], path: str = "train.py") -> ProjectFiles:
    write(root, files)
    return Surroundings().of(str(root / path))


def stated(root: Path, files: dict[str, str], path: str = "train.py", base: Targets = BASE) -> dict[str, str]:
    """The versions that a project states, by framework."""
    surroundings = Surroundings()
    write(root, files)
    targets = surroundings.targets(surroundings.of(str(root / path)), base)
    return {name: str(targets.version(name)) for name in targets.given}


# --------------------------------------------------------------------------------------------------------------- roots
def test_root_is_the_nearest_folder_with_a_mark(tmp_path: Path) -> None:
    files = {"pyproject.toml": "", "a/requirements.txt": "", "a/b/c.py": "", "d/e.py": ""}
    inner = project(tmp_path, files, "a/b/c.py")
    assert inner.root == str(tmp_path / "a")
    assert inner.parent is not None
    assert inner.parent.root == str(tmp_path)
    assert project(tmp_path, files, "d/e.py").root == str(tmp_path)


def test_root_is_never_above_the_repository(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("")
    inner = project(tmp_path / "repository", {"a/b.py": ""}, "a/b.py")
    assert inner.root == str(tmp_path / "repository")
    assert inner.parent is None


# ------------------------------------------------------------------------------------------------------------ versions
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"requirements.txt": "torch==2.1.2+cu121\n"}, {"torch": "2.1.2+cu121"}),
        ({"requirements.txt": "torch\n"}, {}),
        ({"requirements.txt": "torch>=1.7,<2.0\n"}, {"torch": "1.13"}),
        ({"requirements.txt": "tensorflow<2.9\n"}, {"tensorflow": "2.8"}),
        ({"requirements.txt": "torch<=1.13.1\n"}, {"torch": "1.13.1"}),
        ({"requirements.txt": "torch>=2\n", "environment.yml": "dependencies: [pytorch=1.7.1]\n"}, {"torch": "1.7.1"}),
        (
            {"requirements.txt": "torch==1.0\n", "uv.lock": '[[package]]\nname = "torch"\nversion = "2.4.0"\n'},
            {"torch": "2.4.0"},
        ),
        ({"requirements.txt": "-r sub/base.txt\n", "sub/base.txt": "xgboost-cpu==1.7.6\n"}, {"xgboost": "1.7.6"}),
        ({"requirements.txt": "jax\n-c c.txt\n", "c.txt": "jax==0.4.30\n"}, {"jax": "0.4.30"}),
        ({"requirements.txt": "tensorflow-gpu==2.6.0\n"}, {"tensorflow": "2.6.0"}),
        ({"environment.yml": "dependencies: [conda-forge::py-xgboost=1.2]\n"}, {"xgboost": "1.2"}),
        ({"requirements.txt": "pytorch-lightning==1.1.8\n"}, {"lightning": "1.1.8"}),
        ({"Dockerfile": "FROM pytorch/pytorch:1.9.0-cuda10.2\n"}, {"torch": "1.9.0"}),
        ({"Dockerfile": "FROM pytorch/pytorch:1.9.0\n", "requirements.txt": "torch==2.0.1\n"}, {"torch": "2.0.1"}),
        ({"requirements-dev.txt": "torch==1.5\n", "requirements-gpu.txt": "torch==1.9\n"}, {"torch": "1.9"}),
        ({"MLproject": "conda_env: my.yml\n", "my.yml": "dependencies: [pytorch=1.8.1]\n"}, {"torch": "1.8.1"}),
        ({"pyproject.toml": '[build-system]\nrequires = ["torch==1.0"]\n'}, {}),
        ({"README.md": "torch==1.0\n"}, {}),
    ],
)
def test_versions(tmp_path: Path, files: dict[str, str], expected: dict[str, str]) -> None:
    assert stated(tmp_path, files) == expected


def test_settings_win_and_projects_inside_inherit(tmp_path: Path) -> None:
    files = {"requirements.txt": "torch==2.0\nxgboost==1.2.1\n", "a/environment.yml": "dependencies: [pytorch=1.4]\n"}
    given = Targets({"xgboost": Target(Version("3.0"), "--target")}, BASE.newest)
    assert stated(tmp_path, files, "a/x.py", given) == {"torch": "1.4", "xgboost": "3.0"}


def test_where_a_version_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"requirements.txt": "numpy\ntorch<2\nxgboost==1.0\n"})
    surroundings = Surroundings()
    given = surroundings.targets(surroundings.of("train.py"), BASE).given
    assert given["xgboost"].source == "requirements.txt:3"
    assert given["torch"].source == "the newest that requirements.txt:2 allows: <2"


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        ("", "2.15.0"),
        (">=1.0", "2.15.0"),
        ("~=1.8", "1.13"),
        ("~=1.8.0", "1.8"),
        ("==1.13.*", "1.13"),
        ("<0.1", "0.1.dev0"),
    ],
)
def test_newest_allowed(specifier: str, version: str) -> None:
    assert newest_allowed("torch", specifier, "2.15.0") == version


def test_series_reach_the_newest_versions_that_rules_know() -> None:
    for name, newest in registry().versions.items():
        releases = frameworks()[name].releases if name in frameworks() else ()
        assert not releases or Version(releases[-1]).release[:2] >= Version(newest).release[:2], name


def test_rules_judge_by_the_version_of_the_project_around(tmp_path: Path) -> None:
    code = "import xgboost as xgb\n\nxgb.train({'tree_method': 'gpu_hist'}, data)\n"
    files = {
        "old/requirements.txt": "xgboost==1.2.1\n",
        "old/a.py": code,
        "new/requirements.txt": "xgboost==3.1.0\n",
        "new/a.py": code,
    }
    assert found(tmp_path, files, "DET401") == [("new/a.py", 3, "DET401")]


# ----------------------------------------------------------------------------------------------------------- variables
@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": "FROM a:1\nENV PYTHONHASHSEED=0\n"},
        {"docker/gpu.Dockerfile": "FROM a:1\nENV PYTHONHASHSEED 0\n"},
        {"compose.yaml": "services: {a: {environment: {PYTHONHASHSEED: 0}}}\n"},
        {"compose.yaml": "services: {a: {env_file: x.vars}}\n", "x.vars": "PYTHONHASHSEED=0\n"},
        {"MLproject": "docker_env: {environment: [[PYTHONHASHSEED, '0']]}\n"},
        {"MLproject": "docker_env: {environment: [PYTHONHASHSEED]}\n"},
        {"environment.yml": "variables: {PYTHONHASHSEED: 0}\n"},
        {".env": "PYTHONHASHSEED=0\n"},
        {".github/workflows/a.yml": "jobs: {a: {steps: [{env: {PYTHONHASHSEED: 0}}]}}\n"},
        {"slurm/a.sbatch": "export PYTHONHASHSEED=0\n"},
        {"a.sbatch": "#SBATCH --export=ALL,PYTHONHASHSEED=0\n"},
        {"run.sh": 'PYTHONHASHSEED=0 exec python train.py "$@"\n'},
        {"run.sh": "PYTHONHASHSEED=0 make all\n"},
        {"Makefile": "train:\n\tPYTHONHASHSEED=0 python -m train\n"},
        {"tox.ini": "[testenv]\nsetenv =\n  PYTHONHASHSEED = 0\n"},
        {"tox.ini": "[testenv:train]\nset_env = PYTHONHASHSEED=0\ncommands = python train.py\n"},
        {"setup.cfg": "[tox:tox]\n[testenv]\nsetenv =\n    PYTHONHASHSEED={env:PYTHONHASHSEED:0}\n"},
        {"pyproject.toml": '[tool.tox]\nlegacy_tox_ini = """\n[testenv]\nsetenv =\n  PYTHONHASHSEED = 0\n"""\n'},
        {"pyproject.toml": "[tool.tox.env_run_base]\nset_env = { PYTHONHASHSEED = '0' }\n"},
        {"tox.toml": "[env_run_base.set_env]\nPYTHONHASHSEED = '0'\n"},
        {"tox.toml": "[env.train]\nset_env.PYTHONHASHSEED = { replace = 'env', name = 'A', default = '0' }\n"},
        {"noxfile.py": "import nox\n\n@nox.session\ndef a(session):\n    session.env['PYTHONHASHSEED'] = '0'\n"},
        {"noxfile.py": "def a(session):\n    session.env.update({'PYTHONHASHSEED': '0'})\n"},
        {"noxfile.py": "def a(session):\n    session.env.update(PYTHONHASHSEED='0')\n"},
        {"noxfile.py": "def a(session):\n    session.run('python', 'train.py', env={'PYTHONHASHSEED': '0'})\n"},
        {"noxfile.py": "E = {'PYTHONHASHSEED': '0'}\ndef a(session):\n    session.run('make', env={**E, 'A': '1'})\n"},
        {"noxfile.py": "def a(session):\n    session.run('pytest', env=dict(PYTHONHASHSEED='0'), external=True)\n"},
        {"noxfile.py": "import os\nos.environ['PYTHONHASHSEED'] = '0'\n"},
        {"noxfile.py": "import os\nos.environ.update({'PYTHONHASHSEED': '0'})\n"},
        {"k8s/a.yaml": "kind: Pod\nspec: {containers: [{env: [{name: PYTHONHASHSEED, value: '0'}]}]}\n"},
        {".devcontainer/devcontainer.json": '{"containerEnv": {"PYTHONHASHSEED": "0"}}\n'},
    ],
    ids=lambda files: next(iter(files)),
)
def test_places_that_set_a_variable(tmp_path: Path, files: dict[str, str]) -> None:
    assert project(tmp_path, files).sets("PYTHONHASHSEED", str(tmp_path / "train.py"))


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": "FROM a:1\nRUN export PYTHONHASHSEED=0\n"},
        {"Dockerfile": "FROM a:1 AS build\nENV PYTHONHASHSEED=0\nFROM a:1\n"},
        {"Dockerfile": "FROM a:1\nARG PYTHONHASHSEED=0\n"},
        {"Dockerfile": "FROM a:1\n# ENV PYTHONHASHSEED=0\n"},
        {"run.sh": "PYTHONHASHSEED=0 python other.py\n"},
        {"run.sh": "# export PYTHONHASHSEED=0\n"},
        {"run.sh": "PYTHONHASHSEED=0\npython train.py\n"},
        {"run.sh": "echo PYTHONHASHSEED=0\n"},
        {"Makefile": "PYTHONHASHSEED=0\ntrain:\n\tpython train.py\n"},
        {"README.md": "export PYTHONHASHSEED=0\n"},
        {"node_modules/a/.env": "PYTHONHASHSEED=0\n"},
        {"train.py": "PYTHONHASHSEED = 0\n"},
        {"noxfile.py": "def a(session):\n    session.run('python', 'other.py', env={'PYTHONHASHSEED': '0'})\n"},
        {"noxfile.py": "def a(session):\n    session.env['PYTHONHASHSEED'\n"},
        {"noxfile.py": "import nox\nnox.options.sessions = ['PYTHONHASHSEED']\n"},
        {"noxfile.py": "def a(session):\n    session.run('echo', 'PYTHONHASHSEED=0')\n"},
        {"pytest.ini": "[pytest]\nenv =\n    PYTHONHASHSEED=0\n"},
        {"pyproject.toml": "[tool.pytest_env]\nPYTHONHASHSEED = 0\n"},
        {"tox.toml": "[env_run_base]\npass_env = ['PYTHONHASHSEED']\n"},
    ],
    ids=lambda files: next(iter(files)),
)
def test_places_that_set_nothing(tmp_path: Path, files: dict[str, str]) -> None:
    assert not project(tmp_path, files).sets("PYTHONHASHSEED", str(tmp_path / "train.py"))


def test_projects_beside_one_another_do_not_set_each_others_variables(tmp_path: Path) -> None:
    files = {"a/requirements.txt": "", "b/requirements.txt": "", "b/.env": "A=1\n", ".env": "B=1\n"}
    one = project(tmp_path, files, "a/train.py")
    assert not one.sets("A")
    assert one.sets("B")


# ------------------------------------------------------------------------------------------------------------ commands
def test_programs(tmp_path: Path) -> None:
    files = {
        "Dockerfile": 'FROM a:1\nCMD ["python", "src/a.py"]\n',
        "MLproject": "entry_points: {main: {command: 'python b.py {x}'}}\n",
        "scripts/run.sh": "torchrun --nproc 2 ../c.py\npython -m pkg.d\n",
        "Makefile": "t:\n\taccelerate launch e.py --x\n",
        "notes.txt": "python f.py\n",
    }
    wanted = ("src/a.py", "b.py", "c.py", "pkg/d.py", "e.py")
    programs = project(tmp_path, {**files, **dict.fromkeys((*wanted, "f.py"), "")}).programs
    assert programs == {str(tmp_path / path) for path in wanted}


@pytest.mark.parametrize(
    ("command", "programs"),
    [
        ("python train.py --x y.py.txt", ["train.py"]),
        ("python -m torch.distributed.launch train.py", ["train.py"]),
        ("python -m a.b", ["a/b.py", "a/b/__main__.py"]),
        ("make all", []),
    ],
)
def test_programs_of_a_command(command: str, programs: list[str]) -> None:
    assert programs_of(command) == programs


def test_what_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "torch==2.0\n", "environment.yml": "a: [\n", "uv.lock": "\x00"})
    (tmp_path / "setup.py").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "Dockerfile").symlink_to(tmp_path / "nowhere")
    files = Surroundings().of(str(tmp_path / "a.py"))
    assert list(files.targets({})) == ["torch"]
    assert not files.sets("A")


@pytest.mark.parametrize(
    "files",
    [
        {"pytest.ini": "[pytest]\nenv =\n    D:CUBLAS_WORKSPACE_CONFIG=:4096:8\n"},
        {"setup.cfg": "[tool:pytest]\nenv =\n    CUBLAS_WORKSPACE_CONFIG=:4096:8\n"},
        {"pyproject.toml": "[tool.pytest.ini_options]\nenv = ['R:CUBLAS_WORKSPACE_CONFIG=:4096:8']\n"},
        {"pyproject.toml": "[tool.pytest_env]\nCUBLAS_WORKSPACE_CONFIG = ':4096:8'\n"},
        {"pyproject.toml": "[tool.pytest_env]\nCUBLAS_WORKSPACE_CONFIG = {value = ':4096:8', skip_if_set = true}\n"},
    ],
    ids=lambda files: next(iter(files)),
)
def test_what_pytest_sets_within_its_process_counts_for_libraries(tmp_path: Path, files: dict[str, str]) -> None:
    assert project(tmp_path, files).sets("CUBLAS_WORKSPACE_CONFIG")


def test_a_command_of_nox_starts_a_program(tmp_path: Path) -> None:
    code = "def a(session):\n    session.run('python', 'jobs/train.py', '--epochs', '3')\n"
    found = project(tmp_path, {"noxfile.py": code, "jobs/train.py": ""}).programs
    assert found == {str(tmp_path / "jobs/train.py")}
