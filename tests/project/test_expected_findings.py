"""Small projects as people write them, and what must be found in each: seeds, modes, variables, versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment.projects import found

if TYPE_CHECKING:
    from pathlib import Path

TRAIN = """\
import torch


def fit(model, x):
    opt = torch.optim.SGD(model.parameters(), 0.1)
    model(x).sum().backward()
    opt.step()
"""
KERAS = """\
import tensorflow as tf


def build():
    return tf.keras.Sequential([tf.keras.layers.Dense(1)])
"""
SHUFFLE = """\
import random


def split(x):
    random.shuffle(x)
    return x
"""
PERMUTE = """\
import numpy as np


def split(x):
    return np.random.permutation(x)
"""
SEEDS = """\
import random
import numpy as np
import torch


def set_seed(seed=0):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
"""


LATE = """\
import torch
from acme import load
from r import exact
from w import warm

if __name__ == "__main__":
    device = torch.device("cuda")
    net = torch.nn.Linear(4, 1).cuda()
    warm(net)
    exact()
"""
IN_TIME = LATE.replace("    warm(net)\n    exact()", "    exact()\n    warm(net)")
LATE_MODEL = {
    "m.py": LATE,
    "r.py": (
        "import os\nimport torch\n\n\ndef exact():\n"
        '    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"\n    torch.use_deterministic_algorithms(True)\n'
    ),
    "w.py": "import torch\n\n\ndef warm(net):\n    net(torch.zeros(1, 4, device='cuda'))\n",
}


def main(body: str, imports: str) -> str:
    """A script whose function `main` has a body."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f"{imports}\n\ndef main():\n{lines}\n\nif __name__ == '__main__':\n    main()\n"


