"""DET205 and DET206: cuDNN's flags, in all spellings, and code that restores, chooses or only looks like it."""

from __future__ import annotations

import pytest
from tests.helpers import check, diagnose, marked_lines

BENCHMARK = {
    "attribute": "import torch\ntorch.backends.cudnn.benchmark = True  # !\n",
    "module alias": "import torch.backends.cudnn as cudnn\ncudnn.benchmark = True  # !\n",
    "from": "from torch.backends import cudnn\ncudnn.benchmark = True  # !\n",
    "package alias": "from torch import backends\nbackends.cudnn.benchmark = True  # !\n",
    "setattr": 'import torch\nsetattr(torch.backends.cudnn, "benchmark", True)  # !\n',
    "unpacked": """
        import torch
        torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = True, True  # !
    """,
    "constant": "import torch\nFAST = True\ntorch.backends.cudnn.benchmark = FAST  # !\n",
    "if there is a GPU": """
        import torch
        if torch.cuda.is_available():
            torch.backends.cudnn.benchmark = True  # !
    """,
    "getattr": """
        import torch
        cudnn = getattr(torch.backends, "cudnn", None)
        if cudnn:
            cudnn.benchmark = True  # !
    """,
    "an option that asks for it": """
        import torch
        def f(args):
            if args.fast:
                torch.backends.cudnn.benchmark = True  # !
    """,
    "flags": """
        import torch
        def f(model, x):
            with torch.backends.cudnn.flags(enabled=True, benchmark=True):  # !
                return model(x)
    """,
    "Trainer": "import pytorch_lightning as pl\npl.Trainer(benchmark=True)  # !\n",
    "Trainer, in a dict": """
        from lightning import Trainer
        options = dict(max_epochs=2, benchmark=True)  # !
        Trainer(**options)
    """,
    "both": "import lightning as L\nL.Trainer(deterministic=True, benchmark=True)  # !\n",
}

NO_BENCHMARK = {
    "off": "import torch\ntorch.backends.cudnn.benchmark = False\n",
    "an option": "import torch\ndef f(args):\n    torch.backends.cudnn.benchmark = not args.deterministic\n",
    "if there is one": "import torch\ntorch.backends.cudnn.benchmark = torch.cuda.is_available()\n",
    "flags off": "import torch\nwith torch.backends.cudnn.flags(benchmark=False):\n    pass\n",
    "saved": """
        from torch.backends import cudnn
        def f(model, x):
            before = cudnn.benchmark
            cudnn.benchmark = True
            try:
                return model(x)
            finally:
                cudnn.benchmark = before
    """,
    "saved in a class": """
        from torch.backends import cudnn
        class Fast:
            def __enter__(self):
                self.before = cudnn.benchmark
                cudnn.benchmark = True
            def __exit__(self, *error):
                cudnn.benchmark = self.before
    """,
    "off again at once": "from torch.backends import cudnn\ncudnn.benchmark = True\ncudnn.benchmark = False\n",
    "else branch": """
        from torch.backends import cudnn
        def f(seed):
            if seed is not None:
                cudnn.deterministic = True
            else:
                cudnn.benchmark = True
    """,
    "branch that returns": """
        import torch
        def f(seed):
            if seed is None:
                torch.backends.cudnn.benchmark = True
                return
            torch.use_deterministic_algorithms(True)
    """,
    "unless determinism is asked for": """
        import torch
        def f(args):
            if not args.deterministic:
                torch.backends.cudnn.benchmark = True
    """,
    "seeded else": """
        import torch
        def f(args):
            if args.seed is not None:
                torch.manual_seed(args.seed)
            else:
                torch.backends.cudnn.benchmark = True
    """,
    "own flag": "class Flags: ...\nflags = Flags()\nflags.benchmark = True\n",
    "own trainer": "class Trainer:\n    def __init__(self, benchmark): ...\nTrainer(benchmark=True)\n",
    "limit": "import torch\ntorch.backends.cudnn.benchmark_limit = 5\n",
    "Trainer's default": "from lightning import Trainer\nTrainer(benchmark=None)\n",
    "read": "import torch\nprint(torch.backends.cudnn.benchmark is True)\n",
}

