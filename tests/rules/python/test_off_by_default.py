"""DET103, DET114 and DET115, which are reported only where they are selected."""

from __future__ import annotations

import pytest
from tests.helpers import check

from detlint.registry import registry


@pytest.mark.parametrize("code", ["DET103", "DET114", "DET115"])
def test_off_unless_selected(code: str) -> None:
    assert not registry().by_code[code].default


# ------------------------------------------------------------------------------------------------------------- DET103
@pytest.mark.parametrize("expression", [
    "uuid.uuid4()", "str(uuid.uuid1())", "u4().hex", "os.urandom(8)", "secrets.token_hex()", "secrets.choice('ab')",
    "secrets.randbelow(3)", "random.SystemRandom()", "secrets.SystemRandom().random()", "secrets.token_urlsafe(9)",
])  # fmt: skip
def test_entropy(expression: str) -> None:
    code = f"import os, random, secrets, uuid\nfrom uuid import uuid4 as u4\n\nvalue = {expression}\n"
    assert check(code, "DET103") == [(4, "DET103")]


@pytest.mark.parametrize("expression", [
    "uuid.uuid5(uuid.NAMESPACE_DNS, 'x')", "uuid.uuid3(uuid.NAMESPACE_DNS, 'x')", "uuid.UUID(int=3)", "os.getpid()",
    "secrets.compare_digest('a', 'b')", "random.Random(3)", "random.random()", "time.time()", "own.uuid4()", "os.path",
])  # fmt: skip
def test_no_entropy(expression: str) -> None:
    code = f"import os, random, secrets, time, uuid\n\nvalue = {expression}\n"
    assert check(code, "DET103") == []


def test_an_entropy_that_is_a_seed_is_reported_as_a_seed() -> None:
    code = "import os\nimport random\n\nrandom.seed(int.from_bytes(os.urandom(4), 'big'))\n"
    assert check(code, ("DET103", "DET104")) == [(4, "DET104")]


# ------------------------------------------------------------------------------------------------------------- DET114
@pytest.mark.parametrize("body", [
    "np.random.seed(0)", "random.seed(seed)", "torch.manual_seed(3)", "np.random.seed(self.seed)",
    "np.random.set_state(state)", "tf.random.set_seed(1)", "torch.manual_seed(seed)\n    np.random.seed(seed)",
    "if seed is not None:\n        random.seed(seed)", "pl.seed_everything(1)", "transformers.set_seed(seed)",
])  # fmt: skip
def test_a_library_seeds(body: str) -> None:
    code = (
        "import random\n\nimport numpy as np\nimport tensorflow as tf\nimport torch\nimport transformers\n"
        f"import lightning as pl\n\n\ndef fit(self, x, seed, state):\n    {body}\n    return x\n"
    )
    assert {code for _, code in check(code, "DET114")} == ({"DET114"} if "set_state" not in body else set())


@pytest.mark.parametrize("code", [
    "def seed_everything(seed):\n    np.random.seed(seed)\n",
    "def make_deterministic(seed):\n    random.seed(seed)\n",
    "def worker_init(worker):\n    np.random.seed(worker)\n",
    "def main():\n    np.random.seed(0)\n",
    "def fit(x):\n    np.random.seed(0)\n\n\nif __name__ == '__main__':\n    fit(3)\n",
    "def fit(x):\n    state = np.random.get_state()\n    np.random.seed(0)\n    np.random.set_state(state)\n",
    "def fit(x):\n    rng = np.random.default_rng(0)\n    return rng.normal(size=x)\n",
    "def fit(x):\n    rng = np.random.RandomState(0)\n    rng.seed(3)\n",
    "def fit(x):\n    rng = random.Random()\n    rng.seed(3)\n",
    "np.random.seed(0)\nprint(np.random.rand())\n",
])  # fmt: skip
def test_what_may_seed(code: str) -> None:
    assert check("import random\n\nimport numpy as np\n\n\n" + code, "DET114") == []


def test_tests_may_seed() -> None:
    code = "import numpy as np\n\n\ndef test_it():\n    np.random.seed(0)\n"
    assert check(code, "DET114", filename="tests/test_it.py") == []


# ------------------------------------------------------------------------------------------------------------- DET115
IMPORTS = """\
import multiprocessing
import os
from argparse import ArgumentParser

import numba
import torch
from gensim.models import Word2Vec
from joblib import cpu_count
from torch.utils.data import DataLoader

"""


@pytest.mark.parametrize("code", [
    "DataLoader(x, num_workers=os.cpu_count())",
    "DataLoader(x, 8, True, None, None, os.cpu_count())",
    "DataLoader(x, num_workers=min(8, os.cpu_count() or 1))",
    "DataLoader(x, num_workers=len(os.sched_getaffinity(0)))",
    "DataLoader(x, num_workers=multiprocessing.cpu_count() // 2)",
    "DataLoader(x, **{'num_workers': cpu_count()})",
    "workers = os.cpu_count() - 1; DataLoader(x, num_workers=workers)",
    "numba.set_num_threads(os.cpu_count())",
    "torch.set_num_threads(multiprocessing.cpu_count())",
    "Word2Vec(x, workers=cpu_count())",
])  # fmt: skip
def test_the_machine_decides(code: str) -> None:
    assert check(IMPORTS + f"x = []\n{code}\n", "DET115") == [(12, "DET115")]


@pytest.mark.parametrize("code", [
    "DataLoader(x, num_workers=4)",
    "DataLoader(x)",
    "DataLoader(x, num_workers=unknown())",
    "DataLoader(x, batch_size=os.cpu_count())",
    "print(os.cpu_count())",
    "multiprocessing.Pool(os.cpu_count()).map(len, x)",
    "numba.set_num_threads(1)",
    "torch.set_num_threads(int(os.environ['THREADS']))",
    "Word2Vec(x, workers=1)",
    "workers = os.cpu_count(); workers = 2; DataLoader(x, num_workers=workers)",
])  # fmt: skip
def test_the_machine_does_not_decide(code: str) -> None:
    assert check(IMPORTS + f"x = []\n{code}\n", "DET115") == []


def test_an_option_that_defaults_to_the_machine() -> None:
    code = (
        "parser = ArgumentParser()\nparser.add_argument('--workers', default=os.cpu_count())\n"
        "args = parser.parse_args()\nDataLoader([], num_workers=args.workers)\n"
    )
    assert check(IMPORTS + code, "DET115") == [(14, "DET115")]