PINNED = {"requirements.txt": "torch==2.4.0\n"}
CASES = [
    # DET101
    ("101-plain", {"m.py": main("split([1, 2])", "from s import split"), "s.py": SHUFFLE}, "DET101", ["m.py:8 DET101"]),
    (
        "101-seeded",
        {
            "m.py": main("set_seed(1)\nsplit([1, 2])", "from s import split\nfrom u.seed import set_seed"),
            "s.py": SHUFFLE,
            "u/seed.py": SEEDS,
            "u/__init__.py": "",
        },
        "DET101",
        [],
    ),
    (
        "101-never-called",
        {"m.py": main("split([1, 2])", "from s import split\nfrom u import set_seed"), "s.py": SHUFFLE, "u.py": SEEDS},
        "DET101",
        ["m.py:9 DET101"],
    ),
    (
        "101-cond",
        {
            "m.py": main(
                "a = parse()\nif a.seed is not None:\n    set_seed(a.seed)\nsplit([1])",
                "from s import split\nfrom u import set_seed, parse",
            ),
            "s.py": SHUFFLE,
            "u.py": SEEDS,
        },
        "DET101",
        [],
    ),
    (
        "101-import-seed",
        {
            "m.py": main("split([1])", "import config\nfrom s import split"),
            "s.py": SHUFFLE,
            "config.py": "import random\nrandom.seed(3)\n",
        },
        "DET101",
        [],
    ),
    (
        "101-console",
        {
            "pyproject.toml": '[project]\nname = "a"\n[project.scripts]\nrun = "pkg.cli:app"\n',
            "pkg/__init__.py": "",
            "pkg/cli.py": "from .s import split\n\n\ndef app():\n    split([1])\n",
            "pkg/s.py": SHUFFLE,
        },
        "DET101",
        ["pkg/cli.py:5 DET101"],
    ),
    (
        "101-click",
        {
            "c.py": (
                "import click\nfrom s import split\n\n\n@click.command()\n"
                '@click.option("--n")\ndef run(n):\n    split([n])\n'
            ),
            "s.py": SHUFFLE,
        },
        "DET101",
        ["c.py:8 DET101"],
    ),
    ("101-library", {"pkg/__init__.py": "", "pkg/s.py": SHUFFLE}, "DET101", []),
    (
        "101-docker",
        {
            "Dockerfile": 'FROM python:3.11\nCMD ["python", "job.py"]\n',
            "job.py": "from s import split\n\nsplit([1])\n",
            "s.py": SHUFFLE,
        },
        "DET101",
        ["job.py:3 DET101"],
    ),
    (
        "101-test",
        {"tests/test_a.py": "import random\n\n\ndef test_a():\n    assert random.random() < 1\n"},
        "DET101",
        [],
    ),
    (
        "101-module-main",
        {"app/__init__.py": "", "app/__main__.py": "from .s import split\nsplit([1])\n", "app/s.py": SHUFFLE},
        "DET101",
        ["app/__main__.py:2 DET101"],
    ),
    (
        "101-thread",
        {
            "m.py": main(
                "threading.Thread(target=split, args=([1],)).start()", "import threading\nfrom s import split"
            ),
            "s.py": SHUFFLE,
        },
        "DET101",
        ["m.py:9 DET101"],
    ),
    # DET109
    (
        "109-model",
        {
            "m.py": main(
                "net = torch.nn.Linear(1, 1)\nset_seed(0)\nprint(net)", "import torch\nfrom u import set_seed"
            ),
            "u.py": SEEDS,
        },
        "DET109",
        ["m.py:6 DET109"],
    ),
    (
        "109-fine",
        {
            "m.py": main(
                "set_seed(0)\nnet = torch.nn.Linear(1, 1)\nset_seed(1)\nprint(net)",
                "import torch\nfrom u import set_seed",
            ),
            "u.py": SEEDS,
        },
        "DET109",
        [],
    ),
    (
        "109-split",
        {"m.py": main("split([1])\nrandom.seed(0)\nsplit([2])", "import random\nfrom s import split"), "s.py": SHUFFLE},
        "DET109",
        ["m.py:6 DET109"],
    ),
    # DET113
    (
        "113-xla",
        {
            "m.py": (
                "import os\nimport jax\nimport jax.numpy as jnp\n\nx = jnp.ones(3)\n"
                'os.environ["XLA_FLAGS"] = "--xla_gpu_deterministic_ops=true"\n'
            )
        },
        "DET113",
        ["m.py:6 DET113"],
    ),
    (
        "113-tf",
        {"m.py": 'import os\nimport tensorflow as tf\n\nos.environ["TF_DETERMINISTIC_OPS"] = "1"\nx = tf.ones(3)\n'},
        "DET113",
        [],
    ),
    (
        "113-tf-late",
        {
            "m.py": (
                "import os\nimport tensorflow as tf\nfrom w import warm\n"
                '\nwarm()\nos.environ["TF_DETERMINISTIC_OPS"] = "1"\n'
            ),
            "w.py": (
                "import tensorflow as tf\n\n\ndef warm():\n    return tf.matmul(tf.ones((2, 2)), tf.ones((2, 2)))\n"
            ),
        },
        "DET113",
        ["m.py:6 DET113"],
    ),
    ("113-model", LATE_MODEL, "DET113", ["r.py:6 DET113"]),
    ("113-model-in-time", LATE_MODEL | {"m.py": IN_TIME}, "DET113", []),
    (
        "113-unknown-model",
        LATE_MODEL | {"m.py": LATE.replace("torch.nn.Linear(4, 1).cuda()", "load('cuda')")},
        "DET113",
        [],
    ),
    # DET121
    ("121-plain", {"m.py": main("split([1, 2])", "from s import split"), "s.py": PERMUTE}, "DET121", ["m.py:8 DET121"]),
    (
        "121-pyseed",
        {"m.py": main("random.seed(0)\nsplit([1, 2])", "import random\nfrom s import split"), "s.py": PERMUTE},
        "DET121",
        ["m.py:10 DET121"],
    ),
    (
        "121-gen",
        {"m.py": main("rng = np.random.default_rng(0)\nprint(rng.random())", "import numpy as np")},
        "DET121",
        [],
    ),
    # DET203
    (
        "203-gpu",
        {
            "m.py": main(
                "fit(torch.nn.Linear(1, 1).cuda(), torch.ones(1, 1).cuda())", "import torch\nfrom t import fit"
            ),
            "t.py": TRAIN,
        },
        "DET203",
        ["m.py:9 DET203"],
    ),
    (
        "203-on",
        {
            "m.py": main(
                "torch.use_deterministic_algorithms(True)\nfit(torch.nn.Linear(1, 1).cuda(), torch.ones(1, 1).cuda())",
                "import torch\nfrom t import fit",
            ),
            "t.py": TRAIN,
        },
        "DET203",
        [],
    ),
    (
        "203-helper",
        {
            "m.py": main(
                "repro()\nfit(torch.nn.Linear(1, 1).cuda(), torch.ones(1, 1).cuda())",
                "import torch\nfrom t import fit\nfrom r import repro",
            ),
            "t.py": TRAIN,
            "r.py": "import torch\n\n\ndef repro():\n    torch.use_deterministic_algorithms(True)\n",
        },
        "DET203",
        [],
    ),
    (
        "203-cpu",
        {
            "m.py": main("fit(torch.nn.Linear(1, 1), torch.ones(1, 1))", "import torch\nfrom t import fit"),
            "t.py": TRAIN,
        },
        "DET203",
        [],
    ),
    (
        "203-cpu-wheel",
        {
            "requirements.txt": "--extra-index-url https://download.pytorch.org/whl/cpu\ntorch==2.2.0+cpu\n",
            "m.py": main(
                "fit(torch.nn.Linear(1, 1).to(dev), torch.ones(1, 1).to(dev))",
                'import torch\nfrom t import fit\ndev = "cuda"',
            ),
            "t.py": TRAIN,
        },
        "DET203",
        [],
    ),
    # DET207, 208
    (
        "207-init",
        {
            "m.py": main("fit(torch.nn.Linear(1, 1), torch.ones(1, 1))", "import torch\nfrom t import fit"),
            "t.py": TRAIN,
        },
        "DET207",
        ["m.py:9 DET207"],
    ),
    (
        "207-loaded",
        {
            "m.py": main(
                (
                    'net = torch.nn.Linear(1, 1)\nnet.load_state_dict(torch.load("a.pt"))\n'
                    "print(net.eval()(torch.ones(1, 1)))"
                ),
                "import torch",
            )
        },
        "DET207",
        [],
    ),
    (
        "207-lightning",
        {"m.py": main("L.seed_everything(1)\nprint(torch.rand(2))", "import torch\nimport lightning as L")},
        "DET207",
        [],
    ),
    (
        "208-cuda",
        {"m.py": main("torch.cuda.manual_seed_all(0)\nprint(torch.nn.Linear(1, 1))", "import torch")},
        "DET207,DET208",
        ["m.py:4 DET208"],
    ),
    # DET303 / 305
    (
        "303-fit",
        {
            "m.py": main(
                'model = build()\nmodel.compile("sgd", "mse")\nmodel.fit([[1.0]], [1.0], epochs=2)',
                "from k import build",
            ),
            "k.py": KERAS,
        },
        "DET303",
        ["m.py:10 DET303"],
    ),
    (
        "303-env",
        {
            "Dockerfile": "FROM tensorflow/tensorflow:2.15.0\nENV TF_DETERMINISTIC_OPS=1\n",
            "m.py": main(
                'model = build()\nmodel.compile("sgd", "mse")\nmodel.fit([[1.0]], [1.0], epochs=2)',
                "from k import build",
            ),
            "k.py": KERAS,
        },
        "DET303",
        [],
    ),
    (
        "303-on",
        {
            "m.py": main(
                "tf.config.experimental.enable_op_determinism()\nmodel = build()\nmodel.fit([[1.0]], [1.0], epochs=2)",
                "import tensorflow as tf\nfrom k import build",
            ),
            "k.py": KERAS,
        },
        "DET303",
        [],
    ),
    (
        "305-fit",
        {"m.py": main("model = build()\nmodel.fit([[1.0]], [1.0], epochs=2)", "from k import build"), "k.py": KERAS},
        "DET305",
        ["m.py:9 DET305"],
    ),
    (
        "305-seeded",
        {
            "m.py": main(
                "tf.keras.utils.set_random_seed(1)\nmodel = build()\nmodel.fit([[1.0]], [1.0], epochs=2)",
                "import tensorflow as tf\nfrom k import build",
            ),
            "k.py": KERAS,
        },
        "DET305",
        [],
    ),
    # DET304
    (
        "304-old",
        {"requirements.txt": "tensorflow==2.15.0\n", ".env": "TF_CUDNN_DETERMINISTIC=1\n"},
        "DET304",
        [".env:1 DET304"],
    ),
    (
        "304-20",
        {"requirements.txt": "tensorflow==2.0.0\n", "Dockerfile": "FROM python:3.7.9\nENV TF_DETERMINISTIC_OPS=1\n"},
        "DET304",
        ["Dockerfile:2 DET304"],
    ),
    ("304-fine", {"requirements.txt": "tensorflow==2.5.0\n", ".env": "TF_DETERMINISTIC_OPS=1\n"}, "DET304", []),
    # DET5xx
    (
        "501-unset",
        {
            **PINNED,
            "m.py": main(
                "torch.use_deterministic_algorithms(True)\nfit(torch.nn.Linear(1, 1).cuda(), torch.ones(1, 1).cuda())",
                "import torch\nfrom t import fit",
            ),
            "t.py": TRAIN,
        },
        "DET501",
        ["m.py:10 DET501"],
    ),
    (
        "501-docker",
        {
            **PINNED,
            "Dockerfile": "FROM pytorch/pytorch:2.4.0\nENV CUBLAS_WORKSPACE_CONFIG=:4096:8\n",
            "m.py": main(
                "torch.use_deterministic_algorithms(True)\nfit(torch.nn.Linear(1, 1).cuda(), torch.ones(1, 1).cuda())",
                "import torch\nfrom t import fit",
            ),
            "t.py": TRAIN,
        },
        "DET501",
        [],
    ),
    (
        "501-sh",
        {
            **PINNED,
            "train.sh": "#!/bin/sh\nexport CUBLAS_WORKSPACE_CONFIG=:16:8\npython m.py\n",
            "m.py": main(
                "torch.use_deterministic_algorithms(True)\nfit(torch.nn.Linear(1, 1).cuda(), torch.ones(1, 1).cuda())",
                "import torch\nfrom t import fit",
            ),
            "t.py": TRAIN,
        },
        "DET501",
        [],
    ),
    (
        "502-compose",
        {
            "compose.yaml": (
                'services:\n  train:\n    image: a:1\n    environment:\n      CUBLAS_WORKSPACE_CONFIG: "4096:8"\n'
            )
        },
        "DET502",
        ["compose.yaml:5 DET502"],
    ),
    (
        "502-k8s",
        {
            "k8s/job.yaml": (
                "apiVersion: batch/v1\nkind: Job\nspec:\n  template:\n"
                "    spec:\n      containers:\n      - name: a\n        env:\n"
                '        - name: CUBLAS_WORKSPACE_CONFIG\n          value: ":4096:2"\n'
            )
        },
        "DET502",
        ["k8s/job.yaml:10 DET502"],
    ),
    (
        "503-inproc",
        {"m.py": 'import os\nos.environ["PYTHONHASHSEED"] = "0"\n\n' + 'if __name__ == "__main__":\n    print(1)\n'},
        "DET503",
        ["m.py:2 DET503"],
    ),
    (
        "503-set",
        {
            "Makefile": "train:\n\tPYTHONHASHSEED=0 python m.py\n",
            "m.py": 'import os\nos.environ["PYTHONHASHSEED"] = "0"\n\n' + 'if __name__ == "__main__":\n    print(1)\n',
        },
        "DET503",
        [],
    ),
    (
        "504-unset",
        {
            "requirements.txt": "tensorflow==2.6.0\n",
            "m.py": main("model = build()\nmodel.fit([[1.0]], [1.0], epochs=2)", "from k import build"),
            "k.py": KERAS,
        },
        "DET504",
        ["m.py:9 DET504"],
    ),
    (
        "504-workflow",
        {
            "requirements.txt": "tensorflow==2.6.0\n",
            ".github/workflows/t.yml": (
                'on: push\njobs:\n  a:\n    runs-on: x\n    env:\n      TF_DETERMINISTIC_OPS: "1"\n'
                "    steps:\n    - run: python m.py\n"
            ),
            "m.py": main("model = build()\nmodel.fit([[1.0]], [1.0], epochs=2)", "from k import build"),
            "k.py": KERAS,
        },
        "DET504",
        [],
    ),
    (
        "505-set",
        {
            "requirements.txt": "jax[cuda12]==0.4.30\n",
            "run.sh": 'export XLA_FLAGS="--xla_gpu_deterministic_ops=true"\npython m.py\n',
            "m.py": "import jax\nimport jax.numpy as jnp\n\nprint(jnp.ones(3).sum())\n",
        },
        "DET505",
        [],
    ),
    (
        "506-random",
        {"Dockerfile": "FROM python:3.11.9\nENV PYTHONHASHSEED=random\n"},
        "DET506",
        ["Dockerfile:2 DET506"],
    ),
    (
        "506-gitlab",
        {".gitlab-ci.yml": 'variables:\n  TF_DETERMINISTIC_OPS: "0"\nt:\n  script:\n  - python m.py\n'},
        "DET506",
        [".gitlab-ci.yml:2 DET506"],
    ),
    (
        "511-req",
        {"requirements.txt": "numpy\ntorch>=2\ntorchvision==0.19.0\n"},
        "DET511",
        ["requirements.txt:2 DET511"],
    ),
    (
        "511-lock",
        {
            "pyproject.toml": '[project]\nname = "a"\ndependencies = ["torch>=2"]\n',
            "uv.lock": 'version = 1\n\n[[package]]\nname = "torch"\nversion = "2.4.0"\n',
        },
        "DET511",
        [],
    ),
    (
        "511-conda",
        {
            "environment.yml": (
                "name: a\nchannels: [pytorch]\ndependencies:\n- pytorch=2.4\n- pip\n- pip:\n  - transformers\n"
            )
        },
        "DET511",
        ["environment.yml:7 DET511"],
    ),
    ("512-xgb", {"requirements.txt": "xgboost==1.0.2\n"}, "DET512", ["requirements.txt:1 DET512"]),
    (
        "512-tf",
        {"environment.yaml": "name: a\nchannels: [c]\ndependencies:\n- tensorflow=2.0.1\n"},
        "DET512",
        ["environment.yaml:4 DET512"],
    ),
    (
        "513-latest",
        {"Dockerfile": "ARG TAG=latest\nFROM pytorch/pytorch:${TAG} AS build\nFROM build\nCOPY --from=build /a /b\n"},
        "DET513",
        ["Dockerfile:2 DET513"],
    ),
    ("513-pinned", {"Dockerfile": "FROM python:3.11.9-slim\nFROM scratch\n"}, "DET513", []),
    (
        "515-missing",
        {
            "MLproject": (
                "name: a\nentry_points:\n  main:\n    parameters:\n      epochs: {type: int, default: 3}\n"
                '    command: "python train.py --epochs {epochs} --lr {lr}"\n'
            ),
            "train.py": "print(1)\n",
        },
        "DET515",
        ["MLproject:6 DET515"],
    ),
    (
        "515-nofile",
        {"MLproject": 'name: a\nentry_points:\n  main:\n    command: "python run.py"\n'},
        "DET515",
        ["MLproject:4 DET515"],
    ),
    ("516-none", {"requirements.txt": "torch==2.4.0\n"}, "DET516", ["requirements.txt:1 DET516"]),
    ("516-dotfile", {"requirements.txt": "torch==2.4.0\n", ".python-version": "3.11.9\n"}, "DET516", []),
]


NET = """\
import torch


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)


if __name__ == "__main__":
    net = Net()
    {use}
"""


@pytest.mark.parametrize(
    ("use", "expected"),
    [("print(net)", []), ("print(net(torch.ones(1, 2)))", [11]), ("print(net.layer.weight, torch.rand(2))", [11])],
)
def test_a_program_that_only_builds_a_model_is_not_told_to_seed(tmp_path: Path, use: str, expected: list[int]) -> None:
    assert [line for _, line, _ in found(tmp_path, {"net.py": NET.format(use=use)}, "DET207")] == expected


@pytest.mark.parametrize(("files", "codes", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_found_in_a_project(tmp_path: Path, files: dict[str, str], codes: str, expected: list[str]) -> None:
    places = [f"{path}:{line} {code}" for path, line, code in found(tmp_path, files, *codes.split(","))]
    assert places == expected
