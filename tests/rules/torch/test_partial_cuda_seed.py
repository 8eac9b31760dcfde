"""Seeding CUDA and not the CPU."""

from __future__ import annotations

import pytest
from tests.helpers import check, marked_lines

PARTIAL = [
    "import torch\ntorch.cuda.manual_seed(1)  # !\nprint(torch.rand(2))\n",
    "import torch\ntorch.cuda.manual_seed_all(1)  # !\nprint(torch.rand(2))\n",
    "from torch import cuda, rand\ncuda.manual_seed(1)  # !\nprint(rand(2))\n",
    "import torch\nfrom torch.cuda.random import manual_seed_all\nmanual_seed_all(1)  # !\nprint(torch.rand(2))\n",
    "import torch\nif torch.cuda.is_available():\n    torch.cuda.manual_seed_all(1)  # !\nprint(torch.rand(2))\n",
    (
        "import torch\n\n\ndef seed(n):\n    torch.cuda.manual_seed(n)  # !\n\n\nif __name__ == '__main__':\n"
        "    seed(1)\n    print(torch.nn.Linear(2, 2))\n"
    ),
    (
        "import random\nimport torch\n\n\ndef seed_everything(n):\n    random.seed(n)\n"
        "    torch.cuda.manual_seed_all(n)  # !\n"
    ),
    (
        "import numpy as np\nimport torch\n\n\nclass Run:\n    def seed(self):\n        np.random.seed(3)\n"
        "        torch.cuda.manual_seed(3)  # !\n"
    ),
    (
        "import random\nimport torch\nrandom.seed(1)\ntorch.cuda.manual_seed(1)  # !\n"
        "model = torch.nn.DataParallel(torch.nn.Linear(2, 2))\nprint(model(torch.rand(1, 2)))\n"
    ),
    "import torch\n\n\ndef main():\n    torch.cuda.manual_seed_all(1)  # !\n    print(torch.randperm(3))\n\n\nmain()\n",
]
PARTIAL += [
    (
        "import random\nimport torch\n\n\ndef seed(n, gpu):\n    random.seed(n)\n    if gpu:\n"
        "        torch.cuda.manual_seed_all(n)  # !\n    else:\n        torch.manual_seed(n)\n"
    ),
]
WHOLE = [
    "import torch\ntorch.manual_seed(1)\ntorch.cuda.manual_seed(1)\nprint(torch.rand(2))\n",
    "import torch\ntorch.cuda.manual_seed_all(1)\ntorch.manual_seed(1)\nprint(torch.rand(2))\n",
    "import torch\ntorch.random.manual_seed(1)\ntorch.cuda.manual_seed_all(1)\nprint(torch.rand(2))\n",
    "import torch\ntorch.manual_seed(1)\nmodel = torch.nn.DataParallel(torch.nn.Linear(2, 2))\n",
    (
        "import torch\nfrom transformers import set_seed\nset_seed(1)\ntorch.cuda.manual_seed_all(1)\n"
        "print(torch.rand(2))\n"
    ),
    (
        "import torch\ntorch.manual_seed(1)\nif torch.cuda.is_available():\n"
        "    torch.cuda.manual_seed_all(1)\nprint(torch.rand(2))\n"
    ),
    (
        "import torch\n\n\ndef seed(n):\n    torch.manual_seed(n)\n    torch.cuda.manual_seed_all(n)\n\n\n"
        "if __name__ == '__main__':\n    seed(1)\n    print(torch.rand(2))\n"
    ),
    "import torch\n\n\ndef on_gpu(n):\n    torch.cuda.manual_seed(n)\n",
    "import torch\nfrom mine import seed_all\nseed_all(1)\ntorch.cuda.manual_seed_all(1)\nprint(torch.rand(2))\n",
    "import cupy\ncupy.random.seed(1)\nprint(cupy.random.rand(2))\n",
    "import torch\ng = torch.Generator('cuda').manual_seed(1)\nprint(torch.rand(2, generator=g, device='cuda'))\n",
    "import torch\nstate = torch.cuda.get_rng_state()\ntorch.cuda.set_rng_state(state)\n",
]


@pytest.mark.parametrize("code", PARTIAL)
def test_cuda_alone_is_seeded(code: str) -> None:
    assert check(code, ("DET207", "DET208")) == [(line, "DET208") for line in marked_lines(code)]


@pytest.mark.parametrize("code", WHOLE)
def test_torch_is_seeded_as_a_whole_or_elsewhere(code: str) -> None:
    assert check(code, "DET208") == []


def test_keras_seeds_torch_where_that_is_its_backend() -> None:
    code = "import torch\nfrom keras.utils import set_random_seed\n\n{}\nprint(torch.rand(3))\n"
    assert check(code.format("set_random_seed(1)"), "DET207", min_confidence="low") == [(5, "DET207")]
    assert check(code.format("set_random_seed(1)"), "DET207") == []
    assert check(code.format("print(set_random_seed)"), "DET207") == [(5, "DET207")]
