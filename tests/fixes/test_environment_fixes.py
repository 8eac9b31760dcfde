"""Repairs of environment variables in code: DET113, DET304, DET501, DET502."""

from __future__ import annotations

import pytest

from tests.fixes.helpers import fixed

CASES = {
    "moved before the first use": (
        "DET113",
        "import os\n\nimport torch\n\nx = torch.ones(4, 4, device='cuda')\nprint(x @ x)\n"
        "os.environ['CUBLAS_WORKSPACE_CONFIG'] = ':4096:8'\n",
        "import os\n\nimport torch\n\nx = torch.ones(4, 4, device='cuda')\n"
        "os.environ['CUBLAS_WORKSPACE_CONFIG'] = ':4096:8'\nprint(x @ x)\n",
    ),
    "left where its value is made in between": (
        "DET113",
        "import os\n\nimport torch\n\nx = torch.ones(4, 4, device='cuda')\nprint(x @ x)\nvalue = ':4096:8'\n"
        "os.environ['CUBLAS_WORKSPACE_CONFIG'] = value\n",
        None,
    ),
    "another variable": (
        "DET304",
        "import os\n\nos.environ['TF_CUDNN_DETERMINISTIC'] = '1'\n",
        "import os\n\nos.environ['TF_DETERMINISTIC_OPS'] = '1'\n",
    ),
    "a value of the same quotes": (
        "DET502",
        "import os\n\nos.environ['CUBLAS_WORKSPACE_CONFIG'] = '4096'\n",
        "import os\n\nos.environ['CUBLAS_WORKSPACE_CONFIG'] = ':4096:8'\n",
    ),
    "a value that is put together": (
        "DET502",
        "import os\n\nsize = '4096'\nos.environ['CUBLAS_WORKSPACE_CONFIG'] = size\n",
        None,
    ),
    "beside the flags that are set": (
        "DET505",
        "import os\n\nimport jax\n\nos.environ['XLA_FLAGS'] = '--xla_a=1'\n\nif __name__ == '__main__':\n"
        "    print(jax.device_put(jax.numpy.ones(3), jax.devices('gpu')[0]).sum())\n",
        "import os\n\nimport jax\n\nos.environ['XLA_FLAGS'] = '--xla_a=1 --xla_gpu_deterministic_ops=true'\n\n"
        "if __name__ == '__main__':\n"
        "    print(jax.device_put(jax.numpy.ones(3), jax.devices('gpu')[0]).sum())\n",
    ),
    "flags that are put together": (
        "DET505",
        "import os\n\nimport jax\n\nA = '--xla_a=1'\nos.environ['XLA_FLAGS'] = A\n\nif __name__ == '__main__':\n"
        "    print(jax.device_put(jax.numpy.ones(3), jax.devices('gpu')[0]).sum())\n",
        None,
    ),
    "set where the program starts": (
        "DET501",
        "import torch\n\ntorch.use_deterministic_algorithms(True)\nx = torch.rand(4, 4).cuda()\nprint(x @ x)\n",
        'import os\n\nimport torch\n\nos.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")\n\n'
        "torch.use_deterministic_algorithms(True)\nx = torch.rand(4, 4).cuda()\nprint(x @ x)\n",
    ),
}


@pytest.mark.parametrize(("rule", "before", "after"), CASES.values(), ids=CASES)
def test_variables(rule: str, before: str, after: str | None) -> None:
    code, left = fixed(before, rule)
    assert code == (before if after is None else after)
    if after is None:
        assert len(left) == 1
