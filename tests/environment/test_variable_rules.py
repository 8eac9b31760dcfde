"""DET501, DET503, DET504, DET505: variables that code needs and the files around it set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.environment.projects import found

if TYPE_CHECKING:
    from pathlib import Path

_CUBLAS = """\
    import torch

    def main():
        torch.use_deterministic_algorithms(True)
        print(torch.ones(3, 3, device="cuda") @ torch.ones(3, 3, device="cuda"))

    if __name__ == "__main__":
        main()
    """
_SEEDS = """\
    import os
    import random

    def seed_everything(seed):
        random.seed(seed)
        os.environ["PYTHONHASHSEED"] = str(seed)
    """
_SEEDED = 'from helpers import seed_everything\n\nif __name__ == "__main__":\n    seed_everything(1)\n'
_TF = """\
    import tensorflow as tf

    def main():
        tf.random.set_seed(0)
        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit([[1.0]], [1.0])

    if __name__ == "__main__":
        main()
    """
_JAX = 'import jax\n\nif __name__ == "__main__":\n    print(jax.random.normal(jax.random.key(0), (3,)))\n'
_GPU = {"requirements.txt": "jax[cuda12]==0.4.31\n"}
_FLAG = "XLA_FLAGS=--xla_gpu_deterministic_ops=true"


@pytest.mark.parametrize(
    ("extra", "reported"),
    [
        ({}, True),
        ({"Dockerfile": "FROM a:1\nENV CUBLAS_WORKSPACE_CONFIG=:4096:8\n"}, False),
        ({"Dockerfile": "FROM a:1\nRUN export CUBLAS_WORKSPACE_CONFIG=:4096:8\n"}, True),
        ({"slurm/a.sbatch": "export OMP_NUM_THREADS=4\nsrun python train.py\n"}, True),
        ({"slurm/a.sbatch": "export CUBLAS_WORKSPACE_CONFIG=:16:8\nsrun python train.py\n"}, False),
        ({"run.sh": "CUBLAS_WORKSPACE_CONFIG=:16:8 python other.py\n"}, True),
        ({"run.sh": "CUBLAS_WORKSPACE_CONFIG=:16:8 python train.py\n"}, False),
        ({"MLproject": 'docker_env: {environment: [["CUBLAS_WORKSPACE_CONFIG", ":4096:8"]]}\n'}, False),
        ({"environment.yml": "variables: {CUBLAS_WORKSPACE_CONFIG: ':4096:8'}\n"}, False),
        ({"README.md": "export CUBLAS_WORKSPACE_CONFIG=:4096:8\n"}, True),
    ],
)
def test_workspace(tmp_path: Path, extra: dict[str, str], reported: bool) -> None:
    expected = [("train.py", 8, "DET501")] if reported else []
    assert found(tmp_path, {"train.py": _CUBLAS, **extra}, "DET501") == expected


@pytest.mark.parametrize(
    ("files", "places"),
    [
        ({"train.py": _SEEDED, "helpers.py": _SEEDS}, [("train.py", 4)]),
        ({"train.py": _SEEDED, "test.py": _SEEDED, "helpers.py": _SEEDS}, [("test.py", 4)]),  # once a project
        ({"train.py": _SEEDED, "helpers.py": _SEEDS, "Dockerfile": "FROM a:1\nENV PYTHONHASHSEED=0\n"}, []),
        (
            {
                "train.py": _SEEDED,
                "helpers.py": _SEEDS,
                "MLproject": "docker_env: {environment: [[PYTHONHASHSEED, 0]]}",
            },
            [],
        ),
        ({"train.py": _SEEDED, "helpers.py": _SEEDS, ".github/workflows/a.yml": "env: {PYTHONHASHSEED: 0}\n"}, []),
        ({"train.py": _SEEDED, "helpers.py": _SEEDS, "run.sh": "PYTHONHASHSEED=0 python train.py\n"}, []),
        ({"helpers.py": _SEEDS}, []),
        (
            {"train.py": "import random\n\nif __name__ == '__main__':\n    random.seed(0)\n"},
            [],
        ),
        ({"tests/test_a.py": _SEEDED, "helpers.py": _SEEDS}, []),
        (
            {
                "train.py": 'import os\nimport sys\n\nif __name__ == "__main__":\n'
                '    if "PYTHONHASHSEED" not in os.environ:\n'
                '        os.environ["PYTHONHASHSEED"] = "0"\n        os.execv(sys.executable, sys.argv)\n'
            },
            [],
        ),
        (
            {
                "train.py": 'import subprocess\n\nif __name__ == "__main__":\n'
                '    subprocess.run(["a"], env={"PYTHONHASHSEED": "0"})\n'
            },
            [],
        ),
        ({"train.py": 'import os\n\nif __name__ == "__main__":\n    print(os.environ.get("PYTHONHASHSEED"))\n'}, []),
    ],
)
def test_hash_seed(tmp_path: Path, files: dict[str, str], places: list[tuple[str, int]]) -> None:
    assert found(tmp_path, files, "DET503") == [(path, line, "DET503") for path, line in places]


@pytest.mark.parametrize(
    ("code", "reported"),
    [
        ("def vocabulary(text):\n    return list({word.lower() for word in text})\n", True),
        ("def vocabulary(text: str):\n    return list(set(text.split()))\n", True),
        ("def names(found: set[str]):\n    return ','.join(found)\n", True),
        ("def bucket(name: str):\n    return hash(name) % 8\n", True),
        ("def objects(found):\n    return list(set(found))\n", False),
        ("def numbers(found: set[int]):\n    return list(found)\n", False),
        ("def vocabulary(text):\n    return sorted({word.lower() for word in text})\n", False),
        ("def count(text: str):\n    return len(set(text.split()))\n", False),
    ],
)
def test_hash_seed_where_orders_and_hashes_show(tmp_path: Path, code: str, reported: bool) -> None:
    def run(extra: dict[str, str]) -> list[str]:
        return [item for _, _, item in found(tmp_path, {"a.py": code, **extra}, "DET503", "DET106", "DET107")]

    assert ("DET503" in run({})) is reported
    assert "DET503" not in run({".env": "PYTHONHASHSEED=0\n"})


@pytest.mark.parametrize(
    ("extra", "reported"),
    [
        ({"requirements.txt": "tensorflow==2.6.0\n"}, True),
        ({"requirements.txt": "tensorflow-gpu>=2.3,<2.8\n"}, True),
        ({"requirements.txt": "tensorflow==2.6.0\n", "Dockerfile": "FROM a:1\nENV TF_DETERMINISTIC_OPS=1\n"}, False),
        ({"requirements.txt": "tensorflow==2.6.0\n", "run.sh": "TF_DETERMINISTIC_OPS=1 python train.py\n"}, False),
        ({"requirements.txt": "tensorflow==2.6.0\n", ".env": "TF_CUDNN_DETERMINISTIC=1\n"}, False),  # DET304 says it
        ({"requirements.txt": "tensorflow==2.0.0\n"}, False),
        ({"requirements.txt": "tensorflow==2.8.4\n"}, False),
        ({"requirements.txt": "tensorflow\n"}, False),
        ({}, False),
        ({"environment.yml": "dependencies: [tensorflow=2.4]\n"}, True),
    ],
)
def test_variable_of_old_tensorflow(tmp_path: Path, extra: dict[str, str], reported: bool) -> None:
    expected = [("train.py", 10, "DET504")] if reported else []
    assert found(tmp_path, {"train.py": _TF, **extra}, "DET504") == expected


@pytest.mark.parametrize(
    ("extra", "reported"),
    [
        (_GPU, True),
        ({"Dockerfile": "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\n"}, True),
        ({".env": "JAX_PLATFORMS=cuda\n"}, True),
        ({**_GPU, ".env": "XLA_FLAGS=--xla_force_host_platform_device_count=8\n"}, True),
        ({**_GPU, ".env": f"{_FLAG}\n"}, False),
        ({**_GPU, "Dockerfile": f"FROM a:1\nENV {_FLAG}\n"}, False),
        (
            {
                **_GPU,
                "run.sh": 'export XLA_FLAGS="--xla_gpu_exclude_nondeterministic_ops=true --xla_gpu_autotune_level=0"\n',
            },
            False,
        ),
        ({**_GPU, "run.sh": "export XLA_FLAGS=--xla_gpu_exclude_nondeterministic_ops=true\n"}, True),
        ({**_GPU, "run.sh": "export XLA_FLAGS=$MINE\n"}, False),
        ({"requirements.txt": "jax==0.4.31\n"}, False),
        ({"requirements.txt": "jax[cpu]==0.4.31\ntorch==2.4.0+cu121\n"}, False),
        ({".env": "JAX_PLATFORMS=cpu\n"}, False),
        ({}, False),
    ],
)
def test_flags_of_xla(tmp_path: Path, extra: dict[str, str], reported: bool) -> None:
    expected = [("train.py", 4, "DET505")] if reported else []
    assert found(tmp_path, {"train.py": _JAX, **extra}, "DET505") == expected


@pytest.mark.parametrize(("used", "reported"), [("print(1)", False), ("print(model.noise())", True)])
def test_a_module_that_starts_xla_as_it_is_imported_computes_nothing(tmp_path: Path, used: str, reported: bool) -> None:
    model = "import jax\n\nKEY = jax.random.key(0)\n\n\ndef noise():\n    return jax.random.normal(KEY)\n"
    train = f"import model\n\nif __name__ == '__main__':\n    {used}\n"
    files = {"train.py": train, "model.py": model, "requirements.txt": "jax[cuda12]==0.4.30\n"}
    assert found(tmp_path, files, "DET505") == ([("train.py", 4, "DET505")] if reported else [])


def test_op_determinism_by_the_environment(tmp_path: Path) -> None:
    assert [code for _, _, code in found(tmp_path, {"train.py": _TF}, "DET303")] == ["DET303"]
    settled = {"train.py": _TF, "Dockerfile": "FROM a:1\nENV TF_DETERMINISTIC_OPS=1\n"}
    assert found(tmp_path, settled, "DET303") == []


_COMPILED = """\
import tensorflow as tf

