"""DET110, DET111 and DET112: settings that do nothing, and assignments that are right or somebody's own."""

from __future__ import annotations

import pytest
from tests.helpers import check, diagnose, marked_lines

OVERWRITTEN = """
    import random
    import functools
    import lightning as L
    import numpy as np
    import tensorflow as tf
    import tensorflow.keras as keras
    import torch
    import transformers
    from numpy import random as npr
    torch.manual_seed = 42  # !
    np.random.seed = 42  # !
    npr.seed = 3  # !
    random.seed = None  # !
    torch.cuda.manual_seed_all = 3  # !
    tf.random.set_seed = 1  # !
    keras.utils.set_random_seed = 1  # !
    L.seed_everything = 3  # !
    transformers.set_seed = 1  # !
    torch.use_deterministic_algorithms = True  # !
    tf.config.experimental.enable_op_determinism = True  # !
    tf.config.threading.set_inter_op_parallelism_threads = 2  # !
    setattr(torch, "manual_seed", 0)  # !
    torch.manual_seed: int = 3  # !
    generator = torch.Generator()
    generator.manual_seed = 1  # !
    def configure(args, seed: int):
        torch.manual_seed = args.seed  # !
        np.random.seed = seed  # !
        random.seed = int(args.seed)  # !
"""

REPLACED = {
    "a function": "import torch\ndef mine(seed): ...\ntorch.manual_seed = mine\n",
    "a lambda": "import numpy as np\nnp.random.seed = lambda seed: None\n",
    "the saved one": "import numpy as np\noriginal = np.random.seed\nnp.random.seed = original\n",
    "a mock": "import torch\nfrom unittest.mock import MagicMock\ntorch.manual_seed = MagicMock()\n",
    "another library's": "import random\nimport numpy as np\nrandom.seed = np.random.seed\n",
    "an imported one": "import random\nfrom helpers import fake_seed\nrandom.seed = fake_seed\n",
    "a parameter": "import torch\ndef replace(fn):\n    torch.manual_seed = fn\n",
    "a partial": "import functools\nimport torch\ndef f(s): ...\ntorch.manual_seed = functools.partial(f, 3)\n",
    "own attribute": "class Args: ...\nargs = Args()\nargs.manual_seed = 1\nargs.seed = 3\n",
    "an object's attribute": "class M:\n    def __init__(self):\n        self.random = M\n        self.seed = 1\n",
    "a call": "import torch\ntorch.manual_seed(3)\n",
    "a name": "from torch import manual_seed\nseed = manual_seed\n",
}

UNKNOWN = """
    import numpy as np
    import tensorflow as tf
    import torch
    import torch.backends.cudnn as cudnn
    from torch import backends
    torch.backends.cudnn.determinstic = True  # !
    torch.backends.cudnn.deterministics = True  # !
    torch.backends.cudnn.determenistic = True  # !
    backends.cudnn.determinstic = True  # !
    cudnn.benchmarks = False  # !
    cudnn.benckmark = False  # !
    cudnn.is_deterministic = True  # !
    torch.cudnn.benchmark = False  # !
    torch.cudnn.deterministic = True  # !
    torch.backend.cudnn.deterministic = True  # !
    torch.backends.cuda.deterministic = True  # !
    torch.cuda.deterministic = True  # !
    torch.deterministic = True  # !
    torch.backends.deterministic = True  # !
    torch.use_determinstic_algorithms = True  # !
    torch.manual_sed = 3  # !
    torch.utils.deterministic.fill_uninitialised_memory = True  # !
    tf.config.threading.intra_op_parallelism_threads = 1  # !
    tf.config.experimental.enable_op_determinisim = True  # !
    tf.config.enable_op_determinism = True  # !
    setattr(torch.backends.cudnn, "determinstic", True)  # !
"""

REAL = {
    "enabled": "import torch\ntorch.backends.cudnn.enabled = False\n",
    "tf32": "import torch\ntorch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False\n",
    "limit": "import torch\ntorch.backends.cudnn.benchmark_limit = 10\n",
    "precision": 'import torch\ntorch.backends.cudnn.conv.fp32_precision = "ieee"\n',
    "deterministic": "import torch\ntorch.backends.cudnn.deterministic = True\n",
    "oneDNN": "import torch\ntorch.backends.mkldnn.deterministic = True\n",
    "reduced precision": "import torch\ntorch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction = False\n",
    "plan cache": "import torch\ntorch.backends.cuda.cufft_plan_cache.max_size = 10\n",
    "einsum": "import torch\ntorch.backends.opt_einsum.enabled = False\n",
    "inductor": "import torch\ntorch._inductor.config.deterministic = True\n",
    "own object": "class Cfg: ...\ncudnn = Cfg()\ncudnn.determinstic = True\n",
    "a model's": "def f(model):\n    model.determinstic = True\n",
    "own attribute of a module": "import torch\ntorch.my_project = 1\ntorch.load = None\n",
    "a call, which raises": "import torch\ntorch.use_determinstic_algorithms(True)\n",
    "read": "import torch\nprint(torch.backends.cudnn.determinstic)\n",
}

