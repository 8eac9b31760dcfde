"""DET702, and XLA_FLAGS for DET113."""

from __future__ import annotations

import pytest
from tests.helpers import check


@pytest.mark.parametrize(
    "code",
    [
        "import time\nimport jax\nk = jax.random.key(int(time.time()))\n",
        "import time\nimport jax\nk = jax.random.PRNGKey(time.time_ns() % 2**32)\n",
        "import os\nimport jax\nk = jax.random.PRNGKey(int.from_bytes(os.urandom(4), 'little'))\n",
        "import secrets\nfrom jax import random\nk = random.key(secrets.randbits(32))\n",
        "import random\nimport jax\nk = jax.random.PRNGKey(random.randint(0, 1000))\n",
        "import numpy as np\nimport jax\nk = jax.random.PRNGKey(np.random.randint(0, 1000))\n",
        "import os\nimport jax\nk = jax.random.fold_in(jax.random.key(0), os.getpid())\n",
        "import time\nfrom flax import nnx\nrngs = nnx.Rngs(int(time.time()))\n",
        "import time\nimport haiku as hk\nrng = hk.PRNGSequence(int(time.time()))\n",
    ],
)
def test_keys_of_entropy(code: str) -> None:
    assert check(code, select="DET702") == [(3, "DET702")]


def test_a_seed_that_a_function_takes_is_reported_at_the_call() -> None:
    code = "import time\nimport jax\n\ndef make(seed):\n    return jax.random.key(seed)\n\nk = make(int(time.time()))\n"
    assert check(code, select="DET702") == [(7, "DET702")]


def test_one_seed_for_several_libraries_is_one_finding() -> None:
    code = (
        "import time\nimport jax\nimport numpy as np\nseed = int(time.time())\nnp.random.seed(seed)\n"
        "k = jax.random.key(seed)\n"
    )
    assert check(code, select=("DET104", "DET702")) == [(5, "DET104")]


@pytest.mark.parametrize(
    "code",
    [
        "import jax\nk = jax.random.key(0)\n",
        "import time\nimport jax\nt = time.time()\nk = jax.random.key(0)\nprint(time.time() - t)\n",
        "import jax\ndef f(seed):\n    return jax.random.key(seed)\n",
        "import argparse\nimport jax\np = argparse.ArgumentParser()\np.add_argument('--seed', type=int, default=0)\n"
        "k = jax.random.key(p.parse_args().seed)\n",
        "import random\nimport jax\nrandom.seed(1)\nk = jax.random.PRNGKey(random.randint(0, 1000))\n",
        "import numpy as np\nimport jax\nnp.random.seed(1)\nk = jax.random.PRNGKey(np.random.randint(0, 1000))\n",
        "import numpy as np\nimport jax\nr = np.random.default_rng(1)\nk = jax.random.PRNGKey(r.integers(1000))\n",
        "import jax\nk = jax.random.fold_in(jax.random.key(0), jax.process_index())\n",
        "import time\nimport jax\nt = time.time()\nk = jax.random.key(0)\nfor i in range(3):\n"
        "    k = jax.random.fold_in(k, i)\n",
        "import zlib\nimport jax\nk = jax.random.fold_in(jax.random.key(0), zlib.crc32(b'layer'))\n",
    ],
)
def test_fixed_keys(code: str) -> None:
    assert check(code, select="DET702") == []


SET = "os.environ['XLA_FLAGS'] = '--xla_gpu_deterministic_ops=true'\n"


@pytest.mark.parametrize(
    "start",
    [
        "jax.devices()", "k = jax.random.key(0)", "k = jax.random.PRNGKey(0)", "x = jnp.ones(3)",
        "n = jax.device_count()", "x = jnp.asarray([1.0])", "x = jax.device_put(1.0)", "print(jax.default_backend())",
    ],
)  # fmt: skip
def test_flags_after_the_backend_started_are_too_late(start: str) -> None:
    code = f"import os\nimport jax\nimport jax.numpy as jnp\n{start}\n{SET}"
    assert check(code, select="DET113") == [(5, "DET113")]


@pytest.mark.parametrize(
    "before",
    [
        "", "jax.config.update('jax_enable_x64', True)", "f = jax.jit(lambda x: x + 1)", "d = jnp.dtype('float32')",
        "def f():\n    return jnp.ones(3)", "e = jnp.finfo('float32')", "g = jax.grad(lambda x: x)",
        "t = jnp.float32", "init = jax.nn.initializers.lecun_normal()",
    ],
)  # fmt: skip
def test_flags_before_that_are_in_time(before: str) -> None:
    code = f"import os\nimport jax\nimport jax.numpy as jnp\n{before}\n{SET}x = jnp.ones(3)\n"
    assert check(code, select="DET113") == []