weights = tf.Variable(tf.zeros((3,)))
optimizer = tf.keras.optimizers.SGD(0.1)


{decorator}
def step(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(weights * x)
    optimizer.apply_gradients([(tape.gradient(loss, weights), weights)])


if __name__ == "__main__":
    tf.keras.utils.set_random_seed(1)
    {before}
    step(tf.ones((3,)))
"""
_JIT = "@tf.function(jit_compile=True)"


@pytest.mark.parametrize(
    ("decorator", "before", "extra", "reported"),
    [
        (_JIT, "", {}, True),
        ("@tf.function", "tf.config.optimizer.set_jit(True)", {}, True),
        ("@tf.function(experimental_compile=True)", "", {}, True),
        ("@tf.function", "", {}, False),
        ("@tf.function(jit_compile=False)", "tf.config.optimizer.set_jit(False)", {}, False),
        (_JIT, "tf.config.experimental.enable_op_determinism()", {}, False),
        (_JIT, "tf.config.set_visible_devices([], 'GPU')", {}, False),
        (_JIT, "", {"Dockerfile": "FROM python:3.12\nENV XLA_FLAGS=--xla_gpu_deterministic_ops=true\n"}, False),
        (_JIT, "", {"Dockerfile": "FROM python:3.12\nENV TF_DETERMINISTIC_OPS=1\n"}, False),
        (_JIT, "", {"requirements.txt": "tensorflow==2.6.0\n"}, False),
    ],
)
def test_tensorflow_compiled_by_xla(
    tmp_path: Path, decorator: str, before: str, extra: dict[str, str], reported: bool
) -> None:
    code = _COMPILED.format(decorator=decorator, before=before or "pass")
    expected = [("train.py", 17, "DET505")] if reported else []
    assert found(tmp_path, {"train.py": code, **extra}, "DET505") == expected


@pytest.mark.parametrize(
    ("backend", "seeds", "reported"),
    [
        ("", "random.seed(1)", False),
        ("jax", "random.seed(1)", False),
        ("torch", "random.seed(1)", True),
        ("torch", "keras.utils.set_random_seed(1)", False),
    ],
)
def test_the_backend_of_keras_as_files_set_it(tmp_path: Path, backend: str, seeds: str, reported: bool) -> None:
    code = f"""\
import random
import keras

if __name__ == "__main__":
    {seeds}
    keras.layers.Dropout(0.5)(keras.ops.ones((2,)), training=True)
"""
    files = {"Dockerfile": f"FROM python:3.12\nENV KERAS_BACKEND={backend}\n"} if backend else {}
    expected = [("train.py", 6, "DET305")] if reported else []
    assert found(tmp_path, {"train.py": code, **files}, "DET305") == expected