NONDETERMINISTIC = {
    "attribute": "import torch\ntorch.backends.cudnn.deterministic = False  # !\n",
    "module alias": "from torch.backends import cudnn as c\nc.deterministic = False  # !\n",
    "setattr": 'import torch\nsetattr(torch.backends.cudnn, "deterministic", False)  # !\n',
    "constant": "import torch\nDET = 0\ntorch.backends.cudnn.deterministic = bool(DET)  # !\n",
    "flags": "from torch.backends import cudnn\nwith cudnn.flags(deterministic=False):  # !\n    pass\n",
}

DETERMINISTIC = {
    "on": "import torch\ntorch.backends.cudnn.deterministic = True\n",
    "an option": "import torch\ndef f(args):\n    torch.backends.cudnn.deterministic = args.deterministic\n",
    "a condition": "import torch\ndef f(seed):\n    torch.backends.cudnn.deterministic = seed is not None\n",
    "either": "import torch\ndef f(s):\n    torch.backends.cudnn.deterministic = True if s else False\n",
    "else branch": """
        from torch.backends import cudnn
        def f(strict):
            if strict:
                cudnn.deterministic = True
            else:
                cudnn.deterministic = False
    """,
    "saved": """
        from torch.backends import cudnn
        def f(model, x):
            before = cudnn.deterministic
            cudnn.deterministic = False
            y = model(x)
            cudnn.deterministic = before
            return y
    """,
    "flags of other things": "from torch.backends import cudnn\nwith cudnn.flags(enabled=False):\n    pass\n",
    "own attribute": "class Policy: ...\npolicy = Policy()\npolicy.deterministic = False\n",
    "a model's": "def f(model):\n    model.deterministic = False\n",
    "a keyword": "def f(model, x):\n    return model.predict(x, deterministic=False)\n",
    "mkldnn": "import torch\ntorch.backends.mkldnn.enabled = False\n",
}


@pytest.mark.parametrize("code", BENCHMARK.values(), ids=BENCHMARK)
def test_benchmark_is_reported(code: str) -> None:
    assert [line for line, _ in check(code, "DET205")] == marked_lines(code)


@pytest.mark.parametrize("code", NO_BENCHMARK.values(), ids=NO_BENCHMARK)
def test_no_benchmark(code: str) -> None:
    assert check(code, "DET205") == []


@pytest.mark.parametrize("code", NONDETERMINISTIC.values(), ids=NONDETERMINISTIC)
def test_nondeterministic_algorithms_are_reported(code: str) -> None:
    assert [line for line, _ in check(code, "DET206")] == marked_lines(code)


@pytest.mark.parametrize("code", DETERMINISTIC.values(), ids=DETERMINISTIC)
def test_no_nondeterministic_algorithms(code: str) -> None:
    assert check(code, "DET206") == []


def test_a_choice_between_branches_is_low() -> None:
    assert check(NO_BENCHMARK["else branch"], "DET205", min_confidence="low") == [(7, "DET205")]
    assert check(DETERMINISTIC["else branch"], "DET206", min_confidence="low") == [(7, "DET206")]
    assert check(DETERMINISTIC["either"], "DET206", min_confidence="low") == [(3, "DET206")]


@pytest.mark.parametrize("path", ["tests/test_flags.py", "train.py"])
def test_a_flag_whose_restoring_is_tested(path: str) -> None:
    code = (
        "import torch\nfrom flags import saved\n\n\ndef test_restored():\n    with_flags = saved()\n"
        "    torch.backends.cudnn.benchmark = True\n    with_flags.restore()\n"
        "    assert not torch.backends.cudnn.benchmark\n"
    )
    assert len(diagnose(code, "DET205", filename=path)) == (path == "train.py")
