"""DET511, DET512, DET516: dependencies of a project, as people declare them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.environment.projects import diagnose, found

if TYPE_CHECKING:
    from pathlib import Path

TRAINING = """\
    import torch

    def main():
        model = torch.nn.Linear(1, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        model(torch.ones(1, 1)).sum().backward()
        optimizer.step()

    if __name__ == "__main__":
        main()
    """
METADATA = '[project]\nname = "a"\ndependencies = ["torch>=2"]\n'


@pytest.mark.parametrize(
    ("files", "places"),
    [
        ({"requirements.txt": "numpy\ntorch\nscikit-learn>=1\n"}, [("requirements.txt", 2), ("requirements.txt", 3)]),
        ({"requirements.txt": "tensorflow-cpu~=2.1; python_version>'3'\n"}, [("requirements.txt", 1)]),
        ({"requirements/gpu.txt": "-r base.txt\njax[cuda12]\n"}, [("requirements/gpu.txt", 2)]),
        ({"requirements-dev.txt": "pytorch-lightning==2.*\n"}, [("requirements-dev.txt", 1)]),
        (
            {"environment.yml": "name: a\ndependencies:\n- pytorch>=2\n- pip:\n  - catboost\n"},
            [("environment.yml", 3), ("environment.yml", 5)],
        ),
        ({"Dockerfile": "FROM a:1\nRUN pip install \\\n  torch\n"}, [("Dockerfile", 3)]),
        ({"Dockerfile": "FROM a:1\nRUN conda install pytorch\n"}, [("Dockerfile", 2)]),
        (
            {".github/workflows/a.yml": "jobs: {a: {steps: [{run: pip install xgboost}]}}\n"},
            [(".github/workflows/a.yml", 1)],
        ),
        ({".gitlab-ci.yml": "a:\n  script:\n    - pip install keras\n"}, [(".gitlab-ci.yml", 3)]),
        ({"Pipfile": '[packages]\ntorch = "*"\n'}, [("Pipfile", 2)]),
        ({"pyproject.toml": METADATA, "train.py": TRAINING}, [("pyproject.toml", 3)]),
        (
            {"setup.py": "from setuptools import setup\nsetup(install_requires=['jax'])\n", "a/train.py": TRAINING},
            [("setup.py", 2)],
        ),
        ({"setup.cfg": "[options]\ninstall_requires =\n    torch\n", "train.py": TRAINING}, [("setup.cfg", 3)]),
        (
            {"pyproject.toml": '[tool.poetry.dependencies]\ntorch = "^2.1"\n', "train.py": TRAINING},
            [("pyproject.toml", 2)],
        ),
    ],
)
def test_unpinned(tmp_path: Path, files: dict[str, str], places: list[tuple[str, int]]) -> None:
    assert found(tmp_path, files, "DET511") == [(path, line, "DET511") for path, line in places]


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "torch==2.4.0\njax[cuda12] == 0.4.30 ; python_version > '3'\n"},
        {"requirements.txt": "torchvision\ntorchmetrics>=1\nkeras-tuner\nxgboost-ray\nnumpy\n"},
        {"requirements.txt": "# torch\n"},
        {"requirements.txt": "torch @ git+https://example.org/torch@0123456789abcdef0123456789abcdef01234567\n"},
        {"requirements.txt": "https://example.org/whl/torch-2.4.0%2Bcu121-cp311-cp311-linux_x86_64.whl\n"},
        {"requirements.txt": "torch\n-c constraints.txt\n", "constraints.txt": "torch==2.4.0\n"},
        {"requirements.in": "torch\n", "requirements.txt": "torch==2.4.0\n"},
        {"requirements.txt": "torch\n", "uv.lock": '[[package]]\nname = "torch"\nversion = "2.4.0"\n'},
        {"environment.yml": "name: a\ndependencies: [pytorch=2.4, conda-forge::xgboost==1.7.6, pytorch-cuda=12.1]\n"},
        {
            "environment.yml": "name: a\ndependencies: [pytorch]\n",
            "conda-lock.yml": "- name: pytorch\n  version: 2.4.0\n  manager: conda\n",
        },
        {"pyproject.toml": METADATA},
        {"pyproject.toml": METADATA, "examples/train.py": TRAINING, "tests/test_train.py": TRAINING},
        {"pyproject.toml": METADATA, ".github/workflows/a.yml": "jobs: {a: {steps: [{run: pip install torch}]}}\n"},
        {"pyproject.toml": '[build-system]\nrequires = ["torch"]\n', "train.py": TRAINING},
        {"Dockerfile": "FROM a:1\nRUN pip install torch==$TORCH -r requirements.txt && echo pip install torch\n"},
        {"Dockerfile": "FROM a:1\n# RUN pip install torch\nRUN apt-get install torch\n"},
        {"setup_env.sh": "pip install torch\n", "Makefile": "a:\n\tpip install torch\n"},
        {"README.md": "pip install torch\n", "notes.txt": "torch\n"},
        {"docs/requirements.txt": "torch\n"},
    ],
)
def test_pinned_or_nothing_to_pin(tmp_path: Path, files: dict[str, str]) -> None:
    assert found(tmp_path, files, "DET511") == []


def test_comments_suppress(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "torch  # detlint: ignore[DET511] the newest on purpose\njax # noqa: DET511\nkeras\n",
        "Dockerfile": "# detlint: ignore[DET513] ours\nFROM base\nFROM other\n",
        "environment.yml": "# detlint: skip-file\nname: a\ndependencies: [pytorch]\n",
    }
    assert found(tmp_path, files, "DET511", "DET513") == [
        ("Dockerfile", 3, "DET513"),
        ("requirements.txt", 3, "DET511"),
    ]


def test_a_comment_that_suppresses_nothing_is_reported(tmp_path: Path) -> None:
    files = {"requirements.txt": "torch==2.4.0  # detlint: ignore[DET511] why\n"}
    assert found(tmp_path, files, "DET511", "DET002") == [("requirements.txt", 1, "DET002")]


@pytest.mark.parametrize(
    ("files", "places"),
    [
        ({"requirements.txt": "xgboost==0.90\ntorch==1.6.0+cu101\ntensorflow-gpu==1.15.5\n"}, [1, 2, 3]),
        ({"environment.yml": "name: a\ndependencies:\n  - pytorch::pytorch=1.4.0\n"}, [3]),
        ({"pyproject.toml": '[project]\ndependencies = ["xgboost==1.0.2"]\n'}, [2]),
        ({"Dockerfile": "FROM tensorflow/tensorflow:2.0.1-gpu-py3\nRUN pip install torch==1.2\n"}, [1, 2]),
        ({"poetry.lock": '[[package]]\nname = "torch"\nversion = "1.6.0"\n'}, [2]),
        ({"setup.py": "from setuptools import setup\nsetup(install_requires=['torch==1.5'])\n"}, [2]),
    ],
)
def test_old_versions(tmp_path: Path, files: dict[str, str], places: list[int]) -> None:
    assert [line for _, line, _ in found(tmp_path, files, "DET512")] == places


@pytest.mark.parametrize(
    "text",
    [
        "torch==1.7.0\nxgboost==1.1.0\ntensorflow==2.1.0\n",
        "torch==2.14.1\n",
        "torch<1.7\nxgboost<=0.90\n",
        "torch==1.6.0+cpu\n",
        "torchvision==0.5.0\nlightgbm==2.3\ncatboost==0.20\n",
        "# xgboost==0.90\n",
        "numpy==1.0\n",
        "torch==not.a.version\n",
        "xgboost-cpu==0.90\n",
        "tensorflow-estimator==1.15\n",
    ],
)
def test_versions_that_can_be_deterministic(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, {"requirements.txt": text}, "DET512") == []


def test_a_lock_file_does_not_repeat_what_is_said(tmp_path: Path) -> None:
    files = {"requirements.txt": "torch==1.6.0\n", "uv.lock": '[[package]]\nname = "torch"\nversion = "1.6.0"\n'}
    assert found(tmp_path, files, "DET512") == [("requirements.txt", 1, "DET512")]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({}, 1),
        ({".python-version": "3.11\n"}, 0),
        ({"Dockerfile": "FROM python:3.11.9-slim\n"}, 0),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.11"\n'}, 0),
        ({"environment.yml": "name: a\ndependencies: [python=3.11]\n"}, 0),
        ({"requirements-dev.txt": "jax==0.4.30\n"}, 1),
    ],
)
def test_unpinned_python(tmp_path: Path, extra: dict[str, str], expected: int) -> None:
    assert len(diagnose(tmp_path, {"requirements.txt": "torch==2.4.0\n", **extra}, "DET516")) == expected


_SEGMENTS = """\
import tensorflow as tf

if __name__ == "__main__":
    tf.random.set_seed(1)
    print(tf.math.unsorted_segment_sum({summed}, [0, 0, 1], 2))
"""
_IN_DATA = """\
import tensorflow as tf


def summed(x):
    return tf.math.unsorted_segment_sum(x, [0, 0, 1], 2)


if __name__ == "__main__":
    data = tf.data.Dataset.from_tensors(tf.random.normal((3,), seed=1))
    print({used})
"""
_DENSE = "import tensorflow as tf\n\nif __name__ == '__main__':\n    print(tf.reduce_sum(tf.ones((2,))))\n"


@pytest.mark.parametrize(
    ("version", "code", "reported"),
    [
        ("2.4.1", _SEGMENTS.format(summed="tf.random.normal((3,))"), True),
        ("2.6.5", _SEGMENTS.format(summed="tf.random.normal((3,))"), True),
        ("2.7.4", _SEGMENTS.format(summed="tf.random.normal((3,))"), False),
        ("2.8.0", _SEGMENTS.format(summed="tf.random.normal((3,))"), False),
        ("2.4.1", _SEGMENTS.format(summed="tf.constant([1, 2, 3])"), False),
        ("2.4.1", _IN_DATA.format(used="list(data.map(summed))"), False),
        ("2.4.1", _IN_DATA.format(used="[summed(x) for x in data]"), True),
        ("2.4.1", _DENSE, False),
        ("2.4.1", "import tensorflow as tf\n\n\ndef sums(x, i):\n    return tf.math.segment_sum(x, i)\n", False),
    ],
)
def test_tensorflow_before_op_determinism(tmp_path: Path, version: str, code: str, reported: bool) -> None:
    files = {"requirements.txt": f"tensorflow=={version}\n", "train.py": code}
    expected = [("requirements.txt", 1, "DET512")] if reported else []
    assert found(tmp_path, files, "DET512") == expected


@pytest.mark.parametrize(
    ("files", "places"),
    [
        ({"requirements.txt": "-r deps/core\n", "deps/core": "torch\n"}, [("requirements.txt", 1)]),
        ({"requirements.txt": "-r deps/core\n", "deps/core": "torch==2.4\n"}, []),
        ({"requirements.txt": "-r deps/a\n", "deps/a": "-r b\n", "deps/b": "numpy\njax\n"}, [("requirements.txt", 1)]),
        ({"requirements.txt": "-r none.txt\n--requirement=deps/core\n", "deps/core": "torch\n"},
         [("requirements.txt", 2)]),
        ({"requirements.txt": "-r requirements.txt\ntorch\n"}, [("requirements.txt", 2)]),
        ({"requirements.txt": "-r requirements/base.txt\n", "requirements/base.txt": "torch\n"},
         [("requirements/base.txt", 1)]),
        # what is installed together
        ({"requirements.txt": "-r pins.txt\ntorch\n", "pins.txt": "torch==2.4\n"}, []),
        ({"requirements.txt": "-c limits/all\ntorch\n", "limits/all": "torch==2.4\n"}, []),
        ({"requirements.txt": "-c limits/all\ntorch\n", "limits/all": "torch<2.5\n"}, [("requirements.txt", 2)]),
        ({"requirements.txt": "-r requirements/base.txt\n-c limits.txt\n", "requirements/base.txt": "torch\n",
          "limits.txt": "torch==2.4\n"}, []),
        ({"requirements.txt": "-c a.txt\ntorch\n", "a.txt": "-c b.txt\n", "b.txt": "torch==2.4\n"}, []),
        # two files of one name: only the one that is meant
        ({"requirements.txt": "-c constraints.txt\ntorch\n", "constraints.txt": "numpy==1\n",
          "requirements/constraints.txt": "torch==2.4\n"}, [("requirements.txt", 2)]),
        ({"requirements/a.txt": "-c constraints.txt\ntorch\n", "constraints.txt": "numpy==1\n",
          "requirements/constraints.txt": "torch==2.4\n"}, []),
        ({"requirements/gpu.txt": "-c ../constraints.txt\ntorch\n", "constraints.txt": "torch==2.4\n"}, []),
        # a file that is also installed without the pins
        ({"requirements.txt": "-r base-requirements.txt\ntorch==2.4\n", "base-requirements.txt": "torch\n",
          "requirements-dev.txt": "-r base-requirements.txt\n"}, [("base-requirements.txt", 1)]),
        ({"Dockerfile": "FROM a:1\nRUN pip install -r requirements.txt -c limits.txt\n", "requirements.txt": "torch\n",
          "limits.txt": "torch==2.4\n"}, []),
        ({"Dockerfile": "FROM a:1\nRUN pip install torch==2.4 && pip install -r requirements.txt\n",
          "requirements.txt": "torch\n"}, [("requirements.txt", 1)]),
    ],
)  # fmt: skip
def test_files_that_are_installed_together(
    tmp_path: Path, files: dict[str, str], places: list[tuple[str, int]]
) -> None:
    assert [(path, line) for path, line, _ in found(tmp_path, files, "DET511")] == places