IN_PROCESS = {
    "item": 'import os\nos.environ["PYTHONHASHSEED"] = "0"  # !\n',
    "imported": 'from os import environ\nenviron["PYTHONHASHSEED"] = "0"  # !\n',
    "name in a constant": 'import os\nNAME = "PYTHONHASHSEED"\nos.environ[NAME] = "0"  # !\n',
    "setdefault": 'import os\nos.environ.setdefault("PYTHONHASHSEED", "0")  # !\n',
    "update": 'import os\nos.environ.update({"PYTHONHASHSEED": "0"})  # !\n',
    "update by keyword": 'import os\nos.environ.update(PYTHONHASHSEED="0")  # !\n',
    "putenv": 'import os\nos.putenv("PYTHONHASHSEED", "0")  # !\n',
    "union": 'import os\nos.environ |= {"PYTHONHASHSEED": "0"}  # !\n',
    "another name": 'import os\nenvironment = os.environ\nenvironment["PYTHONHASHSEED"] = "0"  # !\n',
    "once a file": """
        import os
        def a(seed):
            os.environ["PYTHONHASHSEED"] = str(seed)  # !
        def b(seed):
            os.environ["PYTHONHASHSEED"] = str(seed)
    """,
}

FOR_OTHERS = {
    "keyword of a child": """
        import os, subprocess
        subprocess.run(["x"], env=dict(os.environ, PYTHONHASHSEED="0"))
        subprocess.run(["x"], env={**os.environ, "PYTHONHASHSEED": "0"})
    """,
    "copy": """
        import os, subprocess
        env = os.environ.copy()
        env["PYTHONHASHSEED"] = "0"
        env.update(PYTHONHASHSEED="1")
        subprocess.Popen(["x"], env=env)
    """,
    "dict of its own": 'env = {}\nenv["PYTHONHASHSEED"] = "0"\n',
    "before exec": """
        import os, sys
        if os.environ.get("PYTHONHASHSEED") != "0":
            os.environ["PYTHONHASHSEED"] = "0"
            os.execv(sys.executable, [sys.executable] + sys.argv)
    """,
    "before it starts itself": """
        import os, subprocess, sys
        def restart():
            os.environ["PYTHONHASHSEED"] = "0"
            sys.exit(subprocess.call([sys.executable] + sys.argv))
    """,
    "a test": 'def test(monkeypatch):\n    monkeypatch.setenv("PYTHONHASHSEED", "0")\n',
    "patched": """
        import os
        from unittest import mock
        with mock.patch.dict(os.environ, {"PYTHONHASHSEED": "0"}):
            pass
    """,
    "read": 'import os\nassert os.environ.get("PYTHONHASHSEED") == "0"\n',
    "removed": 'import os\nos.environ.pop("PYTHONHASHSEED", None)\n',
    "a result": 'def f():\n    return {"PYTHONHASHSEED": "0"}\n',
    "another variable": 'import os\nos.environ["HASHSEED"] = "0"\n',
}


def test_overwritten_functions_are_reported() -> None:
    assert [line for line, _ in check(OVERWRITTEN, "DET110")] == marked_lines(OVERWRITTEN)


@pytest.mark.parametrize("code", REPLACED.values(), ids=REPLACED)
def test_replaced_functions_and_own_attributes_are_fine(code: str) -> None:
    assert check(code, "DET110") == []


def test_unknown_settings_are_reported() -> None:
    assert [line for line, _ in check(UNKNOWN, "DET111")] == marked_lines(UNKNOWN)


def test_only_a_check_for_the_setting_itself_excuses_it() -> None:
    code = "import torch\nif hasattr({}):\n    torch.backends.cudnn.determinstic = True\n"
    assert check(code.format('torch.backends, "cudnn"'), "DET111") == [(3, "DET111")]
    assert check(code.format('torch.backends.cudnn, "determinstic"'), "DET111") == []


@pytest.mark.parametrize("code", REAL.values(), ids=REAL)
def test_real_settings_and_own_attributes_are_fine(code: str) -> None:
    assert check(code, "DET111") == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("torch.backends.cudnn.determinstic", "torch.backends.cudnn.deterministic"),
        ("torch.cudnn.benchmark", "torch.backends.cudnn.benchmark"),
        ("torch.cuda.benchmarks", "torch.backends.cudnn.benchmark"),
        ("torch.use_deterministic_algorithm", "torch.use_deterministic_algorithms(…)"),
        ("torch.utils.deterministic.fill_uninitialised_memory", "torch.utils.deterministic.fill_uninitialized_memory"),
    ],
)
def test_the_nearest_real_setting_is_named(written: str, meant: str) -> None:
    (found,) = diagnose(f"import torch\n{written} = True\n", "DET111")
    assert f"`{meant}`" in found.repair


@pytest.mark.parametrize("code", IN_PROCESS.values(), ids=IN_PROCESS)
def test_the_hash_seed_of_the_process_itself_is_reported(code: str) -> None:
    assert [line for line, _ in check(code, "DET112")] == marked_lines(code)


@pytest.mark.parametrize("code", FOR_OTHERS.values(), ids=FOR_OTHERS)
def test_the_hash_seed_of_other_processes_is_fine(code: str) -> None:
    assert check(code, "DET112") == []
