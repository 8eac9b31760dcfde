"""DET502, DET506, DET513, DET514, DET515 and DET304 in the files around the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detlint.diagnostics import Confidence
from tests.environment.projects import diagnose, found

if TYPE_CHECKING:
    from pathlib import Path


# ------------------------------------------------------------------------------------------------------ DET502, DET506
@pytest.mark.parametrize(
    ("path", "text", "line", "column"),
    [
        ("Dockerfile", "FROM a:1\nENV A=1 \\\n    {}\n", 3, 5),
        ("run.sh", "set -e\nexport {}\n", 2, 8),
        ("run.sh", "{} python train.py\n", 1, 1),
        (".env", "A=1\n{}\n", 2, 1),
        ("compose.yml", "services:\n  a:\n    environment:\n      - {}\n", 4, 9),
        ("Makefile", "a:\n\t{} python train.py\n", 2, 2),
        ("a.sbatch", "#!/bin/sh\n#SBATCH --export=ALL,{}\n", 2, 22),
    ],
)
def test_wrong_values_where_they_stand(tmp_path: Path, path: str, text: str, line: int, column: int) -> None:
    for setting, code in (("CUBLAS_WORKSPACE_CONFIG=4096:8", "DET502"), ("PYTHONHASHSEED=random", "DET506")):
        [item] = diagnose(tmp_path, {path: text.format(setting)}, "DET502", "DET506")
        start = column + setting.index("=") + 1
        assert (item.code, item.location.line, item.location.column) == (code, line, start)


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("MLproject", 'docker_env:\n  environment: [["CUBLAS_WORKSPACE_CONFIG", "4096"]]\n', 2),
        ("environment.yml", "name: a\ndependencies: [pip]\nvariables:\n  CUBLAS_WORKSPACE_CONFIG: 4096\n", 4),
        (".github/workflows/a.yml", "env:\n  CUBLAS_WORKSPACE_CONFIG: ':4096:2'\n", 2),
        ("k8s/a.yml", "spec:\n  containers:\n  - env:\n    - name: CUBLAS_WORKSPACE_CONFIG\n      value: x\n", 5),
        (".devcontainer/devcontainer.json", '{\n "remoteEnv": {\n  "CUBLAS_WORKSPACE_CONFIG": ":16"}}\n', 3),
        ("tox.ini", "[testenv]\nsetenv =\n    CUBLAS_WORKSPACE_CONFIG = 16:8\n", 3),
    ],
)
def test_wrong_workspace_in_structured_files(tmp_path: Path, path: str, text: str, line: int) -> None:
    assert found(tmp_path, {path: text}, "DET502") == [(path, line, "DET502")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "FROM a:1\nENV CUBLAS_WORKSPACE_CONFIG=:4096:8 PYTHONHASHSEED=0\n"),
        ("Dockerfile", 'FROM a:1\nENV CUBLAS_WORKSPACE_CONFIG ":16:8"\n'),
        ("Dockerfile", "FROM a:1\nENV CUBLAS_WORKSPACE_CONFIG=$CONFIG\n"),
        ("run.sh", "export CUBLAS_WORKSPACE_CONFIG=${CONFIG}\n# PYTHONHASHSEED=random\n"),
        ("run.sh", "export CUBLAS_WORKSPACE_CONFIG=${CONFIG:-:4096:8}\n"),
        ("run.sh", 'if [ -z "$PYTHONHASHSEED" ]; then export PYTHONHASHSEED=1; fi\n'),
        ("compose.yml", "services: {a: {environment: [PYTHONHASHSEED, CUBLAS_WORKSPACE_CONFIG]}}\n"),
        ("compose.yml", "services: {a: {environment: {PYTHONHASHSEED: '${SEED}'}}}\n"),
        ("MLproject", "docker_env: {environment: [PYTHONHASHSEED]}\n"),
        ("environment.yml", "name: a\ndependencies: [pip]\nvariables: {TF_DETERMINISTIC_OPS: 1}\n"),
        ("README.md", "export PYTHONHASHSEED=random\n"),
    ],
)
def test_right_values_and_unknown_ones(tmp_path: Path, path: str, text: str) -> None:
    assert found(tmp_path, {path: text}, "DET502", "DET506") == []


def test_a_value_that_is_one_of_two_is_a_choice(tmp_path: Path) -> None:
    text = "if [ $A ]; then export TF_DETERMINISTIC_OPS=1; else export TF_DETERMINISTIC_OPS=0; fi\n"
    [item] = diagnose(tmp_path, {"run.sh": text}, "DET506", confidence=Confidence.LOW)
    assert item.confidence == Confidence.LOW


# -------------------------------------------------------------------------------------------------------------- DET513
@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("Dockerfile", "FROM python\n", [1]),
        (
            "a/train.Dockerfile",
            "# x\nFROM nvidia/cuda:latest AS a\nFROM a\nFROM --platform=linux/amd64 ubuntu\n",
            [2, 4],
        ),
        ("Containerfile", "FROM registry:5000/team/image\n", [1]),
        ("Dockerfile.gpu", "ARG A=latest\nFROM \\\n  python:${A}\n", [3]),
        ("Dockerfile", "ARG IMAGE=python\nFROM $IMAGE\n", [2]),
        ("Dockerfile", "from Python:latest\n", [1]),
    ],
)
def test_open_images(tmp_path: Path, path: str, text: str, lines: list[int]) -> None:
    assert found(tmp_path, {path: text}, "DET513") == [(path, line, "DET513") for line in lines]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "FROM python:3.11\n"),
        ("Dockerfile", f"FROM python@sha256:{'0' * 64}\n"),
        ("Dockerfile", f"FROM python:latest@sha256:{'0' * 64}\n"),
        ("Dockerfile", "FROM scratch\n"),
        ("Dockerfile", "FROM python:3 AS Base\nFROM base\n"),
        ("Dockerfile", "ARG TAG\nFROM python:$TAG\n"),
        ("Dockerfile", "FROM localhost:5000/a:1\n"),
        ("Dockerfile", "FROM a:1\nRUN <<EOF\necho FROM python\nEOF\nCOPY <<X /a\nFROM b\nX\n"),
        ("Dockerfile", "FROM a:1\n# FROM python\nRUN echo \\\nFROM python\n"),
        ("Dockerfile.md", "FROM a:1\n"),
        ("docs/howto.md", "FROM python\n"),
        ("compose.yml", "services: {a: {image: python}}\n"),
    ],
)
def test_images_that_say_which(tmp_path: Path, path: str, text: str) -> None:
    assert found(tmp_path, {path: text}, "DET513") == []


# -------------------------------------------------------------------------------------------------------------- DET514
@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("name: a\nchannels: [b]\n", "error"),
        ("name: a\nchannels: [b]\ndependencies:\n", "error"),
        ("name: a\nchannels: [b]\ndependencies: []\n", "error"),
        ("name: a\nchannels: [b\ndependencies:\n  - d\n", "error"),
        ("channels: [b]\ndependencies: [c]\n", "warning"),
        ("name: a\ndependencies: [numpy]\n", "warning"),
    ],
)
def test_invalid_environments(tmp_path: Path, text: str, severity: str) -> None:
    [item] = diagnose(tmp_path, {"environment.yml": text}, "DET514")
    assert item.severity.label == severity


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("environment.yml", "name: a\nchannels: [b]\ndependencies: [c]\n"),
        ("environment.yml", "name: a\ndependencies: [conda-forge::c=1, python=3.11, pip: [d]]\n"),
        ("environment.yml", "prefix: /a\nchannels: [b]\ndependencies: [c]\n"),
        ("environment.yml", "name: {{ cookiecutter.name }}\ndependencies:\n"),
        ("environment.yml", ""),
        ("environment.yml", "# nothing\n"),
        ("environment.yml", "- a\n- b\n"),
        ("environment.yaml", "gravity: 9.81\nseed: 1\n"),
        ("conf/environment.yml", "a: [\n"),
        ("config.yml", "name: a\nchannels: [b]\n"),
        ("envs/cartpole.yml", "env: CartPole\nname: x\n"),
    ],
)
def test_environments_that_are_right_or_are_none(tmp_path: Path, path: str, text: str) -> None:
    assert found(tmp_path, {path: text}, "DET514") == []


# -------------------------------------------------------------------------------------------------------------- DET515
_HEAD = "name: a\nentry_points:\n  main:\n    parameters:\n      lr: {type: float, default: 1}\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: a\ncondaenv: b.yml\n", 2),
        ("name: a\ndocker_env:\n  images: b\n", 3),
        ("entry_points:\n  main:\n    cmd: python a.py\n", 3),
        ("entry_points:\n  main:\n    parameters:\n      lr: {type str, default: 1}\n", 4),
        ("entry_points:\n  main:\n    parameters:\n      lr: {default: 1}\n", 4),
        ("entry_points:\n  main:\n    parameters:\n      lr: {type: str, value: 1}\n", 4),
        (_HEAD + '    command: "python -V --lr {lr} --seed {seed}"\n', 6),
        (_HEAD + "    command: |\n      python -V \\\n        --lr {learning_rate}\n", 8),
        (_HEAD + '    command: "python missing.py {lr}"\n', 6),
        (_HEAD + '    command: "bash run/missing.sh {lr}"\n', 6),
        (_HEAD + '    command: "python -m missing.module && ./missing.sh"\n', 6),
        ("name: [a\n", 2),
    ],
)
def test_invalid_mlprojects(tmp_path: Path, text: str, line: int) -> None:
    assert ("MLproject", line, "DET515") in found(tmp_path, {"MLproject": text}, "DET515")


@pytest.mark.parametrize(
    "command",
    [
        "python a.py --lr {lr}",
        "python -u a.py --lr={lr} --out {{json}}",
        "python {lr}.py",
        "cd sub && python b.py",
        "python /opt/tool.py",
        "python -m pkg.mod {lr}",
        "python -c 'import os'",
        "torchrun --nproc_per_node=2 a.py",
        "bash run.sh {lr}",
        "mlflow --version",
    ],
)
def test_mlprojects_that_are_right(tmp_path: Path, command: str) -> None:
    files = {"a.py": "", "run.sh": "", "pkg/mod.py": "", "MLproject": _HEAD + f'    command: "{command}"\n'}
    assert found(tmp_path, files, "DET515") == []


# -------------------------------------------------------------------------------------------------------------- DET304
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"Dockerfile": "FROM a:1\nENV TF_CUDNN_DETERMINISTIC=1\n"}, [("Dockerfile", 2)]),
        ({"run.sh": "export TF_CUDNN_DETERMINISTIC=true\n", "requirements.txt": "tensorflow==2.4\n"}, [("run.sh", 1)]),
        ({".env": "TF_DETERMINISTIC_OPS=1\n", "requirements.txt": "tensorflow==2.0.0\n"}, [(".env", 1)]),
        ({"a.py": "import os\nos.environ['TF_CUDNN_DETERMINISTIC'] = '1'\n"}, [("a.py", 2)]),
        (
            {
                "a.py": "import os\nos.environ['TF_CUDNN_DETERMINISTIC'] = '1'\n",
                "requirements.txt": "tensorflow==1.15\n",
            },
            [],
        ),
        ({"a.py": "import os\nos.environ['TF_CUDNN_DETERMINISTIC'] = '0'\n"}, []),
        (
            {
                "a.py": "import os\nimport tensorflow as tf\nos.environ['TF_CUDNN_DETERMINISTIC'] = '1'\n"
                "tf.config.experimental.enable_op_determinism()\n"
            },
            [],
        ),
        ({"a.py": "import os\nos.environ['TF_CUDNN_DETERMINISTIC'] = '1'\n", ".env": "TF_DETERMINISTIC_OPS=1\n"}, []),
        (
            {"a.py": "import os\nos.environ['TF_DETERMINISTIC_OPS'] = '1'\n", "requirements.txt": "tensorflow==2.5\n"},
            [],
        ),
        ({"a.py": "import os\nos.environ['TF_DETERMINISTIC_OPS'] = '1'\n"}, []),
        ({"a.py": "import os\nprint(os.environ['TF_CUDNN_DETERMINISTIC'])\n"}, []),
        (
            {
                "a.py": "import os\nimport tensorflow as tf\nif tf.__version__ < '2.1':\n"
                "    os.environ['TF_CUDNN_DETERMINISTIC'] = '1'\n"
            },
            [],
        ),
    ],
)
def test_variables_of_tensorflow(tmp_path: Path, files: dict[str, str], expected: list[tuple[str, int]]) -> None:
    assert found(tmp_path, files, "DET304") == [(path, line, "DET304") for path, line in expected]
