"""DET113: variables that are set after their reader has started, and those that are in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment.projects import found
from tests.helpers import check, marked_lines, unmarked

if TYPE_CHECKING:
    from pathlib import Path

LATE = {
    "a product of tensors on CUDA": """
        import os
        import torch
        x = torch.ones(4, 4).cuda()
        y = torch.mm(x, x)
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"  # !
    """,
    "the operator": """
        import os
        import torch
        x = torch.ones(4, 4, device="cuda")
        y = x @ x
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":16:8"  # !
    """,
    "a layer": """
        import os
        import torch
        from torch import nn
        model = nn.Linear(3, 3).to("cuda")
        print(model(torch.ones(1, 3, device="cuda")))
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # !
    """,
    "through a function": """
        import os
        import torch
        def configure():
            os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"  # !
        def main():
            x = torch.ones(4, 4, device="cuda")
            print(torch.matmul(x, x))
            configure()
        if __name__ == "__main__":
            main()
    """,
    "jax has devices": """
        import os
        import jax
        print(jax.devices())
        os.environ["XLA_FLAGS"] = "--xla_gpu_deterministic_ops=true"  # !
    """,
    "jax computed": """
        import os
        import jax.numpy as jnp
        x = jnp.ones(3)
        os.environ.update(XLA_FLAGS="--xla_gpu_deterministic_ops=true")  # !
    """,
    "tensorflow computed": """
        import os
        import tensorflow as tf
        x = tf.matmul(tf.ones((2, 2)), tf.ones((2, 2)))
        os.environ["TF_DETERMINISTIC_OPS"] = "1"  # !
    """,
    "nccl runs": """
        import os
        import torch.distributed as dist
        def begin(rank):
            dist.init_process_group("nccl", rank=rank)
            os.environ["NCCL_ALGO"] = "Ring"  # !
    """,
    "another way to set": """
        import os
        import torch
        x = torch.ones(4, 4, device="cuda")
        print(torch.bmm(x[None], x[None]))
        os.putenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # !
    """,
}

IN_TIME = {
    "before": """
        import os
        import torch
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
        x = torch.ones(4, 4, device="cuda")
        print(x @ x)
    """,
    "seeds and the mode are no op": """
        import os
        import torch
        torch.manual_seed(0)
        torch.cuda.manual_seed_all(0)
        torch.use_deterministic_algorithms(True)
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
    """,
    "tensors that were only made": """
        import os
        import torch
        x = torch.ones(4, 4, device="cuda")
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
        print(x @ x)
    """,
    "on the CPU": """
        import os
        import torch
        x = torch.ones(4, 4)
        print(x @ x)
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
    """,
    "arrays": """
        import os
        import numpy as np
        import torch
        device = torch.device("cuda")
        x = np.ones((4, 4))
        print(x @ x)
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
    """,
    "after the import of tensorflow": """
        import os
        import tensorflow as tf
        os.environ["TF_DETERMINISTIC_OPS"] = "1"
        print(tf.ones(3))
    """,
    "after the import of jax": """
        import os
        import jax
        os.environ["XLA_FLAGS"] = "--xla_gpu_deterministic_ops=true"
        print(jax.devices())
    """,
    "another variable": """
        import os
        import torch
        x = torch.ones(4, 4, device="cuda")
        print(x @ x)
        os.environ["OMP_NUM_THREADS"] = "1"
        os.environ["RUN_NAME"] = "first"
    """,
    "for a child": """
        import os
        import subprocess
        import torch
        x = torch.ones(4, 4, device="cuda")
        print(x @ x)
        env = dict(os.environ, CUBLAS_WORKSPACE_CONFIG=":4096:8")
        subprocess.run(["python", "train.py"], env=env, check=True)
    """,
    "only read": """
        import os
        import torch
        x = torch.ones(4, 4, device="cuda")
        print(x @ x, os.environ.get("CUBLAS_WORKSPACE_CONFIG"))
    """,
    "the other branch": """
        import os
        import jax
        def begin(deterministic):
            if deterministic:
                os.environ["XLA_FLAGS"] = "--xla_gpu_deterministic_ops=true"
            else:
                print(jax.devices())
    """,
    "where and how processes find each other": """
        import os
        import torch.distributed as dist
        def begin(rank):
            os.environ["NCCL_ALGO"] = "Ring"
            dist.init_process_group("nccl", rank=rank)
            os.environ["MASTER_PORT"] = "29500"
    """,
}


@pytest.mark.parametrize("code", LATE.values(), ids=LATE)
def test_a_variable_that_is_set_too_late_is_reported(code: str) -> None:
    assert check(code, "DET113") == [(line, "DET113") for line in marked_lines(code)]


@pytest.mark.parametrize("code", IN_TIME.values(), ids=IN_TIME)
def test_a_variable_that_is_set_in_time_is_left_alone(code: str) -> None:
    assert check(unmarked(code), "DET113") == []


ENV = 'import os\n\n\ndef configure():\n    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"\n'
USE = """\
import sys

import torch
from env import configure

if __name__ == "__main__":
    x = torch.ones(4, 4).cuda()
    if {test}:
        print(torch.mm(x, x))
    configure()
"""


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        (("len(sys.argv) > 1", "True"), [("env.py", 5, "DET113")]),
        (("True", "len(sys.argv) > 1"), [("env.py", 5, "DET113")]),
        (("len(sys.argv) > 1", "len(sys.argv) > 2"), []),
    ],
)
def test_of_several_programs_the_surest_counts(
    tmp_path: Path, tests: tuple[str, str], expected: list[tuple[str, int, str]]
) -> None:
    programs = {f"{name}.py": USE.format(test=test) for name, test in zip("ab", tests, strict=True)}
    assert found(tmp_path, {"env.py": ENV, **programs}, "DET113") == expected
